"""The dashboard, put together: one application, its doors, and what a refusal looks like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from dashboard import (
    alike,
    asked_when,
    auth,
    begun,
    blocks,
    buddies,
    come_in,
    council,
    days,
    desk,
    durations,
    feeds,
    forecast,
    health,
    incidents,
    index,
    items,
    keeping,
    live,
    metrics,
    more,
    opening,
    outside,
    passing,
    patches,
    patterns,
    people,
    people_acts,
    people_phone,
    pieces,
    private,
    private_patch,
    private_taken,
    prompts,
    records,
    referrals,
    reports,
    request_acts,
    request_list,
    requests,
    rota,
    rota_acts,
    rota_slot,
    rota_swap,
    shares,
    sheets,
    signposts,
    street_pages,
    streets,
    talk,
    thanks,
    wallboard,
    welcomes,
    worried,
)
from dashboard.auth import DEVICE, House, NotSignedInError, WrongTokenError, house_of, to_sign_in
from dashboard.guard import Guard, TooLargeError
from dashboard.private import ClosedLinkError
from dashboard.render import STATIC, Pages
from helpline import clock, config, logs
from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database
from helpline.errors import HelplineError, NotFoundError
from helpline.health import Check
from helpline.metrics import Measured

NO_SUCH_PAGE = "There is no such page."
GONE = f"{NO_SUCH_PAGE} It may have been moved, or never was."
BROKEN = (
    "Something of ours broke. What you saved is safe. Go back and try again; if it stays broken, tell an organiser."
)


# The framework would tell addresses and the words of errors to whatever is installed to listen: the link of a private page is one.
TELLS_NOBODY = TelemetryConfig(tracing=False, metrics=False, logs=False, auto_configure=False)


class Dashboard(FastAPI):
    """The application inside its guard: not even the answer to a fault of ours leaves without the headers."""

    def build_middleware_stack(self) -> ASGIApp:
        """FastAPI's own, guarded, and measured."""
        return Measured(Guard(super().build_middleware_stack()), "web")


def create(settings: Settings | None = None, *, clock: Clock = clock.now, database: Database | None = None) -> FastAPI:
    """The application. uvicorn calls this with nothing; tests bring their own clock and database."""
    if settings is None:
        settings = config.use(config.load())
        logs.configure("web", settings.log_format)
    database = database or Database(settings.database_url)

    @asynccontextmanager
    async def open_and_close(_: FastAPI) -> AsyncIterator[None]:
        app.state.watch.stopping = live.told_to_stop()
        yield
        database.close()

    app = Dashboard(
        title=settings.group_name,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the framework would send a browser on to http://, and to whichever host it named
        telemetry=TELLS_NOBODY,
        lifespan=open_and_close,
    )
    app.state.house = House(settings, database, clock, Pages(settings))
    app.state.health = Check(database, clock)
    app.state.watch = live.Watch(database)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for door in (
        health,
        metrics,
        come_in,
        live,
        begun,
        desk,
        talk,
        days,
        reports,
        council,
        thanks,
        wallboard,
        rota,
        rota_acts,
        rota_slot,
        rota_swap,
        patterns,
        keeping,
        forecast,
        shares,
        more,
        signposts,
        request_list,
        referrals,
        alike,
        request_acts,
        requests,
        streets,
        patches,
        street_pages,
        items,
        blocks,
        incidents,
        sheets,
        people_acts,
        people,
        people_phone,
        records,
        asked_when,
        index,
        pieces,
        durations,
        opening,
        outside,
        passing,
        prompts,
        private,
        feeds,
        welcomes,
        private_taken,
        private_patch,
        buddies,
        worried,
    ):
        app.include_router(door.router)
    _refusals(app)
    return app


def _refusals(app: FastAPI) -> None:
    """What goes wrong, as sentences; never a stack trace."""
    said: dict[type[Exception], tuple[str, int]] = {
        TooLargeError: ("That is more than this page can take. Go back and make it shorter.", 413),
        RequestValidationError: (GONE, 404),
        Exception: (BROKEN, 500),
    }
    for error, (sentence, status) in said.items():
        app.add_exception_handler(error, partial(_always, sentence, status))
    app.add_exception_handler(HelplineError, _refused)
    app.add_exception_handler(HTTPException, _by_the_framework)
    app.add_exception_handler(NotSignedInError, _not_signed_in)
    app.add_exception_handler(WrongTokenError, _wrong_token)
    app.add_exception_handler(ClosedLinkError, _closed_link)


def _always(sentence: str, status: int, request: Request, _: Exception) -> Response:
    return _said(request, sentence, status)


def _refused(request: Request, error: Exception) -> Response:
    return _said(request, str(error), 404 if isinstance(error, NotFoundError) else 409)


def _by_the_framework(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _said(request, GONE if status in {404, 405} else BROKEN, status)


def _not_signed_in(request: Request, _: Exception) -> Response:
    answer = to_sign_in(request)
    if DEVICE in request.cookies:
        auth.forget(house_of(request), answer, DEVICE)
    return answer


def _wrong_token(request: Request, error: Exception) -> Response:
    """A request form comes back with its words; of anything else there is little to lose."""
    if request.url.path == "/requests" and isinstance(error, WrongTokenError) and "form_key" in error.form:
        house = house_of(request)
        with house.database.reading() as session:
            try:
                return requests.once_more(auth.visit(request, session, error.form))
            except NotSignedInError as unknown:
                return _not_signed_in(request, unknown)
    return _said(request, "That page had been open too long. Go back, load it again, and press once more.", 403)


def _closed_link(request: Request, _: Exception) -> Response:
    house = house_of(request)
    return house.pages.show("private/closed.html", status=404)


def _said(request: Request, sentence: str, status: int) -> Response:
    """A refusal as a page of its own; on the live desk, as a notice where the hand is."""
    house = house_of(request)
    if (
        "hx-request" in request.headers
        and status in {404, 409}
        and request.url.path.startswith(("/items/", "/line/", "/calls/"))
    ):
        return _on_the_desk(request, sentence, status)
    return house.pages.show(
        "refused.html",
        status=status,
        at=house.clock(),
        heading=_heading(status),
        sentence=sentence.removeprefix(NO_SUCH_PAGE).strip(),
        back=_back(request.url.path),
    )


def _heading(status: int) -> str:
    if status == 404:
        return NO_SUCH_PAGE
    return "Something broke" if status >= 500 else "That did not work"


def _on_the_desk(request: Request, sentence: str, status: int) -> Response:
    house = house_of(request)
    with house.database.reading() as session:
        visit = auth.visit(request, session)
        return desk.live(visit, form_call=0, notice=sentence, status=status)


def _back(path: str) -> str:
    """The page that a refused press was on."""
    parts = path.strip("/").split("/")
    if parts[0] == "settings":
        return "/settings/prompts" if parts[1:2] in (["languages"], ["prompts"]) else "/" + "/".join(parts[:2])
    if parts[0] == "hats":
        return "/people"
    if parts[0] == "rota":
        return "/rota"
    return "/" + "/".join(parts[:2]) if len(parts) > 2 and parts[0] in {"items", "requests", "people", "o"} else "/"
