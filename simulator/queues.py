"""Call queues, and the verb that puts a caller into one: https://www.twilio.com/docs/voice/twiml/enqueue"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator import grammar
from simulator.bridge import Bridge
from simulator.script import BrokenError, Doing, HangUpError, LeftError, Player, does
from simulator.steps import HungUpError, MovedError, Step, TakenError, Wait
from simulator.wire import Form

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.leg import Leg
    from simulator.twiml import Page, Verb

MOST_MEMBERS = 1000
MUSIC_SECONDS = 30.0


class Joined:
    """Somebody joined a queue that a <Dial> is waiting at."""


@dataclass
class Member:
    """One caller waiting. `result` is what the action will be told if the wait ends now."""

    leg: Leg
    queue: CallQueue
    joined_at: datetime
    result: str = "hangup"

    @property
    def seconds(self) -> int:
        """Give the whole seconds waited."""
        return int((self.leg.exchange.clock.now() - self.joined_at).total_seconds())

    def waiting_form(self) -> Form:
        """Give what a wait document's request carries beside the call."""
        queue = self.queue
        return [
            ("QueueSid", queue.sid),
            ("QueueTime", str(self.seconds)),
            ("QueuePosition", str(queue.members.index(self) + 1)),
            ("AvgQueueTime", str(queue.average_seconds)),
            ("CurrentQueueSize", str(len(queue.members))),
        ]

    def result_form(self) -> Form:
        """Give what the action's request carries beside the call."""
        return [
            ("QueueResult", self.result),
            ("QueueSid", self.queue.sid),
            ("QueueTime", str(self.seconds)),
        ]


@dataclass
class CallQueue:
    """A queue: first in, first out. The one who dials it waits in `watchers` while it is empty."""

    exchange: Exchange
    sid: str
    name: str
    created_at: datetime
    members: list[Member] = field(default_factory=list)
    watchers: list[Leg] = field(default_factory=list)
    max_size: int = MOST_MEMBERS

    @property
    def average_seconds(self) -> int:
        """Give the mean wait of those in it now."""
        return sum(member.seconds for member in self.members) // len(self.members) if self.members else 0

    def join(self, member: Member) -> None:
        """Put a caller at the end, and wake whoever waits for one."""
        self.members.append(member)
        for leg in self.watchers:
            leg.post(Joined())

    def leave(self, member: Member) -> None:
        """Take a caller out. A second time is harmless."""
        if member in self.members:
            self.members.remove(member)

    def give(self, dialler: Leg, url: str | None, method: str) -> Bridge | None:
        """Give the first caller to a leg; the bridge connects when the caller has heard `url`."""
        if not self.members:
            return None
        member = self.members.pop(0)
        member.result = "bridging-in-process"
        bridge = Bridge(dialler, member.leg)
        member.leg.interrupt(TakenError(bridge, url, method))
        return bridge


@does("Enqueue")
def enqueue(player: Player, verb: Verb, page: Page) -> Doing:
    """Wait in a queue. Every way out asks the action, with `QueueResult` saying which it was."""
    queue = player.leg.exchange.queue(verb.text)
    member = Member(player.leg, queue, player.leg.exchange.clock.now())
    action = page.address(verb.attributes["action"]) if "action" in verb.attributes else None
    method = verb.get("method", "POST")
    try:
        yield from _wait(player, verb, page, member)
    except (HungUpError, MovedError, HangUpError) as why:
        _give_reason(member, why)
        if action:
            yield from player.ask(action, member.result_form(), method)
        raise
    finally:
        queue.leave(member)
    return (yield from player.fetch(action, member.result_form(), method)) if action else None


def _give_reason(member: Member, why: Exception) -> None:
    if isinstance(why, MovedError):
        member.result = "redirected-from-bridged" if member.result == "bridged" else "redirected"
    if isinstance(why, HangUpError):
        member.leg.end()


def _wait(player: Player, verb: Verb, page: Page, member: Member) -> Generator[Step, Any, None]:
    if len(member.queue.members) >= min(member.queue.max_size, verb.seconds("maxQueueSize", MOST_MEMBERS)):
        member.result = "queue-full"
        return
    member.queue.join(member)
    try:
        yield from _hear_wait_document(player.leg, verb, page, member)
    except LeftError:
        member.result = "leave"
    except BrokenError:
        member.result = "error"
    except TakenError as taken:
        yield from _be_connected(player.leg, taken, member)


def _hear_wait_document(leg: Leg, verb: Verb, page: Page, member: Member) -> Generator[Step, Any, None]:
    """Play the wait document again and again; it ends only by an exception."""
    player = Player(leg, grammar.WAITING, has_fallback=False)
    clock = leg.exchange.clock
    while True:
        begun = clock.now()
        if "waitUrl" in verb.attributes:
            url, method = page.address(verb.attributes["waitUrl"]), verb.get("waitUrlMethod", "POST")
            yield from player.play((yield from player.fetch(url, member.waiting_form(), method)))
        else:
            yield from player.hear("(hold music)", MUSIC_SECONDS)
        if clock.now() == begun:  # a document without sound would otherwise be asked for without end
            yield Wait(1.0)


def _be_connected(leg: Leg, taken: TakenError, member: Member) -> Generator[Step, Any, None]:
    """Hear what comes first, then talk until the bridge is over."""
    bridge = taken.bridge
    try:
        if taken.url:
            player = Player(leg, grammar.BEFORE_BRIDGE, has_fallback=False)
            extra = [("QueueSid", member.queue.sid), ("QueueTime", str(member.seconds))]
            extra.append(("DequeingCallSid", bridge.dialler.sid))
            yield from player.play((yield from player.fetch(taken.url, extra, taken.method)))
        if bridge.over:
            return
        bridge.connect()
        member.result = "bridged"
        yield from bridge.last(leg)
    except BrokenError:
        member.result = "error"
    finally:
        bridge.end()
