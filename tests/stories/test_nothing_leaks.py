"""A whole evening with everything in it that goes wrong, and nothing personal in anything that is left lying about."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from rq import Queue, SimpleWorker
from sqlalchemy import event, select

from helpline import config, history, logs, metrics, pin_hash, pins
from helpline.config import Settings
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.people import Person
from helpline.places import Street
from helpline.requests import HelpRequest
from tests import builders
from tests.conftest import settings_for
from tests.stories.evening import Browser, Evening
from tests.stories.leaks import Channels, Personal, logging_to, read_metrics, read_queue, read_rows, tap

OTTILIE, LEOPOLD = "+447700900811", "+447700900812"
BARTHOLOMEW, PEREGRINE = "+447700900813", "+447700900814"
ZEPHYRINE, OSWIN, MILDRED = "+442079460871", "+447700900872", "+442079460873"
WORDS = {
    *("Ottilie", "Vandersloot", "Leopold", "Brackenbury", "Bartholomew", "Inkpen", "Peregrine", "Smallbones"),
    *("Zephyrine", "Quillfeather", "Oswin", "Thackthwaite", "Mildred", "Umbleby"),
    *("Quincunx", "8317B", "Thistledown", "Zigzag"),
    *("marzipan", "gallstones", "rhododendron", "weltschmerz", "bassoon", "porridge", "petrichor"),
}
NUMBERS = {OTTILIE, LEOPOLD, BARTHOLOMEW, PEREGRINE, ZEPHYRINE, OSWIN, MILDRED}
NEEDS = {
    "form_key": "a form key of this evening",
    "kind": ["shopping"],
    "words": "Soft marzipan, because of the gallstones",
    "name": "Zephyrine Quillfeather",
    "phone": "020 7946 0871",
    "house": "8317B",
    "street": "Quincunx Row",
    "urgency": "today",
    "money": "paid_back",
    "consent": "yes",
}


@pytest.fixture
def settings() -> Settings:
    return config.use(settings_for(metrics_token="a made-up token of the figures"))


@pytest.fixture
def people(database: Database) -> dict[str, Person]:
    with database.transaction() as session:
        builders.a_street(session, "Quincunx Row")
        return {
            "bartholomew": builders.a_coordinator(session, "Bartholomew Inkpen", phone=BARTHOLOMEW),
            "peregrine": builders.a_coordinator(session, "Peregrine Smallbones", phone=PEREGRINE, deputy=True),
            "ottilie": builders.a_handler(session, "Ottilie Vandersloot", phone=OTTILIE),
            "leopold": builders.a_handler(session, "Leopold Brackenbury", phone=LEOPOLD, on_shift=False),
        }


@pytest.fixture
def personal(settings: Settings) -> Personal:
    ours = {settings.secret_key, settings.twilio_auth_token, settings.metrics_token or ""}
    return Personal(set(WORDS), set(NUMBERS), ours)


@pytest.fixture
def channels(line: Evening) -> Iterator[Channels]:
    channels = tap(line)
    with logging_to(channels):
        yield channels


@contextmanager
def failing(database: Database, words: str) -> Iterator[None]:
    """The next statement with these words fails, and says something that they should not."""
    left = [words]

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if words in statement and left:
            left.pop()
            raise ValueError(f"Zephyrine Quillfeather of 8317B Quincunx Row, {ZEPHYRINE}, needs marzipan")

    event.listen(database.writer, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(database.writer, "before_cursor_execute", fail)
    assert not left, f"nothing with {words!r} was executed"


def item(line: Evening, kind: ItemKind) -> int:
    with line.read() as session:
        return (
            session.scalars(select(DeskItem.id).where(DeskItem.kind == kind).order_by(DeskItem.id.desc())).first() or 0
        )


def the_request(line: Evening) -> str:
    """Its page: a database that was emptied goes on counting."""
    with line.read() as session:
        return f"/requests/{session.scalars(select(HelpRequest.id).order_by(HelpRequest.id)).first()}"


def signs_in(line: Evening, personal: Personal, who: Person) -> Browser:
    """Signs in, with a wrong code first."""
    browser = Browser(line, who)
    browser.post("/sign-in", {"number": "07700 " + (who.phone or "")[-6:]}, on="/sign-in")
    personal.secrets |= set(browser.cookies.values())
    code = line.phone(who).receives("is your code").body.split()[0]
    wrong = "000000" if code != "000000" else "111111"
    assert browser.post("/sign-in/code", {"number": who.phone, "code": wrong}, on="/sign-in").status_code == 422
    browser.post("/sign-in/code", {"number": who.phone, "code": code}, on="/sign-in")
    personal.secrets |= {code, browser.csrf(), *browser.cookies.values()}
    return browser


def presses(line: Evening, link: str, button: str, **fields: str) -> str:
    csrf = re.search(r'name="csrf" value="([^"]+)"', line.doors.ask("GET", link).text)
    assert csrf
    return line.doors.ask("POST", f"{link}/{button}", data={"csrf": csrf.group(1), **fields}).text


def a_request_goes_its_way(line: Evening, desk: Browser, people: dict[str, Person], personal: Personal) -> None:
    """A call, a request with every field of it, a no, an unclear text, a yes, a note and an end."""
    zephyrine = line.phone(ZEPHYRINE, "Zephyrine").dial()
    line.phone(people["ottilie"]).rings(within=15).hears("Press 1").press("1").wait(3)
    assert "Quincunx" in desk.post("/streets", {"street": "kwinkunks row", "house": "8317B"}).text
    with line.read() as session:
        street = session.scalars(select(Street.id)).one()
    desk.post("/streets/promise", {**NEEDS, "street_id": street})
    call = re.search(r'name="call" value="(\d+)"', desk.get("/").text)
    assert call
    saved = desk.post("/requests", {**NEEDS, "street_id": street, "call": call.group(1)})
    page = str(saved.headers["location"]).split("?")[0]
    zephyrine.hang_up()
    desk.post(f"{page}/notes", {"words": "She feels weltschmerz"}, on=page)
    desk.post(f"{page}/number", {}, on=page)

    asked = line.phone(people["bartholomew"]).receives("Shopping near")
    line.phone(people["bartholomew"]).sends("rhododendron, perhaps after tea")
    presses(line, asked.link, "no")
    asked = line.phone(people["peregrine"]).receives("Shopping near")
    asked.replies("YES A")
    details = line.phone(people["peregrine"]).receives("Who and where")
    assert "Zephyrine" in presses(line, details.link, "show")
    presses(line, details.link, "note", words="Zephyrine has gone to play the bassoon")
    presses(line, details.link, "found", neighbour="Wilhelmina")
    presses(line, details.link, "done")
    line.phone(people["ottilie"]).receives("Done")
    personal.secrets |= {link.rpartition("/")[2] for link in (asked.link, details.link)}
    line.phone(MILDRED, "Mildred").kind = "mobile"
    line.phone(MILDRED).sends("It is Mildred Umbleby, about the porridge")


def messages_and_ringing_back(line: Evening, desk: Browser, people: dict[str, Person]) -> None:
    """A withheld number leaves a message, another caller rings off and is rung back."""
    line.phone(people["ottilie"]).behaves("no answer")
    mildred = line.phone(MILDRED).dial(withheld=True).hears("To leave a message, press 5", limit=60).press("5")
    mildred.hears("(beep)").wait(1).speaks(6, "It is Mildred, the petrichor upsets me").press("#").until_ended()
    line.clock.advance(20)
    desk.get(f"/items/{item(line, ItemKind.VOICEMAIL)}")
    line.phone(OSWIN, "Oswin Thackthwaite").dial().hears("We are ringing somebody", limit=30).wait(20).hang_up()
    line.phone(people["ottilie"]).behaves("person")
    owed = item(line, ItemKind.CALL_BACK)
    desk.post(f"/items/{owed}/take", {})
    desk.post(f"/items/{owed}/number", {}, on=f"/items/{owed}")
    desk.post(f"/items/{owed}/ring", {}, on=f"/items/{owed}")
    line.phone(people["ottilie"]).rings(within=15).hears("Press 1").press("1")
    line.phone(OSWIN).rings(within=10).says("It is Oswin").hang_up()
    line.clock.advance(5)
    desk.post(f"/items/{owed}/done", {}, on=f"/items/{owed}")
    desk.post("/line/ready", {})
    desk.get(f"/items/{item(line, ItemKind.TEXT)}")


def one_of_us_rings_in(
    line: Evening, desk: Browser, database: Database, people: dict[str, Person], personal: Personal
) -> None:
    """A PIN is set, keyed in wrong and right, and keyed in while something of ours breaks; a coordinator hears who and where."""
    pin, wrong = "58203947", "90417265"
    personal.secrets |= {pin, wrong}
    line.phone(line.settings.fallback_number, "the fallback")
    desk.post("/yours/pin", {"pin": "12345678", "again": "12345678"}, on="/yours")
    desk.post("/yours/pin", {"pin": pin, "again": pin}, on="/yours")
    call = line.phone(people["ottilie"]).dial().hears("If you have a PIN").press(f"{wrong}#")
    call.hears("That PIN is not right").press(f"{pin}#").hears("Hello Ottilie").press("3").hears("On now").hang_up()
    with failing(database, "INSERT INTO pin_guesses"):
        call = line.phone(people["ottilie"]).dial().hears("If you have a PIN").press(f"{pin}#")
        call.hears("something of ours is broken").hang_up()
    with database.transaction() as session:
        bartholomew = session.get_one(Person, people["bartholomew"].id)
        pins.put(session, bartholomew, pin_hash.make(pin), who=bartholomew, at=line.clock.now())
    saved = desk.post("/requests", {**NEEDS, "form_key": "another of this evening"}, on="/requests/new")
    assert saved.status_code == 303
    line.phone(people["bartholomew"]).receives("Shopping near")
    call = line.phone(people["bartholomew"]).dial().hears("If you have a PIN").press(f"{pin}#")
    call.hears("Hello Bartholomew").hears("press 1").press("1").hears("who and where").press("1")
    line.phone(people["bartholomew"]).receives("Who and where")
    call.hears("Zephyrine Quillfeather", limit=20).hears("marzipan").press("3").hears("marked done").hang_up()
    line.phone(people["ottilie"]).receives("Done")


def everything_breaks(line: Evening, desk: Browser, database: Database, people: dict[str, Person]) -> None:
    """The carrier refuses and is lost; a webhook, a text, a page, a job and the clock fail; somebody forges a webhook."""
    line.exchange.rest.trouble("Calls", status=429, times=1)
    line.exchange.rest.trouble("Calls", lost=True, times=1)
    line.phone(OSWIN).dial().hears("We are ringing somebody", limit=30).wait(20).hang_up()
    line.clock.advance(5)

    line.phone(line.settings.fallback_number, "the fallback")
    with failing(database, "INSERT INTO calls"):
        line.phone(ZEPHYRINE).dial().hears("something of ours is broken").hang_up()
    with failing(database, "INSERT INTO texts"):
        line.phone(people["bartholomew"]).sends("rhododendron again")
    with failing(database, "INSERT INTO notes"), pytest.raises(ValueError, match="Zephyrine"):
        desk.post(f"{the_request(line)}/notes", {"words": "More weltschmerz"}, on=the_request(line))
    with failing(database, "UPDATE pulse"):
        line.clock.advance(6)
    line.exchange.rest.trouble("Messages", status=401, times=1)
    line.phone(people["peregrine"]).sends("HELLO porridge")
    line.clock.advance(3)
    with failing(database, "UPDATE messages SET state"):
        line.phone(people["peregrine"]).sends("HELLO bassoon")
        line.clock.advance(3)
    forged = [("CallSid", "CA1"), ("From", ZEPHYRINE), ("Body", "marzipan")]
    for signature in ("forged", ""):
        answer = line.doors.post(f"{line.settings.public_url}/ivr/voice", forged, {"X-Twilio-Signature": signature})
        assert answer.status == 403
    line.doors.ask("GET", f"{line.settings.dashboard_url}{the_request(line)}", cookies=None)


def test_nothing_personal_is_left_lying_about(
    line: Evening, database: Database, people: dict[str, Person], personal: Personal, channels: Channels
) -> None:
    blots = logs.BLOTTED._value.get()
    desk = signs_in(line, personal, people["ottilie"])
    a_request_goes_its_way(line, desk, people, personal)
    messages_and_ringing_back(line, desk, people)
    one_of_us_rings_in(line, desk, database, people, personal)
    everything_breaks(line, desk, database, people)
    read_metrics(line, channels)
    read_rows(line, channels)

    assert channels.leaks(personal) == {}
    assert logs.BLOTTED._value.get() == blots, "the net had nothing to catch"
    # And it was an evening in which all of that might have leaked.
    for said in (
        "a ring was not dialled",
        "a text was not sent",
        "a webhook failed",
        "a request failed",
        "a job failed",
        "something due could not be dealt with",
    ):
        for shape, out in channels.log.items():
            assert said in out.getvalue(), f"{said} is not in the {shape} log"
    assert [name for name, texts in channels.all.items() if len(texts) < 2] == []
    assert any("JobFailedError" in told for told in channels.other["queue"])
    with line.read() as session:
        told = {(one.name, one.house, one.words) for one in session.scalars(select(HelpRequest))}
    assert told == {("Zephyrine Quillfeather", "8317B", "Soft marzipan, because of the gallstones")}


def a_library_says_it(line: Evening) -> None:
    logging.getLogger("somebody.else").warning("could not find Zephyrine")


def we_say_it(line: Evening) -> None:
    logs.get("ivr").warning("somebody rang", name="Zephyrine")


def a_job_is_given_it(line: Evening) -> None:
    Queue("sending", connection=line.valkey.redis).enqueue_call("time.time", args=("Zephyrine",))


def a_job_is_described_by_it(line: Evening) -> None:
    Queue("sending", connection=line.valkey.redis).enqueue_call("time.time", description="for 07700 900872")


def breaks() -> None:
    raise ValueError("020 7946 0871 is not a number")


def a_job_dies_of_it(line: Evening) -> None:
    queue = Queue("sending", connection=line.valkey.redis)
    queue.enqueue_call("tests.stories.test_nothing_leaks.breaks")
    SimpleWorker([queue], connection=line.valkey.redis).work(burst=True, logging_level="CRITICAL")


def we_are_asked_for_it(line: Evening) -> None:
    line.doors.ask("GET", f"{line.settings.dashboard_url}/requests?house=8317B")


def we_send_somebody_to_it(line: Evening) -> None:
    line.doors.ask("GET", f"{line.settings.dashboard_url}/requests/1", params={"for": "Oswin"})


def the_carrier_is_asked_for_it(line: Evening) -> None:
    line.house.telephone.client.messages.list(to=OSWIN)


def it_is_a_label(line: Evening) -> None:
    metrics.REQUESTS.labels("web", "/people/Zephyrine", "GET", "200").inc()


def it_is_an_event(line: Evening) -> None:
    with line.database.transaction() as session:
        history.record(session, "call.from_" + ZEPHYRINE, at=line.clock.now())


@pytest.mark.parametrize(
    ("plant", "where"),
    [
        (a_library_says_it, {"plain log", "json log"}),
        (we_say_it, {"plain log", "json log"}),
        (a_job_is_given_it, {"queue"}),
        (a_job_is_described_by_it, {"queue"}),
        (a_job_dies_of_it, {"queue"}),
        (we_are_asked_for_it, {"addresses"}),
        (we_send_somebody_to_it, {"addresses"}),
        (the_carrier_is_asked_for_it, {"carrier"}),
        (it_is_a_label, {"metrics"}),
        (it_is_an_event, {"rows"}),
    ],
)
def test_what_is_planted_is_found(
    plant: Callable[[Evening], None], where: set[str], line: Evening, personal: Personal, channels: Channels
) -> None:
    try:
        plant(line)
        read_queue(line, channels)
        read_metrics(line, channels)
        read_rows(line, channels)
    finally:
        metrics.REQUESTS.remove_by_labels({"route": "/people/Zephyrine"})
    assert set(channels.leaks(personal)) == where


@pytest.mark.parametrize(
    "spelled",
    [
        "+447700900872",
        "447700900872",
        "07700900872",
        "7700900872",
        "07700 900872",
        "07700 900 872",
        "(07700) 900-872",
        "+44 7700 900872",
        "%2B447700900872",
        "+44%207700%20900872",
        "0044.7700.900.872",
    ],
)
def test_a_number_is_found_however_it_is_spelled(personal: Personal, spelled: str) -> None:
    assert personal.found_in(f"from={spelled}, and so on") == {OSWIN}
    assert personal.found_in("at 2026-11-19T14:47:00.123Z ring=8720 CA0790087200000000") == set()
