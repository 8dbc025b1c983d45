"""A browser for tests, without a window: it keeps cookies, follows links, fills in forms and presses buttons."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import httpx
from fastapi import FastAPI


@dataclass
class Hands:
    """A clock that moves only when a test moves it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class FormOnPage:
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.words: list[str] = []
        self.links: dict[str, str] = {}
        self.hrefs: list[str] = []
        self.title = ""
        self.ids: list[str] = []
        self.told_by: set[str] = set()
        self.whys: set[str] = set()
        self.refused = 0
        self.begins_at: list[int] = []
        self._open: FormOnPage | None = None
        self._button: list[Any] | None = None
        self._area: str | None = None
        self._link: tuple[str, list[str]] | None = None
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note_names(given)
        if tag == "form":
            self._open = FormOnPage(given.get("action", ""))
            self.forms.append(self._open)
        elif tag == "input" and self._open is not None and given.get("name"):
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self._open.fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "textarea" and self._open is not None:
            self._area = given["name"]
            self._open.fields[self._area] = [""]
        elif tag == "button" and self._open is not None:
            self._button = [given.get("name", ""), given.get("value", ""), ""]
        elif tag == "a":
            self._link = (given.get("href", ""), [])
            self.hrefs.append(given.get("href", ""))
        elif tag == "title":
            self._in_title = True

    def _note_names(self, given: dict[str, str]) -> None:
        """What it is called and what tells of it; and where somebody begins, after how many that were refused."""
        self.ids += [given["id"]] if "id" in given else []
        self.told_by |= (told := set(given.get("aria-describedby", "").split()))
        self.refused += "aria-invalid" in given
        self.whys |= {name for name in told if "aria-invalid" in given and name.endswith("-why")}
        self.begins_at += [self.refused] if "autofocus" in given else []

    def is_sound(self) -> None:
        twice = [name for name, many in Counter(self.ids).items() if many > 1]
        assert not twice, f"these ids are on the page more than once: {twice}"
        assert self.told_by <= set(self.ids), f"nothing on the page is called {self.told_by - set(self.ids)}"
        assert self.begins_at in ([], [min(self.refused, 1)]), (
            "somebody begins elsewhere than at the first field that was refused"
        )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None
        elif tag == "button" and self._button is not None and self._open is not None:
            name, value, words = self._button
            self._open.buttons.append((name, value, " ".join(words.split())))
            self._button = None
        elif tag == "a" and self._link is not None:
            self.links[" ".join("".join(self._link[1]).split())] = self._link[0]
            self._link = None
        elif tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._open is not None:
            self._open.fields[self._area] = [self._open.fields[self._area][0] + data]
        if self._button is not None:
            self._button[2] += data
        if self._link is not None:
            self._link[1].append(data)
        if self._in_title:
            self.title += data
        else:
            self.words.append(data)


class Page:
    """An answer, read as a person would."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.path = answer.request.url.path
        self.html = answer.text if "text/html" in answer.headers.get("content-type", "") else ""
        reader = _Reader()
        reader.feed(self.html)
        if "<html" in self.html:
            reader.is_sound()
        self.forms, self.links, self.title = reader.forms, reader.links, reader.title
        self.hrefs = reader.hrefs
        self.refuses = {name.removesuffix("-why") for name in reader.whys}
        self.words = re.sub(r"\s+([.,:?!])", r"\1", " ".join(" ".join(reader.words).replace("\xa0", " ").split()))

    def says(self, *sentences: str) -> "Page":
        for sentence in sentences:
            assert sentence in self.words, f"{sentence!r} is not on the page:\n{self.words}"
        return self

    def never_says(self, *sentences: str) -> "Page":
        for sentence in sentences:
            assert sentence not in self.words, f"{sentence!r} is on the page:\n{self.words}"
            assert sentence not in self.html, f"{sentence!r} is in the page"
        return self

    def links_to(self, path: str) -> list[str]:
        """Where its links lead that begin like that, in their order, though several may have the same words."""
        return [href for href in self.hrefs if href.startswith(path)]

    def form(self, action: str) -> FormOnPage:
        found = [form for form in self.forms if form.action == action]
        assert found, f"no form for {action}, only {[form.action for form in self.forms]}"
        return found[0]

    def form_with(self, button: str) -> FormOnPage:
        found = [form for form in self.forms if any(button == words for _, _, words in form.buttons)]
        assert found, f"no button {button!r}, only {[b for form in self.forms for _, _, b in form.buttons]}"
        return found[0]


class Browser:
    """One browser: its cookies, and the page it is on."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.cookies = httpx.Cookies()
        self.page: Page | None = None

    def _send(self, method: str, path: str, **given: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://desk.test", cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **given)
                self.cookies = client.cookies
                return answer

        return asyncio.run(once())

    def open(self, path: str, *, follow: bool = True, **given: Any) -> Page:
        self.page = Page(self._send("GET", path, follow_redirects=follow, **given))
        return self.page

    def post(self, path: str, data: Any, *, follow: bool = True, **given: Any) -> Page:
        self.page = Page(self._send("POST", path, data=data, follow_redirects=follow, **given))
        return self.page

    def press(self, button: str, *, follow: bool = True, **typed: Any) -> Page:
        """Fill in the form with that button, and press it."""
        assert self.page is not None
        form = self.page.form_with(button)
        name, value, _ = next(one for one in form.buttons if one[2] == button)
        data = {**form.fields, **({name: [value]} if name else {})}
        for field_name, written in typed.items():
            data[field_name] = written if isinstance(written, list) else [written]
        return self.post(form.action, data, follow=follow)
