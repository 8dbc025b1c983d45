"""A `twilio.http.HttpClient` that goes straight to an Exchange, with no network between."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response

if TYPE_CHECKING:
    from simulator.exchange import Exchange

DEFAULT_TIMEOUT = 10.0
"""Seconds, where neither the client nor the request names any."""

Fields = Mapping[str, Any] | None


class ExchangeHttpClient(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """Give it to `twilio.rest.Client(..., http_client=...)`. A lost answer raises `requests.Timeout`."""

    def __init__(self, exchange: Exchange, timeout: float | None = None) -> None:
        super().__init__(logging.getLogger("simulator.client"), is_async=False, timeout=timeout)
        self.exchange = exchange

    def request(
        self,
        method: str,
        uri: str,
        params: Fields = None,
        data: Fields = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002  # the signature is the carrier's
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002  # nothing here redirects
    ) -> Response:
        """Ask the exchange; whatever the host of the address, it is this one."""
        address = urlsplit(uri)
        query = [*parse_qsl(address.query, keep_blank_values=True), *_pairs(params)]
        with self.exchange.clock.lock:
            answer = self.exchange.rest(method.upper(), address.path, query, _pairs(data), auth)
        if answer.lost or answer.delay > (timeout or self.timeout or DEFAULT_TIMEOUT):
            raise requests.Timeout(f"No answer to {method.upper()} {address.path} in time.")
        body = "" if answer.json is None else json.dumps(answer.json)
        date = format_datetime(self.exchange.clock.now(), usegmt=True)
        response = Response(answer.status, body, {**answer.headers, "Date": date})
        if answer.media is not None:
            response.content = answer.media
        return response


def _pairs(fields: Fields) -> list[tuple[str, str]]:
    """Flatten fields as a form is sent: lists repeat the name, and what is not given is left out."""
    pairs = []
    for name, value in (fields or {}).items():
        several = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, _word(one)) for one in several if one is not None]
    return pairs


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
