"""What is personal in an evening, where it might turn up, and whether it does."""

import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

import httpx
from redis.exceptions import RedisError
from rq.job import Job
from sqlalchemy import select

from helpline import logs
from helpline.errands import Errand
from helpline.history import Event
from helpline.messages import Message
from helpline.rings import Ring
from simulator import ExchangeHttpClient
from simulator.client import Fields
from tests.stories.evening import Doors, Evening
from workers import house
from workers.telephone import Telephone

# What may stand between the digits of a number, as people and programs write them.
APART = r"(?:%20|%2B|[\s().+\-/])*"
OPENED = re.compile(r"/o/[A-Za-z0-9_-]+")


@dataclass
class Personal:
    """Everything of an evening that nobody but its people may read."""

    words: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)

    def found_in(self, text: str) -> set[str]:
        """What of it is in a text, however it is written."""
        plain = text.casefold()
        return (
            {word for word in self.words if word.casefold() in plain}
            | {number for number in self.numbers if re.search(_spelled(number), text)}
            | {secret for secret in self.secrets if re.search(rf"(?<![\d.]){re.escape(secret)}(?!\d)", text)}
        )


def _spelled(number: str) -> str:
    """The last eight digits: with or without its country, its area and the spaces that people put in."""
    return rf"{APART.join(number[-8:])}(?!\d)"


class Channels:
    """Whatever came out, by where it came out: each is a list of texts."""

    def __init__(self) -> None:
        self.log = {"plain": StringIO(), "json": StringIO()}
        self.other: dict[str, list[str]] = {"queue": [], "addresses": [], "carrier": [], "metrics": [], "rows": []}

    @property
    def all(self) -> dict[str, list[str]]:
        """Every channel."""
        return {**{f"{shape} log": out.getvalue().splitlines() for shape, out in self.log.items()}, **self.other}

    def leaks(self, personal: Personal) -> dict[str, set[str]]:
        """What is personal, by the channel it was found in."""
        found = {name: personal.found_in("\n".join(texts)) for name, texts in self.all.items()}
        return {name: what for name, what in found.items() if what}


@contextmanager
def logging_to(channels: Channels) -> Iterator[None]:
    """All logging of this process taken over as a start does it, and given back."""
    root = logging.getLogger()
    known = [logging.getLogger(name) for name in root.manager.loggerDict]
    before = [(one, one.handlers[:], one.propagate, one.level) for one in [root, *known]]
    hooks, raises = (sys.excepthook, threading.excepthook), logging.raiseExceptions
    logs.configure("ivr", "plain", channels.log["plain"])
    root.addHandler(logs.handler("ivr", "json", channels.log["json"]))
    try:
        yield
    finally:
        for one, handlers, propagate, level in before:
            one.handlers, one.propagate, one.level = handlers, propagate, level
            one.setLevel(level)
        (sys.excepthook, threading.excepthook), logging.raiseExceptions = hooks, raises


class TappedDoors(Doors):
    """Doors that keep every address they were asked for, and every one they sent a browser to."""

    channels: Channels

    def ask(self, method: str, url: str, *, cookies: httpx.Cookies | None = None, **what: object) -> httpx.Response:
        """As it was, and kept."""
        # The page that a link opens has it for an address: that is the link. Nothing else of it may be there.
        self.channels.other["addresses"].append(OPENED.sub("/o/…", url))
        answer = super().ask(method, url, cookies=cookies, **what)
        self.channels.other["addresses"].append(OPENED.sub("/o/…", answer.headers.get("location", "")))
        return answer


class TappedClient(ExchangeHttpClient):
    """The carrier's wire, which keeps all that is asked but its body: the carrier must be told the number."""

    channels: Channels

    def request(
        self,
        method: str,
        uri: str,
        params: Fields = None,
        data: Fields = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """As it was, and kept."""
        self.channels.other["carrier"].append(f"{method} {uri} {params or ''} {dict(headers or {})}")
        return super().request(method, uri, params, data, headers, auth, timeout, allow_redirects)


def tap(evening: Evening) -> Channels:
    """Listen to every channel of an evening from now on."""
    channels = Channels()
    evening.doors.__class__ = TappedDoors
    evening.doors.channels = channels  # type: ignore[attr-defined]
    client = TappedClient(evening.exchange, timeout=10)
    client.channels = channels

    def download(address: str, auth: tuple[str, str]) -> tuple[int, bytes]:
        channels.other["carrier"].append(f"GET {address}")
        return evening._download(address, auth)

    here = evening.house
    telephone = Telephone(here.settings, client, download)
    evening.house = house.use(replace(here, telephone=telephone))
    evening.before_work = evening.after_work = lambda: read_queue(evening, channels)
    return channels


def read_queue(evening: Evening, channels: Channels) -> None:
    """Every key in the queue, and every job as whoever opens it would read it."""
    redis = evening.valkey.redis
    for key in redis.scan_iter():
        name = key.decode()
        is_job = name.startswith(("rq:job:", "rq:results:"))
        told = _job(evening, name) if is_job else _raw(redis, name)
        channels.other["queue"].append(f"{name} {told}")


def _job(evening: Evening, name: str) -> str:
    job = Job.fetch(name.split(":")[2], connection=evening.valkey.redis)
    result = job.latest_result()
    wrong = result.exc_string if result else None
    return f"{job.func_name} {job.description} {job.args} {job.kwargs} {job.meta} {wrong}"


def _raw(redis: Any, name: str) -> str:
    kind = redis.type(name).decode()
    read = {
        "string": redis.get,
        "hash": redis.hgetall,
        "set": redis.smembers,
        "list": lambda key: redis.lrange(key, 0, -1),
        "zset": lambda key: redis.zrange(key, 0, -1),
    }
    try:
        return str(read[kind](name)) if kind in read else kind
    except RedisError:  # it went between the two questions
        return ""


def read_metrics(evening: Evening, channels: Channels) -> None:
    """Both pages of figures."""
    token = {"Authorization": f"Bearer {evening.settings.metrics_token}"}
    for door in (evening.settings.public_url, evening.settings.dashboard_url):
        page = evening.doors.ask("GET", f"{door}/metrics", headers=token)
        assert page.status_code == 200
        channels.other["metrics"].append(page.text)


def read_rows(evening: Evening, channels: Channels) -> None:
    """Every event, and why what was owed was not done."""
    with evening.read() as session:
        for row in session.scalars(select(Event)):
            channels.other["rows"].append(str({name: value for name, value in vars(row).items() if name[0] != "_"}))
        for table in (Ring, Message, Errand):
            channels.other["rows"] += [str(why) for why in session.scalars(select(table.why))]
