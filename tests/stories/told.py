"""Three evenings, told as one would read them aloud: a plain call, a busy evening and a broken one.

    python -m tests.stories.told          # writes docs/evenings again
    python -m tests.stories.told busy     # prints one of them

Each is played by the real doors, workers, queue and database, around a pretend exchange whose clock stands still until it is moved;
so they come out the same on every computer, and a test compares them.
"""

import logging
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from helpline import calls, config, desk_items, line, offering, people, requests
from helpline.db import Database
from helpline.desk_items import ItemKind
from helpline.people import HatName, Person
from helpline.requests import Written
from helpline.wording import Kind, Money, Urgency
from simulator.leg import Leg, Line
from simulator.phone import Phone
from tests import builders
from tests.builders import NOON
from tests.conftest import migrate, settings_for
from tests.stories.evening import Evening
from tests.stories.stage import Legs, Weak
from tests.valkey import Valkey

FOLDER = Path(__file__).parent.parent.parent / "docs" / "evenings"
DRAWN, SHORT = re.compile(r"(/[a-z]+/)[A-Za-z0-9_-]{16,}|(\()[A-Z0-9]{5}(?=\))"), r"\1\2…"  # another one each time
ENDS = {
    "no-answer": " does not answer",
    "canceled": "'s telephone stops",
    "busy": " turns it away",
    "the line is down": "'s line goes down",
}
KEYS = {"*": "the star", "#": "hash"}
RITA, OSEI, LAMB, ZOFIA = "+442079460118", "+442079460142", "+441174960129", "+447700900177"
AGAIN = "<!-- Written by `python -m tests.stories.told`; a test compares it. -->"


class Cast:
    """Everybody of an evening, by first name, and their telephones."""

    def __init__(self, evening: Evening) -> None:
        self.evening = evening
        with evening.database.transaction() as session:
            builders.a_street(session, "Acacia Road")
            names = ("Hana Novak", "Tomasz Lis", "Bea Okoro")
            numbers = ("+447700900101", "+447700900102", "+447700900103")
            self.people: dict[str, Person] = {}
            for nth, (name, number) in enumerate(zip(names, numbers, strict=True)):
                person = builders.a_handler(session, name, phone=number, hours=4, on_shift=True)
                person.last_answered_at = NOON.replace(hour=9 + nth)
                self.people[name.split()[0]] = person
            maureen = builders.a_person(session, "Maureen Doyle", phone="+447700900105")
            people.wear(session, maureen, HatName.ORGANISER, at=NOON)
            self.people["Coral"] = builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        self.hana, self.tomasz, self.bea, self.coral = (self.phone(name) for name in self.people)
        evening.phone(maureen)
        self.rita, self.osei = evening.phone(RITA, "Rita"), evening.phone(OSEI, "Mrs Osei")
        self.lamb, self.zofia = evening.phone(LAMB, "Mr Lamb"), evening.phone(ZOFIA, "Zofia")

    def phone(self, name: str) -> Phone:
        return self.evening.phone(self.people[name])

    def off(self, *names: str) -> None:
        """These are not on shift."""
        with self.evening.database.transaction() as session:
            for name in names:
                builders.rota.end_now(session, session.merge(self.people[name]), at=self.evening.clock.now())


def plain(evening: Evening) -> None:
    """Rita, who has no internet, needs her shopping done. Hana answers, and Coral, who looks after Rita's street, sees to it."""
    cast = Cast(evening)
    call = cast.rita.dial().hears("ringing somebody for you now", limit=30)
    leg = cast.hana.rings().hears("Press 1 to take it").press("1")
    call.hears("You are through to Hana").wait(2)
    leg.says("Hello, this is Hana. How can we help?")
    call.wait(3).says("I cannot get out for my shopping. It is Rita, at 14 Acacia Road.", 4)
    call.wait(20).says("Milk, bread, and cat food. The blue tins.", 3)
    leg.wait(10).says("Coral will see to it. She looks after your street. You can hear how it stands by ringing us.", 5)
    call.wait(6).says("Bless you. Goodbye.").hang_up()
    evening.clock.advance(5)
    _writes_it_down(evening, cast)
    cast.coral.receives("Shopping").replies("YES A")
    evening.clock.advance(5)
    cast.coral.receives("Who and where")
    evening.pass_time(timedelta(minutes=50))
    cast.coral.sends("DONE A")
    evening.clock.advance(5)


