"""Start all of helpline in this folder, say what to open, and keep it running until Ctrl-C.

Run by `script/server`, which sees to the set-up first.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import first_env
import procfile
from doors import answers
from procfile import ROOT
from stack import CannotStartError, Stack
from supervisor import tell

REFUSED = 3
CHECK = f"""
from helpline import config
try:
    config.load()
except config.BadSettingsError as problem:
    print(problem)
    raise SystemExit({REFUSED})
"""
WORRY = 30  # seconds after which a door that does not answer is worth a sentence


def main(arguments: list[str]) -> int:
    """Start, wait, stop. What cannot be started is said in a sentence, and the code is 1.

    Another folder may be named, to keep another `.env` and `var/`; it may have a Procfile of its own.
    """
    directory = Path(*arguments).resolve() if arguments else ROOT
    os.umask(0o077)  # what we write is the group's own
    try:
        with only_one(directory):
            serve(directory)
    except CannotStartError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before there was anything to stop
        return 130
    return 0


@contextmanager
def usable() -> Iterator[None]:
    """A folder or file that is not there, or not ours, is said in a sentence."""
    try:
        yield
    except OSError as problem:
        raise CannotStartError(f"{problem.filename} cannot be used: {problem.strerror}.") from None


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Work in the folder and hold its lock, which the system lets go of however we end."""
    var = directory / "var"
    with usable():
        os.chdir(directory)
        var.mkdir(mode=0o700, exist_ok=True)
        held = (var / "server.pid").open("a+")
    with held as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStartError(
                f"helpline is already running in this folder (process {lock.read().strip()}): "
                "stop that one first, with Ctrl-C in its window."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def serve(directory: Path) -> None:
    """Run the whole stack until somebody asks it to stop."""
    stack = Stack(directory, settings_of(directory), procfile.of(directory))
    wishes = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # with nohup the window may close
        wishes.append(signal.SIGHUP)
    for wish in wishes:
        signal.signal(wish, lambda *_: stack.supervisor.ask_to_stop())
    tell("Starting helpline …")
    stack.start()
    try:
        stack.supervisor.run(each_time=Welcome(stack).look)
        tell("Stopping: what has begun is being finished …")
    finally:
        stack.stop()
    tell("Stopped. Everything is kept.")


def settings_of(directory: Path) -> dict[str, str]:
    """The settings in force, checked; a folder without a `.env` is given that of the demo."""
    file = directory / ".env"
    if not file.exists():
        first = first_env.demo()
        # A port that is taken is said before it is written down.
        Stack(directory, first, procfile.of(directory)).check_ports()
        with usable():
            first_env.write(file, first)
        tell("Wrote .env with new secrets: this is the demo, with a made-up ward and made-up telephones.")
    if trouble := first_env.trouble(file):
        raise CannotStartError(trouble)
    settings = first_env.read(file)
    check(settings)
    return settings


def check(settings: Mapping[str, str]) -> None:
    """Refuse settings that helpline itself would refuse, before anything is started."""
    # Asked of a process of its own, which goes: what helpline stands on would take 25 MB of ours as long as we run.
    ran = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", CHECK],
        env=dict(settings),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,  # a Ctrl-C is for us to hear
    )
    if ran.returncode == REFUSED:
        raise CannotStartError(f"{ran.stdout.strip()}\nPlease put that right in .env, or in the environment.")
    ran.check_returncode()


class Welcome:
    """Says what to open, once, when every door answers."""

    def __init__(self, stack: Stack) -> None:
        """Nothing has answered yet."""
        self.stack = stack
        self.missing = dict(stack.doors)
        self.worry = time.monotonic() + WORRY

    def look(self) -> None:
        """Knock at the doors that have not answered yet."""
        if not self.missing:
            return
        self.missing = {name: door for name, door in self.missing.items() if not answers(door)}
        if not self.missing:
            tell("\n".join(("", *self.words(), "")))
        elif time.monotonic() > self.worry:
            self.worry = float("inf")
            tell(f"{' and '.join(self.missing)} did not answer within {WORRY} seconds; still trying.")

    def words(self) -> list[str]:
        """What to open, and what to do first."""
        number = self.stack.settings.get("HELPLINE_NUMBER", "")
        lines = [f"The desk:        {self.stack.web_url}"]
        if self.stack.demo:
            lines.append(f"The telephones:  {self.stack.simulator_url}")
        lines.append(f"The line:        {spoken(number)}")
        if self.stack.demo:
            lines += ["", *self.stack.demo_data.strip().splitlines()]
            lines += ["The code to sign in with comes to that telephone; then ring the line from another."]
        return [*lines, "", "Ctrl-C stops everything and loses nothing."]


def spoken(number: str) -> str:
    """A London number as people write it; any other as it is."""
    if number.startswith("+4420") and len(number) == 13:
        return f"+44 20 {number[5:9]} {number[9:]}"
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
