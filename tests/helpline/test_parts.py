"""What each text costs: every kind of message, as it usually is and at its realistic worst, in parts and letters.

A change of words that costs a part fails here; whoever means it writes the new figure down.
"""

from datetime import timedelta

import pytest

from helpline import shortly, wording
from helpline.messages import MessageKind
from helpline.wording import Kind

GROUP, LONG_GROUP = "Larkfield Neighbours", "Larkfield and Priory Park Neighbours"
STREET, LONG_STREET = "Acacia Road", "Upper Saint Bartholomew's Gardens"
WHAT, LONG_WHAT = (
    wording.kinds(kinds) for kinds in ([Kind.SHOPPING], [Kind.PRESCRIPTION, Kind.FRIENDLY_CALL, Kind.DOG_WALK])
)
DESK = "https://desk.larkfield.example"
LINK = f"{DESK}/o/{'x' * 16}"
NUMBER = "020 7946 0303"
NEEDS = "Milk, bread and the blue tins for the cat. " * 20
HOUR, WEEK = timedelta(hours=1), timedelta(hours=12)
K = MessageKind

TABLE = [
    # kind, what it says, as it usually is, its parts; at its worst, and its parts
    (
        K.SIGN_IN_CODE,
        "the code",
        wording.sign_in_text(GROUP, "012345", timedelta(minutes=10)),
        1,
        wording.sign_in_text("The Larkfield and Priory Park Neighbours", "012345", timedelta(minutes=60)),
        1,
    ),
    (
        K.OFFER,
        "asked",
        wording.offer_text(GROUP, WHAT, STREET, "today", "A", HOUR, LINK),
        1,
        wording.offer_text(LONG_GROUP, LONG_WHAT, LONG_STREET, "by 3:30 pm on Wednesday 23 September", "W", WEEK, LINK),
        2,
    ),
    (
        K.OFFER,
        "asked to ring",
        wording.help_offered_text(GROUP, STREET, "A", WEEK, LINK),
        1,
        wording.help_offered_text(LONG_GROUP, LONG_STREET, "W", WEEK, LINK),
        2,
    ),
    (
        K.DETAILS,
        "by a link",
        wording.details_text(GROUP, WHAT, STREET, "A", LINK),
        2,
        wording.details_text(LONG_GROUP, LONG_WHAT, LONG_STREET, "W", LINK),
        2,
    ),
    (
        K.DETAILS,
        "in the text",
        wording.details_in_full_text(GROUP, WHAT, "A", "Rita Marsh", f"14 {STREET}", "Milk, bread, cat food"),
        1,
        wording.details_in_full_text(
            LONG_GROUP, LONG_WHAT, "W", "Margaret Featherstonehaugh", f"Flat 12, The Old Vicarage, {LONG_STREET}", NEEDS
        ),
        3,
    ),
    (
        K.DETAILS,
        "by telephone",
        wording.details_by_phone_text(GROUP, WHAT, STREET, "A", NUMBER),
        1,
        wording.details_by_phone_text(LONG_GROUP, LONG_WHAT, LONG_STREET, "W", NUMBER),
        2,
    ),
    (
        K.DONE,
        "done",
        wording.done_text(WHAT, STREET, "Coral", "QWR7K"),
        1,
        wording.done_text(LONG_WHAT, LONG_STREET, "Agnieszka", "QWR7K"),
        1,
    ),
    (
        K.NEWS,
        "nobody yet",
        wording.nobody_text("some shopping", STREET, f"{DESK}/requests/1"),
        1,
        wording.nobody_text("a prescription, a friendly call and a dog walk", LONG_STREET, f"{DESK}/requests/12345"),
        2,
    ),
    (
        K.NEWS,
        "not needed",
        wording.withdrawn_text(GROUP, WHAT, STREET),
        1,
        wording.withdrawn_text(LONG_GROUP, LONG_WHAT, LONG_STREET),
        1,
    ),
    (
        K.NEWS,
        "a nudge",
        wording.nudge_text(GROUP, WHAT, STREET, "A"),
        1,
        wording.nudge_text(LONG_GROUP, LONG_WHAT, LONG_STREET, "W"),
        2,
    ),
    (K.NEWS, "paused", wording.paused_text(3), 1, wording.paused_text(20), 1),
    (K.NEWS, "PINs closed", wording.pins_closed_text(), 1, wording.pins_closed_text(), 1),
    (
        K.NEWS,
        "urgent",
        wording.urgent_text("some shopping", STREET, f"{DESK}/requests/1"),
        1,
        wording.urgent_text("a prescription, a friendly call and a dog walk", LONG_STREET, f"{DESK}/requests/12345"),
        2,
    ),
    (
        K.ANSWER,
        "yours",
        wording.plain(wording.YOURS.format(what=WHAT, street=STREET)),
        1,
        wording.plain(wording.YOURS.format(what=LONG_WHAT, street=LONG_STREET)),
        1,
    ),
    (
        K.ANSWER,
        "kindly",
        wording.KIND_ANSWER.format(group=GROUP, number=NUMBER),
        1,
        wording.KIND_ANSWER.format(group=LONG_GROUP, number=NUMBER),
        1,
    ),
    (K.ANSWER, "stopped", wording.STOPPED, 1, wording.STOPPED, 1),
    (
        K.ANSWER,
        "not reached",
        wording.could_not_reach_text(GROUP, NUMBER),
        1,
        wording.could_not_reach_text(LONG_GROUP, NUMBER),
        2,
    ),
]


