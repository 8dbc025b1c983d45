"""The times of the week that come back, who keeps them, and times for one day: organisers change them, and every handler reads.

What a change will do is said before it is done: a form is sent twice, the second time with `sure`.
"""

from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from fastapi import APIRouter, Response

from dashboard import rota as pages
from dashboard.auth import Id, Reads, Visit, Writes, go, text
from dashboard.rota_acts import slot_of
from helpline import ahead, called_off, config, opening_words, patterns, people, regulars, rota, slots
from helpline.durations import check_organiser
from helpline.errors import HelplineError, NotFoundError
from helpline.patterns import Pattern, Shape
from helpline.people import HatName
from helpline.regulars import EVERY
from helpline.slots import Why
from helpline.wording import WEEKDAYS

router = APIRouter(prefix="/rota")
HERE = "/rota/patterns"
NOTHING = {"person": 0, "every": 1, "day": ""}
NEWS = {
    "added": "It is on the rota, eight weeks ahead.",
    "changed": "Saved. The shifts to come have followed.",
    "ended": "Saved. After its last day it is not on the rota any more.",
    "once": "It is on the rota.",
    "off": "It is called off. Whoever was down for it hears so by text.",
    "kept": "Saved. They are down for it every time, eight weeks ahead.",
    "stopped": "Saved. The shifts they leave need somebody now.",
    "back": "It is on again. Whoever was down for it hears so by text.",
}


@dataclass
class TimeForm:
    """A time of the week, or of one day, as it was typed, with a sentence for each field that is refused."""

    weekday: str = ""
    day: str = ""
    begins: str = ""
    ends: str = ""
    least: str = "1"
    most: str = "2"
    last_day: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def minute(self, name: str) -> time:
        """A field as a time of day; midnight when it is refused."""
        try:
            return time(*divmod(opening_words.time_of_day(getattr(self, name)), 60))
        except HelplineError as refused:
            self.errors[name] = str(refused)
            return time()

    def many(self, name: str) -> int:
        """A field as how many."""
        written = getattr(self, name)
        if written.isascii() and written.isdigit() and len(written) <= 3:
            return int(written)
        self.errors[name] = "Write a number, like 2."
        return 0

    def date(self, name: str, otherwise: date | None) -> date | None:
        """A field as a day; `otherwise` when it is empty."""
        written = getattr(self, name)
        try:
            return date.fromisoformat(written) if written else otherwise
        except ValueError:
            self.errors[name] = "Choose a day."
            return otherwise


def read(visit: Visit) -> TimeForm:
    """The form as it was sent."""
    weekday, day, begins, ends, least, most, last_day = (
        text(visit.form, name, 20) for name in ("weekday", "day", "begins", "ends", "least", "most", "last_day")
    )
    return TimeForm(weekday, day, begins, ends, least, most, last_day)


def shape_of(form: TimeForm, *, first_day: date, today: date) -> Shape | None:
    """What the form says, or None with a sentence for each field that is refused. `first_day` is its first day so far."""
    weekday = int(form.weekday) if form.weekday in set("0123456") else -1
    if weekday < 0:
        form.errors["weekday"] = "Choose a day of the week."
    shape = Shape(
        weekday,
        form.minute("begins"),
        form.minute("ends"),
        form.many("least"),
        form.many("most"),
        form.date("day", first_day) or first_day,
        form.date("last_day", None),
    )
    if not form.errors:
        try:
            patterns.check(shape, today=today, begun=first_day)
        except HelplineError as refused:
            form.errors[beside(refused)] = str(refused)
    return None if form.errors else shape


def beside(refused: HelplineError) -> str:
    """The field beside which a refusal stands."""
    return {"first_day": "day"}.get(refused.field, refused.field) or "begins"


def form_of(pattern: Pattern) -> TimeForm:
    """A pattern as it could be typed."""
    begins, ends = (opening_words.clock(60 * at.hour + at.minute) for at in (pattern.begins, pattern.ends))
    last = pattern.last_day.isoformat() if pattern.last_day else ""
    return TimeForm(str(pattern.weekday), "", begins, ends, str(pattern.least), str(pattern.most), last)


def pattern_of(visit: Visit, pattern_id: int) -> Pattern:
    """A pattern by its id. Raises `NotFoundError`."""
    pattern = visit.session.get(Pattern, pattern_id)
    if pattern is None:
        raise NotFoundError("That time is not on the rota.")
    return pattern


def hours_of(pattern: Pattern) -> str:
    """`4 pm to 7 pm`, and `the next day` for a night."""
    begins, ends = (opening_words.clock(60 * at.hour + at.minute) for at in (pattern.begins, pattern.ends))
    return f"{begins} to {ends}" + ("" if pattern.ends > pattern.begins or pattern.ends == time() else " the next day")


# The list of them


def show(visit: Visit, *, status: int = 200, news: str = "", **forms: TimeForm) -> Response:
    """All of them, with the two forms that add one."""
    session, today = visit.session, pages.day_of(visit.at)
    kept = patterns.kept(session, today=today)
    to_come = slots.between(session, visit.at, visit.at + ahead.AHEAD)
    return visit.show(
        "rota/patterns.html",
        status=status,
        page="rota",
        news=NEWS.get(news, ""),
        organiser=visit.who.wears(HatName.ORGANISER),
        days=[(name, [one for one in kept if one.weekday == nth]) for nth, name in enumerate(WEEKDAYS)],
        kept=kept,
        keeping=regulars.of_patterns(session, kept, today=today),
        hours_of=hours_of,
        every=EVERY,
        names=WEEKDAYS,
        once=[one for one in to_come if one.pattern_id is None and not one.is_called_off],
        off=[one for one in to_come if one.called_off_why == Why.ORGANISER],
        today=today,
        **{"form": TimeForm(), "once_form": TimeForm(), **forms},
    )


