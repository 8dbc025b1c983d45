"""A telephone evening: the real doors, workers and queue, an exchange around them, and a clock that the test moves."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
from rq import Queue, SimpleWorker
from sqlalchemy.orm import Session

import dashboard.app
import ivr.app
from helpline.config import Settings
from helpline.db import Database
from helpline.people import Person
from simulator import Exchange, ExchangeHttpClient, ManualClock, WireAnswer
from simulator.phone import Phone
from simulator.whatsapp import bare
from tests import description
from tests.valkey import Valkey
from workers import clock, house
from workers.telephone import Telephone

# As `.env.example` has them.
OFFER_TEMPLATE = (
    "From {{1}}: {{2}} near {{3}}, {{4}}. Can somebody? Reply {{5}} or {{6}} within {{7}}. See {{8}} for more."
)
DETAILS_TEMPLATE = (
    "From {{1}}: thank you, {{2}} near {{3}} is yours. Who and where is at {{4}} for you alone. "
    "Reply {{5}} when it is done."
)
NEWS_TEMPLATE = "News from your neighbourhood helpline: {{1}} You can answer this message."
HALF_A_SECOND = timedelta(seconds=0.5)
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Doors:
    """Both doors, asked as a proxy would ask them, without a network."""

    def __init__(self, settings: Settings, database: Database, now: ManualClock) -> None:
        self.loop = asyncio.new_event_loop()
        self.apps = {
            urlsplit(settings.public_url).netloc: ivr.app.create(settings, database=database, clock=now.now),
            urlsplit(settings.dashboard_url).netloc: dashboard.app.create(settings, database=database, clock=now.now),
        }

    def ask(self, method: str, url: str, *, cookies: httpx.Cookies | None = None, **what: object) -> httpx.Response:
        """One request to whichever door has that address."""
        app = self.apps[urlsplit(url).netloc]

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, cookies=cookies) as client:
                answer = await client.request(method, url, **what)  # type: ignore[arg-type]
                if cookies is not None:
                    cookies.update(client.cookies)
                return answer

        return self.loop.run_until_complete(go())

    def post(
        self,
        url: str,
        form: list[tuple[str, str]],
        headers: Mapping[str, str],
        method: str = "POST",
        timeout: float = 15,
    ) -> WireAnswer:
        """The exchange's wire: a signed form to the line's door."""
        del timeout
        body = str(httpx.QueryParams([*form]))
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
        answer = self.ask(method, url, content=body if method == "POST" else None, headers={**headers, **kind})
        return WireAnswer(answer.status_code, answer.headers.get("content-type", ""), answer.content)


class Browser:
    """A handler's browser, signed in."""

    def __init__(self, evening: "Evening", who: Person) -> None:
        self.evening, self.who, self.cookies = evening, who, httpx.Cookies()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return self.evening.doors.ask("GET", self._at(path), cookies=self.cookies, headers=headers)

    def post(self, path: str, fields: Mapping[str, object], *, on: str = "/") -> httpx.Response:
        """Press a button of the page at `on`."""
        return self.evening.doors.ask(
            "POST", self._at(path), cookies=self.cookies, data={"csrf": self.csrf(on), **fields}
        )

    def csrf(self, on: str = "/") -> str:
        found = CSRF.search(self.get(on).text)
        assert found, f"no form on {on}"
        return found.group(1)

    def shows(self, *words: str, on: str = "/") -> str:
        """The page says all of these; answers with the page."""
        page = self.get(on).text
        plain = " ".join(
            re.sub(r"<[^>]+>", " ", page).replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ").split()
        )
        for word in words:
            assert word in plain, f"{word!r} is not on {on}:\n{plain}"
        return plain

    def _at(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.evening.settings.dashboard_url}{path}"


