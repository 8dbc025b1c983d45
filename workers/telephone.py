"""The carrier's REST API: the only place that places a call or sends a text.

Whatever goes wrong becomes an `OutwardError` that says whether asking again can help, and whether the carrier may have acted.
"""

from collections.abc import Callable
from typing import TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from helpline.config import DURATIONS, Settings
from helpline.errors import OutwardError

T = TypeVar("T")
# The twilio client reads answers as text, so sound is fetched beside it: from an address, by name and password.
Download = Callable[[str, tuple[str, str]], tuple[int, bytes]]

TIMEOUT = 10.0
TOO_MANY = 429
LONGEST_VALID = 36_000  # seconds (Twilio, Messages resource: ValidityPeriod)
# Twilio: 20404 not found, 21220 call not in progress, 20409 conflict while ending: what we wanted gone is gone.
GONE = frozenset({20404, 21220})


class Telephone:
    """One account at the carrier, whose every request goes to `TWILIO_API_URL`."""

    def __init__(self, settings: Settings, http: HttpClient | None = None, download: Download | None = None) -> None:
        self.settings = settings
        self.download = download or _download
        self.http = http or TwilioHttpClient(timeout=TIMEOUT)
        self.client = Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=self.http)
        self.client.api.base_url = settings.twilio_api_url

    def ring(self, ring_id: int, number: str) -> str:
        """Ring somebody from the helpline's number; answers with the leg's sid."""
        call = _outward(
            lambda: self.client.calls.create(
                to=number,
                from_=self.settings.helpline_number,
                url=f"{self.settings.public_url}/ivr/rings/{ring_id}",
                method="POST",
                timeout=int(DURATIONS.ring.total_seconds()),
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

    def end_leg(self, sid: str) -> None:
        """End a leg, whether it is ringing or talking; one that is over already is no matter."""
        _gone(lambda: self.client.calls(sid).update(status="completed"))

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
        refused_at_once = "NewConnectionError" in repr(broken) or "NameResolutionError" in repr(broken)
        sentence = "the carrier cannot be reached" if refused_at_once else "the carrier broke off"
        raise OutwardError(sentence, permanent=False, processed=False if refused_at_once else None) from None


def _refusal(status: int, code: int | None) -> OutwardError:
    if status == TOO_MANY:  # Twilio, "429 Too Many Requests": not processed, safe to ask again
        return OutwardError("the carrier is too busy", permanent=False, processed=False, code=code)
    if status >= 500:
        return OutwardError(f"the carrier answered {status}", permanent=False, processed=None, code=code)
    return OutwardError(f"the carrier refused (code {code or status})", permanent=True, processed=False, code=code)
