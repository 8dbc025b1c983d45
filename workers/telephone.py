"""The carrier's REST API: the only place that places a call or sends a text.

Whatever goes wrong becomes an `OutwardError` that says whether asking again can help, and whether the carrier may have acted.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance

from helpline import phone
from helpline.comparing import LegSeen, RecordingSeen, Seen, TextSeen
from helpline.config import Settings
from helpline.errors import OutwardError
from helpline.people import Way
from helpline.templates import Filled

T = TypeVar("T")
# The twilio client reads answers as text, so sound is fetched beside it: from an address, by name and password.
Download = Callable[[str, tuple[str, str]], tuple[int, bytes]]

TIMEOUT = 10.0
PAGE = 1000  # the most the carrier gives at once
TOO_MANY = 429
WHATSAPP = "whatsapp:"
LONGEST_VALID = 36_000  # seconds (Twilio, Messages resource: ValidityPeriod)
# Twilio: 20404 not found, 21220 call not in progress, 20409 conflict while ending: what we wanted gone is gone.
GONE = frozenset({20404, 21220})
# No connection, no address, and a certificate that we do not trust: nothing was sent (urllib3 tells them by these names).
BEFORE_ANYTHING_IS_SAID = ("NewConnectionError", "NameResolutionError", "SSLCertVerificationError")


@dataclass(frozen=True)
class Account:
    """Our account: `active` or not, and what time it was at the carrier, if the answer said."""

    status: str
    at: datetime | None


@dataclass(frozen=True)
class Webhook:
    """Where the carrier asks about one thing, and how; empty when nowhere."""

    address: str
    method: str


@dataclass(frozen=True)
class OwnNumber:
    """How the helpline's number is set at the carrier.

    `elsewhere` says of calls and texts that an application or trunk of the console's has the word, and not the webhooks.
    """

    calls: Webhook
    calls_fallback: Webhook
    calls_status: Webhook
    texts: Webhook
    texts_fallback: Webhook
    can_text: bool
    calls_elsewhere: bool
    texts_elsewhere: bool


class Telephone:
    """One account at the carrier, whose every request goes to `TWILIO_API_URL`."""

    def __init__(self, settings: Settings, http: HttpClient | None = None, download: Download | None = None) -> None:
        self.settings = settings
        self.download = download or _download
        self.http = http or TwilioHttpClient(timeout=TIMEOUT)

    @cached_property
    def client(self) -> Client:
        """The carrier's own client. It is read into memory when first asked for, which takes a moment and 7 MB."""
        client = Client(self.settings.twilio_account_sid, self.settings.twilio_auth_token, http_client=self.http)
        client.api.base_url = self.settings.twilio_api_url
        return client

    def ring(self, ring_id: int, number: str, *, seconds: int, door: str = "rings") -> str:
        """Ring somebody for so many seconds; `door` of the line's speaks to them. Answers with the leg's sid."""
        call = _outward(
            lambda: self.client.calls.create(
                to=number,
                from_=self.settings.helpline_number,
                url=f"{self.settings.public_url}/ivr/{door}/{ring_id}",
                method="POST",
                timeout=seconds,
                status_callback=f"{self.settings.public_url}/ivr/status/calls?ring={ring_id}",
                status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
            )
        )
        return str(call.sid)

    def text(self, message_id: int, number: str, words: str, *, valid_seconds: int | None = None) -> str:
        """Send a text; answers with its sid. One that is not delivered within `valid_seconds` never will be."""
        valid = min(valid_seconds, LONGEST_VALID) if valid_seconds else None
        message = _outward(
            lambda: self.client.messages.create(
                to=number,
                from_=self.settings.helpline_number,
                body=words,
                validity_period=valid,
                status_callback=f"{self.settings.public_url}/ivr/status/messages?message={message_id}",
            )
        )
        return str(message.sid)

    def whatsapp(
        self, message_id: int, number: str, words: str, *, template: Filled | None, valid_seconds: int | None = None
    ) -> str:
        """Send words by WhatsApp, or a template that holds them; answers with the sid.

        Both addresses begin with `whatsapp:`, and a template goes without a body (Twilio, "Send WhatsApp notification messages
        with templates", "63016: Outside messaging window").
        """
        valid = min(valid_seconds, LONGEST_VALID) if valid_seconds else None
        if template is None:
            said: dict[str, str] = {"body": words}
        else:
            said = {"content_sid": template.sid, "content_variables": template.fills}
        message = _outward(
            lambda: self.client.messages.create(
                to=f"{WHATSAPP}{number}",
                from_=f"{WHATSAPP}{self.settings.whatsapp_number}",
                validity_period=valid,
                status_callback=f"{self.settings.public_url}/ivr/status/messages?message={message_id}",
                **said,
            )
        )
        return str(message.sid)

    def end_leg(self, sid: str) -> None:
        """End a leg, whether it is ringing or talking; one that is over already is no matter."""
        _gone(lambda: self.client.calls(sid).update(status="completed"))

    def move_leg(self, sid: str, path: str) -> None:
        """Move a leg to a page of the line's; one that is over already is no matter."""
        address = f"{self.settings.public_url}{path}"
        _gone(lambda: self.client.calls(sid).update(url=address, method="POST"))

    def delete_queue(self, name: str) -> None:
        """Delete the queue of that name; one that is not there is no matter."""

        def delete() -> None:
            for queue in self.client.queues.list():
                if queue.friendly_name == name:
                    self.client.queues(queue.sid).delete()

        _gone(delete)

    def fetch_recording(self, sid: str) -> bytes:
        """The sound of a recording, as WAV."""
        account = self.settings.twilio_account_sid
        address = f"{self.settings.twilio_api_url}/2010-04-01/Accounts/{account}/Recordings/{sid}.wav"
        auth = (account, self.settings.twilio_auth_token)

        def fetch() -> bytes:
            status, sound = self.download(address, auth)
            if status != requests.codes.ok:
                raise TwilioRestException(status, address, "the recording cannot be fetched", code=status)
            return sound

        return _outward(fetch)

    def delete_recording(self, sid: str) -> None:
        """Delete a recording at the carrier; one that is not there is no matter."""
        _gone(lambda: self.client.recordings(sid).delete())

    def delete_message(self, sid: str) -> None:
        """Delete a text at the carrier, words and number, either way it went; one that is not there is no matter."""
        _gone(lambda: self.client.messages(sid).delete())

    def delete_call(self, sid: str) -> None:
        """Delete what the carrier keeps of a call, number and all; one that is not there is no matter."""
        _gone(lambda: self.client.calls(sid).delete())

    def account(self) -> Account:
        """How our account stands, and what time it is at the carrier."""
        address = f"{self.settings.twilio_api_url}/2010-04-01/Accounts/{self.settings.twilio_account_sid}.json"

        def fetch() -> Account:
            answer = self.client.request("GET", address)
            if not answer.ok:
                raise TwilioRestException(answer.status_code, address, code=answer.status_code)
            date = (answer.headers or {}).get("Date")
            return Account(json.loads(answer.text)["status"], parsedate_to_datetime(date) if date else None)

        return _outward(fetch)

    def own_number(self) -> OwnNumber | None:
        """How the helpline's number is set; None when the account has no such number."""
        found = _outward(lambda: self.client.incoming_phone_numbers.list(phone_number=self.settings.helpline_number))
        one = next((number for number in found if number.phone_number == self.settings.helpline_number), None)
        if one is None:
            return None
        return OwnNumber(
            calls=Webhook(one.voice_url or "", one.voice_method or ""),
            calls_fallback=Webhook(one.voice_fallback_url or "", one.voice_fallback_method or ""),
            calls_status=Webhook(one.status_callback or "", one.status_callback_method or ""),
            texts=Webhook(one.sms_url or "", one.sms_method or ""),
            texts_fallback=Webhook(one.sms_fallback_url or "", one.sms_fallback_method or ""),
            can_text=bool((one.capabilities or {}).get("sms", True)),
            calls_elsewhere=bool(one.voice_application_sid or one.trunk_sid),
            texts_elsewhere=bool(one.sms_application_sid),
        )

    def lists(self, *, since: datetime) -> Seen:
        """Every leg, recording and text to us that the carrier has from `since` on. It lists what is newest first."""
        ours, legs = self.settings.helpline_number, self.client.calls
        return _outward(
            lambda: Seen(
                legs=(
                    *map(_leg, reversed(legs.list(to=ours, start_time_after=since, page_size=PAGE))),
                    *map(_leg, reversed(legs.list(from_=ours, start_time_after=since, page_size=PAGE))),
                ),
                recordings=tuple(
                    RecordingSeen(recording.sid, recording.call_sid, int(recording.duration or 0))
                    for recording in self.client.recordings.list(date_created_after=since, page_size=PAGE)
                    if recording.status == "completed"
                ),
                # Two lists, by whole seconds: what came in one second stays in the order of its list.
                texts=tuple(sorted(self._texts(since), key=lambda text: text.at)),
            )
        )

    def _addresses(self) -> list[tuple[str, Way]]:
        """Where words come in: our number, and what it is called on WhatsApp."""
        at_whatsapp = self.settings.whatsapp_number
        return [
            (self.settings.helpline_number, Way.TEXT),
            *([(f"{WHATSAPP}{at_whatsapp}", Way.WHATSAPP)] if at_whatsapp else []),
        ]

    def _texts(self, since: datetime) -> Iterator[TextSeen]:
        for to, way in self._addresses():
            for text in reversed(self.client.messages.list(to=to, date_sent_after=since, page_size=PAGE)):
                number = phone.understand(text.from_.removeprefix(WHATSAPP))
                if number is not None:
                    yield TextSeen(text.sid, text.date_created or since, number, text.body or "", way)


