"""The paper pack, for the day the internet is down: the coming week's rota, who looks after what, and what is open. Read only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import at_once, board, clock, config, coverage, rota
from helpline.board import Line
from helpline.coverage import Tended
from helpline.offers import Offer
from helpline.places import Patch
from helpline.requests import OPEN, HelpRequest
from helpline.rota import Shift

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PaperDay:
    """A day, and who is down for it: a span that goes on over midnight stands on the day on which it begins."""

    day: date
    shifts: tuple[tuple[datetime, datetime, tuple[Shift, ...]], ...]


@dataclass(frozen=True)
class Pack:
    """What is on the paper, and the day by which it is shredded."""

    shred_on: date
    days: tuple[PaperDay, ...]
    tended: tuple[Tended, ...]
    open: tuple[Line, ...]


def of(session: Session, *, at: datetime, only: Patch | None = None) -> Pack:
    """The pack for all patches, or for one, which has no rota."""
    zone = config.current().zone
    today = clock.local(at, zone).date()
    wanted = select(HelpRequest).where(HelpRequest.state.in_(OPEN))
    if only is not None:
        wanted = wanted.where(HelpRequest.patch_id == only.id)
    put = select(Offer).where(Offer.request_id.in_(wanted.with_only_columns(HelpRequest.id)))
    found, offers, shifts = at_once.ask(session, wanted, put, rota.wanted(at, at + A_WEEK))
    tended = coverage.of(session, at=at, with_loads=False).tended
    return Pack(
        today + A_WEEK,
        _days(shifts, today) if only is None else (),
        tuple(one for one in tended if only is None or one.patch.id == only.id),
        tuple(sorted(board.lines_of(found, offers), key=_in_order)),
    )


def _in_order(line: Line) -> tuple[str, datetime]:
    return line.request.patch.name if line.request.patch else "", line.request.created_at


def _days(shifts: Iterable[Shift], today: date) -> tuple[PaperDay, ...]:
    zone = config.current().zone
    spans: dict[date, dict[tuple[datetime, datetime], list[Shift]]] = {
        today + timedelta(days=ahead): {} for ahead in range(7)
    }
    for shift in sorted(shifts, key=lambda shift: (shift.starts_at, shift.id)):
        day = max(clock.local(shift.starts_at, zone).date(), today)
        if day in spans:
            spans[day].setdefault((shift.starts_at, shift.ends_at), []).append(shift)
    return tuple(
        PaperDay(day, tuple((start, end, tuple(down)) for (start, end), down in sorted(found.items())))
        for day, found in spans.items()
    )
