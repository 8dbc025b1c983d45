"""Two machines in one folder: one PostgreSQL, one Valkey, one carrier; two of every process, and a balancer before each door."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as dt_time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests
from sqlalchemy import func, or_, select, update

from doors import answers, free_ports
from first_env import here
from helpline import clock, config
from helpline.calls import C, Call
from helpline.db import Database
from helpline.errands import Errand, ErrandKind, ErrandState
from helpline.history import Event
from helpline.messages import M, Message, MessageKind
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.rings import LIVE, Ring
from stack import Stack, running_stack
from tests.conftest import settings_for
from tests.machines import judge

BALANCER = Path(__file__).with_name("forwarder.py")
SERVE = "--factory --host 127.0.0.1 --no-proxy-headers --no-server-header --no-access-log --log-level warning"
PROCFILE = f"""\
release: helpline migrate
ivr: uvicorn ivr.app:create --port $IVR_PORT {SERVE} --timeout-graceful-shutdown 3
ivr2: uvicorn ivr.app:create --port $IVR_PORT_2 {SERVE} --timeout-graceful-shutdown 3
web: uvicorn dashboard.app:create --port $WEB_PORT {SERVE} --timeout-graceful-shutdown 3
web2: uvicorn dashboard.app:create --port $WEB_PORT_2 {SERVE} --timeout-graceful-shutdown 3
line: {sys.executable} {BALANCER} $LINE $IVR_PORT $IVR_PORT_2
desk: {sys.executable} {BALANCER} $DESK $WEB_PORT $WEB_PORT_2
ringing: python -m workers ringing
ringing2: python -m workers ringing
sending: python -m workers sending
clock: python -m workers clock
clock2: python -m workers clock
"""
OF_EACH_KIND = ("ivr", "web", "ringing", "sending", "clock", "ivr2", "web2", "ringing2", "clock2")
DOORS = {"ivr": "IVR_PORT", "ivr2": "IVR_PORT_2", "web": "WEB_PORT", "web2": "WEB_PORT_2"}
HANDLERS = [f"+447700900{number}" for number in range(600, 630)]
CLERKS = HANDLERS[-2:]
PATCHES = 24
PATIENCE = 60.0  # seconds that a start may take on a computer that does much besides
LOOK = 0.1


@dataclass
class Machines:
    """The running processes, the database as we see it, and what everything said."""

    stack: Stack
    database: Database
    said: list[tuple[str, str]] = field(default_factory=list)

    @property
    def desk_url(self) -> str:
        return here(self.stack.settings["DESK"])

    def rows(self, question: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(question))

    def restart_each(self) -> None:
        """Each process, one after the other."""
        for name in OF_EACH_KIND:
            self.restart(name)

    def restart(self, name: str) -> None:
        """As a rolling restart does: it is asked to stop, another takes its place, and only then is it the next one's turn."""
        until = time.monotonic() + PATIENCE
        with self._out_of_the_balancer(name, until):
            before = self.stack.pids()[name]
            os.kill(before, signal.SIGTERM)
            while self.stack.pids().get(name, before) == before or not self._serves(name):
                assert time.monotonic() < until, f"{name} was not started again"
                time.sleep(LOOK)

    @contextmanager
    def _out_of_the_balancer(self, name: str, until: float) -> Iterator[None]:
        """A server that stops closes connections on which nothing was asked yet, so first nobody is sent there."""
        if name not in DOORS:
            yield
            return
        out, empty = (self.stack.var / f"{what}-{self.stack.settings[DOORS[name]]}" for what in ("out", "empty"))
        out.touch()
        while not empty.exists():
            assert time.monotonic() < until, f"{name} was never left in peace"
            time.sleep(LOOK)
        yield
        out.unlink()

    def _serves(self, name: str) -> bool:
        return name not in DOORS or answers(f"{here(self.stack.settings[DOORS[name]])}/health")

    def is_quiet(self) -> bool:
        """Whether nothing that is due is owed or in hand any more; by night some texts wait for the morning."""
        due = (Message.state == M.OWED) & (Message.due_at <= clock.now())
        in_hand = (
            select(Ring.id).where(Ring.state.in_(LIVE)),
            select(Message.id).where(due | (Message.state == M.SENDING)),
            select(Errand.id).where(Errand.state == ErrandState.OWED, Errand.kind != ErrandKind.COMPARE),
            select(Call.id).where(Call.state != C.ENDED),
        )
        return not any(self.rows(question.limit(1)) for question in in_hand)

    def carrier(self) -> judge.Carrier:
        """The carrier's own lists."""
        url, settings = self.stack.simulator_url, self.stack.settings
        ours = settings["HELPLINE_NUMBER"]
        legs = [
            judge.Leg(
                one["sid"],
                one["from"] if one["direction"] == "inbound" else one["to"],
                one["direction"] == "inbound",
                one["status"],
                parsedate_to_datetime(one["date_created"]),
                parsedate_to_datetime(one["end_time"]) if one["end_time"] else None,
            )
            for one in reversed(list(self._listed("Calls")))  # listed newest first
        ]
        texts = [
            judge.Text(one["sid"], one["to"], one["body"]) for one in self._listed("Messages") if one["from"] == ours
        ]
        lines = requests.get(f"{url}/transcript.json", timeout=60).json()["lines"]
        return judge.Carrier(legs, texts, lines, requests.get(f"{url}/telephones.json", timeout=10).json()["faults"])

    def _listed(self, resource: str) -> Iterator[dict[str, Any]]:
        settings = self.stack.settings
        account = settings["TWILIO_ACCOUNT_SID"]
        following = f"/2010-04-01/Accounts/{account}/{resource}.json?PageSize=1000"
        while following:
            asked = f"{self.stack.simulator_url}{following}"
            page = requests.get(asked, auth=(account, settings["TWILIO_AUTH_TOKEN"]), timeout=60).json()
            yield from page[resource.lower()]
            following = page["next_page_uri"]

    def owed(self) -> judge.Rows:
        """What our rows say ought to have happened."""
        claims = Event.what.in_(["item.claimed", "item.released", "item.done"])
        return judge.Rows(
            [judge.Ring(ring.id, ring.person.phone or "", ring.sid) for ring in self.rows(select(Ring))],
            [
                judge.Message(one.id, one.phone, one.body, one.sid, one.offer_id, one.kind == MessageKind.OFFER)
                for one in self.rows(select(Message).where(Message.attempts > 0))
            ],
            [judge.Call(call.id, call.sid, call.ending) for call in self.rows(select(Call))],
            [request.words for request in self.rows(select(HelpRequest))],
            [
                (event.item_id, event.who_id, event.what.removeprefix("item."))
                for event in self.rows(select(Event).where(claims).order_by(Event.id))
            ],
        )