@router.get("/patterns")
def every(visit: Reads, news: str = "") -> Response:
    """The times of the week."""
    return show(visit, news=news)


@router.post("/patterns")
def add(visit: Writes) -> Response:
    """A new time of the week."""
    check_organiser(visit.who)
    form, today = read(visit), pages.day_of(visit.at)
    shape = shape_of(form, first_day=today, today=today)
    if shape is None:
        return show(visit, form=form, status=422)
    ahead.add(visit.session, shape, who=visit.who, at=visit.at)
    return go(f"{HERE}?news=added")


@router.post("/slots")
def add_once(visit: Writes) -> Response:
    """A time for one day."""
    check_organiser(visit.who)
    form = read(visit)
    day = form.date("day", None)
    if day is None:
        form.errors["day"] = "Choose a day."
    begins, ends = form.minute("begins"), form.minute("ends")
    span = patterns.span(day, begins, ends, config.current().zone) if day else None
    if day and span is None:
        form.errors.setdefault("begins", "The clocks go forward over the whole of it that night.")
    least, most = form.many("least"), form.many("most")
    if span and not form.errors:
        try:
            ahead.add_once(visit.session, *span, least=least, most=most, who=visit.who, at=visit.at)
        except HelplineError as refused:
            form.errors[beside(refused)] = str(refused)
    return show(visit, once_form=form, status=422) if form.errors else go(f"{HERE}?news=once#once")


# One of them


def show_one(visit: Visit, pattern: Pattern, *, status: int = 200, news: str = "", **more: Any) -> Response:
    """One pattern: what it says, what can be changed of it, and who keeps it."""
    session, today = visit.session, pages.day_of(visit.at)
    keeping = regulars.of_patterns(session, [pattern], today=today)[pattern.id]
    return visit.show(
        "rota/pattern.html",
        status=status,
        page="rota",
        news=NEWS.get(news, ""),
        organiser=visit.who.wears(HatName.ORGANISER),
        pattern=pattern,
        heading=f"{WEEKDAYS[pattern.weekday]}s, {hours_of(pattern)}",
        keeping=keeping,
        handlers=[person for person in people.with_hats(session) if person.wears(HatName.HANDLER, HatName.ORGANISER)],
        every=EVERY,
        names=WEEKDAYS,
        today=today,
        **{
            "form": form_of(pattern),
            "fit": None,
            "ending": None,
            "stopping": None,
            "told": "",
            "refusal": {},
            "typed": NOTHING,
            **more,
        },
    )


@router.get("/patterns/{pattern_id}")
def one(visit: Reads, pattern_id: Id, news: str = "") -> Response:
    """One time of the week."""
    return show_one(visit, pattern_of(visit, pattern_id), news=news)


@router.post("/patterns/{pattern_id}")
def change(visit: Writes, pattern_id: Id) -> Response:
    """Says something else: first what that will do, and then it is done."""
    check_organiser(visit.who)
    pattern, form, today = pattern_of(visit, pattern_id), read(visit), pages.day_of(visit.at)
    shape = shape_of(form, first_day=pattern.first_day, today=today)
    if shape is None:
        return show_one(visit, pattern, form=form, status=422)
    if text(visit.form, "sure") != "yes":
        fit, affected = ahead.would(visit.session, pattern, shape, at=visit.at)
        return show_one(visit, pattern, form=form, fit=fit, affected=affected)
    ahead.change(visit.session, pattern, shape, who=visit.who, at=visit.at)
    return go(f"{HERE}/{pattern.id}?news=changed")


@router.post("/patterns/{pattern_id}/end")
def end(visit: Writes, pattern_id: Id) -> Response:
    """A day is its last: first what that will do, and then it is done."""
    check_organiser(visit.who)
    pattern, form = pattern_of(visit, pattern_id), read(visit)
    last_day = form.date("last_day", None)
    if last_day is None:
        return show_one(visit, pattern, refusal={"last_day": "Choose a day."}, status=422)
    if text(visit.form, "sure") != "yes":
        shape = replace(pattern.shape, last_day=max(last_day, pattern.first_day))
        fit, affected = ahead.would(visit.session, pattern, shape, at=visit.at)
        return show_one(visit, pattern, ending=last_day, fit=fit, affected=affected)
    and_shifts = text(visit.form, "and_shifts") == "yes"
    ahead.end(visit.session, pattern, last_day, and_shifts=and_shifts, who=visit.who, at=visit.at)
    return go(f"{HERE}/{pattern.id}?news=ended")


# Called off, and brought back


@router.get("/slots/{slot_id}/call-off")
def ask_call_off(visit: Reads, slot_id: Id) -> Response:
    """Who will be told, before it is done."""
    check_organiser(visit.who)
    slot = slot_of(visit, slot_id)
    down = rota.down_for(visit.session, [slot])[slot.id]
    return visit.show("rota/call_off.html", page="rota", slot=slot, down=down, today=pages.day_of(visit.at))


@router.post("/slots/{slot_id}/call-off")
def call_off(visit: Writes, slot_id: Id) -> Response:
    """It is called off."""
    called_off.call_off(visit.session, slot_of(visit, slot_id), why=Why.ORGANISER, who=visit.who, at=visit.at)
    return go(f"{HERE}?news=off#off")


@router.post("/slots/{slot_id}/bring-back")
def bring_back(visit: Writes, slot_id: Id) -> Response:
    """It is on after all."""
    called_off.bring_back(visit.session, slot_of(visit, slot_id), who=visit.who, at=visit.at)
    return go(f"{HERE}?news=back#once")
