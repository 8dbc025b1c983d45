"""Telephones, and the people at them: what tests and the switchboard page do with a handset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.handset import PhoneCall, plain
from simulator.leg import Leg
from simulator.steps import Answered, Refused
from simulator.whatsapp import bare, is_address

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.messages import Message

BEHAVIOURS = ("person", "answerphone", "off", "no answer", "busy", "dead")
ANSWERPHONE_PICKS_UP, ANSWERPHONE_STOPS = 4.0, 60.0
GREETING = "You have reached a voicemail. Please leave a message after the tone."
WITHHELD = "+266696687"
"""What stands for a withheld number: the letters ANONYMOUS on a keypad."""
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class Phone:
    """One telephone. `kind` is mobile or landline; `behaviour` is what happens when nobody acts for it.

    `whatsapp` says that it has WhatsApp, and `tells_read` that it lets a sender know what was read.
    """

    def __init__(self, exchange: Exchange, number: str) -> None:
        self.exchange, self.number, self.name = exchange, number, number
        self.note, self.kind, self.behaviour = "", "mobile", "person"
        self.whatsapp, self.tells_read = False, True
        self.calls: list[PhoneCall] = []
        self.texts: list[Message] = []
        self.sent: list[Message] = []
        self.read: set[str] = set()

    def __repr__(self) -> str:
        return f"<{self.name} {self.number}>"

    @property
    def call(self) -> PhoneCall | None:
        """The call this telephone is on, if any."""
        return next((call for call in self.calls if call.is_on), None)

    @property
    def ringing(self) -> PhoneCall | None:
        """The call ringing here, if any."""
        return next((call for call in self.calls if call.leg.status == "ringing" and call.incoming), None)

    @property
    def unread(self) -> list[Message]:
        """The texts here that nobody has read yet: at the end of a story, the ones nobody expected."""
        return [text for text in self.texts if text.sid not in self.read]

    def dial(self, to: str | None = None, *, withheld: bool | str = False) -> PhoneCall:
        """Ring the helpline. `withheld` hides the number; a word given there is what arrives instead."""
        shown = withheld if isinstance(withheld, str) else (WITHHELD if withheld else None)
        call = PhoneCall(self, self.exchange.call_from(self, to, shown), incoming=False)
        self.calls.append(call)
        call.settle()
        return call

    def rings(self, within: float = 30, *, answer: bool = True) -> PhoneCall:
        """Let time pass until it rings, and answer it unless told not to."""
        if not self.exchange.clock.until(lambda: self.ringing is not None, within):
            raise AssertionError(f"{self.name}'s telephone did not ring within {within} s.\n{self._story()}")
        call = self.ringing
        assert call is not None  # noqa: S101  # the clock has just said so
        return call.answer() if answer else call

    def does_not_ring(self, for_seconds: float = 20) -> None:
        """Let time pass; it must not ring."""
        if self.exchange.clock.until(lambda: self.ringing is not None, for_seconds):
            raise AssertionError(f"{self.name}'s telephone rang.\n{self._story()}")

    def behaves(self, behaviour: str) -> Phone:
        """Say what happens when nobody acts for it: person, answerphone, off, no answer, busy; or that the number is dead."""
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"A telephone behaves as one of {', '.join(BEHAVIOURS)}, not {behaviour!r}.")
        self.behaviour = behaviour
        if behaviour != "off":
            self.exchange.post_office.telephone_is_on(self)
        return self

    def sends(self, body: str, to: str | None = None, *, by_whatsapp: bool = False) -> Phone:
        """Send a text, or a WhatsApp message, to the helpline."""
        if self.kind == "landline":
            raise ValueError(f"{self.name} has a landline, which sends no texts.")
        if by_whatsapp and not self.whatsapp:
            raise ValueError(f"{self.name}'s telephone has no WhatsApp.")
        self.exchange.post_office.receive(self, self.exchange.the_number(to), body, by_whatsapp=by_whatsapp)
        self.exchange.clock.until(lambda: False, 0)
        return self

    def receives(self, containing: str = "", within: float = 10) -> ReceivedText:
        """Let time pass until there is an unread text with those words in it; it is read then."""
        if not self.exchange.clock.until(lambda: self._unread(containing) is not None, within):
            raise AssertionError(f"{self.name} got no text with {containing!r} within {within} s.\n{self._story()}")
        message = self._unread(containing)
        assert message is not None  # noqa: S101  # the clock has just said so
        self.reads(message)
        return ReceivedText(self, message)

    def reads(self, message: Message) -> None:
        """Read a text."""
        self.read.add(message.sid)
        if self.tells_read and message.by_whatsapp:
            self.exchange.post_office.was_read(message)
            self.exchange.clock.until(lambda: False, 0)

    def receives_nothing(self, for_seconds: float = 20) -> None:
        """Let time pass; there must be no unread text."""
        if self.exchange.clock.until(lambda: self._unread("") is not None, for_seconds):
            message = self._unread("")
            raise AssertionError(f"{self.name} got a text: {message.body if message else ''!r}.\n{self._story()}")

    def rung(self, leg: Leg) -> None:
        """A call arrives here; told by the exchange."""
        if self.behaviour == "dead":
            self._later(1.0, leg, Refused("failed"))
        elif self.behaviour == "off":
            self._later(2.0, leg, Refused("no-answer"))
        elif self.behaviour == "busy" or self.call is not None or self.ringing is not None:
            self._later(1.0, leg, Refused("busy"))
        else:
            self.calls.append(PhoneCall(self, leg, incoming=True))
            if self.behaviour == "answerphone":
                self.exchange.clock.after(ANSWERPHONE_PICKS_UP, lambda: self._answerphone(leg))

    def dropped(self, leg: Leg) -> None:
        """The exchange says a line here is down. The telephone needs do nothing."""

    def _unread(self, containing: str) -> Message | None:
        return next((text for text in self.unread if plain(containing) in plain(text.body)), None)

    def _later(self, seconds: float, leg: Leg, event: object) -> None:
        self.exchange.clock.after(seconds, lambda: leg.post(event))

    def _answerphone(self, leg: Leg) -> None:
        if leg.status == "ringing":
            leg.post(Answered())
            leg.note(f"(answerphone: {GREETING})", "did")
            self.exchange.clock.after(ANSWERPHONE_STOPS, leg.end)

    def _story(self) -> str:
        return f"So far:\n{self.exchange.transcript()}"


@dataclass(frozen=True)
class ReceivedText:
    """A text somebody has read."""

    phone: Phone
    message: Message

    @property
    def body(self) -> str:
        """Give its words."""
        return self.message.body

    @property
    def by_whatsapp(self) -> bool:
        """Say whether it came by WhatsApp."""
        return self.message.by_whatsapp

    @property
    def link(self) -> str:
        """Give the first address in it."""
        found = LINK.search(self.body)
        if found is None:
            raise AssertionError(f"There is no link in the text {self.body!r}.")
        return found[0]

    def replies(self, body: str) -> Phone:
        """Answer it."""
        sender = self.message.sender
        return self.phone.sends(body, to=bare(sender), by_whatsapp=is_address(sender))
