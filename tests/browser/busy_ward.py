"""The demo ward on a busy afternoon: something of everything that a screen can show, in one database."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import (
    advice,
    away,
    blocks,
    buddies,
    calls,
    cover,
    desk_items,
    follow_ups,
    handovers,
    inbox,
    incidents,
    links,
    messages,
    offering,
    referrals,
    requests,
    rings,
    sheets,
    swaps,
    taking,
    voicemails,
    withdrawing,
)
from helpline.asks import Ask
from helpline.calls import Call
from helpline.config import Settings
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError
from helpline.incident_words import Serious
from helpline.incidents import Told
from helpline.ledger import DailyLine
from helpline.messages import Message, MessageKind
from helpline.people import Person
from helpline.referrals import Given, ReferralWay
from helpline.requests import HelpRequest, Written
from helpline.rota import Shift
from helpline.sheets import SheetKind
from helpline.spoken_notes import SpokenNote
from helpline.voicemails import Voicemail
from helpline.wording import Kind, Money, Urgency
from tests.builders import NOON, find_street
from tests.dashboard.cast import a_sid, answered_by
from tests.helpline.signpost_cast import a_signpost
from workers import demo

RITA, GLORIA, HAROLD, DOREEN, JAN = "+442079460118", "+442079460142", "+442079460107", "+442079460121", "+447700900402"
A_SOUND = b"RIFF and so on"


@dataclass
class Ward:
    """Where to find what was made: by the name of a route's parameter, the values to open it with."""

    places: dict[str, list[str]] = field(default_factory=dict)

    def known(self, name: str, *values: object) -> None:
        self.places.setdefault(name, []).extend(str(value) for value in values)


SHEET = b"street,patch\nGorse Lane,Priory\nAcacia Road,Priory\nQuince Lane,\n"


def fill(session: Session, settings: Settings) -> Ward:
    """All of it. The demo ward's own people, streets and rota come first."""
    demo.load(session, at=NOON, zone=settings.zone)
    ward = Ward()
    asked_for(session, ward)
    owed_to_callers(session, ward)
    what_we_cannot_know(session)
    the_rota(session, ward)
    the_streets(session, ward)
    hana = who(session, "Hana")
    blocks.block(session, "+447700900480", "He shouted.", until_at=NOON + timedelta(days=7), who=hana, at=NOON)
    told = Told(a_sid("key"), "The bags were left on the wrong step.", NOON.date(), Serious.SMALL)
    ward.known("incident_id", incidents.write(session, told, owner=hana, who=who(session, "Tomasz"), at=NOON)[0].id)
    food_bank = a_signpost(session, hana)
    ward.known("signpost_id", food_bank.id)
    given = Given(a_sid("key"), ReferralWay.OUT, NOON.date() + timedelta(days=4), "A food parcel.", agreed=True)
    request = session.get_one(HelpRequest, int(ward.places["request_id"][0]))
    ward.known("referral_id", referrals.make(session, food_bank, given, request=request, who=hana, at=NOON)[0].id)
    ward.known("sheet_id", sheets.bring(session, SheetKind.STREETS, SHEET, who=hana, at=NOON).id)
    ward.known("language", "en")
    ward.known("key", "greeting")
    ward.known("person_id", hana.id, who(session, "Coral").id)
    ward.known("hat_id", *(hat.id for hat in (*hana.hats, *who(session, "Coral").hats)))
    ward.known("item_id", *session.scalars(select(DeskItem.id).where(DeskItem.kind != ItemKind.REQUEST)))
    return ward


def who(session: Session, name: str) -> Person:
    everybody = session.scalars(select(Person).order_by(Person.id))
    return next(person for person in everybody if person.first_name == name)


# Requests, in each of their states


def a_request(session: Session, kinds: tuple[Kind, ...], name: str, phone: str, house: str, street: str) -> HelpRequest:
    on = find_street(session, street)
    written = Written(
        form_key=a_sid("key"),
        kinds=kinds,
        words="Milk, bread, cat food (the blue tins), two bananas",
        urgency=Urgency.TODAY,
        money=Money.PAID_BACK,
        name=name,
        phone=phone,
        house=house,
        street_id=on.id if on else None,
        street_words=None if on else street,
    )
    return requests.write(session, written, who=who(session, "Hana"), at=NOON - timedelta(minutes=40))[0]


