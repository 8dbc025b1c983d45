"""Calls over REST: https://www.twilio.com/docs/voice/api/call-resource"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from simulator import twiml, values
from simulator.answers import Json, Request, RestAnswer, check_one_of, check_url, date, gone, page_of, reply, since
from simulator.errors import RestError, TwimlError
from simulator.leg import Leg, Parties
from simulator.notices import CallNotices
from simulator.script import conversation
from simulator.steps import MovedError

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.twiml import Page

LONGEST_WORDS = 4000
EVENTS = ("initiated", "ringing", "answered", "completed")
CREATE = (
    "To",
    "From",
    "Url",
    "Twiml",
    "Method",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StatusCallbackMethod",
    "StatusCallbackEvent",
    "Timeout",
)
STATUSES = ("queued", "ringing", "in-progress", "canceled", "completed", "failed", "busy", "no-answer")


def create(exchange: Exchange, request: Request) -> RestAnswer:
    """Place a call. It leaves when the account's calls a second allow."""
    given = request.fields(*CREATE)
    _check_numbers(exchange, given)
    page = _check_document(given)
    check_url(given.get("FallbackUrl"), 21205, "FallbackUrl")
    check_url(given.get("StatusCallback"), 21609, "StatusCallback")
    seconds = given.get("Timeout", "60")
    if not seconds.isdigit() or not 1 <= int(seconds) <= 600:
        raise RestError(400, 20001, f"Timeout is 1 to 600 seconds, not {seconds}")
    notices = _notices(given, request.all("StatusCallbackEvent"))
    leg = Leg(exchange, exchange.phone(given["To"]), Parties(given["From"], given["To"], "outbound-api"))
    leg.notices = notices
    if "FallbackUrl" in given:
        leg.fallback = (given["FallbackUrl"], given.get("FallbackMethod", "POST"))
    exchange.place(leg, float(seconds), conversation(leg, given.get("Url"), given.get("Method", "POST"), page))
    return reply(as_json(leg), 201)


def delete(exchange: Exchange, request: Request) -> RestAnswer:
    """Delete what is known of a call. One that is not over cannot be."""
    leg = _find(exchange, request)
    if not leg.over:
        raise RestError(409, 20409, f"A call that is {leg.status} cannot be deleted yet")
    exchange.calls.remove(leg)
    return gone()


def read(exchange: Exchange, request: Request) -> RestAnswer:
    """Read one call."""
    request.queries()
    return reply(as_json(_find(exchange, request)))


def list_(exchange: Exchange, request: Request) -> RestAnswer:
    """List calls, newest first."""
    query = request.queries("To", "From", "Status", "ParentCallSid", "StartTime>")
    begun = since(query, "StartTime>")
    check_one_of(query.get("Status"), STATUSES, "Status")
    wanted = [as_json(leg) for leg in reversed(exchange.calls) if begun is None or _started(leg) >= begun]
    for name, key in (
        ("To", "to"),
        ("From", "from"),
        ("Status", "status"),
        ("ParentCallSid", "parent_call_sid"),
    ):
        if name in query:
            wanted = [call for call in wanted if call[key] == query[name]]
    return page_of("calls", wanted, request)


def _started(leg: Leg) -> datetime:
    return leg.times.started or leg.times.created


def update(exchange: Exchange, request: Request) -> RestAnswer:
    """End a call, or move it to another document."""
    given = request.fields("Status", "Url", "Twiml", "Method", "FallbackUrl", "FallbackMethod")
    leg = _find(exchange, request)
    if leg.over:
        raise RestError(400, 21220, f"Call {leg.sid} is not in-progress. Cannot redirect.")
    check_one_of(given.get("Status"), ("canceled", "completed"), "Status")
    if "Status" in given:
        _end(leg, given["Status"])
        return reply(as_json(leg))
    page = _check_document(given)
    if leg.status != "in-progress":
        raise RestError(400, 21220, f"Call {leg.sid} is not in-progress. Cannot redirect.")
    if "FallbackUrl" in given:
        check_url(given["FallbackUrl"], 21205, "FallbackUrl")
        leg.fallback = (given["FallbackUrl"], given.get("FallbackMethod", "POST"))
    leg.interrupt(MovedError(given.get("Url"), given.get("Method", "POST"), page))
    return reply(as_json(leg))


