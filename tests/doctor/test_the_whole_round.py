"""Every check is made whatever the others say, none is waited for long, and nothing secret is said."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner

from stack import running_stack
from tests.conftest import settings_for
from tests.scripts.test_mistakes import RIGHT
from workers.command import app
from workers.doctor import rounds
from workers.doctor.finding import Finding, Level, ok
from workers.doctor.patient import Patient


def somebody() -> Patient:
    return Patient(settings_for(), lambda: pytest.fail("nobody asks"))


def test_a_check_that_hangs_is_left_behind_with_what_it_had_found() -> None:
    for_ever = Event()

    def hangs(_: Patient) -> Iterator[Finding]:
        yield ok("First.")
        for_ever.wait()

    first, last = rounds.bounded(hangs, somebody(), 0.1)
    for_ever.set()
    assert first == ok("First.")
    assert (last.level, "hangs" in last.words) == (Level.WRONG, True)


def test_a_check_that_breaks_says_only_what_kind_of_thing_broke() -> None:
    def breaks(_: Patient) -> Iterator[Finding]:
        yield ok("First.")
        raise KeyError("+447700900123")

    _, said = rounds.bounded(breaks, somebody())
    assert said.level == Level.WRONG
    assert "KeyError" in said.words
    assert "0123" not in said.words


def test_settings_that_cannot_be_used_are_all_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["doctor"], env=RIGHT | {"FALLBACK_NUMBER": "999", "WEB_PORT": "door"})
    assert done.exit_code == 1
    assert "WRONG  FALLBACK_NUMBER must be a telephone number" in done.output
    assert "WRONG  WEB_PORT" in done.output


def test_everything_away_is_said_line_by_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    nowhere = "http://127.0.0.1:1"
    away = {
        "DATABASE_URL": "postgresql://me:hush@127.0.0.1:1/ward",
        "REDIS_URL": "redis://:hush@127.0.0.1:1/0",
        "TWILIO_AUTH_TOKEN": "hush",
        "TWILIO_API_URL": nowhere,
        "PUBLIC_URL": nowhere,
        "DASHBOARD_URL": nowhere,
    }
    done = CliRunner().invoke(app, ["doctor"], env=RIGHT | away)
    assert done.exit_code == 1
    for name, _ in rounds.ROUND:
        assert f"\n{name}\n" in done.output
    assert done.output.count("WRONG") == 5, done.output
    assert "hush" not in done.output
    assert RIGHT["SECRET_KEY"] not in done.output


def test_the_demo_is_well(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("helpline")
    with running_stack(tmp_path) as stack:
        by_hand = {name: value for name, value in stack.settings.items() if name != "REDIS_URL"}  # as in no `.env`
        until = time.monotonic() + 60
        while True:
            seen = subprocess.run(
                [command, "doctor"], cwd=tmp_path, env=by_hand, capture_output=True, text=True, check=False
            )
            if seen.returncode == 0 or time.monotonic() > until:  # the clock's first pulse, the workers' first look
                break
        assert seen.returncode == 0, seen.stdout + seen.stderr
        for line in (
            "ok     The clock ticks",
            'ok     "ringing" has 1 worker.',
            "ok     PUBLIC_URL reaches the line",
            "ok     DASHBOARD_URL reaches the desk.",
            "look   No coordinator yet: The Yard.",
            "Nothing is wrong; 3 to look at.",
        ):
            assert line in seen.stdout
        for secret in ("SECRET_KEY", "TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID", "FALLBACK_NUMBER"):
            assert stack.settings[secret] not in seen.stdout
