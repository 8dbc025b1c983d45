"""The road of one call on real processes, played by people who press again when a door does not answer."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import func, select
from urllib3.util import Retry

from actors import Desk, NotSoError, Switchboard, Telephone, _csrf, _first_street
from helpline import config
from helpline.calls import C, Call
from helpline.db import Database
from helpline.desk_items import LIVE, DeskItem
from helpline.messages import Message, MessageKind
from helpline.requests import HelpRequest, Q
from stack import Stack, running_stack
from tests.conftest import settings_for

LOOK = 0.05
PATIENCE = 30.0
HANDLERS = ("Hana", "Tomasz")
TRIES = 3


class LostError(Exception):
    """The road ended before its end, and nothing on the desk says so."""


def waited(happened: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What becomes true within some seconds, or the last that was not."""
    deadline = time.monotonic() + seconds
    while not (found := happened()) and time.monotonic() < deadline:
        time.sleep(LOOK)
    return found


def sure(happened: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The same, and lost if it never does."""
    found = waited(happened, seconds)
    if not found:
        raise LostError(what)
    return found


@dataclass(frozen=True)
class Asker:
    """A resident, her street as it is typed, and the coordinator who looks after it."""

    name: str
    street: str
    coordinator: str


# One for each process: nobody is answered more than six texts an hour, and whose offers are whose is plain.
ASKERS = (
    Asker("Rita", "Acacia Road", "Coral"),
    Asker("Harold", "Hawthorn Terrace", "Winston"),
    Asker("Gloria", "Medlar Street", "Yusuf"),
    Asker("Cyril", "Mill Lane", "Ngozi"),
    Asker("Beryl", "Priory Avenue", "Patrick"),
    Asker("Peggy", "Queen's Road", "Thandiwe"),
)


@dataclass
class Evening:
    """A stack, its database as we see it, and the desks of two handlers."""

    stack: Stack
    database: Database
    board: Switchboard
    desks: list[Desk] = field(default_factory=list)

    def count(self, question: Any) -> int:
        with self.database.reading() as session:
            return session.scalar(question) or 0

    def rows(self, question: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(question))

    def kill(self, process: str) -> int:
        """As the kernel would: it is told nothing and finishes nothing."""
        pid = sure(lambda: self.stack.pids().get(process), f"{process} was not running")
        os.kill(pid, signal.SIGKILL)
        return pid

    def is_back(self, process: str, killed: int) -> None:
        sure(lambda: self.stack.pids().get(process, killed) != killed, f"{process} was not started again")
        sure(lambda: not self.stack.waiting_for(), "a door stayed shut")


@contextmanager
def an_evening(folder: Path, database_url: str) -> Iterator[Evening]:
    """A stack with fresh data, and both handlers on their desks."""
    settings = {"CALLS_PER_SECOND": "100", "DATABASE_URL": database_url}
    with running_stack(folder, settings, say=lambda _name, _line: None) as stack:
        config.use(settings_for(secret_key=stack.settings["SECRET_KEY"]))
        database = Database(database_url)
        evening = Evening(stack, database, Switchboard(stack.simulator_url))
        for name in HANDLERS:
            desk = Desk(stack.web_url, evening.board.telephone(name))
            # A browser whose owner presses again while the desk does not answer; the form stays as it was.
            again = Retry(14, backoff_factor=0.1, backoff_max=1, allowed_methods=None, raise_on_status=False)
            desk.browser.mount("http://", HTTPAdapter(max_retries=again))
            desk.sign_in()
            evening.desks.append(desk)
        try:
            yield evening
        finally:
            database.close()


Act = Callable[[], Any]


@dataclass
class Road:
    """One call from the ringing to the thanks. `at_step(step, act)` is called around each act that may be broken in upon."""

    evening: Evening
    asker: Asker
    at_step: Callable[[str, Act, "Road"], Any]
    seen: list[str] = field(default_factory=list)
    request_id: int = 0

    def __post_init__(self) -> None:
        board = self.evening.board
        self.resident, self.coordinator = board.telephone(self.asker.name), board.telephone(self.asker.coordinator)

    def saw(self, what: str) -> None:
        if what not in self.seen:
            self.seen.append(what)

    def outcome(self) -> str:
        on_the_desk = any(was.startswith("on the desk") for was in self.seen)
        return "; ".join([*([] if on_the_desk else ["completed"]), *self.seen])

    def play(self) -> None:
        self.rings_up()
        desk = self.is_answered()
        self.is_written_down(desk)
        self.at_step("offer sent", self.offer_is_in_hand, self)
        self.hangs_up(desk)
        self.until_told(lambda: bool(self.offers_to(self.coordinator)), desk, "the coordinator was never asked")
        self.coordinator_says("YES", "reply received", self.details)
        sure(lambda: self.state() == Q.TAKEN, "the request was not taken")
        self.coordinator_says("DONE", "", lambda: self.state() == Q.DONE)
        sure(
            lambda: self.has(desk.telephone, f"Done: Shopping near {self.asker.street}"),
            "the handler never heard of it",
        )

    # The call

    def rings_up(self) -> None:
        self.resident.do("dial")
        sure(lambda: "999" in heard(self.resident), f"{self.resident.name} was not greeted")
        self.at_step("ring created", lambda: self.resident.do("press", keys="1"), self)

    def rings_up_again(self) -> None:
        if sum(was == "she rang again" for was in self.seen) >= TRIES:
            raise LostError(f"{self.resident.name} rang again and again")
        self.saw("she rang again")
        self.resident.do("dial")
        if waited(lambda: "999" in heard(self.resident), 5):
            self.resident.do("press", keys="1")

    def is_answered(self) -> Desk:
        """Whoever rings first answers and presses 1; if they do not meet, whoever rings next."""
        deadline, pressed = time.monotonic() + 60, 0
        while time.monotonic() < deadline:
            if idle(self.resident):
                self.rings_up_again()
            through = next((desk for desk in self.evening.desks if self.through_to(desk)), None)
            if through:
                return through
            for desk in self.evening.desks:
                if desk.telephone.state()["state"] == "ringing":
                    pressed += 1
                    self.answers(desk.telephone, first=pressed == 1)
                    break
            if pressed > 1:
                self.saw("another ring")
            time.sleep(LOOK)
        raise LostError(f"nobody answered {self.resident.name}")

    def answers(self, handler: Telephone, *, first: bool) -> None:
        handler.do("answer")
        if not waited(lambda: "Press 1 to take it" in heard(handler) or idle(handler), 8) or idle(handler):
            return

        def press() -> None:
            handler.do("press", keys="1")

        if first:
            self.at_step("key pressed", press, self)
        else:
            press()
        waited(lambda: idle(handler) or self.resident.state()["state"] == "talking", 10)

    def through_to(self, desk: Desk) -> bool:
        return self.resident.state()["state"] == "talking" and desk.telephone.state()["state"] == "talking"

    # The request

    def is_written_down(self, desk: Desk) -> None:
        page = sure(
            lambda: has_form(desk.browser.get(f"{desk.url}/", timeout=10).text), "the desk did not show the form"
        )
        hidden = dict(re.findall(r'<input type="hidden"\s+name="(csrf|form_key|call)"\s+value="([^"]*)"', page))
        told: dict[str, Any] = {"data": {**hidden, "street": self.asker.street}, "headers": {"HX-Request": "true"}}
        street, number = _first_street(unescape(desk.browser.post(f"{desk.url}/streets", timeout=10, **told).text))
        form = {
            **hidden,
            "street": street,
            "street_id": number,
            "consent": "yes",
            "kind": "shopping",
            "words": f"Milk and bread for {self.asker.name}",
            "name": self.asker.name,
            "house": "14",
            "urgency": "today",
            "money": "paid_back",
        }

        def save() -> requests.Response:
            return desk.browser.post(f"{desk.url}/requests", data=form, timeout=10, allow_redirects=False)

        answer = self.at_step("request saved", save, self)
        if answer.status_code != requests.codes.see_other:
            raise LostError(f"the request was not saved (status {answer.status_code})")
        self.request_id = int(answer.headers["location"].split("?")[0].rpartition("/")[2])

    def state(self) -> Q:
        return self.evening.rows(select(HelpRequest.state).where(HelpRequest.id == self.request_id))[0]

    def hangs_up(self, desk: Desk) -> None:
        puts_down(self.resident)
        sure(lambda: desk.telephone.state()["state"] != "talking", f"{desk.telephone.name} went on talking to nobody")

    # Passing on

    def offers_to(self, telephone: Telephone) -> list[str]:
        return [body for body in texts_to(telephone) if "Can somebody?" in body]

    def has(self, telephone: Telephone, words: str) -> bool:
        return any(words in body for body in texts_to(telephone))

    def offer_is_in_hand(self) -> None:
        """The worker has claimed it."""
        mine = (Message.request_id == self.request_id) & (Message.kind == MessageKind.OFFER)
        sure(lambda: self.evening.count(select(Message.attempts).where(mine)), "the offer was never taken in hand")

    def until_told(self, told: Callable[[], bool], desk: Desk, what: str) -> None:
        """The text comes, or the desk says that nobody knows; then somebody there sends it again."""
        deadline = time.monotonic() + 80
        while not told():
            if time.monotonic() > deadline:
                raise LostError(what)
            for item in self.owed():
                if item.kind == "unknown" and item.message_id:
                    self.press(desk, f"/items/{item.id}/again")
                    self.seen.append("on the desk: unknown, and sent again from there")
            time.sleep(LOOK * 2)

    def owed(self) -> list[DeskItem]:
        return self.evening.rows(select(DeskItem).where(DeskItem.state.in_(LIVE)))

    def press(self, desk: Desk, path: str) -> None:
        csrf = _csrf(desk.browser.get(f"{desk.url}/", timeout=10).text)
        desk.browser.post(f"{desk.url}{path}", data={"csrf": csrf}, timeout=10).raise_for_status()

    def details(self) -> bool:
        return self.has(self.coordinator, "Who and where")

    def coordinator_says(self, word: str, step: str, answered: Callable[[], bool]) -> None:
        """Says it, and says it again if nothing comes of it."""
        found = re.search(r"Reply YES (\w+)", self.offers_to(self.coordinator)[0])
        reply = f"{word} {found.group(1)}" if found else word

        def say() -> None:
            self.coordinator.do("text", body=reply)

        self.at_step(step, say, self)
        for _ in range(TRIES):
            if waited(answered, 7):
                return
            if any(item.kind == "unknown" for item in self.owed()) or self.is_sending():
                self.until_told(answered, self.evening.desks[0], f"nothing came of {reply}")
                return
            self.saw(f"{word} said again")
            say()
        if not waited(answered, 8):
            raise LostError(f"nothing came of {reply}")

    def is_sending(self) -> bool:
        mine = (Message.request_id == self.request_id) & (Message.state == "sending")
        return bool(self.evening.count(select(func.count()).select_from(Message).where(mine)))

    # Afterwards

    def is_cleared(self) -> None:
        """What is still on the desk is seen to, and both handlers may be rung again."""
        for item in self.owed():
            self.saw(f"on the desk: {item.kind}")
            self.press(self.evening.desks[0], f"/items/{item.id}/done")
        for state in self.evening.rows(select(Call.state).where(Call.state != C.ENDED)):
            if idle(self.resident):
                self.saw(f"we still believe a call to be {state}")
        for desk in self.evening.desks:
            puts_down(desk.telephone)
            waited(partial(idle, desk.telephone), 6)
            page = desk.browser.get(f"{desk.url}/", timeout=10).text
            for path in re.findall(r'"(/line/ready|/line/resume)"', page):
                self.press(desk, path)


def heard(telephone: Telephone) -> str:
    return " ".join(line["words"] for line in telephone.state()["lines"] if line["kind"] != "did")


def idle(telephone: Telephone) -> bool:
    return telephone.state()["state"] == "idle"


def puts_down(telephone: Telephone) -> None:
    """Whatever it does just now."""
    with suppress(NotSoError):
        telephone.do("decline" if telephone.state()["state"] == "ringing" else "hang-up")


def texts_to(telephone: Telephone) -> list[str]:
    return [text["body"] for text in telephone.state()["texts"] if not text["mine"]]


def has_form(page: str) -> str | None:
    return page if 'name="form_key"' in page else None


def soon(act: Act, seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer
