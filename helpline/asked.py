"""What somebody was asked and can answer by text, whatever asked it: each question has a letter of that person's one pool.

Whoever asks (offers, a reminder, cover for a shift, a nudge) plugs a `Source` in at the foot of its own module, so that imports
run downward still. A source gives each question its letter by `letter_for` and keeps it in a column of its own:

    class _Covers:
        def questions(self, session, person, *, since):
            return [
                Question(
                    letter=ask.letter,
                    about=f"cover on {wording.day(ask.shift.starts_at, zone)}",
                    asked_at=ask.asked_at,
                    waits_for=YES_OR_NO if ask.state == K.OPEN else frozenset(),
                    over=ask.state not in LIVE,
                    answer=partial(_answer, session, ask),  # _answer(session, ask, meaning, *, at) -> the words to answer with
                )
                for ask in the asks of this person that are live, or were asked since then
            ]

    asked.plug(_Covers())

A letter in a text says which. A bare word counts only when exactly one question can be meant (`meant`, pure): of several
`inbox` asks which. `answer` acts, must bear being told twice or late, and may raise a `HelplineError`, whose words are sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from helpline.db import lock
from helpline.people import Person
from helpline.replies import Meaning

# I, O, N and Y are words or figures besides, K is "ok", S follows "yes" by mistake, "U" is you, and X is a kiss.
LETTERS = "ABCDEFGHJLMPQRTVWZ"
REMEMBERED = timedelta(days=7)
"""How long a letter still means what it meant, for an answer that comes late."""
JUST_NOW = timedelta(minutes=10)
"""So lately over that a bare word may have been written for it."""
YES_OR_NO = frozenset({Meaning.YES, Meaning.NO})


class Answer(Protocol):
    """Acts on a reply and says what to answer."""

    def __call__(self, meaning: Meaning, *, at: datetime) -> str:
        """Do what this reply asks for. Raises `HelplineError` when that is not to be had any more."""


@dataclass(frozen=True)
class Question:
    """One thing that somebody was asked.

    `about` names it when we ask which one is meant: `Shopping near Acacia Road`. It `waits_for` the answers that it asks for now,
    and `takes` others when nothing else waits for them: a no after yes gives back, a late yes may be welcome. `answered` is what
    was said to it, and `over_at` when it ended, either way.
    """

    letter: str
    about: str
    asked_at: datetime
    answer: Answer
    waits_for: frozenset[Meaning] = frozenset()
    takes: frozenset[Meaning] = frozenset()
    answered: Meaning | None = None
    answered_at: datetime | None = None
    over: bool = False
    over_at: datetime | None = None


class Source(Protocol):
    """Whatever asks people something."""

    def questions(self, session: Session, person: Person, *, since: datetime) -> Iterable[Question]:
        """What somebody was asked that is live now, however old, or was asked since then."""


_sources: list[Source] = []


def plug(source: Source) -> None:
    """Ask this source too, from now on."""
    _sources.append(source)


def questions(session: Session, person: Person, *, at: datetime) -> list[Question]:
    """Everything somebody was asked that an answer can be about, by letter."""
    since = at - REMEMBERED
    found = (one for source in _sources for one in source.questions(session, person, since=since))
    return sorted(found, key=lambda one: (one.letter, one.asked_at))


def letter_for(session: Session, person: Person, *, at: datetime) -> str | None:
    """A letter for a new question to somebody, who is held until it is written down. None when every letter is in use.

    One of last week's would let a late answer mean the wrong thing, so it is taken only when there is no other, the oldest first.
    """
    lock(session, person)  # two who ask the same person at once must not take the same letter
    return free_letter(questions(session, person, at=at))


def free_letter(known: Sequence[Question]) -> str | None:
    """The first letter that means nothing to somebody, else the one that has meant nothing for longest. Pure."""
    live = {one.letter for one in known if not one.over}
    asked_at = {one.letter: one.asked_at for one in sorted(known, key=lambda one: one.asked_at)}
    free = [letter for letter in LETTERS if letter not in live]
    fresh = [letter for letter in free if letter not in asked_at]
    return next(iter(fresh), None) or min(free, key=lambda letter: asked_at[letter], default=None)


def waiting(known: Iterable[Question]) -> list[Question]:
    """What still waits for an answer."""
    return [one for one in known if one.waits_for]


def meant(known: Sequence[Question], meaning: Meaning, letter: str | None, *, at: datetime) -> list[Question]:
    """The questions that a reply can be about; it counts when there is exactly one. Pure.

    A letter means the newest question that had it. A bare word means what waits for it; else what was just answered in the same
    words, for who says it twice; else what would take it; else the newest that is over, which has kind words for it.
    """
    if letter:
        return _newest([one for one in known if one.letter == letter])
    waits = [one for one in known if meaning in one.waits_for]
    if waits:
        return waits + [one for one in known if _just_missed(one, at=at)]
    return (
        _said_before(known, meaning)
        or [one for one in known if meaning in one.takes and not one.over]
        or [one for one in known if meaning in one.takes]
        or _newest([one for one in known if one.over or one.answered == meaning])
    )


def is_for(one: Question, meaning: Meaning) -> bool:
    """Whether this question has an answer to such a reply: what it asks for, what it takes too, or kind words since it is over."""
    return one.over or meaning in one.waits_for | one.takes or meaning == one.answered


def _just_missed(one: Question, *, at: datetime) -> bool:
    """Whether it ended without an answer so lately that whoever writes may not know."""
    return one.over and one.answered is None and one.over_at is not None and one.over_at > at - JUST_NOW


def _said_before(known: Sequence[Question], meaning: Meaning) -> list[Question]:
    """The question that was answered last, if it was in these words: "No" and then "no, sorry" is said of one thing."""
    said = [(one.answered_at, number) for number, one in enumerate(known) if one.answered_at is not None]
    last = known[max(said)[1]] if said else None
    return [last] if last is not None and last.answered == meaning else []


def _newest(known: Sequence[Question]) -> list[Question]:
    return [max(known, key=lambda one: (not one.over, one.asked_at))] if known else []
