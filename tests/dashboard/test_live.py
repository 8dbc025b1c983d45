"""The live stream: who may listen, what it says, and that it costs nearly nothing while nothing happens."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pytest_socket import enable_socket
from sqlalchemy.exc import OperationalError

from dashboard.live import Watch
from helpline import rings, sign_in
from helpline.db import Database
from helpline.sealed import key_of
from helpline.sign_in import Device
from tests.builders import NOON, a_handler
from tests.conftest import settings_for
from tests.dashboard.cast import a_call
from tests.dashboard.conftest import Find, SignIn
from tests.serving import a_free_port, serving

LISTENS = {"accept": "text/event-stream"}
SOON = 3


@pytest.fixture
def hana(database: Database) -> int:
    """A handler's device, by its id."""
    with database.transaction() as session:
        person = a_handler(session, "Hana")
        device = Device(token_key="k", person_id=person.id, label="Chrome", created_at=NOON, seen_at=NOON)
        session.add(device)
        session.flush()
        return device.id


async def hear(stream: AsyncIterator[bytes]) -> str:
    """The next thing that is said, without what it is about."""
    said = (await asyncio.wait_for(anext(stream), SOON)).decode()
    return said.partition("event: ")[2].partition("\n")[0]


async def settled(watch: Watch, device_id: int) -> AsyncIterator[bytes]:
    """A page that has heard the first words, and knows how things stand."""
    stream = watch.stream(device_id)
    assert [await hear(stream), await hear(stream)] == ["changed", "changed"]
    return stream


Story = Callable[[Watch, AsyncIterator[bytes]], Awaitable[None]]


def told(database: Database, device_id: int, story: Story, *, beats: float = 60) -> Watch:
    watch = Watch(database, beats=timedelta(seconds=beats))

    async def run() -> None:
        stream = await settled(watch, device_id)
        await story(watch, stream)
        await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(run())
    return watch


def test_a_page_hears_of_what_happens_and_else_only_that_we_are_there(database: Database, hana: int) -> None:
    async def story(watch: Watch, stream: AsyncIterator[bytes]) -> None:
        assert [await hear(stream), await hear(stream)] == ["beat", "beat"]
        with database.transaction() as session:
            call = a_call(session)
        assert await hear(stream) == "changed"
        with database.transaction() as session:  # no event is written of this, and the card says it
            rings.claim(session, rings.of_call(session, call.id)[0], at=NOON)
        assert await hear(stream) == "changed"
        assert await hear(stream) == "beat"

    watch = told(database, hana, story, beats=0.6)
    assert watch.streams == set()


def test_many_pages_are_one_look_and_no_thread_each(database: Database, hana: int) -> None:
    async def story(watch: Watch, stream: AsyncIterator[bytes]) -> None:
        others = [watch.stream(hana) for _ in range(100)]
        for other in others:
            assert await hear(other) == "changed"
        before, threads = watch.looks, threading.active_count()
        with database.transaction() as session:
            a_call(session)
        assert [await hear(one) for one in (stream, *others)] == ["changed"] * 101
        assert watch.looks - before <= 5
        assert threading.active_count() <= threads + 1
        for other in others:
            await other.aclose()  # type: ignore[attr-defined]

    told(database, hana, story)


def test_a_page_whose_device_is_signed_out_hears_no_more(database: Database, hana: int) -> None:
    async def story(_: Watch, stream: AsyncIterator[bytes]) -> None:
        with database.transaction() as session:
            device = session.get_one(Device, hana)
            sign_in.sign_out(session, device, who=device.person, at=NOON)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(stream), SOON)

    told(database, hana, story)


def test_a_page_is_told_to_begin_again_after_a_while(database: Database, hana: int) -> None:
    watch = Watch(database, lasts=timedelta(seconds=0.4))

    async def run() -> list[str]:
        return [await hear(one) for one in [watch.stream(hana)] for _ in range(3)]

    assert asyncio.run(run()) == ["changed", "changed", "again"]


