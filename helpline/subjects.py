"""What the desk's items are about: calls, requests, texts, messages, rings and people, for all of them at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from helpline import at_once, clock, config
from helpline.calls import Call
from helpline.desk_items import DeskItem, ItemKind
from helpline.messages import Message
from helpline.offers import Offer
from helpline.people import Person
from helpline.referrals import Referral
from helpline.requests import HelpRequest
from helpline.rings import Ring
from helpline.spoken_notes import SpokenNote
from helpline.texts import Text
from helpline.voicemails import Voicemail


@dataclass(frozen=True)
class Subjects:
    """Items, and by their ids whatever they are about; voicemails and notes by the call, and offers of all these requests.

    `rang_today` is how often each number rang today, by its key.
    """

    items: Sequence[DeskItem] = ()
    voicemails: dict[int, Voicemail] = field(default_factory=dict)
    notes: dict[int, list[SpokenNote]] = field(default_factory=dict)
    rings: dict[int, Ring] = field(default_factory=dict)
    calls: dict[int, Call] = field(default_factory=dict)
    rang_today: Mapping[str | None, int] = field(default_factory=dict)
    requests: dict[int, HelpRequest] = field(default_factory=dict)
    offers: Sequence[Offer] = ()
    texts: dict[int, Text] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    referrals: dict[int, Referral] = field(default_factory=dict)


def parts(which: ColumnElement[bool], *, at: datetime) -> list[Select[Any]]:
    """What to ask for these items, in the order in which `told` hears it."""
    owed = (
        select(
            DeskItem.kind,
            DeskItem.call_id,
            DeskItem.request_id,
            DeskItem.text_id,
            DeskItem.message_id,
            DeskItem.ring_id,
            DeskItem.person_id,
            DeskItem.referral_id,
        )
        .where(which)
        .cte("owed")
    )
    call_ids, request_ids, ring_ids = (_known(owed.c[name]) for name in ("call_id", "request_id", "ring_id"))
    noted = call_ids.where(owed.c.kind == ItemKind.SPOKEN_NOTE)
    numbers = select(Call.phone_key).where(Call.id.in_(call_ids), Call.phone_key.is_not(None))
    return [
        select(DeskItem).where(which),
        select(Voicemail).where(Voicemail.call_id.in_(call_ids)),
        select(SpokenNote).where(SpokenNote.call_id.in_(noted)),
        select(Ring).where(Ring.id.in_(ring_ids)),
        select(Call).where(Call.id.in_(call_ids)),
        select(Call).where(Call.id.in_(select(Ring.call_id).where(Ring.id.in_(ring_ids)))),
        select(Call).where(Call.phone_key.in_(numbers), Call.arrived_at >= clock.midnight(at, config.current().zone)),
        select(HelpRequest).where(HelpRequest.id.in_(request_ids)),
        select(Offer).where(Offer.request_id.in_(request_ids)),
        select(Text).where(Text.id.in_(_known(owed.c.text_id))),
        select(Message).where(Message.id.in_(_known(owed.c.message_id))),
        select(Person).where(Person.id.in_(_known(owed.c.person_id))),
        select(Referral).where(Referral.id.in_(_known(owed.c.referral_id))),
    ]


def _known(column: ColumnElement[int | None]) -> Select[Any]:
    return select(column).where(column.is_not(None))


def told(found: Sequence[Sequence[Any]]) -> Subjects:
    """What `parts` were answered with."""
    items, left, said, rung, rang, rang_from, today, wanted, put, written, sent, people, passed_on = found
    notes: dict[int, list[SpokenNote]] = defaultdict(list)
    for note in sorted(said, key=lambda note: note.id):
        notes[note.call_id].append(note)
    return Subjects(
        sorted(items, key=lambda item: (item.created_at, item.id)),
        {voicemail.call_id: voicemail for voicemail in left},
        notes,
        _by_id(rung),
        _by_id([*rang, *rang_from]),
        Counter(call.phone_key for call in today),
        _by_id(wanted),
        put,
        _by_id(written),
        _by_id(sent),
        _by_id(people),
        _by_id(passed_on),
    )


def _by_id(rows: Iterable[Any]) -> dict[int, Any]:
    return {row.id: row for row in rows}


def of(session: Session, *items: DeskItem, at: datetime) -> Subjects:
    """What some items are about."""
    return told(at_once.ask(session, *parts(DeskItem.id.in_([item.id for item in items]), at=at)))
