"""Offers: one request put to one coordinator, with a time limit; and who is asked next.

No request is ever without somebody: an open offer, a yes, or the desk.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import (
    asked,
    config,
    cover,
    desk_items,
    durations,
    follow_ups,
    history,
    ladder,
    links,
    messages,
    offer_words,
    passing,
    people,
    phone,
    reminders,
    requests,
    rota,
    rungs,
    silence,
    sparing,
    swaps,
    ways,
    wording,
)
from helpline.asked import Question
from helpline.db import Base, known, lock
from helpline.desk_items import ItemKind
from helpline.errors import HelplineError
from helpline.ladder import Choice, Rung, Skip, When
from helpline.messages import Message, MessageKind, MessageState
from helpline.passing import Model
from helpline.people import DetailsBy, HatName, Person, Way
from helpline.replies import Meaning
from helpline.requests import HelpRequest, Q
from helpline.states import Life, StateText, check
from helpline.ways import Reach
from helpline.wording import Urgency

LINK_LASTS = timedelta(days=7)
# What else asks people something by letter is plugged in wherever offers are, so that no letter is given twice.
SHARE_LETTERS = (cover, reminders, swaps)


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
        # Somebody else was faster; should they give it back, whoever never had to answer is asked again.
        O.ELSEWHERE: frozenset({O.OPEN, O.ACCEPTED}),
    },
)
LIVE = (O.OPEN, O.ACCEPTED)
UNSENT = (MessageState.OWED, MessageState.SENDING)
NOTHING_HEARD = {"nudged_at": None, "call_owed_at": None}
_LIVE_SQL = sql("state IN ('open', 'accepted')")
_ALONE_SQL = sql("state = 'accepted' OR (state = 'open' AND NOT together)")


class Offer(Base):
    """One request put to one coordinator or deputy, or to one of several willing neighbours who are asked `together`.

    1. `open` until `lapses_at`. 2. `accepted` by yes, `passed` by no, or `lapsed` by silence. 3. An accepted one is `done`, or
    `given_back`. Of those asked together the first yes has it, and for the others it has gone `elsewhere`. `withdrawn` when the
    request is called off or seen to otherwise. `letter` tells a person's live offers apart. `watched_at` is when the desk was told
    that the text asking them could not be sent in time. Of an accepted one nothing has been heard for too long at `quiet_at`: then
    they are nudged, and at last the resident is owed a call (`nudges`).
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


def expected(
    session: Session,
    patch_id: int,
    *,
    at: datetime,
    urgency: Urgency = Urgency.THIS_WEEK,
    by_at: datetime | None = None,
) -> Choice:
    """Who would be asked first for something of a patch that was written down now, and when; nobody when nobody can be."""
    need = ladder.when(urgency, at=at, zone=config.current().zone, by_at=by_at)
    return _choose(session, patch_id, (), need)


def choice(session: Session, request: HelpRequest, *, at: datetime, put: Iterable[Offer] | None = None) -> Choice:
    """Who is next on the ladder of a request, and when they can be asked; nobody when the desk would have it.

    `put` are its offers, when they are known.
    """
    had = _had(of_request(session, request) if put is None else put)
    return _choose(session, request.patch_id, had, need_of(request, at), first=request.ask_first_id)


def next_of(request: HelpRequest, put: Iterable[Offer], on: Iterable[Rung], *, at: datetime) -> Choice:
    """The same of the offers and the rungs of its ladder, where streets or coordinators have it. Pure."""
    in_turn = sorted(on, key=lambda rung: rung.person_id != request.ask_first_id)
    return ladder.next_to_ask(in_turn, _had(put), need_of(request, at))


def first_live(put: Iterable[Offer]) -> Offer | None:
    """The live one of a request's offers: accepted before open, else the first. Pure."""
    live = sorted((offer for offer in put if offer.state in LIVE), key=lambda offer: (offer.state.value, offer.id))
    return next(iter(live), None)


