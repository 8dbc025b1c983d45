"""One busy ward: what is live on an ordinary afternoon, with several of everything that a screen makes a list of.

Three of each where a list is made: a question asked for each of them shows as three.
"""

from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import (
    ahead,
    away,
    blocks,
    buddies,
    calls,
    desk_items,
    follow_ups,
    handovers,
    history,
    inbox,
    incidents,
    languages,
    links,
    offers,
    people,
    referrals,
    regulars,
    repeating,
    requests,
    rings,
    rota,
    sheets,
    shifts,
    signposts,
    slots,
    spoken_notes,
    standbys,
    swaps,
    taking,
    voicemails,
)
from helpline.calls import Call
from helpline.desk_items import ItemKind
from helpline.incident_words import Serious
from helpline.incidents import Told
from helpline.ledger import DailyLine
from helpline.messages import Message
from helpline.patterns import Shape
from helpline.people import HatName, Person
from helpline.referrals import Given, ReferralWay
from helpline.requests import HelpRequest
from helpline.rota import Shift
from helpline.sheets import SheetKind
from helpline.wording import Kind
from tests.builders import NOON, a_coordinator, a_handler, a_person, a_street
from tests.dashboard.cast import a_call, a_request, a_sid, answered_by
from tests.helpline.signpost_cast import a_signpost

STREETS_CSV = b"street,patch\nGorse Lane,Hill End\nAcacia Road,Hill End\nBeech Grove,\n"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# When those who are on were on already.
BEFORE, OVER = NOON - timedelta(minutes=50), NOON - timedelta(minutes=40)
TODAY = NOON.date()
STREETS = ("Acacia Road", "Beech Grove", "Cedar Walk", "Dale Street", "Elm Lane", "Fir Close")
PATCHES = ("The Groves", "Riverside", "Hill End")
HANDLERS = ("Tomasz", "Priya", "Femi", "Wren")


def a_busy_ward(session: Session) -> dict[str, str]:
    """Everything of it; answers with whom to sign in as (`who`), and what stands in the braces of each screen's path."""
    coordinators = _streets(session)
    hana, *others = _handlers(session)
    slot, shift, regular = _rota(session, hana, others)
    taken = _requests(session, [hana, *others])
    call = _calls(session, hana, others)
    items = _owed(session, taken, others)
    return {
        "who": str(hana.id),
        "person_id": str(coordinators[0].id),
        "hat_id": str(coordinators[0].hats[0].id),
        "patch_id": "1",
        "street_id": "1",
        "slot_id": str(slot.id),
        "shift_id": str(shift.id),
        "pattern_id": str(slot.pattern_id),
        "regular_id": str(regular),
        "call_id": str(call.id),
        "request_id": str(taken.id),
        "item_id": str(items),
        **_signposts(session, hana, taken),
        "sheet_id": str(sheets.bring(session, SheetKind.STREETS, STREETS_CSV, who=hana, at=NOON).id),
        "incident_id": str(_incidents(session, hana, others)),
        "language": "en",
        "key": "greeting",
        "o": _link(session, taken),
        "b": _buddy(session, hana),
        "p": links.make_for_patch(session, 1, coordinators[0].id, expires_at=NOON + DAY).rpartition("/")[2],
    }


def _buddy(session: Session, hana: Person) -> str:
    """Somebody whom Hana chose, and how the page begins on which they say yes."""
    buddies.choose(session, "Maureen", "07700 900777", who=hana, at=NOON)
    return session.scalars(select(Message.body).order_by(Message.id.desc()).limit(1)).one().rpartition("/b/")[2]


