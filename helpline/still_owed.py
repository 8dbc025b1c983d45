"""What the desk owes, told with what it is about, and the day in figures. Nothing is changed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import (
    board,
    clock,
    config,
    desk_items,
    handovers,
    holders,
    ledger,
    spoken_notes,
)
from helpline.calls import Call, Voicemail
from helpline.db import by_id
from helpline.desk_items import DeskItem, ItemKind
from helpline.holders import Holder, Why
from helpline.ledger import DailyLine
from helpline.messages import Message
from helpline.people import Person
from helpline.referrals import Referral
from helpline.requests import HelpRequest
from helpline.rings import Ring
from helpline.sealed import keys_of
from helpline.spoken_notes import SpokenNote
from helpline.texts import Text

# An item with no time of its own is late after an hour.
LATE = timedelta(hours=1)
LONGEST_LEG = timedelta(hours=2)
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


def owed(session: Session, *, at: datetime) -> list[Owed]:
    """Everything still owed, oldest first; but whoever is not safe, or waits for advice, before all else."""
    in_turn = sorted(desk_items.on_the_desk(session), key=lambda item: item.kind != ItemKind.ADVICE)
    return _about(session, in_turn, at=at)


def owed_one(session: Session, item: DeskItem, *, at: datetime) -> Owed:
    """One item, with what it is about."""
    return _about(session, [item], at=at)[0]


def _about(session: Session, items: Sequence[DeskItem], *, at: datetime) -> list[Owed]:
    voicemails = {
        voicemail.call_id: voicemail
        for voicemail in session.scalars(
            select(Voicemail).where(Voicemail.call_id.in_([item.call_id for item in items if item.call_id]))
        )
    }
    rung = by_id(session, Ring, [item.ring_id for item in items])
    about = [item.call_id for item in items] + [ring.call_id for ring in rung.values()]
    rang = by_id(session, Call, about)
    wanted = by_id(session, HelpRequest, [item.request_id for item in items])
    lines_of = {row.request.id: row for row in board.lines(session, list(wanted.values()))}
    here = holders.around(session, at=at)
    written = by_id(session, Text, [item.text_id for item in items])
    sent = by_id(session, Message, [item.message_id for item in items])
    passed_on = by_id(session, Referral, [item.referral_id for item in items])
    about_whom = by_id(session, Person, [item.person_id for item in items])
    return [
        Owed(
            item,
            late=at > (item.due_at or item.created_at + LATE),
            call=rang.get(item.call_id or 0),
            line=lines_of.get(item.request_id or 0),
            voicemail=voicemails.get(item.call_id or 0) if item.kind == ItemKind.VOICEMAIL else None,
            notes=tuple(spoken_notes.of_call(session, item.call_id or 0)) if item.kind == ItemKind.SPOKEN_NOTE else (),
            text=written.get(item.text_id or 0),
            message=sent.get(item.message_id or 0),
            ring=rung.get(item.ring_id or 0),
            person=about_whom.get(item.person_id or 0),
            referral=passed_on.get(item.referral_id or 0),
            holder=holders.holder_of(item, here, urgent=handovers.is_urgent(item, _request(lines_of, item))),
            calls_today=_calls_today(session, rang.get(item.call_id or 0), at=at),
        )
        for item in items
    ]


def _request(lines_of: Mapping[int, board.Line], item: DeskItem) -> HelpRequest | None:
    line = lines_of.get(item.request_id or 0)
    return line.request if line else None


def _calls_today(session: Session, call: Call | None, *, at: datetime) -> int:
    if call is None or call.phone is None:
        return 0
    midnight = clock.midnight(at, config.current().zone)
    found = select(func.count()).where(Call.phone_key.in_(keys_of(call.phone)), Call.arrived_at >= midnight)
    return session.scalar(found) or 0


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


def today(session: Session, *, at: datetime) -> Today:
    """Today's calls, counted as the ledger counts those of any day."""
    found = ledger.of_day(session, clock.local(at, config.current().zone).date(), at=at)
    line = ledger.yesterday(session, at=at)
    missing = line is None and ledger.is_missing(session, at=at)
    return Today(found.calls, found.answered, not found.unaccounted, line, missing)


def open_item(session: Session, item_id: int) -> DeskItem | None:
    """An item by its id, whether or not it is done."""
    return session.get(DeskItem, item_id)
