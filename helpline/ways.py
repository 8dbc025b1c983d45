"""Ways: by text, by WhatsApp or by a call; which of them a message goes by, and which comes next when it does not arrive. Pure.

Here alone it is decided. Of WhatsApp its documentation says (Twilio, "Overview of the WhatsApp Business Platform with Twilio" and
"63016: Outside messaging window"): free words may be sent until 24 hours after somebody's own last message there, and at any
other time only a template that WhatsApp has approved.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpline.people import DetailsBy, Way

# A little less than a day, so that the door does not close while a message is on its way.
WINDOW = timedelta(hours=23, minutes=55)
# What did not arrive so long ago says nothing of today: they may have another telephone by now.
LATELY = timedelta(days=7)
# Twilio: 30006 landline or unreachable carrier, 21614 not a mobile number, 21635 a landline; 63003 and 63024 nobody on WhatsApp.
TAKES_NO_TEXTS = frozenset({30006, 21614, 21635})
HAS_NO_WHATSAPP = frozenset({63003, 63024})
# Twilio: 30005 unknown destination handset, 21211 and 21217 not a telephone number.
NUMBER_IS_DEAD = frozenset({30005, 21211, 21217})


class Sort(StrEnum):
    """What is to be said, as far as its way goes: a code is for the telephone in somebody's hand, an answer goes back as the
    question came, what is private is for a text alone, and what comes after yes for whatever can be read.
    """

    CODE = "code"
    ANSWER = "answer"
    PRIVATE = "private"
    DETAILS = "details"
    OFFER = "offer"
    NEWS = "news"


@dataclass(frozen=True)
class Reach:
    """How somebody can be reached: their own choice, what their telephone takes, and what was learned of it lately.

    `whatsapp` says whether we can use it for these words now: it is set up, and there is a template or their day is not over.
    """

    by: Way = Way.TEXT
    takes_texts: bool = True
    whatsapp: bool = False
    failed: frozenset[Way] = frozenset()


def choose(sort: Sort, reach: Reach) -> Way:
    """By which way something is said first."""
    if sort in {Sort.CODE, Sort.PRIVATE}:
        return Way.TEXT
    if reach.by == Way.WHATSAPP and reach.whatsapp and Way.WHATSAPP not in reach.failed:
        return Way.WHATSAPP
    if sort in {Sort.ANSWER, Sort.DETAILS}:
        return Way.TEXT
    asked_by_voice = reach.by == Way.VOICE and sort == Sort.OFFER and Way.VOICE not in reach.failed
    return Way.VOICE if asked_by_voice or not _reads(reach) else Way.TEXT


def _reads(reach: Reach) -> bool:
    """Whether a text is likely to be read: one to a British landline is lost, or read out by a machine, and nobody is told."""
    return reach.takes_texts and Way.TEXT not in reach.failed


def instead(sort: Sort, tried: Collection[Way], reach: Reach, *, code: int | None = None) -> Way | None:
    """By which way something is said that did not arrive by the last of `tried`; None when no other is left.

    Each is tried once. Nobody is rung about what was only news, unless they have no other telephone.
    """
    if code in NUMBER_IS_DEAD:
        return None
    if Way.TEXT not in tried and _reads(reach):
        return Way.TEXT
    may_ring = sort == Sort.OFFER or (sort == Sort.NEWS and not _reads(reach))
    return Way.VOICE if may_ring and Way.VOICE not in tried else None


def is_in_window(last_at: datetime | None, at: datetime) -> bool:
    """Whether free words may be sent by WhatsApp to somebody whose last message there was then."""
    return last_at is not None and at - last_at < WINDOW


def learned(way: Way, code: int | None) -> bool:
    """Whether a carrier's refusal says that a telephone will not take this way tomorrow either."""
    return code in {Way.TEXT: TAKES_NO_TEXTS, Way.WHATSAPP: HAS_NO_WHATSAPP, Way.VOICE: frozenset[int]()}[way]


def details(chosen: DetailsBy, reach: Reach) -> DetailsBy:
    """How who and where reach somebody: as they chose, and by voice when nothing can be read on their telephone."""
    return chosen if _reads(reach) else DetailsBy.VOICE


def answered_by(way: Way, asked_at: datetime, at: datetime) -> Way:
    """How an answer goes back: the way the question came, and by text when its day of free words is over."""
    return Way.WHATSAPP if way == Way.WHATSAPP and is_in_window(asked_at, at) else Way.TEXT
