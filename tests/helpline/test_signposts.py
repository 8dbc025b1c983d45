"""Organisations that we tell people of: what is said of one, when somebody last asked, and telling a caller."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import signpost_words, signposts, tellings
from helpline.calls import Outcome
from helpline.errors import HelplineError, RefusedError
from helpline.signposts import Done
from helpline.tellings import Telling
from tests.builders import NOON, a_handler, a_street
from tests.helpline.cast import a_call, a_request
from tests.helpline.signpost_cast import FOOD_BANK, a_signpost

LATER = NOON + timedelta(days=92)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ("The Food Bank", "020 7946 0771", "", "Polish."),
            "There is The Food Bank. Their number is 020 7946 0771. They speak Polish. Shall I say that once more, slowly?",
        ),
        (("The Library", "", "", ""), "There is The Library. Shall I say that once more, slowly?"),
    ],
)
def test_what_is_read_out_holds_what_we_know_and_nothing_else(given: tuple[str, str, str, str], said: str) -> None:
    assert signpost_words.to_say(*given) == said


@pytest.mark.parametrize(("written", "kept"), [("116 123", "116 123"), ("020 7946 0771", "+442079460771"), ("", "")])
def test_short_numbers_are_kept_as_they_are_written(written: str, kept: str) -> None:
    assert signposts.number_of(written) == kept


@pytest.mark.parametrize(
    ("about", "field"),
    [
        (replace(FOOD_BANK, name=" "), "name"),
        (replace(FOOD_BANK, kinds=()), "kinds"),
        (replace(FOOD_BANK, phone="ask at the door"), "phone"),
        (replace(FOOD_BANK, notes="a" * 501), "notes"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(about: signposts.About, field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        signposts.understand(about)
    assert refused.value.field == field


def test_sent_twice_it_is_one_and_another_of_its_name_is_refused(session: Session) -> None:
    hana = a_handler(session, "Hana")
    made, new = signposts.add(session, FOOD_BANK, who=hana, at=NOON)
    assert (signposts.add(session, FOOD_BANK, who=hana, at=NOON), new) == ((made, False), True)
    with pytest.raises(RefusedError, match="is on the list already"):
        signposts.add(session, replace(FOOD_BANK, name="larkfield FOOD bank", hours="Never"), who=hana, at=NOON)


def test_one_that_nobody_rang_for_three_months_says_so_until_somebody_does(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana"), a_handler(session, "Tomasz")
    made = a_signpost(session, hana)
    assert signposts.how_many(session, at=NOON) == (1, 0)
    assert signposts.how_many(session, at=LATER) == (1, 1)
    assert signposts.is_stale(session, made, at=LATER)
    assert signposts.still_holds(session, made, who=tomasz, at=LATER)
    assert not signposts.still_holds(session, made, who=tomasz, at=LATER + timedelta(minutes=1))  # pressed twice
    assert not signposts.is_stale(session, made, at=LATER)
    assert [one.what for one in signposts.changes_of(session, made)] == [Done.CHECKED, Done.ADDED]


def test_two_who_correct_it_do_not_overwrite_each_other(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana"), a_handler(session, "Tomasz")
    made = a_signpost(session, hana)
    seen = signposts.newest_change(session, made)
    assert signposts.correct(session, made, replace(FOOD_BANK, hours="Mondays"), seen=seen, who=hana, at=NOON)
    with pytest.raises(HelplineError, match="since you looked"):
        signposts.correct(session, made, replace(FOOD_BANK, hours="Sundays"), seen=seen, who=tomasz, at=NOON)
    assert not signposts.correct(session, made, replace(FOOD_BANK, hours="Mondays"), seen=seen, who=hana, at=NOON)
    assert made.hours == "Mondays"


def test_what_is_taken_off_keeps_what_was_done_with_it(session: Session) -> None:
    hana = a_handler(session, "Hana")
    made = a_signpost(session, hana)
    assert signposts.remove(session, made, who=hana, at=NOON)
    assert not signposts.remove(session, made, who=hana, at=NOON)
    assert signposts.on_the_list(session) == []
    other = a_signpost(session, hana)
    with pytest.raises(HelplineError, match="Another Larkfield Food Bank"):
        signposts.put_back(session, made, who=hana, at=NOON)
    signposts.remove(session, other, who=hana, at=NOON)
    assert signposts.put_back(session, made, who=hana, at=NOON)
    assert [one.what for one in signposts.changes_of(session, made)] == [Done.PUT_BACK, Done.REMOVED, Done.ADDED]


def test_a_call_comes_to_it_once(session: Session) -> None:
    hana = a_handler(session, "Hana")
    made, call = a_signpost(session, hana), a_call(session)
    for _ in range(2):
        tellings.referred(session, made, call, who=hana, at=NOON)
    (telling,) = session.scalars(select(Telling))
    assert (call.outcome, made.told, telling.call_id) == (Outcome.REFERRED, 1, call.id)
    assert signposts.told_most(session) == [made]


def test_it_is_sent_by_text_with_a_yes_once_and_not_to_a_landline(session: Session) -> None:
    hana, street = a_handler(session, "Hana"), a_street(session, "Acacia Road")
    made = a_signpost(session, hana)
    request = a_request(session, hana, street, phone="+447700900118")
    with pytest.raises(HelplineError, match="Ask first"):
        tellings.send(session, made, request, agreed=False, who=hana, at=NOON)
    first = tellings.send(session, made, request, agreed=True, who=hana, at=NOON)
    assert tellings.send(session, made, request, agreed=True, who=hana, at=NOON) is first
    assert first.body == (
        "Larkfield Neighbours: Larkfield Food Bank, 020 7946 0771, Tuesday and Friday, 10 am to 1 pm. As you asked."
    )
    for call, why in ((a_call(session), tellings.LANDLINE), (a_call(session, phone=None), tellings.WITHHELD)):
        with pytest.raises(HelplineError) as refused:
            tellings.send(session, made, call, agreed=True, who=hana, at=NOON)
        assert str(refused.value) == why
