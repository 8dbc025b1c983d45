"""Likenesses while a request is being written down: shown beside its form, and what was said of them."""

from typing import Any

from fastapi import APIRouter, Response

from dashboard import forms
from dashboard.auth import LARGEST_ID, Asks, Visit, text
from dashboard.forms import RequestForm
from helpline import board, likenesses, phone
from helpline.calls import Call
from helpline.likenesses import Verdict
from helpline.requests import HelpRequest
from helpline.wording import Kind

router = APIRouter()
A_LIKENESS = "alike_"


@router.post("/requests/alike")
def alike(visit: Asks) -> Response:
    """What may be the same as the one that is being written down: a part of its form."""
    form = forms.read(visit.form)
    return visit.show("requests/_alike.html", form=form, **context(visit, form))


def context(visit: Visit, form: RequestForm) -> dict[str, Any]:
    """What the form's part about likenesses needs."""
    street = forms.street_of(visit.session, form) if form.street else None
    about = likenesses.about_written(
        visit.session,
        [Kind(kind) for kind in form.kinds if kind in set(Kind)],
        number=phone.understand(form.phone) if form.phone else _rang_from(visit, form),
        street_id=street.id if street else None,
        house=form.house or None,
    )
    return {
        "likely": board.lines(visit.session, likenesses.possible(visit.session, about, at=visit.at)),
        "said_alike": {key: text(visit.form, key, 12) for key in visit.form if key.startswith(A_LIKENESS)},
    }


def _rang_from(visit: Visit, form: RequestForm) -> str | None:
    call = visit.session.get(Call, form.call_id) if form.call_id else None
    return call.phone if call else None


def said_on_the_form(visit: Visit, request: HelpRequest) -> None:
    """What was said of likenesses while it was written down."""
    for key in visit.form:
        verdict, written = text(visit.form, key, 12), key.removeprefix(A_LIKENESS)
        known = key.startswith(A_LIKENESS) and written.isascii() and written.isdigit() and int(written) <= LARGEST_ID
        other = visit.session.get(HelpRequest, int(written)) if known and verdict in set(Verdict) else None
        if other is not None and other.id != request.id:
            likenesses.say(visit.session, request, other, Verdict(verdict), who=visit.who, at=visit.at)
