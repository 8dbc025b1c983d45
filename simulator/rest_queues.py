"""Queues over REST: https://www.twilio.com/docs/voice/api/queue-resource"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.answers import Json, Request, RestAnswer, date, gone, page_of, reply
from simulator.errors import RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange
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
