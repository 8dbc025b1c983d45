"""Recordings that callers hear. The carrier fetches them unsigned: a name cannot be guessed, and nothing in them is personal."""

import re

from fastapi import APIRouter, Request, Response

from helpline import music, prompts
from helpline.sounds import MEDIA_TYPES, SoundKind
from ivr.webhook import House

KEPT_A_YEAR = "public, max-age=31536000, immutable"  # a name is made of what is in it
A_NAME = re.compile(r"[0-9a-f]{64}")

router = APIRouter(prefix="/ivr/sounds")


@router.get("/while-waiting")
def while_waiting() -> Response:
    """The music; it is not in our rows, so it is heard when they cannot be read, too."""
    headers = {"Cache-Control": KEPT_A_YEAR}
    return Response(music.waiting(), media_type=MEDIA_TYPES[SoundKind.WAV], headers=headers)


@router.get("/{name}")
def sound(name: str, request: Request) -> Response:
    """One recording. What cannot be a name is not asked for: a database may refuse the very letters."""
    if not A_NAME.fullmatch(name):
        return Response(status_code=404)
    house: House = request.app.state.house
    with house.database.reading() as session:
        found = prompts.sound_named(session, name)
        if found is None:
            return Response(status_code=404)
        return Response(found.data, media_type=MEDIA_TYPES[found.kind], headers={"Cache-Control": KEPT_A_YEAR})
