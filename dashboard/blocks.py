"""Numbers that are turned away: every block, with who, why and until when; and making one from a call."""

from typing import Any

from fastapi import APIRouter, Response

from dashboard.auth import Id, Looks, Reads, Visit, Writes, go, text
from dashboard.desk import call_of
from helpline import blocks
from helpline.blocks import Block
from helpline.calls import Call
from helpline.errors import HelplineError, NotFoundError

router = APIRouter()
NEWS = {"blocked", "lifted"}
LENGTH_WORDS = {key: words for key, (_, words) in blocks.LENGTHS.items()}


@router.get("/blocks")
def every(visit: Looks, news: str = "") -> Response:
    """Every block that stands. That somebody looked is written down."""
    visit.saw("blocks")
    return visit.show(
        "blocks/list.html",
        page="blocks",
        news=news if news in NEWS else None,
        blocks=[(one, blocks.may_lift(one, visit.who)) for one in blocks.standing(visit.session, at=visit.at)],
    )


@router.post("/blocks/{block_id}/lift")
def lift(visit: Writes, block_id: Id) -> Response:
    """The number may ring again."""
    found = visit.session.get(Block, block_id)
    if found is None:
        raise NotFoundError("There is no such block.")
    blocks.lift(visit.session, found, who=visit.who, at=visit.at)
    return go("/blocks?news=lifted")


@router.get("/calls/{call_id}/block")
def ask(visit: Reads, call_id: Id, news: str = "") -> Response:
    """Asks why, and for how long; or says why this number cannot be blocked."""
    return _page(visit, call_of(visit, call_id), news="outcome" if news == "outcome" else None)


def _page(visit: Visit, call: Call, *, status: int = 200, **context: Any) -> Response:
    given = {"news": None, "problem": None, "typed": "", "length": "day", **context}
    return visit.show(
        "blocks/new.html",
        status=status,
        page="desk",
        call=call,
        why_not=blocks.why_not(visit.session, call.phone),
        already=blocks.of_number(visit.session, call.phone, at=visit.at) if call.phone else None,
        lengths=LENGTH_WORDS,
        **given,
    )


@router.post("/calls/{call_id}/block")
def block(visit: Writes, call_id: Id) -> Response:
    """Turns the number of this call away."""
    call, why, length = call_of(visit, call_id), text(visit.form, "why", 200), text(visit.form, "length", 8)
    if length not in blocks.LENGTHS:
        raise HelplineError("Press for how long.")
    until_at = visit.at + blocks.LENGTHS[length][0]
    try:
        blocks.block(visit.session, call.phone, why, until_at=until_at, who=visit.who, at=visit.at, call_id=call.id)
    except HelplineError as refused:
        return _page(visit, call, status=422, problem=str(refused), typed=why, length=length)
    return go("/blocks?news=blocked")
