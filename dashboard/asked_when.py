"""When somebody is asked: the page of their days away, quiet hours, a rest, and how many requests at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time

from fastapi import APIRouter, Response

from dashboard.auth import Id, Reads, Visit, Writes, go, text
from dashboard.people import person_of
from dashboard.spared import context
from helpline import away, sparing
from helpline.away import Away
from helpline.errors import HelplineError, NotFoundError
from helpline.people import Person

router = APIRouter()
NEWS = {"away", "back", "saved"}


@dataclass
class Typed:
    """What was typed into the page, and why something of it is refused."""

    first: str = ""
    last: str = ""
    start: str = ""
    end: str = ""
    rests: str = ""
    most: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, visit: Visit, person: Person) -> "Typed":
        """As it stands."""
        rests = sparing.rests(person, away.today(visit.at))
        return cls(
            start=f"{person.quiet_from:%H:%M}" if person.quiet_from is not None else "",
            end=f"{person.quiet_until:%H:%M}" if person.quiet_until is not None else "",
            rests=person.rests_until.isoformat() if rests and person.rests_until else "",
            most=str(person.most_open or ""),
        )


def _page(visit: Visit, person: Person, typed: Typed, *, status: int = 200, news: str | None = None) -> Response:
    return visit.show(
        "people/asked.html",
        status=status,
        page="people",
        person=person,
        typed=typed,
        news=news,
        today=away.today(visit.at).isoformat(),
        **context(visit, person),
    )


@router.get("/people/{person_id}/asked")
def asked(visit: Reads, person_id: Id, news: str = "") -> Response:
    """When somebody is asked, and what they may change of it."""
    person = person_of(visit, person_id)
    return _page(visit, person, Typed.of(visit, person), news=news if news in NEWS else None)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise HelplineError("Say a day, like 1 December.") from None


def _time(typed: str) -> time | None:
    if not typed:
        return None
    try:
        return time.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise HelplineError("Write a time of day, like 21:00.") from None


def _most(typed: str) -> int | None:
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 4):
        raise HelplineError("Write a whole number, such as 5, or nothing.")
    return int(typed) if typed else None


@router.post("/people/{person_id}/asked/away")
def say_away(visit: Writes, person_id: Id) -> Response:
    """They are away for some days."""
    person, form = person_of(visit, person_id), visit.form
    typed = Typed.of(visit, person)
    typed.first, typed.last = text(form, "first", 10), text(form, "last", 10)
    try:
        first = _day(typed.first)
        away.say_away(
            visit.session, person, first, _day(typed.last) if typed.last else first, who=visit.who, at=visit.at
        )
    except HelplineError as refused:
        typed.problems["away"] = str(refused)
        return _page(visit, person, typed, status=422)
    return go(f"/people/{person_id}/asked?news=away")


@router.post("/people/{person_id}/asked/away/{away_id}/off")
def take_off(visit: Writes, person_id: Id, away_id: Id) -> Response:
    """They are back, or not away then after all."""
    said = visit.session.get(Away, away_id)
    if said is None or said.person_id != person_id:
        raise NotFoundError("There are no such days.")
    away.take_off(visit.session, said, who=visit.who, at=visit.at)
    return go(f"/people/{person_id}/asked?news=back")


@router.post("/people/{person_id}/asked")
def spare(visit: Writes, person_id: Id) -> Response:
    """Quiet hours, a rest, and how many at once; all of them or none."""
    person, form = person_of(visit, person_id), visit.form
    typed = Typed(
        start=text(form, "start", 8),
        end=text(form, "end", 8),
        rests=text(form, "rests", 10),
        most=text(form, "most", 6),
    )
    changes: dict[str, Callable[[], object]] = {
        "quiet": lambda: sparing.set_quiet(
            visit.session, person, _time(typed.start), _time(typed.end), who=visit.who, at=visit.at
        ),
        "rests": lambda: _rest(visit, person, typed.rests),
        "most": lambda: sparing.set_most(visit.session, person, _most(typed.most), who=visit.who, at=visit.at),
    }
    with visit.session.begin_nested() as kept:
        for name, change in changes.items():
            try:
                change()
            except HelplineError as refused:
                typed.problems[name] = str(refused)
        if typed.problems:
            kept.rollback()
    if typed.problems:
        return _page(visit, person, typed, status=422)
    return go(f"/people/{person_id}/asked?news=saved")


def _rest(visit: Visit, person: Person, typed: str) -> None:
    if typed:
        sparing.rest(visit.session, person, _day(typed), who=visit.who, at=visit.at)
    else:
        sparing.end_rest(visit.session, person, who=visit.who, at=visit.at)
