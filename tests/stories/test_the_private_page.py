"""What a coordinator does on the page of what she took, from her own telephone, and who hears of it."""

import re

from sqlalchemy import select

from helpline import rota
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.people import HatName, Person, wear
from helpline.requests import HelpRequest
from tests import builders
from tests.stories.evening import Evening
from tests.stories.pages import PrivatePage
from tests.stories.test_passing_on import Street, on_the_desk, street, written

__all__ = ["street"]
RITA = "+442079460118"
SECRETS = ("Rita", "Marsh", "14 Acacia", "0118", "Milk", "shouting")


def taken(line: Evening, hana: Person, coral: Person) -> tuple[int, str]:
    """Hana wrote it down and Coral said yes: the request, and the link to who and where."""
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("YES")
    return request, line.phone(coral).receives("Who and where").link


def test_she_rings_rita_says_who_does_it_and_rita_is_asked_how_it_went(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    request, link = taken(line, hana, coral)
    page = PrivatePage(line, link)
    assert "Ring Rita, numbers hidden" in page.presses("show")
    assert "Your phone rings in a moment." in page.presses("ring")
    assert "Your phone is ringing already" in page.presses("ring"), "a double press is one ring"
    leg = line.phone(coral).rings(within=5).hears("You asked to ring a neighbour. Press 1")
    leg.press("1")
    rita = line.phone(RITA, "Rita").rings(within=10)
    line.clock.advance(20)
    rita.hang_up()
    leg.hears("That call is over")
    (to_rita,) = [one for one in line.exchange.calls if one.parties.called == RITA]
    assert to_rita.parties.caller == line.settings.helpline_number
    assert "Sam does it" in page.presses("found", neighbour="Sam")
    assert "It is done. Thank you." in page.presses("done", neighbour="Sam")
    line.phone(hana).receives("Done: Shopping near Acacia Road")
    with line.database.transaction() as session:  # a day goes by
        session.get_one(HelpRequest, request).follow_up_at = line.clock.now()
    line.clock.advance(15)
    assert on_the_desk(line) == [ItemKind.FOLLOW_UP]
    desk = line.desk(hana)
    with line.read() as session:
        item = session.scalars(select(DeskItem.id).where(DeskItem.state != ItemState.DONE)).one()
    on = f"/items/{item}"
    desk.shows("How did it go: Shopping, Acacia Road")
    again = desk.post(f"{on}/followed-up", {"got_it": "yes"}, on=on).text
    assert "Press one answer" in again
    assert re.search(r'name="got_it"\s+value="yes"\s+checked', again), "what was pressed is still pressed"
    desk.post(f"{on}/followed-up", {"got_it": "partly", "again": "yes"}, on=on)
    desk.shows(
        "Coral rang Rita through the helpline.",
        "Coral found Sam.",
        "Coral said it is done, by Sam.",
        "Got what they needed: partly. Would ring us again: yes.",
        on=f"/requests/{request}",
    )
    assert on_the_desk(line) == []


def test_her_answerphone_rings_nobody(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    _, link = taken(line, hana, coral)
    line.phone(coral).behaves("answerphone")
    PrivatePage(line, link).presses("ring")
    line.clock.advance(45)
    assert not [leg for leg in line.exchange.calls if leg.parties.called == RITA]


def test_not_safe_with_nobody_on_shift_reaches_the_organisers_at_once(
    line: Evening,
    street: Street,
    database: Database,
) -> None:
    hana, coral, _ = street
    with database.transaction() as session:
        bea = builders.a_person(session, "Bea Marsh")
        wear(session, bea, HatName.ORGANISER, at=line.clock.now())
        rota.end_now(session, session.merge(hana), at=line.clock.now())
    request, link = taken(line, hana, coral)
    page = PrivatePage(line, link)
    said = page.presses("advice", words="There is shouting inside")
    assert "ring 999 now" in said
    assert "Bea has been told by text, and will ring you." in said
    told = line.phone(bea).receives("Not safe, or advice needed: some shopping near Acacia Road")
    assert not [word for word in SECRETS if word in told.body]
    page.presses("advice")
    line.phone(bea).receives_nothing(for_seconds=10)
    page.presses("done")
    line.phone(hana).receives("Done: Shopping")
    assert on_the_desk(line) == [ItemKind.ADVICE], "until a person has dealt with it"
    line.desk(bea).shows("There is shouting inside", "not safe, or I need advice", on=f"/requests/{request}")
