"""One time on the rota: who is down, how it came about, and what an organiser does for others; and one person's shifts."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response

from dashboard import rota as pages
from dashboard.auth import Id, Reads, Visit, Writes, go, number, text
from dashboard.people import person_of
from dashboard.rota_acts import shift_of, slot_of, told, try_to
from helpline import on_behalf, reminders, rota, slot_story, standbys, week
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.slots import Slot

router = APIRouter(prefix="/rota")
BACK = timedelta(weeks=4)


@router.get("/slots/{slot_id}")
def one(visit: Reads, slot_id: Id, news: str = "") -> Response:
    """One slot, and its story."""
    return page(visit, slot_of(visit, slot_id), news=pages.NEWS.get(news))


def page(
    visit: Visit,
    slot: Slot,
    *,
    news: str | None = None,
    notice: str | None = None,
    status: int = 200,
    typed: dict[str, Any] | None = None,
) -> Response:
    """A slot as it is now. `typed` is what an organiser had written when it was refused."""
    session, at = visit.session, visit.at
    organiser = visit.who.wears(HatName.ORGANISER)
    cell, there = week.look_at(session, slot, at=at)
    to_come = slot.ends_at > at and not slot.is_called_off
    return visit.show(
        "rota/slot.html",
        status=status,
        page="rota",
        news=news,
        notice=notice,
        typed={"person": 0, "shift": 0, "why": "", **(typed or {})},
        slot=slot,
        cell=cell,
        hand=week.hand_of(visit.who, there, at=at),
        standbys=standbys.of_shifts(session, cell.shifts),
        unreached=reminders.unreached(session, cell.shifts) if organiser and to_come else {},
        story=slot_story.of(session, slot),
        free=on_behalf.could_take(session, slot, there, at=at) if organiser and to_come and cell.room else [],
        organiser=organiser,
        to_come=to_come,
        monday=week.monday_of(slot.day),
        today=pages.day_of(at),
    )


def _news(visit: Visit, person: Person | None) -> str:
    """Whether they hear of it by text, for whoever did it to know whether to ring them."""
    return "saved" if person is None or person.id == visit.who.id else told(person, "told")


@router.post("/slots/{slot_id}/put-down")
def put_down(visit: Writes, slot_id: Id) -> Response:
    """An organiser puts somebody down."""
    slot = slot_of(visit, slot_id)
    person = visit.session.get(Person, number(visit.form, "person") or 0)

    def act() -> None:
        if person is None:
            raise HelplineError("Choose who it is.")
        on_behalf.put_down(visit.session, slot, person, who=visit.who, at=visit.at)

    refusal = try_to(visit, act)
    if refusal:
        return page(visit, slot, notice=refusal, status=409, typed={"person": person.id if person else 0})
    return go(f"/rota/slots/{slot.id}?news={_news(visit, person)}")


@router.post("/shifts/{shift_id}/take-off")
def take_off(visit: Writes, shift_id: Id) -> Response:
    """An organiser takes somebody off."""
    shift, why = shift_of(visit, shift_id), text(visit.form, "why", on_behalf.LONGEST_REASON)
    slot, news = shift.slot, _news(visit, shift.person)
    refusal = try_to(visit, lambda: on_behalf.take_off(visit.session, shift, why=why, who=visit.who, at=visit.at))
    if slot is None:
        day = pages.day_of(shift.starts_at)
        return pages.page(visit, of=day, notice=refusal, status=409) if refusal else go(f"/rota?news={news}")
    if refusal:
        return page(visit, slot, notice=refusal, status=409, typed={"shift": shift_id, "why": why})
    return go(f"/rota/slots/{slot.id}?news={news}")


@router.get("/people/{person_id}")
def of_person(visit: Reads, person_id: Id) -> Response:
    """One person's shifts: what is before them, and the last four weeks."""
    person = person_of(visit, person_id)
    behind = [
        one for one in rota.shifts_of(visit.session, person, visit.at - BACK, visit.at) if one.ends_at <= visit.at
    ]
    return visit.show(
        "rota/person.html",
        page="rota",
        person=person,
        ahead=week.shifts_ahead(visit.session, person, at=visit.at),
        behind=list(reversed(behind)),
        answers=person.wears(HatName.HANDLER, HatName.ORGANISER),
        today=pages.day_of(visit.at),
    )
