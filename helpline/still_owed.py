"""What the desk owes, told with what it is about, and the day in figures. Nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpline import board, clock, config, duty, handovers, holders, ledger, subjects
from helpline.calls import Call
from helpline.desk_items import DeskItem, ItemKind
from helpline.duty import Duty
from helpline.holders import Around, Holder, Why
from helpline.ledger import DailyLine
from helpline.messages import Message
from helpline.people import Person
from helpline.referrals import Referral
from helpline.requests import HelpRequest
from helpline.rings import Ring
from helpline.spoken_notes import SpokenNote
from helpline.subjects import Subjects
from helpline.texts import Text
from helpline.voicemails import Voicemail

# An item with no time of its own is late after an hour.
LATE = timedelta(hours=1)
ANYBODY = Holder(Why.ANYBODY)


@dataclass(frozen=True)
class Owed:
    """One thing the desk owes, with what it is about."""

    item: DeskItem
    late: bool
    call: Call | None = None
    line: board.Line | None = None
    voicemail: Voicemail | None = None
    notes: tuple[SpokenNote, ...] = ()
    text: Text | None = None
    message: Message | None = None
    ring: Ring | None = None
    person: Person | None = None
    referral: Referral | None = None
    calls_today: int = 0
    holder: Holder = ANYBODY

    @property
    def phone(self) -> str | None:
        """The number it is about, if there is one."""
        about = self.call or self.text
        return about.phone if about else None

    @property
    def forgotten_at(self) -> datetime | None:
        """When what it is about was forgotten, if it was."""
        about = self.call or self.text
        return about.forgotten_at if about else None


def in_turn(session: Session, about: Subjects, there: Duty) -> list[Owed]:
    """Everything still owed, oldest first; but whoever is not safe, or waits for advice, before all else."""
    advice_first = sorted(about.items, key=lambda item: item.kind != ItemKind.ADVICE)
    return _with_holders(session, replace(about, items=advice_first), there)


def owed_one(session: Session, item: DeskItem, *, at: datetime) -> Owed:
    """One item, with what it is about."""
    return _with_holders(session, subjects.of(session, item, at=at), duty.now(session, at))[0]


def _with_holders(session: Session, about: Subjects, there: Duty) -> list[Owed]:
    lines = {line.request.id: line for line in board.lines_of(about.requests.values(), about.offers)}
    here = holders.among(session, there)
    return [_one(item, about, lines.get(item.request_id or 0), here, at=there.at) for item in about.items]


def _one(item: DeskItem, about: Subjects, line: board.Line | None, here: Around, *, at: datetime) -> Owed:
    call_id = item.call_id or 0
    ring = about.rings.get(item.ring_id or 0)
    call = about.calls.get(call_id)
    return Owed(
        item,
        late=at > (item.due_at or item.created_at + LATE),
        call=call,
        line=line,
        voicemail=about.voicemails.get(call_id) if item.kind == ItemKind.VOICEMAIL else None,
        notes=tuple(about.notes.get(call_id, ())) if item.kind == ItemKind.SPOKEN_NOTE else (),
        text=about.texts.get(item.text_id or 0),
        message=about.messages.get(item.message_id or 0),
        ring=ring,
        person=about.people.get(item.person_id or 0),
        referral=about.referrals.get(item.referral_id or 0),
        holder=holders.holder_of(item, here, urgent=handovers.is_urgent(item, line.request if line else None)),
        calls_today=about.rang_today.get(call.phone_key, 0) if call and call.phone else 0,
    )


def holders_of(session: Session, items: Sequence[DeskItem], request: HelpRequest, there: Duty) -> dict[int, Holder]:
    """Who has each of these items about one request, by its id."""
    if not items:
        return {}
    here = holders.among(session, there)
    return {item.id: holders.holder_of(item, here, urgent=handovers.is_urgent(item, request)) for item in items}


@dataclass(frozen=True)
class Today:
    """The day in figures. `accounted` is true only if every call of today ended somewhere, and what is owed is on the desk.

    `yesterday` is the line of the day before; `line_is_missing` when it should be there by now and is not.
    """

    calls: int
    answered: int
    accounted: bool
    yesterday: DailyLine | None
    line_is_missing: bool


def stands(session: Session, yesterday: DailyLine | None, unaccounted: Sequence[Call], *, at: datetime) -> Today:
    """Today's calls, counted as the ledger counts those of any day."""
    since, until = ledger.bounds(clock.local(at, config.current().zone).date(), config.current().zone)
    came, answered = ledger.how_many(session, since, until)
    missing = yesterday is None and ledger.is_missing(session, at=at)
    return Today(came, answered, not unaccounted, yesterday, missing)
