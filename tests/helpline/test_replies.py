"""What a coordinator's text means; and that nothing unclear is ever a yes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline import replies
from helpline.replies import Meaning, Reply

YES, NO, DONE, STOP, START = Meaning.YES, Meaning.NO, Meaning.DONE, Meaning.STOP, Meaning.START


@pytest.mark.parametrize(
    "words",
    [
        "YES",
        "yes",
        " Yes. ",
        "Yes!!",
        "y",
        "yep",
        "Yeah",
        "OK",
        "okay",
        "Aye",
        "1",
        "sure",
        "Will do",
        "yes please",
        "I will",
        "Happy to",
        "No problem",
        "👍",
        "👍🏽",
        "Yes, will do",
        "yes thanks",
        "Yes x",
        "ok love",
        "tak",
        "Yes 😀",
    ],
)
def test_a_yes_however_it_is_written(words: str) -> None:
    assert replies.understand(words) == Reply(YES)


@pytest.mark.parametrize(
    "words",
    [
        "NO",
        "no",
        "n",
        "Nope",
        "2",
        "can't",
        "cant",
        "Can\N{RIGHT SINGLE QUOTATION MARK}t",
        "sorry",
        "Sorry, no",
        "cannot",
        "No sorry",
        "Sorry, can't",
        "I can't",
        "No thanks",
        "Not this time",
        "no thank you",
        "Sorry can't x",
        "nie",
    ],
)
def test_a_no_however_it_is_written(words: str) -> None:
    assert replies.understand(words) == Reply(NO)


@pytest.mark.parametrize(
    "words", ["done", "DONE", "Done!", "All done", "finished", "Sorted", "it's done", "Done thanks x"]
)
def test_a_done_however_it_is_written(words: str) -> None:
    assert replies.understand(words) == Reply(DONE)


@pytest.mark.parametrize(
    ("words", "meaning", "letter"),
    [
        ("YES A", YES, "A"),
        ("yes a", YES, "A"),
        ("A yes", YES, "A"),
        ("Yes, B.", YES, "B"),
        ("yes a please", YES, "A"),
        ("Y C", YES, "C"),
        ("1 a", YES, "A"),
        ("no b", NO, "B"),
        ("No B sorry", NO, "B"),
        ("can't A", NO, "A"),
        ("DONE A", DONE, "A"),
        ("a done, thanks", DONE, "A"),
    ],
)
def test_a_letter_says_which(words: str, meaning: Meaning, letter: str) -> None:
    assert replies.understand(words) == Reply(meaning, letter)


@pytest.mark.parametrize(
    "words", ["stop", "STOP", "Stop.", "unsubscribe", "END", "quit", "stopall", "cancel", "optout", "revoke"]
)
def test_the_carriers_stop_words_are_stop(words: str) -> None:
    assert replies.understand(words) == Reply(STOP)


@pytest.mark.parametrize("words", ["start", "UNSTOP"])
def test_the_carriers_start_words_are_start(words: str) -> None:
    assert replies.understand(words) == Reply(START)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "?",
        "x",
        "A",
        "👎",
        "yes no",
        "yes and no",
        "yes or no?",
        "Yes?",
        "ok?",
        "1?",
        "yes but not today",
        "not yes",
        "can I say yes later",
        "maybe",
        "who is it",
        "I can\N{ACUTE ACCENT}t",
        "I can`t",
        "I can t",
        "i can\N{MODIFIER LETTER APOSTROPHE}t",
        "I will not",
        "yesterday",
        "yes if nobody else can",
        "ok what time",
        "I said no",
        "don't say yes",
        "YES A B",
        "yes a or b",
        "12",
        "1 2",
        "y\N{CYRILLIC SMALL LETTER IE}s",
        "I will if I can",
        "Yes a and b",
        "please stop asking",
        "I am ill",
        "yes a no b",
        "Thank you dear is it still Friday",
    ],
)
def test_nothing_unclear_is_ever_a_yes(words: str) -> None:
    assert replies.understand(words).meaning in {Meaning.UNCLEAR, NO}


SAID = sorted(replies.YES | replies.NO | replies.DONE | {"not", "if", "later", "but", "A", "B", "who", "tomorrow", "t"})


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=5))
def test_a_text_with_a_no_or_a_not_in_it_is_never_a_yes(words: list[str]) -> None:
    said = replies.understand(" ".join(words))
    against = {"no", "nope", "n", "can't", "cant", "cannot", "not", "nie", "if", "but", "later", "who", "tomorrow"}
    if said.meaning == YES:
        plain = " ".join(words).replace("no problem", "").split()
        assert not against & {word for word in plain if len(word) > 1}


@given(st.text(max_size=40))
def test_any_text_at_all_is_understood_as_something(words: str) -> None:
    assert replies.understand(words).meaning in Meaning


@pytest.mark.parametrize(
    "words", ["READY", "ready!", "I'm ready", "Ready for the next call", "BACK", "i am back", "Free now"]
)
def test_a_handler_who_is_ready_however_it_is_written(words: str) -> None:
    assert replies.understand(words) == Reply(Meaning.READY)


@pytest.mark.parametrize(
    "words", ["PAUSE", "Pause please", "need a break", "Don\N{RIGHT SINGLE QUOTATION MARK}t ring me"]
)
def test_a_handler_who_wants_a_pause_however_it_is_written(words: str) -> None:
    assert replies.understand(words) == Reply(Meaning.PAUSE)


def test_no_word_means_two_things_and_none_is_the_carriers() -> None:
    said = [replies.STOP, replies.START, replies.YES, replies.NO, replies.DONE, replies.READY, replies.PAUSE]
    assert sum(len(words) for words in said) == len(frozenset().union(*said))
    ours = frozenset().union(*said[2:])
    assert not ours & {"help", "info"}
    for word in replies.STOP | replies.START:
        assert replies.understand(word).meaning in {Meaning.STOP, Meaning.START}
