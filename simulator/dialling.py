"""The verb that connects a caller to somebody: https://www.twilio.com/docs/voice/twiml/dial"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator import conferences
from simulator.bridge import Bridge, Connected, Parted
from simulator.errors import TwimlError
from simulator.leg import Leg, Parties
from simulator.notices import CallNotices
from simulator.queues import Joined
from simulator.ringing import be_called, ring
from simulator.script import Doing, Player, does
from simulator.steps import HungUpError, Step, Wait
from simulator.wire import Form

if TYPE_CHECKING:
    from simulator.twiml import Page, Verb

LONGEST_TALK = 14400.0
"""Four hours, the carrier's default time limit in seconds."""


@dataclass(frozen=True)
class ChildAnswered:
    """One of the numbers rung picked up."""

    leg: Leg


@dataclass(frozen=True)
class ChildReady:
    """The one who picked up has heard the whisper, and is still there."""

    leg: Leg


@dataclass(frozen=True)
class ChildOver:
    """One of the legs is over."""

    leg: Leg


@dataclass
class Outcome:
    """How the dialling went, for the action."""

    status: str = "no-answer"
    child: Leg | None = None
    bridge: Bridge | None = None
    children: list[Leg] = field(default_factory=list)
    conferred: bool = False

    def form(self) -> Form:
        """Give the fields: https://www.twilio.com/docs/voice/twiml/dial#attributes-action"""
        bridged = self.bridge is not None and self.bridge.connected_at is not None
        form = [("DialCallStatus", self.status)]
        if self.conferred:
            return form
        form.append(("DialBridged", "true" if bridged else "false"))
        if self.child is not None:
            form.append(("DialCallSid", self.child.sid))
        if self.bridge is not None and bridged:
            form.append(("DialCallDuration", str(self.bridge.seconds)))
        return form

    def clear_up(self) -> None:
        """Let go of everybody who is still on a line because of this."""
        if self.bridge is not None:
            self.bridge.end()
        for leg in self.children:
            if leg.on_over is None:  # moved elsewhere by the REST API
                continue
            leg.end("completed" if leg.status == "in-progress" else "canceled")


@does("Dial")
def dial(player: Player, verb: Verb, page: Page) -> Doing:
    """Ring numbers, fetch the first caller of a queue, or join a conference, and talk; then ask the action if there is one."""
    outcome = Outcome()
    action = page.address(verb.attributes["action"]) if "action" in verb.attributes else None
    method = verb.get("method", "POST")
    try:
        if verb.children and verb.children[0].name == "Queue":
            yield from _dial_queue(player, verb, page, outcome)
        elif verb.children and verb.children[0].name == "Conference":
            yield from _dial_conference(player, verb, page, outcome)
        else:
            yield from _dial_numbers(player, verb, page, outcome)
    except HungUpError:
        outcome.status = "completed" if outcome.bridge or outcome.conferred else "canceled"
        outcome.clear_up()
        if action:
            yield from player.ask(action, outcome.form(), method)
        raise
    finally:
        outcome.clear_up()
    return (yield from player.fetch(action, outcome.form(), method)) if action else None


def _talk(player: Player, verb: Verb, bridge: Bridge) -> Generator[Step, Any, None]:
    star = verb.get("hangupOnStar", "false") == "true"
    yield from bridge.last(player.leg, float(verb.seconds("timeLimit", int(LONGEST_TALK))), star=star)


def _dial_queue(player: Player, verb: Verb, page: Page, outcome: Outcome) -> Generator[Step, Any, None]:
    """Fetch the first caller; while the queue is empty wait for one until the time-out."""
    noun, leg = verb.children[0], player.leg
    queue = leg.exchange.queue_named(noun.text)
    if queue is None:
        outcome.status = "failed"
        return
    url = page.address(noun.attributes["url"]) if "url" in noun.attributes else None
    ends = leg.exchange.clock.now() + timedelta(seconds=verb.seconds("timeout", 30))
    queue.watchers.append(leg)
    try:
        while outcome.bridge is None:
            bridge = queue.give(leg, url, noun.get("method", "POST"))
            left = (ends - leg.exchange.clock.now()).total_seconds()
            if bridge is None and (left <= 0 or (yield Wait(left, (Joined,))) is None):
                return
            outcome.bridge = bridge
            if bridge is not None and not (yield from _connects(bridge)):
                outcome.bridge = None
    finally:
        queue.watchers.remove(leg)
    outcome.status = "completed"
    yield from _talk(player, verb, outcome.bridge)


