"""Templates into answers. Times are local only here and in the templates; no HTML is written in Python."""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from helpline import phone, wording
from helpline.config import Settings
from helpline.wording import NBSP

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def _mark(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """The address of a file of ours; it changes when the file does, so that browsers may keep it."""
    return f"/static/{name}?v={_mark(name)}"


class Pages:
    """The templates of one deployment."""

    def __init__(self, settings: Settings) -> None:
        """Read the templates once."""
        self.settings = settings
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        zone = settings.zone

        def time(at: datetime) -> str:
            return wording.time(at, zone)

        def weekday(at: datetime) -> str:
            return f"{at.astimezone(zone):%A}"

        def day(at: datetime) -> str:
            return wording.day(at, zone).replace(" ", NBSP)

        @pass_context
        def moment(context: Context, at: datetime) -> str:
            return wording.moment(at, zone, now=context["at"])

        @pass_context
        def since(context: Context, at: datetime) -> str:
            return wording.how_long(context["at"] - at)

        @pass_context
        def left(context: Context, at: datetime) -> str:
            # Rounded up: "No calls for 5 min" as it begins, never "0 s" while it lasts.
            length = max(timedelta(seconds=1), at - context["at"])
            return wording.how_long(length + timedelta(seconds=59) if length > timedelta(minutes=1) else length)

        def seconds(length: int) -> str:
            return wording.how_long(timedelta(seconds=length))

        self.templates.filters.update(
            time=time,
            weekday=weekday,
            day=day,
            moment=moment,
            since=since,
            left=left,
            seconds=seconds,
            last_three=phone.last_three,
            spoken=phone.spoken,
            listed=wording.listed,
        )
        self.templates.globals.update(
            settings=settings,
            static=static,
            group=settings.group_name,
            helpline_number=phone.spoken(settings.helpline_number),
        )

    def words(self, template: str, context: dict[str, Any]) -> str:
        """A template, filled in."""
        return self.templates.get_template(template).render(context)

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A template as an answer."""
        return HTMLResponse(self.words(template, context), status)
