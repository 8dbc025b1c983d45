"""What a request may say besides: whose the numbers are, what whoever takes it is told, and how soon things are taken."""

import pytest

from helpline import besides, promises
from helpline.besides import Numbers, PaidHow, SomebodyElse
from helpline.requests import HelpRequest

RINGER, THEIRS = "+447700900111", "+442079460122"


@pytest.mark.parametrize(
    ("given", "rang", "another", "numbers"),
    [
        (None, RINGER, None, Numbers(RINGER, RINGER)),
        (THEIRS, RINGER, None, Numbers(THEIRS, THEIRS)),
        (None, RINGER, SomebodyElse("Priya", True, True), Numbers(RINGER, None, RINGER)),
        (THEIRS, RINGER, SomebodyElse("Priya", True, False), Numbers(THEIRS, THEIRS, RINGER)),
        (RINGER, None, SomebodyElse("Priya", False, True), Numbers(RINGER, None, RINGER)),
        (None, None, SomebodyElse(None, False, True), Numbers(None, None, None)),
    ],
)
def test_the_number_of_whoever_rings_for_a_neighbour_is_never_taken_for_the_neighbours(
    given: str | None, rang: str | None, another: SomebodyElse | None, numbers: Numbers
) -> None:
    assert besides.numbers(given, rang, another) == numbers


def test_whoever_takes_it_is_told_what_they_must_know_and_nothing_of_who_is_at_risk() -> None:
    request = HelpRequest(
        for_another=True,
        knows=False,
        ring_ringer=True,
        ringer="Priya",
        language="Polish",
        paid_how=PaidHow.TRANSFER,
        payer="her son",
        worry="cold house",
        lead_id=3,
    )
    said = besides.told(request) + besides.paid(request)
    assert said == [
        "Priya asked for them. They do not know of it yet.",
        "The number is Priya's: ring it first.",
        "They speak Polish.",
        "It is paid back by bank transfer by her son.",
    ]
    assert request.whom_to_ring == "Priya"
    assert besides.told(HelpRequest(name="Rita Marsh")) == []


HOUR = 3600.0


@pytest.mark.parametrize(
    ("waits", "words"),
    [
        ([(0.5 * HOUR, True)] * 5, "an hour"),
        ([(0.5 * HOUR, True)] * 6 + [(5 * HOUR, True)] * 2, "an hour"),
        ([(0.5 * HOUR, True)] * 5 + [(2.5 * HOUR, True)] * 3, "3 hours"),
        # What nobody took counts: six of ten taken at once is no "usually".
        ([(0.1 * HOUR, True)] * 6 + [(90 * HOUR, False)] * 4, None),
        ([(60 * HOUR, True)] * 8, None),
    ],
)
def test_usually_is_three_of_four_of_all_that_were_asked(waits: list[tuple[float, bool]], words: str | None) -> None:
    assert promises._within(sorted(waits)) == words
