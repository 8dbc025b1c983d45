"""The carrier's door."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp

from helpline import clock, config, logs
from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database
from helpline.health import Check
from helpline.metrics import Measured
from ivr import (
    afterwards,
    apart,
    handset,
    health,
    joining,
    metrics,
    on_hold,
    phone_in,
    saying,
    sounds,
    status,
    texts,
    through,
    told,
    told_details,
    trying,
    voice,
    waiting,
    ways_out,
)
from ivr.webhook import House

# Webhooks at work at the same moment; whoever comes next waits in order. With the usual forty they fight over one database and one
# Python, and the unlucky wait longest (bench.road at 16 connections: 1.6 of the floor's p99). SQLite lets one write at a time, so
# that more than a few only stand in its way; PostgreSQL writes what several have done in one go, and is kept busy by twelve.
AT_ONCE = {"sqlite": 4, "postgresql": 12}

# Seconds: whoever comes while SQLite is held by somebody else waits for two rounds of those before, and the carrier for 15.
PATIENCE = 3

# The framework would tell addresses and the words of errors to whatever is installed to listen: a telephone number may be in them.
TELLS_NOBODY = TelemetryConfig(tracing=False, metrics=False, logs=False, auto_configure=False)


class Line(FastAPI):
    """The application, every request of it measured."""

    def build_middleware_stack(self) -> ASGIApp:
        """FastAPI's own, measured."""
        return Measured(super().build_middleware_stack(), "ivr")


def create(settings: Settings | None = None, *, database: Database | None = None, clock: Clock = clock.now) -> FastAPI:
    """The application. Without arguments it reads its settings, as a server starts it."""
    if settings is None:
        settings = config.load()
        logs.configure("ivr", settings.log_format)
    config.use(settings)
    app = Line(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # the framework would send whoever asks on to the host that they named
        telemetry=TELLS_NOBODY,
        lifespan=_open,
    )
    app.state.house = House(settings, database or Database(settings.database_url, patience=PATIENCE), clock)
    app.state.health = Check(app.state.house.database, clock)
    # Those that somebody on the line waits for come first: each request is compared with one after the other.
    waited_for = (voice.router, waiting.waiting_router, waiting.router, ways_out.router, ways_out.last_router)
    apart_from = (apart.router, apart.room_router, on_hold.router, joining.router)
    of_handlers = (handset.router, handset.meeting_router)
    for router in (*waited_for, *of_handlers, *apart_from, *phone_in.routers, status.router, texts.router):
        app.include_router(router)
    for door in (afterwards, saying, told, told_details, trying, through, sounds, health, metrics):
        app.include_router(door.router)
    return app


@asynccontextmanager
async def _open(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = AT_ONCE[app.state.house.database.writer.dialect.name]
    # What was loaded by now stays: it need not be looked through again and again for what nobody holds any more.
    gc.collect()
    gc.freeze()
    yield
