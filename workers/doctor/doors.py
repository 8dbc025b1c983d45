"""The line and the desk, from outside: a signed webhook there and back, and what the proxy does to it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from twilio.request_validator import RequestValidator

from workers.doctor import web
from workers.doctor.finding import Finding, ok, wrong
from workers.doctor.patient import Patient, shown

# A report about no text of ours: nothing is read for it and nothing written.
PATH, QUERY = "/ivr/status/messages", "?from=doctor"
FIELDS = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "sent"}
BEHIND = {502, 503, 504}


def line(patient: Patient) -> Iterator[Finding]:
    """A webhook signed as the carrier signs must be heard at PUBLIC_URL, and none that is not."""
    address = f"{patient.settings.public_url}{PATH}{QUERY}"
    try:
        answer = _post(address, _signed(patient, address))
        if answer.status_code != 204:
            yield wrong(_why(patient, address, answer))
            return
        yield ok("PUBLIC_URL reaches the line, and it takes what the carrier signs.")
        for signature in (None, _signed(patient, f"{address}-not")):
            if _post(address, signature).status_code != 403:
                yield wrong(
                    "PUBLIC_URL takes webhooks that the carrier never signed: take it off the internet, and find out what answers."
                )
                return
    except web.NoAnswerError as why:
        yield wrong(f"PUBLIC_URL {shown(patient.settings.public_url)}: {why}")
        return
    yield ok("The line refuses what the carrier has not signed.")


def _signed(patient: Patient, address: str) -> str:
    signature: str = RequestValidator(patient.settings.twilio_auth_token).compute_signature(address, FIELDS)
    return signature


def _post(address: str, signature: str | None) -> requests.Response:
    return web.ask("POST", address, FIELDS, {"X-Twilio-Signature": signature} if signature else None)


def _why(patient: Patient, address: str, answer: requests.Response) -> str:
    """Why a signed webhook was not taken."""
    status = answer.status_code
    if status in web.REDIRECTS:
        return web.redirected("PUBLIC_URL", address, answer)
    if status == 403:
        return _why_refused(patient, address)
    if status in BEHIND:
        return f"PUBLIC_URL: the proxy answers {status}, so the line behind it does not: does it run, on IVR_PORT?"
    if status in {404, 405}:
        return (
            f"PUBLIC_URL answers {status} for {PATH}: a proxy changes the path on its way to the line, or something else "
            "answers there."
        )
    return f"PUBLIC_URL answers {status}, which the line never does: something else answers there."


def _why_refused(patient: Patient, address: str) -> str:
    for believed, why in _others(address):
        if _post(address, _signed(patient, believed)).status_code == 204:
            return f"The line refuses what the carrier signs: {why}."
    return (
        "The line refuses what is signed with TWILIO_AUTH_TOKEN: it was started with another token or PUBLIC_URL than these "
        "settings (start it again), or a firewall in front of it says 403."
    )


def _others(address: str) -> Iterator[tuple[str, str]]:
    """The addresses that the line might believe it has, and what is wrong if it does."""
    parts = urlsplit(address)
    started = "it was started with a PUBLIC_URL that"
    again = "make it the same everywhere, and start the line again"
    other = "http" if parts.scheme == "https" else "https"
    yield parts._replace(scheme=other).geturl(), f"{started} begins with {other}://; {again}"
    yield parts._replace(query="").geturl(), "a proxy leaves out what stands behind the ? of an address; let it pass"
    yield parts._replace(path=PATH).geturl(), f"{started} has no path; {again}"
    if parts.port:
        yield parts._replace(netloc=parts.hostname or "").geturl(), f"{started} has no port; {again}"


def desk(patient: Patient) -> Iterator[Finding]:
    """Whether the desk answers at DASHBOARD_URL, and can serve."""
    address = f"{patient.settings.dashboard_url}/health"
    try:
        answer = web.ask("GET", address)
    except web.NoAnswerError as why:
        yield wrong(f"DASHBOARD_URL {shown(patient.settings.dashboard_url)}: {why}")
        return
    told = _told(answer)
    if answer.status_code in web.REDIRECTS:
        yield wrong(web.redirected("DASHBOARD_URL", address, answer))
    elif told is None:
        yield wrong(
            f"DASHBOARD_URL answers {answer.status_code}, but it is not the desk: where does the proxy send it?"
        )
    elif told["ok"] is True:
        yield ok("DASHBOARD_URL reaches the desk.")
    else:
        yield wrong(f"The desk cannot serve. {told.get('why')}")


def _told(answer: requests.Response) -> dict[str, object] | None:
    """What the desk says of its health; None when it is not the desk that answers."""
    try:
        told = answer.json()
    except requests.JSONDecodeError:
        return None
    return told if isinstance(told, dict) and "ok" in told and "clock" in told else None