def _dial_conference(player: Player, verb: Verb, page: Page, outcome: Outcome) -> Generator[Step, Any, None]:
    """Be in a conference; its time-out and the number shown have no meaning there."""
    outcome.conferred = True
    longest = float(verb.seconds("timeLimit", int(LONGEST_TALK)))
    there = yield from conferences.take_part(player, verb, page, longest)
    outcome.status = "answered" if there else "failed"


def _connects(bridge: Bridge) -> Generator[Step, Any, bool]:
    """Wait for the caller to have heard what comes first; say whether they stayed."""
    while not bridge.over and bridge.connected_at is None:
        yield Wait(None, (Connected, Parted))
    return bridge.connected_at is not None


def _dial_numbers(player: Player, verb: Verb, page: Page, outcome: Outcome) -> Generator[Step, Any, None]:
    """Ring them all at once; the first that picks up ends the ringing of the others."""
    for noun in verb.children or [verb]:
        outcome.children.append(_place(player, verb, noun, page))
    waiting = list(outcome.children)
    while waiting:
        event = yield Wait(None, (ChildAnswered, ChildReady, ChildOver))
        if isinstance(event, ChildAnswered):
            outcome.child = event.leg
            for other in [leg for leg in waiting if leg is not event.leg]:
                other.end("canceled")
        elif isinstance(event, ChildReady):
            outcome.bridge = Bridge(player.leg, event.leg)
            outcome.bridge.connect()
            outcome.status = "completed"
            yield from _talk(player, verb, outcome.bridge)
            return
        elif event.leg in waiting:
            waiting.remove(event.leg)
            if outcome.child in {None, event.leg}:
                outcome.status = event.leg.status if event.leg.over else "completed"
    outcome.child = outcome.child or outcome.children[-1]


def _place(player: Player, verb: Verb, noun: Verb, page: Page) -> Leg:
    """Place one leg to a number; legs placed by a document leave at once, none waits for another."""
    parent, exchange = player.leg, player.leg.exchange
    caller = verb.attributes.get("callerId", parent.parties.caller)
    if caller not in exchange.numbers and caller != parent.parties.caller:
        raise TwimlError(13214, f"{caller!r} may not be shown: it is no number of this account, nor the caller's")
    if noun.text in exchange.numbers:
        raise TwimlError(12400, f"{noun.text} is a number of this account: ringing ourselves is not simulated")
    child = Leg(exchange, exchange.phone(noun.text), Parties(caller, noun.text, "outbound-dial", parent))
    child.on_over = lambda leg: parent.post(ChildOver(leg))
    child.notices = _notices(noun, page)
    url = page.address(noun.attributes["url"]) if "url" in noun.attributes and noun is not verb else None
    script = be_called(
        child,
        url,
        noun.get("method", "POST"),
        lambda: parent.post(ChildReady(child)),
        noun.get("sendDigits", ""),
    )
    answered = lambda: parent.post(ChildAnswered(child))  # noqa: E731  # two small messages to the parent
    child.begin(ring(child, float(verb.seconds("timeout", 30)), script, answered))
    return child


def _notices(noun: Verb, page: Page) -> CallNotices | None:
    if "statusCallback" not in noun.attributes:
        return None
    events = frozenset(noun.get("statusCallbackEvent", "completed").split())
    return CallNotices(
        page.address(noun.attributes["statusCallback"]), noun.get("statusCallbackMethod", "POST"), events
    )
