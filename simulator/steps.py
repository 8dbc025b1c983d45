"""What a script waits for, what may come meanwhile, and what breaks it off."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.wire import Form

if TYPE_CHECKING:
    from simulator.bridge import Bridge
    from simulator.twiml import Page


@dataclass(frozen=True)
class Fetch:
    """Wait for a webhook's answer (a WireAnswer, or a WireError given as a value)."""

    url: str
    form: Form
    method: str = "POST"


@dataclass(frozen=True)
class Wait:
    """Wait so many seconds (None: for ever), or until one of these things happens first."""

    seconds: float | None
    events: tuple[type[Any], ...] = ()


Step = Fetch | Wait
Script = Generator[Step, Any, None]


@dataclass(frozen=True)
class Key:
    """The person pressed a key."""

    digit: str


@dataclass(frozen=True)
class Spoken:
    """The person talks for so many seconds."""

    seconds: float
    words: str = ""


class Answered:
    """The person picked up."""


@dataclass(frozen=True)
class Refused:
    """The telephone does not want the call: busy, no-answer or failed."""

    status: str


class InterruptError(Exception):
    """Something that ends whatever a script is doing."""


class HungUpError(InterruptError):
    """The line is gone."""


class MovedError(InterruptError):
    """The REST API moved the call to another document."""

    def __init__(self, url: str | None, method: str, page: Page | None) -> None:
        super().__init__(url)
        self.url, self.method, self.page = url, method, page


class TakenError(InterruptError):
    """A <Dial><Queue> took the caller out of the queue."""

    def __init__(self, bridge: Bridge, url: str | None, method: str) -> None:
        super().__init__()
        self.bridge, self.url, self.method = bridge, url, method
