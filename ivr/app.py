"""The carrier's door."""

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from helpline import clock, config
from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database
from ivr import handset, status, texts, voice
from ivr.webhook import House, log


def create(settings: Settings | None = None, *, database: Database | None = None, clock: Clock = clock.now) -> FastAPI:
    """The application. Without arguments it reads its settings, as a server starts it."""
    settings = config.use(settings or config.load())
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = House(settings, database or Database(settings.database_url), clock)
    for router in (voice.router, voice.waiting_router, voice.last_router, handset.router, status.router, texts.router):
        app.include_router(router)

    @app.get("/health")
    def health() -> Response:
        """Whether this door can work: its database answers."""
        try:
            app.state.house.database.alive()
        except SQLAlchemyError:
            log.exception("the database does not answer")
            return JSONResponse({"ok": False, "database": "away"}, status_code=503)
        return JSONResponse({"ok": True, "database": "here"})

    return app
