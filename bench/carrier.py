"""The carrier as an instrument: it hears what the workers ask, writes down when, and answers as little as it may.

The simulator would take time of its own from a computer that is being measured.
"""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

PATIENCE = 60.0
SIDS = {"Calls.json": "CA", "Messages.json": "SM"}


@dataclass(frozen=True)
class Heard:
    """One thing asked: what, with which fields, when (`time.perf_counter`), and the sid that was answered."""

    what: str
    fields: dict[str, str]
    at: float
    sid: str


@dataclass
class Carrier:
    """What has been heard, oldest first."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, heard: Heard) -> None:
        """Write it down, and wake whoever waits for it."""
        with self.news:
            self.heard.append(heard)
            self.news.notify_all()

    def all(self, what: str, since: float = 0.0) -> Sequence[Heard]:
        """Everything of a kind since an instant."""
        return [one for one in list(self.heard) if one.what == what and one.at >= since]

    def wait(self, happened: Callable[[], object]) -> None:
        """Return when it is true of what has been heard. Raises `TimeoutError` when it never is."""
        with self.news:
            if not self.news.wait_for(happened, PATIENCE):
                raise TimeoutError("what should have been asked of the carrier was not")


@contextmanager
def listening() -> Iterator[Carrier]:
    """A carrier on a port of this computer."""
    carrier = Carrier()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            at = time.perf_counter()
            words = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            what = self.path.rsplit("/", 1)[-1]
            sid = SIDS.get(what, "XX") + secrets.token_hex(16)
            # Before it is written down: whoever waits for it may take the processor.
            self.answer({"sid": sid})
            carrier.hear(Heard(what, dict(parse_qsl(words)), at, sid))

        def do_GET(self) -> None:
            self.answer({"queues": [], "page": 0})

        def do_DELETE(self) -> None:
            self.answer({})

        def answer(self, told: dict[str, object]) -> None:
            body = json.dumps(told).encode()
            self.send_response(201 if self.command == "POST" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    carrier.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield carrier
    finally:
        server.shutdown()
        server.server_close()
