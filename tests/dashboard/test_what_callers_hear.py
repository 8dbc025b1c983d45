"""The page of what callers hear: a volunteer can change the greeting without help, and nobody can break the line with it."""

import pytest
from fastapi import FastAPI

from dashboard.prompts import FIELD_WORDS
from helpline import languages, people, prompts, script, sounds
from helpline.db import Database
from helpline.people import HatName
from tests.builders import NOON, a_handler
from tests.dashboard.browser import Browser, Page
from tests.dashboard.conftest import Find, SignIn
from tests.recordings import wav

HERE = "/settings/prompts/en/greeting"


@pytest.fixture
def olgas(database: Database, signed_in: SignIn) -> Browser:
    with database.transaction() as session:
        olga = a_handler(session, "Olga")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
    return signed_in(olga)


def send(browser: Browser, path: str, data: bytes, **fields: str) -> Page:
    csrf = browser.open(path).forms[0].fields["csrf"][0]
    return browser.post(
        f"{path}/recording", {"csrf": csrf, **fields}, files={"recording": ("hello.wav", data, "audio/wav")}
    )


def test_the_greeting_is_two_presses_away_and_changed_at_once(olgas: Browser) -> None:
    page = olgas.open("/")
    page = olgas.open(olgas.open(page.links["More"]).links["Settings"])
    page = olgas.open(page.links["What callers hear"])
    page.says("When somebody rings", "Hello, this is {group}.", "and then somebody is rung")
    page = olgas.open(page.links["Hello, this is {group}."])
    page.says("When the helpline answers", "{group} is filled in when it is said: the name of the group")
    page = olgas.press("Save these words", words="Good day, {group}.")
    page.says("Saved. Callers hear it from now on.", "Good day, {group}.", "Olga")
    olgas.open("/settings/prompts").says("your words", "Good day, {group}.")
    olgas.open(HERE)
    olgas.press("Use these words").says("Saved.", "Hello, this is {group}.")


def test_refused_words_are_still_there_beside_the_reason(olgas: Browser) -> None:
    olgas.open(HERE)
    page = olgas.press("Save these words", words="Good day, {gruop}.")
    assert page.status == 422
    page.says("In curly brackets only {group} can be used here.")
    assert page.form(f"{HERE}/words").fields["words"] == ["Good day, {gruop}."]
    assert 'aria-describedby="words-hint words-why"' in page.html
    olgas.open("/settings/prompts").never_says("gruop")


def test_a_recording_is_sent_played_and_put_away_again(olgas: Browser) -> None:
    page = send(olgas, HERE, wav(4))
    assert page.status == 200
    assert f'<audio controls preload="none" src="{HERE}/sound"' in " ".join(page.html.split())
    sound = olgas.open(f"{HERE}/sound").answer
    assert (sound.headers["content-type"], sound.content) == ("audio/wav", wav(4))
    olgas.open("/settings/prompts").says("recording", "4 s")
    olgas.open(HERE)
    olgas.press("Say it in words again").says("Saved.")
    assert olgas.open(f"{HERE}/sound").status == 404


def test_what_is_no_sound_is_refused_beside_the_field(olgas: Browser) -> None:
    page = send(olgas, HERE, b"a photograph")
    assert page.status == 422
    page.says("That is neither a WAV nor an MP3 that we can read.")
    csrf = page.forms[0].fields["csrf"][0]
    olgas.post(f"{HERE}/recording", {"csrf": csrf}).says("Choose a file first.")


def test_a_recording_may_be_large_and_nothing_else_may(olgas: Browser) -> None:
    large = wav(59)
    assert len(large) > 10 * 64 * 1024
    assert send(olgas, HERE, large).status == 200
    assert send(olgas, HERE, bytes(sounds.LARGEST + 100_000)).status == 413
    assert olgas.post(f"{HERE}/words", {"words": "x" * 70_000}).status == 413


def test_a_long_greeting_is_pointed_out(olgas: Browser) -> None:
    olgas.open(HERE)
    olgas.press("Save these words", words="Hello, this is {group}. " + "We are so glad that you ring us. " * 5)
    olgas.open("/settings/prompts").says("That is long: some ring off.")


