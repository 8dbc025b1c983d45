"""What the benchmarks share: databases, settings, processes, and how figures are said."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import first_env
from doors import answers, free_ports
from tests import postgres

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
# As a PostgreSQL is installed: what was acknowledged survives a power cut, as our SQLite does.
DURABLE = postgres.OPTIONS | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed, such as 0.99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    """The one in the middle."""
    return percentile(values, 0.5)


def options(about: str, *, seconds: float, database: bool = True) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=seconds, help="how long each thing is measured (%(default)s)")
    if database:
        parser.add_argument(
            "--database-url", help="an empty database that may be written into; by default, one of each kind"
        )
    return parser


@dataclass(frozen=True)
class Place:
    """Where something is measured: a folder, and a database."""

    folder: Path
    kind: str
    url: str


@contextmanager
def place(kind: str, database_url: str | None = None) -> Iterator[Place]:
    """A folder, and an empty database of a kind that keeps what it acknowledges; or the database named."""
    with tempfile.TemporaryDirectory(prefix="helpline-bench-") as made:
        folder = Path(made)
        if database_url:
            yield Place(folder, kind, database_url)
        elif kind == SQLITE:
            yield Place(folder, kind, f"sqlite:///{folder}/helpline.db")
        else:
            with postgres.server(folder, DURABLE) as server:
                yield Place(folder, kind, server.fresh_database())


def kinds(database_url: str | None) -> Sequence[str]:
    """The kinds of database to measure on: both, or that of the one named."""
    if database_url is None:
        return (SQLITE, POSTGRESQL)
    return (SQLITE,) if database_url.startswith("sqlite") else (POSTGRESQL,)


def settings(place: Place) -> dict[str, str]:
    """The settings of a demo in this place, on ports that are free."""
    ports = dict(zip(first_env.PORTS, map(str, free_ports(len(first_env.PORTS))), strict=True))
    around = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return around | first_env.demo(ports) | {"DATABASE_URL": place.url, "MESSAGES_PER_SECOND": "1000"}


def quiet(name: str, line: str) -> None:
    """Show only what a process complains of."""
    if "WARNING" in line or "ERROR" in line or "Error" in line:
        print(f"{name:>9} | {line}", file=sys.stderr)


def wait_for(door: str) -> None:
    """Return when a door answers."""
    until = time.monotonic() + 120
    while not answers(door):
        if time.monotonic() > until:
            raise RuntimeError(f"{door} did not answer")
        time.sleep(0.05)
