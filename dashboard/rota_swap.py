"""Swapping two shifts: whose for which of mine, and what somebody answers."""

from datetime import timedelta

from fastapi import APIRouter, Response

from dashboard import rota as pages
from dashboard.auth import Id, Reads, Visit, Writes, go, number
from dashboard.rota_acts import shift_of, told, try_to
from helpline import might, rota, swaps, week
from helpline.asks import Ask, AskKind
from helpline.errors import HelplineError, NotFoundError
from helpline.rota import Shift

router = APIRouter(prefix="/rota")
# What may be had for a shift lies not much later than it, and of many the soonest are offered.
AROUND = timedelta(weeks=3)
MOST = 60


def ask_of(visit: Visit, ask_id: int) -> Ask:
    """A swap that was proposed. Raises `NotFoundError`."""
    ask = visit.session.get(Ask, ask_id)
    if ask is None or ask.kind != AskKind.SWAP or visit.who.id not in {ask.person_id, ask.by_id}:
        raise NotFoundError("That swap is not there any more.")
    return ask


@router.get("/shifts/{shift_id}/swap")
def choose(visit: Reads, shift_id: Id) -> Response:
    """Whose shift shall it be for this one of mine?"""
    mine = shift_of(visit, shift_id)
    if mine.person_id != visit.who.id or not mine.is_live or mine.starts_at <= visit.at:
        return go(f"/rota/shifts/{shift_id}")
    return _page(visit, mine)


def _page(visit: Visit, mine: Shift, *, notice: str | None = None, status: int = 200) -> Response:
    coming = rota.between(visit.session, visit.at, mine.starts_at + AROUND)
    theirs = [one for one in coming if one.person_id != visit.who.id and one.starts_at > visit.at]
    return visit.show(
        "rota/swap.html",
        status=status,
        page="rota",
        shift=mine,
        choices=swaps.could_swap(visit.session, mine, theirs[:MOST], at=visit.at),
        notice=notice,
        monday=week.monday_of(pages.day_of(mine.starts_at)),
        today=pages.day_of(visit.at),
    )


@router.post("/shifts/{shift_id}/swap")
def propose(visit: Writes, shift_id: Id) -> Response:
    """Asks whoever has the other shift."""
    mine = shift_of(visit, shift_id)
    theirs = visit.session.get(Shift, number(visit.form, "theirs") or 0)

    def act() -> None:
        if theirs is None:
            raise HelplineError("Choose whose shift it shall be.")
        swaps.propose(visit.session, mine, theirs, who=visit.who, at=visit.at)

    refusal = try_to(visit, act)
    if refusal or theirs is None:
        if mine.person_id != visit.who.id or not mine.is_live:
            return pages.page(visit, of=pages.day_of(mine.starts_at), notice=refusal, status=409)
        return _page(visit, mine, notice=refusal, status=409)
    news = told(theirs.person, "proposed" if might.is_texted(theirs.person) else "unasked")
    return go(f"/rota?of={week.monday_of(pages.day_of(mine.starts_at))}&news={news}")


@router.post("/swaps/{ask_id}/agree")
def agree(visit: Writes, ask_id: Id) -> Response:
    """Yes: both shifts change hands."""
    ask = ask_of(visit, ask_id)
    return _answered(
        visit,
        ask,
        try_to(visit, lambda: swaps.agree(visit.session, ask, who=visit.who, at=visit.at)),
        told(ask.by, "swapped"),
    )


@router.post("/swaps/{ask_id}/refuse")
def refuse(visit: Writes, ask_id: Id) -> Response:
    """No: both stay as they are."""
    ask = ask_of(visit, ask_id)
    return _answered(
        visit,
        ask,
        try_to(visit, lambda: swaps.refuse(visit.session, ask, who=visit.who, at=visit.at)),
        told(ask.by, "refused"),
    )


@router.post("/swaps/{ask_id}/call-off")
def call_off(visit: Writes, ask_id: Id) -> Response:
    """Whoever proposed it wants it no more."""
    ask = ask_of(visit, ask_id)
    return _answered(
        visit, ask, try_to(visit, lambda: swaps.call_off(visit.session, ask, who=visit.who, at=visit.at)), "call_off"
    )


def _answered(visit: Visit, ask: Ask, refusal: str | None, news: str) -> Response:
    day = pages.day_of(ask.shift.starts_at)
    if refusal:
        return pages.page(visit, of=day, notice=refusal, status=409)
    return go(f"/rota?of={week.monday_of(day)}&news={news}")
