"""A door that really listens, on a port of this computer, until the end of the `with`."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn


def a_free_port() -> int:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        port: int = ours.getsockname()[1]
        return port


@contextmanager
def serving(
    app: Any, port: int | None = None, *, key: Path | None = None, certificate: Path | None = None
) -> Iterator[str]:
    """Serve an application; answers with where."""
    port = port or a_free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="critical",
            ssl_keyfile=key,
            ssl_certfile=certificate,
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http{'s' if key else ''}://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def saying(status: int, *headers: tuple[str, str], body: bytes = b"") -> Any:
    """An application that says one thing to everybody."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        told = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": body})

    return app
