"""The figures of a known evening, as Prometheus reads them."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from prometheus_client.parser import text_string_to_metric_families

import dashboard.app
import ivr.app
from helpline import calls, config, desk_items, errands, line, messages, metrics, pulse
from helpline.config import Settings
from helpline.db import Database
from helpline.desk_items import ItemKind
from helpline.errands import ErrandKind, ErrandState
from helpline.messages import M, MessageKind
from tests import builders
from tests.builders import NOON
from tests.conftest import settings_for
from tests.helpline.cast import a_request
from tests.ivr.test_webhooks import ARRIVES, Door

TOKEN = "a made-up token of the figures"


@pytest.fixture
def settings() -> Settings:
    return config.use(settings_for(metrics_token=TOKEN))


def read(page: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


class Figures:
    """What the page says, by name and labels."""

    def __init__(self, page: str) -> None:
        self.found = read(page)

    def __call__(self, name: str, **labels: str) -> float:
        return self.found[f"helpline_{name}", frozenset(labels.items())]

    def add_up(self, name: str) -> float:
        return sum(value for (found, _), value in self.found.items() if found == f"helpline_{name}")


def now(database: Database) -> Figures:
    return Figures(metrics.page(database, NOON).decode())


def test_an_evening_in_figures(database: Database, settings: Settings) -> None:
    ago = timedelta(minutes=3)
    with database.transaction() as session:
        pulse.beat(session, at=NOON - timedelta(seconds=4))
        hana = builders.a_handler(session, "Hana Novak")
        coral = builders.a_coordinator(session, "Coral Reid")
        street = builders.a_street(session, "Acacia Road")
        a_request(session, hana, street)
        for number in (1, 2):
            call = calls.arrive(session, f"CA{number}", phone="+442079460118", at=NOON - ago * number)
            calls.wait(session, call, at=NOON - ago * number)
        line.ring_round(session, call, at=NOON - timedelta(seconds=9))
        over = calls.arrive(session, "CA3", phone="+442079460142", at=NOON - ago)
        calls.finish(session, over, at=NOON)
        calls.arrive(session, "CA4", phone=None, at=NOON)
        calls.finish(session, calls.arrive(session, "CA5", phone=None, at=NOON - timedelta(days=2)), at=NOON)
        errands.owe(session, ErrandKind.DELETE_QUEUE, "CA9", at=NOON - timedelta(seconds=20))
        errands.owe(session, ErrandKind.END_LEG, "CA8", at=NOON)
        for errand in session.query(errands.Errand):
            errand.attempts = errands.MANY
            errand.state = ErrandState.GIVEN_UP if errand.subject == "CA8" else ErrandState.OWED
        for state in (M.FAILED, M.UNKNOWN, M.UNKNOWN, M.SENT):
            messages.owe(session, MessageKind.NEWS, "words", to=coral, at=NOON).state = state
        desk_items.put(session, ItemKind.CALL_BACK, at=NOON - timedelta(hours=1), call_id=over.id)
        owed = session.query(messages.Message).filter_by(state=M.OWED).count()
    said = now(database)
    assert said("database_up") == 1
    assert said("callers_waiting") == 2
    assert said("longest_wait_seconds") == 360
    assert said("calls_today", ending="rang_off") == 1, "that of the day before yesterday is not of today"
    assert said("calls_today", ending="under_way") == 3
    assert said("calls_today", ending="answered") == 0
    assert said("owed", what="ring") == 1
    assert said("owed_oldest_seconds", what="ring") == 9
    assert said("owed", what="errand") == 1
    assert said("owed_oldest_seconds", what="errand") == 20
    assert said("owed", what="message") == owed
    assert said("errands_given_up") == 1
    assert said("errands_stuck") == 1
    assert said("messages_lost", state="failed") == 1
    assert said("messages_lost", state="unknown") == 2
    assert said("messages_lost", state="undelivered") == 0
    assert said("requests_open", state="asking") == 1
    assert said("requests_open", state="nobody") == 0
    assert said("desk_items", state="open") == 1
    assert said("desk_items", state="claimed") == 0
    assert said("desk_oldest_seconds") == 3600
    assert said("clock_pulse_age_seconds") == 4


def test_a_clock_that_never_ticked_is_older_than_any_alarm(database: Database) -> None:
    assert now(database)("clock_pulse_age_seconds") == float("inf")


def test_a_database_that_is_away_is_a_figure_too(tmp_path: object) -> None:
    away = Database(f"sqlite:///{tmp_path}/without-tables.db")
    said = now(away)
    away.close()
    assert said("database_up") == 0
    assert said.add_up("callers_waiting") == 0


def test_requests_are_counted_by_route_and_refused_webhooks_apart(settings: Settings, database: Database) -> None:
    door = Door(settings, database)
    before = now(database)
    for signature in (None, "forged"):
        assert door.post("/ivr/rings/12/key", ARRIVES, signature).status_code == 403
    assert door.post("/nothing/+442079460118", ARRIVES, None).status_code == 404
    after = now(database)
    counted = {"door": "ivr", "method": "POST", "route": "/ivr/rings/{ring_id}/key", "status": "403"}
    known = frozenset(counted.items())
    assert after("requests_total", **counted) - before.found.get(("helpline_requests_total", known), 0) == 2
    assert after("webhooks_refused_total") - before("webhooks_refused_total") == 2
    assert after("request_seconds_count", door="ivr", route="/ivr/rings/{ring_id}/key") >= 2
    assert after("requests_total", door="ivr", method="POST", route="none", status="404") >= 1
    assert not [labels for _, labels in after.found if "118" in str(labels)]


def answers(app: FastAPI, authorization: str | None = None) -> httpx.Response:
    headers = {b"Authorization": authorization.encode()} if authorization else {}

    async def go() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.get("/metrics", headers=headers)

    return asyncio.run(go())


@pytest.mark.parametrize("create", [ivr.app.create, dashboard.app.create])
def test_the_page_wants_its_token_and_without_one_is_not_there(create: object, database: Database) -> None:
    assert callable(create)
    shut = create(config.use(settings_for()), database=database, clock=lambda: NOON)
    assert answers(shut, "Bearer ").status_code == 404
    assert answers(shut, "Bearer None").status_code == 404
    open_ = create(config.use(settings_for(metrics_token=TOKEN)), database=database, clock=lambda: NOON)
    for wrong in (
        None,
        "Bearer",
        "Bearer x",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        "Bearer \N{SNOWMAN}",
    ):
        assert answers(open_, wrong).status_code == 401
    page = answers(open_, f"Bearer {TOKEN}")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/plain; version=")
    assert read(page.text)["helpline_database_up", frozenset()] == 1


@pytest.mark.parametrize("create", [ivr.app.create, dashboard.app.create])
def test_nothing_is_told_to_whatever_else_may_listen(
    create: object, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Listens:
        def get_tracer(self, *of: object, **_: object) -> trace.Tracer:
            asked.append(str(of))
            return trace.NoOpTracer()

    monkeypatch.setattr(trace, "get_tracer_provider", Listens)
    assert callable(create)
    assert answers(create(settings, database=database, clock=lambda: NOON)).status_code == 401
    assert not asked
    assert answers(FastAPI()).status_code == 404
    assert asked, "this way of listening hears nothing at all"