def _leg(call: CallInstance) -> LegSeen:
    inbound = call.direction == "inbound"
    caller = phone.understand(call._from) if inbound else None  # noqa: SLF001  # the library's own name for it
    return LegSeen(call.sid, inbound, caller, str(call.status), call.end_time, int(call.duration or 0))


def _download(address: str, auth: tuple[str, str]) -> tuple[int, bytes]:
    answer = requests.get(address, auth=auth, timeout=TIMEOUT)
    return answer.status_code, answer.content


def _gone(ask: Callable[[], object]) -> None:
    try:
        _outward(ask)
    except OutwardError as refused:
        if refused.code not in GONE:
            raise


def _outward(ask: Callable[[], T]) -> T:
    """Ask the carrier. Raises `OutwardError`, with nothing of anybody's number in it."""
    try:
        return ask()
    except TwilioRestException as refused:
        raise _refusal(refused.status, refused.code) from None
    except TwilioException as refused:  # of a list, its client tells only the answer
        raise _refusal(refused.args[-1].status_code, None) from None
    except requests.exceptions.ConnectTimeout:
        raise OutwardError("the carrier cannot be reached", permanent=False, processed=False) from None
    except requests.exceptions.Timeout:
        raise OutwardError("the carrier did not answer in time", permanent=False, processed=None) from None
    except requests.exceptions.ConnectionError as broken:
        not_reached = any(problem in repr(broken) for problem in BEFORE_ANYTHING_IS_SAID)
        sentence = "the carrier cannot be reached" if not_reached else "the carrier broke off"
        raise OutwardError(sentence, permanent=False, processed=False if not_reached else None) from None


def _refusal(status: int, code: int | None) -> OutwardError:
    if status == TOO_MANY:  # Twilio, "429 Too Many Requests": not processed, safe to ask again
        return OutwardError("the carrier is too busy", permanent=False, processed=False, code=code)
    if status >= 500:
        return OutwardError(f"the carrier answered {status}", permanent=False, processed=None, code=code)
    return OutwardError(f"the carrier refused (code {code or status})", permanent=True, processed=False, code=code)
