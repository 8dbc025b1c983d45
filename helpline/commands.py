"""What our own people may tell the line by text of themselves: READY, PAUSE, AWAY, BACK. Each is one line of `COMMANDS`.

A new one is a role and its words in `reply_words`, a meaning in `replies` (`Meaning`, `SAYS`), and a line here: whose hats it is
for, and what it does, which answers with the words to send, or None when it means nothing from this person just now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from helpline import answer_words, away, calls, people, rota, wording, wrap_up
from helpline.people import ANSWERS, COORDINATES, HatName, Person
from helpline.replies import Meaning, Reply

HELPS = (*ANSWERS, *COORDINATES)
AWAY_FOR = timedelta(days=7)
"""How long somebody is away who says no more than that."""


class Does(Protocol):
    """Does what somebody said of themselves."""

    def __call__(self, session: Session, who: Person, reply: Reply, *, at: datetime) -> str | None:
        """The words to answer with. Raises `HelplineError` when it cannot be, whose words are sent."""


@dataclass(frozen=True)
class Command:
    """Whose it is, and what it does. `alone`: of somebody who is asked something else just now, only the one word counts."""

    does: Does
    hats: tuple[HatName, ...] = HELPS
    alone: bool = False


def _ready(session: Session, who: Person, reply: Reply, *, at: datetime) -> str | None:
    del reply
    back = away.back_again(session, who, who=who, at=at)
    if not who.wears(*ANSWERS):
        return answer_words.WELCOME_BACK if back else None
    wrap_up.ready(session, who, at=at)
    if rota.shift_of(session, who, at) is None:
        return answer_words.WELCOME_BACK if back else wording.NO_SHIFT
    people.resume(session, who, who=who.id, at=at)
    return wording.READY_AFTER_THIS if calls.current_of(session, who) else wording.READY


def _pause(session: Session, who: Person, reply: Reply, *, at: datetime) -> str:
    """Out of a shift nothing is paused: it would last into the next one, unseen."""
    del reply
    if rota.shift_of(session, who, at) is None:
        return wording.NO_SHIFT
    people.pause(session, who, who=who.id, at=at)
    return wording.PAUSED


def _away(session: Session, who: Person, reply: Reply, *, at: datetime) -> str:
    del reply
    first = away.today(at)
    said = away.on_day(session, who, first) or away.say_away(session, who, first, first + AWAY_FOR, who=who, at=at)
    return answer_words.AWAY_UNTIL.format(day=wording.date_words(said.ends))


COMMANDS: Mapping[Meaning, Command] = {
    Meaning.READY: Command(_ready, alone=True),
    Meaning.PAUSE: Command(_pause, ANSWERS, alone=True),
    Meaning.AWAY: Command(_away),
}