def _streets(session: Session) -> list[Person]:
    for place, street in enumerate(STREETS):
        a_street(session, street, patch=PATCHES[place % 3])
    coordinators = [
        a_coordinator(session, name, of=of) for name, of in zip(("Coral", "Bo", "Cy"), PATCHES, strict=True)
    ]
    for name, of in zip(("Dot", "Dev", "Del"), PATCHES, strict=True):
        a_coordinator(session, name, of=of, deputy=True)
    for place, name in enumerate(("Nia", "Ned", "Noor", "Nan")):
        people.wear(session, a_person(session, name), HatName.NEIGHBOUR, at=NOON, patch_id=place or None)
    for one in coordinators:
        away.say_away(session, one, TODAY + 9 * DAY, TODAY + 12 * DAY, who=one, at=NOON)
    return coordinators


def _signposts(session: Session, hana: Person, request: HelpRequest) -> dict[str, str]:
    """Three organisations, of which one was rung again; somebody was passed on to each, and by each to us."""
    found = [a_signpost(session, hana, name, at=NOON - DAY) for name in ("Food Bank", "Debt Advice", "The Library")]
    signposts.still_holds(session, found[0], who=hana, at=NOON)
    for way in ReferralWay:
        for one in found:
            given = Given(a_sid("key"), way, TODAY + DAY, agreed=True)
            made, _ = referrals.make(session, one, given, request=request, who=hana, at=NOON - DAY)
    return {"signpost_id": str(found[0].id), "referral_id": str(made.id)}


def _incidents(session: Session, hana: Person, others: list[Person]) -> int:
    """Three that are open, and three that are closed."""
    made = []
    for nth in range(6):
        told = Told(a_sid("key"), "The shopping came a day late", TODAY, Serious.NEAR)
        made += [incidents.write(session, told, owner=others[nth % 3], who=others[0], at=NOON)[0]]
    for one in made[3:]:
        incidents.close(session, one, "We ring the evening before", who=hana, at=NOON)
    return made[0].id


def _handlers(session: Session) -> list[Person]:
    hana = a_handler(session, "Hana")
    people.wear(session, hana, HatName.ORGANISER, at=NOON)
    others = [a_handler(session, name, on_shift=place < 2) for place, name in enumerate(HANDLERS)]
    languages.begin(session, "cy", who=hana, at=NOON)
    return [hana, *others]


def _rota(session: Session, hana: Person, others: list[Person]) -> tuple[slots.Slot, Shift, int]:
    """Two times of each day, eight weeks ahead, kept by two of us each; some want cover, and one would swap."""
    everybody = [hana, *others]
    kept = []
    for weekday in range(7):
        for begins, ends in ((time(9), time(13)), (time(19), time(22))):
            pattern = ahead.add(session, Shape(weekday, begins, ends, 2, 3, TODAY), who=hana, at=NOON)
            first = (weekday + begins.hour) % 5
            for who in (everybody[first], everybody[(first + 1) % 5]):
                kept += [regulars.keep(session, pattern, who, first_day=TODAY, who=hana, at=NOON)[0]]
    mine = rota.shifts_of(session, hana, NOON + DAY, NOON + 21 * DAY)
    theirs = rota.shifts_of(session, others[0], NOON + DAY, NOON + 21 * DAY)
    for one in theirs[:3]:
        shifts.want_cover(session, one, who=others[0], at=NOON)
    coming = [one for who in others[1:] for one in rota.shifts_of(session, who, NOON + DAY, NOON + 21 * DAY)]
    for who in (others[2], others[3]):
        for one in theirs[:3]:
            if rota.is_free(session, who, one.starts_at, one.ends_at):
                standbys.offer(session, one, who=who, at=NOON)
    for one in coming[:12]:
        if one.person_id != others[0].id and swaps.could_swap(session, mine[1], [one], at=NOON):
            swaps.propose(session, mine[1], one, who=hana, at=NOON)
            break
    slot = session.get_one(slots.Slot, theirs[0].slot_id)
    return slot, mine[0], kept[0].id


