"""Queues over REST (https://www.twilio.com/docs/voice/api/queue-resource), and the account's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.answers import Json, Request, RestAnswer, date, gone, page_of, reply
from simulator.errors import RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange, Number
    from simulator.queues import CallQueue


def list_(exchange: Exchange, request: Request) -> RestAnswer:
    """List queues."""
    request.queries()
    return page_of("queues", [as_json(queue) for queue in exchange.queues], request)


def read(exchange: Exchange, request: Request) -> RestAnswer:
    """Read one queue."""
    request.queries()
    return reply(as_json(_find(exchange, request)))


def delete(exchange: Exchange, request: Request) -> RestAnswer:
    """Delete a queue; one with somebody in it is refused."""
    queue = _find(exchange, request)
    if queue.members:
        raise RestError(400, 22102, f"Queue {queue.sid} is not empty")
    exchange.queues.remove(queue)
    return gone()


def _find(exchange: Exchange, request: Request) -> CallQueue:
    for queue in exchange.queues:
        if queue.sid == request.names[0]:
            return queue
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")


def as_json(queue: CallQueue) -> Json:
    """Give a queue as the API does."""
    account = f"/2010-04-01/Accounts/{queue.exchange.account_sid}"
    return {
        "sid": queue.sid,
        "account_sid": queue.exchange.account_sid,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_seconds,
        "date_created": date(queue.created_at),
        "date_updated": date(queue.created_at),
        "uri": f"{account}/Queues/{queue.sid}.json",
    }


def list_numbers(exchange: Exchange, request: Request) -> RestAnswer:
    """List the account's numbers, for a check of where their webhooks go."""
    query = request.queries("PhoneNumber")
    wanted = [n for n in exchange.numbers.values() if query.get("PhoneNumber", n.number) == n.number]
    return page_of("incoming_phone_numbers", [_number(exchange, number) for number in wanted], request)


def _number(exchange: Exchange, number: Number) -> Json:
    return {
        "sid": number.sid,
        "account_sid": exchange.account_sid,
        "phone_number": number.number,
        "friendly_name": number.name or number.number,
        "voice_url": number.voice_url,
        "voice_method": "POST",
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": "POST",
        "status_callback": number.status_callback,
        "status_callback_method": "POST",
        "sms_url": number.sms_url,
        "sms_method": "POST",
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "uri": f"/2010-04-01/Accounts/{exchange.account_sid}/IncomingPhoneNumbers/{number.sid}.json",
    }


def account(exchange: Exchange, request: Request) -> RestAnswer:
    """Read the account itself: enough to know that the keys are right."""
    request.queries()
    uri = f"/2010-04-01/Accounts/{exchange.account_sid}.json"
    return reply(
        {
            "sid": exchange.account_sid,
            "friendly_name": "Simulator",
            "status": "active",
            "type": "Full",
            "uri": uri,
        }
    )
