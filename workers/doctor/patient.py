"""What is examined: each part is opened when it is first asked for, so that one that is broken stops only what needs it."""

from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis
from twilio.http.http_client import TwilioHttpClient

from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database
from workers.house import queue_at
from workers.telephone import Telephone

PATIENCE = 3.0
"""Seconds for one answer of another machine."""
OWN_QUEUE = Path("var/valkey/address")


@dataclass
class Patient:
    """A deployment, by its settings; `telephone` is its account at the carrier, of which nothing is asked yet."""

    settings: Settings
    clock: Clock
    telephone: Telephone = field(init=False)

    def __post_init__(self) -> None:
        """Make the telephone now: its client takes seconds to load on a small machine, which is no check's fault."""
        self.telephone = Telephone(self.settings, TwilioHttpClient(timeout=PATIENCE))

    @cached_property
    def database(self) -> Database:
        """Its database. Raises `CannotReachError`."""
        return Database(self.settings.database_url)

    @cached_property
    def redis(self) -> Redis:
        """Its queue; without a REDIS_URL, the one that `script/server` runs in this folder, if it does."""
        given = "redis_url" in self.settings.model_fields_set
        return queue_at(self.settings.redis_url if given or not OWN_QUEUE.exists() else OWN_QUEUE.read_text())

    @property
    def is_demo(self) -> bool:
        """Whether its carrier is one of this computer's own: nobody real rings it."""
        return is_here(self.settings.twilio_api_url)

    def close(self) -> None:
        """Give back what was opened."""
        opened = vars(self)
        for name in ("database", "redis"):
            if name in opened:
                opened[name].close()


def is_here(address: str) -> bool:
    """Whether an address means this computer itself."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def shown(address: str) -> str:
    """An address without what may be secret in it: no name, password or query."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
