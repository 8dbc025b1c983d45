"""Somebody is added, is given hats and has them taken off; a name, and a number, are put right."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import asked, buddies, newcomers, offering, offers, people, pins, rota, sign_in, taking, wearing
from helpline.buddies import BuddyState
from helpline.errors import HelplineError, RefusedError
from helpline.messages import Message
from helpline.newcomers import Newcomer, NumberTakenError
from helpline.offers import O
from helpline.people import DetailsBy, Hat, HatName, Person, Way
from helpline.pins import Pin
from helpline.rota import S, Shift
from helpline.sign_in import Device, SignInCode
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_request, story, texts_to

MINA = "+447700900271"
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def olga(session: Session) -> Person:
    olga = builders.a_handler(session, "Olga Lund", on_shift=False)
    people.wear(session, olga, HatName.ORGANISER, at=NOON)
    return olga


def test_somebody_new_has_their_hats_and_a_handler_is_sent_the_card(session: Session, olga: Person) -> None:
    patch = builders.a_patch(session, "The Groves")
    coral = builders.a_coordinator(session, "Coral Reid")
    given = Newcomer(
        " Mina   Okafor ",
        "07700 900271",
        hats=((HatName.HANDLER, None), (HatName.DEPUTY, patch.id), (HatName.NEIGHBOUR, None)),
        by=Way.WHATSAPP,
        languages="PL, en",
    )
    mina = newcomers.add(session, given, who=olga, at=NOON)
    assert (mina.name, mina.phone, mina.by, mina.languages) == ("Mina Okafor", MINA, Way.WHATSAPP, "pl en")
    assert [hat.name for hat in mina.hats] == [HatName.HANDLER, HatName.DEPUTY, HatName.NEIGHBOUR]
    assert people.find(session, MINA) is mina
    assert any("/card" in words for words in texts_to(session, mina))
    assert any("Mina is deputy for The Groves now" in words for words in texts_to(session, coral))


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        (Newcomer(" ", MINA), "name", "Write what they are called"),
        (Newcomer("M" * 81, MINA), "name", "That is a long name"),
        (Newcomer("Mina", "0770"), "phone", "That is not a whole telephone number."),
        (Newcomer("Mina", MINA, languages="Polish!"), "languages", "Write languages by their names"),
        (Newcomer("Mina", "020 7946 0118"), "by", "That number is a landline"),
        (Newcomer("Mina", "+447700900118"), "phone", "Somebody has that number already"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_about_one_field(
    session: Session, olga: Person, given: Newcomer, field: str, why: str
) -> None:
    builders.a_person(session, "Rita Marsh", phone="+447700900118")
    with pytest.raises(RefusedError, match=why) as refused:
        newcomers.add(session, given, who=olga, at=NOON)
    assert refused.value.field == field
    assert people.find(session, MINA) is None


def test_a_landline_is_rung_and_only_an_organiser_adds_anybody(session: Session, olga: Person) -> None:
    given = Newcomer("Mina", "020 7946 0118", by=Way.VOICE, details_by=DetailsBy.VOICE)
    with pytest.raises(HelplineError, match="Only an organiser changes who is who"):
        newcomers.add(session, given, who=builders.a_handler(session, "Hana"), at=NOON)
    assert newcomers.add(session, given, who=olga, at=NOON).phone == "+442079460118"


@pytest.mark.parametrize("hat", [HatName.COORDINATOR, HatName.DEPUTY])
def test_who_looks_after_a_patch_needs_one(session: Session, olga: Person, hat: HatName) -> None:
    with pytest.raises(HelplineError, match="choose which"):
        newcomers.add(session, Newcomer("Mina", MINA, hats=((hat, None),)), who=olga, at=NOON)
    assert people.find(session, MINA) is None


def test_a_number_that_changes_takes_with_it_what_the_old_one_could_open(session: Session, olga: Person) -> None:
    street = builders.a_street(session, "Acacia Road")
    coral = builders.a_coordinator(session, "Coral Reid")
    people.wear(session, coral, HatName.HANDLER, at=NOON)
    pins.put(session, coral, "a hash", who=olga, at=NOON)
    sign_in.ask_for_code(session, coral.phone or "", at=NOON)
    session.add(Device(token_key="k", person_id=coral.id, label="Chrome", created_at=NOON, seen_at=NOON))
    offering.ask_next(session, request := a_request(session, olga, street), at=NOON)
    (offer,) = offers.live_of_person(session, coral)
    taking.accept(session, offer, at=NOON)
    old = coral.phone

    assert newcomers.change_number(session, coral, "07700 900271", who=olga, at=LATER)
    assert not newcomers.change_number(session, coral, "07700900271", who=olga, at=LATER), "twice is harmless"
    assert people.find(session, old or "") is None
    assert people.find(session, MINA) is coral
    assert session.scalar(select(Pin)) is None
    assert session.scalar(select(SignInCode)) is None
    assert sign_in.devices_of(session, coral) == []
    assert {message.phone for message in session.scalars(select(Message).where(Message.person_id == coral.id))} == {
        MINA
    }, "what is owed goes to the new number"
    assert offer.state == O.ACCEPTED
    assert "link.closed" in story(session, request)
    assert "/o/" in texts_to(session, coral)[-1]


def test_nobody_is_given_a_number_that_is_somebody_elses(session: Session, olga: Person) -> None:
    rita = builders.a_person(session, "Rita Marsh")
    mina = builders.a_person(session, "Mina", phone=MINA)
    with pytest.raises(NumberTakenError) as refused:
        newcomers.change_number(session, rita, MINA, who=olga, at=NOON)
    assert refused.value.person_id == mina.id
    assert newcomers.correct(session, rita, name="Rita Marsch", languages="en de", who=olga, at=NOON)
    assert not newcomers.correct(session, rita, name="Rita Marsch", languages="en de", who=olga, at=NOON)
    assert (rita.name, rita.languages) == ("Rita Marsch", "en de")


def hat_of(person: Person, name: HatName) -> Hat:
    return next(hat for hat in person.hats if hat.name == name)


def test_who_answers_no_more_leaves_the_line_and_is_told(session: Session, olga: Person) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    on = rota.on_now(session, NOON)[0]
    ahead = rota.write(session, hana, starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=1, hours=3))
    follows = wearing.what_follows(session, hat_of(hana, HatName.HANDLER), at=LATER)
    assert follows.shifts == (on, ahead)
    assert follows.leaves_line
    session.add(Device(token_key="k", person_id=hana.id, label="Chrome", created_at=NOON, seen_at=NOON))
    wearing.take_off(session, hat_of(hana, HatName.HANDLER), who=olga, at=LATER)
    assert hana.hats == []
    assert rota.on_now(session, LATER) == []
    assert (on.ends_at, ahead.state) == (LATER, S.LEFT)
    assert sign_in.devices_of(session, hana) == []
    assert texts_to(session, hana)[-1].endswith(
        "you are no longer handler with us. 2 shifts of yours are taken off the rota. If that is not right, ring us."
    )


def test_who_answers_no_more_has_no_buddy_any_more_who_is_told_so(session: Session, olga: Person) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    people.wear(session, hana, HatName.COORDINATOR, at=NOON, patch_id=builders.a_patch(session, "The Groves").id)
    buddy = buddies.choose(session, "Bea", "07700 900111", who=hana, at=NOON)
    buddies.answer(session, buddy, yes=True, at=NOON)
    wearing.take_off(session, hat_of(hana, HatName.HANDLER), who=olga, at=LATER)
    assert (buddy.state, buddy.over_at) == (BuddyState.ENDED, LATER)
    assert "you are no longer down as Hana's buddy" in texts_to(session, buddy.buddy)[-1]


def test_an_organiser_who_still_answers_keeps_their_shifts(session: Session, olga: Person) -> None:
    ulla = builders.a_handler(session, "Ulla")
    people.wear(session, ulla, HatName.ORGANISER, at=NOON)
    wearing.take_off(session, hat_of(ulla, HatName.ORGANISER), who=olga, at=LATER)
    assert session.scalars(select(Shift).where(Shift.person_id == ulla.id)).one().is_live


def test_the_last_organiser_cannot_go(session: Session, olga: Person) -> None:
    hat = hat_of(olga, HatName.ORGANISER)
    assert wearing.what_follows(session, hat, at=NOON).cannot == wearing.LAST_ORGANISER
    with pytest.raises(HelplineError, match="Nobody else is organiser"):
        wearing.take_off(session, hat, who=olga, at=NOON)
    assert olga.wears(HatName.ORGANISER)


def test_what_somebody_was_asked_goes_to_the_next_and_a_hat_is_worn_once(session: Session, olga: Person) -> None:
    street = builders.a_street(session, "Acacia Road")
    coral = builders.a_coordinator(session, "Coral")
    dev = builders.a_coordinator(session, "Dev", deputy=True)
    offering.ask_next(session, a_request(session, olga, street), at=NOON)
    follows = wearing.what_follows(session, coral.hats[0], at=NOON)
    assert [offer.person_id for offer in follows.asks] == [coral.id]
    wearing.take_off(session, coral.hats[0], who=olga, at=LATER)
    assert [offer.person_id for offer in offers.live_of_person(session, dev)] == [dev.id]
    assert asked.questions(session, coral, at=LATER)[0].over
    wearing.give(session, coral, HatName.NEIGHBOUR, who=olga, at=LATER)
    wearing.give(session, coral, HatName.NEIGHBOUR, who=olga, at=LATER)
    assert [hat.name for hat in coral.hats] == [HatName.NEIGHBOUR]