def _had(put: Iterable[Offer]) -> set[int]:
    """Whoever was asked already, and had to answer."""
    return {offer.person_id for offer in put if offer.state != O.ELSEWHERE}


def _choose(
    session: Session, patch_id: int | None, had: Collection[int], need: When, *, first: int | None = None
) -> Choice:
    if passing.model(session) == Model.NEIGHBOURS:
        return ladder.next_to_ask(_neighbours(session, patch_id, at=need.at), had, _of_neighbours(need))
    # Whoever saw to the same thing the last time comes before the others, who keep their order.
    on = sorted(_rungs(session, patch_id, at=need.at), key=lambda rung: rung.person_id != first)
    return ladder.next_to_ask(on, had, need)


def need_of(request: HelpRequest, at: datetime) -> When:
    """When a request is needed, as it bears on whom to ask now."""
    zone = config.current().zone
    return ladder.when(request.urgency, at=at, zone=zone, written_at=request.created_at, by_at=request.by_at)


def _rungs(session: Session, patch_id: int | None, *, at: datetime) -> list[Rung]:
    hats = rungs.of_patch(session, patch_id) if patch_id else []
    return rungs.of(session, hats, how_many(session, [hat.person_id for hat in hats]), at=at)


def _neighbours(session: Session, patch_id: int | None, *, at: datetime) -> list[Rung]:
    hats = people.willing(session, patch_id)
    ids = [hat.person_id for hat in hats]
    lately = select(Offer.person_id, func.max(Offer.asked_at)).where(Offer.person_id.in_(ids)).group_by(Offer.person_id)
    asked_at = dict(session.execute(lately).all())
    near = {hat.person_id for hat in hats if hat.patch_id is not None}
    return rungs.of_neighbours(rungs.of(session, hats, how_many(session, ids), at=at), asked_at, near)


def how_many(session: Session, people_ids: Iterable[int]) -> dict[int, int]:
    """How many requests each of these people has, asked or taken."""
    live = select(Offer.person_id, func.count()).where(Offer.person_id.in_(set(people_ids)), Offer.state.in_(LIVE))
    return dict(session.execute(live.group_by(Offer.person_id)).all())


def ask_next(session: Session, request: HelpRequest, *, at: datetime) -> Offer | None:
    """Put a request to the next person on the ladder of its patch; with nobody left, put it on the desk.

    With nobody to be asked until the morning, it waits for whoever is asked then.
    """
    lock(session, request)
    if passing.model(session) == Model.NEIGHBOURS:
        return _ask_together(session, request, at=at)
    if request.state not in {Q.ASKING, Q.NOBODY} or holder_of(session, request) is not None:
        return None
    found = choice(session, request, at=at)
    if found.rung is not None and found.waits_until is None and _filled_up(session, found.rung, request, at=at):
        found = choice(session, request, at=at)  # another request took their last place in this moment
    _tell_skipped(session, request, found, at=at)
    request.waits_until = request.waits_for_id = None
    if found.rung is None:
        _to_the_desk(session, request, at=at)
        return None
    if found.waits_until is not None:
        _wait(session, request, found.rung, found.waits_until, at=at)
        return None
    offer = put_to(session, request, found.rung, at=at)
    if offer is None:
        _to_the_desk(session, request, at=at)
    return offer


