"""Texts and WhatsApp messages: sent for our application, delivered to telephones, and received from them.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from simulator import grammar, twiml, whatsapp
from simulator.errors import MEANINGS, TwimlError
from simulator.steps import Fetch
from simulator.weather import Parcel
from simulator.whatsapp import address, bare
from simulator.wire import Form, WireAnswer, WireError

if TYPE_CHECKING:
    from simulator.exchange import Exchange, Number
    from simulator.phone import Phone
    from simulator.twiml import Page

LONGEST_BODY = 1600
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
HELP_WORDS = frozenset({"HELP", "INFO"})
"""https://www.twilio.com/docs/messaging/tutorials/how-to-use-advanced-opt-out"""
SENT_AFTER, DELIVERED_AFTER = 0.5, 1.0
DEFAULT_VALIDITY = 36000
"""Seconds a text waits for a telephone that is off, unless asked otherwise."""

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_TWICE = frozenset("^{}\\[~]|€\f")


def segments(body: str) -> int:
    """Count the parts a text is sent and charged as: 160 then 153 of the small alphabet, else 70 then 67."""
    if all(letter in GSM7 or letter in GSM7_TWICE for letter in body):
        length, one, more = len(body) + sum(letter in GSM7_TWICE for letter in body), 160, 153
    else:
        length, one, more = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= one else -(-length // more)


@dataclass
class Message:
    """One text or WhatsApp message, either way. `status` is the carrier's word for where it is; `content` a template's sid."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    created_at: datetime
    updated_at: datetime
    status: str = "queued"
    sent_at: datetime | None = None
    error_code: int | None = None
    status_callback: str | None = None
    validity: int = DEFAULT_VALIDITY
    parts: int = 1
    order: int = 0
    content: str | None = None

    @property
    def by_whatsapp(self) -> bool:
        """Say whether it goes by WhatsApp."""
        return whatsapp.is_address(self.to)

    @property
    def is_ours(self) -> bool:
        """Say whether our application sent it."""
        return self.direction.startswith("outbound")


class PostOffice:
    """Sends, delivers and receives texts for one exchange, and remembers who said STOP to which number."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.stopped: set[tuple[str, str]] = set()
        self.windows = whatsapp.Windows(exchange.clock)
        self._order = count()

    def send(
        self,
        sender: str,
        to: str,
        body: str,
        callback: str | None,
        validity: int,
        direction: str = "outbound-api",
        content: str | None = None,
    ) -> Message:
        """Take a text for somebody; it leaves after a moment. `content` is the template that its words were made of."""
        message = self._new("SM", sender, to, body, direction)
        message.status_callback, message.validity, message.content = callback, validity, content
        self._after(0, message, partial(self._is_now, message, "queued"))
        if message.by_whatsapp and content is None and not self.windows.open(to, sender):
            self._after(SENT_AFTER, message, partial(self._is_now, message, "failed", 63016))
            return message
        self._after(SENT_AFTER, message, partial(self._is_now, message, "sent"))
        self._after(DELIVERED_AFTER, message, partial(self._carry, message))
        return message

    def receive(self, phone: Phone, number: Number, body: str, *, by_whatsapp: bool = False) -> Message:
        """Take a text from a telephone and tell our application."""
        sender, to = (address(one) if by_whatsapp else one for one in (phone.number, number.number))
        message = self._new("SM", sender, to, body, "inbound")
        message.status = "received"
        phone.sent.append(replace(message))
        url = number.whatsapp_url if by_whatsapp else number.sms_url
        if by_whatsapp:
            self.windows.begin(sender, to)
        # Stop words by WhatsApp are our application's to honour.
        opt = None if by_whatsapp else self._opt(phone.number, number.number, body)
        if url:
            fetch = Fetch(url, self._inbound_form(message, opt))
            ask = self.exchange.webhook(fetch)
            self.exchange.weather.carry(
                Parcel("texts", phone.number),
                lambda: self.exchange.clock.work(ask, partial(self._answered, message, fetch, last=False)),
                lambda: self.exchange.clock.work(ask, lambda _: None),
            )
        return message

    def telephone_is_on(self, phone: Phone) -> None:
        """Deliver what has been waiting for a telephone."""
        for message in self.exchange.texts:
            if bare(message.to) == phone.number and message.status == "sent":
                self._deliver(message)

    def _new(self, prefix: str, sender: str, to: str, body: str, direction: str) -> Message:
        now = self.exchange.clock.now()
        message = Message(self.exchange.new_sid(prefix), sender, to, body, direction, now, now)
        message.parts, message.order = 1 if whatsapp.is_address(to) else segments(body), next(self._order)
        self.exchange.texts.append(message)
        return message

    def _after(self, seconds: float, message: Message, function: Callable[[], object]) -> None:
        def unless_over() -> None:
            if message.status not in {"delivered", "undelivered", "failed", "canceled", "read"}:
                function()

        self.exchange.clock.after(seconds, unless_over)

    def _carry(self, message: Message) -> None:
        """Bring it to its telephone, as the weather lets it."""
        deliver = partial(self._deliver, message)
        self.exchange.weather.carry(Parcel("deliveries", message.to), deliver, deliver)

    def _deliver(self, message: Message) -> None:
        phone = self.exchange.phone(bare(message.to))
        if message.by_whatsapp and not phone.whatsapp:
            self._is_now(message, "undelivered", 63024)
        elif phone.behaviour == "dead":
            self._is_now(message, "undelivered", 30005)
        elif phone.kind == "landline":
            self._is_now(message, "undelivered", 30006)
        elif phone.behaviour == "off" and message.by_whatsapp:
            return  # WhatsApp keeps it until the telephone is on again
        elif phone.behaviour == "off":
            self._after(message.validity, message, partial(self._is_now, message, "undelivered", 30036))
        else:
            if message.status != "delivered":
                self._is_now(message, "delivered")
            phone.texts.append(replace(message))  # what the carrier forgets later, the telephone keeps

    def was_read(self, message: Message) -> None:
        """Somebody has read a WhatsApp message, and their telephone tells."""
        ours = next((text for text in self.exchange.texts if text.sid == message.sid), None)
        if ours is not None and ours.status == "delivered":
            self._is_now(ours, "read")

    def _is_now(self, message: Message, status: str, error: int | None = None) -> None:
        message.status, message.error_code = status, error
        message.updated_at = self.exchange.clock.now()
        if status == "sent":
            message.sent_at = message.updated_at
        if message.status_callback:
            form = [*self._form(message), ("MessageStatus", status), ("SmsStatus", status)]
            form += [("ErrorCode", str(error)), ("ErrorMessage", MEANINGS[error])] if error else []
            form += whatsapp.of_channel(message.to) if message.by_whatsapp else []
            self.exchange.report(Parcel("messages", message.sid, status), Fetch(message.status_callback, form))

    def _form(self, message: Message) -> Form:
        return [
            ("AccountSid", self.exchange.account_sid),
            ("ApiVersion", "2010-04-01"),
            ("From", message.sender),
            ("MessageSid", message.sid),
            ("SmsSid", message.sid),
            ("To", message.to),
        ]

    def _inbound_form(self, message: Message, opt: str | None) -> Form:
        """Give the fields: https://www.twilio.com/docs/messaging/guides/webhook-request"""
        form = [
            *self._form(message),
            ("Body", message.body),
            ("NumMedia", "0"),
            ("NumSegments", str(message.parts)),
            ("SmsMessageSid", message.sid),
            ("SmsStatus", "received"),
        ]
        if message.by_whatsapp:
            form += [*whatsapp.from_somebody(self.exchange.phone(bare(message.sender)))]
        return [*form, ("OptOutType", opt)] if opt else form

    def _opt(self, sender: str, number: str, body: str) -> str | None:
        word = body.strip().upper()
        pair = (sender, number)
        if word in STOP_WORDS:
            self.stopped.add(pair)
            return "STOP"
        if word == "START" or (word in START_WORDS and pair in self.stopped):
            self.stopped.discard(pair)
            return "START"
        return "HELP" if word in HELP_WORDS else None

    def _ask(self, message: Message, fetch: Fetch, *, last: bool) -> None:
        """Ask what to answer; on any trouble the fallback is asked, unless this is the last to be asked."""
        self.exchange.clock.work(self.exchange.webhook(fetch), partial(self._answered, message, fetch, last=last))

    def _answered(self, message: Message, fetch: Fetch, answer: WireAnswer | WireError, *, last: bool) -> None:
        try:
            page = self._read(answer, fetch.url)
            for verb in page.verbs if page else []:
                if verb.name == "Redirect":
                    again = Fetch(page.address(verb.text) if page else "", fetch.form, verb.get("method", "POST"))
                    self._ask(message, again, last=last)
                    return
                self._reply(message, " ".join([verb.text, *(child.text for child in verb.children)]).strip())
        except TwimlError as error:
            self.exchange.blame(error.code, error.about, f"{fetch.url} for a text from {message.sender}")
            number = self.exchange.numbers[bare(message.to)]
            if number.sms_fallback_url and not last:
                form = [*fetch.form, ("ErrorCode", str(error.code)), ("ErrorUrl", fetch.url)]
                self._ask(message, Fetch(number.sms_fallback_url, form, number.sms_fallback_method), last=True)

    def _read(self, answer: WireAnswer | WireError, url: str) -> Page | None:
        if isinstance(answer, WireError):
            raise TwimlError(11205, str(answer))
        if answer.status == 204:  # the one empty answer a text may have
            return None
        if answer.status != 200:
            raise TwimlError(11200, f"answered {answer.status}")
        if not answer.body.strip():
            raise TwimlError(12100, "answered with an empty document")
        return twiml.read(answer.body, answer.content_type, url, grammar.MESSAGING)

    def _reply(self, message: Message, body: str) -> None:
        if not body or len(body) > LONGEST_BODY:
            raise TwimlError(12200, f"<Message> has 1 to {LONGEST_BODY} characters, not {len(body)}")
        if (message.sender, message.to) in self.stopped:
            raise TwimlError(21610, f"{message.sender} has said STOP")
        self.send(message.to, message.sender, body, None, DEFAULT_VALIDITY, "outbound-reply")
