"""The exchange: numbers, telephones, calls, texts, queues and recordings of one pretend account."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator import conferences, dialling, queues, recording, speaking
from simulator.errors import Fault, FaultsError
from simulator.leg import Leg, Parties
from simulator.messages import Message, PostOffice
from simulator.notices import CallNotices
from simulator.phone import Phone
from simulator.rest import RestApi
from simulator.ringing import ring
from simulator.script import conversation
from simulator.steps import Fetch, Script
from simulator.weather import Parcel, Weather
from simulator.whatsapp import Template, bare
from simulator.wire import PATIENCE, RequestsWire, Wire, WireAnswer, WireError, signature, with_query

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.conferences import Conference
    from simulator.queues import CallQueue
    from simulator.recording import Recording

VERBS = (dialling, queues, recording, speaking)
"""Imported so that their verbs are known to the interpreter."""


@dataclass
class Number:
    """A number of the account, and where its webhooks go. With a `whatsapp_url` it is a WhatsApp sender too."""

    number: str
    sid: str
    created_at: datetime
    voice_url: str | None = None
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    status_callback: str | None = None
    sms_url: str | None = None
    sms_fallback_url: str | None = None
    sms_fallback_method: str = "POST"
    whatsapp_url: str | None = None
    name: str = ""


@dataclass(frozen=True)
class Asked:
    """One webhook as it went out, for tests to look at."""

    url: str
    form: dict[str, str]
    headers: dict[str, str]


class Exchange:
    """Ties everything together. Trouble is made with `rest.trouble` and `weather.turns`; see the README."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        clock: Clock,
        wire: Wire | None = None,
        calls_per_second: float = 1.0,
        api: str = "https://api.twilio.com",
    ) -> None:
        self.account_sid, self.auth_token, self.clock = account_sid, auth_token, clock
        self.wire: Wire = wire or RequestsWire()
        self.calls_per_second, self.api = calls_per_second, api
        self.numbers: dict[str, Number] = {}
        self.phones: dict[str, Phone] = {}
        self.calls: list[Leg] = []
        self.queues: list[CallQueue] = []
        self.conferences: list[Conference] = []
        self.recordings: list[Recording] = []
        self.texts: list[Message] = []
        self.templates: dict[str, Template] = {}
        self.faults: list[Fault] = []
        self.asked: deque[Asked] = deque(maxlen=10_000)
        self.post_office = PostOffice(self)
        self.rest = RestApi(self)
        self.weather = Weather(clock)
        self.opened_at = self._next_departure = clock.now()

    def number(self, number: str, **where: Any) -> Number:
        """Give the account a number, or change where its webhooks go: the fields of `Number`, by name.

        A fallback that is a static file needs a `voice_fallback_method` of GET. Raises TypeError for a field there is
        not, and ValueError for a method there is not.
        """
        had = self.numbers.get(number)
        sid, created_at = (had.sid, had.created_at) if had else (self.new_sid("PN"), self.clock.now())
        made = Number(number, sid, created_at, **where)
        if not {made.voice_fallback_method, made.sms_fallback_method} <= {"GET", "POST"}:
            raise ValueError(f"{number} is asked by GET or by POST")
        self.numbers[number] = made
        return made

    def the_number(self, to: str | None = None) -> Number:
        """Give a number of the account; without one named, the first."""
        if to is not None:
            return self.numbers[to]
        return next(iter(self.numbers.values()))

    def phone(self, number: str, name: str = "", **what: Any) -> Phone:
        """Give the telephone with that number, made on demand; a name or kind given later is taken over."""
        phone = self.phones.get(number)
        if phone is None:
            phone = self.phones[number] = Phone(self, number)
        phone.name = name or phone.name
        for attribute, value in what.items():
            setattr(phone, attribute, value)
        return phone

    def template(self, words: str, *, approved: bool = True, sid: str | None = None) -> Template:
        """Give the account a template; `{{1}}` in its words is filled in. WhatsApp has approved it unless said otherwise."""
        made = Template(sid or self.new_sid("HX"), words, approved)
        self.templates[made.sid] = made
        return made

    def new_sid(self, prefix: str) -> str:
        """Make up an identity, as the carrier does: two letters and 32 hexadecimal digits."""
        return prefix + secrets.token_hex(16)

    def call_from(self, phone: Phone, to: str | None = None, shown_as: str | None = None) -> Leg:
        """A telephone rings one of our numbers."""
        number = self.the_number(to)
        leg = Leg(self, phone, Parties(shown_as or phone.number, number.number, "inbound"))
        leg.status = "ringing"
        if number.voice_fallback_url:
            leg.fallback = (number.voice_fallback_url, number.voice_fallback_method)
        if number.status_callback:
            leg.notices = CallNotices(number.status_callback)
        leg.begin(conversation(leg, number.voice_url))
        return leg

    def place(self, leg: Leg, seconds: float, script: Script) -> None:
        """Send a call out, not sooner than the account's calls a second allow."""
        now = self.clock.now()
        departs = max(now, self._next_departure)
        self._next_departure = departs + timedelta(seconds=1 / self.calls_per_second)
        leg.begin(ring(leg, seconds, script), after=(departs - now).total_seconds())

    def queue_named(self, name: str) -> CallQueue | None:
        """Give a queue by its name or sid, or None."""
        return next((queue for queue in self.queues if name in {queue.name, queue.sid}), None)

    def queue(self, name: str) -> CallQueue:
        """Give a queue by its name, made on demand."""
        found = self.queue_named(name)
        if found is None:
            found = queues.CallQueue(self, self.new_sid("QU"), name, self.clock.now())
            self.queues.append(found)
        return found

    def conference(self, name: str) -> Conference:
        """Give the conference of that name which is not over yet, made on demand."""
        for found in self.conferences:
            if found.name == name and found.status != "completed":
                return found
        made = conferences.Conference(self, name)
        self.conferences.append(made)
        return made

    def webhook(self, fetch: Fetch) -> Callable[[], WireAnswer | WireError]:
        """Make the job of asking our application something, signed. Done again, it carries the same token."""
        by_get = fetch.method == "GET"
        url = with_query(fetch.url, fetch.form) if by_get else fetch.url
        form = [] if by_get else fetch.form
        headers = {
            "X-Twilio-Signature": signature(self.auth_token, url, form),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
        }

        def ask() -> WireAnswer | WireError:
            self.asked.append(Asked(fetch.url, dict(fetch.form), headers))
            try:
                return self.wire.post(url, form, headers, fetch.method, PATIENCE)
            except WireError as error:
                return error

        return ask

    def page(self, fetch: Fetch) -> Callable[[], WireAnswer | WireError]:
        """Make the job of asking for a page of a call; asked twice, the second answer is ignored."""
        ask = self.webhook(fetch)
        if not self.weather.repeats_page():
            return ask

        def twice() -> WireAnswer | WireError:
            answer = ask()
            ask()
            return answer

        return twice

    def report(self, parcel: Parcel, fetch: Fetch) -> None:
        """Tell our application how something stands, as the weather lets it."""
        ask = self.webhook(fetch)
        tell = lambda: self.clock.work(ask, partial(self._check_told, fetch.url))  # noqa: E731  # told once or twice
        self.weather.carry(parcel, tell, tell)

    def _check_told(self, url: str, answer: WireAnswer | WireError) -> None:
        if isinstance(answer, WireError):
            self.blame(11205, str(answer), url)
        elif answer.status >= 300:
            self.blame(11200, f"a status was answered with {answer.status}", url)

    def blame(self, code: int, about: str, where: str) -> None:
        """Write down something our application did wrong."""
        self.faults.append(Fault(code, about, self.clock.now(), where))

    def check(self) -> None:
        """End a story: raise FaultsError, an AssertionError, if anything was done wrong."""
        if self.faults:
            raise FaultsError("\n".join(["The carrier complains:", *map(str, self.faults)]))

    def forgive(self, code: int) -> list[Fault]:
        """Take the faults with that code off the list, for a story that means to cause them."""
        forgiven = [fault for fault in self.faults if fault.code == code]
        self.faults = [fault for fault in self.faults if fault.code != code]
        return forgiven

    def transcript(self) -> str:
        """Tell the whole evening, everybody's calls and texts, in order of time."""
        told = [(line.at, leg.phone.name, line.words) for leg in self.calls for line in leg.transcript]
        for text in self.texts:
            phone = self.phone(bare(text.to if text.is_ours else text.sender))
            what = "a WhatsApp message" if text.by_whatsapp else "a text"
            told.append((text.created_at, phone.name, f"{'gets' if text.is_ours else 'sends'} {what}: {text.body}"))
        told.sort(key=lambda row: row[0])
        return "\n".join(f"{at:%H:%M:%S}  {name:<14} {words}" for at, name, words in told)