def _ask_together(session: Session, request: HelpRequest, *, at: datetime) -> Offer | None:
    """Ask willing neighbours until so many are being asked; with nobody asked and nobody to wait for, the desk has it."""
    live = live_of_request(session, request)
    if request.state not in {Q.ASKING, Q.NOBODY} or any(one.state == O.ACCEPTED or not one.together for one in live):
        return None
    request.waits_until = request.waits_for_id = None
    had, most = _had(of_request(session, request)), durations.of(session).asked_together
    found = Choice(None)
    while len(live) < most:
        free, found = _neighbours_free(session, request, had, most - len(live), at=at)
        if not free:
            break
        for person_id in sorted(
            rung.person_id for rung in free
        ):  # in one order, so that no two requests wait for each other
            session.get_one(Person, person_id, with_for_update={"key_share": True})
        for rung in free:
            # Another request may have taken their last place, or their last letter, in this moment.
            filled = _filled_up(session, rung, request, at=at)
            offer = None if filled else put_to(session, request, rung, together=True, at=at)
            had.add(rung.person_id)
            live += [offer] if offer else []
    if live:
        return live[0]
    if found.rung is not None and found.waits_until is not None:
        _wait(session, request, found.rung, found.waits_until, at=at)
    else:
        _to_the_desk(session, request, at=at)
    return None


def _neighbours_free(
    session: Session, request: HelpRequest, had: Collection[int], many: int, *, at: datetime
) -> tuple[list[Rung], Choice]:
    """So many of the willing neighbours as can be asked now, in order; and what the ladder said when there were no more."""
    on, need = _neighbours(session, request.patch_id, at=at), _of_neighbours(need_of(request, at))
    free: list[Rung] = []
    found = Choice(None)
    while len(free) < many:
        found = ladder.next_to_ask(on, {*had, *(rung.person_id for rung in free)}, need)
        if found.rung is None or found.waits_until is not None:
            break
        free.append(found.rung)
    return free, found


def _of_neighbours(need: When) -> When:
    """None of them knows the street best, so whoever is awake is asked before anybody is waited for."""
    return replace(need, near=Urgency.TODAY) if need.near == Urgency.THIS_WEEK else need


def _filled_up(session: Session, rung: Rung, request: HelpRequest, *, at: datetime) -> bool:
    """Hold whoever is to be asked, and look again how much they have.

    Only another offer waits for this: two neighbours who answer at once may be asked for each other.
    """
    session.get_one(Person, rung.person_id, with_for_update={"key_share": True})
    now = replace(rung, has=how_many(session, [rung.person_id]).get(rung.person_id, 0))
    return now.why_skipped(need_of(request, at)) == Skip.FULL


def _tell_skipped(session: Session, request: HelpRequest, found: Choice, *, at: datetime) -> None:
    """Who was passed over and why, for its story. What was told before the night is not told again in the morning."""
    told = (
        {(event.what, event.person_id) for event in history.story_of_request(session, request.id)}
        if request.waits_until
        else set()
    )
    for rung, why in found.skipped:
        what = f"offer.skipped_{why}"
        if (what, rung.person_id) not in told:
            history.record(session, what, at=at, request_id=request.id, person_id=rung.person_id)


def _wait(session: Session, request: HelpRequest, rung: Rung, until: datetime, *, at: datetime) -> None:
    """Nobody is woken for it: whoever is asked in the morning is named now, and the clock asks them (`moving_on`)."""
    if request.state == Q.NOBODY:
        requests.LIFE.move(request, Q.ASKING)
        desk_items.close_all(session, at=at, request_id=request.id)
    request.waits_until, request.waits_for_id = until, rung.person_id
    history.record(session, "offer.waits", at=at, request_id=request.id, person_id=rung.person_id)


def put_to(session: Session, request: HelpRequest, rung: Rung, *, at: datetime, together: bool = False) -> Offer | None:
    """Ask somebody. None when every letter is open with them: a person must look at that."""
    # Only another question waits for this: two neighbours who answer at once may be asked for each other.
    person = session.get_one(Person, rung.person_id)
    letter = asked.letter_for(session, person, at=at)
    if letter is None:
        return None
    hours = sparing.quiet_of(session, person)
    lapses_at = ladder.lapses_at(need_of(request, at), hours=hours, durations=durations.of(session))
    if request.state == Q.NOBODY:
        requests.LIFE.move(request, Q.ASKING)
    offer = _written(session, request, person, rung, letter=letter, together=together, at=at, lapses_at=lapses_at)
    history.record(session, "offer.made", at=at, request_id=request.id, offer_id=offer.id, person_id=person.id)
    link = links.make(session, offer.id, shows_details=False, expires_at=at + LINK_LASTS)
    within = lapses_at - at
    words = offer_words.asking(
        config.current(),
        request,
        street=offer.street,
        by=by_when(request, at),
        letter=letter,
        within=within,
        link=link,
        together=offer.together,
    )
    messages.owe(
        session,
        MessageKind.OFFER,
        words.said,
        to=person,
        at=at,
        valid_for=within,
        request_id=request.id,
        offer_id=offer.id,
        fills=words.fills,
    )
    return offer