def _requests(session: Session, handlers: list[Person]) -> HelpRequest:
    """Three on each street: asked, taken, done; and three of a street that we do not know. The last is taken, with a story."""
    kinds = (Kind.SHOPPING, Kind.PRESCRIPTION, Kind.LIFT)
    made = [
        a_request(session, handlers[nth % len(handlers)], on=street, kinds=(kinds[nth],), at=NOON - 3 * HOUR)
        for street in (*STREETS, None)
        for nth in range(3)
    ]
    for place, request in enumerate(made):
        offer = offers.holder_of(session, request) or next(iter(offers.live_of_request(session, request)), None)
        if offer is not None and place % 3:
            taking.accept(session, offer, at=NOON - 2 * HOUR)
            if place % 3 == 2:
                requests.done(session, request, who=handlers[0], at=NOON - HOUR)
    taken = made[1]
    for who in handlers[:3]:
        requests.add_note(session, taken, "She is at home after four.", who=who, at=NOON)
        history.read(session, "request", at=NOON, reader=who.id, request_id=taken.id)
    repeating.begin(session, taken, 7, who=handlers[0], at=NOON)
    return taken


def _calls(session: Session, hana: Person, others: list[Person]) -> Call:
    """One that Hana has, three who wait, and one each whom two others spoke with; a note said of each of those."""
    for place, who in enumerate(others[:2]):
        call = a_call(session, f"+44770090080{place}", at=BEFORE)
        _rung(session, who, call)
        answered_by(session, who, call, at=BEFORE)
        calls.finish(session, call, at=OVER)
        ring = next(ring for ring in rings.of_call(session, call.id) if ring.person_id == who.id)
        spoken_notes.said(session, ring, recording_sid=a_sid("RE"), seconds=20, at=OVER)
        rings.leg_over(session, ring, at=OVER)
        calls.ready(session, call, who=who, at=OVER)
    mine = a_call(session, "+447700900118", at=NOON - timedelta(minutes=5))
    _rung(session, hana, mine)
    answered_by(session, hana, mine, at=NOON - timedelta(minutes=4))
    for place in range(3):
        a_call(session, f"+44770090081{place}", at=NOON - timedelta(seconds=60 - place))
    return mine


def _rung(session: Session, who: Person, call: Call) -> None:
    if not any(ring.person_id == who.id for ring in rings.of_call(session, call.id)):
        rings.owe(session, who, call.id, at=call.arrived_at)


def _owed(session: Session, taken: HelpRequest, others: list[Person]) -> int:
    """Three call-backs, three messages, three texts, advice; a note of the shift before; and three blocked numbers."""
    for place in range(3):
        gone = a_call(session, f"+44770090082{place}", at=NOON - HOUR)
        calls.ring_back(session, gone, at=NOON - HOUR)
        left = a_call(session, f"+44770090083{place}", at=NOON - HOUR)
        calls.leave_queue(session, left, at=NOON - HOUR)
        voicemails.left(session, left, recording_sid=a_sid("RE"), seconds=40, at=NOON - HOUR)
        inbox.receive(session, a_sid("SM"), phone=f"+44770090084{place}", body="Could you ring me?", at=NOON - HOUR)
        blocks.block(session, f"+44770090085{place}", "Shouts", until_at=NOON + DAY, who=others[0], at=NOON)
    desk_items.put(session, ItemKind.ADVICE, at=NOON, request_id=taken.id)
    follow_ups.expect(session, taken, at=NOON)
    day = TODAY - DAY
    session.add(DailyLine(day=day, made_at=NOON, calls=9, answered=8, unaccounted=0, compared=True))
    for who in others[2:]:
        session.add(handovers.Handover(who=who, at=NOON - HOUR, words="Rita rings again at five."))
    session.flush()
    asked = select(desk_items.DeskItem.id).where(desk_items.DeskItem.kind == ItemKind.CALL_BACK)
    return session.scalars(asked.order_by(desk_items.DeskItem.id)).first() or 0


def _link(session: Session, request: HelpRequest) -> str:
    offer = offers.holder_of(session, request)
    assert offer is not None
    return links.make(session, offer.id, shows_details=True, expires_at=NOON + DAY).rpartition("/")[2]
