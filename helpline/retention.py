"""Retention: what we promised to forget, and when. Four weeks after it is over, or as the group says, whatever is sealed goes.

The promise is spoken and shown, so it is kept here for every noun at once: a rule says which rows are due, the clock looks, and
each row is forgotten in a transaction of its own. Kinds, streets, states and times stay, for figures. A row that is forgotten lets
go of the person it named; a person whom nothing names any more, and who wears no hat, goes last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpline import (
    buddies,
    desk_items,
    durations,
    errands,
    found_words,
    hard_calls,
    history,
    repeating,
    requests,
    spoken_notes,
)
from helpline.away import Away
from helpline.blocks import Block
from helpline.buddies import Buddy
from helpline.calls import Call
from helpline.db import Base
from helpline.desk_items import DeskItem
from helpline.durations import Kept
from helpline.errands import ErrandKind
from helpline.feeds import BACK, Feed, FeedEntry
from helpline.found_words import FoundNoun
from helpline.handovers import Handover
from helpline.hard_calls import HardCall
from helpline.links import Link, Opening
from helpline.messages import M, Message
from helpline.offers import Offer
from helpline.own_calls import OwnCall
from helpline.people import Hat, Person, Way
from helpline.pins import REMEMBERED, Guess, Pin
from helpline.prompts import Prompt, Sound
from helpline.referrals import Referral
from helpline.regulars import Regular
from helpline.requests import HelpRequest, Note
from helpline.rings import Ring
from helpline.rota import Shift
from helpline.said import Said
from helpline.sealed import Sealed, SealedBytes
from helpline.sheets import HELD, REPORTED, Sheet
from helpline.sign_in import Device, SignInCode
from helpline.texts import Text
from helpline.unfinished import KEPT, Draft
from helpline.voicemails import Voicemail

# Few at a time and often: what is forgotten at the carrier too must not keep a text to a coordinator waiting.
AT_MOST = 10
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """Which rows of a table are due to be forgotten at an instant, in what order, and how it is done."""

    table: type[Base]
    due: Callable[[datetime, Kept], ColumnElement[bool]]
    since: InstrumentedAttribute[Any]
    verb: Callable[..., None]

    def find(self, session: Session, at: datetime) -> Sequence[int]:
        """The ids of those that are due, longest over first, a few at a time."""
        due = self.due(at, durations.kept(session))
        return session.scalars(select(self._id).where(due).order_by(self.since).limit(AT_MOST)).all()

    def forget(self, session: Session, row_id: int, at: datetime) -> None:
        """Forget one, if it is still due: it is held and looked at again."""
        session.execute(select(self._id).where(self._id == row_id).with_for_update())
        due = self.due(at, durations.kept(session))
        if session.scalar(select(self._id).where(self._id == row_id, due)) is not None:
            self.verb(session, session.get_one(self.table, row_id), at=at)

    @property
    def _id(self) -> ColumnElement[int]:
        return self.table.__table__.c.id


@dataclass(frozen=True)
class Naming:
    """Rows that name somebody, who is known for as long as they are: until what `begun` and was `over` then is forgotten.

    `which` of them count; those that `stay`, for figures, count until they would be.
    """

    whose: InstrumentedAttribute[Any]
    begun: InstrumentedAttribute[Any]
    over: InstrumentedAttribute[Any]
    which: ColumnElement[bool] = field(default_factory=true)
    stay: bool = False

    def keeps(self, at: datetime, kept: Kept) -> ColumnElement[bool]:
        """Whether such a row names the person who is asked about, and keeps them."""
        rows = select(self.whose).where(self.whose == Person.id, self.which)
        return (rows.where(~kept.is_due(self.begun, self.over, at)) if self.stay else rows).exists()


_ASKED = HelpRequest.created_at, HelpRequest.over_at
_HELD = HelpRequest.forgotten_at.is_(None)
NAMING = (
    Naming(HelpRequest.resident_id, *_ASKED),
    Naming(HelpRequest.asker_id, *_ASKED),
    Naming(HelpRequest.lead_id, *_ASKED),
    Naming(HelpRequest.handler_id, *_ASKED, which=_HELD),
    Naming(Offer.person_id, *_ASKED, which=(HelpRequest.id == Offer.request_id) & _HELD),
    Naming(Call.person_id, Call.arrived_at, Call.ended_at),
    Naming(Buddy.buddy_id, Buddy.asked_at, Buddy.over_at, which=Buddy.state.in_(buddies.LIVE)),
    Naming(Message.person_id, Message.created_at, Message.created_at),
    Naming(Text.person_id, Text.at, Text.at),
    Naming(Ring.person_id, Ring.asked_at, Ring.asked_at, stay=True),
    Naming(Shift.person_id, Shift.starts_at, Shift.ends_at, stay=True),
)


# What is due


def _owed(subject: InstrumentedAttribute[Any], about: InstrumentedAttribute[int], at: datetime) -> ColumnElement[bool]:
    """Whether the desk owes something about it, or may again when a press is undone."""
    item = select(DeskItem.id).where(subject == about)
    return item.where(DeskItem.state.in_(desk_items.LIVE)).exists() | item.where(DeskItem.undo_until > at).exists()


def _requests(at: datetime, kept: Kept) -> ColumnElement[bool]:
    over = HelpRequest.forgotten_at.is_(None) & kept.is_due(HelpRequest.created_at, HelpRequest.over_at, at)
    return over & ~repeating.is_yet_needed(at)


def _calls(at: datetime, kept: Kept) -> ColumnElement[bool]:
    """A message nobody has dealt with keeps its call, and so its sound."""
    over = Call.forgotten_at.is_(None) & kept.is_due(Call.arrived_at, Call.ended_at, at)
    return over & ~_owed(DeskItem.call_id, Call.id, at)


def _messages(at: datetime, kept: Kept) -> ColumnElement[bool]:
    said = Message.forgotten_at.is_(None) & kept.is_due(Message.created_at, Message.created_at, at)
    open_request = select(HelpRequest.id).where(
        HelpRequest.id == Message.request_id, HelpRequest.state.in_(requests.OPEN)
    )
    to_be_said = Message.state.in_([M.OWED, M.SENDING])
    return said & ~to_be_said & ~open_request.exists() & ~_owed(DeskItem.message_id, Message.id, at)


def _texts(at: datetime, kept: Kept) -> ColumnElement[bool]:
    old = Text.forgotten_at.is_(None) & kept.is_due(Text.at, Text.at, at)
    return old & ~_owed(DeskItem.text_id, Text.id, at)


def _people(at: datetime, kept: Kept) -> ColumnElement[bool]:
    """Nobody with a hat, nor anybody whom something kept still names, or who did something for us in the four weeks."""
    due = Person.forgotten_at.is_(None) & kept.is_due(Person.created_at, Person.created_at, at)
    due &= ~select(Hat.id).where(Hat.person_id == Person.id).exists()
    for naming in NAMING:
        due &= ~naming.keeps(at, kept)
    return due


def _handovers(at: datetime, kept: Kept) -> ColumnElement[bool]:
    return Handover.forgotten_at.is_(None) & kept.is_due(Handover.at, Handover.at, at)


def _referrals(at: datetime, kept: Kept) -> ColumnElement[bool]:
    return Referral.forgotten_at.is_(None) & kept.is_due(Referral.made_at, Referral.over_at, at)


def _sheets(at: datetime, _: Kept) -> ColumnElement[bool]:
    """An hour for what is only looked at, and a day for the report of what was done."""
    waits = Sheet.done_at.is_(None) & (Sheet.brought_at <= at - HELD)
    return waits | (Sheet.done_at <= at - REPORTED)


def _unheard(at: datetime, _: Kept) -> ColumnElement[bool]:
    """Sounds that nobody uses any more, once no document that named them is being played."""
    used = [select(Prompt.id).where(Prompt.sound_id == Sound.id), select(Said.id).where(Said.sound_id == Sound.id)]
    return (Sound.made_at <= at - A_DAY) & ~used[0].exists() & ~used[1].exists()


def _blocks(at: datetime, _: Kept) -> ColumnElement[bool]:
    """At once when it is over: there is nothing to keep it for."""
    return Block.forgotten_at.is_(None) & ((Block.until_at <= at) | Block.ended_at.is_not(None))


# Forgetting


def _blank(row: Base, at: datetime) -> None:
    """Everything sealed is gone, and the hash it was found by."""
    for column in inspect(type(row)).columns:
        if isinstance(column.type, (Sealed, SealedBytes)) or column.key == "phone_key":
            setattr(row, column.key, None)
    if hasattr(row, "forgotten_at"):
        row.forgotten_at = at


def forget_request(session: Session, request: HelpRequest, *, at: datetime) -> None:
    """Who, where, what was said and promised, the words of its notes, and what organisations were told of it."""
    _blank(request, at)
    request.resident_id = request.asker_id = request.lead_id = None
    for note in session.scalars(select(Note).where(Note.request_id == request.id)):
        _blank(note, at)
    for referral in session.scalars(select(Referral).where(Referral.request_id == request.id)):
        _blank(referral, at)
    history.record(session, "request.forgotten", at=at, request_id=request.id)


def forget_call(session: Session, call: Call, *, at: datetime) -> None:
    """The number that rang, and the sound of what was said of it; the carrier's copies are gone already, or go now."""
    _blank(call, at)
    call.person_id = None
    for voicemail in session.scalars(select(Voicemail).where(Voicemail.call_id == call.id)):
        _blank(voicemail, at)
        errands.owe(session, ErrandKind.DELETE_RECORDING, voicemail.recording_sid, at=at)
    for note in spoken_notes.of_call(session, call.id):
        _blank(note, at)
        errands.owe(session, ErrandKind.DELETE_RECORDING, note.recording_sid, at=at)
    history.record(session, "call.forgotten", at=at, call_id=call.id)


