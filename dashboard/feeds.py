"""The calendar feed: read without signing in, by a program, again and again. Nothing of its address is ever logged."""

import hashlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import APIRouter, Request, Response

from dashboard.auth import House, Writes, go, house_of
from helpline import feeds
from helpline.feeds import FeedEntry

router = APIRouter()
NEWS = {"feed_stopped"}


@router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
def calendar(request: Request, token: str) -> Response:
    """Somebody's shifts, if the address is one that was given out and not stopped; else nothing at all."""
    house = house_of(request)
    at = house.clock()
    entries = _entries(house, token, at)
    if entries is None:
        return Response(status_code=404)
    file = _written(entries, house)
    changed_at = max((entry.changed_at for entry in entries), default=None)
    headers = {"etag": f'"{hashlib.sha256(file).hexdigest()[:32]}"', "cache-control": "private, no-cache"}
    if changed_at is not None:
        headers["last-modified"] = format_datetime(changed_at.replace(microsecond=0), usegmt=True)
    if _is_known(request, headers["etag"], changed_at):
        return Response(status_code=304, headers=headers)
    return Response(file, headers=headers, media_type="text/calendar; charset=utf-8")


def _entries(house: House, token: str, at: datetime) -> list[FeedEntry] | None:
    """Most of the time nothing has changed, and nothing is written."""
    with house.database.reading() as session:
        feed = feeds.follow(session, token)
        if feed is None:
            return None
        entries = feeds.look(session, feed, token, at=at)
    if entries is not None:
        return entries
    with house.database.transaction() as session:
        feed = feeds.follow(session, token)
        return None if feed is None else feeds.tell(session, feed, token, at=at)


def _written(entries: list[FeedEntry], house: House) -> bytes:
    from helpline import ical  # noqa: PLC0415  # ten megabytes, for the process that is asked for a calendar

    return ical.written(entries, group=house.settings.group_name, home=house.settings.dashboard_url)


def _is_known(request: Request, etag: str, changed_at: datetime | None) -> bool:
    """Whether the program says that it has this already: by the mark of its content, or else by when it changed."""
    known = request.headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in known.split(",")]
    try:
        since = parsedate_to_datetime(request.headers["if-modified-since"])
    except (KeyError, ValueError):
        return False
    return changed_at is not None and since.tzinfo is not None and changed_at.replace(microsecond=0) <= since


@router.post("/yours/calendar/stop")
def stop(visit: Writes) -> Response:
    """The address opens nothing any more."""
    feeds.stop(visit.session, who=visit.who, at=visit.at)
    return go("/yours?news=feed_stopped")
