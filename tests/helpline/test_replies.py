"""What a text means: a collection of them with the meaning a person would give them, and that nothing unclear is ever a yes."""

import tomllib
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpline import asked, replies, reply_words
from helpline.replies import Meaning, Reply
from helpline.reply_text import NO_LETTERS, fold
from helpline.reply_words import LANGUAGES, Role

COLLECTED = tomllib.loads((Path(__file__).parent / "replies.toml").read_text())
CLEAR: dict[str, list[str]] = COLLECTED["clear"]
UNCLEAR: list[str] = COLLECTED["unclear"]["texts"]
YES, NO, DONE = Meaning.YES, Meaning.NO, Meaning.DONE


def shown(key: str) -> Reply:
    meaning, _, letter = key.partition(" ")
    return Reply(Meaning(meaning), letter or None)


@pytest.mark.parametrize("key", CLEAR)
def test_every_clear_reply_is_understood(key: str) -> None:
    wrong = {text: replies.understand(text) for text in CLEAR[key] if replies.understand(text) != shown(key)}
    assert not wrong


def test_no_unclear_reply_is_ever_a_yes_or_done() -> None:
    assert not [text for text in UNCLEAR if replies.understand(text).meaning in {YES, DONE}]


def test_the_collection_is_large_and_says_each_thing_once() -> None:
    clear = [text for texts in CLEAR.values() for text in texts]
    assert (len(clear) >= 800, len(UNCLEAR) >= 300) == (True, True)
    assert not set(clear) & set(UNCLEAR)


PHRASES = [
    (phrase, role) for words in LANGUAGES.values() for role, phrases in words.items() for phrase in phrases.split("|")
]
# What people put around an answer; alone none of it is one.
NOISE = ["please", "thanks", "ta", "love", "x", "hi", "😀", "🐕", "!!", "dear", "blah", "Tuesday", "7", "but"]
UNANSWERED = (
    [text for text in UNCLEAR if text.strip()] + CLEAR["no"] + CLEAR["no A"] + CLEAR["what"] + CLEAR["automatic"]
)


@given(st.sampled_from(UNANSWERED), st.lists(st.tuples(st.sampled_from(NOISE), st.integers(0, 12)), max_size=4))
@example("no", [("problem", 0)])
def test_noise_never_turns_what_is_unclear_or_a_no_into_a_yes(text: str, noise: list[tuple[str, int]]) -> None:
    words = text.split()
    for word, place in noise:
        words.insert(place, word)
    assert replies.understand(" ".join(words)).meaning != YES


@given(
    st.lists(st.sampled_from([phrase for phrase, _ in PHRASES]), min_size=1, max_size=4),
    st.sampled_from(["not", "if", "but", "until"]),
)
def test_one_word_that_we_do_not_know_makes_anything_unclear(phrases: list[str], word: str) -> None:
    for place in range(len(phrases) + 1):
        said = replies.understand(" ; ".join([*phrases[:place], word, *phrases[place:]]))
        assert said.meaning not in {YES, DONE}


REFUSES = [phrase for phrase, role in PHRASES if role in {Role.NO, Role.SORRY}]
AGREES = [phrase for phrase, role in PHRASES if role in {Role.YES, Role.NOD, Role.PROMISE, Role.DONE}]


@given(st.sampled_from(REFUSES), st.sampled_from(AGREES))
def test_a_no_and_a_yes_in_one_text_are_neither(refuses: str, agrees: str) -> None:
    for first, second in ((refuses, agrees), (agrees, refuses)):
        assert replies.understand(f"{first}. {second}").meaning in {Meaning.UNCLEAR, NO}


@given(st.text(max_size=60))
def test_any_text_at_all_is_understood_as_something(words: str) -> None:
    assert replies.understand(words).meaning in Meaning


def test_a_slip_of_the_thumb_is_never_another_word_of_ours() -> None:
    """Every word within one slip of a word that we forgive: none of them is one that says something else."""
    said = {fold(phrase): role for phrase, role in PHRASES}
    for right in reply_words.FUZZY.split("|"):
        for slip in replies.near(right):
            if slip in said and replies.SAYS.get(said[slip]) != replies.SAYS.get(said[right]):
                assert replies.understand(slip).meaning == replies.SAYS.get(said[slip], Meaning.UNCLEAR), slip


NOT_YES = (
    "don't dont won't wont can't isn't didn't none nobody never yet yen year gone bone dine dome don eyes dunno nod not"
)


@pytest.mark.parametrize("word", NOT_YES.split())
def test_a_word_that_looks_like_yes_or_done_is_neither(word: str) -> None:
    assert replies.understand(word).meaning in {Meaning.UNCLEAR, NO}


def test_no_word_means_two_things_and_none_is_the_carriers() -> None:
    said: dict[str, Role] = {}
    for phrase, role in PHRASES:
        assert said.setdefault(fold(phrase), role) == role, phrase
    assert not set(said) & (reply_words.STOP | reply_words.START)
    for word in reply_words.STOP | reply_words.START:
        assert replies.understand(word).meaning in {Meaning.STOP, Meaning.START}


def test_no_letter_of_ours_says_anything_by_itself() -> None:
    assert not set(asked.LETTERS.lower()) & set(NO_LETTERS)
    words = (("yes", YES), ("NO", NO), ("done", DONE), ("1", YES), ("can't", NO))
    for letter, (word, meaning) in product(asked.LETTERS, words):
        assert replies.understand(f"{word} {letter}") == Reply(meaning, letter)
        assert replies.understand(f"{letter.lower()} {word}") == Reply(meaning, letter)
        assert replies.understand(letter) == Reply(Meaning.LETTER, letter)


def test_a_name_may_stand_below_but_never_takes_back_a_but() -> None:
    assert replies.understand("Yes, Coral", signed="Coral Reid") == Reply(YES)
    assert replies.understand("yes A from coral reid x", signed="Coral Reid") == Reply(YES, "A")
    assert replies.understand("It's Coral. Done!", signed="Coral Reid") == Reply(DONE)
    assert replies.understand("Yes Coral").meaning == Meaning.UNCLEAR
    assert replies.understand("yes but", signed="Zhang But").meaning == Meaning.UNCLEAR
    assert replies.understand("No", signed="Yes") == Reply(NO)


NODS = {"ok": True, "\N{THUMBS UP SIGN}": True, "will do": True, "yes": False, "ok yes": False, "1": False}


@pytest.mark.parametrize(("words", "nod"), NODS.items())
def test_a_nod_is_told_from_a_yes(words: str, nod: bool) -> None:
    assert (replies.understand(words).meaning, replies.understand(words).nod) == (YES, nod)