def forget_text(session: Session, text: Message | Text, *, at: datetime) -> None:
    """The words and the number of a text, either way it went, here and at the carrier; of one that was spoken, the calls too."""
    _blank(text, at)
    text.person_id = None
    if text.sid is not None:
        errands.owe(session, ErrandKind.DELETE_MESSAGE, text.sid, at=at)
    if isinstance(text, Message) and text.way == Way.VOICE:
        for sid in session.scalars(select(Ring.sid).where(Ring.message_id == text.id, Ring.sid.is_not(None))):
            errands.owe(session, ErrandKind.DELETE_CALL, sid or "", at=at)


def forget_person(session: Session, person: Person, *, at: datetime) -> None:
    """Gone altogether; of somebody who once helped a bare number stays, since what they did is still told, of nobody."""
    session.execute(delete(Buddy).where(or_(Buddy.person_id == person.id, Buddy.buddy_id == person.id)))
    session.execute(delete(HardCall).where(or_(HardCall.person_id == person.id, HardCall.buddy_id == person.id)))
    for table in (Device, SignInCode, Pin, Guess, Feed, FeedEntry, OwnCall, Away, Regular, Opening, Draft):
        session.execute(delete(table).where(table.person_id == person.id))
    found_words.drop(session, FoundNoun.PERSON, person.id)
    try:
        with session.begin_nested():
            session.execute(delete(Person).where(Person.id == person.id))
    except IntegrityError:  # a ring, an offer, a note, a reading or a request they wrote down
        _blank(person, at)
    history.record(session, "person.forgotten", at=at, person_id=person.id)


