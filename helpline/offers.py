"""Offers: one request put to one coordinator or willing neighbour, with a time limit.

No request is ever without somebody: an open offer, a yes, or the desk. Who is asked is `offering`, what comes of it `taking`, and
what is nobody's to do any more `withdrawing`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline.db import Base, known
from helpline.errors import HelplineError
from helpline.messages import Message, MessageKind
from helpline.people import HatName, Person
from helpline.requests import HelpRequest
from helpline.states import Life, StateText, check

LINK_LASTS = timedelta(days=7)


class OfferState(StrEnum):
    """The life of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    PASSED = "passed"
    LAPSED = "lapsed"
    GIVEN_BACK = "given_back"
    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"
    DONE = "done"


O = OfferState  # noqa: E741  # the letter stands for the states of this noun, as M, R, C and Q do for theirs
LIFE = Life(
    "offer",
    {
        O.OPEN: frozenset({O.ACCEPTED, O.PASSED, O.LAPSED, O.WITHDRAWN, O.ELSEWHERE}),
        O.ACCEPTED: frozenset({O.DONE, O.GIVEN_BACK, O.WITHDRAWN, O.ELSEWHERE}),
        # A yes that comes late, or after a no, is welcome while nobody else has it; and a handler may ask again (`handing`).
        O.LAPSED: frozenset({O.ACCEPTED, O.OPEN}),
        O.WITHDRAWN: frozenset({O.OPEN}),
        O.PASSED: frozenset({O.ACCEPTED}),
        O.GIVEN_BACK: frozenset({O.ACCEPTED}),
        # Somebody else was faster, or it is another patch's; should it come back, whoever never had to answer is asked again.
        O.ELSEWHERE: frozenset({O.OPEN, O.ACCEPTED}),
    },
)
LIVE = (O.OPEN, O.ACCEPTED)
NOTHING_HEARD = {"nudged_at": None, "call_owed_at": None}
_LIVE_SQL = sql("state IN ('open', 'accepted')")
_ALONE_SQL = sql("state = 'accepted' OR (state = 'open' AND NOT together)")


class Offer(Base):
    """One request put to one coordinator or deputy, or to one of several willing neighbours who are asked `together`.

    1. `open` until `lapses_at`. 2. `accepted` by yes, `passed` by no, or `lapsed` by silence. 3. An accepted one is `done`, or
    `given_back`. Of those asked together the first yes has it, and for the others it has gone `elsewhere`, as does what turns out
    to be another patch's. `withdrawn` when the request is called off or seen to otherwise. `letter` tells a person's live offers
    apart. `watched_at` is when the desk was told that the text asking them could not be sent in time. Of an accepted one nothing
    has been heard for too long at `quiet_at`: then they are nudged, and at last the resident is owed a call (`nudges`).
    """

    __tablename__ = "offers"
    __table_args__ = (
        check("state", OfferState, name="state"),
        check("hat", HatName, name="hat"),
        UniqueConstraint("request_id", "person_id"),
        # One person at a time has a request, and one letter means one offer: the database has the last word.
        Index(
            "uq_offers_request_live",
            "request_id",
            unique=True,
            sqlite_where=_ALONE_SQL,
            postgresql_where=_ALONE_SQL,
        ),
        Index(None, "request_id"),
        Index(
            "uq_offers_letter_live",
            "person_id",
            "letter",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        Index(None, "state", "lapses_at"),
        Index(None, "person_id", "asked_at"),
        Index(None, "person_id", "state"),
        known("quiet_at"),
        known("answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    hat: Mapped[HatName] = mapped_column(StateText(HatName))
    letter: Mapped[str] = mapped_column(String(1))
    state: Mapped[OfferState] = mapped_column(StateText(OfferState), default=OfferState.OPEN)
    together: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    watched_at: Mapped[datetime | None]
    quiet_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    call_owed_at: Mapped[datetime | None]

    request: Mapped[HelpRequest] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def street(self) -> str:
        """The street, by name. What is on no list is offered to whoever looks after everywhere else."""
        return self.request.street.name if self.request.street else "a street not on our list"

    @property
    def where(self) -> str:
        """The street as whoever took it is told: what is on no list, in the words of whoever asked."""
        return self.request.street_words or self.street


def of_request(session: Session, request: HelpRequest) -> list[Offer]:
    """Every offer of a request, oldest first."""
    return list(session.scalars(select(Offer).where(Offer.request_id == request.id).order_by(Offer.id)))


def live_of_person(session: Session, person: Person) -> list[Offer]:
    """What is open or accepted with somebody, by letter."""
    return list(
        session.scalars(select(Offer).where(Offer.person_id == person.id, Offer.state.in_(LIVE)).order_by(Offer.letter))
    )


def live_of_request(session: Session, request: HelpRequest) -> list[Offer]:
    """Who said yes, or who is being asked: several when neighbours are asked together."""
    live = select(Offer).where(Offer.request_id == request.id, Offer.state.in_(LIVE))
    return list(session.scalars(live.order_by(Offer.state, Offer.id)))  # "accepted" comes before "open"


def holder_of(session: Session, request: HelpRequest) -> Offer | None:
    """The live offer of a request: who said yes, or who is asked; of several who are, the first."""
    return next(iter(live_of_request(session, request)), None)


def first_live(put: Iterable[Offer]) -> Offer | None:
    """The live one of a request's offers: accepted before open, else the first. Pure."""
    live = sorted((offer for offer in put if offer.state in LIVE), key=lambda offer: (offer.state.value, offer.id))
    return next(iter(live), None)


def how_many(session: Session, people_ids: Iterable[int]) -> dict[int, int]:
    """How many requests each of these people has, asked or taken."""
    live = select(Offer.person_id, func.count()).where(Offer.person_id.in_(set(people_ids)), Offer.state.in_(LIVE))
    return dict(session.execute(live.group_by(Offer.person_id)).all())


def check_may_be_said(session: Session, message: Message) -> None:
    """Raises `HelplineError` when words ask somebody who is not asked any more."""
    offer = session.get(Offer, message.offer_id) if message.offer_id and message.kind == MessageKind.OFFER else None
    if offer is not None and offer.state != O.OPEN:
        raise HelplineError("They are not asked any more: somebody else is, or has it. Leave it, and nothing is lost.")
