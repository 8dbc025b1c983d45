"""Made-up neighbours and what is with them, for the page of pieces. None of it is in any database."""

from datetime import UTC, datetime, timedelta

from helpline.board import Caller, Desk, Line, Standing, Together, Waiting
from helpline.calls import C, Call
from helpline.charts import Chart, Row
from helpline.closings import Closing
from helpline.coverage import Coverage, Tended
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.handovers import Handover
from helpline.holders import Holder, Why
from helpline.offers import O, Offer
from helpline.people import Hat, HatName, Person
from helpline.places import Patch, Side, Street, Stretch
from helpline.request_story import Happened
from helpline.requests import HelpRequest, Q
from helpline.rings import R, Ring, RingKind
from helpline.rota import S, Shift
from helpline.slots import Slot
from helpline.still_owed import Owed
from helpline.talk_card import Card
from helpline.week import Cell, Hand
from helpline.wording import Money, Urgency
from helpline.wrap_up import WrapUp

NOW = datetime(2026, 11, 19, 14, 47, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def person(number: int, name: str, *hats: HatName) -> Person:
    """Somebody, with a number that is kept for drama."""
    worn = [Hat(id=number * 10 + nth, name=hat) for nth, hat in enumerate(hats)]
    return Person(
        id=number, name=name, phone=f"+4477009009{number:02}", hats=worn, created_at=NOW, languages="en", misses=0
    )


HANA = person(1, "Hana Novak", HatName.HANDLER, HatName.ORGANISER)
TOMASZ = person(2, "Tomasz Wilk", HatName.HANDLER)
PRITI = person(3, "Priti Shah", HatName.HANDLER)
CORAL = person(4, "Coral Baptiste", HatName.COORDINATOR, HatName.HANDLER)
DELROY = person(5, "Delroy Grant", HatName.COORDINATOR)
LONG = person(6, "Wilhelmina-Konstantina Featherstonehaugh", HatName.HANDLER)

ACACIA = Street(id=1, name="Acacia Road")
MEDLAR = Street(id=2, name="Medlar Street")


def request(number: int, state: Q, kinds: str, street: Street | None = ACACIA, **told: object) -> HelpRequest:
    """Something that was asked for, or offered."""
    given: dict[str, object] = {
        "name": "Rita Marsh",
        "phone": "+442079460118",
        "house": "14",
        "words": "Milk, bread, cat food (the blue tins)",
        "created_at": NOW - 40 * MINUTE,
        "over_at": NOW - 3 * MINUTE if state in {Q.DONE, Q.CALLED_OFF} else None,
        **told,
    }
    return HelpRequest(
        id=number,
        reference=f"A{number:03}",
        state=state,
        kinds=kinds,
        street=street,
        street_id=street.id if street else None,
        patch_id=1 if street else None,
        urgency=Urgency.TODAY,
        money=Money.PAID_BACK,
        handler=HANA,
        handler_id=HANA.id,
        **given,
    )


def offer(about: HelpRequest, state: O, who: Person = CORAL) -> Offer:
    """That request, put to somebody."""
    return Offer(
        id=about.id,
        request=about,
        person=who,
        person_id=who.id,
        state=state,
        together=False,
        asked_at=NOW - 20 * MINUTE,
        lapses_at=NOW + 6 * MINUTE,
        answered_at=NOW - 9 * MINUTE,
    )


def lines() -> list[Line]:
    """A request in each of the ways in which it can stand."""
    asked, waits = request(1, Q.ASKING, "shopping"), request(2, Q.ASKING, "friendly_call")
    taken, nobody = request(3, Q.TAKEN, "prescription", MEDLAR), request(4, Q.NOBODY, "dog_walk", None)
    done, called_off = request(5, Q.DONE, "lift"), request(6, Q.CALLED_OFF, "odd_job")
    return [
        Line(waits, None),
        Line(asked, offer(asked, O.OPEN)),
        Line(taken, offer(taken, O.ACCEPTED, DELROY)),
        Line(nobody, None),
        Line(done, offer(done, O.DONE)),
        Line(called_off, None),
    ]


# The call


def call(number: int, phone: str | None, state: C = C.WAITING, **told: object) -> Call:
    """A resident's call."""
    given: dict[str, object] = {"offers_help": False, "arrived_at": NOW - 3 * MINUTE, **told}
    return Call(id=number, sid=f"CA{number}", phone=phone, state=state, language="en", **given)


RITAS = call(1, "+442079460118", C.TALKING, talking_at=NOW - timedelta(minutes=2, seconds=14), person=None)
HELD = call(1, "+442079460118", C.HELD, talking_at=NOW - 4 * MINUTE, apart_at=NOW - timedelta(seconds=40))
THREE = call(1, "+442079460118", C.TOGETHER, talking_at=NOW - 6 * MINUTE)
RITA = Caller("Rita", "+442079460118", (), (lines()[0],))
UNKNOWN = Caller(None, None, (), ())
WAITING = (
    Waiting(call(7, "+442079460142"), NOW - timedelta(seconds=65), (TOMASZ,)),
    Waiting(call(8, None), NOW - timedelta(seconds=20), ()),
)


def shift(who: Person, starts_at: datetime, hours: int = 3, state: S = S.KEPT, **told: object) -> Shift:
    """Somebody is down for it."""
    return Shift(
        id=who.id,
        person=who,
        person_id=who.id,
        state=state,
        starts_at=starts_at,
        ends_at=starts_at + hours * HOUR,
        **told,
    )


MINE = shift(HANA, NOW - HOUR)


def standing(*, on: bool = True, talks: Call | None = None, writes: Call | None = None) -> Standing:
    """How Hana stands to the line."""
    wrap_up = WrapUp(writes, NOW + 4 * MINUTE) if writes else None
    return Standing(HANA, MINE if on else None, MINE.ends_at if on else None, talks, None, wrap_up)


def ring(state: R, kind: RingKind = RingKind.TAKE, call_id: int | None = 1) -> Ring:
    """Her phone, for that call."""
    return Ring(id=1, kind=kind, person=HANA, person_id=HANA.id, call_id=call_id, state=state, asked_at=NOW)


def desk(me: Standing | None = None, **given: object) -> Desk:
    """The top of her desk, quiet but for what is given."""
    me = me or standing()
    in_hand = me.call or (me.wrap_up.call if me.wrap_up else None)
    usual: dict[str, object] = {
        "ring": None,
        "rung_for": None,
        "caller": RITA if in_hand else None,
        "waiting": (),
        "on": (Together(NOW + 2 * HOUR, (HANA, TOMASZ)),),
        "following": (shift(PRITI, NOW + 2 * HOUR),),
        "would_be_until": NOW + 3 * HOUR,
        "open": True,
        "opens_at": None,
        "closing": None,
    }
    return Desk(**{"me": me, "in_hand": in_hand, **usual, **given})  # type: ignore[arg-type]  # usual, and what is given


def card(talk: Call = RITAS, **given: object) -> Card:
    """What can be done with a talk."""
    usual: dict[str, object] = {
        "others": (TOMASZ, PRITI),
        "rung": (),
        "coordinator": CORAL,
        "asked": None,
        "third": None,
    }
    return Card(call=talk, **{**usual, **given})  # type: ignore[arg-type]  # usual, and what is given


CLOSING = Closing(until=NOW + 2 * HOUR, words="We are at a funeral.", made_at=NOW - HOUR, made_by=HANA)


# What is owed


def item(number: int, kind: ItemKind, ago: timedelta, holder: Person | None = None) -> DeskItem:
    """Something the desk owes, held or free."""
    state = ItemState.CLAIMED if holder else ItemState.OPEN
    return DeskItem(
        id=number,
        kind=kind,
        state=state,
        created_at=NOW - ago,
        attempts=0,
        holder_id=holder.id if holder else None,
        request_id=4,
    )


def owed() -> list[Owed]:
    """Late and free, held by another, and about a request that nobody could take."""
    rang = call(3, "+442079460142", C.ENDED, waiting_since=NOW - 67 * MINUTE, ended_at=NOW - 65 * MINUTE)
    free = Holder(Why.FREE, (HANA, TOMASZ))
    held = Holder(Why.TOOK, (TOMASZ,), NOW + 9 * MINUTE)
    return [
        Owed(item(1, ItemKind.CALL_BACK, 65 * MINUTE), late=True, call=rang, calls_today=2, holder=free),
        Owed(item(2, ItemKind.CALL_BACK, 20 * MINUTE, TOMASZ), late=False, call=rang, calls_today=1, holder=held),
        Owed(item(3, ItemKind.REQUEST, 12 * MINUTE), late=False, line=lines()[3], holder=free),
    ]


NOTE = Handover(id=1, who=PRITI, who_id=PRITI.id, at=NOW - 2 * HOUR, words="Rita may be out until four.")


def story() -> list[Happened]:
    """How a request went so far."""
    return [
        Happened(NOW - 40 * MINUTE, "request.written", "Hana", None),
        Happened(NOW - 39 * MINUTE, "offer.made", None, "Delroy", until=NOW - 24 * MINUTE),
        Happened(NOW - 24 * MINUTE, "offer.lapsed", None, "Delroy"),
        Happened(NOW - 20 * MINUTE, "offer.made", None, "Coral", until=NOW + 6 * MINUTE),
    ]


# Streets and the rota


def tended(name: str, state: str) -> Tended:
    """A patch that is looked after, one whose coordinator is away, and one that nobody has."""
    patch = Patch(id=1, name=name, everywhere_else=False)
    names = ("Acacia Road", "Quince Lane", "Rowan Row", "Orchard Way")
    stretches = tuple(
        Stretch(street=Street(id=nth, name=one), patch=patch, side=Side.ALL) for nth, one in enumerate(names)
    )
    # People of their own: a hat adds itself to its wearer's.
    hat = Hat(name=HatName.COORDINATOR, person=person(CORAL.id, "Coral Baptiste"), person_id=CORAL.id)
    deputy = Hat(name=HatName.DEPUTY, person=person(PRITI.id, "Priti Shah"), person_id=PRITI.id)
    gone = {CORAL.id: (NOW + 96 * HOUR).date()} if state == "away" else {}
    hats = () if state == "nobody" else (hat, deputy) if state == "looked_after" else (hat,)
    return Tended(patch, stretches, hats, gone, open=2, asked=5, done=4, usual="3 h")


COVERAGE = Coverage(tended=(), gaps=(), streets=38, covered=33, loads=())


def cells() -> list[Cell]:
    """A time of the rota that is full, one that is hers, one with a gap, and one whose cover is wanted."""
    begins = [NOW + timedelta(days=1, hours=3 * nth) for nth in range(4)]
    slots = [
        Slot(id=nth, day=at.date(), starts_at=at, ends_at=at + 3 * HOUR, least=2, most=3)
        for nth, at in enumerate(begins, 1)
    ]
    down = [
        (shift(TOMASZ, begins[0]), shift(LONG, begins[0])),
        (shift(HANA, begins[1], confirmed_at=NOW), shift(PRITI, begins[1])),
        (shift(PRITI, begins[2]),),
        (shift(TOMASZ, begins[3], state=S.COVER_WANTED), shift(PRITI, begins[3])),
    ]
    return [
        Cell(at, at + 3 * HOUR, there, slot, missing=max(0, 2 - len(there)), room=3 - len(there))
        for at, there, slot in zip(begins, down, slots, strict=True)
    ]


HAND = Hand(HANA.id, answers=True, shifts=(), at=NOW)

CHART = Chart(
    "answered",
    "How soon calls were answered",
    [
        Row("Mornings", "half within 20 s, nine in ten within 50 s", 20, 30),
        Row("Evenings", "half within 40 s, all 6 within 1 min", 40, 20),
    ],
    ("when", "half within", "nine in ten within"),
    empty="Nobody rang.",
    key=("half of them", "nine in ten"),
)
