"""Webhooks: forms posted to our application, signed as the carrier signs them.

The signature is https://www.twilio.com/docs/usage/security#validating-requests: HMAC-SHA1, by the auth token,
over the full address followed by every field's name and value in the order of the names.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

import requests

Form = list[tuple[str, str]]

PATIENCE = 15.0
"""Seconds in all that the carrier gives one webhook."""


class WireError(Exception):
    """Nothing came back: refused, unreachable, or not within the time."""


@dataclass(frozen=True)
class WireAnswer:
    """What the application answered."""

    status: int
    content_type: str
    body: bytes


class Wire(Protocol):
    """The one way out of the exchange."""

    def post(
        self,
        url: str,
        form: Form,
        headers: Mapping[str, str],
        method: str = "POST",
        timeout: float = PATIENCE,
    ) -> WireAnswer:
        """Ask, and give the answer.

        With GET the fields are in the address already and the form is empty. Raises WireError when nothing came
        back within `timeout` seconds.
        """


def signature(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """Sign an address and its fields; a field given twice with one value counts once."""
    words = url + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.new(token.encode(), words.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def with_query(url: str, form: Form) -> str:
    """Put the fields into the address, as a webhook by GET carries them."""
    if not form:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(form)}"


class RequestsWire:
    """The wire over real HTTP. A redirect is not followed: following one loses the fields."""

    def post(
        self,
        url: str,
        form: Form,
        headers: Mapping[str, str],
        method: str = "POST",
        timeout: float = PATIENCE,
    ) -> WireAnswer:
        """Ask over HTTP; see `Wire.post`."""
        try:
            answer = requests.request(
                method, url, data=form or None, headers=dict(headers), timeout=timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            raise WireError(f"{type(error).__name__}: no answer from {url}") from error
        return WireAnswer(answer.status_code, answer.headers.get("Content-Type", ""), answer.content)
