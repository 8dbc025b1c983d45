"""A patch as it is seen by one who looks after it: what is open and what was done, with details only of what they hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from helpline import at_once, board, config, history, links, messages, offers, people, phone, wording
from helpline.board import Line
from helpline.db import only_looked_at
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.offers import LINK_LASTS, Offer
from helpline.people import Hat, Person
from helpline.places import Patch, Stretch
from helpline.requests import NEWEST_FIRST, OPEN, HelpRequest, Q

A_PAGE = 40
A_MONTH = timedelta(days=28)


@dataclass(frozen=True)
class Figures:
    """How many requests of a patch are open, and how many were done in four weeks."""

    open: int
    done: int


def figures(session: Session, patch_id: int, *, at: datetime) -> Figures:
    """How many. What was done ever is not counted: that would take longer every year."""
    many, here = select(func.count()), only_looked_at(HelpRequest.patch_id) == patch_id
    is_open = many.where(here, HelpRequest.state.in_(OPEN)).scalar_subquery()
    lately = select(HelpRequest.id).where(HelpRequest.over_at > at - A_MONTH)
    was_done = many.where(here, HelpRequest.id.in_(lately), HelpRequest.state == Q.DONE).scalar_subquery()
    opened, done = session.execute(select(is_open, was_done)).one()
    return Figures(opened, done)


def looks_after(session: Session, patch_id: int, person: Person) -> bool:
    """Whether somebody wears a hat for a patch."""
    return any(hat.person_id == person.id for hat in people.ladder_of(session, patch_id))


def link_for(session: Session, patch_id: int, person: Person, *, at: datetime) -> str:
    """The path of a new page of a patch for one of those who look after it. Raises `HelplineError` when they do not any more."""
    if not looks_after(session, patch_id, person):
        raise HelplineError("You do not look after that patch any more. Thank you for all you did.")
    return urlsplit(links.make_for_patch(session, patch_id, person.id, expires_at=at + LINK_LASTS)).path


def send(session: Session, patch: Patch, person: Person, *, who: Person, at: datetime) -> None:
    """Text one of those who look after a patch the link to its page.

    Raises `HelplineError` when they do not any more, or cannot read it.
    """
    if not looks_after(session, patch.id, person):
        raise HelplineError(
            f"{person.first_name or 'Somebody'} does not look after {patch.name} any more, so nothing was sent."
        )
    if person.phone and not phone.takes_texts(person.phone):
        raise HelplineError(
            "Theirs is a landline, which shows no link. With their PIN they hear it all when they ring us."
        )
    link = links.make_for_patch(session, patch.id, person.id, expires_at=at + LINK_LASTS)
    words = wording.patch_page_text(config.current().group_name, patch.name, link)
    messages.owe(session, MessageKind.NEWS, words, to=person, at=at)
    history.record(session, "link.sent", at=at, who=who.id, person_id=person.id)


@dataclass(frozen=True)
class Seen:
    """What the page shows."""

    patch: Patch
    stretches: tuple[Stretch, ...]
    ladder: tuple[Hat, ...]
    figures: Figures
    mine: tuple[Offer, ...]
    others: tuple[Line, ...]
    past: tuple[Line, ...]


def of(session: Session, patch: Patch, person: Person, *, at: datetime) -> Seen:
    """What one who looks after a patch sees of it: what they hold, what is open with others, and what is over."""
    mine = tuple(offer for offer in offers.live_of_person(session, person) if offer.request.patch_id == patch.id)
    held = {offer.request_id for offer in mine}
    is_open, over = lines(session, patch)
    return Seen(
        patch,
        stretches_of(session, patch),
        tuple(people.ladder_of(session, patch.id)),
        figures(session, patch.id, at=at),
        mine,
        tuple(line for line in is_open if line.request.id not in held),
        tuple(over),
    )


def stretches_of(session: Session, patch: Patch) -> tuple[Stretch, ...]:
    """The streets of a patch, or the parts of them, by name."""
    found = session.scalars(select(Stretch).where(Stretch.patch_id == patch.id))
    return tuple(sorted(found, key=lambda stretch: (stretch.street.name, stretch.first or 0, stretch.side)))


def lines(session: Session, patch: Patch) -> tuple[list[Line], list[Line]]:
    """The requests of a patch that are open, and those that are over, newest first."""
    page = select(HelpRequest).order_by(*NEWEST_FIRST).limit(A_PAGE)
    both = (
        page.where(only_looked_at(HelpRequest.patch_id) == patch.id, HelpRequest.state.in_(OPEN)),
        page.where(HelpRequest.patch_id == patch.id, HelpRequest.state.not_in(OPEN)),
    )
    ids = union_all(*(select(one.with_only_columns(HelpRequest.id).subquery()) for one in both))
    opened, over, put = at_once.ask(session, *both, select(Offer).where(Offer.request_id.in_(ids)))
    for found in (opened, over):
        found.sort(key=lambda request: (request.created_at, request.id), reverse=True)
    return board.lines_of(opened, put), board.lines_of(over, put)
