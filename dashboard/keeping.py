"""Who keeps a time of the week: put down for it by themselves, every week or every second one, until they stop."""

from fastapi import APIRouter, Response

from dashboard import rota as pages
from dashboard.auth import Id, Visit, Writes, go, number, text
from dashboard.patterns import HERE, TimeForm, pattern_of, show_one
from dashboard.rota_acts import try_to
from helpline import regulars, wording
from helpline.durations import check_organiser
from helpline.errors import HelplineError, NotFoundError
from helpline.people import Person
from helpline.regulars import Regular
from helpline.slots import Slot

router = APIRouter(prefix="/rota")


@router.post("/patterns/{pattern_id}/regulars")
def keep(visit: Writes, pattern_id: Id) -> Response:
    """Somebody keeps it from a day on. What they could not be put down for is said."""
    check_organiser(visit.who)
    pattern, today = pattern_of(visit, pattern_id), pages.day_of(visit.at)
    form = TimeForm(day=text(visit.form, "day", 10))
    every = number(visit.form, "every") or 1
    first_day = form.date("day", today) or today
    person = visit.session.get(Person, number(visit.form, "person") or 0)
    typed = {"person": person.id if person else 0, "every": every, "day": form.day}
    not_down: list[Slot] = []

    def act() -> None:
        if person is None:
            raise HelplineError("Choose who it is.")
        _, out = regulars.keep(
            visit.session, pattern, person, every=every, first_day=first_day, who=visit.who, at=visit.at
        )
        not_down.extend(out)

    refusal = {"regular_day": form.errors["day"]} if form.errors else {}
    if not refusal and (said := try_to(visit, act)):
        refusal = {"regular": said}
    if refusal:
        return show_one(visit, pattern, refusal=refusal, typed=typed, status=422)
    if not_down:
        days = wording.listed([wording.date_words(slot.day) for slot in not_down])
        return show_one(visit, pattern, told=f"Saved, but not for {days}: it is full then, or they have another shift.")
    return go(f"{HERE}/{pattern.id}?news=kept")


@router.post("/regulars/{regular_id}/stop")
def stop(visit: Writes, regular_id: Id) -> Response:
    """A day is the last on which they keep it: first what they would leave, and then it is done."""
    check_organiser(visit.who)
    regular, last_day = (
        _regular(visit, regular_id),
        TimeForm(last_day=text(visit.form, "last_day", 10)).date("last_day", None),
    )
    if last_day is None:
        return show_one(visit, regular.pattern, refusal={f"stop-{regular.id}": "Choose a day."}, status=422)
    if text(visit.form, "sure") != "yes":
        left = regulars.would_leave(visit.session, regular, last_day=last_day, at=visit.at)
        return show_one(visit, regular.pattern, stopping=regular, until=last_day, left=left)
    regulars.stop(visit.session, regular, last_day=last_day, who=visit.who, at=visit.at)
    return go(f"{HERE}/{regular.pattern_id}?news=stopped")


def _regular(visit: Visit, regular_id: int) -> Regular:
    regular = visit.session.get(Regular, regular_id)
    if regular is None:
        raise NotFoundError("They do not keep that time.")
    return regular
