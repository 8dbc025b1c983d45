"""A judge who never finds anything is no judge: each wrong, made up, is reported."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.machines.judge import Call, Carrier, Leg, Message, Played, Ring, Rows, Text, verdict

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
RITA, HANA, TOMASZ, CORAL = "+442079460118", "+447700900101", "+447700900102", "+447700900301"


def second(number: int) -> datetime:
    return NOON + timedelta(seconds=number)


def leg(sid: str, number: str, began: int, ended: int, status: str = "completed") -> Leg:
    return Leg(sid, number, number == RITA, status, second(began), second(ended))


def said(name: str, words: str) -> str:
    return f"12:00:00  {name:<14} {words}"


@pytest.fixture
def well() -> tuple[Carrier, Rows, Played]:
    """Rita rings, Hana takes it, Tomasz's phone stops ringing; a request, an offer, and a call-back claimed once."""
    carrier = Carrier(
        [leg("CA1", RITA, 0, 20), leg("CA2", HANA, 2, 20), leg("CA3", TOMASZ, 2, 5, "canceled")],
        [Text("SM1", CORAL, "Can somebody?")],
        [
            said("Rita", f"— talking to {HANA} —"),
            said(HANA, "— talking to Rita —"),
            said("Rita", "— the line is down —"),
            said(HANA, "— no longer talking to Rita —"),
            said(HANA, "— the line is down —"),
        ],
    )
    rows = Rows(
        [Ring(1, HANA, "CA2"), Ring(2, TOMASZ, "CA3")],
        [Message(1, CORAL, "Can somebody?", "SM1", 1, asks=True)],
        [Call(1, "CA1", "answered")],
        ["Milk"],
        [(1, 7, "claimed"), (1, 7, "released"), (1, 8, "claimed"), (1, 8, "done")],
    )
    return carrier, rows, Played(["Milk"], Counter(), [(1, HANA)])


def test_a_good_evening_is_good(well: tuple[Carrier, Rows, Played]) -> None:
    assert verdict(*well) == []


def test_a_second_leg_for_one_ring_is_a_double_ring(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].legs.append(leg("CA4", HANA, 30, 40))
    assert verdict(*well) == [f"{HANA} was rung by CA4, which no ring row knows of"]


def test_a_phone_with_two_legs_at_once_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].legs.append(leg("CA4", HANA, 19, 21, "busy"))
    well[1].rings.append(Ring(3, HANA, "CA4"))
    assert verdict(*well) == [
        f"{HANA} had two legs at once: CA2 (completed, 12:00:02 to 12:00:20) and CA4 (busy, 12:00:19 to 12:00:21)",
        f"{HANA} was found busy 1 times and declined 0",
    ]


def test_a_leg_given_up_in_the_second_in_which_the_next_began_is_no_double_ring(
    well: tuple[Carrier, Rows, Played],
) -> None:
    well[0].legs[1:1] = [leg("CA4", HANA, 2, 2, "canceled")]
    well[1].rings.append(Ring(3, HANA, "CA4"))
    assert verdict(*well) == []


def test_a_leg_that_two_rings_claim_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[1].rings.append(Ring(3, HANA, "CA2"))
    assert verdict(*well) == ["the leg CA2 belongs to 2 rings"]


def test_a_leg_to_somebody_else_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[1].rings[1] = Ring(2, HANA, "CA3")
    assert verdict(*well) == ["ring 2 names the leg CA3, which did not go to its handler"]


def test_a_call_with_two_handlers_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].transcript.insert(1, said("Rita", f"— talking to {TOMASZ} —"))
    assert verdict(*well) == [f"Rita was talking to {HANA} and to {TOMASZ} at once"]


def test_a_call_with_one_handler_after_another_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].transcript[1:1] = [
        said("Rita", f"— no longer talking to {HANA} —"),
        said("Rita", f"— talking to {TOMASZ} —"),
    ]
    assert verdict(*well) == [f"Rita talked to {HANA} and then to {TOMASZ} in one call"]


def test_a_handler_in_two_calls_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].transcript.insert(2, said(HANA, "— talking to Harold —"))
    assert verdict(*well) == [f"{HANA} was talking to Rita and to Harold at once"]


def test_a_text_sent_twice_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].texts.append(Text("SM2", CORAL, "Can somebody?"))
    assert verdict(*well) == [f"{CORAL} was sent 1 texts more than is owed"]


def test_a_text_never_sent_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].texts.clear()
    assert verdict(*well) == [f"{CORAL} was sent 1 texts less than is owed", "message 1 names no text of the carrier's"]


def test_an_offer_put_twice_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].texts.append(Text("SM2", CORAL, "Can somebody, please?"))
    well[1].messages.append(Message(2, CORAL, "Can somebody, please?", "SM2", 1, asks=True))
    assert verdict(*well) == ["offer 1 was put in 2 texts"]


def test_a_request_written_twice_or_lost_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[1].requests.append("Milk")
    well[2].saved.append("Bread")
    assert verdict(*well) == ["“Milk” was written 1 times too often", "“Bread” was lost"]


def test_an_item_claimed_by_two_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[1].claims.insert(1, (1, 9, "claimed"))
    well[2].told_theirs.append((1, TOMASZ))
    assert verdict(*well) == ["item 1 was claimed by 7 and by 9", "item 1 was given to 2 people"]


def test_a_call_without_an_ending_or_without_a_row_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].legs.append(leg("CA9", RITA, 50, 60))
    well[1].calls.append(Call(2, "CA1", None))
    assert verdict(*well) == [
        "we know nothing of the call CA9",
        "the call CA1 has 2 rows",
        "call 2 has no ending",
    ]


def test_what_the_carrier_complains_of_is_reported(well: tuple[Carrier, Rows, Played]) -> None:
    well[0].faults.append("11200 a status was answered with 500")
    assert verdict(*well) == ["the carrier complains: 11200 a status was answered with 500"]
