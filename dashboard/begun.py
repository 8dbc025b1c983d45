"""Request forms that were begun: kept as they are written, gone on with on any device, or thrown away."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from dashboard import forms
from dashboard.auth import Id, Writes, go, number, text
from dashboard.forms import RequestForm
from helpline import unfinished
from helpline.calls import Call
from helpline.unfinished import Draft

router = APIRouter()
# The token is each device's own.
NOT_KEPT = frozenset({"csrf"})


@router.post("/drafts")
def keep(visit: Writes) -> Response:
    """Keeps a form as it stands, whatever its fields are. Asked for by the page, every few seconds while somebody writes.

    Only 204 says that it is kept: what was saved already is not, and the page must not say so of what is written over it.
    """
    key = text(visit.form, "form_key", 40)
    fields = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str)]
    kept = [(name, value) for name, value in fields if name not in NOT_KEPT]
    call_id = number(visit.form, "call")
    is_kept = len(key) >= 16 and unfinished.keep(visit.session, key, kept, call_id=call_id, who=visit.who, at=visit.at)
    return Response(status_code=204 if is_kept else 200)


@router.post("/drafts/{draft_id}/throw-away")
def throw_away(visit: Writes, draft_id: Id) -> Response:
    """Somebody does not need what they began."""
    draft = unfinished.one(visit.session, draft_id, visit.who)
    if draft is not None:
        visit.session.delete(draft)
    return go("/")


def form_of(draft: Draft) -> RequestForm:
    """The form as it was left."""
    form = forms.read(FormData([*draft.fields]))
    form.kept = True
    return form


def on_the_desk(drafts: Sequence[Draft], in_hand: Call | None) -> dict[str, Any]:
    """What the desk says of forms that were begun, but for that of the call in hand, which is on it."""
    return {"begun": [one for one in drafts if in_hand is None or one.call_id != in_hand.id], "drafts": drafts}
