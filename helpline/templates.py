"""Templates: what WhatsApp lets us say to somebody who has not written to us for a day, each approved by it beforehand. Pure.

A template is words with numbered places, made in the carrier's console, whose `ContentSid` is a setting (`.env.example` has the
words). A place is filled with one to 255 letters and no line break (Twilio, "Using variables with Content Templates"); what
does not fit goes by text.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpline.config import Settings

LONGEST = 255
# WhatsApp takes no line break and no more than four spaces in a row in a place.
MISFITS = re.compile(r"[\n\r\t]| {5}")


@dataclass(frozen=True)
class Filled:
    """A template, by its ContentSid, and what its places hold, as the carrier wants it."""

    sid: str
    fills: str


def fill(settings: Settings, kind: str, words: str, fills: Sequence[str] = ()) -> Filled | None:
    """The template for words of a kind (`offer`, `details`, or any other), filled in; None when there is none that can hold them.

    Words that have no template of their own are all that the one for news holds.
    """
    own = {"offer": settings.whatsapp_offer, "details": settings.whatsapp_details}.get(kind) if fills else None
    sid, given = (own, fills) if own else (settings.whatsapp_news, (words,))
    if sid is None or not all(_fits(one) for one in given):
        return None
    return Filled(sid, json.dumps({str(place): one for place, one in enumerate(given, 1)}))


def _fits(given: str) -> bool:
    return bool(given.strip()) and len(given) <= LONGEST and not MISFITS.search(given)
