"""People for the demo: telephones driven through the simulator's switchboard, and a browser on the desk.

Each waits until what it expects has really happened, and raises `NotSoError` when it has not.
"""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import requests

PATIENCE = 25.0
"""Seconds that anything may take."""
LOOK = 0.1
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class NotSoError(Exception):
    """Something that should have happened did not; the message says what."""


def until(happened: Callable[[], Any], what: str, *, each_time: Callable[[], None] | None = None) -> Any:
    """Wait for something true, and give it. Raises `NotSoError` when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not (found := happened()):
        if each_time is not None:
            each_time()
        if time.monotonic() > deadline:
            raise NotSoError(what)
        time.sleep(LOOK)
    return found


class Switchboard:
    """The simulator, asked from outside as its page asks it; prints what is said and pressed as it happens."""

    def __init__(self, url: str) -> None:
        """Nothing is printed yet."""
        self.url, self.printed = url, 0

    def telephone(self, name: str) -> "Telephone":
        """Somebody's telephone, by the name on it."""
        told = requests.get(f"{self.url}/telephones.json", timeout=10).json()["telephones"]
        found = next((one for one in told if one["name"].startswith(name)), None)
        if found is None:
            raise NotSoError(f"there is no telephone of {name}'s")
        return Telephone(self, found["number"], name)

    def show(self) -> None:
        """Print what has been said since the last time."""
        told = requests.get(f"{self.url}/transcript.json", params={"since": self.printed}, timeout=10).json()
        for line in told["lines"]:
            print(f"  {line}", flush=True)
        self.printed = told["next"]


class Telephone:
    """One telephone, and what a person does with it."""

    def __init__(self, board: Switchboard, number: str, name: str) -> None:
        """Somebody's."""
        self.board, self.number, self.name = board, number, name
        self.heard = 0

    def do(self, action: str, **told: object) -> "Telephone":
        """Dial, answer, press, speak, text or hang up."""
        path = f"{self.board.url}/telephones/{quote(self.number, safe='')}/{action}"
        answer = requests.post(path, json=told, timeout=10)
        if not answer.ok:
            raise NotSoError(f"{self.name} could not {action}: {answer.json().get('refused', answer.status_code)}")
        self.board.show()
        return self

    def state(self) -> dict[str, Any]:
        """How it stands."""
        told = requests.get(f"{self.board.url}/telephones.json", timeout=10).json()["telephones"]
        return next(one for one in told if one["number"] == self.number)

    def hears(self, words: str) -> "Telephone":
        """Wait until this is said to it."""

        def said() -> bool:
            return any(words in line["words"] for line in self.state()["lines"] if line["kind"] != "did")

        until(said, f"{self.name} did not hear “{words}”", each_time=self.board.show)
        return self

    def rings(self) -> "Telephone":
        """Wait until it rings, and answer it."""
        until(
            lambda: self.state()["state"] == "ringing",
            f"{self.name}'s telephone did not ring",
            each_time=self.board.show,
        )
        return self.do("answer")

    def receives(self, words: str) -> str:
        """Wait for a text with these words, and give it."""

        def text() -> str | None:
            bodies = [text["body"] for text in self.state()["texts"] if not text["mine"]]
            return next((body for body in bodies if words in body), None)

        body: str = until(text, f"{self.name} got no text with “{words}”", each_time=self.board.show)
        self.board.show()
        return body


class Desk:
    """A browser on the desk."""

    def __init__(self, url: str, telephone: Telephone) -> None:
        """Somebody's, not signed in yet."""
        self.url, self.telephone = url, telephone
        self.browser = requests.Session()

    def sign_in(self) -> None:
        """Come in, with the code that their telephone receives."""
        page = self.browser.get(f"{self.url}/sign-in", timeout=10).text
        fields = {"csrf": _csrf(page), "number": self.telephone.number}
        page = self.browser.post(f"{self.url}/sign-in", data=fields, timeout=10).text
        code = self.telephone.receives("is your code").split()[0]
        self.browser.post(f"{self.url}/sign-in/code", data={**fields, "csrf": _csrf(page), "code": code}, timeout=10)
        self.shows("/", "The line is quiet")

    def shows(self, path: str, *words: str) -> str:
        """Wait until the page says all of these, and give the page."""

        def page() -> str | None:
            html = self.browser.get(self.url + path, timeout=10).text
            plain = _plain(html)
            return html if all(word in plain for word in words) else None

        html: str = until(page, f"the page {path} did not say {words}", each_time=self.telephone.board.show)
        for word in words:
            print(f"  {'':9} {self.telephone.name}'s desk: {word}", flush=True)
        return html

    def saves(self, street: str, **fields: object) -> str:
        """Write a request down on the form that the desk shows; gives the path of its page."""
        page = self.browser.get(f"{self.url}/", timeout=10).text
        hidden = dict(re.findall(r'<input type="hidden"\s+name="(csrf|form_key|call)"\s+value="([^"]*)"', page))
        typed = {**hidden, "street": street}
        rows = self.browser.post(f"{self.url}/streets", data=typed, headers={"HX-Request": "true"}, timeout=10).text
        name, number = _first_street(rows)
        print(f"  {'':9} {self.telephone.name} types “{street}”, and the desk suggests {name}", flush=True)
        answer = self.browser.post(
            f"{self.url}/requests",
            data={**hidden, "street": name, "street_id": number, "consent": "yes", **fields},
            timeout=10,
            allow_redirects=False,
        )
        if answer.status_code != requests.codes.see_other:
            raise NotSoError(f"the request was not saved (status {answer.status_code})")
        return answer.headers["location"].split("?")[0]


def open_link(link: str, *, says: str, hides: tuple[str, ...] = ()) -> str:
    """Open a private link, and check what it says and what it must not."""
    page = requests.get(link, timeout=10).text
    plain = _plain(page)
    if says not in plain or any(word in plain for word in hides):
        raise NotSoError(f"the private page did not say “{says}”, or said too much")
    return plain


def open_details(link: str, *, says: str, hides: tuple[str, ...]) -> None:
    """Open the second link, which says nothing until somebody presses for who and where."""
    page = requests.get(link, timeout=10).text
    if any(word in _plain(page) for word in hides):
        raise NotSoError("the second link said too much before anybody pressed")
    shown = requests.post(f"{link}/show", data={"csrf": _csrf(page)}, timeout=10).text
    if says not in _plain(shown):
        raise NotSoError(f"the private page did not say “{says}”")


def _first_street(rows: str) -> tuple[str, str]:
    found = re.search(r'data-id="(\d+)"\s+data-name="([^"]+)"', rows)
    if found is None:
        raise NotSoError("the desk suggested no street")
    return found.group(2), found.group(1)


def _csrf(page: str) -> str:
    found = CSRF.search(page)
    if found is None:
        raise NotSoError("a page had no form on it")
    return found.group(1)


def _plain(html: str) -> str:
    words = re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(words.replace("&#39;", "'").replace("&amp;", "&").split())