def _end(leg: Leg, status: str) -> None:
    """`canceled` spares a call somebody is talking on; `completed` ends any."""
    waiting = leg.status in {"queued", "ringing"} and leg.parties.direction != "inbound"
    if status == "completed" or waiting:
        leg.end("canceled" if waiting else "completed")


def _find(exchange: Exchange, request: Request) -> Leg:
    sid = request.names[0]
    for leg in exchange.calls:
        if leg.sid == sid:
            return leg
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")


def _check_numbers(exchange: Exchange, given: dict[str, str]) -> None:
    if not given.get("To"):
        raise RestError(400, 21201)
    if not given.get("From"):
        raise RestError(400, 21213)
    if not values.NUMBER.match(given["To"]):
        raise RestError(400, 21211, f"{given['To']!r} is not a valid phone number")
    if not values.NUMBER.match(given["From"]):
        raise RestError(400, 21212, f"{given['From']!r} is not a valid phone number")
    if given["From"] not in exchange.numbers:
        raise RestError(400, 21210, f"{given['From']} is not a number of this account")
    if given["To"] in exchange.numbers:
        raise RestError(400, 21266, f"{given['To']} is ours: ringing ourselves is not simulated")


def _check_document(given: dict[str, str]) -> Page | None:
    """Check that there is a way to a document; give the page if its words were handed over."""
    if ("Url" in given) == ("Twiml" in given):
        raise RestError(400, 21205, "A call needs either Url or Twiml")
    check_url(given.get("Url"), 21205, "Url")
    check_one_of(given.get("Method"), ("GET", "POST"), "Method")
    if "Twiml" not in given:
        return None
    if len(given["Twiml"]) > LONGEST_WORDS:
        raise RestError(400, 21626, f"Twiml has at most {LONGEST_WORDS} characters")
    try:
        return twiml.read_words(given["Twiml"].encode(), None)
    except TwimlError as error:
        raise RestError(400, error.code, error.about) from error


def _notices(given: dict[str, str], events: list[str]) -> CallNotices | None:
    wanted = [event for words in events for event in words.split()]
    for event in wanted:
        check_one_of(event, EVENTS, "StatusCallbackEvent", 21224)
    if "StatusCallback" not in given:
        return None
    return CallNotices(
        given["StatusCallback"], given.get("StatusCallbackMethod", "POST"), frozenset(wanted or ["completed"])
    )


def as_json(leg: Leg) -> Json:
    """Give a call as the API does."""
    uri = f"/2010-04-01/Accounts/{leg.exchange.account_sid}/Calls/{leg.sid}"
    who, times = leg.parties, leg.times
    ours = leg.exchange.numbers.get(who.called if who.direction == "inbound" else who.caller)
    return {
        "sid": leg.sid,
        "account_sid": leg.exchange.account_sid,
        "parent_call_sid": who.parent.sid if who.parent else None,
        "to": who.called,
        "to_formatted": who.called,
        "from": who.caller,
        "from_formatted": who.caller,
        "phone_number_sid": ours.sid if ours else None,
        "status": leg.status,
        "start_time": date(times.started),
        "end_time": date(times.ended),
        "duration": str(leg.seconds_talked) if leg.status == "completed" else None,
        "price": None,
        "price_unit": "GBP",
        "direction": who.direction,
        "answered_by": None,
        "api_version": "2010-04-01",
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "date_created": date(times.created),
        "date_updated": date(times.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {
            "notifications": f"{uri}/Notifications.json",
            "recordings": f"{uri}/Recordings.json",
        },
    }
