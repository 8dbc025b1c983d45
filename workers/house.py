"""What the workers stand on. RQ finds jobs by name and gives them ids only, so the rest is held here, once a process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from helpline import logs
from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database

if TYPE_CHECKING:
    from workers.telephone import Telephone  # twelve megabytes that the clock has no need of

log = logs.get("workers")


class QueueNews:
    """Says once that the queue is away, and once that it is back."""

    def __init__(self) -> None:
        self.away = False

    def hear(self, *, away: bool) -> None:
        """Whether the queue has just been found away."""
        if away and not self.away:
            log.warning("the queue is away; what is owed stays owed, and is tried again")
        if self.away and not away:
            log.warning("the queue is back")
        self.away = away


@dataclass(frozen=True, kw_only=True)
class Tower:
    """What the clock stands on: settings, database, queue and time."""

    settings: Settings
    database: Database
    redis: Redis
    clock: Clock
    queue_news: QueueNews = field(default_factory=QueueNews)


@dataclass(frozen=True, kw_only=True)
class House(Tower):
    """What the queue's jobs stand on: the telephone too."""

    telephone: Telephone


def queue_at(url: str) -> Redis:
    """A connection to the queue that fails at once when it is away: redis-py would try for seconds, and the clock must not wait."""
    return Redis.from_url(url, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


class _Held:
    house: House | None = None


def use(house: House) -> House:
    """Hold this house for every job of this process."""
    _Held.house = house
    return house


def current() -> House:
    """The house of this process."""
    if _Held.house is None:
        raise RuntimeError("house.use(house) has not been called")
    return _Held.house