def test_handlers_see_it_all_and_change_nothing(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    browser = signed_in(hana)
    browser.open("/settings/prompts").says("Organisers change it.")
    page = browser.open(HERE).says("Organisers change what callers hear.")
    assert not [form for form in page.forms if form.action.startswith("/settings")]
    csrf = browser.open("/yours").forms[0].fields["csrf"][0]
    page = browser.post(f"{HERE}/words", {"csrf": csrf, "words": "Hello."})
    page.says("Only an organiser changes what callers hear.")
    assert browser.post("/settings/languages", {"csrf": csrf, "language": "pl"}).status == 409
    browser.open("/settings/prompts").never_says("Polish")


def test_what_cannot_be_changed_says_why(olgas: Browser) -> None:
    page = olgas.open("/settings/prompts/en/broken").says("This one cannot be changed.")
    assert not [form for form in page.forms if form.action.startswith("/settings")]
    page = olgas.open("/settings/prompts/en/through_to").says("no recording can say it")
    assert not [form for form in page.forms if form.action.endswith(("/recording", "/ring"))]


@pytest.mark.parametrize("path", ["en/nothing", "pl/greeting", "xx/greeting", "en/greeting/sound"])
def test_what_is_not_there_is_no_page(olgas: Browser, path: str) -> None:
    assert olgas.open(f"/settings/prompts/{path}").status == 404


def test_a_language_is_begun_read_and_switched_on_and_off(olgas: Browser) -> None:
    olgas.open("/settings/prompts")
    page = olgas.press("Begin it", language="pl").says("Polish is begun.", "Somebody who speaks Polish must read")
    assert "Switch it on" not in page.words
    assert 'lang="pl"' in page.html
    for sentence in prompts.needed("pl"):
        olgas.open(f"/settings/prompts/pl/{sentence.key}").says("Not by anybody who speaks Polish.")
        olgas.press("A speaker has read it, and it is right").says("Marked as read.", "Olga said so")
    olgas.open("/settings/prompts?language=pl")
    olgas.press("Switch it on").says("Callers can choose Polish from now on.", "with key 6")
    olgas.open("/settings/prompts/pl/menu")
    page = olgas.press("Save these words", words="Proszę nacisnąć 1, 2 albo 3.")
    page.says("Tick that somebody who speaks Polish has read it.")
    assert page.status == 422
    olgas.press("Save these words", words="Proszę nacisnąć 1, 2 albo 3.", read="yes").says(
        "Saved. Callers hear it from now on."
    )
    olgas.open("/settings/prompts?language=pl")
    olgas.press("Offer it first").says("Saved.")
    olgas.press("Offer it last").says("Saved.")
    olgas.press("Switch it off").says("Callers are not offered Polish any more.")


def test_urdu_runs_from_right_to_left_and_asks_for_recordings(olgas: Browser) -> None:
    olgas.open("/settings/prompts")
    page = olgas.press("Begin it", language="ur").says(
        "We know of no voice for Urdu", f"{len(prompts.needed('ur'))} to go"
    )
    assert 'dir="rtl"' in page.html
    here = "/settings/prompts/ur/emergency"
    page = olgas.open(here).never_says("A speaker has read it")
    page = send(olgas, here, wav(5), read="yes")
    page.says(
        "Saved. Callers hear it when Urdu is switched on.", "After it we say this sentence in words too, in English"
    )
    olgas.open("/settings/prompts?language=ur").says(f"{len(prompts.needed('ur')) - 1} to go")


def test_it_rings_the_organisers_own_phone_once(olgas: Browser) -> None:
    olgas.open(HERE)
    olgas.press("Ring me, I will say it").says("Your phone is about to ring.")
    olgas.press("Ring me, I will say it").says("Your phone is ringing or on a call already.")
    olgas.open("/").says("Press 1 on it, and say your sentence.")


def test_english_is_never_switched_off(olgas: Browser) -> None:
    csrf = olgas.open("/yours").forms[0].fields["csrf"][0]
    olgas.post("/settings/languages/en/off", {"csrf": csrf}).says("English is always on")


def test_the_sound_of_a_language_that_is_off_is_still_listened_to_on_the_page(
    olgas: Browser, database: Database, find: Find, app: FastAPI
) -> None:
    with database.transaction() as session:
        olga = session.merge(find("Olga"))
        languages.begin(session, "ur", who=olga, at=NOON)
    assert send(olgas, "/settings/prompts/ur/menu", wav(2)).status == 200
    assert olgas.open("/settings/prompts/ur/menu/sound").status == 200


def test_where_we_cannot_say_how_long_the_page_asks_for_it_in_the_words(olgas: Browser) -> None:
    olgas.open("/settings/prompts")
    olgas.press("Begin it", language="ro")
    olgas.open("/settings/prompts/ro/record").says(
        "how long we keep it: four weeks, now. We cannot say that in Romanian"
    )
    olgas.press("Save these words", words="O păstrăm patru săptămâni.").says("O păstrăm patru săptămâni.")
    olgas.open("/settings/prompts/en/record").says("{kept} is filled in").never_says("We cannot say that")


def test_whatever_is_filled_into_a_sentence_is_explained() -> None:
    filled_in = {field for sentence in script.ALL.values() for field in sentence.fields}
    assert filled_in <= set(FIELD_WORDS)
