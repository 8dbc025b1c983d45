"""Somebody is passed on to an organisation that is never heard of again, and an organisation passes somebody on to us."""

from datetime import timedelta

from sqlalchemy import select

from helpline.referrals import Referral
from tests.helpline.signpost_cast import a_signpost
from tests.stories.evening import Evening
from tests.stories.test_passing_on import Q, Street, on_the_desk, state, street, written

__all__ = ["street"]
ASK = "Ask Larkfield Food Bank how it went"


def the_food_bank(line: Evening, street: Street) -> int:
    with line.database.transaction() as session:
        return a_signpost(session, session.merge(street[0]), at=line.clock.now()).id


def passed_on(line: Evening, street: Street, request: int, **more: object) -> None:
    """From the request's page, with a yes; pressed twice."""
    desk, on = line.desk(street[0]), f"/referrals/new?request={request}"
    form = {"form_key": "the form of one referral", "signpost": the_food_bank(line, street), "request": request, **more}
    for _ in range(2):
        assert desk.post("/referrals", {"agreed": "yes", "hear_by": in_days(line, 3), **form}, on=on).status_code == 303


def its_page(line: Evening) -> str:
    with line.read() as session:
        return f"/referrals/{session.scalars(select(Referral.id)).one()}"


def in_days(line: Evening, days: int) -> str:
    return (line.clock.now() + timedelta(days)).date().isoformat()


def test_never_heard_of_again_it_is_asked_about_and_what_they_could_not_do_comes_back(
    line: Evening, street: Street
) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping near Acacia Road")
    passed_on(line, street, request)
    line.phone(coral).receives("is no longer needed from you")
    line.hours_go_by(48)
    line.clock.advance(15)
    desk = line.desk(hana)
    assert ASK not in desk.get("/").text
    assert (state(line, request), on_the_desk(line)) == (Q.TAKEN, []), "nobody here is asked while they have it"
    line.hours_go_by(24)
    line.clock.advance(15)
    desk.shows(ASK, "have not heard since")
    page = its_page(line)
    desk.post(f"{page}/later", {"hear_by": in_days(line, 2)}, on=page)
    assert ASK not in desk.get("/").text
    line.hours_go_by(48)
    line.clock.advance(15)
    desk.shows(ASK)
    for _ in range(2):
        desk.post(f"{page}/settle", {"said": "could_not", "words": "No parcels this week"}, on="/incidents")
    line.phone(deepak).receives("Shopping near Acacia Road")
    assert ASK not in desk.get("/").text
    desk.shows("The organisation could not help", on=f"/requests/{request}")


def test_what_an_organisation_asks_of_us_is_done_and_they_are_told(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    request = written(line, hana)
    passed_on(line, street, request, way="in")
    line.phone(coral).receives("Shopping near Acacia Road").replies("YES")
    line.phone(coral).receives("Who and where").replies("DONE")
    line.phone(coral).receives("")
    line.phone(hana).receives("done")
    line.clock.advance(15)
    desk = line.desk(hana)
    desk.shows("Tell Larkfield Food Bank how it went")
    page = its_page(line)
    desk.post(f"{page}/settle", {"said": "helped", "words": "Told Jo"}, on=page)
    assert "Tell Larkfield Food Bank" not in desk.get("/").text
