"""One call as the person at the telephone has it: what they hear, press and say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.steps import Answered, Key, Refused, Spoken

if TYPE_CHECKING:
    from simulator.leg import Leg
    from simulator.phone import Phone


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
        """Say something: heard by whoever it talks to, or kept by a recording."""
        self.leg.note(f"> {words}", "did")
        if self.leg.participant is None or not self.leg.participant.muted:
            for other in self.leg.talks_to:
                other.note(f"{self.phone.name}: {words}")
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
        legs = self.leg.talks_to
        return other.leg in legs if isinstance(other, PhoneCall) else other in [leg.phone for leg in legs]

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