def test_when_the_rows_cannot_be_read_the_streams_end_rather_than_say_that_all_is_quiet(
    database: Database, hana: int
) -> None:
    class Gone(Watch):
        def _version(self) -> str:
            if self.looks:
                raise OperationalError("SELECT", {}, Exception("gone"))
            return super()._version()

    async def run() -> None:
        stream = await settled(Gone(database), hana)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(stream), SOON)

    asyncio.run(run())


def test_when_we_stop_the_streams_end(database: Database, hana: int) -> None:
    async def story(watch: Watch, stream: AsyncIterator[bytes]) -> None:
        watch.stopping = lambda: True
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(stream), SOON)

    told(database, hana, story)


def test_over_the_wire_it_is_a_stream_for_whoever_is_signed_in(
    app: FastAPI, database: Database, hana: int, signed_in: SignIn, find: Find
) -> None:
    enable_socket()
    token = signed_in(find("Hana")).cookies["helpline_device"]
    with serving(app) as url, httpx.Client(base_url=url, headers=LISTENS) as browser:
        refused = browser.get("/live")
        assert (refused.status_code, refused.headers["cache-control"]) == (204, "no-store")
        browser.cookies.set("helpline_device", token)
        with browser.stream("GET", "/live") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
            lines = answer.iter_lines()
            assert [next(lines), next(lines)] == ["retry: 2000", "event: changed"]


def test_whoever_opens_its_address_by_hand_is_at_the_desk(hana: int, signed_in: SignIn, find: Find) -> None:
    assert signed_in(find("Hana")).open("/live").path == "/"


def test_the_bar_is_drawn_again_only_when_it_says_something_else(hana: int, signed_in: SignIn, find: Find) -> None:
    browser = signed_in(find("Hana"))
    asks: dict[str, Any] = {"headers": {"hx-request": "true"}}
    said = browser.open("/you", **asks).says("Hana, on until").html
    seen = re.search(r"seen=(\w+)", said)
    assert seen
    assert browser.open(f"/you?seen={seen[1]}", **asks).status == 204
    browser.open("/")
    browser.press("Pause my phone")
    browser.open(f"/you?seen={seen[1]}", **asks).says("Hana, paused")


def test_a_stop_does_not_wait_for_open_pages(migrated_file: Path, tmp_path: Path) -> None:
    """As the Procfile runs it: without our own ending uvicorn would wait its three seconds, and call it a fault."""
    enable_socket()
    file, port = tmp_path / "helpline.db", a_free_port()
    shutil.copy(migrated_file, file)
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        device = Device(token_key=key_of("t", "device"), label="Chrome", created_at=NOON, seen_at=NOON)
        device.person_id = a_handler(session, "Hana").id
        session.add(device)
    database.close()
    settings = settings_for(database_url=database.url)
    given = {name.upper(): str(value) for name, value in settings.model_dump(exclude_none=True).items()}
    command = [sys.executable, "-m", "uvicorn", "dashboard.app:create", "--factory", "--port", str(port)]
    web = subprocess.Popen(
        [*command, "--timeout-graceful-shutdown", "3", "--log-level", "warning"],
        env={**os.environ, **given},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=LISTENS) as browser:
            while not answers(browser):
                assert web.poll() is None
                time.sleep(0.05)
            browser.cookies.set("helpline_device", "t")
            with browser.stream("GET", "/live") as answer:
                lines = answer.iter_lines()
                assert [next(lines), next(lines)] == ["retry: 2000", "event: changed"]
                web.terminate()
                assert "event: beat" not in list(lines)
        _, said = web.communicate(timeout=10)
        assert "Cancel" not in said
    finally:
        web.kill()


def answers(browser: httpx.Client) -> bool:
    try:
        return browser.get("/live").status_code == 204
    except httpx.TransportError:
        return False