def forget_block(session: Session, block: Block, *, at: datetime) -> None:
    """The number that was turned away, and why."""
    block.ended_at = block.ended_at or block.until_at
    _blank(block, at)
    history.record(session, "block.forgotten", at=at)


def forget_link(session: Session, link: Link, *, at: datetime) -> None:
    """A link that has long run out, and in which browsers it was opened."""
    session.execute(delete(Opening).where(Opening.link_id == link.id))
    _delete(session, link, at=at)


def _blank_only(session: Session, row: Base, *, at: datetime) -> None:
    del session
    _blank(row, at)


def _delete(session: Session, row: Base, *, at: datetime) -> None:
    del at
    session.delete(row)


RULES = (
    Rule(HelpRequest, _requests, HelpRequest.over_at, forget_request),
    Rule(Call, _calls, Call.ended_at, forget_call),
    Rule(Message, _messages, Message.created_at, forget_text),
    Rule(Block, _blocks, Block.until_at, forget_block),
    Rule(Text, _texts, Text.at, forget_text),
    Rule(Referral, _referrals, Referral.over_at, _blank_only),
    Rule(Handover, _handovers, Handover.at, _blank_only),
    Rule(Person, _people, Person.id, forget_person),
    Rule(Away, lambda at, kept: Away.last < (at - kept.length).date(), Away.last, _delete),
    Rule(Sheet, _sheets, Sheet.brought_at, _delete),
    Rule(SignInCode, lambda at, _: SignInCode.created_at <= at - A_DAY, SignInCode.created_at, _delete),
    Rule(Guess, lambda at, _: Guess.at <= at - REMEMBERED, Guess.at, _delete),
    Rule(Said, lambda at, _: Said.said_at <= at - A_DAY, Said.said_at, _delete),
    Rule(Sound, _unheard, Sound.made_at, _delete),
    Rule(Link, lambda at, kept: Link.expires_at <= at - kept.length, Link.expires_at, forget_link),
    Rule(Device, lambda at, kept: Device.revoked_at <= at - kept.length, Device.revoked_at, _delete),
    Rule(Draft, lambda at, _: Draft.kept_at <= at - KEPT, Draft.kept_at, _delete),
    Rule(Feed, lambda at, kept: Feed.stopped_at <= at - kept.length, Feed.stopped_at, _delete),
    Rule(HardCall, lambda at, _: HardCall.at <= at - hard_calls.KEPT, HardCall.at, _delete),
    Rule(Buddy, lambda at, kept: Buddy.over_at <= at - kept.length, Buddy.over_at, _delete),
    Rule(FeedEntry, lambda at, _: FeedEntry.ends_at <= at - BACK - A_DAY, FeedEntry.ends_at, _delete),
)
