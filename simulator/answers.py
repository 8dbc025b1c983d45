"""Requests and answers of the REST API: fields, dates, pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from simulator.errors import RestError
from simulator.twiml import is_whole

Json = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One request, its path cut up: `names` are the identities in it."""

    method: str
    path: str
    params: list[tuple[str, str]]
    form: list[tuple[str, str]]
    names: tuple[str, ...]

    def fields(self, *known: str) -> dict[str, str]:
        """Give the form's single fields. One nobody knows is refused: the real carrier would ignore it."""
        return self._known(self.form, known)

    def queries(self, *known: str) -> dict[str, str]:
        """Give the address's fields, likewise."""
        return self._known(self.params, (*known, "Page", "PageSize", "PageToken"))

    def all(self, name: str) -> list[str]:
        """Give every value of a form field that may be repeated."""
        return [value for key, value in self.form if key == name]

    def _known(self, pairs: list[tuple[str, str]], known: Sequence[str]) -> dict[str, str]:
        for name, _ in pairs:
            if name not in known:
                raise RestError(400, 20001, f"The parameter {name!r} does not exist here, or is not simulated")
        return dict(pairs)


@dataclass(frozen=True)
class RestAnswer:
    """One answer: JSON or a file. `delay` is in seconds; `lost` means it never reaches who asked."""

    status: int
    json: Json | None = None
    media: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    lost: bool = False


def reply(json: Json, status: int = 200) -> RestAnswer:
    """Answer with JSON."""
    return RestAnswer(status, json, headers={"Content-Type": "application/json"})


def gone() -> RestAnswer:
    """Answer that something was deleted."""
    return RestAnswer(204)


def date(at: datetime | None) -> str | None:
    """Write an instant as the API does: RFC 2822, in UTC."""
    return None if at is None else format_datetime(at)


def page_of(key: str, items: list[Json], request: Request) -> RestAnswer:
    """Answer with one page of a list: https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information"""
    query = dict(request.params)
    size = _number(query.get("PageSize", "50"), 1, 1000)
    number = _number(query.get("Page", "0"), 0, 10**6)
    start = number * size
    shown = items[start : start + size]

    def address(of: int) -> str:
        rest = {name: value for name, value in query.items() if name not in {"Page", "PageSize", "PageToken"}}
        return f"{request.path}?{urlencode({**rest, 'PageSize': size, 'Page': of})}"

    return reply(
        {
            key: shown,
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
            "first_page_uri": address(0),
            "next_page_uri": address(number + 1) if start + size < len(items) else None,
            "previous_page_uri": address(number - 1) if number else None,
            "uri": address(number),
        }
    )


def _number(words: str, least: int, most: int) -> int:
    if not words.isdigit() or not least <= int(words) <= most:
        raise RestError(400, 20001, f"{words!r} is not a page or page size")
    return int(words)


def since(query: dict[str, str], name: str) -> datetime | None:
    """Read an instant that a list is asked from (`StartTime>`); None when it is not."""
    words = query.get(name)
    try:
        return None if words is None else datetime.fromisoformat(words)
    except ValueError as error:
        raise RestError(400, 20001, f"{words!r} is not an instant such as 2026-11-22T18:00:00Z") from error


def check_url(url: str | None, code: int, name: str) -> None:
    """Refuse an address the carrier could not ask."""
    if url is not None and not is_whole(url):
        raise RestError(400, code, f"{name} is not a valid URL: {url}")


def check_one_of(value: str | None, allowed: Sequence[str], name: str, code: int = 20001) -> None:
    """Refuse a word that is not one of a few."""
    if value is not None and value not in allowed:
        raise RestError(400, code, f"{name} must be one of {', '.join(allowed)}, not {value!r}")