def _written(
    session: Session,
    request: HelpRequest,
    person: Person,
    rung: Rung,
    *,
    letter: str,
    together: bool,
    at: datetime,
    lapses_at: datetime,
) -> Offer:
    """The row of an offer: a new one, or theirs from before, when it comes back to them."""
    given = {"hat": rung.hat, "letter": letter, "together": together, "asked_at": at, "lapses_at": lapses_at}
    before = session.scalar(select(Offer).where(Offer.request_id == request.id, Offer.person_id == person.id))
    if before is not None and LIFE.win(
        session, before, O.OPEN, **given, answered_at=None, watched_at=None, quiet_at=None, **NOTHING_HEARD
    ):
        return before
    offer = Offer(request=request, person=person, **given)
    session.add(offer)
    session.flush()
    return offer


def by_when(request: HelpRequest, at: datetime) -> str:
    """By when a request is needed, in words that are true now."""
    zone = config.current().zone
    return wording.by_when(request.urgency, request.by_at, written_at=request.created_at, now=at, zone=zone)


def quiet_until(session: Session, offer: Offer, *, at: datetime) -> datetime | None:
    """When nothing will have been heard for too long of what somebody took, if they are heard of now.

    Never where streets run themselves: what was handed over is not asked after.
    """
    if passing.model(session) == Model.STREETS:
        return None
    zone, given, hours = config.current().zone, durations.of(session), sparing.quiet_of(session, offer.person)
    request = offer.request
    return silence.until(request.urgency, request.by_at, at=at, quiet=hours, zone=zone, given=given)


def _to_the_desk(session: Session, request: HelpRequest, *, at: datetime) -> None:
    if request.state == Q.ASKING:
        requests.LIFE.move(request, Q.NOBODY)
        history.record(session, "request.nobody", at=at, request_id=request.id)
        words = wording.nobody_text(
            request.what_within,
            request.street.name if request.street else None,
            f"{config.current().dashboard_url}/requests/{request.id}",
        )
        told = {shift.person_id: shift.person for shift in rota.on_now(session, at)}
        if request.lead_id is not None:  # whoever answers for somebody at risk hears of it, on shift or not
            told.setdefault(request.lead_id, session.get_one(Person, request.lead_id))
        for person in told.values():
            messages.owe(session, MessageKind.NEWS, words, to=person, at=at, request_id=request.id)
    desk_items.put(session, ItemKind.REQUEST, at=at, request_id=request.id)


def accept(session: Session, offer: Offer, *, at: datetime, on_the_telephone: bool = False) -> Offer:
    """Yes. The details follow as they chose, or are heard at once `on_the_telephone`; saying yes twice is harmless.

    Raises `HelplineError` when the request has moved on. A late yes, or a change of mind, counts while nobody else has the request.
    """
    lock(session, offer.request)
    session.refresh(offer)
    if offer.state in {O.ACCEPTED, O.DONE}:
        return offer
    if not is_free(session, offer) or not LIFE.allows(offer.state, O.ACCEPTED):
        raise HelplineError(wording.MOVED_ON)
    letter = offer.letter if offer.state == O.OPEN else _letter_again(session, offer, at=at)
    quiet_at = quiet_until(session, offer, at=at)
    LIFE.win(session, offer, O.ACCEPTED, answered_at=at, letter=letter, quiet_at=quiet_at, **NOTHING_HEARD)
    requests.LIFE.move(offer.request, Q.TAKEN)
    give_elsewhere(session, offer.request, besides=offer, at=at)
    offer.request.waits_until = offer.request.waits_for_id = None
    desk_items.close_all(session, at=at, request_id=offer.request_id)
    history.record(
        session,
        "offer.accepted",
        at=at,
        who=offer.person_id,
        person_id=offer.person_id,
        request_id=offer.request_id,
        offer_id=offer.id,
    )
    send_details(session, offer, at=at, on_the_telephone=on_the_telephone)
    return offer


