"""The memory of the whole when nothing happens: every process that `script/server` runs, with the demo's telephones and without.

A process's share (PSS) counts what it has for itself, and its part of what it has together with others, so the sum is what is
really taken; RSS counts what is shared again and again. The floor is as many bare Pythons with only the web framework or the
queue imported. Linux tells both; elsewhere this cannot be measured.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import first_env
from bench import shared
from doors import free_ports
from procfile import ROOT

PROC = Path("/proc")
DOOR, WORKER = "import fastapi, uvicorn", "import rq"
# What each of our processes stands on.
BARE = {"ivr": DOOR, "web": DOOR, "ringing": WORKER, "sending": WORKER, "clock": WORKER}
TELEPHONES = "simulator"
NAMES = {
    "serve.py": "script/server",
    "ivr.app:create": "ivr",
    "dashboard.app:create": "web",
    "ringing": "ringing",
    "sending": "sending",
    "clock": "clock",
    "simulator": TELEPHONES,
    "valkey": "valkey",
}


@dataclass(frozen=True)
class Memory:
    """What one process takes, in bytes."""

    pss: int
    rss: int


def of(pid: int) -> Memory:
    """What Linux says of a process."""
    told = dict(line.split(":", 1) for line in (PROC / f"{pid}/smaps_rollup").read_text().splitlines()[1:])
    return Memory(*(int(told[name].split()[0]) * 1024 for name in ("Pss", "Rss")))


def descendants(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for child in (PROC / f"{pid}/task/{pid}/children").read_text().split():
        yield from descendants(int(child))


def name_of(pid: int) -> str:
    """Which of ours a process is, by its command."""
    words = (PROC / f"{pid}/cmdline").read_text().replace("\0", " ")
    return next((name for mark, name in NAMES.items() if mark in words), words[:20])


@contextmanager
def running(command: list[str], environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a program until the end of the `with`; its process id."""
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def ours(folder: str, seconds: float) -> dict[str, Memory]:
    """Each process of `script/server`, after so many seconds of quiet."""
    ports = dict(zip(first_env.PORTS, map(str, free_ports(len(first_env.PORTS))), strict=True))
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    with running([sys.executable, "script/serve.py", folder], kept | ports) as pid:
        for port in ports.values():
            shared.wait_for(f"http://127.0.0.1:{port}/{'' if port == ports['SIMULATOR_PORT'] else 'health'}")
        time.sleep(seconds)
        return {name_of(one): of(one) for one in descendants(pid)}


def floor() -> dict[str, Memory]:
    """Bare Pythons, all at once as ours are."""
    found = {}
    code = "{}; import sys; print('here', flush=True); sys.stdin.read()"
    bare = {
        name: subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", code.format(imports)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for name, imports in BARE.items()
    }
    try:
        for process in bare.values():
            if process.stdout:
                process.stdout.readline()
        found = {name: of(process.pid) for name, process in bare.items()}
    finally:
        for process in bare.values():
            process.communicate()
    return found


def main() -> None:
    """Start, wait, read, add up."""
    seconds = shared.options(__doc__ or "", seconds=10, database=False).parse_args().seconds
    if not PROC.exists():
        sys.exit("Only Linux tells what a process shares with others.")
    bare = floor()
    with tempfile.TemporaryDirectory(prefix="helpline-bench-") as folder:
        found = ours(folder, seconds)
    print(f"\n{'idle, megabytes':32} {'PSS':>8} {'RSS':>8} {'floor PSS':>10}")
    for name, one in sorted(found.items(), key=lambda entry: -entry[1].pss):
        under = f"{bare[name].pss / 1e6:10.0f}" if name in bare else ""
        print(f"{name:32} {one.pss / 1e6:8.0f} {one.rss / 1e6:8.0f} {under}")
    everything = sum(one.pss for one in found.values()) / 1e6
    whole = everything - found[TELEPHONES].pss / 1e6
    ratio = whole / (sum(one.pss for one in bare.values()) / 1e6)
    print(
        f"\nmemory {whole:.0f} MB idle, {ratio:.2f} of the floor; {everything:.0f} MB with the demo's telephones (PSS)"
    )


if __name__ == "__main__":
    main()
