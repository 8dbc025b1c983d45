"""`script/server` in a folder with a little Procfile: what it writes, starts, refuses, says and leaves behind."""

import contextlib
import os
import re
import shlex
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

import first_env
import own_queue
from doors import answers, free_ports
from stack import running_stack

SERVE = Path(__file__).resolve().parents[2] / "script" / "serve.py"


class Server:
    """One run of `serve.py`, and what it has printed."""

    def __init__(self, folder: Path, *before: str, **environment: str) -> None:
        env = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
        self.output = ""
        self.process = subprocess.Popen(
            [*before, sys.executable, SERVE, folder],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def says(self, words: str) -> None:
        """Read on until these words are there."""
        assert self.process.stdout
        while words not in self.output:
            line = self.process.stdout.readline()
            assert line, f"never said {words!r}:\n{self.output}"
            self.output += line

    def ends(self) -> int:
        assert self.process.stdout
        self.output += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(20)


@pytest.fixture
def ports() -> dict[str, str]:
    return dict(zip(first_env.PORTS, map(str, free_ports(3)), strict=True))


@pytest.fixture
def real(ports: dict[str, str]) -> dict[str, str]:
    """A start with a real carrier: no demo, so nothing but the Procfile."""
    return {**ports, "TWILIO_API_URL": "https://carrier.example"}


@contextlib.contextmanager
def serving(folder: Path, *before: str, **environment: str) -> Iterator[Server]:
    server = Server(folder, *before, **environment)
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.process.wait(15)
        server.process.kill()
        if server.process.stdout:
            server.process.stdout.close()


def in_folder(folder: Path) -> list[int]:
    """Every process that works in this folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == folder and int(entry.name) != os.getpid():
                found.append(int(entry.name))
    return found


def test_a_first_start_writes_secrets_that_only_the_owner_reads_and_a_second_leaves_them(folder: Path) -> None:
    file = folder / ".env"
    first_env.write(file, first_env.demo({"WEB_PORT": "9000"}))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = first_env.read(file, {})
    assert re.fullmatch("AC[0-9a-f]{32}", kept["TWILIO_ACCOUNT_SID"])
    assert len(kept["SECRET_KEY"]) >= 32
    assert (kept["WEB_PORT"], kept["DASHBOARD_URL"]) == ("9000", "http://127.0.0.1:9000")
    assert kept["GROUP_NAME"] == "Larkfield Neighbours"
    with pytest.raises(FileExistsError):
        first_env.write(file, first_env.demo({}))


def test_no_two_folders_have_the_same_secrets() -> None:
    one, other = first_env.demo({}), first_env.demo({})
    for secret in ("SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        assert one[secret] != other[secret]


def test_the_environment_wins_and_a_port_takes_its_address_along(folder: Path) -> None:
    first_env.write(folder / ".env", first_env.demo({}))

    given = {"WEB_PORT": "9000", "SIMULATOR_PORT": "9099", "GROUP_NAME": "Elm Street", "TIMEZONE": ""}
    settings = first_env.read(folder / ".env", given)

    assert settings["GROUP_NAME"] == "Elm Street"
    assert settings["TIMEZONE"] == "Europe/London"
    assert settings["DASHBOARD_URL"] == "http://127.0.0.1:9000"
    assert first_env.is_demo(settings)


def changed_by_hand(folder: Path, **addresses: str) -> Path:
    """The `.env` of a demo, whose ports somebody has then changed."""
    file = folder / ".env"
    first_env.write(file, first_env.demo({"SIMULATOR_PORT": "9099"}) | addresses)
    file.write_text(file.read_text().replace("_PORT=9099\n", "_PORT=9199\n").replace("_PORT=800", "_PORT=900"))
    return file


def test_in_the_demo_a_port_changed_in_the_file_takes_its_address_along(folder: Path) -> None:
    file = changed_by_hand(folder, DASHBOARD_URL="https://desk.example.org")

    settings = first_env.read(file, {})

    assert first_env.is_demo(settings)
    assert (settings["SIMULATOR_PORT"], settings["PUBLIC_URL"]) == ("9199", "http://127.0.0.1:9001")
    assert (settings["WEB_PORT"], settings["DASHBOARD_URL"]) == ("9000", "https://desk.example.org")
    given = {"TWILIO_API_URL": "http://127.0.0.1:1"}
    assert first_env.read(file, given)["TWILIO_API_URL"] == given["TWILIO_API_URL"], "what the environment names stays"


def test_a_line_that_others_reach_is_never_made_a_demo(folder: Path) -> None:
    file = changed_by_hand(folder, PUBLIC_URL="https://line.example.org")
    assert not first_env.is_demo(first_env.read(file, {}))


@pytest.mark.parametrize(
    ("carrier", "demo"),
    [
        ("http://127.0.0.1:8099", True),
        ("http://127.0.0.1:8100", False),
        ("https://api.twilio.com", False),
        ("", False),
    ],
)
def test_only_the_simulators_own_address_makes_a_demo(carrier: str, demo: bool) -> None:
    assert first_env.is_demo({"SIMULATOR_PORT": "8099", "TWILIO_API_URL": carrier}) is demo


def test_it_starts_says_what_to_open_and_stops_without_a_trace(folder: Path, real: dict[str, str]) -> None:
    with serving(folder, **real) as server:
        server.says("Ctrl-C stops everything and loses nothing.")
        assert f"The desk:        http://127.0.0.1:{real['WEB_PORT']}" in server.output
        assert "+44 20 7946 0303" in server.output
        assert (folder / "released").exists()

        server.process.send_signal(signal.SIGINT)

        assert server.ends() == 0
    assert "Everything is kept." in server.output
    assert in_folder(folder) == []
    kept = (folder / ".env").read_text()

    with serving(folder, **real) as server:
        server.says("Ctrl-C stops everything")
    assert (folder / ".env").read_text() == kept


def test_when_its_window_is_closed_it_stops_unless_it_was_begun_with_nohup(folder: Path, real: dict[str, str]) -> None:
    with serving(folder, "nohup", **real) as server:
        server.says("Ctrl-C stops everything")
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert server.process.poll() is None
        assert answers(f"http://127.0.0.1:{real['WEB_PORT']}/health")
    with serving(folder, **real) as server:
        server.says("Ctrl-C stops everything")
        server.process.send_signal(signal.SIGHUP)
        assert server.ends() == 0


def test_ctrl_c_before_there_is_anything_to_stop(folder: Path, real: dict[str, str]) -> None:
    with serving(folder, **real) as server:
        server.says("Wrote .env")
        server.process.send_signal(signal.SIGINT)
        assert server.ends() in {130, 0}  # 0 when it was quicker than we
    assert "Traceback" not in server.output


@pytest.mark.parametrize(("name", "why"), [("another", "No such file or directory"), ("door.py", "Not a directory")])
def test_a_folder_that_cannot_be_used_is_one_sentence(folder: Path, name: str, why: str) -> None:
    server = Server(folder / name)

    assert server.ends() == 1
    assert server.output == f"{folder / name} cannot be used: {why}.\n"


@pytest.mark.parametrize("words", ["server --help", "server one another", "server ''", "demo --help"])
def test_what_a_script_does_not_know_is_answered_by_how_it_is_used(words: str) -> None:
    script, *arguments = shlex.split(words)
    asked = [str(SERVE.with_name(script)), *arguments]
    ran = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"Usage: script/{script}")


def test_a_second_server_in_one_folder_is_refused(folder: Path, real: dict[str, str]) -> None:
    with serving(folder, **real) as server:
        server.says("Ctrl-C stops everything")
        second = Server(folder, **real)

        assert second.ends() == 1
    assert second.output == (
        f"helpline is already running in this folder (process {server.process.pid}): "
        "stop that one first, with Ctrl-C in its window.\n"
    )


def test_a_taken_port_is_one_sentence_and_nothing_is_started(folder: Path, real: dict[str, str]) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", int(real["WEB_PORT"])))
        somebody.listen()
        server = Server(folder, **real)

        assert server.ends() == 1
    assert server.output == (
        f"Port {real['WEB_PORT']} is already in use by another program: "
        "close that one, or set WEB_PORT to another number, in .env or as in “WEB_PORT=9000 script/server”.\n"
    )
    assert not (folder / ".env").exists()
    assert not (folder / "released").exists()


def test_wrong_settings_are_sentences_and_nothing_is_started(folder: Path, real: dict[str, str]) -> None:
    server = Server(folder, **real, TIMEZONE="Europe/Larkfield")

    assert server.ends() == 1
    assert "TIMEZONE: there is no time zone called Europe/Larkfield" in server.output
    assert "Traceback" not in server.output
    assert not (folder / "released").exists()


@pytest.mark.parametrize(
    ("junk", "sentence"),
    [
        (b"hello there, this is no setting\n", "Line 17 of .env cannot be understood."),
        (b"\nGROUP_NAME='Larkfield\n", "Line 18 of .env cannot be understood."),
        (b"GROUP_NAME=Caf\xe9\n", ".env is not plain text: save it again as UTF-8."),
    ],
)
def test_a_line_of_junk_is_one_sentence_and_nothing_is_started(
    folder: Path, real: dict[str, str], junk: bytes, sentence: str
) -> None:
    (folder / ".env").write_bytes(b"# a remark\n" * 16 + junk)
    server = Server(folder, **real)

    assert server.ends() == 1
    assert server.output == f"{sentence}\n"
    assert not (folder / "released").exists()


def test_a_stack_of_ones_own_starts_again_what_is_killed_and_valkey_keeps_its_jobs(folder: Path) -> None:
    quiet = {"TWILIO_API_URL": "https://carrier.example"}
    with running_stack(folder, quiet, procfile=folder / "Procfile", say=lambda *_: None) as stack:
        assert set(stack.pids()) == {"valkey", "ivr", "web", "clock"}
        queue = redis.Redis.from_url(stack.settings["REDIS_URL"])
        queue.set("job", "ring Hana")
        before = stack.pids()

        for name in ("valkey", "web"):
            os.kill(before[name], signal.SIGKILL)

        until = time.monotonic() + 10
        while not (answers(stack.doors["web"]) and set(stack.pids()) == set(before)):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert stack.pids()["valkey"] != before["valkey"]
        queue.close()
        until = time.monotonic() + 10
        while not (stack.var / "valkey" / "valkey.sock").exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        assert queue.get("job") == b"ring Hana"
        queue.close()
    assert in_folder(folder) == []


@pytest.mark.parametrize("name", ["d" * 100, "with a space", "café"])
def test_valkey_finds_a_short_door_in_a_folder_whose_path_will_not_do(folder: Path, name: str) -> None:
    (folder / name).mkdir()
    queue = own_queue.OwnQueue(folder / name / "valkey")

    assert re.fullmatch("unix:///tmp/helpline-[a-z0-9_]+/valkey.sock", queue.url)
    queue.tidy()
    assert not queue.door.parent.exists()