def _writes_it_down(evening: Evening, cast: Cast) -> None:
    now = evening.clock.now()
    with evening.database.transaction() as session:
        street = session.query(builders.Street).one()
        hana = session.merge(cast.people["Hana"])
        form = Written(
            form_key="a form",
            kinds=(Kind.SHOPPING,),
            words="Milk, bread, and cat food: the blue tins",
            urgency=Urgency.TODAY,
            money=Money.PAID_BACK,
            name="Rita Marsh",
            phone=RITA,
            house="14",
            street_id=street.id,
        )
        request, _ = requests.write(session, form, who=hana, at=now, call=calls.to_wrap_up(session, hana, now))
        offering.ask_next(session, request, at=now)
    evening.clock.advance(5)


def busy(evening: Evening) -> None:
    """Four people ring within a minute, and three handlers are on; Bea has left her telephone to its answerphone."""
    cast = Cast(evening)
    cast.bea.behaves("answerphone")
    rita = cast.rita.dial()
    evening.clock.advance(5)
    osei = cast.osei.dial()
    first = cast.hana.rings(within=40).hears("Press 1").press("1")
    rita.hears("You are through to Hana").wait(2)
    first.says("Hello, this is Hana. How can we help?")
    rita.wait(2).says("Could somebody fetch my prescription? It is Rita, at 14 Acacia Road.", 4)
    second = cast.tomasz.rings(within=40).hears("Press 1").press("1")
    osei.hears("You are through to Tomasz").wait(2)
    second.says("Hello, Tomasz here.")
    lamb = cast.lamb.dial().wait(25)
    zofia = cast.zofia.dial().hears("You are second in the queue", limit=60)
    lamb.press("4").until_ended()
    zofia.wait(12).press("5").hears("(beep)", limit=30)
    zofia.wait(2).speaks(6, "This is Zofia. I could walk a dog on Saturdays.").press("#").until_ended()
    rita.wait(40).hang_up()
    evening.clock.advance(4 * 60)
    osei.hang_up()
    evening.clock.advance(90)
    with evening.database.transaction() as session:
        hana = session.merge(cast.people["Hana"])
        owed = next(item for item in desk_items.on_the_desk(session) if item.kind == ItemKind.CALL_BACK)
        line.ring_back(session, owed, who=hana, at=evening.clock.now())
    back = cast.hana.rings(within=30).hears("press 1", limit=20).press("1")
    lamb = cast.lamb.rings(within=30).wait(2)
    back.says("Hello, this is the helpline. You asked us to ring you back.", 3)
    lamb.wait(2).says("That was quick. My tap drips, and I cannot turn it off.", 4)
    lamb.wait(30).hang_up()
    evening.clock.advance(30)


def broken(evening: Evening) -> None:
    """The queue is away, so Rita's own line rings one handler after another. Mrs Osei rings off in the moment in which Hana
    presses 1. Then our rows cannot be reached as Zofia rings, who is put through to the fallback number. Then nobody is on shift.
    """
    cast, weak = Cast(evening), _weak(evening)
    cast.off("Bea")
    evening.valkey.stop()
    rita = cast.rita.dial()
    cast.hana.behaves("no answer")
    leg = cast.tomasz.rings(within=90).hears("Press 1", limit=20).press("1")
    leg.hears("You are through to the caller").wait(5)
    leg.says("Hello, this is Tomasz. How can we help?")
    rita.wait(3).says("Just a chat, if you have a minute. It is a long day.", 4)
    evening.valkey.start()
    rita.wait(60).hang_up()
    evening.clock.advance(60)
    cast.off("Tomasz")
    osei = cast.osei.dial()
    cast.hana.behaves("person")
    last = cast.hana.rings(within=60).hears("Press 1", limit=20)
    osei.hang_up()
    last.press("1").until_ended()
    evening.clock.advance(60)
    weak.fails = 1
    zofia = cast.zofia.dial()
    there = evening.phone(evening.settings.fallback_number, "Father Brennan").rings(within=30)
    there.wait(2).says("Saint Mary's, Father Brennan here.")
    zofia.wait(2).says("Oh, Father. I was ringing the helpline.", 3)
    zofia.wait(20).hang_up()
    evening.clock.advance(60)
    cast.off("Hana")
    evening.clock.advance(60)
    lamb = cast.lamb.dial().hears("press 5", limit=40)
    lamb.press("5").hears("(beep)", limit=30).wait(2)
    lamb.speaks(5, "It is Mr Lamb. Nobody has come about the ladder.").hang_up()
    evening.clock.advance(60)


def _weak(evening: Evening) -> Weak:
    """The line's own view of the database, which can be away."""
    app = evening.doors.apps[urlsplit(evening.settings.public_url).netloc]
    weak = Weak(evening.database)
    app.state.house = replace(app.state.house, database=weak)
    return weak


EVENINGS: dict[str, Callable[[Evening], None]] = {"plain": plain, "busy": busy, "broken": broken}
TITLES = {"plain": "A plain call", "busy": "A busy evening", "broken": "A broken evening"}


