"""Requests: what is needed, where, and by when. The desk writes one down; a street sees to it."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import besides, calls, desk_items, found_words, history, messages, patches, people, places, wording
from helpline.besides import Besides, BesidesRow
from helpline.db import Base, kept, known, lock
from helpline.errors import HelplineError
from helpline.found_words import FoundNoun
from helpline.messages import MessageKind
from helpline.people import ANSWERS, Person
from helpline.places import Patch, Street
from helpline.sealed import Sealed
from helpline.states import Life, StateText, check
from helpline.wording import Kind, Money, Urgency


class RequestState(StrEnum):
    """The life of a request."""

    ASKING = "asking"
    TAKEN = "taken"
    NOBODY = "nobody"
    DONE = "done"
    CALLED_OFF = "called_off"


Q = RequestState
LIFE = Life(
    "request",
    {
        Q.ASKING: frozenset({Q.TAKEN, Q.NOBODY, Q.DONE, Q.CALLED_OFF}),
        Q.TAKEN: frozenset({Q.ASKING, Q.NOBODY, Q.DONE, Q.CALLED_OFF}),
        Q.NOBODY: frozenset({Q.ASKING, Q.TAKEN, Q.DONE, Q.CALLED_OFF}),
    },
)
OPEN = (Q.ASKING, Q.TAKEN, Q.NOBODY)

OFFER_BY_ITSELF = "An offer of help stands by itself: take it off here, or write what they need as another request."
# No vowels, so no words; nothing that is misread over the telephone.
_REFERENCE = "BCDFGHJKMNPQRTVWXYZ23456789"


class HelpRequest(BesidesRow, Base):
    """Something a resident needs, or offers: both travel the same road. (`Request` is FastAPI's.)

    1. `asking`: a coordinator or deputy of the street's patch is being asked. 2. `taken`: one of them said yes. 3. `done`.
    `nobody`: the ladder is used up, or the street is not known, and the desk holds it. `called_off`: no longer needed.
    While it is asking and whoever is to be asked has quiet hours, it waits for them (`waits_for_id`) until `waits_until`.
    One that comes back (`repeating`) names its `repeat_id`, and whoever saw to the one before as `ask_first_id`.
    `over_at` is when it was done or called off; four weeks after, what is sealed is forgotten (`retention`). `neighbour` is the
    first name of whoever does it, if we were told; `done_on` the day on which they did. From `follow_up_at` the resident is owed
    a call to ask how it went. `found_by` marks the key by which its name and number are found (`found_words`). One that was
    called off as the same as another names it as `same_as_id`.
    """

    __tablename__ = "requests"
    __table_args__ = (
        check("state", RequestState, name="state"),
        check("urgency", Urgency, name="urgency"),
        check("money", Money, name="money"),
        Index(None, "state", "created_at"),
        # The newest of those that are done, among hundreds of thousands.
        Index(None, "state", "id"),
        Index(None, "resident_id", "created_at"),
        Index(None, "handler_id", "created_at"),
        Index(None, "patch_id", "created_at"),
        Index(None, "created_at"),
        known("waits_until"),
        known("repeat_id"),
        kept("over_at"),
        known("over_at", "state"),
        known("follow_up_at"),
        known("asker_id"),
        known("lead_id"),
        found_words.unfound(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    form_key: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[RequestState] = mapped_column(StateText(RequestState), default=RequestState.ASKING)
    kinds: Mapped[str] = mapped_column(String(200))
    urgency: Mapped[Urgency] = mapped_column(StateText(Urgency))
    by_at: Mapped[datetime | None]
    money: Mapped[Money] = mapped_column(StateText(Money))
    words: Mapped[str | None] = mapped_column(Sealed())
    name: Mapped[str | None] = mapped_column(Sealed())
    phone: Mapped[str | None] = mapped_column(Sealed())
    house: Mapped[str | None] = mapped_column(Sealed())
    street_words: Mapped[str | None] = mapped_column(Sealed())
    promise: Mapped[str | None] = mapped_column(Sealed())
    street_id: Mapped[int | None] = mapped_column(ForeignKey("streets.id"), index=True)
    patch_id: Mapped[int | None] = mapped_column(ForeignKey("patches.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    created_at: Mapped[datetime]
    waits_until: Mapped[datetime | None]
    waits_for_id: Mapped[int | None]
    repeat_id: Mapped[int | None]
    ask_first_id: Mapped[int | None]
    same_as_id: Mapped[int | None]
    neighbour: Mapped[str | None] = mapped_column(Sealed())
    found_at: Mapped[datetime | None]
    done_on: Mapped[date | None]
    follow_up_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    found_by: Mapped[str | None] = mapped_column(String(8))

    street: Mapped[Street | None] = relationship(lazy="joined")
    patch: Mapped[Patch | None] = relationship(lazy="joined")
    handler: Mapped[Person] = relationship(foreign_keys=[handler_id], lazy="joined")
    resident: Mapped[Person | None] = relationship(foreign_keys=[resident_id], lazy="joined")

    @property
    def what(self) -> str:
        """The kinds in plain words: `shopping and a prescription`."""
        return wording.kinds([Kind(kind) for kind in self.kinds.split(",")])

    @property
    def what_within(self) -> str:
        """The kinds within a sentence: `some shopping and a prescription`."""
        return wording.kinds_within([Kind(kind) for kind in self.kinds.split(",")])

    @property
    def offers_help(self) -> bool:
        """Whether it is an offer of help, which stands by itself."""
        return self.kinds == Kind.OFFER_OF_HELP

    @property
    def whose_is_unknown(self) -> str | None:
        """Why we do not know whose patch it is in, while the house is known and its street is on our list."""
        return places.why_unknown(self.street, self.house) if self.street and not self.patch_id and self.house else None

    @property
    def first_name(self) -> str | None:
        """What the resident is called, if they said."""
        return self.name.split()[0] if self.name else None


found_words.follow(HelpRequest, FoundNoun.REQUEST)


@dataclass(frozen=True)
class Written:
    """What a handler wrote down. `form_key` is made with the form, so that however often it is sent it is one request."""

    form_key: str
    kinds: tuple[Kind, ...]
    words: str
    urgency: Urgency
    money: Money
    name: str | None = None
    phone: str | None = None
    house: str | None = None
    street_id: int | None = None
    street_words: str | None = None
    by_at: datetime | None = None
    promise: str | None = None
    besides: Besides = besides.NOTHING


def by_form_key(session: Session, form_key: str) -> HelpRequest | None:
    """The request that this form already made, if it did."""
    return session.scalar(select(HelpRequest).where(HelpRequest.form_key == form_key))


def write(
    session: Session, written: Written, *, who: Person, at: datetime, call: calls.Call | None = None
) -> tuple[HelpRequest, bool]:
    """Write a request down. Answers with it, and whether it is new (False when this form was sent before).

    Raises `HelplineError` when nothing is said to be needed, or there is nowhere to bring it.
    """
    already = by_form_key(session, written.form_key)
    if already is not None:
        return already, False
    if not written.kinds:
        raise HelplineError("Say what is needed: press at least one.")
    if Kind.OFFER_OF_HELP in written.kinds and len(written.kinds) > 1:
        raise HelplineError(OFFER_BY_ITSELF)
    street = session.get(Street, written.street_id) if written.street_id else None
    if street is None and not written.street_words:
        raise HelplineError("Say which street, even if it is not on our list.")
    request = _of(session, written, who=who, at=at, call=call, street=street)
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:  # the same form, sent twice at once
        return session.scalars(select(HelpRequest).where(HelpRequest.form_key == written.form_key)).one(), False
    history.record(session, "request.written", at=at, who=who.id, request_id=request.id, call_id=request.call_id)
    if call is not None:
        call.person_id = call.person_id or (request.asker_id if request.for_another else request.resident_id)
        outcome = calls.Outcome.OFFER_OF_HELP if request.offers_help else calls.Outcome.REQUEST
        calls.come_to(session, call, outcome, who=who, at=at)
    return request, True


# What a request holds just as its form has it; kinds and number are read beside.
_AS_WRITTEN = ("words", "urgency", "by_at", "money", "name", "house", "street_id", "street_words")


def says(request: HelpRequest, written: Written, *, call: calls.Call | None = None) -> bool:
    """Whether a request says what its form does now: else there is something in the form that is kept nowhere."""
    numbers = besides.numbers(written.phone, call.phone if call else None, written.besides.another)
    same = all(getattr(request, name) == getattr(written, name) for name in _AS_WRITTEN)
    return same and request.kinds == ",".join(written.kinds) and request.phone == numbers.to_ring


def new_reference(session: Session) -> str:
    """A reference that no request has: with 50,000 written, one in 300 made at random has been given already."""
    while True:
        made = "".join(secrets.choice(_REFERENCE) for _ in range(5))
        if session.scalar(select(HelpRequest.id).where(HelpRequest.reference == made)) is None:
            return made


def _of(
    session: Session,
    written: Written,
    *,
    who: Person,
    at: datetime,
    call: calls.Call | None,
    street: Street | None,
) -> HelpRequest:
    said = written.besides
    numbers = besides.numbers(written.phone, call.phone if call else None, said.another)
    resident = people.meet(session, numbers.theirs, at=at, name=written.name) if numbers.theirs else None
    ringer = said.another.ringer if said.another else None
    asker = people.meet(session, numbers.ringers, at=at, name=ringer) if numbers.ringers else None
    patch = places.patch_for(street, written.house) if street else patches.everywhere_else(session)
    return HelpRequest(
        reference=new_reference(session),
        form_key=written.form_key,
        kinds=",".join(written.kinds),
        urgency=written.urgency,
        by_at=written.by_at,
        money=written.money,
        words=written.words,
        name=written.name,
        phone=numbers.to_ring,
        house=written.house,
        street_words=None if street else written.street_words,
        promise=written.promise,
        street=street,
        patch=patch,
        resident_id=resident.id if resident else None,
        handler=who,
        call_id=call.id if call else None,
        created_at=at,
        for_another=said.another is not None,
        knows=said.another.knows if said.another else None,
        ring_ringer=said.another is not None and said.another.ring_ringer,
        ringer=ringer,
        asker_id=asker.id if asker else None,
        language=said.language,
        paid_how=said.paid_how,
        payer=said.payer,
    )


def handler_hears(request: HelpRequest) -> bool:
    """Whether the handler is told when it is done: nobody is who has left the desk."""
    return request.handler.wears(*ANSWERS)


def done(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> bool:
    """It is done; the handler who took the call is told, unless they have left. False when it was done already."""
    if not LIFE.allows(request.state, Q.DONE) or not LIFE.win(session, request, Q.DONE, over_at=at):
        return False
    history.record(session, "request.done", at=at, who=who.id, request_id=request.id)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)
    if request.handler_id != who.id and handler_hears(request):
        words = wording.done_text(
            request.what,
            request.street.name if request.street else None,
            who.first_name,
            request.reference,
            came_back=request.repeat_id is not None,
        )
        messages.owe(session, MessageKind.DONE, words, to=request.handler, at=at, request_id=request.id)
    return True


def add_note(session: Session, request: HelpRequest, words: str, *, who: Person, at: datetime) -> "Note":
    """Write a note on a request. Raises `HelplineError` when it is empty, or the request has been forgotten."""
    if not words.strip():
        raise HelplineError("Write the note first.")
    lock(session, request)
    if request.forgotten_at is not None:
        raise HelplineError("That request has been forgotten, as we promise, so nothing more is written on it.")
    note = Note(request_id=request.id, who=who, words=words.strip(), at=at)
    session.add(note)
    history.record(session, "request.noted", at=at, who=who.id, request_id=request.id)
    return note


class Note(Base):
    """A few words on a request's story."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    who_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    words: Mapped[str | None] = mapped_column(Sealed())
    at: Mapped[datetime]

    who: Mapped[Person] = relationship(lazy="joined")


NEWEST_FIRST = HelpRequest.created_at.desc(), HelpRequest.id.desc()
