"""Telling our application how a call gets on: https://www.twilio.com/docs/voice/api/call-resource#statuscallback

Best effort, as at the real carrier: the weather may delay, repeat, reorder or lose them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING

from simulator.leg import OVER
from simulator.steps import Fetch
from simulator.weather import Parcel

if TYPE_CHECKING:
    from simulator.leg import Leg

EVENT_OF = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}


@dataclass
class CallNotices:
    """Where to tell, by which method, and of which events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})
    told: int = field(default=0)

    def tell(self, leg: Leg) -> None:
        """Tell of the state the leg is in, if anybody asked."""
        if self._event(leg.status) not in self.events:
            return
        form = [
            *leg.form(),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(self.told)),
            ("Timestamp", format_datetime(leg.exchange.clock.now())),
        ]
        if leg.status in OVER:
            form.append(("CallDuration", str(leg.seconds_talked)))
        self.told += 1
        leg.exchange.report(Parcel("calls", leg.sid, leg.status), Fetch(self.url, form, self.method))

    def _event(self, status: str) -> str:
        return EVENT_OF.get(status, "completed")
