"""The weekly thanks: on its day, to everybody who did something, once; and to nobody when nothing got done."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import rota, shortly, taking, thanks, thanks_words
from helpline.defaults import DEFAULTS, Durations
from helpline.durations import change
from helpline.errors import HelplineError
from helpline.messages import Message
from helpline.offers import Offer
from helpline.people import HatName, Person, wear
from helpline.slots import Slot
from helpline.thanks import Thanks
from helpline.wording import Kind
from tests.builders import NOON, a_coordinator, a_handler, a_person, a_street
from tests.helpline.cast import a_request

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SUNDAY = date(2026, 11, 22)
SIX = datetime(2026, 11, 22, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (SIX - HOUR, SIX - 7 * DAY),
        (SIX, SIX),
        (SIX + 6 * DAY, SIX),
        (datetime(2026, 3, 29, 18, tzinfo=UTC), datetime(2026, 3, 29, 17, tzinfo=UTC)),  # the clocks have gone forward
    ],
)
def test_it_is_due_by_the_wall_clock(at: datetime, moment: datetime) -> None:
    assert thanks.moment(Durations(thanks_on=7), at) == moment
    assert thanks.moment(DEFAULTS, at) is None, "a group that has not chosen a day has none"


def test_a_text_says_what_got_done_in_few_words_and_names_nobody() -> None:
    kinds: dict[str, int] = {Kind.SHOPPING: 12, Kind.PRESCRIPTION: 5, Kind.DOG_WALK: 1, Kind.LIFT: 2}
    words = thanks_words.text("Larkfield Neighbours", 19, kinds, 4, "https://desk.example/rota")
    assert words == (
        "Larkfield Neighbours: this week 19 things got done on your streets: 12 shopping trips, 5 prescriptions, 2 lifts "
        "and more. Thank you. 4 times on the rota of the next seven days still want somebody. https://desk.example/rota"
    )
    assert shortly.is_cheap(words)
    assert shortly.parts(words) == 2
    one = thanks_words.text("Larkfield Neighbours", 1, {Kind.DOG_WALK: 1}, 0, "https://desk.example/rota")
    assert one == "Larkfield Neighbours: this week 1 thing got done on your streets: 1 dog walk. Thank you."


@pytest.fixture
def hana(session: Session) -> Person:
    hana = a_handler(session, "Hana", on_shift=False)
    wear(session, hana, HatName.ORGANISER, at=NOON)
    change(session, "thanks_on", 7, seen=None, who=hana, at=NOON)
    return hana


@pytest.fixture
def coral(session: Session, hana: Person) -> Person:
    """Coral did Rita's shopping on Thursday, that Hana had written down on her shift."""
    coral = a_coordinator(session, "Coral")
    rota.write(session, hana, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    request = a_request(session, hana, a_street(session, "Acacia Road"))
    offer = session.scalars(select(Offer).where(Offer.request_id == request.id)).one()
    taking.accept(session, offer, at=NOON)
    taking.done(session, offer, at=NOON + HOUR)
    return coral


def said(session: Session, at: datetime = SIX) -> dict[str, Message]:
    """Who was thanked, when every clock has ticked."""
    for ordinal in (*thanks.due(session, at), *thanks.due(session, at)):
        thanks.say(session, ordinal, at)
    found = session.scalars(select(Message).where(Message.created_at == at))
    return {session.get_one(Person, one.person_id).first_name or "": one for one in found}


def test_everybody_who_did_something_hears_the_same_once(session: Session, coral: Person) -> None:
    a_handler(session, "Bea", on_shift=False)  # did nothing that week
    session.add(Slot(day=SUNDAY + DAY, starts_at=SIX + DAY, ends_at=SIX + DAY + HOUR, least=2, most=3))
    session.flush()
    assert thanks.due(session, SIX - HOUR) == []
    told = said(session)
    assert set(told) == {"Hana", "Coral"}
    (words,) = {message.body for message in told.values()}
    assert words is not None
    assert (
        "this week 1 thing got done on your streets: 1 shopping trip. Thank you. 1 time on the rota of the next"
        in words
    )
    assert not [name for name in ("Rita", "Coral", "Hana", "Acacia", "14") if name in words]
    assert thanks.due(session, SIX + HOUR) == []
    row = session.scalars(select(Thanks)).one()
    assert (row.day, row.done, row.sent) == (SUNDAY, 1, 2)
    assert thanks.due(session, SIX + 7 * DAY) == [(SUNDAY + 7 * DAY).toordinal()]


def test_whoever_wants_none_is_left_in_peace(session: Session, hana: Person, coral: Person) -> None:
    others = [a_handler(session, name, hours=1) for name in ("Stop", "Rests", "None", "Quiet")]
    stop, rests, none, quiet = others
    stop.stopped_texts_at = NOON
    rests.rests_until = SUNDAY
    thanks.choose(session, none, wanted=False, who=hana, at=NOON)
    quiet.quiet_from, quiet.quiet_until = time(17), time(9)
    session.flush()
    assert thanks.how_many(session, thanks.week_until(SIX), at=SIX) == 3
    told = said(session)
    assert set(told) == {"Hana", "Coral", "Quiet"}
    assert told["Quiet"].due_at == SIX + 15 * HOUR
    assert told["Hana"].due_at == SIX
    assert coral.first_name == "Coral"


def test_with_nothing_done_nobody_is_thanked_for_it(session: Session, hana: Person) -> None:
    rota.write(session, hana, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    a_request(session, hana, a_street(session, "Acacia Road"))
    assert said(session) == {}
    assert session.scalars(select(Thanks.sent)).all() == [0]


def test_a_clock_that_was_down_for_long_leaves_a_week_out(session: Session, coral: Person) -> None:
    assert coral.first_name == "Coral"
    assert thanks.due(session, SIX + thanks.LATE) != []
    assert thanks.due(session, SIX + thanks.LATE + timedelta(minutes=1)) == []


def test_nobody_decides_it_for_another(session: Session, hana: Person) -> None:
    with pytest.raises(HelplineError, match="Only they themselves"):
        thanks.choose(session, hana, wanted=False, who=a_person(session, "Bea"), at=NOON)
