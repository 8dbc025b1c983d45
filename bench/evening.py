"""All of helpline running, with a carrier that only listens, for what is measured from a row to the carrier."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import requests
from rq import Queue

from bench import jobs, shared
from bench.carrier import Carrier, listening
from bench.shared import Place
from helpline import clock, config, people, rota, tables
from helpline.config import Settings
from helpline.db import Database
from helpline.people import HatName
from simulator.wire import signature
from stack import Stack, running_stack
from workers.house import queue_at

HANDLERS = 40
TABLES = tables.metadata  # every table, so that a person is known by all that refers to them


@dataclass(frozen=True)
class Evening:
    """The running stack, what the carrier hears of it, its database, and the queue of the floor."""

    stack: Stack
    carrier: Carrier
    database: Database
    floor: Queue

    def webhook(self, path: str, **fields: str) -> None:
        """Tell the line something, signed as the carrier signs it."""
        form = [(name, value) for name, value in fields.items() if value]
        address = self.stack.settings["PUBLIC_URL"] + path
        signed = {"X-Twilio-Signature": signature(self.stack.settings["TWILIO_AUTH_TOKEN"], address, form)}
        requests.post(address, data=form, headers=signed, timeout=10).raise_for_status()

    def ask_floor(self) -> float:
        """How many seconds a job takes that is put in the queue at once and does nothing but ask the carrier."""
        began, word = time.perf_counter(), secrets.token_hex(8)
        self.floor.enqueue(jobs.ask, f"{self.carrier.url}/{word}", result_ttl=0)
        self.carrier.wait(lambda: self.carrier.all(word))
        return self.carrier.all(word)[0].at - began


@contextmanager
def evening(place: Place) -> Iterator[Evening]:
    """The demo's ward with forty handlers on shift, everything running, and a worker for the floor beside it."""
    with listening() as carrier:
        # So many a second that it is not the carrier's pace that is measured.
        pace = {"CALLS_PER_SECOND": "100", "MESSAGES_PER_SECOND": "1000"}
        wishes = {"DATABASE_URL": place.url, "TWILIO_API_URL": carrier.url, **pace}
        with running_stack(place.folder, wishes, say=shared.quiet) as stack:
            given = {name.lower(): value for name, value in stack.settings.items()}
            config.use(Settings.model_validate({name: given[name] for name in Settings.model_fields if name in given}))
            stack.step("helpline demo-data --telephones var/telephones.json")
            stack.supervisor.start("floor", "python -m bench.jobs")
            database, redis = Database(place.url), queue_at(stack.settings["REDIS_URL"])
            fill_rota(database)
            here = Evening(stack, carrier, database, Queue(jobs.QUEUE, connection=redis))
            here.ask_floor()
            try:
                yield here
            finally:
                database.close()
                redis.close()


def fill_rota(database: Database) -> None:
    """Forty more handlers, on shift for two hours."""
    at = clock.now()
    with database.transaction() as session:
        for number in range(HANDLERS):
            person = people.meet(session, f"+447700900{300 + number}", at=at, name=f"Handler {number}")
            people.wear(session, person, HatName.HANDLER, at=at)
            rota.write(session, person, starts_at=at, ends_at=at + timedelta(hours=2))


def told(what: str, ours: list[float], floor: list[float]) -> None:
    """A line of a table."""
    print(
        f"{what:32} {len(ours):5} {shared.median(ours) * 1000:9.0f} {shared.percentile(ours, 0.99) * 1000:9.0f}"
        f" {shared.median(floor) * 1000:10.0f} {shared.percentile(floor, 0.99) * 1000:10.0f}",
        flush=True,
    )


HEADING = f"{'times':>5} {'p50 ms':>9} {'p99 ms':>9} {'floor p50':>10} {'floor p99':>10}"
