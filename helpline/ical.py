"""A feed as an iCalendar file (RFC 5545). Pure; the library behind it is loaded only where a calendar is asked for.

Times are in UTC, which is right on both sides of every clock change and needs no table of time zones: a shift does not repeat, and
every program shows it by its reader's own clock. Nobody but the reader is in it: neither residents nor the other handlers.
"""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from helpline.feeds import FeedEntry

ASK_AGAIN = timedelta(hours=1)
MADE_BY = "-//helpline//shifts//EN"


def written(entries: Sequence[FeedEntry], *, group: str, home: str) -> bytes:
    """The file. `home` is where our pages are: the rota is one of them, and its host makes the names of shifts our own."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", MADE_BY)
    calendar.add("method", "PUBLISH")
    calendar.add("name", f"Helpline shifts, {group}")
    calendar.add("x-wr-calname", f"Helpline shifts, {group}")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, group, home))
    file: bytes = calendar.to_ical()
    return file


def _event(entry: FeedEntry, group: str, home: str) -> Event:
    event = Event()
    event.add("uid", f"shift-{entry.shift_id}-{entry.person_id}@{urlsplit(home).hostname}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", f"Helpline shift, {group}" + (" (cover asked for)" if entry.wants_cover else ""))
    event.add("description", f"The helpline rings your phone. If you cannot do it, ask for cover: {home}/rota")
    event.add("url", f"{home}/rota")
    event.add("status", "CANCELLED" if entry.cancelled else "TENTATIVE" if entry.wants_cover else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return event
