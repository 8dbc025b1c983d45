"""Requests that move though nobody answers: through the night, past whoever is away, and never to nobody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from helpline import account, away, desk_items, moving_on, offering, offers, request_story, sparing, taking
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError
from helpline.offers import O
from helpline.people import Person
from helpline.places import Street
from helpline.requests import HelpRequest, Q
from helpline.wording import Urgency
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import a_request, story, texts_to

TODAY, A_DAY, HOUR = date(2026, 11, 19), timedelta(days=1), timedelta(hours=1)
NIGHT, MORNING = datetime(2026, 11, 19, 22, tzinfo=UTC), datetime(2026, 11, 20, 8, tzinfo=UTC)
Ask = Callable[..., HelpRequest]


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana", hours=30)


@pytest.fixture
def road(session: Session) -> Street:
    return a_street(session, "Acacia Road")


@pytest.fixture
def coral(session: Session, road: Street) -> Person:
    return a_coordinator(session, "Coral")


@pytest.fixture
def deepak(session: Session, coral: Person) -> Person:
    return a_coordinator(session, "Deepak", deputy=True)


@pytest.fixture
def ask(session: Session, hana: Person, road: Street) -> Ask:
    def wanted(urgency: Urgency = Urgency.THIS_WEEK, *, at: datetime = NOON) -> HelpRequest:
        return a_request(session, hana, road, urgency=urgency, at=at)

    return wanted


def asked(session: Session, request: HelpRequest) -> str | None:
    offer = offers.holder_of(session, request)
    return offer.person.name if offer else None


def tick(session: Session, at: datetime) -> None:
    """What the clock would find and do."""
    session.flush()
    for find, deal in (
        (moving_on.waiting, moving_on.morning),
        (away.beginning, moving_on.leave),
        (moving_on.with_nobody, moving_on.find_somebody),
    ):
        for row_id in find(session, at):
            deal(session, row_id, at)
            session.flush()


def told(session: Session, request: HelpRequest) -> list[str]:
    session.flush()
    return [line.words for line in request_story.happened(account.of(session, request, at=NOON)) if line.words]


def is_owed(session: Session, request: HelpRequest) -> bool:
    session.flush()
    return any(item.request_id == request.id for item in desk_items.on_the_desk(session))


def test_who_was_passed_over_and_why_is_a_sentence_of_the_story(
    session: Session, coral: Person, deepak: Person, ask: Ask
) -> None:
    away.say_away(session, coral, TODAY, date(2026, 11, 30), who=coral, at=NOON)
    request = ask()
    assert asked(session, request) == "Deepak"
    assert told(session, request) == ["Coral is away until Monday 30 November, so Deepak was asked."]


def test_everybody_away_is_the_desks_and_says_so(session: Session, coral: Person, deepak: Person, ask: Ask) -> None:
    away.say_away(session, coral, TODAY, TODAY, who=coral, at=NOON)
    sparing.rest(session, deepak, TODAY + A_DAY, who=deepak, at=NOON)
    request = ask()
    assert (request.state, asked(session, request), is_owed(session, request)) == (Q.NOBODY, None, True)
    assert told(session, request) == [
        "Coral is away until Thursday 19 November and Deepak has a rest, so it came to the desk."
    ]
    with pytest.raises(HelplineError, match="Nobody is left who can be asked just now"):
        offering.ask_again(session, request, who=coral, at=NOON)
    assert away.back_again(session, coral, who=coral, at=NOON + HOUR)
    offering.ask_again(session, request, who=coral, at=NOON + HOUR)
    assert (asked(session, request), is_owed(session, request)) == ("Coral", False)


def test_nobody_has_more_than_they_take_on_but_something_urgent_may_be_one_more(
    session: Session, coral: Person, deepak: Person, ask: Ask
) -> None:
    sparing.set_most(session, coral, 2, who=coral, at=NOON)
    found = [asked(session, ask()) for _ in range(3)]
    assert found == ["Coral", "Coral", "Deepak"]
    assert [asked(session, ask(Urgency.NOW)) for _ in range(2)] == ["Coral", "Deepak"]
    taking.pass_on(session, offers.live_of_person(session, coral)[0], at=NOON)
    taking.pass_on(session, offers.live_of_person(session, coral)[0], at=NOON)
    assert asked(session, ask()) == "Coral"


# The night


def test_a_night_passes_and_then_she_is_asked(session: Session, coral: Person, deepak: Person, ask: Ask) -> None:
    request = ask(at=NIGHT)
    assert (request.state, asked(session, request), texts_to(session, coral)) == (Q.ASKING, None, [])
    assert (request_story.waits_for(session, request), request.waits_until) == (coral, MORNING)
    tick(session, MORNING - timedelta(seconds=1))
    assert asked(session, request) is None
    tick(session, MORNING)
    assert (asked(session, request), request.waits_until, len(texts_to(session, coral))) == ("Coral", None, 1)
    assert story(session, request)[1:] == ["offer.waits", "offer.made"]


def test_whoever_goes_away_in_the_night_is_not_waited_for(
    session: Session, coral: Person, deepak: Person, ask: Ask
) -> None:
    request = ask(at=NIGHT)
    away.say_away(session, coral, TODAY + A_DAY, TODAY + A_DAY, who=coral, at=NIGHT)
    tick(session, MORNING)
    assert asked(session, request) == "Deepak"
    assert told(session, request) == ["Coral is away until Friday 20 November, so Deepak was asked."]


def test_what_is_urgent_waits_for_no_morning(session: Session, coral: Person, ask: Ask) -> None:
    assert asked(session, ask(Urgency.NOW, at=NIGHT)) == "Coral"


def test_what_was_wanted_today_is_the_desks_tonight(session: Session, coral: Person, ask: Ask) -> None:
    request = ask(Urgency.TODAY, at=NIGHT)
    assert (request.state, is_owed(session, request)) == (Q.NOBODY, True)
    assert told(session, request) == ["It is in the quiet hours of Coral, so it came to the desk."]


def test_a_yes_in_the_night_to_what_waits_for_the_next_one_counts(
    session: Session, coral: Person, deepak: Person, ask: Ask
) -> None:
    request = ask(at=NIGHT - 2 * HOUR)
    offer = offers.of_request(session, request)[0]
    taking.lapse(session, offer, at=NIGHT)
    assert request_story.waits_for(session, request) is deepak
    taking.accept(session, offer, at=NIGHT + HOUR)
    tick(session, MORNING)
    assert (request.state, request.waits_until, asked(session, request)) == (Q.TAKEN, None, "Coral")
    assert texts_to(session, deepak) == []


# Going away with something open


def test_what_is_open_goes_to_the_next_and_what_is_taken_is_looked_at(
    session: Session, coral: Person, deepak: Person, ask: Ask
) -> None:
    taken, opened = ask(), ask()
    taking.accept(session, offers.of_request(session, taken)[0], at=NOON)
    away.say_away(session, coral, TODAY, TODAY + A_DAY, who=coral, at=NOON)
    tick(session, NOON)
    tick(session, NOON)
    assert (asked(session, opened), asked(session, taken)) == ("Deepak", "Coral")
    assert (is_owed(session, opened), is_owed(session, taken)) == (False, True)
    assert "offer.away" in story(session, opened)
    assert story(session, taken).count("offer.left") == 1


def test_back_early_she_is_asked_again(session: Session, coral: Person, deepak: Person, ask: Ask) -> None:
    away.say_away(session, coral, TODAY - A_DAY, TODAY + 9 * A_DAY, who=coral, at=NOON - A_DAY)
    assert asked(session, ask()) == "Deepak"
    away.back_again(session, coral, who=coral, at=NOON)
    assert asked(session, ask()) == "Coral"


def test_days_that_were_taken_off_before_they_began_pass_nothing_on(
    session: Session, coral: Person, deepak: Person, ask: Ask
) -> None:
    request = ask()
    gone = away.say_away(session, coral, TODAY, TODAY, who=coral, at=NOON)
    away.take_off(session, gone, who=coral, at=NOON)
    moving_on.leave(session, gone.id, NOON)
    assert offers.of_request(session, request)[0].state == O.OPEN


# With nobody


@pytest.mark.parametrize("state", [Q.ASKING, Q.TAKEN, Q.NOBODY])
def test_a_request_that_nobody_has_is_found(
    session: Session, coral: Person, deepak: Person, ask: Ask, state: Q
) -> None:
    request = ask()
    assert moving_on.with_nobody(session, NOON) == []
    for offer in offers.of_request(session, request):
        offer.state = O.LAPSED
    request.state = state
    session.flush()
    assert moving_on.with_nobody(session, NOON) == [request.id]
    tick(session, NOON)
    assert (request.state, asked(session, request)) == (Q.ASKING, "Deepak")


def test_an_offer_whose_text_never_left_stays_on_the_desk(session: Session, coral: Person, ask: Ask) -> None:
    """The machine found it: watched, and then its item closed, it would have stayed open for ever with nobody looking."""
    request = ask(Urgency.NOW)
    offer = offers.of_request(session, request)[0]
    taking.time_is_up(session, offer, at=offer.lapses_at)
    session.flush()
    (item,) = desk_items.on_the_desk(session)
    desk_items.close(session, item, at=NOON)
    tick(session, NOON + HOUR)
    assert (offer.state, is_owed(session, request)) == (O.OPEN, True)


def test_an_item_closed_without_its_request_comes_back(session: Session, hana: Person, ask: Ask) -> None:
    request = ask()
    item = session.query(DeskItem).filter_by(kind=ItemKind.REQUEST).one()
    desk_items.close(session, item, at=NOON, who=hana.id)
    tick(session, NOON)
    assert (request.state, is_owed(session, request)) == (Q.NOBODY, True)
