"""Recordings are the one thing that the carrier fetches unsigned: by a name that nobody can guess."""

import asyncio

import httpx
import pytest

import ivr.app
from helpline import people, prompts, script
from helpline.config import Settings
from helpline.db import Database
from helpline.people import HatName
from tests import builders
from tests.builders import NOON
from tests.recordings import mp3, wav
from tests.routes import every


def get(settings: Settings, database: Database, path: str) -> httpx.Response:
    app = ivr.app.create(settings, database=database, clock=lambda: NOON)

    async def go() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.public_url) as client:
            return await client.get(path)

    return asyncio.run(go())


@pytest.mark.parametrize(("data", "kind"), [(wav(2), "audio/wav"), (mp3(2), "audio/mpeg")])
def test_a_recording_is_fetched_with_its_type_and_may_be_kept(
    settings: Settings, database: Database, data: bytes, kind: str
) -> None:
    with database.transaction() as session:
        olga = builders.a_handler(session, "Olga Marin")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        sound = prompts.keep_sound(session, script.GREETING, "en", data, read=True, who=olga, at=NOON).sound
        assert sound is not None
        name = sound.name
    answer = get(settings, database, f"/ivr/sounds/{name}")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, kind, data)
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["0" * 64, "1", "..%2F..%2Fetc%2Fpasswd", "x" * 5000, "%00"])
def test_any_other_name_is_nothing(settings: Settings, database: Database, name: str) -> None:
    answer = get(settings, database, f"/ivr/sounds/{name}")
    assert answer.status_code == 404


def test_nothing_else_of_the_line_is_unsigned(settings: Settings, database: Database) -> None:
    app = ivr.app.create(settings, database=database, clock=lambda: NOON)
    unsigned = {route.path for route in every(app.routes) if (route.methods or set()) - {"POST"}}
    assert unsigned == {"/health", "/metrics", "/ivr/sounds/{name}", "/ivr/sounds/while-waiting"}