def send_details(session: Session, offer: Offer, *, at: datetime, on_the_telephone: bool = False) -> None:
    """Who and where, the way they chose. That it was told in the text itself is written down as though they had looked."""
    how = details_by(session, offer.person, at=at)
    if how == DetailsBy.VOICE and on_the_telephone:
        return
    link = ""
    if how == DetailsBy.LINK:
        link = links.make(session, offer.id, shows_details=True, expires_at=at + LINK_LASTS)
    elif how == DetailsBy.TEXT:
        history.read(session, "request", at=at, reader=offer.person_id, request_id=offer.request_id)
    number = offer.request.phone
    words = offer_words.details(
        config.current(),
        offer.request,
        how=how,
        street=offer.street,
        letter=offer.letter,
        link=link,
        ring=number is not None and phone.may_be_rung(number),
    )
    messages.owe(
        session,
        MessageKind.DETAILS,
        words.said,
        to=offer.person,
        at=at,
        request_id=offer.request_id,
        offer_id=offer.id,
        fills=words.fills,
    )


def fresh_link(session: Session, offer: Offer, *, at: datetime) -> None:
    """The links to who and where are closed, since others may hold one, and whoever took it is sent another."""
    if offer.state != O.ACCEPTED:
        raise HelplineError(wording.MOVED_ON)
    links.revoke(session, offer.id, at=at, details_only=True)
    history.record(
        session, "link.closed", at=at, person_id=offer.person_id, request_id=offer.request_id, offer_id=offer.id
    )
    send_details(session, offer, at=at)


def heard(session: Session, offer: Offer, *, at: datetime) -> None:
    """Whoever took it did something, or said something: the quiet begins anew."""
    if offer.state == O.ACCEPTED:
        offer.quiet_at = quiet_until(session, offer, at=at)
        offer.nudged_at = offer.call_owed_at = None


def still_on_it(session: Session, offer: Offer, *, at: datetime) -> None:
    """They say that they are on it."""
    if offer.state == O.ACCEPTED:
        heard(session, offer, at=at)
        ids = {"person_id": offer.person_id, "request_id": offer.request_id, "offer_id": offer.id}
        history.record(session, "offer.still_on_it", at=at, who=offer.person_id, **ids)


def is_free(session: Session, offer: Offer) -> bool:
    """Whether a yes to this offer would count: nobody else has said yes, and nobody else is being asked alone."""
    others = [one for one in live_of_request(session, offer.request) if one.id != offer.id]
    asked_alone = any(one.state == O.ACCEPTED or not (one.together and offer.together) for one in others)
    return offer.request.state in {Q.ASKING, Q.NOBODY} and not asked_alone


def give_elsewhere(session: Session, request: HelpRequest, *, besides: Offer | None, at: datetime) -> None:
    """Whoever else was asked, or had it, is told that somebody has it now, so that nobody waits or goes in vain."""
    for other in live_of_request(session, request):
        if other is not besides and LIFE.win(session, other, O.ELSEWHERE, answered_at=at):
            _let_go(session, other, "offer.elsewhere", wording.elsewhere_text, at=at)


