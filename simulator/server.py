"""The exchange over HTTP: the REST API for our application, the control API for scripts, the page for people."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import FileResponse, JSONResponse

from simulator.answers import RestAnswer
from simulator.exchange import Exchange
from simulator.switchboard import RefusedError, Switchboard

PAGE = Path(__file__).parent / "page"
NEVER = 60.0
"""Seconds a lost answer is held back; every client has given up by then."""
HOSTS = ["127.0.0.1", "localhost", "testserver"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "media-src http: https:"  # the sounds that the line plays
)

Next = Callable[[Request], Awaitable[Response]]


def make_app(exchange: Exchange, telephones: Path | None = None) -> FastAPI:
    """Make the application that serves one exchange; `telephones` is the file that may be read again."""
    app = FastAPI(title="A pretend telephone exchange", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    app.middleware("http")(_with_policy)
    switchboard = Switchboard(exchange)
    _serve_rest(app, exchange)
    _serve_control(app, switchboard, telephones)
    _serve_page(app)
    return app


async def _with_policy(request: Request, following: Next) -> Response:
    answer = await following(request)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _serve_rest(app: FastAPI, exchange: Exchange) -> None:
    def ask(method: str, path: str, query: str, body: bytes, auth: tuple[str, str] | None) -> RestAnswer:
        with exchange.clock.lock:
            return exchange.rest(
                method,
                path,
                parse_qsl(query, keep_blank_values=True),
                parse_qsl(body.decode(), keep_blank_values=True),
                auth,
            )

    @app.api_route("/2010-04-01/{rest:path}", methods=["GET", "POST", "PUT", "DELETE"])
    async def rest_api(request: Request, rest: str) -> Response:
        body = await request.body()
        answer = await run_in_threadpool(
            ask, request.method, f"/2010-04-01/{rest}", request.url.query, body, _auth(request)
        )
        if answer.delay or answer.lost:
            await asyncio.sleep(NEVER if answer.lost else answer.delay)
        if answer.json is not None:
            return JSONResponse(answer.json, answer.status)
        return Response(answer.media, answer.status, answer.headers)


def _auth(request: Request) -> tuple[str, str] | None:
    kind, _, word = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(word, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret


def _serve_control(app: FastAPI, switchboard: Switchboard, telephones: Path | None) -> None:
    lock = switchboard.exchange.clock.lock

    @app.exception_handler(RefusedError)
    def refused(_: Request, error: RefusedError) -> Response:
        return JSONResponse({"refused": str(error)}, 409)

    @app.get("/telephones.json")
    def state() -> dict[str, Any]:
        with lock:
            return switchboard.telephones()

    @app.get("/transcript.json")
    def transcript(since: int = 0) -> dict[str, Any]:
        with lock:
            return switchboard.transcript(since)

    @app.post("/trouble", status_code=204)
    def trouble(told: dict[str, Any]) -> None:
        with lock:
            switchboard.trouble(told)

    @app.post("/telephones")
    def read_again() -> dict[str, Any]:
        with lock:
            if telephones is None:
                raise RefusedError("This exchange was started without a file of telephones.")
            switchboard.load(telephones)
            return switchboard.telephones()

    @app.post("/telephones/{number}/{action}")
    def act(number: str, action: str, told: dict[str, Any]) -> dict[str, Any]:
        with lock:
            return switchboard.act(number, action, told)


def _serve_page(app: FastAPI) -> None:
    @app.get("/")
    def page() -> Response:
        return FileResponse(PAGE / "switchboard.html")

    @app.get("/switchboard.css")
    def style() -> Response:
        return FileResponse(PAGE / "switchboard.css")

    @app.get("/switchboard.js")
    def script() -> Response:
        return FileResponse(PAGE / "switchboard.js", media_type="text/javascript")
