"""When the line is open: hours, closed days and bank holidays, and closing it now. Organisers change it, every handler reads it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from dashboard.auth import Reads, Visit, Writes, go, number, text
from helpline import bank_holidays, clock, closings, config, hours, opening_words, reachable, wording
from helpline.bank_holidays import NATION_WORDS, Nation
from helpline.closings import LONGEST_WORDS
from helpline.durations import ChangedMeanwhileError, check_organiser
from helpline.errors import HelplineError
from helpline.hours import LONGEST_NAME, Hours
from helpline.opening import MINUTES_A_DAY, Day, Span, Week
from helpline.people import HatName
from helpline.reachable import Standing
from helpline.wording import WEEKDAYS

router = APIRouter()
HERE = "/settings/opening"
NAMES = tuple(day.lower() for day in WEEKDAYS)
A_SUGGESTION: Week = (
    *[(Span(600, 1080),)] * 5,  # type: ignore[assignment]  # five days of the week
    (),
    (),
)
NEWS = {"hours": "Saved.", "day": "Saved.", "closed": "The line is closed.", "opened": "The line is open again."}
AHEAD = timedelta(days=365)


@dataclass
class HoursForm:
    """The form of the hours as it stands, with a sentence for each field that is refused."""

    always: bool
    days: list[str]
    nation: str
    seen: int
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OneDay:
    """A day that is closed, or a bank holiday that is not."""

    day: date
    name: str
    closed: bool
    by: str | None


@dataclass
class ClosingForm:
    """The form that closes the line now."""

    day: str = ""
    time: str = ""
    words: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class DayForm:
    """The form that closes one day."""

    day: str = ""
    name: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def preview(session: Session, at: datetime) -> str:
    """How the line stands, and when that changes, in one breath."""
    zone = config.current().zone
    stands = reachable.standing(session, at)
    if stands == Standing.OPEN:
        closes = reachable.closes(session, at)
        if closes is None:
            return "The line is open whenever somebody is on shift."
        following = reachable.opens(session, closes)
        until = f"The line is open {_until(closes, at)}."
        return f"{until} It opens next {wording.opens(following, zone, now=at)}." if following else until
    opens = reachable.opens(session, at)
    return "The line is closed now." + (f" It opens next {wording.opens(opens, zone, now=at)}." if opens else "")


def _until(closes: datetime, at: datetime) -> str:
    """`today until 6 pm`, `today until midnight`, `until midnight on Thursday 24`."""
    zone = config.current().zone
    at_midnight = closes.astimezone(zone).time() == time()
    last = closes - timedelta(minutes=1) if at_midnight else closes
    when = "midnight" if at_midnight else wording.time(closes, zone)
    if last.astimezone(zone).date() == at.astimezone(zone).date():
        return f"today until {when}"
    return f"until {when} {wording.opens(last, zone, now=at).rpartition(',')[0]}"


def _hours_form(given: Hours | None) -> HoursForm:
    week = hours.week_of(given) if given else A_SUGGESTION
    days = [wording.plain(opening_words.worded(day)) for day in week]
    return HoursForm(given is None or given.always, days, given.nation or "" if given else "", given.id if given else 0)


def _page(visit: Visit, *, status: int = 200, news: str = "", **forms: Any) -> Response:
    today = visit.at.astimezone(visit.house.settings.zone).date()
    stands = hours.standing(visit.session)
    given = {"form": _hours_form(stands), "closing_form": ClosingForm(), "day_form": DayForm(), **forms}
    closing = closings.now(visit.session, visit.at)
    return visit.show(
        "settings/opening.html",
        status=status,
        page="settings",
        organiser=visit.who.wears(HatName.ORGANISER),
        preview=preview(visit.session, visit.at),
        closing=closing,
        stands=stands,
        week=[(name, opening_words.worded(day) or "closed") for name, day in zip(WEEKDAYS, _week(stands), strict=True)],
        names=NAMES,
        labels=WEEKDAYS,
        nations=NATION_WORDS,
        coming=_coming(visit, stands, today),
        known_until=bank_holidays.known_until(stands.nation) if stands and stands.nation else None,
        untils=[(today + timedelta(days=number)) for number in range(8)],
        today=today,
        last_day=today + hours.FURTHEST,
        longest_words=LONGEST_WORDS,
        longest_name=LONGEST_NAME,
        news=NEWS.get(news, ""),
        **given,
    )


def _week(stands: Hours | None) -> Week:
    return hours.week_of(stands) if stands else A_SUGGESTION


def _coming(visit: Visit, stands: Hours | None, today: date) -> list[OneDay]:
    """The days ahead that are closed, and the bank holidays that are not."""
    said = {day.day: day for day in hours.days(visit.session, today)}
    holidays = bank_holidays.of(stands.nation) if stands and stands.nation else {}
    soon = {day: name for day, name in holidays.items() if today <= day <= today + AHEAD}
    found = []
    for day in sorted({*said, *soon}):
        own = said.get(day)
        if own is not None and not own.closed and day not in soon:
            continue
        closed = own.closed if own else True
        by = own.made_by.first_name if own else None
        found.append(OneDay(day, own.name if own and own.closed else soon.get(day, ""), closed, by))
    return found


@router.get(HERE)
def one(visit: Reads, news: str = "") -> Response:
    """When the line is open, and all that can be changed of it."""
    return _page(visit, news=news)


@router.post(f"{HERE}/hours")
def decide(visit: Writes) -> Response:
    """Decides the hours, and whose bank holidays are kept."""
    check_organiser(visit.who)
    typed = [text(visit.form, name, 120) for name in NAMES]
    nation = text(visit.form, "nation", 24)
    form = HoursForm(text(visit.form, "always") == "yes", typed, nation, number(visit.form, "seen") or 0)
    days: list[Day] = []
    for name, words in zip(NAMES, typed, strict=True):
        try:
            days.append(opening_words.understand(words))
        except HelplineError as refused:
            form.errors[name] = str(refused)
    if nation and nation not in set(Nation):
        form.errors["nation"] = "Choose one of these."
    if form.errors:
        return _page(visit, form=form, status=422)
    mon, tue, wed, thu, fri, sat, sun = days
    try:
        hours.decide(
            visit.session,
            always=form.always,
            week=(mon, tue, wed, thu, fri, sat, sun),
            nation=Nation(nation) if nation else None,
            seen=form.seen or None,
            who=visit.who,
            at=visit.at,
        )
    except HelplineError as refused:
        form.errors["always"] = str(refused)
        stands = hours.standing(visit.session)
        if isinstance(refused, ChangedMeanwhileError):
            form.seen = stands.id if stands else 0
        return _page(visit, form=form, status=422)
    return go(f"{HERE}?news=hours#hours")


@router.post(f"{HERE}/day")
def close_day(visit: Writes) -> Response:
    """Closes the line on one day."""
    check_organiser(visit.who)
    form = DayForm(text(visit.form, "day", 10), text(visit.form, "name", 200))
    today = visit.at.astimezone(visit.house.settings.zone).date()
    day = _date(form.day)
    if day is None:
        form.errors["day"] = "Choose a day."
    try:
        if day is not None:
            hours.close_day(visit.session, day, form.name, today=today, who=visit.who, at=visit.at)
    except HelplineError as refused:
        form.errors[refused.field or "day"] = str(refused)
    if form.errors:
        return _page(visit, day_form=form, status=422)
    return go(f"{HERE}?news=day#days")


@router.post(f"{HERE}/day/open")
def open_day(visit: Writes) -> Response:
    """A day is open after all."""
    check_organiser(visit.who)
    day, stands = _date(text(visit.form, "day", 10)), hours.standing(visit.session)
    if day is None:
        raise HelplineError("There is no such day.")
    if stands and stands.nation and day in bank_holidays.of(stands.nation):
        hours.keep_holiday(visit.session, stands.nation, day, closed=False, who=visit.who, at=visit.at)
    else:
        hours.open_day(visit.session, day, who=visit.who, at=visit.at)
    return go(f"{HERE}?news=day#days")


@router.post(f"{HERE}/day/close")
def keep_holiday(visit: Writes) -> Response:
    """A bank holiday that was open is closed again."""
    check_organiser(visit.who)
    day, stands = _date(text(visit.form, "day", 10)), hours.standing(visit.session)
    if day is None or stands is None or stands.nation is None:
        raise HelplineError("That is no bank holiday.")
    hours.keep_holiday(visit.session, stands.nation, day, closed=True, who=visit.who, at=visit.at)
    return go(f"{HERE}?news=day#days")


@router.post(f"{HERE}/close")
def close_now(visit: Writes) -> Response:
    """Closes the line now, until a time."""
    check_organiser(visit.who)
    form = ClosingForm(text(visit.form, "day", 10), text(visit.form, "time", 20), text(visit.form, "words", 1000))
    until = _instant(form, visit)
    for name, check in (("time", lambda: _check(until, visit)), ("words", lambda: closings.check_words(form.words))):
        try:
            check()
        except HelplineError as refused:
            form.errors.setdefault(name, str(refused))
    if form.errors or until is None:
        return _page(visit, closing_form=form, status=422)
    try:
        closings.close(visit.session, until=until, words=form.words, who=visit.who, at=visit.at)
    except ChangedMeanwhileError as meanwhile:
        form.errors["closing"] = str(meanwhile)
        return _page(visit, closing_form=form, status=422)
    return go(f"{HERE}?news=closed")


def _check(until: datetime | None, visit: Visit) -> None:
    if until is not None:
        closings.check_until(until, at=visit.at)


@router.post(f"{HERE}/open")
def open_now(visit: Writes) -> Response:
    """Opens the line before its time."""
    check_organiser(visit.who)
    closing = closings.now(visit.session, visit.at)
    if closing is not None:
        closings.end(visit.session, closing, who=visit.who, at=visit.at)
    return go(f"{HERE}?news=opened")


def _instant(form: ClosingForm, visit: Visit) -> datetime | None:
    """Until when, or None with a sentence in the form. Midnight is the one that ends the day."""
    day = _date(form.day)
    if day is None:
        form.errors["time"] = "Choose a day."
        return None
    try:
        minutes = opening_words.time_of_day(form.time)
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes or MINUTES_A_DAY)
        return clock.instant(wall, visit.house.settings.zone)
    except HelplineError as refused:
        form.errors["time"] = str(refused)
        return None


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
