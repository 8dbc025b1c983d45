"""What dies is started again; what is stopped is gone."""

import errno
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from supervisor import Supervisor


class Heard(list[tuple[str, str]]):
    def __call__(self, name: str, line: str) -> None:
        self.append((name, line))

    def text(self) -> str:
        return "\n".join(f"{name}: {line}" for name, line in self)


def soon(true: Callable[[], object], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(true())


def gone(pid: int) -> bool:
    """Dead, whether or not the system has got round to burying it."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return not Path("/proc/self").exists() or not Path(f"/proc/{pid}").exists()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def supervisor(tmp_path: Path, heard: Heard) -> Iterator[Supervisor]:
    ours = Supervisor(tmp_path, dict(os.environ), heard)
    ours.patience = 1.0
    watcher = threading.Thread(target=ours.run)
    watcher.start()
    yield ours
    ours.ask_to_stop()
    watcher.join()
    ours.stop()


def test_a_process_killed_outright_is_started_again(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start("clock", "sleep 60")
    first = supervisor.pids()["clock"]

    os.kill(first, signal.SIGKILL)

    assert soon(lambda: supervisor.pids().get("clock", first) != first)
    assert "clock: killed (SIGKILL); starting it again in 0.25 seconds." in heard.text()


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_under_what_is_printed_stops_nothing(tmp_path: Path) -> None:
    ours = Supervisor(tmp_path, dict(os.environ))
    with redirect_stdout(Full()) as full:
        ours.start("clock", "sh -c 'echo one; echo two; exit 3'")
        clock = ours.processes["clock"]
        until = time.monotonic() + 5
        while not clock.early_deaths and time.monotonic() < until:
            ours.watch()
    ours.stop()
    assert clock.early_deaths == 1
    assert [line.partition(" | ")[2] for line in full.getvalue().splitlines()][:2] == ["one", "two"]


def test_what_it_left_behind_goes_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start("worker", "sh -c 'sleep 60 & echo $! >child; wait'")
    assert soon(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text().strip())
    child = int((tmp_path / "child").read_text())

    os.kill(supervisor.pids()["worker"], signal.SIGKILL)

    assert soon(lambda: gone(child))


def test_one_that_keeps_dying_is_tried_ever_more_slowly_and_the_others_go_on(
    supervisor: Supervisor, heard: Heard
) -> None:
    supervisor.start("clock", "sleep 60")
    supervisor.start("web", "sh -c 'echo Knocking; echo no door; exit 3'")
    clock = supervisor.pids()["clock"]

    assert soon(lambda: "3 times in a row" in heard.text())

    assert heard.count(("web", "no door")) == 3
    assert heard.count(("web", "Knocking")) == 2
    waits = [line for _, line in heard if "starting it again" in line]
    assert waits == [
        "stopped (exit code 3); starting it again in 0.25 seconds.",
        "stopped (exit code 3); starting it again in 0.5 seconds.",
        "stopped (exit code 3); starting it again in 1 seconds. It has stopped 3 times in a row; the others go on.",
    ]
    assert supervisor.pids()["clock"] == clock


def test_stopping_lets_what_has_begun_be_finished(supervisor: Supervisor, heard: Heard, tmp_path: Path) -> None:
    supervisor.start("sending", "sh -c 'trap \"sleep 0.3; echo finished; exit 0\" TERM; echo up; sleep 60 & wait'")
    assert soon(lambda: ("sending", "up") in heard)

    supervisor.ask_to_stop()
    supervisor.stop()

    assert heard[-1] == ("sending", "finished")


def test_one_that_will_not_stop_is_killed(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start("stubborn", "sh -c 'trap \"\" TERM; echo up; while :; do sleep 0.05; done'")
    assert soon(lambda: ("stubborn", "up") in heard)
    pid = supervisor.pids()["stubborn"]

    supervisor.patience = 0.2
    supervisor.ask_to_stop()
    supervisor.stop()

    assert gone(pid)
    assert supervisor.pids() == {}


def test_those_needed_to_the_last_stop_last(supervisor: Supervisor, heard: Heard) -> None:
    for name in ("valkey", "sending"):
        supervisor.start(name, f"sh -c 'trap \"echo bye; exit 0\" TERM; echo up; sleep 60 & wait # {name}'")
    assert soon(lambda: len(heard) == 2)

    supervisor.ask_to_stop()
    supervisor.stop(last=["valkey"])

    assert heard[2:] == [("sending", "bye"), ("valkey", "bye")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells processes that their parent was killed")
def test_when_we_are_killed_outright_our_processes_go_too(tmp_path: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "script"
    code = (
        f"import os, sys; sys.path.insert(0, {str(script)!r}); from pathlib import Path; import supervisor\n"
        "ours = supervisor.Supervisor(Path('.'), dict(os.environ), lambda _, line: print(line, flush=True))\n"
        "ours.start('clock', 'sh -c \"echo $$; exec sleep 60\"'); ours.run()"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as us:
        assert us.stdout
        pid = int(us.stdout.readline())
        us.kill()

    assert soon(lambda: gone(pid))