@pytest.mark.parametrize(
    ("kind", "what", "usual", "parts", "worst", "most"),
    TABLE,
    ids=lambda one: one if isinstance(one, str) and len(one) < 20 else "",
)
def test_the_parts_of_every_text(kind: MessageKind, what: str, usual: str, parts: int, worst: str, most: int) -> None:
    for words, expected in ((usual, parts), (worst, most)):
        seen = f"{kind} {what}: {shortly.parts(words)} parts, {shortly.letters(words)} letters: {words}"
        assert shortly.is_cheap(words), seen
        assert shortly.parts(words) == expected, seen


def test_every_kind_of_message_is_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(MessageKind)


def test_what_is_long_is_said_shortly_only_when_that_saves_a_part() -> None:
    short = wording.withdrawn_text(GROUP, WHAT, LONG_STREET)
    assert (LONG_STREET in short, shortly.parts(short)) == (True, 1)
    just_over = wording.withdrawn_text(LONG_GROUP, "Prescription and something else", LONG_STREET)
    assert just_over.startswith(f"{LONG_GROUP}: Prescription and something else near Upper St Bartholomew's Gdns is no")
    assert shortly.parts(just_over) == 1
    assert wording.withdrawn_text(LONG_GROUP, LONG_WHAT, LONG_STREET).startswith("Larkfield and Priory: ")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Larkfield Neighbours", "Larkfield Neighbours"),
        ("Larkfield and Priory Park Neighbours", "Larkfield and Priory"),
        ("Larkfield Street Helpers of the Groves", "Larkfield Street"),
        ("Llanfairpwllgwyngyllgogerychwyrndrobwll", "Llanfairpwllgwyngyllgogerychwyrndrobwll"),
        ("The Friends and Helpers of Priory Park", "The Friends"),
    ],
)
def test_a_group_by_its_first_words(name: str, said: str) -> None:
    assert shortly.group(name) == said


def test_a_street_as_on_a_map() -> None:
    assert shortly.street("Upper Saint Bartholomew's Gardens") == "Upper St Bartholomew's Gdns"
    assert shortly.street("Roadside Cottages") == "Roadside Cottages"


def test_one_letter_of_another_alphabet_is_kept_and_costs_what_it_costs() -> None:
    words = wording.withdrawn_text(GROUP, WHAT, "Ulica Łąkowa")
    assert "Łąkowa" in words
    assert shortly.parts(words) == 2
    assert shortly.parts(wording.details_in_full_text(GROUP, WHAT, "A", "Łucja", "14 Acacia Road", NEEDS)) == 3


def test_needs_are_cut_where_a_word_ends() -> None:
    words = wording.details_in_full_text(GROUP, WHAT, "A", "Rita", "14 Acacia Road", NEEDS)
    assert "... Reply DONE A when done." in words
    assert shortly.parts(words) == 3


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        (
            "Nobody yet for a lift near Elm Walk. It is on the desk: https://desk.example/requests/1",
            "Nobody yet for a lift near Elm Walk. It is on the desk.",
        ),
        (
            "How is it going? Reply DONE A if it is done, NO A to give it back.",
            "How is it going? To let us know, ring 020 7946 0300.",
        ),
        (
            "Elm: your shift is tomorrow, 4 to 7 pm. Reply 1 to confirm, 2 if you need cover.",
            "Elm: your shift is tomorrow, 4 to 7 pm. To let us know, ring 020 7946 0300.",
        ),
        ("Running late? Send LATE 15.", "Running late? To let us know, ring 020 7946 0300."),
        (
            wording.welcome_text("Elm", "https://desk.example/card"),
            "Elm: thank you for answering the line. Save our number, so that your phone lets us through.",
        ),
        ("You missed three calls.", "You missed three calls."),
    ],
)
def test_a_text_read_aloud_has_no_address_in_it_and_says_what_can_be_done_without_texts(words: str, heard: str) -> None:
    assert wording.aloud(words, "020 7946 0300") == heard
