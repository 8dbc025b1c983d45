"""WhatsApp: addresses, the 24 hours in which free words may be sent, and the templates for every other time.

https://www.twilio.com/docs/whatsapp/api ("Overview of the WhatsApp Business Platform with Twilio"),
https://www.twilio.com/docs/content/using-variables-with-content-api, https://www.twilio.com/docs/api/errors/63016
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulator.errors import RestError

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.phone import Phone
    from simulator.wire import Form

PREFIX = "whatsapp:"
WINDOW = timedelta(hours=24)
LONGEST_VARIABLE, LONGEST_FILLED = 255, 1024
PLACE = re.compile(r"{{(\w+)}}")


def is_address(given: str) -> bool:
    """Say whether this is a WhatsApp address, not a bare number."""
    return given.startswith(PREFIX)


def address(number: str) -> str:
    """Give a number's WhatsApp address."""
    return f"{PREFIX}{number}"


def bare(given: str) -> str:
    """Give the number of an address, or the number itself."""
    return given.removeprefix(PREFIX)


def of_channel(to: str) -> Form:
    """Give what a report says besides of a message by WhatsApp."""
    return [("ChannelPrefix", "whatsapp"), ("ChannelToAddress", bare(to))]


def from_somebody(phone: Phone) -> Form:
    """Give what a message to us says besides: what they call themselves there, and their number."""
    return [("ProfileName", phone.name), ("WaId", phone.number.removeprefix("+")), ("MessageType", "text")]


@dataclass
class Windows:
    """Since when each person's last message to each of our senders is: free words may be sent for 24 hours."""

    clock: Clock
    since: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def begin(self, person: str, sender: str) -> None:
        """Somebody has written to us."""
        self.since[person, sender] = self.clock.now()

    def open(self, person: str, sender: str) -> bool:
        """Say whether free words may be sent to them now."""
        since = self.since.get((person, sender))
        return since is not None and self.clock.now() - since < WINDOW


@dataclass(frozen=True)
class Template:
    """Words that WhatsApp has approved, or not, with places to be filled in."""

    sid: str
    words: str
    approved: bool = True

    def filled(self, variables: str | None) -> str:
        """Give the words with everything filled in. Raises RestError when a place stays empty or cannot be filled with that."""
        given = self._read(variables)
        missing = [name for name in PLACE.findall(self.words) if not given.get(name, "").strip()]
        if missing:
            raise RestError(400, 21656, f"ContentVariables says nothing for {{{{{missing[0]}}}}}")
        for name, value in given.items():
            if len(value) > LONGEST_VARIABLE or re.search(r"[\n\t]| {5}", value):
                raise RestError(
                    400, 21656, f"ContentVariables {name} is too long, or has a line break or many spaces in it"
                )
        words = PLACE.sub(lambda place: given[place[1]], self.words)
        if len(words) > LONGEST_FILLED:
            raise RestError(400, 21656, f"The filled template has {len(words)} letters, more than {LONGEST_FILLED}")
        return words

    def _read(self, variables: str | None) -> dict[str, str]:
        try:
            given = json.loads(variables or "{}")
        except ValueError:
            given = None
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise RestError(400, 21656, "ContentVariables is no JSON object of words")
        return given
