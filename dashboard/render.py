"""Templates into answers. Times are local only here and in the templates; no HTML is written in Python."""

import hashlib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from helpline import phone, wording
from helpline.config import Settings
from helpline.languages import KNOWN
from helpline.lengths import clock_words
from helpline.wording import NBSP

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def static_addresses() -> dict[str, str]:
    """The address of each file of ours, by its name; it changes when the file does, so that browsers may keep it."""
    files = (file for file in STATIC.rglob("*") if file.is_file())
    marks = {file.relative_to(STATIC).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return {name: f"/static/{name}?v={mark[:12]}" for name, mark in marks.items()}


def static(name: str) -> str:
    """The address of a file of ours. Raises `KeyError` when there is none."""
    return static_addresses()[name]


def _zone(context: Context) -> ZoneInfo:
    settings: Settings = context["settings"]
    return settings.zone


@pass_context
def _time(context: Context, at: datetime) -> str:
    return wording.time(at, _zone(context))


@pass_context
def _weekday(context: Context, at: datetime) -> str:
    return f"{at.astimezone(_zone(context)):%A}"


@pass_context
def _day(context: Context, at: datetime) -> str:
    return wording.day(at, _zone(context)).replace(" ", NBSP)


@pass_context
def _moment(context: Context, at: datetime) -> str:
    return wording.moment(at, _zone(context), now=context["at"])


@pass_context
def _date(context: Context, at: datetime) -> date:
    return at.astimezone(_zone(context)).date()


@pass_context
def _on_day(context: Context, at: datetime) -> str:
    return wording.on_day(at, _zone(context), now=context["at"])


@pass_context
def _opens(context: Context, at: datetime) -> str:
    return wording.opens(at, _zone(context), now=context["at"])


@pass_context
def _since(context: Context, at: datetime) -> str:
    return wording.how_long(context["at"] - at)


@pass_context
def _local_day(context: Context, at: datetime) -> date:
    return at.astimezone(_zone(context)).date()


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]


@pass_context
def _hour(context: Context, at: datetime) -> str:
    return wording.hour(at, _zone(context))


@pass_context
def _from_to(context: Context, span: Any) -> str:
    return wording.from_to(span.starts_at, span.ends_at, _zone(context))


@pass_context
def _near_day(context: Context, at: datetime) -> str:
    return wording.near_day(at, _zone(context), now=context["at"])


@pass_context
def _left(context: Context, at: datetime) -> str:
    # Rounded up: "5 min" as it begins, and never "0 s" while it lasts.
    length = max(timedelta(seconds=1), at - context["at"])
    return wording.how_long(length + timedelta(seconds=59) if length > timedelta(minutes=1) else length)


def _hours(length: timedelta) -> str:
    """Hours to the half: `24 h`, `7½ h`."""
    halves = max(round(length / timedelta(minutes=30)), 1 if length else 0)
    return f"{halves // 2 or ('' if halves else 0)}{'½' if halves % 2 else ''}{NBSP}h"


@pass_context
def _short_day(context: Context, at: datetime) -> str:
    wall = at.astimezone(_zone(context))
    return f"{wall.day}{NBSP}{wall:%b}"


def _webcal(address: str) -> str:
    """What a phone's calendar opens by itself."""
    return f"webcal://{address.partition('://')[2]}"


def _clock(wall: time) -> str:
    return clock_words(wall.hour * 3600 + wall.minute * 60)


def _capitalize_first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _so_many(many: int, one: str, more: str) -> str:
    """How many, in words: `five streets have`, `one patch has`."""
    return f"{wording.number(many)} {one if many == 1 else more}"


def _languages(codes: str) -> str:
    """Languages by their names: `English, Polish`. One that we have no name for stays as it was written."""
    return ", ".join(KNOWN[code].name if code in KNOWN else code for code in codes.replace(",", " ").split())


def _seconds(length: int) -> str:
    return wording.how_long(timedelta(seconds=length))


@cache
def _templates() -> Environment:
    """The templates, read and compiled once a process."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    templates.filters.update(
        time=_time,
        weekday=_weekday,
        day=_day,
        moment=_moment,
        since=_since,
        on_day=_on_day,
        opens=_opens,
        local_day=_local_day,
        first_large=_first_large,
        number_small=wording.number,
        number_large=lambda many: _first_large(wording.number(many)),
        hour=_hour,
        from_to=_from_to,
        near_day=_near_day,
        left=_left,
        seconds=_seconds,
        webcal=_webcal,
        hours=_hours,
        languages=_languages,
        short_day=_short_day,
        lasts=wording.how_long,
        number=wording.number,
        counted=wording.counted,
        last_three=phone.last_three,
        may_be_rung=phone.may_be_rung,
        spoken=phone.spoken,
        listed=wording.listed,
        clock=_clock,
        capitalize_first=_capitalize_first,
        so_many=_so_many,
        date=_date,
        date_words=wording.date_words,
    )
    templates.globals.update(static=static)
    return templates


class Pages:
    """The pages of one group."""

    def __init__(self, settings: Settings) -> None:
        """Whose pages they are."""
        self.always = {
            "settings": settings,
            "group": settings.group_name,
            "safeguarding": settings.safeguarding_number,
            "helpline_number": phone.spoken(settings.helpline_number),
        }

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A template as an answer."""
        return HTMLResponse(self.part(template, **context), status)

    def part(self, template: str, **context: Any) -> str:
        """A template as words, to stand within another."""
        return _templates().get_template(template).render({**self.always, **context})
