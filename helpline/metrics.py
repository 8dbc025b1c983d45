"""Figures for Prometheus: what this process did, and how the rows stand when it asks.

Labels are words of our own (a door, an address as it is written in the code, a state), never a person, street or sid.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from datetime import datetime
from functools import cache
from time import perf_counter
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpline import clock, config, errands, logs, pulse
from helpline.calls import C, Call, Ending
from helpline.db import Database
from helpline.desk_items import LIVE, DeskItem
from helpline.errands import Errand, ErrandState
from helpline.messages import M, Message
from helpline.requests import OPEN, HelpRequest
from helpline.rings import R, Ring

CONTENT_TYPE = CONTENT_TYPE_LATEST
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Labelled = Iterable[tuple[str, float]]

log = logs.get("helpline")

PROCESS = CollectorRegistry()
PlatformCollector(PROCESS)
ProcessCollector(registry=PROCESS)
GCCollector(PROCESS)
PROCESS.register(logs.BLOTTED)
REQUESTS = Counter("helpline_requests", "Requests answered", ("door", "route", "method", "status"), registry=PROCESS)
SECONDS = Histogram(
    "helpline_request_seconds",
    "How long they took",
    ("door", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),  # after 15 s the carrier gives us up
    registry=PROCESS,
)
REFUSED = Counter("helpline_webhooks_refused", "Webhooks refused for their signature", registry=PROCESS)
STREAM = b"text/event-stream; charset=utf-8"
METHODS = frozenset({"GET", "HEAD", "POST"})


class Measured:
    """An application whose every request is counted and timed, and whose faults are logged with what they were about."""

    def __init__(self, app: App, door: str) -> None:
        """Measure this application, which is the door of that name."""
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, took = perf_counter(), 500, None

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":
                status = message["status"]
                # A stream lasts as long as somebody looks at its page, which says nothing of how fast we are.
                if (b"content-type", STREAM) in message.get("headers", ()):
                    took = perf_counter() - began
            await send(message)

        with logs.about(scope=scope):
            try:
                await self.app(scope, receive, noted)
            except Exception as error:
                log.exception("a request failed")
                logs.told(error)
                raise
            finally:
                method = scope["method"] if scope["method"] in METHODS else "other"
                counted, timed = _counters(self.door, logs.route_of(scope), method, status)
                counted.inc()
                timed.observe(perf_counter() - began if took is None else took)


@cache  # to look for them by their labels takes longer than to count
def _counters(door: str, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(door, route, method, str(status)), SECONDS.labels(door, route)


def opens(token: str | None, authorization: str | None) -> bool:
    """Whether this header carries the token that `METRICS_TOKEN` names."""
    kind, _, given = (authorization or "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), (token or "").encode())
    return token is not None and kind.lower() == "bearer" and same


def page(database: Database, at: datetime) -> bytes:
    """All figures as text, read now. Without the database, those of the process alone."""
    rows = CollectorRegistry()
    rows.register(Rows(database, at))
    return generate_latest(PROCESS) + generate_latest(rows)


class Rows(Collector):
    """The figures that are read from the rows: a dozen small questions, each answered from an index."""

    def __init__(self, database: Database, at: datetime) -> None:
        """Those of this database at this instant."""
        self.database, self.at = database, at

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: to know it we would have to read."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure; only that the database is away when it is."""
        try:
            with self.database.reading() as session:
                found = list(figures(session, at=self.at))
        except (SQLAlchemyError, OSError):
            found = []
        yield _gauge("helpline_database_up", "Whether the database answers", [((), float(bool(found)))])
        yield from found


def figures(session: Session, *, at: datetime) -> Iterator[Metric]:
    """How the rows stand at an instant."""
    yield from _waiting(session, at)
    yield _gauge("helpline_calls_today", "Calls of today by ending", _by(_endings(session, at)), ("ending",))
    yield from _owed(session, at)
    yield _gauge(
        "helpline_errands_given_up", "Errands given up", [((), _count(session, Errand.state, [ErrandState.GIVEN_UP]))]
    )
    stuck = session.scalar(select(func.count()).select_from(Errand).where(errands.IS_STUCK)) or 0
    yield _gauge("helpline_errands_stuck", "Errands not done after twelve tries", [((), stuck)])
    lost = _states(session, Message.state, [M.FAILED, M.UNDELIVERED, M.UNKNOWN])
    yield _gauge("helpline_messages_lost", "Texts that did not arrive, or may not have", _by(lost), ("state",))
    yield _gauge(
        "helpline_requests_open", "Requests not over", _by(_states(session, HelpRequest.state, OPEN)), ("state",)
    )
    yield _gauge("helpline_desk_items", "Things on the desk", _by(_states(session, DeskItem.state, LIVE)), ("state",))
    oldest = session.scalar(select(func.min(DeskItem.created_at)).where(DeskItem.state.in_(LIVE)))
    yield _gauge("helpline_desk_oldest_seconds", "How long the oldest has been there", [((), _age(oldest, at))])
    beaten = pulse.last(session)
    age = float("inf") if beaten is None else _age(beaten, at)
    yield _gauge("helpline_clock_pulse_age_seconds", "Since a clock last said that it ticks", [((), age)])


def _waiting(session: Session, at: datetime) -> Iterator[Metric]:
    found = select(func.count(), func.min(Call.waiting_since)).where(Call.state == C.WAITING)
    many, since = session.execute(found).one()
    yield _gauge("helpline_callers_waiting", "Callers waiting for somebody", [((), many)])
    yield _gauge("helpline_longest_wait_seconds", "How long the first of them has waited", [((), _age(since, at))])


def _endings(session: Session, at: datetime) -> Labelled:
    since = Call.arrived_at >= clock.midnight(at, config.current().zone)
    found = session.execute(select(Call.ending, func.count()).where(since).group_by(Call.ending)).all()
    known = {ending.value if ending else "under_way": many for ending, many in found}
    return [(word, known.get(word, 0)) for word in ("under_way", *(ending.value for ending in Ending))]


def _owed(session: Session, at: datetime) -> Iterator[Metric]:
    many, oldest = [], []
    for what, table, state in (
        ("ring", Ring, R.OWED),
        ("message", Message, M.OWED),
        ("errand", Errand, ErrandState.OWED),
    ):
        count, due = session.execute(select(func.count(), func.min(table.due_at)).where(table.state == state)).one()
        many.append((what, count))
        oldest.append((what, _age(due, at)))
    yield _gauge("helpline_owed", "What is owed to the carrier", _by(many), ("what",))
    yield _gauge("helpline_owed_oldest_seconds", "How long the oldest of it has been due", _by(oldest), ("what",))


def _states(session: Session, column: Any, states: Iterable[Any]) -> Labelled:
    """How many rows are in each of these states."""
    states = list(states)
    found = session.execute(select(column, func.count()).where(column.in_(states)).group_by(column)).all()
    known = {state: many for state, many in found}  # noqa: C416  # a row is not quite a pair to mypy
    return [(state.value, known.get(state, 0)) for state in states]


def _count(session: Session, column: Any, states: Iterable[Any]) -> float:
    return sum(many for _, many in _states(session, column, states))


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0


def _by(labelled: Labelled) -> list[tuple[tuple[str, ...], float]]:
    return [((word,), value) for word, value in labelled]


def _gauge(
    name: str, says: str, samples: Iterable[tuple[tuple[str, ...], float]], labels: tuple[str, ...] = ()
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family
