"""What a handler presses on the rota: take, leave, ask for cover, keep, confirm, come instead.

Whatever is refused is a sentence on the page as it is now, and nothing else of the press is kept.
"""

from collections.abc import Callable

from fastapi import APIRouter, Response

from dashboard import rota as pages
from dashboard.auth import Id, Reads, Visit, Writes, go
from helpline import cover, might, on_behalf, shifts, standbys, week
from helpline.errors import HelplineError, NotFoundError
from helpline.people import HatName, Person
from helpline.rota import Shift
from helpline.slots import Slot

router = APIRouter(prefix="/rota")
Act = Callable[[], object]


def slot_of(visit: Visit, slot_id: int) -> Slot:
    """A slot by its id. Raises `NotFoundError`."""
    slot = visit.session.get(Slot, slot_id)
    if slot is None:
        raise NotFoundError("That shift is not on the rota.")
    return slot


def shift_of(visit: Visit, shift_id: int) -> Shift:
    """Somebody's shift by its id. Raises `NotFoundError`."""
    shift = visit.session.get(Shift, shift_id)
    if shift is None:
        raise NotFoundError("That shift is not on the rota.")
    return shift


def try_to(visit: Visit, act: Act) -> str | None:
    """Do it, or say why not: then nothing of it has happened."""
    try:
        with visit.session.begin_nested():
            act()
    except HelplineError as refused:
        visit.session.expire_all()
        return str(refused)
    return None


def answer(visit: Visit, slot: Slot | None, shift: Shift | None, refusal: str | None, news: str) -> Response:
    """The cell as it is now, or its whole week."""
    status = 409 if refusal else 200
    if visit.live and slot is not None:
        return pages.live(visit, slot, news=None if refusal else pages.NEWS[news], notice=refusal, status=status)
    day = pages.day_of(slot.starts_at if slot else shift.starts_at if shift else visit.at)
    if refusal:
        return pages.page(visit, of=day, notice=refusal, status=status)
    return go(f"/rota?of={week.monday_of(day)}&news={news}" + (f"#s{slot.id}" if slot else ""))


def told(person: Person | None, news: str) -> str:
    """That somebody hears of it by text, or that they are to be rung who have stopped our texts."""
    return news if person is None or person.stopped_texts_at is None else "untold"


def _of_whom(visit: Visit, shift: Shift, news: str) -> str:
    """What an organiser hears who did it for somebody."""
    return news if shift.person_id == visit.who.id else told(shift.person, f"{news}_for_them")


def _done(visit: Visit, shift: Shift, act: Act, news: str) -> Response:
    slot, refusal = shift.slot, try_to(visit, act)
    return answer(visit, slot, shift, refusal, news)


@router.post("/slots/{slot_id}/take")
def take(visit: Writes, slot_id: Id) -> Response:
    """I am there."""
    slot = slot_of(visit, slot_id)
    refusal = try_to(visit, lambda: shifts.take(visit.session, slot, who=visit.who, at=visit.at))
    return answer(visit, slot, None, refusal, "taken")


@router.post("/shifts/{shift_id}/take-over")
def take_over(visit: Writes, shift_id: Id) -> Response:
    """I come instead of whoever asked for cover."""
    shift = shift_of(visit, shift_id)
    return _done(visit, shift, lambda: cover.take_over(visit.session, shift, who=visit.who, at=visit.at), "taken_over")


@router.post("/shifts/{shift_id}/cover")
def want(visit: Writes, shift_id: Id) -> Response:
    """I cannot: who can?"""
    shift = shift_of(visit, shift_id)
    refusal = try_to(visit, lambda: on_behalf.want_cover(visit.session, shift, who=visit.who, at=visit.at))
    news = "cover" if refusal or might.free(visit.session, shift, at=visit.at) else "cover_nobody"
    return answer(visit, shift.slot, shift, refusal, _of_whom(visit, shift, news))


@router.post("/shifts/{shift_id}/keep")
def keep(visit: Writes, shift_id: Id) -> Response:
    """I can, after all."""
    shift = shift_of(visit, shift_id)
    news = _of_whom(visit, shift, "kept")
    return _done(visit, shift, lambda: on_behalf.keep(visit.session, shift, who=visit.who, at=visit.at), news)


@router.post("/shifts/{shift_id}/confirm")
def confirm(visit: Writes, shift_id: Id) -> Response:
    """I will be there."""
    shift = shift_of(visit, shift_id)
    return _done(visit, shift, lambda: shifts.confirm(visit.session, shift, who=visit.who, at=visit.at), "confirmed")


@router.post("/shifts/{shift_id}/standby")
def stand_by(visit: Writes, shift_id: Id) -> Response:
    """I could come instead, should they ask."""
    shift = shift_of(visit, shift_id)
    refusal = try_to(visit, lambda: standbys.offer(visit.session, shift, who=visit.who, at=visit.at))
    return _back_to_slot(visit, shift, refusal, "standby")


@router.post("/shifts/{shift_id}/standby/take-back")
def stand_by_no_more(visit: Writes, shift_id: Id) -> Response:
    """I could not, after all."""
    shift = shift_of(visit, shift_id)
    standbys.take_back(visit.session, shift, who=visit.who, at=visit.at)
    return _back_to_slot(visit, shift, None, "standby_off")


def _back_to_slot(visit: Visit, shift: Shift, refusal: str | None, news: str) -> Response:
    if refusal or shift.slot_id is None:
        return answer(visit, shift.slot, shift, refusal, news)
    return go(f"/rota/slots/{shift.slot_id}?news={news}")


@router.post("/shifts/{shift_id}/leave")
def leave(visit: Writes, shift_id: Id) -> Response:
    """I leave it now, whether or not somebody else is found."""
    shift = shift_of(visit, shift_id)
    return _done(visit, shift, lambda: shifts.leave(visit.session, shift, who=visit.who, at=visit.at), "left")


@router.get("/shifts/{shift_id}")
def one(visit: Reads, shift_id: Id) -> Response:
    """One shift: what its handler can do about it. Anybody else is shown the slot it is in."""
    shift = shift_of(visit, shift_id)
    may = shift.person_id == visit.who.id or visit.who.wears(HatName.ORGANISER)
    if not may or not shift.is_live:
        return go(f"/rota/slots/{shift.slot_id}" if shift.slot_id else "/rota")
    return visit.show(
        "rota/shift.html",
        page="rota",
        shift=shift,
        cell=week.cell_of(visit.session, shift.slot, at=visit.at) if shift.slot else None,
        monday=week.monday_of(pages.day_of(shift.starts_at)),
        today=pages.day_of(visit.at),
    )