def asked_for(session: Session, ward: Ward) -> None:
    hana = who(session, "Hana")
    asked = a_request(session, (Kind.SHOPPING,), "Rita Marsh", RITA, "14", "Acacia Road")
    first = offering.ask_next(session, asked, at=NOON)
    taken = a_request(session, (Kind.PRESCRIPTION, Kind.LIFT), "Gloria Osei", GLORIA, "8", "Medlar Street")
    offer = offering.ask_next(session, taken, at=NOON - timedelta(minutes=30))
    assert first is not None
    assert offer is not None
    taking.accept(session, offer, at=NOON - timedelta(minutes=9))
    advice.ask(session, offer, "The front door was open, and nobody answered.", at=NOON)
    nobody = a_request(session, (Kind.DOG_WALK,), "Harold Finch", HAROLD, "3", "Zebedee Lane")
    offering.ask_next(session, nobody, at=NOON)
    over = a_request(session, (Kind.ODD_JOB,), "Jan Kowalski", JAN, "5", "Elm Walk")
    offering.ask_next(session, over, at=NOON - timedelta(hours=1))
    requests.done(session, over, who=hana, at=NOON - timedelta(minutes=3))
    follow_ups.put(session, over.id, NOON)
    called_off = a_request(session, (Kind.LIFT,), "Jan Kowalski", JAN, "5", "Elm Walk")
    offering.ask_next(session, called_off, at=NOON)
    withdrawing.call_off(session, called_off, who=hana, at=NOON)
    requests.add_note(session, asked, "Her sister comes on Sunday.", who=hana, at=NOON)
    ward.known("request_id", *(one.id for one in (asked, taken, nobody, over, called_off)))
    ward.known("open_request_id", asked.id)
    the_links(session, ward, (asked.id, taken.id))


def the_links(session: Session, ward: Ward, ids: tuple[int, ...]) -> None:
    """Those of the texts: the first of somebody who was asked, and both of somebody who said yes."""
    texts = select(Message.body).where(Message.kind.in_((MessageKind.OFFER, MessageKind.DETAILS)))
    of_theirs = texts.where(Message.request_id.in_(ids)).order_by(Message.id)
    bodies = [body or "" for body in session.scalars(of_theirs)]
    ward.known("offer_token", *(token for body in bodies for token in re.findall(r"/o/([\w-]+)", body)))


# What is owed to those who rang


def owed_to_callers(session: Session, ward: Ward) -> None:
    earlier = NOON - timedelta(minutes=65)
    call_back = calls.arrive(session, a_sid(), phone=GLORIA, at=earlier)
    calls.wait(session, call_back, at=earlier)
    calls.finish(session, call_back, at=earlier + timedelta(minutes=2))
    message = calls.arrive(session, a_sid(), phone=DOREEN, at=NOON - timedelta(minutes=20))
    voicemails.left(session, message, recording_sid=a_sid("RE"), seconds=50, at=NOON - timedelta(minutes=19))
    voicemail = session.scalars(select(Voicemail)).one()
    voicemail.sound, voicemail.fetched_at = A_SOUND, NOON
    inbox.receive(session, a_sid("SM"), phone=JAN, body="Is the bus running today?", at=NOON - timedelta(minutes=12))
    left_for_the_next(session, ward)
    talking(session, ward)
    ward.known("voicemail_id", voicemail.id)


def talking(session: Session, ward: Ward) -> None:
    """Tomasz is in a call, and somebody waits."""
    ward.known("call_id", a_call_of(session, who(session, "Tomasz"), RITA).id)
    waits = calls.arrive(session, a_sid(), phone=GLORIA, at=NOON)
    calls.wait(session, waits, at=NOON - timedelta(seconds=65))


def a_call_of(session: Session, person: Person, phone: str) -> Call:
    call = calls.arrive(session, a_sid(), phone=phone, at=NOON)
    calls.wait(session, call, at=NOON)
    rings.owe(session, person, call.id, at=NOON)
    return answered_by(session, person, call, at=NOON - timedelta(minutes=3))


