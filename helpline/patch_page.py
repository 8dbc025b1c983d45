"""A patch as it is seen by one who looks after it: what is open and what was done, with details only of what they hold."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import board, links, offers, people
from helpline.board import Line
from helpline.errors import HelplineError
from helpline.offers import LINK_LASTS, Offer
from helpline.people import Hat, Person
from helpline.places import Patch, Stretch
from helpline.requests import OPEN, HelpRequest, Q

A_PAGE = 40


@dataclass(frozen=True)
class Figures:
    """How many requests of a patch are open, and how many were done."""

    open: int
    done: int


def figures(session: Session, patch_id: int) -> Figures:
    """How many."""
    found = select(HelpRequest.state, func.count()).where(HelpRequest.patch_id == patch_id).group_by(HelpRequest.state)
    many: dict[str, int] = {state: number for state, number in session.execute(found)}  # noqa: C416
    return Figures(sum(many.get(state, 0) for state in OPEN), many.get(Q.DONE, 0))


def looks_after(session: Session, patch_id: int, person: Person) -> bool:
    """Whether somebody wears a hat for a patch."""
    return any(hat.person_id == person.id for hat in people.ladder_of(session, patch_id))


def link_for(session: Session, patch_id: int, person: Person, *, at: datetime) -> str:
    """The path of a new page of a patch for one of those who look after it. Raises `HelplineError` when they do not any more."""
    if not looks_after(session, patch_id, person):
        raise HelplineError("You do not look after that patch any more. Thank you for all you did.")
    return urlsplit(links.make_for_patch(session, patch_id, person.id, expires_at=at + LINK_LASTS)).path


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


def of(session: Session, patch: Patch, person: Person) -> Seen:
    """What one who looks after a patch sees of it: what they hold, what is open with others, and what is over."""
    mine = tuple(offer for offer in offers.live_of_person(session, person) if offer.request.patch_id == patch.id)
    held = {offer.request_id for offer in mine}
    return Seen(
        patch,
        stretches_of(session, patch),
        tuple(people.ladder_of(session, patch.id)),
        figures(session, patch.id),
        mine,
        tuple(line for line in lines(session, patch, is_open=True) if line.request.id not in held),
        tuple(lines(session, patch, is_open=False)),
    )


def stretches_of(session: Session, patch: Patch) -> tuple[Stretch, ...]:
    """The streets of a patch, or the parts of them, by name."""
    found = session.scalars(select(Stretch).where(Stretch.patch_id == patch.id))
    return tuple(sorted(found, key=lambda stretch: (stretch.street.name, stretch.first or 0, stretch.side)))


def lines(session: Session, patch: Patch, *, is_open: bool) -> list[Line]:
    """The requests of a patch, newest first."""
    wanted = HelpRequest.state.in_(OPEN) if is_open else HelpRequest.state.not_in(OPEN)
    newest = HelpRequest.created_at.desc(), HelpRequest.id.desc()
    asked = select(HelpRequest).where(HelpRequest.patch_id == patch.id, wanted).order_by(*newest).limit(A_PAGE)
    return board.lines(session, list(session.scalars(asked)))
