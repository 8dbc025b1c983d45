"""What can go wrong at the carrier, with its own numbers (https://www.twilio.com/docs/api/errors)."""

from dataclasses import dataclass
from datetime import datetime

MEANINGS = {
    11100: "Invalid URL format",
    11200: "HTTP retrieval failure",
    11205: "HTTP connection failure",
    11215: "HTTP too many redirects",
    11750: "TwiML response body too large",
    12100: "Document parse failure",
    12200: "Schema validation warning",
    12300: "Invalid Content-Type",
    12400: "Internal failure",
    13212: "Dial: invalid timeout value",
    13214: "Dial: invalid callerId value",
    13221: "Dial: no number to dial",
    13223: "Dial: invalid phone number format",
    13224: "Dial: number not supported",
    13232: "Dial->Conference: invalid startConferenceOnEnter value",
    13233: "Dial->Conference: invalid waitUrl value",
    13234: "Dial->Conference: invalid waitMethod value",
    13238: "Dial->Conference: invalid verb used in waitUrl or holdUrl",
    13320: "Gather: invalid nested verb",
    13325: "Gather->Play: invalid Content-Type",
    13420: "Play: invalid Content-Type",
    13511: "Say: invalid language value",
    13512: "Say: invalid voice value",
    13520: "Say: invalid text",
    14202: "Enqueue: invalid queue name",
    20001: "Unknown parameter",
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "Not found",
    20429: "Too Many Requests",
    20500: "Internal server error",
    20503: "Service unavailable",
    21201: "No 'To' number is specified",
    21205: "Invalid Url",
    21210: "'From' phone number not verified",
    21211: "Invalid 'To' phone number",
    21212: "Invalid 'From' phone number",
    21213: "'From' phone number is required",
    21215: "Account not authorised to call that number",
    21218: "Invalid ApplicationSid",
    21220: "Call is not in-progress, cannot redirect",
    21224: "Invalid StatusCallbackEvent",
    21266: "'To' and 'From' are the same number",
    21602: "Message body is required",
    21603: "'From' phone number is required to send a text",
    21604: "'To' phone number is required to send a text",
    21606: "The 'From' number is not a valid, message-capable number of this account",
    21609: "Invalid StatusCallback",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The message body exceeds the 1600 character limit",
    21626: "Invalid Twiml or ValidityPeriod",
    21654: "ContentSid required",
    21655: "The ContentSid is invalid",
    21656: "The ContentVariables are invalid",
    21659: "'From' is not a number of this account",
    21910: "'From' and 'To' are not of the same channel",
    22102: "Queue is not empty",
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30036: "Validity period expired",
    63003: "Channel could not find the 'To' address",
    63007: "Channel could not find the 'From' address",
    63016: "Outside the 24 hours in which free words may be sent",
    63018: "Rate limit exceeded for the channel",
    63024: "Invalid message recipient",
}


@dataclass(frozen=True)
class Fault:
    """Something our application did that the real carrier would have refused or complained of."""

    code: int
    about: str
    at: datetime
    where: str

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.code} {MEANINGS.get(self.code, '')}: {self.about} ({self.where})"


class FaultsError(AssertionError):
    """Raised by `Exchange.check()`: the story is over, and these faults were nobody's intention."""


class TwimlError(Exception):
    """A document the interpreter cannot accept; `code` is the carrier's."""

    def __init__(self, code: int, about: str) -> None:
        super().__init__(about)
        self.code, self.about = code, about


class RestError(Exception):
    """A request refused by the REST API; answered as the carrier answers it."""

    def __init__(self, status: int, code: int, about: str = "") -> None:
        super().__init__(about)
        self.status, self.code = status, code
        self.about = about or MEANINGS.get(code, "")

    def as_json(self) -> dict[str, object]:
        """Give the carrier's error body."""
        return {
            "code": self.code,
            "message": self.about,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
