"""Why somebody on the ladder was passed over, in sentences for our own people. Pure.

No resident hears any of it: that somebody is away tells of an empty house.
"""

from collections.abc import Sequence
from datetime import date

from helpline.ladder import Skip
from helpline.wording import date_words, listed


def why(skip: Skip, name: str, *, until: date | None = None) -> str:
    """Why somebody cannot be asked: `Coral is away until Monday 30 November`."""
    last = f" until {date_words(until)}" if until else ""
    return {
        Skip.STOPPED: f"{name} has stopped our texts",
        Skip.AWAY: f"{name} is away{last}",
        Skip.RESTS: f"{name} has a rest{last}",
        Skip.FULL: f"{name} has as many requests as they take on at once",
        Skip.QUIET: f"it is in the quiet hours of {name}",
    }[skip]


def sentence(whys: Sequence[str], then: str) -> str:
    """What followed from it: `Coral is away until Monday 30 November, so Deepak was asked.`"""
    told = f"{listed(whys)}, so {then}." if whys else f"{then}."
    return told[0].upper() + told[1:]
