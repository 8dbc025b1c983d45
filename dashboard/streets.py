"""Streets as they are typed: which are meant, who looks after each, and what may be promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from dashboard import forms
from dashboard.auth import Asks, Visit, text
from dashboard.forms import RequestForm
from helpline import board, promises
from helpline.places import Patch, Street
from helpline.promises import Promise
from helpline.wording import Urgency

router = APIRouter()


@dataclass(frozen=True)
class Row:
    """A street in the list of suggestions, and who looks after which part of it."""

    street: Street
    parts: tuple[tuple[Patch, str | None], ...]

    @property
    def patches(self) -> str:
        """Its patches by name."""
        return " / ".join(patch.name for patch, _ in self.parts)


def rows(session: Session, streets: Iterable[Street], *, at: datetime) -> list[Row]:
    """Streets, each with its patches and who would be asked first."""
    found = []
    for street in streets:
        patches = {stretch.patch_id: stretch.patch for stretch in street.stretches}
        parts = []
        for patch in patches.values():
            person = promises.looked_after_by(session, patch.id, at=at)
            parts.append((patch, board.name_of(person) if person else None))
        found.append(Row(street, tuple(parts)))
    return found


@router.post("/streets")
def suggest(visit: Asks) -> Response:
    """Streets that sound like what was typed; sent as a form, because a house may be typed along with its street."""
    heard = text(visit.form, "street", 80)
    return visit.show(
        "streets/_suggestions.html",
        heard=heard,
        rows=rows(visit.session, forms.like(visit.session, heard), at=visit.at),
    )


def promise_for(visit: Visit, form: RequestForm) -> Promise | None:
    """What may be said about the place in the form; None while no street is known."""
    street = forms.street_of(visit.session, form)
    unsure = not form.street or forms.like(visit.session, form.street)
    if street is None and unsure and not forms.not_on_our_list(form):
        return None
    urgency = Urgency(form.urgency) if form.urgency in set(Urgency) else Urgency.THIS_WEEK
    by_at = forms.by(form, at=visit.at)
    return promises.promise(visit.session, street, form.house or None, at=visit.at, urgency=urgency, by_at=by_at)


@router.post("/streets/promise")
def promise(visit: Asks) -> Response:
    """What may be said, and who will be asked; sent as a form, because a house on a street is somebody's address."""
    form = forms.read(visit.form)
    return visit.show("streets/_answer.html", promise=promise_for(visit, form), form=form)
