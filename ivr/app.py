"""The carrier's door."""

from fastapi import FastAPI

from helpline import clock, config
from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database
from helpline.health import Check
from ivr import handset, health, status, texts, voice
from ivr.webhook import House


def create(settings: Settings | None = None, *, database: Database | None = None, clock: Clock = clock.now) -> FastAPI:
    """The application. Without arguments it reads its settings, as a server starts it."""
    settings = config.use(settings or config.load())
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = House(settings, database or Database(settings.database_url), clock)
    app.state.health = Check(app.state.house.database, clock)
    for router in (voice.router, voice.waiting_router, voice.last_router, handset.router, status.router, texts.router):
        app.include_router(router)
    app.include_router(health.router)
    return app