def _let_go(session: Session, offer: Offer, what: str, text: Callable[[str, str, str], str], *, at: datetime) -> None:
    """It is no longer theirs: its links close, and they are told."""
    links.revoke(session, offer.id, at=at)
    if not _was_not_told(session, offer):
        words = text(config.current().group_name, offer.request.what, offer.street)
        messages.owe(
            session, MessageKind.NEWS, words, to=offer.person, at=at, request_id=offer.request_id, offer_id=offer.id
        )
    history.record(session, what, at=at, person_id=offer.person_id, request_id=offer.request_id, offer_id=offer.id)


def details_by(session: Session, person: Person, *, at: datetime) -> DetailsBy:
    """How who and where reach somebody, whatever they chose: on a telephone that shows no text, by voice."""
    reads = person.phone is not None and phone.takes_texts(person.phone)
    reach = Reach(person.by, reads, failed=messages.failed_lately(session, person, at=at))
    return ways.details(person.details_by, reach)


def _letter_again(session: Session, offer: Offer, *, at: datetime) -> str:
    """Its own letter, or another when that one means something else by now."""
    lock(session, offer.person)
    known = asked.questions(session, offer.person, at=at)
    taken = any(one.letter == offer.letter and not one.over for one in known)
    letter = asked.free_letter(known) if taken else offer.letter
    if letter is None:
        raise HelplineError(wording.MOVED_ON)
    return letter


def pass_on(session: Session, offer: Offer, *, at: datetime) -> None:
    """No: the next on the ladder is asked at once. No after yes gives it back. Raises `HelplineError` when it has moved on."""
    lock(session, offer.request)
    session.refresh(offer)
    if offer.state == O.ACCEPTED:
        give_back(session, offer, at=at)
        return
    if offer.state == O.PASSED:
        return
    if offer.state != O.OPEN or not LIFE.win(session, offer, O.PASSED, answered_at=at):
        raise HelplineError(wording.MOVED_ON)
    _moved_on(session, offer, "offer.passed", at=at, who=offer.person_id)


def give_back(session: Session, offer: Offer, *, at: datetime) -> None:
    """Somebody who said yes cannot after all: the next on the ladder is asked at once."""
    if not LIFE.win(session, offer, O.GIVEN_BACK, answered_at=at):
        raise HelplineError(wording.MOVED_ON)
    offer.request.neighbour = offer.request.found_at = None
    desk_items.close_all(session, at=at, kind=ItemKind.QUIET, request_id=offer.request_id)
    requests.LIFE.move(offer.request, Q.ASKING)
    _moved_on(session, offer, "offer.given_back", at=at, who=offer.person_id)


def lapse(session: Session, offer: Offer, *, at: datetime, why: str = "offer.lapsed") -> None:
    """No answer in time, or the text did not arrive (`why="offer.undelivered"`): the next on the ladder is asked."""
    lock(session, offer.request)
    if LIFE.win(session, offer, O.LAPSED):
        _moved_on(session, offer, why, at=at)


def _moved_on(session: Session, offer: Offer, what: str, *, at: datetime, who: int | None = None) -> None:
    history.record(
        session,
        what,
        at=at,
        who=who,
        person_id=offer.person_id,
        request_id=offer.request_id,
        offer_id=offer.id,
    )
    links.revoke(session, offer.id, at=at, details_only=True)
    ask_next(session, offer.request, at=at)


def done(session: Session, offer: Offer, *, at: datetime) -> bool:
    """It is done, says whoever took it. False when it was done already. Raises `HelplineError` when it is no longer theirs."""
    lock(session, offer.request)
    session.refresh(offer)
    if offer.state == O.DONE:
        return False
    if not LIFE.allows(offer.state, O.DONE) or not LIFE.win(session, offer, O.DONE):
        raise HelplineError(wording.MOVED_ON)
    newly = requests.done(session, offer.request, who=offer.person, at=at)
    if newly and passing.model(session) != Model.STREETS:
        follow_ups.expect(session, offer.request, at=at)
    return newly


