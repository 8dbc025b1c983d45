"""`kill -9` of every process at every step of the road, on the real processes: it is started again, and the road goes on."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pytest_socket import enable_socket
from sqlalchemy import func, select

from actors import NotSoError
from helpline.requests import HelpRequest
from tests import postgres
from tests.deaths.conftest import Table
from tests.deaths.road import ASKERS, Act, Evening, LostError, Road, an_evening, soon, sure, texts_to

PROCESSES = ("ivr", "web", "ringing", "sending", "clock", "valkey")
STEPS = ("ring created", "key pressed", "request saved", "offer sent", "reply received")
IN_HAND = 1.5  # seconds that the carrier thinks about what a worker asked for, while the worker is killed


@pytest.fixture(params=["sqlite", "postgresql"])
def evening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Evening]:
    enable_socket()
    if request.param == "sqlite":
        with an_evening(tmp_path, f"sqlite:///{tmp_path}/helpline.db") as evening:
            yield evening
    else:
        with postgres.server(tmp_path) as server, an_evening(tmp_path, server.fresh_database()) as evening:
            yield evening


@pytest.mark.parametrize("step", STEPS)
def test_death_of_each_process(step: str, evening: Evening, death_table: Table, request: pytest.FixtureRequest) -> None:
    database = "SQLite" if evening.database.url.startswith("sqlite") else "PostgreSQL"
    lost = []
    for process, asker in zip(PROCESSES, ASKERS, strict=True):
        death = Death(evening, step, process, after=database == "SQLite")
        road = Road(evening, asker, death.at_step)
        began = time.monotonic()
        try:
            goes_on(road, death)
            outcome = road.outcome()
        except (LostError, NotSoError, AssertionError, requests.RequestException) as problem:
            outcome = f"LOST: {problem!r}"
            lost.append(f"{process}: {problem!r} ({', '.join(road.seen)})\n{told(evening)}")
        death_table(database, step, process, outcome, time.monotonic() - began)
    assert not lost, "\n".join(lost)


def goes_on(road: Road, death: "Death") -> None:
    """The whole road, with the death upon it; and then everything is counted."""
    before = how_many(road.evening)
    road.play()
    assert death.pid, f"{death.process} was never killed"
    road.evening.is_back(death.process, death.pid)
    road.is_cleared()
    assert how_many(road.evening) == before + 1, "one form, one request"
    everybody = requests.get(f"{road.evening.stack.simulator_url}/telephones.json", timeout=10).json()["telephones"]
    asked = [
        one["name"]
        for one in everybody
        for text in one["texts"]
        if not text["mine"] and f"Shopping near {road.asker.street}" in text["body"] and "Can somebody?" in text["body"]
    ]
    assert len(asked) == 1, f"asked: {asked}"
    assert asked[0].startswith(road.asker.coordinator)
    details = [body for body in texts_to(road.coordinator) if "Who and where" in body]
    assert len(details) == 1 or "YES said again" in road.seen, "no text said twice"


def how_many(evening: Evening) -> int:
    return evening.count(select(func.count()).select_from(HelpRequest))


def told(evening: Evening) -> str:
    lines = requests.get(f"{evening.stack.simulator_url}/transcript.json", params={"since": 0}, timeout=10).json()
    return "\n".join(lines["lines"][-25:])


class Death:
    """One `kill -9`, at one step: just before or just after its act, or while a worker waits for the carrier's answer."""

    def __init__(self, evening: Evening, step: str, process: str, *, after: bool) -> None:
        self.evening, self.step, self.process, self.after = evening, step, process, after
        self.pid = 0

    def kill(self) -> None:
        self.pid = self.evening.kill(self.process)

    def at_step(self, step: str, act: Act, road: Road) -> Any:
        if step != self.step or self.pid:
            self.prepare(step)
            return act()
        in_hand = {
            ("ring created", "ringing"): self.while_it_dials,
            ("request saved", "web"): self.while_it_saves,
            ("offer sent", "sending"): lambda act, _: self.after_the_act(act),
            ("reply received", "sending"): self.while_it_sends_the_details,
        }.get((step, self.process))
        if in_hand:
            return in_hand(act, road)
        return self.after_the_act(act) if self.after else self.before_the_act(act)

    def before_the_act(self, act: Act) -> Any:
        self.kill()
        return act()

    def after_the_act(self, act: Act) -> Any:
        answer = act()
        self.kill()
        return answer

    def while_it_saves(self, act: Act, _: Road) -> Any:
        if not self.after:
            return self.before_the_act(act)
        soon(self.kill, 0.01)
        return act()

    def while_it_dials(self, act: Act, road: Road) -> Any:
        self.trouble(resource="Calls", method="POST", delay=IN_HAND)
        answer = act()
        handlers = [desk.telephone for desk in road.evening.desks]
        sure(lambda: any(handler.state()["state"] == "ringing" for handler in handlers), "nobody was rung")
        self.kill()
        return answer

    def while_it_sends_the_details(self, act: Act, road: Road) -> Any:
        self.trouble(resource="Messages", method="POST", delay=IN_HAND)
        answer = act()
        sure(road.details, "the details did not come")
        self.kill()
        return answer

    def prepare(self, step: str) -> None:
        """The carrier loses the one offer that the worker is about to be killed over, so that nobody can know of it."""
        if step == "request saved" and self.step == "offer sent":
            gone = {"lost": True, "done": False} if self.process == "sending" else {"delay": IN_HAND}
            self.trouble(resource="Messages", method="POST", **gone)

    def trouble(self, **what: object) -> None:
        requests.post(f"{self.evening.stack.simulator_url}/trouble", json=what, timeout=10).raise_for_status()
