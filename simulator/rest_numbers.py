"""The account and its own numbers over REST, for a check of where their webhooks go.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.answers import Json, Request, RestAnswer, date, page_of, reply
from simulator.errors import RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange, Number

BELONGING = ("Calls", "IncomingPhoneNumbers", "Messages", "Queues", "Recordings")


def list_(exchange: Exchange, request: Request) -> RestAnswer:
    """List the account's numbers."""
    query = request.queries("PhoneNumber")
    wanted = [n for n in exchange.numbers.values() if query.get("PhoneNumber", n.number) == n.number]
    return page_of("incoming_phone_numbers", [as_json(exchange, number) for number in wanted], request)


def read(exchange: Exchange, request: Request) -> RestAnswer:
    """Read one number."""
    request.queries()
    for number in exchange.numbers.values():
        if number.sid == request.names[0]:
            return reply(as_json(exchange, number))
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")


def as_json(exchange: Exchange, number: Number) -> Json:
    """Give a number as the API does."""
    return {
        "sid": number.sid,
        "account_sid": exchange.account_sid,
        "phone_number": number.number,
        "friendly_name": number.name or number.number,
        "api_version": "2010-04-01",
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "type": "local",
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "voice_receive_mode": "voice",
        "voice_url": number.voice_url,
        "voice_method": "POST",
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_caller_id_lookup": False,
        "voice_application_sid": None,
        "status_callback": number.status_callback,
        "status_callback_method": "POST",
        "sms_url": number.sms_url,
        "sms_method": "POST",
        "sms_fallback_url": number.sms_fallback_url,
        "sms_fallback_method": number.sms_fallback_method,
        "sms_application_sid": None,
        "trunk_sid": None,
        "identity_sid": None,
        "address_sid": None,
        "address_requirements": "none",
        "bundle_sid": None,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "date_created": date(number.created_at),
        "date_updated": date(number.created_at),
        "uri": f"/2010-04-01/Accounts/{exchange.account_sid}/IncomingPhoneNumbers/{number.sid}.json",
    }


def account(exchange: Exchange, request: Request) -> RestAnswer:
    """Read the account itself: enough to know that the keys are right. The token is given to nobody."""
    request.queries()
    uri = f"/2010-04-01/Accounts/{exchange.account_sid}"
    return reply(
        {
            "sid": exchange.account_sid,
            "owner_account_sid": exchange.account_sid,
            "friendly_name": "Simulator",
            "status": "active",
            "type": "Full",
            "auth_token": None,
            "date_created": date(exchange.opened_at),
            "date_updated": date(exchange.opened_at),
            "uri": f"{uri}.json",
            "subresource_uris": {name.lower(): f"{uri}/{name}.json" for name in BELONGING},
        }
    )