class Evening:
    """Everything running at once, in one thread, as fast as it goes."""

    def __init__(self, settings: Settings, database: Database, valkey: Valkey, start: datetime) -> None:
        self.settings, self.database, self.valkey = settings, database, valkey
        self.clock = ManualClock(start)
        self.doors = Doors(settings, database, self.clock)
        self.exchange = Exchange(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            clock=self.clock,
            wire=self.doors,
            calls_per_second=settings.calls_per_second,
        )
        description.hold(self.exchange)
        self.exchange.number(
            settings.helpline_number,
            voice_url=f"{settings.public_url}/ivr/voice",
            sms_url=f"{settings.public_url}/ivr/texts",
            status_callback=f"{settings.public_url}/ivr/status/calls",
            whatsapp_url=f"{settings.public_url}/ivr/texts" if settings.whatsapp_number else None,
        )
        for sid, words in (
            (settings.whatsapp_offer, OFFER_TEMPLATE),
            (settings.whatsapp_details, DETAILS_TEMPLATE),
            (settings.whatsapp_news, NEWS_TEMPLATE),
        ):
            if sid is not None:
                self.exchange.template(words, sid=sid)
        telephone = Telephone(settings, ExchangeHttpClient(self.exchange, timeout=10), self._download)
        self.house = house.use(
            house.House(
                settings=settings, database=database, redis=valkey.redis, clock=self.clock.now, telephone=telephone
            )
        )
        self.known: set[str] = set()
        self.workers_are_up = self.clock_is_up = True
        self.ticked_at: datetime | None = None
        self.seen: int | None = None
        # Whoever wants to look into the queue with what is in it.
        self.before_work: Callable[[], None] = lambda: None
        self.after_work: Callable[[], None] = lambda: None
        self.ticking = self.clock.every(0.25, self.tick)

    def _download(self, address: str, auth: tuple[str, str]) -> tuple[int, bytes]:
        answer = self.exchange.rest("GET", urlsplit(address).path, [], [], auth)
        return answer.status, answer.media or b""

    def tick(self) -> None:
        """What the clock and both workers do in a quarter of a second."""
        if self.clock_is_up and self._something_may_be_due():
            self.seen = clock.newest(self.database)
            self.ticked_at = clock.tick(self.house, since=self.ticked_at)
        if self.workers_are_up and self.valkey.process is not None:
            queues = [Queue(name, connection=self.valkey.redis) for name in ("ringing", "sending")]
            if any(queue.count for queue in queues):
                self.before_work()
                SimpleWorker(queues, connection=self.valkey.redis).work(burst=True, logging_level="ERROR")
                self.after_work()

    def _something_may_be_due(self) -> bool:
        """Whether anything happened since the tick before, or half a second has gone by: the other ticks would look for nothing."""
        gone = self.clock.now() - self.ticked_at if self.ticked_at else HALF_A_SECOND
        return gone >= HALF_A_SECOND or clock.newest(self.database) != self.seen

    def pass_time(self, length: timedelta) -> None:
        """Let a long time pass in strides: a tick every second or, in hours and weeks, far fewer, instead of four a second."""
        strides = 120 if length < timedelta(days=2) else 60
        self.ticking.cancel()
        self.ticking = self.clock.every(max(1, length.total_seconds() / strides), self.tick)
        self.clock.advance(length.total_seconds())
        self.ticking.cancel()
        self.ticking = self.clock.every(0.25, self.tick)

    def hours_go_by(self, hours: float) -> None:
        """In one stride: the clock of the line stood still meanwhile, which must be harmless."""
        self.ticking.cancel()
        self.clock.advance(hours * 3600)
        self.ticking = self.clock.every(0.25, self.tick)

    def phone(self, who: Person | str, name: str = "") -> Phone:
        """Somebody's telephone."""
        self.known.add(who if isinstance(who, str) else who.phone or "")
        if isinstance(who, str):
            return self.exchange.phone(who, name)
        return self.exchange.phone(who.phone, name=who.first_name or name)

    def desk(self, who: Person) -> Browser:
        """Somebody's browser, signed in to the desk by the code that their telephone receives."""
        browser = Browser(self, who)
        browser.post("/sign-in", {"number": who.phone}, on="/sign-in")
        code = self.phone(who).receives("is your code").body.split()[0]
        browser.post("/sign-in/code", {"number": who.phone, "code": code}, on="/sign-in")
        return browser

    def check(self) -> None:
        """End it: the carrier has nothing to complain of, and nobody was rung or texted whom the story does not know of."""
        self.exchange.check()
        rung = {leg.parties.called for leg in self.exchange.calls if leg.parties.direction != "inbound"}
        texted = {bare(text.to) for text in self.exchange.texts if bare(text.sender) == self.settings.helpline_number}
        strangers = (rung | texted) - self.known
        assert not strangers, f"nobody expected a call or a text to {strangers}:\n{self.exchange.transcript()}"

    def read(self) -> Session:
        """A session to look at the rows with; close it."""
        return Session(self.database.reader, expire_on_commit=False)

    def close(self) -> None:
        """Give back what it held."""
        self.doors.loop.run_until_complete(self.doors.loop.shutdown_default_executor())
        self.doors.loop.close()