def left_for_the_next(session: Session, ward: Ward) -> None:
    """A note at the end of a shift, and one that was spoken after a call."""
    maureen = who(session, "Maureen")
    session.add(handovers.Handover(who=maureen, at=NOON - timedelta(hours=2), words="Rita may be out until four."))
    call = calls.arrive(session, a_sid(), phone=HAROLD, at=NOON - timedelta(minutes=90))
    note = SpokenNote(call_id=call.id, who_id=maureen.id, recording_sid=a_sid("RE"), seconds=20, said_at=NOON)
    note.sound, note.fetched_at = A_SOUND, NOON
    session.add(note)
    desk_items.put(session, ItemKind.SPOKEN_NOTE, at=NOON - timedelta(minutes=80), call_id=call.id)
    ward.known("note_id", note.id)


def what_we_cannot_know(session: Session) -> None:
    """Whether a text went, whether a phone rang, and how to reach somebody whose number is dead."""
    coral, delroy = who(session, "Coral"), who(session, "Delroy")
    text = messages.owe(session, MessageKind.NEWS, "A text.", at=NOON, to=delroy)
    desk_items.put(session, ItemKind.UNKNOWN, at=NOON, message_id=text.id)
    ring = rings.owe(session, delroy, None, at=NOON, kind=rings.RingKind.TEST)
    rings.claim(session, ring, at=NOON)
    rings.unknown(session, ring, at=NOON, why="no answer from the carrier")
    desk_items.put(session, ItemKind.UNKNOWN, at=NOON, ring_id=ring.id)
    desk_items.put(session, ItemKind.NUMBER, at=NOON, person_id=coral.id)


# The rota and the streets


def the_rota(session: Session, ward: Ward) -> None:
    """One shift of hers to leave or to swap, one of another's to cover, and what was asked about them."""
    hana = who(session, "Hana")
    ahead = list(session.scalars(select(Shift).where(Shift.starts_at > NOON + timedelta(days=1)).order_by(Shift.id)))
    mine = next(shift for shift in ahead if shift.person_id == hana.id)
    theirs = next(shift for shift in ahead if shift.person_id != hana.id and shift.slot_id != mine.slot_id)
    cover.want(session, theirs, who=theirs.person, at=NOON)
    ask = next(
        ask
        for other in ahead
        if other.person_id not in {hana.id, theirs.person_id} and (ask := proposed(session, other, mine)) is not None
    )
    ward.known("ask_id", ask.id)
    ward.known("shift_id", mine.id, theirs.id)
    ward.known("own_shift_id", mine.id)
    ward.known("slot_id", mine.slot_id, theirs.slot_id)
    ward.known("pattern_id", 1)
    ward.known("regular_id", 1)


def proposed(session: Session, theirs: Shift, mine: Shift) -> Ask | None:
    """Another asks her for a swap, if they could."""
    try:
        return swaps.propose(session, theirs, mine, who=theirs.person, at=NOON)
    except HelplineError:
        return None


def the_streets(session: Session, ward: Ward) -> None:
    winston = who(session, "Winston")
    spell = away.say_away(session, winston, date(2026, 11, 19), date(2026, 11, 23), who=winston, at=NOON)
    coral = who(session, "Coral")
    patch_id = next(hat.patch_id for hat in coral.hats if hat.patch_id)
    link = links.make_for_patch(session, patch_id, coral.id, expires_at=NOON + timedelta(days=9))
    ward.known("patch_token", link.rpartition("/")[2])
    buddies.choose(session, "Maureen", "07700 900777", who=who(session, "Hana"), at=NOON)
    asked = session.scalars(select(Message.body).order_by(Message.id.desc())).first() or ""
    ward.known("buddy_token", asked.rpartition("/b/")[2])
    ward.known("away_id", spell.id)
    ward.known("patch_id", patch_id, 12)
    ward.known("street_id", 1)
    for back in range(1, 5):
        day = (NOON - timedelta(days=back)).date()
        session.add(DailyLine(day=day, made_at=NOON, calls=12, answered=10, unaccounted=int(back == 2), compared=True))
