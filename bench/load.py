"""The carrier's side of a benchmark: signed incoming calls, one at a time on each of some connections.

`python -m bench.load` is started by `bench.road` in a process of its own, so that it takes no time from what it measures.
It reads what to do from its standard input and prints how long each answer took.
"""

import asyncio
import gc
import json
import random
import secrets
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from simulator.wire import signature

HELPLINE = "+442079460303"


def calls(address: str, token: str, account: str) -> Iterator[bytes]:
    """Incoming calls as the carrier sends them, each from one of a thousand drama numbers at which residents are at home.

    The ward's own people have mobile numbers, and are asked for a PIN: that is another road.
    """
    path = "/" + address.split("/", 3)[3]
    while True:
        caller = f"+442079460{random.randrange(1000):03}"
        form = [
            ("CallSid", "CA" + secrets.token_hex(16)),
            ("AccountSid", account),
            ("From", caller),
            ("To", HELPLINE),
            ("Caller", caller),
            ("Called", HELPLINE),
            ("CallStatus", "ringing"),
            ("ApiVersion", "2010-04-01"),
            ("Direction", "inbound"),
            ("FromCountry", "GB"),
            ("ToCountry", "GB"),
        ]
        body = urlencode(form)
        yield (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {signature(token, address, form)}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


class Line(asyncio.Protocol):
    """One connection: the next call as soon as the last is answered, until time is up."""

    def __init__(self, ask: Iterator[bytes], until: float, took: list[float]) -> None:
        self.ask, self.until, self.took = ask, until, took
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a TCP connection's is
        self.transport = transport
        self._next()

    def _next(self) -> None:
        words = next(self.ask)
        self.asked = time.perf_counter()
        if self.asked >= self.until:
            self.transport.close()
            self.over.set_result(None)
            return
        self.transport.write(words)

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head, found, body = self.heard.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.took.append(time.perf_counter() - self.asked)
        if not head.startswith(b"HTTP/1.1 200"):
            self.over.set_exception(RuntimeError(f"the door answered {head[:30]!r}"))
            self.transport.close()
            return
        self.heard.clear()
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or RuntimeError("the door hung up"))


async def press(port: int, address: str, connections: int, seconds: float, token: str, account: str) -> dict[str, Any]:
    """Ask for so many seconds; gives how many seconds each answer took, and all of them together.

    `address` is what the signature covers; the door that is asked is a port of this computer.
    """
    took: list[float] = []
    ask = calls(address, token, account)
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    lines = [
        (await loop.create_connection(lambda: Line(ask, began + seconds, took), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(line.over for line in lines))
    return {"seconds": time.perf_counter() - began, "took": took}


if __name__ == "__main__":
    gc.disable()
    print(json.dumps(asyncio.run(press(**json.load(sys.stdin)))))
