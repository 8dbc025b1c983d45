"""All of helpline, running in one folder: its Valkey, its simulator in the demo, and its Procfile.

    with running_stack(folder) as stack:
        os.kill(stack.pids()["ringing"], signal.SIGKILL)   # and it is started again

The folder holds `.env` and `var/`. For `script/server` it is this one; tests and the demo make their own.
"""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import first_env
import own_queue
import procfile as procfiles
from doors import answers, free_ports, is_free
from procfile import ROOT
from supervisor import Say, Supervisor, say

NEEDED_TO_THE_LAST = ("simulator", "valkey")


class CannotStartError(Exception):
    """A sentence for the person at the keyboard: why nothing was started."""


class Stack:
    """The processes of one folder, and where their doors are."""

    def __init__(self, directory: Path, settings: Mapping[str, str], procfile: Path, say: Say = say) -> None:
        """Start nothing yet; `settings` is the whole environment of every process."""
        self.directory = directory
        self.var = directory / "var"
        self.say = say
        self._queue: own_queue.OwnQueue | None = None
        self.settings = dict(settings) | procfiles.surroundings()
        self.lines = procfiles.lines(procfile)
        self.demo_data = ""
        self.demo = first_env.is_demo(settings)
        self.ivr_url = first_env.here(settings["IVR_PORT"])
        self.web_url = first_env.here(settings["WEB_PORT"])
        self.simulator_url = first_env.here(settings["SIMULATOR_PORT"])
        self.supervisor = Supervisor(directory, self.settings, say)

    @property
    def doors(self) -> dict[str, str]:
        """What answers when all is well, by the name of its process."""
        doors = {"ivr": f"{self.ivr_url}/health", "web": f"{self.web_url}/health"}
        if self.demo:
            doors["simulator"] = f"{self.simulator_url}/"
        return doors

    def pids(self) -> dict[str, int]:
        """Who is running now, by name."""
        return self.supervisor.pids()

    def start(self) -> None:
        """Start everything, in order; a step that fails stops what was started and says why."""
        self.check_ports()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self.var.mkdir(mode=0o700, exist_ok=True)
        if not self.settings.get("REDIS_URL"):
            self.start_queue()
        if "release" in self.lines:
            self.step(self.lines["release"])
        if self.demo:
            self.start_simulator()
        for name, line in self.lines.items():
            if name != "release":
                self.supervisor.start(name, line)

    def stop(self) -> None:
        """Stop everything; the queue and the carrier only when nobody speaks to them any more."""
        self.supervisor.stop(last=NEEDED_TO_THE_LAST)
        if self._queue:
            self._queue.tidy()

    def check_ports(self) -> None:
        """Refuse before anything is started when a port is taken."""
        names = ["WEB_PORT", "IVR_PORT", *(["SIMULATOR_PORT"] if self.demo else [])]
        for name in names:
            port = self.settings[name]
            if not port.isdecimal() or not 0 < int(port) < 65536:
                raise CannotStartError(f"{name} must be a port from 1 to 65535, and is {port}.")
            if not is_free(int(port)):
                raise CannotStartError(
                    f"Port {port} is already in use by another program: "
                    f"close that one, or set {name} to another number, in .env or as in “{name}=9000 script/server”."
                )
        if len({self.settings[name] for name in names}) < len(names):
            raise CannotStartError(f"{', '.join(names)} must be different ports.")

    def step(self, line: str) -> str:
        """Run one command to its end, and return what it printed."""
        ran = subprocess.run(  # noqa: S603  # a line of our own Procfile
            procfiles.words(line),
            cwd=self.directory,
            env=self.settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,  # a Ctrl-C is for us to hear, and must not break it off half-way
        )
        if ran.returncode:
            raise CannotStartError(f"{ran.stdout.strip()}\n“{line}” failed, so nothing was started.".strip())
        return ran.stdout

    def start_queue(self) -> None:
        """Start a Valkey of our own, and tell everybody where it is."""
        queue = own_queue.OwnQueue(self.var / "valkey")
        self._queue = queue
        self.settings["REDIS_URL"] = queue.url
        self.supervisor.start("valkey", queue.command())
        until = time.monotonic() + 20
        while not queue.answers():
            if time.monotonic() > until:
                raise CannotStartError(f"Valkey did not start; {queue.log} says why.")
            self.supervisor.watch()
            time.sleep(0.02)

    def start_simulator(self) -> None:
        """Load the demo ward into an empty database, and start the carrier on its telephones."""
        telephones = "var/telephones.json"
        self.demo_data = self.step(f"helpline demo-data --telephones {telephones}")
        # Its account lets out as many calls a second as we are told that ours does.
        pace = f"--calls-per-second {self.settings.get('CALLS_PER_SECOND') or '1'}"
        self.supervisor.start(
            "simulator", f"python -m simulator --telephones {telephones} --port $SIMULATOR_PORT {pace}"
        )

    def waiting_for(self) -> list[str]:
        """The names of the doors that do not answer yet."""
        return [name for name, address in self.doors.items() if not answers(address)]


@contextlib.contextmanager
def running_stack(
    directory: Path,
    settings: Mapping[str, str] | None = None,
    *,
    procfile: Path = ROOT / "Procfile",
    say: Say = say,
) -> Iterator[Stack]:
    """All of helpline with fresh data and on free ports, until the end of the `with`.

    `settings` come on top of those of the demo. What dies is started again by a thread.
    """
    ports = dict(zip(first_env.PORTS, map(str, free_ports(len(first_env.PORTS))), strict=True))
    chosen = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    chosen |= first_env.demo(ports) | dict(settings or {})
    stack = Stack(directory, chosen, procfile, say)
    stack.start()
    watcher = threading.Thread(target=stack.supervisor.run, name="supervisor")
    watcher.start()
    try:
        wait_until_open(stack)
        yield stack
    finally:
        stack.supervisor.ask_to_stop()
        watcher.join()
        stack.stop()


def wait_until_open(stack: Stack, seconds: float = 60) -> None:
    """Return when every door answers."""
    until = time.monotonic() + seconds
    while missing := stack.waiting_for():
        if time.monotonic() > until:
            raise CannotStartError(f"{' and '.join(missing)} did not answer within {seconds:g} seconds.")
        time.sleep(0.1)
