"""The words of the weekly thanks: what got done, the same for everybody, and where somebody is wanted. Pure."""

from collections.abc import Mapping

from helpline import shortly
from helpline.wording import Kind, counted, listed, plain

DONE_WORDS = {
    Kind.SHOPPING: ("shopping trip", "shopping trips"),
    Kind.PRESCRIPTION: ("prescription", "prescriptions"),
    Kind.FOOD_PARCEL: ("food parcel", "food parcels"),
    Kind.FRIENDLY_CALL: ("friendly call", "friendly calls"),
    Kind.DOG_WALK: ("dog walk", "dog walks"),
    Kind.LIFT: ("lift", "lifts"),
    Kind.ODD_JOB: ("odd job", "odd jobs"),
    Kind.TALK: ("talk", "talks"),
    Kind.SOMETHING_ELSE: ("other thing", "other things"),
}
TOLD = 3
"""Kinds that are named in a text; the page has them all."""


def things(kinds: Mapping[str, int], *, most: int | None = None) -> str:
    """What got done, most first: `12 shopping trips, 5 prescriptions and 2 lifts`."""
    named = [(kinds[kind], one, many) for kind, (one, many) in DONE_WORDS.items() if kinds.get(kind)]
    named.sort(key=lambda each: -each[0])
    words = [counted(number, one, many) for number, one, many in named]
    if most is None or len(words) <= most:
        return listed(words)
    return f"{', '.join(words[:most])} and more"


def headline(done: int) -> str:
    """What got done, as a sentence: `This week 23 things got done on your streets.`"""
    if not done:
        return "This week nothing was said to be done on your streets."
    return f"This week {counted(done, 'thing', 'things')} got done on your streets."


def wanted(gaps: int) -> str:
    """Where somebody is wanted; blank where nobody is."""
    if not gaps:
        return ""
    return f"{counted(gaps, 'time', 'times')} on the rota of the next seven days still {'wants' if gaps == 1 else 'want'} somebody."


def text(group: str, done: int, kinds: Mapping[str, int], gaps: int, link: str) -> str:
    """The text: what got done, thank you, and how many times on the rota want somebody. Nobody is named."""

    def write(group: str, _street: str) -> str:
        what = f"{headline(done)[:-1]}: {things(kinds, most=TOLD)}. Thank you."
        more = f" {wanted(gaps)} {link}" if gaps else ""
        return plain(f"{group}: {what[0].lower()}{what[1:]}{more}")

    return shortly.snug(write, group, "")