@contextmanager
def two_machines(folder: Path, database_url: str, said: list[tuple[str, str]], **settings: str) -> Iterator[Machines]:
    """Everything running with fresh data, the demo's ward and a larger one besides."""
    names = ("IVR_PORT_2", "WEB_PORT_2", "LINE", "DESK")
    ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
    addresses = {"PUBLIC_URL": here(ports["LINE"]), "DASHBOARD_URL": here(ports["DESK"])}
    procfile = folder / "Procfile"
    procfile.write_text(PROCFILE)
    given = {"DATABASE_URL": database_url, **ports, **addresses, **settings}
    with running_stack(folder, given, procfile=procfile, say=lambda *line: said.append(line)) as stack:
        config.use(settings_for(secret_key=stack.settings["SECRET_KEY"]))
        database = Database(database_url)
        machines = Machines(stack, database, said)
        until = time.monotonic() + PATIENCE
        while not all(machines._serves(name) for name in DOORS) and time.monotonic() < until:
            time.sleep(0.1)
        enlarge(stack, folder)
        with database.transaction() as session:  # asked at any hour, as this may be run by night
            session.execute(update(Person).values(quiet_from=dt_time(), quiet_until=dt_time()))
        try:
            yield machines
        finally:
            database.close()


def enlarge(stack: Stack, folder: Path) -> None:
    """Handlers on shift, streets, and two people who look after each, through the door that a group's spreadsheets take."""
    began = datetime.now(ZoneInfo(stack.settings["TIMEZONE"])) - timedelta(hours=1)
    start, end = (f"{at:%Y-%m-%d %H:%M}" for at in (began, began + timedelta(hours=8)))
    patches = range(1, PATCHES + 1)
    tables = {
        "streets": ["street,patch", *(f"Lantern Street {number},Lantern {number}" for number in patches)],
        "people": [
            "name,phone,hats,patch",
            *(f"Handler {number},{number},handler," for number in HANDLERS),
            *(f"Coordinator {number},+447700900{700 + number},coordinator,Lantern {number}" for number in patches),
            *(f"Deputy {number},+447700900{800 + number},deputy,Lantern {number}" for number in patches),
        ],
        "shifts": ["phone,start,end", *(f"{number},{start},{end}" for number in HANDLERS if number not in CLERKS)],
    }
    for what, lines in tables.items():
        file = folder / f"{what}.csv"
        file.write_text("\n".join(lines) + "\n")
        stack.step(f"helpline import {what} {file}")


def figures(machines: Machines) -> str:
    """How the evening was, in a line: what came of the calls, and how many of everything there was."""
    with machines.database.reading() as session:
        endings = Counter(session.scalars(select(Call.ending)))
        counts = {
            "rings": func.count(Ring.id),
            "texts": func.count(Message.id),
            "requests": func.count(HelpRequest.id),
        }
        told = [f"{session.scalar(select(count))} {name}" for name, count in counts.items()]
        again = session.scalar(select(func.count(Ring.id)).where(or_(Ring.attempts > 1, Ring.state == "unknown")))
    ended = ", ".join(f"{ending} {many}" for ending, many in endings.most_common())
    return f"{sum(endings.values())} calls ({ended}), {', '.join(told)}, {again} rings unknown or dialled again"