def see_to(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> bool:
    """The desk itself saw to a request: whoever had it is told so. False when it was done already."""
    lock(session, request)
    withdraw(session, request, at=at)
    return requests.done(session, request, who=who, at=at)


def call_off(
    session: Session, request: HelpRequest, *, who: Person, at: datetime, same_as: HelpRequest | None = None
) -> None:
    """No longer needed, or the same as another: whoever was asked or said yes is told.

    Raises `HelplineError` when it is done already.
    """
    lock(session, request)
    requests.LIFE.move(request, Q.CALLED_OFF)
    request.same_as_id = same_as.id if same_as else None
    request.over_at = at
    withdraw(session, request, at=at)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)
    history.record(session, "request.called_off", at=at, who=who.id, request_id=request.id)


def leave_to_others(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> None:
    """Somebody who is none of us has taken it: whoever was asked or said yes is told. Raises `HelplineError` when it is over."""
    lock(session, request)
    if request.state not in requests.OPEN:
        raise HelplineError("That request is no longer open, so there is nothing to pass on.")
    if request.state != Q.TAKEN:
        requests.LIFE.move(request, Q.TAKEN)
    request.waits_until = request.waits_for_id = None
    withdraw(session, request, at=at)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)


def go_on(session: Session, request: HelpRequest, *, at: datetime) -> Offer | None:
    """Whoever had taken it could not do it: whoever is next here is asked, or the desk has it."""
    lock(session, request)
    requests.LIFE.move(request, Q.ASKING)
    session.flush()
    return ask_next(session, request, at=at)


def ask_again(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> Offer | None:
    """Ask whoever is next on the ladder now, though somebody has it or is being asked; they are told.

    Raises `HelplineError` when there is nobody left to ask, or nothing to ask for.
    """
    lock(session, request)
    if request.state not in requests.OPEN:
        raise HelplineError("That request is no longer open, so nobody needs to be asked.")
    found = choice(session, request, at=at)
    if found.rung is None:
        raise HelplineError(
            "Everybody who looks after that street has been asked."
            if not found.skipped
            else "Nobody is left who can be asked just now: see the story for why."
        )
    if request.state == Q.TAKEN:
        requests.LIFE.move(request, Q.ASKING)
    withdraw(session, request, at=at)
    history.record(session, "request.asked_again", at=at, who=who.id, request_id=request.id)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)
    return ask_next(session, request, at=at)


def withdraw(session: Session, request: HelpRequest, *, at: datetime) -> None:
    """Whoever was asked, or had it, is told that it is no longer needed from them."""
    for offer in live_of_request(session, request):
        if LIFE.win(session, offer, O.WITHDRAWN):
            _let_go(session, offer, "offer.withdrawn", wording.withdrawn_text, at=at)


def _was_not_told(session: Session, offer: Offer) -> bool:
    """Whether they were to be asked by a call, and have neither heard it nor answered: then there is nothing to take back."""
    if offer.answered_at is not None and offer.state != O.ELSEWHERE:
        return False
    asked_by = select(Message).where(Message.offer_id == offer.id, Message.kind == MessageKind.OFFER)
    last = session.scalar(asked_by.order_by(Message.id.desc()).limit(1))
    return last is not None and last.way == Way.VOICE and last.state != MessageState.DELIVERED


def overdue(session: Session, at: datetime) -> Sequence[int]:
    """The ids of open offers whose time is up and that need something done about it."""
    text_waits = (
        select(Message.id)
        .where(Message.offer_id == Offer.id, Message.kind == MessageKind.OFFER, Message.state.in_(UNSENT))
        .exists()
    )
    late = (Offer.state == O.OPEN) & (Offer.lapses_at <= at) & (Offer.watched_at.is_(None) | ~text_waits)
    return session.scalars(select(Offer.id).where(late).order_by(Offer.lapses_at)).all()


