"""The floor of an incoming call: the least that anybody would write with these libraries and mean it.

One FastAPI route that reads the same form in the same way, checks the signature with the carrier's own validator, inserts one
row in a transaction of its own on the same database, and answers the same words. It has our engine (the same PRAGMAs, the same
pool), but no ORM, and it decides nothing. As ours, it is a plain function that FastAPI runs in its pool of threads: an `async`
one that waits for a commit would keep every other caller waiting too.
"""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, insert
from starlette.types import Receive, Scope, Send
from twilio.request_validator import RequestValidator

from helpline import config
from helpline.db import Database, Instant

ROWS = Table(
    "bench_floor",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sid", String(34), unique=True),
    Column("phone", LargeBinary),
    Column("at", Instant()),
)
ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather action="http://127.0.0.1:8001/ivr/voice/menu" input="dtmf" '
    'method="POST" numDigits="1" timeout="3"><Say language="en-GB">Hello, this is Larkfield Neighbours. If somebody\'s life is '
    "in danger, hang up and dial 999. To talk to somebody, press 1, or just wait.</Say></Gather></Response>"
)


def create() -> FastAPI:
    """The application, on a database in which it makes its one table."""
    settings = config.load()
    database = Database(settings.database_url)
    with database.writer.begin() as connection:
        ROWS.create(connection, checkfirst=True)
    address = f"{settings.public_url}/ivr/voice"
    validator = RequestValidator(settings.twilio_auth_token)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    async def signed(request: Request) -> dict[str, str]:
        fields = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        if not validator.validate(address, fields, request.headers.get("X-Twilio-Signature", "")):
            raise HTTPException(403)
        return fields

    @app.post("/ivr/voice")
    def arrived(fields: Annotated[dict[str, str], Depends(signed)]) -> Response:
        with database.writer.begin() as connection:
            row = {"sid": fields["CallSid"], "phone": fields["From"].encode(), "at": datetime.now(UTC)}
            connection.execute(insert(ROWS), row)
        return Response(ANSWER, media_type="text/xml")

    @app.get("/health")
    def health() -> dict[str, bool]:
        return {"ok": True}

    return app


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """A door that does nothing: how fast the load could be."""
    if scope["type"] == "lifespan":
        raise NotImplementedError  # how a server is told that there is nothing to begin or end
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
