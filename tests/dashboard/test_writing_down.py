"""The request form: saved once, refused kindly, and never more promised than is true."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from helpline import away, calls, offers, sparing, taking
from helpline.calls import Call, Outcome
from helpline.db import Database
from helpline.offers import Offer
from helpline.places import Numbers, Side
from helpline.requests import HelpRequest
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Browser, Hands, Page
from tests.dashboard.cast import FILLED_IN, a_call, a_request, answered_by
from tests.dashboard.conftest import Find, SignIn
from tests.dashboard.counting import counting


@pytest.fixture
def hana(signed_in: SignIn, database: Database) -> Browser:
    """Hana at the desk; Coral looks after The Groves, nobody after The Elms."""
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_street(session, "Acacia Close")
        a_street(session, "Elm Walk", patch="The Elms")
        a_street(session, "Long Lane", numbers=Numbers(1, 49, Side.ODD))
        a_street(session, "Long Lane", patch="The Elms", numbers=Numbers(2, 50, Side.EVEN))
        a_coordinator(session, "Coral", phone="+447700900003")
        hana = a_handler(session, "Hana", phone="+447700900001")
    return signed_in(hana)


def test_a_request_is_saved_and_its_coordinator_asked_at_once(hana: Browser, database: Database) -> None:
    hana.open("/requests/new")
    page = hana.press("Save", **FILLED_IN)
    assert page.path == "/requests/1"
    page.says("Saved. Coral has been asked.", "Shopping and lift for Rita", "Coral has been asked, until 3:47 pm.")
    page.says("“Coral looks after Acacia Road. We ask Coral now, and ring you back if nobody can.”")
    page.says("Hana wrote this down.", "Coral was asked, by text.", "If Coral has not answered by then")
    with database.reading() as session:
        assert len(session.scalars(select(Offer)).all()) == 1


def test_a_double_click_makes_one_request(hana: Browser, database: Database) -> None:
    form = hana.open("/requests/new").form("/requests")
    data = {**form.fields, **FILLED_IN}
    assert hana.post("/requests", data).path == "/requests/1"
    assert hana.post("/requests", data).path == "/requests/1"
    with database.reading() as session:
        assert len(session.scalars(select(HelpRequest)).all()) == 1
        assert len(session.scalars(select(Offer)).all()) == 1


def test_what_was_written_over_a_saved_form_is_asked_about_and_then_a_request_of_its_own(
    hana: Browser, database: Database
) -> None:
    """Two tabs have one form, or two devices."""
    data = {**hana.open("/requests/new").form("/requests").fields, **FILLED_IN}
    hana.post("/requests", data)
    with database.reading() as session:
        reference = session.scalars(select(HelpRequest.reference)).one()
    for name, other in {"words": "Oil", "house": "3", "street": "Elm Walk", "phone": "", "name": "Otto"}.items():
        page = hana.post("/requests", {**data, name: other})
        assert page.status == 422, name
        page.says(f"Not saved yet: this form was saved already as {reference}. Press Save again to save what is here")
        assert page.form("/requests").fields[name] == [other]
    again = {**data, "name": "Otto", "form_key": page.form("/requests").fields["form_key"]}
    for _ in range(2):
        assert hana.post("/requests", again).path == "/requests/2"
    assert hana.post("/requests", data).path == "/requests/1"


def test_a_second_form_makes_a_second_request(hana: Browser, database: Database) -> None:
    for _ in range(2):
        hana.open("/requests/new")
        hana.press("Save", **FILLED_IN)
    with database.reading() as session:
        assert len(session.scalars(select(HelpRequest)).all()) == 2


def test_an_empty_form_says_what_is_missing_beside_each_field(hana: Browser) -> None:
    hana.open("/requests/new")
    page = hana.press("Save")
    assert page.status == 422
    page.says(
        "Not saved yet: 6 things are missing. Your words are all here.",
        "Say what is needed: press at least one.",
        "Write a few words",
        "Say which street",
        "Say by when: press one.",
        "Say how the money goes: press one.",
        "Ask first, and tick when they say yes.",
    )


def test_a_refused_form_keeps_every_word_and_its_key(hana: Browser) -> None:
    key = hana.open("/requests/new").form("/requests").fields["form_key"]
    page = hana.press("Save", **{**FILLED_IN, "consent": [], "phone": "07700"})
    assert page.status == 422
    page.says("That is not a whole telephone number.")
    fields = page.form("/requests").fields
    assert fields["kind"] == ["shopping", "lift"]
    assert fields["words"] == ["Milk and cat food (the blue tins)"]
    assert (fields["name"], fields["house"], fields["street"]) == (["Rita Marsh"], ["14"], ["Acacia Road"])
    assert (fields["urgency"], fields["money"], fields["phone"]) == (["today"], ["paid_back"], ["07700"])
    assert fields["form_key"] == key
    assert hana.press("Save and ask Coral", consent="yes", phone="07700 900118").path == "/requests/1"


def test_words_that_look_like_a_page_stay_words(hana: Browser) -> None:
    hana.open("/requests/new")
    page = hana.press("Save", **{**FILLED_IN, "words": '<b>milk</b> & "eggs"', "name": "<script>alert(1)</script>"})
    assert "<b>milk</b>" not in page.html
    assert "<script>alert" not in page.html
    page.says('<b>milk</b> & "eggs"')


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("", "", "Say which day"),
        ("2026-11-31", "17:00", "Say which day"),
        ("2026-11-19", "09:00", "That time has gone by."),
        ("2027-03-28", "01:30", "There is no 01:30 on 28 March 2027: the clocks go forward over it."),
        ("9999-12-31", "23:59", "That is a long way off. Which year did they mean?"),
        ("9998-12-01", "", "That is a long way off. Which year did they mean?"),
        ("2027-11-19", "12:00", ""),
    ],
)
def test_a_day_that_cannot_be_is_refused(hana: Browser, day: str, time: str, sentence: str) -> None:
    hana.open("/requests/new")
    page = hana.press("Save", **{**FILLED_IN, "urgency": "day_and_time", "day": day, "time": time})
    assert page.status == (422 if sentence else 200)
    page.says(sentence)


def test_a_day_and_time_is_the_wall_clocks(hana: Browser, database: Database) -> None:
    hana.open("/requests/new")
    page = hana.press("Save", **{**FILLED_IN, "urgency": "day_and_time", "day": "2027-06-01", "time": "17:00"})
    page.says("by 5 pm on Tuesday 1 June")
    with database.reading() as session:
        by_at = session.scalars(select(HelpRequest)).one().by_at
    assert by_at is not None
    assert by_at.isoformat() == "2027-06-01T16:00:00+00:00"


def test_a_street_misheard_is_offered_as_choices_without_javascript(hana: Browser) -> None:
    hana.open("/requests/new")
    page = hana.press("Save", **{**FILLED_IN, "street": "akaysha road"})
    assert page.status == 422
    page.says("Which of these is it?", "Acacia Road", "is not on our list, and the desk finds out")
    assert hana.press("Save", street_id="1").says("Coral has been asked").path == "/requests/1"


def test_a_street_picked_for_other_words_is_not_the_street(hana: Browser) -> None:
    hana.open("/requests/new")
    hana.press("Save", **{**FILLED_IN, "consent": []}).says("Ask first")
    page = hana.press("Save and ask Coral", consent="yes", street="Elm Walk")
    page.says("14 Elm Walk", "Nobody yet.")


def test_not_on_our_list_said_of_other_words_is_asked_again(hana: Browser) -> None:
    hana.open("/requests/new")
    data = {**FILLED_IN, "street": "akaysha", "street_was": "Zebedee Lane", "street_id": "none"}
    hana.press("Save", **data).says("Which of these is it?")


def test_a_street_that_is_not_on_our_list_comes_to_the_desk(hana: Browser, database: Database) -> None:
    hana.open("/requests/new")
    page = hana.press(
        "Save", **{**FILLED_IN, "street": "Zebedee Lane", "street_was": "Zebedee Lane", "street_id": "none"}
    )
    page.says(
        "Nobody yet. The desk has it", "14 Zebedee Lane", "“I will write it down, and ring you to say what we found.”"
    )
    page.says("Ring Rita and say so.", "Nobody has been asked: the street is not on our list. It came to the desk.")
    hana.open("/").says("That street is not on our list. Ring the resident to say so.")


def test_nobody_is_told_to_ring_where_no_number_was_left(hana: Browser) -> None:
    hana.open("/requests/new")
    typed = {"street": "Zebedee Lane", "street_was": "Zebedee Lane", "street_id": "none", "phone": ""}
    page = hana.press("Save", **{**FILLED_IN, **typed})
    page.says("The desk has it. No number was left, so nobody can ring.", "None given")
    page.never_says("Ring Rita", "so ring them", "rings to say")
    hana.open("/").says("No number was left, so nobody can ring.").never_says("Ring the resident")
    hana.open("/requests/1")
    hana.press("Call it off").says("Called off. No number was left, so nobody can ring.")


def test_a_street_that_nobody_looks_after_is_not_said_to_have_been_asked(hana: Browser) -> None:
    hana.open("/requests/new")
    hana.press("Save", **{**FILLED_IN, "street": "Elm Walk"}).says("Nobody was left to ask.")
    hana.open("/").says("Nobody who looks after that street could be asked.").never_says("Everybody who looks after")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"phone": "07700"}, "one thing needs another look"),
        ({"urgency": "day_and_time", "day": "2026-11-01"}, "one thing needs another look"),
        ({"urgency": "day_and_time", "day": ""}, "one thing is missing"),
        ({"consent": [], "phone": "07700"}, "2 things need another look"),
    ],
)
def test_what_is_wrong_is_not_called_missing(hana: Browser, typed: dict[str, object], sentence: str) -> None:
    hana.open("/requests/new")
    hana.press("Save", **{**FILLED_IN, **typed}).says(f"Not saved yet: {sentence}. Your words are all here.")


def test_a_shared_street_needs_the_house(hana: Browser, database: Database) -> None:
    hana.open("/requests/new")
    page = hana.press("Save", **{**FILLED_IN, "street": "Long Lane", "house": ""})
    assert page.status == 422
    page.says("Long Lane is shared between two patches, so ask for the house number or name.")
    hana.press("Save", house="7").says("Coral has been asked")


def test_the_street_is_suggested_with_who_looks_after_it(hana: Browser) -> None:
    csrf = hana.open("/requests/new").form("/requests").fields["csrf"][0]

    def suggested(typed: str) -> Page:
        return hana.post("/streets", {"csrf": csrf, "street": typed})

    suggested("acasha").says("Acacia Road Coral, The Groves", "None of these")
    suggested("elm wal").says("Elm Walk nobody yet, The Elms")
    suggested("zzqx").says("It is not on our list")


@pytest.mark.parametrize(
    ("street", "house", "words", "hint"),
    [
        ("Acacia Road", "14", "Coral looks after Acacia Road. We ask Coral now, and ring you back if nobody can.", ""),
        ("Elm Walk", "3", "I will write it down, and ring you to say what we found.", "Do not promise today. Nobody"),
        ("Long Lane", "", "I will write it down", "Ask for the house number"),
        ("Long Lane", "7", "Coral looks after Long Lane.", ""),
        ("Long Lane", "Rose Cottage", "I will write it down", "“Rose Cottage” on Long Lane could be in either of two"),
        ("Qzx", "", "I will write it down", "Do not promise today. That street is not on our list"),
        ("", "", "The words come when the street is known.", ""),
    ],
)
def test_only_what_is_true_is_promised(hana: Browser, street: str, house: str, words: str, hint: str) -> None:
    form = hana.open("/requests/new").form("/requests").fields
    page = hana.post("/streets/promise", {**form, "street": street, "house": house}, headers={"HX-Request": "true"})
    page.says(words, hint)


@pytest.mark.parametrize(
    ("said", "words", "hint"),
    [
        (
            "away",
            "Deepak looks after Acacia Road. We ask Deepak now",
            "Coral is away until Monday 23 November, so Deepak will",
        ),
        ("full", "We ask Deepak now", "Coral has as many requests as they take on at once, so Deepak will be asked."),
        (
            "everybody",
            "I will write it down",
            "Do not promise today. Coral is away until Monday 23 November and Deepak has a rest",
        ),
        (
            "night",
            "We ask Coral at 8 am tomorrow, not before,",
            "Coral is asked at 8 am tomorrow: it is in their quiet hours",
        ),
        ("urgent", "Coral looks after Acacia Road. We ask Coral now", ""),
    ],
)
def test_no_more_is_promised_than_whoever_is_there_can_do(
    hana: Browser, database: Database, find: Find, hands: Hands, said: str, words: str, hint: str
) -> None:
    hands.at = NOON + timedelta(hours=8 if said in {"night", "urgent"} else 0)
    with database.transaction() as session:
        coral = session.merge(find("Coral"))
        deepak = a_coordinator(session, "Deepak Rao", deputy=True)
        if said in {"away", "everybody"}:
            away.say_away(session, coral, date(2026, 11, 19), date(2026, 11, 23), who=coral, at=NOON)
        if said == "everybody":
            sparing.rest(session, deepak, date(2026, 11, 20), who=deepak, at=NOON)
        if said == "full":
            coral.most_open = 1
            a_request(session, find("Hana"))
    form = hana.open("/requests/new").form("/requests").fields
    urgency = "now" if said == "urgent" else "this_week"
    page = hana.post("/streets/promise", {**form, "street": "Acacia Road", "house": "14", "urgency": urgency})
    page.says(words, hint)
    assert "away" not in page.words.split("”")[0], "nobody is told of an empty house"


def test_how_long_it_takes_is_said_only_when_five_are_known(hana: Browser, database: Database, hands: Hands) -> None:
    with database.transaction() as session:
        handler = a_handler(session, "Tomasz")
        for number in range(5):
            asked = NOON - timedelta(hours=2 + number)
            request = a_request(session, handler, at=asked)
            offer = offers.of_request(session, request)[0]
            taking.accept(session, offer, at=asked + timedelta(minutes=90))
            taking.done(session, offer, at=asked + timedelta(minutes=91))
    form = hana.open("/requests/new").form("/requests").fields
    page = hana.post("/streets/promise", {**form, "street": "Acacia Road", "house": "1"})
    page.says("It is usually taken within 2 hours.")


def test_the_form_is_on_the_desk_during_a_call_and_stays_after_it(
    hana: Browser, database: Database, hands: Hands, find: Find
) -> None:
    with database.transaction() as session:
        call = answered_by(session, session.merge(find("Hana")), a_call(session))
        call_id = call.id
    page = hana.open("/").says("You are talking to a caller", "Number ends 118.", "on a call")
    assert page.form("/requests").fields["call"] == [str(call_id)]
    with database.transaction() as session:
        calls.finish(session, session.get_one(Call, call_id), at=hands.at)
    page = hana.open("/").says("That call is over.", "No calls for 5 min while you finish writing.", "I am ready now")
    page = hana.press("Save", **{**FILLED_IN, "phone": ""})
    page.says("Coral has been asked", "ends 118")
    hana.open("/").never_says("No calls for", "What is needed")
    with database.reading() as session:
        assert session.get_one(Call, call_id).outcome == Outcome.REQUEST


def test_the_next_time_she_rings_the_desk_knows_her_probably(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        handler = session.merge(find("Hana"))
        a_request(session, handler)
        answered_by(session, handler, a_call(session))
    page = hana.open("/").says("You are talking to Rita, probably", "From this number before", "Shopping, Acacia Road")
    assert page.form("/requests").fields["name"] == ["Rita Marsh"]
    page.never_says("900118")


def test_a_refused_form_on_the_desk_is_still_on_the_desk(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        answered_by(session, session.merge(find("Hana")), a_call(session))
    hana.open("/")
    page = hana.press("Save", words="Milk")
    assert page.status == 422
    page.says("You are talking to a caller", "Say by when: press one.")


def test_no_request_is_an_outcome(hana: Browser, database: Database, hands: Hands, find: Find) -> None:
    with database.transaction() as session:
        call = answered_by(session, session.merge(find("Hana")), a_call(session))
        calls.finish(session, call, at=hands.at)
    hana.open("/")
    hana.press("Wrong number").says("Written down. Thank you.").never_says("No calls for")
    with database.reading() as session:
        assert session.scalars(select(Call)).one().outcome == Outcome.WRONG_NUMBER


def test_a_call_about_a_request_we_have_says_which_and_its_story_tells(
    hana: Browser, database: Database, hands: Hands, find: Find
) -> None:
    with database.transaction() as session:
        handler = session.merge(find("Hana"))
        reference = a_request(session, handler).reference
        call = answered_by(session, handler, a_call(session))
        calls.finish(session, call, at=hands.at)
    page = hana.open("/")
    page.says("A request we have", "Shopping, Acacia Road")
    hana.press("About a request we have", reference="ZZZZZ").says("No request is known as “ZZZZZ”.")
    hana.open("/")
    hana.press("About a request we have", reference=f" {reference.lower()} ").says("Written down. Thank you.")
    hana.open("/requests/1").says("Hana had a call about it.")
    with database.reading() as session:
        assert session.scalars(select(Call)).one().outcome == Outcome.EXISTING_REQUEST


def test_one_of_the_callers_own_is_a_press(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        handler = session.merge(find("Hana"))
        a_request(session, handler)
        answered_by(session, handler, a_call(session))
    hana.open("/")
    hana.press("Shopping, Acacia Road").says("Written down. Thank you.")
    hana.open("/requests/1").says("Hana had a call about it.")


def test_a_call_that_came_to_nothing_yet_is_owed_by_whoever_answered(
    hana: Browser, signed_in: SignIn, database: Database, hands: Hands, find: Find
) -> None:
    with database.transaction() as session:
        tomasz = a_handler(session, "Tomasz")
        calls.finish(session, answered_by(session, session.merge(find("Hana")), a_call(session)), at=hands.at)
    his = signed_in(tomasz)
    hana.open("/").says("That call is over.").never_says("What did that call come to?")
    hands.at += timedelta(minutes=20)
    hana.open("/").says("What did that call come to?", "Number ends 118.", "Still owed 1")
    his.open("/").never_says("What did that call come to?")
    hana.open("/requests/new?call=1").says("What was the call about, then?")
    hana.press("Nobody spoke").says("Written down. Thank you.").never_says("What did that call come to?")


def test_an_outcome_is_for_whoever_answered(signed_in: SignIn, hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        tomasz = a_handler(session, "Tomasz")
        call_id = answered_by(session, session.merge(find("Hana")), a_call(session)).id
    his = signed_in(tomasz)
    token = his.open("/yours").forms[0].fields["csrf"]
    page = his.post(f"/calls/{call_id}/outcome", {"csrf": token, "outcome": "nuisance"})
    assert page.status == 409
    page.says("Somebody else answered that call, so it is for them to say.")


def test_a_request_that_comes_back_says_so_and_is_stopped(hana: Browser) -> None:
    hana.open("/requests/new").says("How often it comes back")
    page = hana.press("Save", **FILLED_IN, comes_back="7", until="2026-11-01")
    assert page.status == 422
    page.says("That day has come. Say the last day")
    page = hana.press("Save and ask Coral", **FILLED_IN, comes_back="7", until="")
    page.says(
        "Every week, next on Thursday 26 November.", "Hana said that it comes back every week.", "Coral was asked"
    )
    page = hana.press("Stop repeating").says("It comes back no more. What is open of it stays open.", "Hana stopped it")
    page.never_says("next on Thursday")


def test_a_form_that_was_begun_is_on_the_desk_and_gone_on_with_on_another_device(
    hana: Browser, signed_in: SignIn, find: Find, database: Database
) -> None:
    form = hana.open("/requests/new").form("/requests")
    assert hana.post("/drafts", {**form.fields, **FILLED_IN, "later": "any field"}).status == 204
    other = signed_in(find("Hana"))
    page = other.open("/").says("You began a request at 2:47 pm")
    other.open(page.links["Go on"]).says("Coral looks after Acacia Road.")
    again = other.page.form("/requests")
    assert again.fields["form_key"] == form.fields["form_key"]
    assert (again.fields["words"], again.fields["kind"]) == ([FILLED_IN["words"]], FILLED_IN["kind"])
    other.press("Save and ask Coral").says("Saved. Coral has been asked.")
    # Both devices send it, and what was kept meanwhile comes too late: it is one request, and nothing is left to finish.
    assert hana.post("/requests", {**form.fields, **FILLED_IN}).path == "/requests/1"
    assert hana.post("/drafts", {**form.fields, **FILLED_IN}).status == 200, "it is not said to be kept"
    hana.open("/").never_says("You began a request")


def test_what_was_begun_can_be_thrown_away_by_its_handler_alone(
    hana: Browser, signed_in: SignIn, database: Database
) -> None:
    with database.transaction() as session:
        tomasz = a_handler(session, "Tomasz")
    form = hana.open("/requests/new").form("/requests")
    hana.post("/drafts", {**form.fields, **FILLED_IN})
    his = signed_in(tomasz)
    his.open("/").never_says("You began")
    token = his.page.forms[0].fields["csrf"]
    his.post("/drafts/1/throw-away", {"csrf": token})
    assert his.open("/requests/new?draft=1").path == "/"
    hana.open("/").says("You began a request")
    hana.press("Throw it away").never_says("You began a request")
    assert hana.open("/requests/new?draft=1").path == "/"


def test_the_form_of_the_call_in_hand_comes_back_as_it_was_left_until_it_came_to_something(
    hana: Browser, signed_in: SignIn, find: Find, database: Database
) -> None:
    with database.transaction() as session:
        answered_by(session, find("Hana"), a_call(session))
    form = hana.open("/").form("/requests")
    hana.post("/drafts", {**form.fields, "words": "Milk"})
    phone = signed_in(find("Hana"))
    phone.open("/").never_says("You began a request")
    assert phone.page.form("/requests").fields["words"] == ["Milk"]
    phone.press("Wrong number")
    hana.open("/").never_says("You began a request", "Milk")


def test_a_form_whose_token_is_anothers_comes_back_with_its_words(
    hana: Browser, signed_in: SignIn, find: Find, database: Database
) -> None:
    """She signed out and in again in another tab while it was open."""
    form = hana.open("/requests/new").form("/requests")
    hana.cookies = signed_in(find("Hana")).cookies
    page = hana.post("/requests", {**form.fields, **FILLED_IN})
    assert page.status == 403
    page.says("it needs one more press. Your words are all here.")
    with database.reading() as session:
        assert session.scalars(select(HelpRequest)).all() == []
    page = hana.press("Save and ask Coral", consent="yes", urgency="today", money="paid_back")
    page.says("Saved. Coral has been asked.")


def test_a_letter_typed_asks_few_questions_however_many_streets_there_are(hana: Browser, database: Database) -> None:
    with database.transaction() as session:
        for number in range(40):
            a_street(session, f"Acacia {number} Road", patch=f"Patch {number % 9}")
    csrf = hana.open("/requests/new").form("/requests").fields["csrf"][0]
    with counting(database) as asked:
        hana.post("/streets", {"csrf": csrf, "street": "acacia"}).says("Acacia")
    assert len(asked) <= 10, asked.told()
