"""Keep a few processes running: start them, start again whatever dies, stop them all.

A process of a Procfile may die at any moment and its work goes on when it is back. So nothing here
gives up: a process that keeps dying is tried again ever more slowly, and the others go on meanwhile.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import procfile

Say = Callable[[str, str], None]
"""Show a line of a process: its name, the line."""

FIRST_WAIT = 0.25  # seconds before a process that died is started again; doubled at each early death
LONGEST_WAIT = 30.0
SETTLED = 10.0  # having lived this long, it is forgiven its earlier deaths
PATIENCE = 8.0  # seconds to finish what is in hand before being killed


def tell(words: str) -> None:
    """Print this, if it can be: a full disk, or a window that was closed, keeps nobody from their work."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


def say(name: str, line: str) -> None:
    """Print a line under its process's name."""
    tell(f"{name:>9} | {line}")


@dataclass
class Process:
    """One process that should be running: its own process group, its output under its name."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    directory: Path
    say: Say
    running: subprocess.Popen[str] | None = None
    early_deaths: int = 0
    started: float = 0.0
    due: float = 0.0
    reader: threading.Thread = field(default_factory=threading.Thread)
    held: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.started = time.monotonic()
        self.running = subprocess.Popen(  # noqa: S603  # commands of our own Procfile
            [*_dies_with_us(), *self.command],
            cwd=self.directory,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, args=(self.running,), daemon=True)
        self.reader.start()

    def _read(self, running: subprocess.Popen[str]) -> None:
        if running.stdout:
            with running.stdout as lines:
                for line in lines:
                    self._hear(line.rstrip("\n"))

    def _hear(self, line: str) -> None:
        # One that keeps dying has said it all twice: from then on its last word is enough.
        if self.early_deaths > 1:
            self.held.append(line)
        else:
            self.say(self.name, line)

    def watch(self) -> None:
        """Notice that it died; start it again when its wait is over."""
        if self.running is None:
            if time.monotonic() >= self.due:
                self.start()
        elif not self.alive():
            self._died(self.running)
        elif self.early_deaths and time.monotonic() > self.started + SETTLED:
            self.early_deaths = 0
            self._say_held()

    def _say_held(self, last: int = 0) -> None:
        held, self.held = self.held[-last:], []
        for line in held:
            self.say(self.name, line)

    def _died(self, running: subprocess.Popen[str]) -> None:
        self._clear(running)
        self._say_held(last=1)
        lived = time.monotonic() - self.started
        self.early_deaths = 0 if lived > SETTLED else self.early_deaths + 1
        wait = min(FIRST_WAIT * 2 ** max(self.early_deaths - 1, 0), LONGEST_WAIT)
        self.due = time.monotonic() + wait
        self.running = None
        again = f"{_how(running.returncode)}; starting it again in {wait:g} seconds."
        if self.early_deaths > 2:
            again += f" It has stopped {self.early_deaths} times in a row; the others go on."
        self.say(self.name, again)

    def _clear(self, running: subprocess.Popen[str]) -> None:
        # What a dead process left behind goes with it: a job half done must not be finished unseen.
        for pid in _session(running.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.reader.join(1.0)

    def ask_to_stop(self) -> None:
        # Only the process itself: it lets what it has begun be finished.
        if self.running and self.alive():
            self.running.terminate()

    def alive(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def end(self) -> None:
        """Kill it if it is still there, and whatever it left behind; it will not be started again."""
        self.due = float("inf")
        if self.running is None:
            return
        self.running.kill()
        self.running.wait()
        self._clear(self.running)
        self.running = None


class Supervisor:
    """The processes by name, in the order in which they were started."""

    def __init__(self, directory: Path, env: Mapping[str, str], say: Say = say) -> None:
        """Start nothing yet; `env` is what every process is given."""
        self.directory = directory
        self.env = env
        self.say = say
        self.processes: dict[str, Process] = {}
        self.patience = PATIENCE
        self._stopping = threading.Event()

    def start(self, name: str, command: str | list[str]) -> None:
        """Start a process, and start it again whenever it dies. A string is a line of a Procfile."""
        words = procfile.words(command) if isinstance(command, str) else command
        process = Process(name, words, self.env, self.directory, self.say)
        process.start()
        self.processes[name] = process

    def pids(self) -> dict[str, int]:
        """Who is running now, by name; one that is waiting to be started again is not in it."""
        running = {name: process.running for name, process in self.processes.items() if process.alive()}
        return {name: popen.pid for name, popen in running.items() if popen}

    def watch(self) -> None:
        """One look at every process."""
        for process in list(self.processes.values()):
            process.watch()

    def run(self, each_time: Callable[[], None] = lambda: None) -> None:
        """Watch until `ask_to_stop` is called."""
        while not self._stopping.wait(0.1):
            self.watch()
            each_time()

    def ask_to_stop(self) -> None:
        """End `run`; safe in a signal handler and from another thread. Asked twice, it kills."""
        if self._stopping.is_set():
            self.patience = 0.0
        self._stopping.set()

    def stop(self, last: Iterable[str] = ()) -> None:
        """Stop all, gently and then not; those named last only when nobody needs them any more."""
        later = set(last)
        for turn in (set(self.processes) - later, later & set(self.processes)):
            chosen = [self.processes[name] for name in turn]
            for process in chosen:
                process.ask_to_stop()
            asked = time.monotonic()
            while any(process.alive() for process in chosen) and time.monotonic() < asked + self.patience:
                time.sleep(0.02)
            for process in chosen:
                process.end()


def _how(code: int) -> str:
    if code < 0:
        return f"killed ({signal.Signals(-code).name})"
    return f"stopped (exit code {code})"


def _dies_with_us() -> list[str]:
    """Should we be killed outright, Linux tells our processes to stop: no port stays taken."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _session(leader: int) -> list[int]:
    """Everyone in a process's session, as far as this computer tells."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(int(entry.name)) == leader:
                found.append(int(entry.name))
    return found
