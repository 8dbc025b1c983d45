"""What a line of the log says, and what it never does."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from doors import free_ports, is_free
from helpline import logs
from tests.stories.leaks import Channels, logging_to

SECRET = "Zephyrine Quillfeather"


@pytest.fixture
def heard() -> Iterator[dict[str, StringIO]]:
    channels = Channels()
    with logging_to(channels):
        yield channels.log


def plain(heard: dict[str, StringIO]) -> str:
    """The last line, without its instant."""
    at, _, rest = heard["plain"].getvalue().splitlines()[-1].partition(" ")
    assert at.endswith("Z")
    return rest


def as_json(heard: dict[str, StringIO]) -> dict[str, object]:
    told: dict[str, object] = json.loads(heard["json"].getvalue().splitlines()[-1])
    assert str(told.pop("at")).endswith("Z")
    return told


def test_an_event_is_one_line_of_words_and_ids(heard: dict[str, StringIO]) -> None:
    with logs.about(ring=3):
        logs.tell(call=7)
        logs.get("workers").warning("a ring was not dialled", why="the carrier is too busy")
    assert plain(heard) == 'ivr warning: a ring was not dialled, ring=3 call=7 why="the carrier is too busy"'
    assert as_json(heard) == {
        "role": "ivr",
        "level": "warning",
        "event": "a ring was not dialled",
        "ring": 3,
        "call": 7,
        "why": "the carrier is too busy",
    }
    logs.get("workers").info("two\nlines", why="and\nmore")
    assert plain(heard) == r'ivr info: two lines, why="and\nmore"'


def test_of_an_exception_only_its_types_and_frames_are_told(heard: dict[str, StringIO]) -> None:
    def reads(name: str) -> None:
        try:
            Path("/nowhere", name).read_text()
        except OSError as problem:
            raise ValueError(name) from problem

    try:
        reads(SECRET)
    except ValueError:
        logs.get("ivr").exception("a webhook failed")
    told = as_json(heard)
    assert told["error"] == "ValueError after FileNotFoundError (ENOENT)"
    frames = told["frames"]
    assert isinstance(frames, list)
    assert frames[-1].startswith("tests/helpline/test_logs.py:")
    assert frames[-1].endswith(" reads")
    assert SECRET not in heard["plain"].getvalue() + heard["json"].getvalue()
    assert len(heard["plain"].getvalue().splitlines()) == 1


def test_of_what_a_library_says_only_its_sentence_is_told(heard: dict[str, StringIO]) -> None:
    log = logging.getLogger("somebody.else")
    log.warning("%s cannot be rung at %d", SECRET, 447700900872)
    assert plain(heard) == "ivr warning: … cannot be rung at …, from=somebody.else"
    log.error(ValueError(SECRET))
    assert plain(heard) == 'ivr error: something went wrong, from=somebody.else error=ValueError frames=""'
    loop = asyncio.new_event_loop()
    loop.call_exception_handler({"message": "A task broke", "exception": ValueError(SECRET), "task": SECRET})
    loop.close()
    assert plain(heard).startswith("ivr error: A task broke, from=asyncio error=ValueError")
    assert SECRET not in heard["plain"].getvalue() + heard["json"].getvalue()


def test_the_carriers_client_says_nothing_below_a_warning(heard: dict[str, StringIO]) -> None:
    for name in ("twilio.http_client", "urllib3.connectionpool", "rq.worker", "sqlalchemy.engine"):
        logging.getLogger(name).setLevel(logging.NOTSET)
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
    assert logging.getLogger("workers").isEnabledFor(logging.INFO)


@pytest.mark.parametrize(
    "number",
    [
        "+447700900872",
        "07700900872",
        "07700 900872",
        "(07700) 900-872",
        "447700900872",
        "+44 7700 900 872",
        "+15005550006",
    ],
)
def test_below_it_all_a_net_catches_whatever_looks_like_a_number(heard: dict[str, StringIO], number: str) -> None:
    before = logs.BLOTTED._value.get()
    logs.get("ivr").warning(f"from {number} again", number=number)
    assert "872" not in heard["plain"].getvalue() + heard["json"].getvalue()
    assert plain(heard).count("a number") == 2
    assert logs.BLOTTED._value.get() == before + 4, "two fields, in each of two shapes"


def test_the_net_leaves_ids_instants_and_sids_alone(heard: dict[str, StringIO]) -> None:
    before = logs.BLOTTED._value.get()
    ids = {"ring": 123456789, "sid": "CA01234567890123456789012345678901", "at": "2026-11-22T13:05:07.123Z"}
    logs.get("ivr").warning("it listens at 127.0.0.1:8001", **ids)
    assert logs.BLOTTED._value.get() == before


BREAKS = """
import dashboard.app, ivr.app

def make(create):
    app = create()
    @app.get("/breaks/{ring_id}")
    def breaks(ring_id: int, name: str) -> None:
        raise ValueError(name)
    return app

def line(): return make(ivr.app.create)
def desk(): return make(dashboard.app.create)
"""


@pytest.mark.parametrize(("factory", "role"), [("line", "ivr"), ("desk", "web")])
def test_a_real_server_tells_its_faults_once_and_without_their_words(factory: str, role: str, tmp_path: Path) -> None:
    (tmp_path / "breaking.py").write_text(BREAKS)
    (port,) = free_ports(1)
    env = {
        **os.environ,
        "SECRET_KEY": "a made-up key of quite enough letters for tests",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "a made-up token",
        "HELPLINE_NUMBER": "+442079460303",
        "FALLBACK_NUMBER": "+442079460999",
        "DATABASE_URL": f"sqlite:///{tmp_path}/ward.db",
        "LOG_FORMAT": "json",
        "PYTHONPATH": f"{tmp_path}:{Path(__file__).resolve().parents[2]}",
    }
    words = [sys.executable, "-m", "uvicorn", f"breaking:{factory}", "--factory", "--port", str(port)]
    heard = tmp_path / "heard"
    with heard.open("w") as out:
        server = subprocess.Popen(words, env=env, cwd=tmp_path, stdout=out, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 60
        while is_free(port):
            assert time.monotonic() < end
            time.sleep(0.1)
        with pytest.raises(urllib.error.HTTPError, match="500"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/breaks/3?name=Zephyrine", timeout=10)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)
    assert "Zephyrine" not in heard.read_text()
    told = [json.loads(line) for line in heard.read_text().splitlines() if line.startswith("{")]
    (fault,) = [one for one in told if one["level"] == "error"]
    assert fault["error"] == "ValueError"
    assert (fault["role"], fault["event"], fault["route"]) == (role, "a request failed", "/breaks/{ring_id}")
    assert fault["ring"] == 3
    assert any("breaks" in frame for frame in fault["frames"])
