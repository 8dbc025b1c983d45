"""Done: whoever asked is rung to hear how it went, unless they have heard."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, desk_items, follow_ups, offers, taking
from helpline.desk_items import ItemKind
from helpline.errors import HelplineError
from helpline.follow_ups import Answer, Feedback
from helpline.requests import HelpRequest
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_call, a_request

LATER = NOON + timedelta(hours=20)


def done(session: Session) -> HelpRequest:
    a_street(session, "Acacia Road")
    a_coordinator(session, "Coral")
    request = a_request(session, a_handler(session, "Hana"))
    offer = offers.holder_of(session, request)
    assert offer is not None
    taking.accept(session, offer, at=NOON)
    taking.done(session, offer, at=NOON)
    return request


def tick(session: Session) -> list[ItemKind]:
    for _ in range(2):
        for request_id in follow_ups.due(session, LATER):
            follow_ups.put(session, request_id, LATER)
        session.flush()
    return [item.kind for item in desk_items.on_the_desk(session)]


def test_the_day_after_it_is_on_the_desk_once(session: Session) -> None:
    request = done(session)
    assert follow_ups.due(session, LATER - timedelta(minutes=1)) == []
    assert tick(session) == [ItemKind.FOLLOW_UP]
    assert request.follow_up_at is None


def test_whoever_has_heard_it_by_ringing_is_left_in_peace(session: Session) -> None:
    done(session)
    calls.tell(session, a_call(session, at=NOON + timedelta(hours=1)), at=NOON + timedelta(hours=1))
    session.flush()
    assert ItemKind.FOLLOW_UP not in tick(session)


def test_what_they_say_is_kept_once_and_an_unpressed_question_is_asked_for(session: Session) -> None:
    done(session)
    tick(session)
    (item,) = desk_items.on_the_desk(session)
    hana = a_handler(session, "Tomasz")
    with pytest.raises(HelplineError, match="Press one answer to each question"):
        follow_ups.answer(session, item, Answer.YES, None, who=hana, at=LATER)
    follow_ups.answer(session, item, Answer.PARTLY, Answer.NOT_ASKED, who=hana, at=LATER)
    with pytest.raises(HelplineError, match="dealt with"):
        follow_ups.answer(session, item, Answer.NO, Answer.NO, who=hana, at=LATER)
    said = session.scalars(select(Feedback)).one()
    assert (said.got_it, said.again) == (Answer.PARTLY, Answer.NOT_ASKED)
    # Asked again because it was mended: the last word counts.
    again = desk_items.put(session, ItemKind.FOLLOW_UP, at=LATER, request_id=item.request_id)
    follow_ups.answer(session, again, Answer.YES, Answer.YES, who=hana, at=LATER)
    session.flush()
    assert (said.got_it, said.again) == (Answer.YES, Answer.YES)


def test_what_comes_back_every_day_is_asked_about_once_in_four_weeks_unless_something_was_amiss(
    session: Session,
) -> None:
    first = done(session)
    first.repeat_id = 1
    session.flush()
    hana = first.handler

    def next_one(days: int) -> HelpRequest:
        request = a_request(session, hana)
        request.repeat_id = 1
        session.flush()
        follow_ups.expect(session, request, at=NOON + timedelta(days=days))
        return request

    assert next_one(0).follow_up_at is None, "the first is to be asked about tomorrow"
    tick(session)
    (item,) = desk_items.on_the_desk(session)
    assert next_one(1).follow_up_at is None, "they are being asked"
    follow_ups.answer(session, item, Answer.YES, Answer.YES, who=hana, at=LATER)
    session.flush()
    assert next_one(28).follow_up_at is None
    session.scalars(select(Feedback)).one().got_it = Answer.PARTLY
    session.flush()
    assert next_one(28).follow_up_at == LATER + timedelta(days=28), "what was amiss is asked about the next time"
    session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first().follow_up_at = None
    session.scalars(select(Feedback)).one().got_it = Answer.YES
    session.flush()
    assert next_one(29).follow_up_at == LATER + timedelta(days=29)


def test_nobody_is_asked_who_left_no_number_or_offered_help(session: Session) -> None:
    request = done(session)
    request.follow_up_at = None
    request.phone = None
    follow_ups.expect(session, request, at=NOON)
    assert request.follow_up_at is None
