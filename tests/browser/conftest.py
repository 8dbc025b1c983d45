"""A real Chromium before a real uvicorn, with a database of its own."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_socket import enable_socket

from dashboard.app import create
from helpline import clock, config
from helpline.clock import Clock
from helpline.db import Database
from tests.conftest import settings_for
from tests.serving import a_free_port

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Desk:
    """Where the desk is, and what it stands on."""

    url: str
    database: Database


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    file = tmp_path / "helpline.db"
    shutil.copy(request.getfixturevalue("migrated_file"), file)
    with served(file, clock=clock.now) as desk:
        yield desk


@contextmanager
def served(file: Path, *, clock: Clock, port: int | None = None) -> Iterator[Desk]:
    """The desk on that database and clock, behind a door of its own."""
    enable_socket()
    port = port or a_free_port()
    url = f"http://127.0.0.1:{port}"
    settings = config.use(settings_for(dashboard_url=url))
    database = Database(f"sqlite:///{file}")
    app = create(settings, clock=clock, database=database)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    app.state.watch.stopping = lambda: server.should_exit  # in a thread there is no signal to tell it
    yield Desk(url, database)
    server.should_exit = True
    thread.join(10)
    database.close()


# For a module, not the session: while Playwright is open its event loop runs, and no test can run one of its own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.skip("there is no Chromium here; set CHROMIUM to one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Window:
    """A page, and whatever its console complained of."""

    page: Page
    complaints: list[str]


@pytest.fixture(params=[1280, 360])
def window(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Window]:
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Window(page, complaints)
    context.close()
