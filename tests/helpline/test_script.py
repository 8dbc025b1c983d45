"""The catalogue: complete in English, drafted in two languages, and nothing in it that the carrier could not say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpline import drafts, script
from helpline.languages import KNOWN
from helpline.script import ALL, ENGLISH, Sentence
from simulator import values

RESIDENTS = [one for one in ALL.values() if one.for_residents and not one.fixed]
DRAFTED = [one for one in ALL.values() if one.in_their_language and not one.fixed]


@pytest.mark.parametrize("language", drafts.IN)
def test_everything_a_resident_hears_is_drafted_and_nothing_else(language: str) -> None:
    assert set(drafts.IN[language]) == {one.key for one in DRAFTED}


@pytest.mark.parametrize("language", [ENGLISH, *drafts.IN])
@pytest.mark.parametrize("sentence", DRAFTED, ids=lambda one: one.key)
def test_every_draft_has_its_figures_and_fields(language: str, sentence: Sentence) -> None:
    assert script.problem_with(sentence, sentence.draft(language), language) is None


def test_what_differs_from_call_to_call_has_a_plain_sibling_that_any_recording_can_say() -> None:
    assert [one.key for one in RESIDENTS if one.varies] == [
        "some_waiting",
        "some_taken",
        "some_done",
        "place",
        "through_to",
        "joined_by",
        "closed_because",
        "next_on",
    ]
    for one in RESIDENTS:
        if one.varies:
            assert not ALL[one.plainly].varies


@pytest.mark.parametrize("language", [one for one in KNOWN.values() if one.voice], ids=lambda one: one.code)
def test_every_voice_speaks_its_language(language: object) -> None:
    voice, spoken = language.voice  # type: ignore[attr-defined]
    assert values.voice_problem(voice, spoken) is None
    assert values.a_language(spoken) is None


def test_what_the_carrier_cannot_say_has_no_voice() -> None:
    silent = {"ur", "so", "fa", "sq", "ti", "yo"}
    assert {one.code for one in KNOWN.values() if one.voice is None} >= silent
    assert not [code for code in values.LANGUAGES if code.partition("-")[0] in silent]


@pytest.mark.parametrize(
    ("sentence", "words", "why"),
    [
        (script.EMERGENCY, "", "Something must be said here"),
        (script.EMERGENCY, " \n ", "Something must be said here"),
        (script.EMERGENCY, "In danger, ring the police.", "999 is missing"),
        (script.EMERGENCY, "In danger, dial 9990.", "999 is missing"),
        (script.EMERGENCY, "In danger, dial 999, {name}.", "Curly brackets cannot be used here"),
        (script.WAYS_OUT, "To be rung back, press 4.", "5 is missing"),
        (script.THROUGH_TO, "You are through.", "{name} is missing"),
        (script.THROUGH_TO, "You are through to {nam}.", "only {name} can be used"),
        (script.GREETING, "Hello, this is {group", "only {group} can be used"),
        (script.GREETING, "Hello " * 80, "too long"),
    ],
)
def test_words_that_cannot_stand_are_refused_by_name(sentence: Sentence, words: str, why: str) -> None:
    problem = script.problem_with(sentence, words)
    assert problem is not None
    assert why in problem


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (script.GREETING, "Good day, the Groves here."),
        (script.GREETING, "Good day, this is {group}, on {group} Road."),
        (script.EMERGENCY, "خطرہ ہو تو ۹۹۹ ملائیں"),
        (script.EMERGENCY, "In danger? 999."),
    ],
)
def test_words_of_ones_own_are_taken(sentence: Sentence, words: str) -> None:
    assert script.problem_with(sentence, words) is None


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 19, 20, 5, tzinfo=UTC), "dziś o 20:05"),
        (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "jutro o 9:00"),
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "we wtorek, 24 listopada, o 9:00"),
    ],
)
def test_an_instant_in_polish(at: datetime, said: str) -> None:
    now = datetime(2026, 11, 19, 14, 47, tzinfo=UTC)
    assert drafts.polish_moment(at, ZoneInfo("Europe/London"), now=now) == said
