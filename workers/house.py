"""What the workers stand on. RQ finds jobs by name and gives them ids only, so the rest is held here, once a process."""

from dataclasses import dataclass

from redis import Redis

from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database
from workers.telephone import Telephone


@dataclass(frozen=True)
class House:
    """Settings, database, telephone, queue and clock."""

    settings: Settings
    database: Database
    telephone: Telephone
    redis: "Redis"
    clock: Clock


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