def time_is_up(session: Session, offer: Offer, *, at: datetime) -> None:
    """The next is asked. But an offer whose text could not even be sent yet stays open, and the desk is told."""
    asks = select(Message).where(Message.offer_id == offer.id, Message.kind == MessageKind.OFFER)
    text = session.scalar(asks.order_by(Message.id.desc()).limit(1))
    if text is None or text.state not in UNSENT:
        lapse(session, offer, at=at)
    elif offer.watched_at is None:
        offer.watched_at = at
        desk_items.put(session, ItemKind.REQUEST, at=at, request_id=offer.request_id)


# Offers as questions, which a text can answer


class _Offers:
    """What a coordinator or deputy was asked to see to."""

    def questions(self, session: Session, person: Person, *, since: datetime) -> list[Question]:
        mine = select(Offer).where(Offer.person_id == person.id, Offer.state.in_(LIVE) | (Offer.asked_at > since))
        return [_question(session, offer) for offer in session.scalars(mine)]


def _question(session: Session, offer: Offer) -> Question:
    waits_for, takes, answered = _ANSWERS.get(offer.state, (NOTHING, NOTHING, None))
    if (offer.request.state == Q.NOBODY or offer.request.waits_until) and LIFE.allows(offer.state, O.ACCEPTED):
        takes = frozenset({Meaning.YES})  # late, but welcome while nobody else has it
    nudged_at = offer.nudged_at if offer.state == O.ACCEPTED else None
    if nudged_at is not None:
        waits_for = frozenset({Meaning.DONE, *asked.YES_OR_NO})
    return Question(
        letter=offer.letter,
        about=f"{offer.request.what} near {offer.street}",
        asked_at=nudged_at or offer.asked_at,
        answer=partial(_answer, session, offer),
        waits_for=waits_for,
        takes=takes,
        answered=answered,
        answered_at=None if answered is None else _said_at(offer),
        over=offer.state not in LIVE,
        over_at=_over_at(offer),
    )


def _said_at(offer: Offer) -> datetime | None:
    return offer.request.over_at if offer.state == O.DONE else offer.answered_at


def _over_at(offer: Offer) -> datetime | None:
    ends = {O.LAPSED: offer.lapses_at, O.ELSEWHERE: offer.answered_at}
    return ends.get(offer.state, offer.request.over_at)


# What each state waits for, what it takes too, and what was said. "Done" may come without a yes before it, and "no" after one.
NOTHING: frozenset[Meaning] = frozenset()
_ANSWERS: dict[OfferState, tuple[frozenset[Meaning], frozenset[Meaning], Meaning | None]] = {
    O.OPEN: (asked.YES_OR_NO, frozenset({Meaning.DONE}), None),
    O.ACCEPTED: (frozenset({Meaning.DONE}), frozenset({Meaning.NO}), Meaning.YES),
    O.PASSED: (NOTHING, NOTHING, Meaning.NO),
    O.GIVEN_BACK: (NOTHING, NOTHING, Meaning.NO),
    O.DONE: (NOTHING, NOTHING, Meaning.DONE),
}


def _answer(session: Session, offer: Offer, meaning: Meaning, *, at: datetime) -> str:
    named = {"what": offer.request.what, "street": offer.street}
    if meaning == Meaning.YES and offer.state == O.ACCEPTED and offer.nudged_at is not None:
        still_on_it(session, offer, at=at)
        return wording.GOOD_TO_KNOW.format(**named)
    if meaning == Meaning.YES:
        taken = accept(session, offer, at=at)
        return wording.ALREADY_DONE if taken.state == O.DONE else wording.YOURS.format(**named)
    if meaning == Meaning.NO:
        pass_on(session, offer, at=at)
        return wording.NOT_YOURS.format(**named)
    if offer.state == O.OPEN:  # done without saying yes first: the street was quicker than its answer
        accept(session, offer, at=at)
    return wording.WELL_DONE.format(**named) if done(session, offer, at=at) else wording.ALREADY_DONE


asked.plug(_Offers())
