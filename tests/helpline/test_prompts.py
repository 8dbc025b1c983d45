"""What a group changes of what callers hear, and what can never come of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import calls, languages, people, prompts, retention, rings, said, script
from helpline.errors import HelplineError
from helpline.languages import KNOWN
from helpline.people import HatName, Person
from helpline.prompts import Played, Prompt, Sound, Words
from helpline.rings import R, RingKind
from helpline.script import EMERGENCY, GREETING, MENU, THROUGH, THROUGH_TO
from tests import builders
from tests.builders import NOON
from tests.recordings import wav


@pytest.fixture
def olga(session: Session) -> Person:
    person = builders.a_handler(session, "Olga Marin")
    people.wear(session, person, HatName.ORGANISER, at=NOON)
    return person


def heard(session: Session, sentence: object, language: str = "en") -> list[object]:
    return list(prompts.speaker(session, language).says(sentence))  # type: ignore[arg-type]


def on(session: Session, code: str, who: Person) -> None:
    """Switch a language on, with everything in it read and, where there is no voice, recorded."""
    language = languages.begin(session, code, who=who, at=NOON)
    for number, sentence in enumerate(prompts.needed(code)):
        if KNOWN[code].voice is None:
            prompts.keep_sound(session, sentence, code, wav(1, mark=number), read=False, who=who, at=NOON)
        prompts.mark_read(session, sentence, code, who=who, at=NOON)
    prompts.switch_on(session, language, who=who, at=NOON)


def test_without_a_change_our_words_are_said(session: Session) -> None:
    assert heard(session, GREETING) == [Words("en", "Hello, this is Larkfield Neighbours.")]


def test_words_of_the_groups_own_are_said_at_once(session: Session, olga: Person) -> None:
    prompts.change_words(session, GREETING, "en", "Good day,\n {group} here.", read=False, who=olga, at=NOON)
    assert heard(session, GREETING) == [Words("en", "Good day, Larkfield Neighbours here.")]
    prompts.our_words_again(session, GREETING, "en", read=False, who=olga, at=NOON)
    assert heard(session, GREETING) == [Words("en", "Hello, this is Larkfield Neighbours.")]


def test_a_recording_is_heard_instead_of_words_until_words_are_wanted_again(session: Session, olga: Person) -> None:
    prompt = prompts.keep_sound(session, GREETING, "en", wav(2), read=False, who=olga, at=NOON)
    assert prompt.sound is not None
    assert heard(session, GREETING) == [Played(prompt.sound.name, 2.0)]
    prompts.speak(session, GREETING, "en", read=False, who=olga, at=NOON)
    assert heard(session, GREETING) == [Words("en", "Hello, this is Larkfield Neighbours.")]


def test_the_999_sentence_is_said_in_words_after_any_recording_of_it(session: Session, olga: Person) -> None:
    prompts.keep_sound(session, EMERGENCY, "en", wav(2), read=False, who=olga, at=NOON)
    played, words = heard(session, EMERGENCY)
    assert isinstance(played, Played)
    assert words == Words("en", EMERGENCY.words)
    on(session, "ur", olga)
    played, words = heard(session, EMERGENCY, "ur")
    assert isinstance(played, Played)
    assert words == Words("en", EMERGENCY.words), "there is no voice for Urdu, so in English"


@pytest.mark.parametrize("change", ["words", "sound", "read", "say"])
def test_only_organisers_change_what_callers_hear(session: Session, change: str) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    verbs: dict[str, Callable[[], object]] = {
        "words": lambda: prompts.change_words(session, GREETING, "en", "Hello.", read=True, who=hana, at=NOON),
        "sound": lambda: prompts.keep_sound(session, GREETING, "en", wav(), read=True, who=hana, at=NOON),
        "read": lambda: prompts.mark_read(session, GREETING, "en", who=hana, at=NOON),
        "say": lambda: said.ask(session, GREETING, "en", who=hana, at=NOON),
    }
    with pytest.raises(HelplineError, match="Only an organiser"):
        verbs[change]()
    assert session.scalar(select(func.count()).select_from(Prompt)) == 0


@pytest.mark.parametrize("words", ["", "Ring the police if you are in danger."])
def test_the_999_sentence_cannot_be_emptied_nor_lose_its_number(session: Session, olga: Person, words: str) -> None:
    with pytest.raises(HelplineError):
        prompts.change_words(session, EMERGENCY, "en", words, read=True, who=olga, at=NOON)
    assert heard(session, EMERGENCY) == [Words("en", EMERGENCY.words)]


def test_what_is_said_when_our_rows_cannot_be_read_cannot_be_changed(session: Session, olga: Person) -> None:
    with pytest.raises(HelplineError, match="would not be heard"):
        prompts.change_words(session, script.BROKEN, "en", "Sorry.", read=True, who=olga, at=NOON)


def test_no_recording_says_what_differs_from_call_to_call(session: Session, olga: Person) -> None:
    with pytest.raises(HelplineError, match="differs from call to call"):
        prompts.keep_sound(session, THROUGH_TO, "en", wav(), read=True, who=olga, at=NOON)


def test_silence_and_rubbish_are_not_kept(session: Session, olga: Person) -> None:
    for data in (wav(3, silent=True), b"rubbish"):
        with pytest.raises(HelplineError):
            prompts.keep_sound(session, EMERGENCY, "en", data, read=True, who=olga, at=NOON)
    assert session.scalar(select(func.count()).select_from(Sound)) == 0


def test_a_draft_is_not_heard_before_somebody_has_read_it(session: Session, olga: Person) -> None:
    languages.begin(session, "pl", who=olga, at=NOON)
    assert heard(session, EMERGENCY, "pl") == [Words("en", EMERGENCY.words)]
    prompts.mark_read(session, EMERGENCY, "pl", who=olga, at=NOON)
    assert heard(session, EMERGENCY, "pl") == [Words("pl", EMERGENCY.draft("pl"))]


def test_a_language_is_not_switched_on_with_one_sentence_unread(session: Session, olga: Person) -> None:
    polish = languages.begin(session, "pl", who=olga, at=NOON)
    *others, last = prompts.needed("pl")
    for sentence in others:
        prompts.mark_read(session, sentence, "pl", who=olga, at=NOON)
    with pytest.raises(HelplineError, match="one sentence has not been marked as read by somebody who speaks Polish"):
        prompts.switch_on(session, polish, who=olga, at=NOON)
    assert list(languages.offered(session)) == ["en"]
    prompts.mark_read(session, last, "pl", who=olga, at=NOON)
    prompts.switch_on(session, polish, who=olga, at=NOON)
    assert languages.offered(session) == {"en": 5, "pl": 6}


def test_urdu_needs_a_recording_of_every_sentence_each_heard_by_a_speaker(session: Session, olga: Person) -> None:
    urdu = languages.begin(session, "ur", who=olga, at=NOON)
    assert THROUGH_TO not in prompts.needed("ur"), "nobody can record a name that differs"
    *others, last = prompts.needed("ur")
    for number, sentence in enumerate(others):
        prompts.keep_sound(session, sentence, "ur", wav(1, mark=number), read=True, who=olga, at=NOON)
    with pytest.raises(HelplineError, match="no voice for Urdu, and one sentence has not been recorded"):
        prompts.switch_on(session, urdu, who=olga, at=NOON)
    with pytest.raises(HelplineError, match="needs a recording first"):
        prompts.mark_read(session, last, "ur", who=olga, at=NOON)
    prompts.keep_sound(session, last, "ur", wav(1, mark=99), read=False, who=olga, at=NOON)
    with pytest.raises(HelplineError, match="one sentence has not been marked as read"):
        prompts.switch_on(session, urdu, who=olga, at=NOON)
    prompts.mark_read(session, last, "ur", who=olga, at=NOON)
    prompts.switch_on(session, urdu, who=olga, at=NOON)
    assert isinstance(heard(session, MENU, "ur")[0], Played)
    through = prompts.find(session, THROUGH, "ur")
    assert through is not None
    assert through.sound is not None
    assert heard(session, THROUGH_TO.of(name="Hana"), "ur") == [Played(through.sound.name, 1.0)]


def test_a_change_takes_the_mark_away(session: Session, olga: Person) -> None:
    languages.begin(session, "pl", who=olga, at=NOON)
    prompts.mark_read(session, MENU, "pl", who=olga, at=NOON)
    prompts.change_words(session, MENU, "pl", "Proszę nacisnąć 1, 2 albo 3.", read=False, who=olga, at=NOON)
    assert MENU in prompts.unread(session, "pl")


def test_a_language_that_is_on_is_changed_only_with_a_speaker_in_the_same_step(session: Session, olga: Person) -> None:
    on(session, "pl", olga)
    before = heard(session, EMERGENCY, "pl")
    with pytest.raises(HelplineError, match="Tick that somebody who speaks Polish has read it"):
        prompts.change_words(session, EMERGENCY, "pl", "W razie czego 999.", read=False, who=olga, at=NOON)
    with pytest.raises(HelplineError, match="Tick that somebody who speaks Polish has read it"):
        prompts.keep_sound(session, EMERGENCY, "pl", wav(), read=False, who=olga, at=NOON)
    assert heard(session, EMERGENCY, "pl") == before
    prompts.change_words(session, EMERGENCY, "pl", "W razie czego 999.", read=True, who=olga, at=NOON)
    assert heard(session, EMERGENCY, "pl") == [Words("pl", "W razie czego 999.")]
    assert prompts.unread(session, "pl") == []


def test_what_was_read_is_said_even_when_a_later_version_writes_it_otherwise(session: Session, olga: Person) -> None:
    languages.begin(session, "pl", who=olga, at=NOON)
    prompt = prompts.mark_read(session, MENU, "pl", who=olga, at=NOON)
    assert prompt.words == MENU.draft("pl")


def test_a_sentence_that_a_language_cannot_say_is_said_in_english(session: Session, olga: Person) -> None:
    """Such as one that a later version adds, which nobody has read yet."""
    on(session, "pl", olga)
    prompt = prompts.find(session, script.LONG_WAIT, "pl")
    session.delete(prompt)
    session.flush()
    assert heard(session, script.LONG_WAIT, "pl") == [Words("en", script.LONG_WAIT.words)]


def test_each_language_keeps_its_key_whatever_the_order(session: Session, olga: Person) -> None:
    for code in ("pl", "ur"):
        on(session, code, olga)
    assert languages.offered(session) == {"en": 5, "pl": 6, "ur": 7}
    urdu = languages.find(session, "ur")
    assert urdu is not None
    languages.offer_first(session, urdu, who=olga, at=NOON)
    assert list(languages.offered(session).items()) == [("ur", 7), ("en", 5), ("pl", 6)]
    languages.offer_last(session, urdu, who=olga, at=NOON)
    assert list(languages.offered(session)) == ["en", "pl", "ur"]


def test_there_are_keys_for_five_languages(session: Session, olga: Person) -> None:
    for code in ("pl", "ur", "ro", "cy"):
        languages.begin(session, code, who=olga, at=NOON)
    with pytest.raises(HelplineError, match="no key left"):
        languages.begin(session, "bn", who=olga, at=NOON)


def test_the_language_chosen_last_from_a_number_is_kept_while_it_is_on(session: Session, olga: Person) -> None:
    on(session, "pl", olga)
    first = calls.arrive(session, "CA1", phone="+442079460118", at=NOON)
    assert first.language == "en"
    calls.speak(session, first, "pl", at=NOON)
    later = NOON + timedelta(hours=1)
    assert calls.arrive(session, "CA2", phone="+442079460118", at=later).language == "pl"
    assert calls.arrive(session, "CA3", phone="+442079460119", at=later).language == "en"
    assert calls.arrive(session, "CA4", phone=None, at=later).language == "en"
    polish = languages.find(session, "pl")
    assert polish is not None
    languages.switch_off(session, polish, who=olga, at=later)
    assert calls.arrive(session, "CA5", phone="+442079460118", at=later + timedelta(hours=1)).language == "en"


def test_a_default_caller_is_ringing_within_fifteen_seconds(session: Session) -> None:
    assert prompts.seconds_to_ringing(session) <= 15


def test_a_ring_to_say_a_sentence_is_no_miss_and_puts_nothing_on_the_desk(session: Session, olga: Person) -> None:
    for _ in range(4):
        ring = said.ask(session, GREETING, "en", who=olga, at=NOON).ring
        assert ring.kind == RingKind.SAY
        rings.claim(session, ring, at=NOON)
        rings.end(session, ring, R.MISSED, at=NOON)
    assert (olga.misses, olga.paused_at) == (0, None)


def test_a_busy_phone_is_not_rung_to_say_a_sentence(session: Session, olga: Person) -> None:
    said.ask(session, GREETING, "en", who=olga, at=NOON)
    with pytest.raises(HelplineError, match="ringing or on a call already"):
        said.ask(session, GREETING, "en", who=olga, at=NOON)


def test_what_nobody_uses_any_more_is_swept_away(session: Session, olga: Person) -> None:
    kept = prompts.keep_sound(session, GREETING, "en", wav(mark=1), read=True, who=olga, at=NOON).sound
    prompts.keep_sound(session, MENU, "en", wav(mark=2), read=True, who=olga, at=NOON)
    prompts.speak(session, MENU, "en", read=True, who=olga, at=NOON)
    attempt = said.ask(session, MENU, "en", who=olga, at=NOON)
    said.recorded(session, attempt, "RE1", at=NOON)
    said.fetched(session, "RE1", wav(mark=3), at=NOON)
    session.flush()
    later = NOON + timedelta(days=2)
    for _ in range(2):
        for rule in retention.RULES:
            for row_id in rule.find(session, later):
                rule.forget(session, row_id, later)
    assert session.scalars(select(Sound.id)).all() == [kept.id if kept else None]


def test_a_language_that_was_on_before_there_was_a_sentence_for_the_others_is_offered_in_the_one_it_has(
    session: Session, olga: Person
) -> None:
    languages.begin(session, "pl", who=olga, at=NOON)
    prompts.change_words(session, script.CHOOSE, "pl", "Po polsku: {key}.", read=True, who=olga, at=NOON)
    assert heard(session, script.CHOOSE_ANOTHER, "pl") == [Words("pl", "Po polsku: 6.")]


def test_what_is_needed_is_said_more_plainly_in_her_language_with_the_street(session: Session, olga: Person) -> None:
    languages.begin(session, "pl", who=olga, at=NOON)
    for sentence in (script.WE_ASK, script.WE_ASK_PLAINLY):
        prompts.mark_read(session, sentence, "pl", who=olga, at=NOON)
    asked = script.WE_ASK.of(street="Elm Walk", what={"en": "some shopping"}, by={"en": "today"})
    [said] = heard(session, asked, "pl")
    assert isinstance(said, Words)
    assert (said.language, "Elm Walk" in said.words) == ("pl", True)


def test_where_we_cannot_say_how_long_the_words_do_and_are_named_when_it_changes(
    session: Session, olga: Person
) -> None:
    languages.begin(session, "ro", who=olga, at=NOON)
    with pytest.raises(HelplineError, match="Curly brackets cannot be used here"):
        prompts.change_words(session, script.RECORD, "ro", "Vorbiți: {kept}.", read=True, who=olga, at=NOON)
    prompt = prompts.change_words(
        session, script.RECORD, "ro", "Vorbiți: patru săptămâni.", read=True, who=olga, at=NOON
    )
    assert heard(session, script.RECORD, "ro") == [Words("ro", "Vorbiți: patru săptămâni.")]
    assert prompts.unaware(session, "kept") == [prompt]
