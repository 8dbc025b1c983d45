"""Streets as they are typed: which are meant, who looks after each, and what may be promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dashboard import forms
from dashboard.auth import Asks, Visit, text
from dashboard.forms import RequestForm
from helpline import asked_first, covered_by, places, promises
from helpline.asked_first import First
from helpline.covered_by import Cover
from helpline.hearing import Heard
from helpline.places import Patch, Street
from helpline.promises import Promise
from helpline.wording import Urgency

router = APIRouter()


@dataclass(frozen=True)
class Row:
    """A street in the list of suggestions, by the other name that was heard, and who looks after which part of it."""

    street: Street
    other: str | None
    parts: tuple[tuple[Patch, First], ...]

    @property
    def patches(self) -> str:
        """Its patches by name."""
        return " / ".join(patch.name for patch, _ in self.parts)


def rows(session: Session, heard: Sequence[Heard], *, at: datetime) -> list[Row]:
    """Streets, each with its patches and who would be asked first: a few questions for all of them."""
    if not heard:
        return []
    wanted = select(Street).where(Street.id.in_([one.street_id for one in heard]))
    found = {street.id: street for street in session.scalars(wanted.options(selectinload(Street.stretches)))}
    patches = {
        street.id: {stretch.patch_id: stretch.patch for stretch in street.stretches} for street in found.values()
    }
    first = asked_first.of_patches(session, {patch_id for of in patches.values() for patch_id in of}, at=at)
    return [
        Row(
            found[one.street_id],
            one.other,
            tuple((patch, first[patch_id]) for patch_id, patch in patches[one.street_id].items()),
        )
        for one in heard
        if one.street_id in found
    ]


@router.post("/streets")
def suggest(visit: Asks) -> Response:
    """Streets that sound like what was typed; sent as a form, because a house may be typed along with its street."""
    heard = text(visit.form, "street", 80)
    return visit.show(
        "streets/_suggestions.html",
        heard=heard,
        rows=rows(visit.session, forms.like(visit.session, heard), at=visit.at),
        cover=covered_by.find(visit.session, heard),
    )


def _rather(visit: Visit, heard: str, cover: Cover) -> bool:
    return covered_by.nearer(heard, cover, places.names(visit.session))


def promise_for(visit: Visit, form: RequestForm) -> Promise | None:
    """What may be said about the place in the form; None while no street is known."""
    street = forms.street_of(visit.session, form)
    if street is None:
        cover = covered_by.find(visit.session, form.street)
        none_of_ours = forms.not_on_our_list(form)
        if cover is not None and (none_of_ours or _rather(visit, form.street, cover)):
            return promises.outside(cover)
        if not none_of_ours and (not form.street or forms.like(visit.session, form.street)):
            return None
    urgency = Urgency(form.urgency) if form.urgency in set(Urgency) else Urgency.THIS_WEEK
    by_at = forms.by(form, at=visit.at)
    return promises.promise(visit.session, street, form.house or None, at=visit.at, urgency=urgency, by_at=by_at)


@router.post("/streets/promise")
def promise(visit: Asks) -> Response:
    """What may be said, and who will be asked; sent as a form, because a house on a street is somebody's address."""
    form = forms.read(visit.form)
    return visit.show("streets/_answer.html", promise=promise_for(visit, form), form=form)
