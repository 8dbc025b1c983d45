"""Telephones, and the people at them: what tests and the switchboard page do with a handset."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.leg import Answered, Key, Leg, Refused, Spoken

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.messages import Message

BEHAVIOURS = ("person", "answerphone", "off", "no answer", "busy")
ANSWERPHONE_PICKS_UP, ANSWERPHONE_STOPS = 4.0, 60.0
GREETING = "You have reached a voicemail. Please leave a message after the tone."
WITHHELD = "+266696687"
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class Phone:
    """One telephone. `kind` is mobile or landline; `behaviour` is what happens when nobody acts for it."""

    def __init__(self, exchange: Exchange, number: str) -> None:
        self.exchange, self.number, self.name = exchange, number, number
        self.note, self.kind, self.behaviour = "", "mobile", "person"
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
        """Say what happens when nobody acts for it: person, answerphone, off, no answer, busy."""
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"A telephone behaves as one of {', '.join(BEHAVIOURS)}, not {behaviour!r}.")
        self.behaviour = behaviour
        if behaviour != "off":
            self.exchange.post_office.telephone_is_on(self)
        return self

    def sends(self, body: str, to: str | None = None) -> Phone:
        """Send a text to the helpline."""
        if self.kind == "landline":
            raise ValueError(f"{self.name} has a landline, which sends no texts.")
        self.exchange.post_office.receive(self, self.exchange.the_number(to), body)
        self.exchange.clock.until(lambda: False, 0)
        return self

    def receives(self, containing: str = "", within: float = 10) -> ReceivedText:
        """Let time pass until there is an unread text with those words in it; it is read then."""
        if not self.exchange.clock.until(lambda: self._unread(containing) is not None, within):
            raise AssertionError(f"{self.name} got no text with {containing!r} within {within} s.\n{self._story()}")
        message = self._unread(containing)
        assert message is not None  # noqa: S101  # the clock has just said so
        self.read.add(message.sid)
        return ReceivedText(self, message)

    def receives_nothing(self, for_seconds: float = 20) -> None:
        """Let time pass; there must be no unread text."""
        if self.exchange.clock.until(lambda: self._unread("") is not None, for_seconds):
            message = self._unread("")
            raise AssertionError(f"{self.name} got a text: {message.body if message else ''!r}.\n{self._story()}")

    def rung(self, leg: Leg) -> None:
        """A call arrives here; told by the exchange."""
        if self.behaviour == "off":
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
        unread = (text for text in self.texts if text.sid not in self.read)
        return next((text for text in unread if plain(containing) in plain(text.body)), None)

    def _later(self, seconds: float, leg: Leg, event: object) -> None:
        self.exchange.clock.after(seconds, lambda: leg.post(event))

    def _answerphone(self, leg: Leg) -> None:
        if leg.status == "ringing":
            leg.post(Answered())
            leg.note(f"(answerphone: {GREETING})", "did")
            self.exchange.clock.after(ANSWERPHONE_STOPS, leg.end)

    def _story(self) -> str:
        return f"So far:\n{self.exchange.transcript()}"


def plain(words: str) -> str:
    """Give words without regard to capitals, spaces and the shape of quotation marks."""
    return " ".join(words.replace("’", "'").casefold().split())  # noqa: RUF001  # the curly one is meant


class PhoneCall:
    """One call as the person at the telephone has it. Everything that lets time pass returns the call."""

    def __init__(self, phone: Phone, leg: Leg, *, incoming: bool) -> None:
        self.phone, self.leg, self.incoming = phone, leg, incoming
        self._listened = 0

    @property
    def is_on(self) -> bool:
        """Say whether the person is on this call now: dialled or answered, and not over."""
        return not self.leg.over and (self.leg.status == "in-progress" or not self.incoming)

    @property
    def ended(self) -> bool:
        """Say whether the line is down."""
        return self.leg.over

    @property
    def sid(self) -> str:
        """Give the carrier's identity of this leg."""
        return self.leg.sid

    @property
    def transcript(self) -> list[str]:
        """Give everything heard and done on this call, a line each."""
        return [line.words for line in self.leg.transcript]

    def hears(self, words: str, limit: float = 30) -> PhoneCall:
        """Let time pass until the words are heard; only what came after the last `hears` counts."""
        wanted = plain(words)
        self._until(lambda: wanted in self._heard()[self._listened :] or self.ended, limit)
        place = self._heard().find(wanted, self._listened)
        if place < 0:
            self._fail(f"did not hear {words!r} within {limit} s")
        self._listened = place + len(wanted)
        return self

    def does_not_hear(self, words: str, for_seconds: float = 10) -> PhoneCall:
        """Let time pass; the words must not be heard."""
        if self._until(lambda: plain(words) in self._heard()[self._listened :], for_seconds):
            self._fail(f"heard {words!r}")
        return self

    def press(self, keys: str) -> PhoneCall:
        """Press keys one after another."""
        for key in keys:
            if key not in "0123456789*#":
                raise ValueError(f"There is no key {key!r} on a telephone.")
            self.leg.note(f"> {key}", "did")
            self.leg.post(Key(key))
            self.settle()
        return self

    def wait(self, seconds: float) -> PhoneCall:
        """Let time pass."""
        self._until(lambda: False, seconds)
        return self

    def until_ended(self, limit: float = 60) -> PhoneCall:
        """Let time pass until the line is down."""
        if not self._until(lambda: self.ended, limit):
            self._fail(f"the line was still up after {limit} s")
        return self

    def speaks(self, seconds: float, words: str = "") -> PhoneCall:
        """Talk for so many seconds, to a recording or to nobody."""
        self.says(words or f"(speaks for {seconds:g} s)", seconds)
        return self.wait(seconds)

    def says(self, words: str, seconds: float = 2.0) -> PhoneCall:
        """Say something: heard by the other side of a bridge, or kept by a recording."""
        self.leg.note(f"> {words}", "did")
        if self.leg.bridge is not None:
            self.leg.bridge.opposite(self.leg).note(f"{self.phone.name}: {words}")
        self.leg.post(Spoken(seconds, words))
        self.settle()
        return self

    def answer(self) -> PhoneCall:
        """Pick up a ringing call."""
        if self.leg.status != "ringing":
            self._fail(f"could not answer: the call is {self.leg.status}")
        self.leg.post(Answered())
        self.settle()
        return self

    def decline(self) -> PhoneCall:
        """Turn a ringing call away."""
        self.leg.post(Refused("busy"))
        self.settle()
        return self

    def hang_up(self) -> PhoneCall:
        """Put the telephone down; a call still ringing here is declined."""
        if self.incoming and self.leg.status == "ringing":
            return self.decline()
        self.leg.note("> rings off", "did")
        self.leg.end("completed")
        self.settle()
        return self

    def is_bridged_with(self, other: PhoneCall | Phone) -> bool:
        """Say whether the two can hear each other now."""
        if self.leg.bridge is None:
            return False
        opposite = self.leg.bridge.opposite(self.leg)
        return opposite is other.leg if isinstance(other, PhoneCall) else opposite.phone is other

    def settle(self) -> None:
        """Let everything due at this instant happen."""
        self._until(lambda: False, 0)

    def _until(self, happened: Callable[[], bool], limit: float) -> bool:
        return self.phone.exchange.clock.until(happened, limit)

    def _heard(self) -> str:
        return " ".join(plain(line.words) for line in self.leg.transcript if line.kind != "did")

    def _fail(self, what: str) -> None:
        story = self.phone.exchange.transcript()
        raise AssertionError(f"{self.phone.name} {what}.\nSo far:\n{story}")


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
    def link(self) -> str:
        """Give the first address in it."""
        found = LINK.search(self.body)
        if found is None:
            raise AssertionError(f"There is no link in the text {self.body!r}.")
        return found[0]

    def replies(self, body: str) -> Phone:
        """Answer it."""
        return self.phone.sends(body, to=self.message.sender)
