"""One leg: one telephone's connection to the exchange, and the running of its script.

A script is a generator. It yields what it waits for, a webhook or time or something the person does, and the leg
resumes it. So the same script serves a test's clock and a real one. A script is interrupted by an exception: the
person hung up, somebody moved the call, the queue gave the caller to a handler.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.steps import Fetch, HungUpError, InterruptError, Key, Script, Spoken, Step, Wait
from simulator.wire import Form, WireAnswer, WireError

if TYPE_CHECKING:
    from simulator.bridge import Bridge
    from simulator.clock import Timer
    from simulator.conferences import Participant
    from simulator.exchange import Exchange
    from simulator.notices import CallNotices
    from simulator.phone import Phone

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""The states a call does not leave: https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""


@dataclass(frozen=True)
class Line:
    """One thing on a leg: `heard` by the person, done by the person (`did`), or a `note` of what happened."""

    at: datetime
    words: str
    kind: str = "heard"


@dataclass
class Parties:
    """Who rings whom, and how the call came about."""

    caller: str
    called: str
    direction: str
    parent: Leg | None = None


@dataclass
class Times:
    """The instants of a call's life."""

    created: datetime
    updated: datetime
    started: datetime | None = None
    ended: datetime | None = None


@dataclass
class Running:
    """Where the script stands."""

    script: Script | None = None
    step: Step | None = None
    timer: Timer | None = None
    ticket: int = 0
    inbox: list[object] = field(default_factory=list)
    interrupts: list[InterruptError] = field(default_factory=list)


class Leg:
    """One leg, from queued to over. `status` is the carrier's word for where it is."""

    def __init__(self, exchange: Exchange, phone: Phone, parties: Parties) -> None:
        self.exchange, self.phone, self.parties = exchange, phone, parties
        self.sid = exchange.new_sid("CA")
        self.status = "queued"
        now = exchange.clock.now()
        self.times = Times(now, now)
        self.transcript: list[Line] = []
        self.talks_until = now
        self.bridge: Bridge | None = None
        self.participant: Participant | None = None
        self.notices: CallNotices | None = None
        self.fallback: tuple[str, str] | None = None
        self.on_over: Callable[[Leg], object] | None = None
        self._running = Running()
        exchange.calls.append(self)

    def __repr__(self) -> str:
        return f"<{self.parties.direction} {self.sid[:6]} {self.phone.name} {self.status}>"

    @property
    def over(self) -> bool:
        """Say whether the line is gone; its script may still have a last word to fetch."""
        return self.status in OVER

    @property
    def talks_to(self) -> list[Leg]:
        """Give everybody it can hear now: the other end of a bridge, or those in its conference."""
        if self.bridge is not None:
            return [self.bridge.opposite(self)]
        return list(self.participant.hears) if self.participant is not None else []

    @property
    def seconds_talked(self) -> int:
        """Give the whole seconds since it was answered, up to its end."""
        if self.times.started is None:
            return 0
        end = self.times.ended or self.exchange.clock.now()
        return int((end - self.times.started).total_seconds())

    def form(self) -> Form:
        """Give what every webhook of a call carries: https://www.twilio.com/docs/voice/twiml#request-parameters"""
        who = self.parties
        fields = [
            ("AccountSid", self.exchange.account_sid),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", self.sid),
            ("CallStatus", self.status),
            ("Called", who.called),
            ("Caller", who.caller),
            ("Direction", who.direction),
            ("From", who.caller),
            ("To", who.called),
        ]
        return [*fields, ("ParentCallSid", who.parent.sid)] if who.parent else fields

    def note(self, words: str, kind: str = "") -> None:
        """Write down something heard, done, or that happened on this leg."""
        kind = kind or ("note" if words.startswith("— ") else "heard")
        self.transcript.append(Line(self.exchange.clock.now(), words, kind))

    def begin(self, script: Script, after: float = 0.0) -> None:
        """Start its life."""
        self._running.script = script
        self.exchange.clock.after(after, partial(self._resume, None))

    def is_now(self, status: str) -> None:
        """Move to a state and tell whoever asked to be told."""
        self.status = status
        self.times.updated = self.exchange.clock.now()
        if status == "in-progress":
            self.times.started = self.times.updated
        if self.notices is not None:
            self.notices.tell(self)

    def end(self, status: str = "completed") -> None:
        """Put the line down, whoever did it. A second time is harmless."""
        if self.over:
            return
        self.times.ended = self.exchange.clock.now()
        self.is_now(status)
        self.note({"completed": "— the line is down —"}.get(status, f"— {status} —"))
        self.phone.dropped(self)
        if self._running.step is not None:  # a script that is running just now ends itself
            self.interrupt(HungUpError())
        if self.on_over is not None:
            self.on_over(self)

    def post(self, event: object) -> None:
        """Let the script know of something. A key nobody waits for is lost, as on a real line."""
        if isinstance(event, Spoken):
            self.talks_until = self.exchange.clock.now() + timedelta(seconds=event.seconds)
        if isinstance(event, Key | Spoken) and not self.waits_for(type(event)):
            return
        self._running.inbox.append(event)
        self.exchange.clock.after(0, self._consider)

    def interrupt(self, why: InterruptError) -> None:
        """Break into the script, or do so as soon as its webhook has come back."""
        if self._running.script is None:
            return
        self._running.interrupts.append(why)
        self.exchange.clock.after(0, self._consider)

    def forget_interrupts(self, kind: type[InterruptError]) -> None:
        """Drop those of a kind that come too late."""
        self._running.interrupts = [why for why in self._running.interrupts if not isinstance(why, kind)]

    def forget_keys(self) -> None:
        """Drop keys pressed before they were asked for."""
        self._running.inbox = [event for event in self._running.inbox if not isinstance(event, Key)]

    def waits_for(self, event: type[Any]) -> bool:
        """Say whether the script is listening for such a thing now."""
        step = self._running.step
        return isinstance(step, Wait) and event in step.events

    def _consider(self) -> None:
        """Resume the script if something has come for what it waits for."""
        running = self._running
        if not isinstance(running.step, Wait):
            return
        if running.interrupts:
            self._resume(running.interrupts.pop(0))
            return
        for event in running.inbox:
            if isinstance(event, running.step.events):
                running.inbox.remove(event)
                self._resume(event)
                return

    def _time_is_up(self, ticket: int) -> None:
        if ticket == self._running.ticket:
            self._resume(None)

    def _fetched(self, ticket: int, answer: WireAnswer | WireError) -> None:
        if ticket != self._running.ticket:
            return
        interrupts = self._running.interrupts
        self._resume(interrupts.pop(0) if interrupts else answer)

    def _resume(self, value: object) -> None:
        running = self._running
        if running.script is None:
            return
        if running.timer is not None:
            running.timer.cancel()
        running.step, running.timer = None, None
        running.ticket += 1
        try:
            step = _step(running.script, value)
        except (StopIteration, InterruptError):
            running.script = None
            self.end()
            return
        self._take(step)

    def _take(self, step: Step) -> None:
        running, clock = self._running, self.exchange.clock
        running.step = step
        if isinstance(step, Fetch):
            clock.work(self.exchange.page(step), partial(self._fetched, running.ticket))
            return
        if step.seconds is not None:
            running.timer = clock.after(step.seconds, partial(self._time_is_up, running.ticket))
        if running.interrupts or running.inbox:
            clock.after(0, self._consider)


def _step(script: Script, value: object) -> Step:
    """Run a script to its next step, with what it waited for or with what broke it off."""
    if isinstance(value, InterruptError):
        return script.throw(value)
    return script.send(value)