@contextmanager
def an_evening() -> Iterator[Evening]:
    """Everything running, on a database and a queue of its own."""
    settings = config.use(settings_for())
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/helpline.db"
        migrate(url)
        database, valkey = Database(url), Valkey()
        valkey.start()
        evening = Evening(settings, database, valkey, NOON)
        try:
            yield evening
            evening.check()
        finally:
            evening.close()
            database.close()
            valkey.close()


def told(name: str) -> str:
    """Play one and tell it."""
    with an_evening() as evening:
        heard = _listens(evening)
        EVENINGS[name](evening)
        about = " ".join((EVENINGS[name].__doc__ or "").split())
        return "\n".join([f"# {TITLES[name]}", "", AGAIN, "", about, "", *_lines([*heard, *_texts(evening)]), ""])


class Told(list[Line]):
    """What one telephone heard and did, which the whole evening is told of in the order in which it happened."""

    def __init__(self, leg: Leg, all_told: "list[tuple[datetime, str]]") -> None:
        super().__init__()
        self.leg, self.all_told = leg, all_told

    def append(self, one: Line) -> None:
        """One thing more."""
        super().append(one)
        if words := _words(self.leg, one):
            self.all_told.append((one.at, words))


def _listens(evening: Evening) -> list[tuple[datetime, str]]:
    """Everything from now on, as it happens."""
    heard: list[tuple[datetime, str]] = []

    def made(leg: Leg) -> None:
        leg.transcript = Told(leg, heard)
        rings = " rings the helpline" if leg.parties.direction == "inbound" else "'s telephone rings"
        heard.append((leg.times.created, f"*{leg.phone.name}{rings}.*"))

    legs = Legs()
    legs.made = made
    evening.exchange.calls = legs
    return heard


def _texts(evening: Evening) -> Iterator[tuple[datetime, str]]:
    for text in evening.exchange.texts:
        phone = evening.exchange.phone(text.to if text.is_ours else text.sender)
        did = "gets a text" if text.is_ours else "sends a text"
        yield text.created_at, f"**{phone.name}** {did}: “{DRAWN.sub(SHORT, text.body)}”"


def _lines(happened: list[tuple[datetime, str]]) -> Iterator[str]:
    """In order of time; of what happened in one second only the first names it."""
    before = ""
    for at, words in sorted(happened, key=lambda row: row[0]):
        shown = f"{at:%H:%M:%S}"
        if shown != before:
            yield f"\n`{shown}`  "
        yield f"{' '.join(words.split())}  "
        before = shown


def _words(leg: Leg, one: Line) -> str:
    """One thing as it is read aloud; nothing for what another line tells already."""
    name = leg.phone.name
    if one.kind == "did":
        return _did(name, one.words.removeprefix("> "))
    if one.kind == "note":
        return _note(leg, one.words.strip("— "))
    if re.match(r"[A-Z][\w ]+: ", one.words):
        return ""  # somebody said it, and is told of as saying it
    if one.words.startswith("(plays "):
        return f"*{name} hears music.*"
    if leg.phone.behaviour == "answerphone":
        name = f"{name}'s answerphone"
    return f"*{name} hears a beep.*" if one.words == "(beep)" else f"**{name}** hears: “{one.words}”"


def _did(name: str, words: str) -> str:
    if words == "rings off":
        return f"*{name} rings off.*"
    if re.fullmatch(r"[0-9*#]", words):
        return f"*{name} presses {KEYS.get(words, words)}.*"
    if words.startswith("(answerphone: "):
        return f"**{name}'s answerphone** says: “{words[14:-1]}”"
    return f"**{name}** says: “{words}”"


def _note(leg: Leg, words: str) -> str:
    if words.startswith("talking to "):  # both are told so; one of them tells us
        one, other = leg.phone.name, words.removeprefix("talking to ")
        parent = leg.parties.parent
        told_here = leg.parties.direction != "inbound" and (parent is None or parent.parties.direction == "inbound")
        return f"*{one} and {other} hear each other.*" if told_here else ""
    rang_off = any(one.words == "> rings off" for one in leg.transcript)
    if rang_off or words.startswith("no longer"):
        return ""
    return f"*{leg.phone.name}{ENDS.get(words, f': {words}')}.*"


def main() -> int:
    """Write all, or print those that are asked for."""
    logging.disable()  # what breaks here is meant to
    asked = sys.argv[1:]
    if not set(asked) <= {*EVENINGS}:
        print(__doc__, file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    for name in asked or EVENINGS:
        if asked:
            print(told(name))
        else:
            (FOLDER / f"{name}.md").write_text(told(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
