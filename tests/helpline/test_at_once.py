"""Several questions asked as one: each part's rows come back to it, with whomever they name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import at_once
from helpline.calls import C, Call
from helpline.people import Person
from helpline.requests import HelpRequest
from tests.builders import a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_call, a_request


def test_each_part_is_answered_and_what_its_rows_name_comes_with_them(session: Session) -> None:
    a_street(session, "Acacia Road")
    a_coordinator(session, "Coral")
    hana = a_handler(session, "Hana")
    first, second = a_request(session, hana), a_request(session, hana)
    calls = [a_call(session, f"+44770090011{number}") for number in range(3)]
    session.expunge_all()

    waiting, newest, nobody, requests = at_once.ask(
        session,
        select(Call).where(Call.state == C.WAITING),
        select(Call).order_by(Call.id.desc()).limit(1),
        select(Person).where(Person.id < 0),
        select(HelpRequest),
    )

    assert {call.id for call in waiting} == {call.id for call in calls}
    assert [call.id for call in newest] == [calls[-1].id]
    assert nobody == []
    assert {request.id for request in requests} == {first.id, second.id}
    session.connection().close()  # whatever was not brought cannot be asked for any more
    assert {request.handler.name for request in requests} == {"Hana"}
    assert {request.street.name for request in requests} == {"Acacia Road"}
    assert {call.handler for call in waiting} == {None}
