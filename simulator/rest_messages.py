"""Texts over REST: https://www.twilio.com/docs/messaging/api/message-resource"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import values, whatsapp
from simulator.answers import Json, Request, RestAnswer, check_url, date, gone, page_of, reply, since
from simulator.errors import MEANINGS, RestError
from simulator.messages import DEFAULT_VALIDITY, LONGEST_BODY, Message

if TYPE_CHECKING:
    from simulator.exchange import Exchange

CREATE = ("To", "From", "Body", "ContentSid", "ContentVariables", "StatusCallback", "ValidityPeriod")


def create(exchange: Exchange, request: Request) -> RestAnswer:
    """Take a text to be sent."""
    given = request.fields(*CREATE)
    _check_numbers(exchange, given)
    body = _words(exchange, given)
    if not body.strip():
        raise RestError(400, 21602)
    if len(body) > LONGEST_BODY:
        raise RestError(400, 21617)
    check_url(given.get("StatusCallback"), 21609, "StatusCallback")
    validity = given.get("ValidityPeriod", str(DEFAULT_VALIDITY))
    if not validity.isdigit() or not 1 <= int(validity) <= DEFAULT_VALIDITY:
        raise RestError(400, 21626, f"ValidityPeriod is 1 to {DEFAULT_VALIDITY} seconds, not {validity}")
    message = exchange.post_office.send(
        given["From"],
        given["To"],
        body,
        given.get("StatusCallback"),
        int(validity),
        content=given.get("ContentSid"),
    )
    return reply(as_json(exchange, message), 201)


def read(exchange: Exchange, request: Request) -> RestAnswer:
    """Read one text."""
    request.queries()
    return reply(as_json(exchange, _find(exchange, request)))


def list_(exchange: Exchange, request: Request) -> RestAnswer:
    """List texts, newest first."""
    query = request.queries("To", "From", "DateSent", "DateSent<", "DateSent>")
    if "DateSent" in query or "DateSent<" in query:
        raise RestError(400, 20001, "Asking for texts of one day, or until one, is not simulated")
    begun = since(query, "DateSent>")
    wanted = [as_json(exchange, text) for text in reversed(exchange.texts) if begun is None or text.created_at >= begun]
    for name, key in (("To", "to"), ("From", "from")):
        if name in query:
            wanted = [text for text in wanted if text[key] == query[name]]
    return page_of("messages", wanted, request)


def update(exchange: Exchange, request: Request) -> RestAnswer:
    """Blot out a text's words: the only change there is is to an empty Body."""
    given = request.fields("Body")
    message = _find(exchange, request)
    if given.get("Body") != "":
        raise RestError(400, 20001, "Body can only be changed to nothing")
    if message.status in {"queued", "sent"} and message.is_ours:
        raise RestError(400, 20001, f"A text that is {message.status} cannot be blotted out yet")
    message.body = ""
    message.updated_at = exchange.clock.now()
    return reply(as_json(exchange, message))


def delete(exchange: Exchange, request: Request) -> RestAnswer:
    """Delete a text. One still on its way cannot be."""
    message = _find(exchange, request)
    if message.status in {"queued", "sent"} and message.is_ours:
        raise RestError(409, 20409, f"A text that is {message.status} cannot be deleted yet")
    exchange.texts.remove(message)
    return gone()


def _find(exchange: Exchange, request: Request) -> Message:
    for message in exchange.texts:
        if message.sid == request.names[0]:
            return message
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")


def _words(exchange: Exchange, given: dict[str, str]) -> str:
    """Give the words to be sent: free ones, or those of a template with everything filled in."""
    sid = given.get("ContentSid")
    if sid is None:
        if "ContentVariables" in given:
            raise RestError(400, 21654)
        return given.get("Body", "")
    template = exchange.templates.get(sid)
    if template is None:
        raise RestError(400, 21655, f"{sid} is not a template of this account")
    if "Body" in given:
        raise RestError(400, 20001, "Body beside ContentSid is not simulated: a template has its own words")
    if not whatsapp.is_address(given["To"]):
        raise RestError(400, 20001, "A template by text is not simulated")
    if not template.approved:
        raise RestError(400, 21655, f"{sid} is not approved by WhatsApp")
    return template.filled(given.get("ContentVariables"))


def _check_numbers(exchange: Exchange, given: dict[str, str]) -> None:
    to, sender = given.get("To"), given.get("From")
    if not to:
        raise RestError(400, 21604)
    if not sender:
        raise RestError(400, 21603)
    by_whatsapp = whatsapp.is_address(to)
    if by_whatsapp != whatsapp.is_address(sender):
        raise RestError(400, 21910)
    to, sender = whatsapp.bare(to), whatsapp.bare(sender)
    if not values.NUMBER.match(to):
        raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not values.NUMBER.match(sender):
        raise RestError(400, 21212, f"Invalid 'From' Number: {sender}")
    if sender not in exchange.numbers:
        raise RestError(400, 21659, f"{sender} is not a number of this account")
    if by_whatsapp and exchange.numbers[sender].whatsapp_url is None:
        raise RestError(400, 63007, f"{sender} is not a WhatsApp sender of this account")
    if to in exchange.numbers:
        raise RestError(400, 21266, f"{to} is ours: texting ourselves is not simulated")
    if (to, sender) in exchange.post_office.stopped and not by_whatsapp:
        raise RestError(400, 21610)


def as_json(exchange: Exchange, message: Message) -> Json:
    """Give a text as the API does."""
    uri = f"/2010-04-01/Accounts/{exchange.account_sid}/Messages/{message.sid}"
    error = message.error_code
    return {
        "sid": message.sid,
        "account_sid": exchange.account_sid,
        "messaging_service_sid": None,
        "to": message.to,
        "from": message.sender,
        "body": message.body,
        "status": message.status,
        "num_segments": str(message.parts),
        "num_media": "0",
        "direction": message.direction,
        "api_version": "2010-04-01",
        "price": None,
        "price_unit": "GBP",
        "error_code": error,
        "error_message": MEANINGS[error] if error else None,
        "date_created": date(message.created_at),
        "date_updated": date(message.updated_at),
        "date_sent": date(message.sent_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }
