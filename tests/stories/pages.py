"""A coordinator's telephone with a browser: it opens the private link of a text, and presses what is on the page."""

import re

import httpx

from tests.stories.evening import CSRF, Evening


class PrivatePage:
    """One browser before one private page. It keeps cookies, unless it is as old as that."""

    def __init__(self, line: Evening, link: str, *, cookies: bool = True) -> None:
        self.line, self.link = line, link
        self.cookies = httpx.Cookies() if cookies else None

    def open(self) -> str:
        """The page, as words."""
        return plain(self.ask("GET", self.link).text)

    def ask(self, method: str, link: str, **what: object) -> httpx.Response:
        return self.line.doors.ask(method, link, cookies=self.cookies, **what)

    def presses(self, button: str, **fields: str) -> str:
        """Press a button: answers with the page after it."""
        csrf = CSRF.search(self.ask("GET", self.link).text)
        assert csrf, "there is nothing to press on that page"
        answer = self.ask("POST", f"{self.link}/{button}", data={"csrf": csrf.group(1), **fields})
        if answer.status_code != 303:
            return plain(answer.text)
        there = answer.headers["location"]
        base = self.link.split("/o/")[0].split("/p/")[0]
        where = there if there.startswith("http") else base + there
        return plain(self.ask("GET", where).text)


def plain(html: str) -> str:
    """The words of a page."""
    words = (
        re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ")
    )
    return " ".join(re.sub(r"\s+([.,:?])", r"\1", words).split())
