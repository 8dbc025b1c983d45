"""The people of an evening, each a thread: residents who ring, handlers who answer, coordinators who reply, and two who claim."""

import random
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
from sqlalchemy import select

from helpline.desk_items import DeskItem, ItemKind, ItemState
from tests.machines.judge import Played
from tests.machines.machines import CLERKS, HANDLERS, PATCHES, Machines

LOOK = 0.1
RESIDENTS = [f"+442079460{number}" for number in range(700, 724)]
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden"\s+name="(form_key|call)"\s+value="([^"]*)"')
PRESSES = re.compile(r'"(/line/ready|/line/resume)"')
ASKED = re.compile(r"Reply (YES|DONE) (\w)")


@dataclass
class Crowd:
    """Everybody, and what they did. `choose` decides what each does next: the same seed, the same wishes."""

    machines: Machines
    calls: int
    played: Played = field(default_factory=Played)
    done: int = 0
    begun: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    telephones: dict[str, dict[str, Any]] = field(default_factory=dict)

    def play(self, meanwhile: Callable[[], None]) -> None:
        """The whole evening; `meanwhile` runs once a third of the calls are over."""
        with ThreadPoolExecutor(len(RESIDENTS) + len(HANDLERS) + 5) as people:
            looking = [people.submit(self._look)]
            try:
                desks = dict(zip(HANDLERS, people.map(self._signed_in, HANDLERS), strict=True))
                looking += [people.submit(Handler(self, number, desks[number]).plays) for number in HANDLERS[:-2]]
                looking.append(people.submit(self._coordinators_reply))
                looking.append(people.submit(self._two_claim, [desks[number] for number in CLERKS]))
                ringing = [people.submit(self._resident, number) for number in RESIDENTS]
                looking.append(people.submit(self._once_a_third_is_over, meanwhile))
                for one in ringing:
                    one.result()
                self.until(self.machines.is_quiet, 60)
            finally:
                self.over.set()
            for one in looking:
                one.result()
            for desk in desks.values():
                desk.browser.close()

    # What everybody can see and do

    def _look(self) -> None:
        with requests.Session() as board:
            while not self.over.is_set():
                told = board.get(f"{self.machines.stack.simulator_url}/telephones.json", timeout=30).json()[
                    "telephones"
                ]
                self.telephones = {one["number"]: one for one in told}
                time.sleep(LOOK)

    def state(self, number: str) -> str:
        one = self.telephones.get(number)
        return one["state"] if one else "idle"

    def heard(self, number: str) -> str:
        one = self.telephones.get(number)
        return " ".join(line["words"] for line in one["lines"]) if one else ""

    def texts(self, number: str) -> list[dict[str, Any]]:
        one = self.telephones.get(number)
        return [text for text in one["texts"] if not text["mine"]] if one else []

    def does(self, number: str, action: str, **told: object) -> bool:
        """Whether it could be done: a phone may have stopped ringing as a hand reached for it."""
        path = f"{self.machines.stack.simulator_url}/telephones/{quote(number, safe='')}/{action}"
        return requests.post(path, json=told, timeout=30).ok

    def until(self, happened: Callable[[], Any], seconds: float) -> Any:
        end = time.monotonic() + seconds
        while not (found := happened()) and time.monotonic() < end and not self.over.is_set():
            time.sleep(LOOK)
        return found

    def _signed_in(self, number: str) -> "Desk":
        desk = Desk(self.machines.desk_url)
        form = {"csrf": desk.csrf("/sign-in"), "number": number}
        desk.post("/sign-in", form)
        code = self.until(lambda: next((t["body"] for t in self.texts(number) if "is your code" in t["body"]), ""), 30)
        assert code, f"no code came to {number}"
        desk.post("/sign-in/code", {**form, "code": code.split()[0]})
        desk.token = desk.csrf("/")
        return desk

    # Residents

    def _resident(self, number: str) -> None:
        choose = random.Random(number)  # noqa: S311  # wishes are no secret
        while self._another():
            self._one_call(number, choose)
            with self.lock:
                self.done += 1

    def _another(self) -> bool:
        with self.lock:
            self.begun += 1
            return self.begun <= self.calls

    def _one_call(self, me: str, choose: random.Random) -> None:
        assert self.does(me, "dial"), f"{me} could not dial"
        time.sleep(choose.uniform(0.3, 1.5))
        self.does(me, "press", keys="1")
        wish = choose.random()
        if wish < 0.1:  # rings off while phones ring for her
            time.sleep(choose.uniform(0.5, 3))
        elif wish < 0.15:
            self.until(lambda: "press 4" in self.heard(me), 15)
            self.does(me, "press", keys="4")
            self.until(lambda: self.state(me) == "idle", 15)
        elif self.until(lambda: self.state(me) in {"talking", "idle"}, 40):
            time.sleep(choose.uniform(0.5, 1.5))
        self.does(me, "hang-up")
        self.until(lambda: self.state(me) == "idle", 10)
        time.sleep(0.3)

    # Coordinators

    def _coordinators_reply(self) -> None:
        choose, seen = random.Random(1), set()  # noqa: S311  # wishes are no secret
        numbers = [f"+447700900{first + patch}" for first in (700, 800) for patch in range(1, PATCHES + 1)]
        while not self.over.is_set():
            for number in numbers:
                for text in self.texts(number):
                    found = ASKED.search(text["body"])
                    if text["sid"] in seen or not found:
                        continue
                    seen.add(text["sid"])
                    self._replies(number, found[1], found[2], choose)
            time.sleep(LOOK)

    def _replies(self, number: str, asked: str, letter: str, choose: random.Random) -> None:
        said = choose.random()
        if asked == "DONE":
            words = f"DONE {letter}" if said < 0.6 else ""
        else:
            words = f"YES {letter}" if said < 0.55 else f"NO {letter}" if said < 0.8 else ""
        if words:
            self.does(number, "text", body=words)

    # Two who press the same button

    def _two_claim(self, desks: list["Desk"]) -> None:
        tried: set[int] = set()
        open_ones = select(DeskItem.id).where(DeskItem.kind == ItemKind.CALL_BACK, DeskItem.state == ItemState.OPEN)
        with ThreadPoolExecutor(2) as hands:
            while not self.over.is_set():
                for item in self.machines.rows(open_ones):
                    if item not in tried:
                        tried.add(item)
                        self._both(hands, desks, item)
                time.sleep(LOOK)

    def _both(self, hands: ThreadPoolExecutor, desks: list["Desk"], item: int) -> None:
        start = threading.Barrier(2)

        def takes(desk: "Desk") -> int:
            start.wait()
            return desk.press(f"/items/{item}/take").status_code

        tries: list[Future[int]] = [hands.submit(takes, desk) for desk in desks]
        statuses = [one.result() for one in tries]
        for desk, number, status in zip(desks, CLERKS, statuses, strict=True):
            assert status < 500, f"claiming an item was answered {status}"
            if status == requests.codes.see_other:
                self.played.told_theirs.append((item, number))
                desk.press(f"/items/{item}/done")

    def _once_a_third_is_over(self, meanwhile: Callable[[], None]) -> None:
        while self.done * 3 < self.calls and not self.over.is_set():
            time.sleep(LOOK)
        meanwhile()


class Desk:
    """A browser. Each click is a connection of its own, so that two clicks of one person come to two processes."""

    def __init__(self, url: str) -> None:
        self.url, self.token = url, ""
        self.browser = requests.Session()
        self.browser.headers["Connection"] = "close"

    def get(self, path: str) -> str:
        answer = self.browser.get(f"{self.url}{path}", timeout=30)
        answer.raise_for_status()
        return answer.text

    def csrf(self, path: str) -> str:
        found = CSRF.search(self.get(path))
        assert found, f"no form on {path}"
        return found.group(1)

    def post(self, path: str, form: dict[str, str]) -> requests.Response:
        return self.browser.post(f"{self.url}{path}", data=form, timeout=30, allow_redirects=False)

    def press(self, path: str, **fields: str) -> requests.Response:
        return self.post(path, {"csrf": self.token, **fields})


@dataclass
class Handler:
    """Somebody on shift, from one ring to the next."""

    crowd: Crowd
    number: str
    desk: Desk

    def __post_init__(self) -> None:
        self.choose = random.Random(self.number)  # noqa: S311  # wishes are no secret
        self.written = 0

    def plays(self) -> None:
        looked = time.monotonic()
        while not self.crowd.over.is_set():
            if self.crowd.state(self.number) == "ringing":
                self.is_rung()
            elif time.monotonic() > looked + 5:  # paused after three misses, or still said to be writing
                self.is_ready()
                looked = time.monotonic()
            time.sleep(LOOK)

    def is_rung(self) -> None:
        wish = self.choose.random()
        if wish < 0.05:
            if self.crowd.does(self.number, "decline"):
                self.crowd.played.declined[self.number] += 1
            self.crowd.until(lambda: self.crowd.state(self.number) != "ringing", 3)
        elif wish < 0.1:
            self.crowd.until(lambda: self.crowd.state(self.number) != "ringing", 25)
        elif self.crowd.does(self.number, "answer"):
            self.answers()

    def answers(self) -> None:
        state = lambda: self.crowd.state(self.number)  # noqa: E731  # asked again and again
        self.crowd.until(lambda: state() == "idle" or "Press 1" in self.crowd.heard(self.number), 10)
        self.crowd.does(self.number, "press", keys="1")
        self.crowd.until(lambda: state() in {"talking", "idle"}, 15)
        saves = state() == "talking" and self.choose.random() < 0.6
        page = self.desk.get("/") if saves else ""
        if 'name="form_key"' in page:
            self.saves(dict(HIDDEN.findall(page)))
        if not self.crowd.until(lambda: state() == "idle", 20):
            self.crowd.does(self.number, "hang-up")
        self.is_ready()

    def is_ready(self) -> None:
        for path in PRESSES.findall(self.desk.get("/")):
            self.desk.press(path)

    def saves(self, hidden: dict[str, str]) -> None:
        self.written += 1
        words = f"Milk and bread, {self.number} {self.written}"
        form = {
            **hidden,
            "street": f"Lantern Street {self.choose.randint(1, PATCHES)}",
            "consent": "yes",
            "kind": "shopping",
            "words": words,
            "name": "Rita Marsh",
            "house": "14",
            "urgency": "today",
            "money": "paid_back",
        }
        answers = [self.desk.press("/requests", **form)]
        if self.choose.random() < 0.3:
            with ThreadPoolExecutor(2) as both:  # pressed twice: once more on each machine
                answers += both.map(lambda _: self.desk.press("/requests", **form), range(2))
        where = {answer.headers.get("location", str(answer.status_code)) for answer in answers}
        assert len(where) == 1, f"saving one form led to {where}"
        assert "/requests/" in where.pop(), f"a request was not saved: {answers[0].status_code}"
        self.crowd.played.saved.append(words)
