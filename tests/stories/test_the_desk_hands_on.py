"""A handler chooses who is asked, and somebody asks twice: told from the telephones that ring."""

from datetime import date

from helpline import away
from helpline.requests import HelpRequest, Q
from tests import builders
from tests.stories.evening import Evening
from tests.stories.test_passing_on import Street, street, written

__all__ = ["street"]
RITA = "+442079460118"


def test_it_is_handed_to_whom_one_chooses_and_the_resident_is_rung_with_both_numbers_hidden(
    line: Evening, street: Street
) -> None:
    hana, coral, _ = street
    with line.database.transaction() as session:
        orla = builders.a_coordinator(session, "Orla Byrne", of="The Orchard")
        ed = builders.a_coordinator(session, "Ed Okoro", of="The Orchard", deputy=True)
    request = written(line, hana)
    line.phone(coral).receives("Shopping")
    desk, on = line.desk(hana), f"/requests/{request}"

    with line.database.transaction() as session:  # Ed goes away while the page with his name on it is open
        away.say_away(
            session, session.merge(ed), date(2026, 11, 1), date(2027, 1, 31), who=session.merge(ed), at=line.clock.now()
        )
    refused = desk.post(f"{on}/hand", {"person": ed.id}, on=on)
    assert "so nothing was asked of them. Choose somebody else." in refused.text
    desk.shows("Coral has been asked", on=on)

    desk.post(f"{on}/hand", {"person": orla.id}, on=on)
    desk.post(f"{on}/hand", {"person": orla.id}, on=on)  # a double press is one question
    line.phone(coral).receives("is no longer needed from you")
    line.phone(orla).receives("Shopping near Acacia Road").replies("YES")
    line.phone(orla).receives("Who and where")
    desk.shows("Hana chose Orla to be asked.", "Taken by Orla", on=on)

    assert desk.post(f"{on}/ring", {}, on=on).status_code == 303
    leg = line.phone(hana).rings(within=5).hears("Press 1")
    leg.press("1")
    rita = line.phone(RITA, "Rita").rings(within=10)
    line.clock.advance(20)
    rita.hang_up()
    leg.hears("That call is over")
    (to_rita,) = [one for one in line.exchange.calls if one.parties.called == RITA]
    assert to_rita.parties.caller == line.settings.helpline_number
    desk.shows("Hana rang Rita through the helpline.", on=on)


def test_asked_for_twice_it_stays_two_until_somebody_says_so(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    first, second = written(line, hana), written(line, hana, key="another form")
    # The second is asked for like any other: it may be real.
    line.phone(coral).receives("Shopping")
    line.phone(coral).receives("Shopping")
    desk, on = line.desk(hana), f"/requests/{second}"
    desk.shows("There is another one like it.", "They are the same", on=on)
    for _ in range(2):
        desk.post(f"{on}/alike", {"other": first, "verdict": "same"}, on=on)
    assert desk.shows("said that it is the same as", on=on).count("said that it is the same as") == 1
    desk.post(f"{on}/call-off", {"same_as": first}, on=on)
    line.phone(coral).receives("is no longer needed from you")
    desk.shows("called it off: the same as", on=on)
    with line.read() as session:
        assert session.get_one(HelpRequest, first).state == Q.ASKING
        assert session.get_one(HelpRequest, second).state == Q.CALLED_OFF
