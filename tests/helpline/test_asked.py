"""Which question an answer is about: one pool of letters for whatever asks, and no bare word that could mean two things."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from helpline import answer_words, asked, inbox, wording
from helpline.asked import LETTERS, YES_OR_NO, Question
from helpline.people import Person
from helpline.replies import Meaning
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import MINUTE, a_request, a_sid, texts_to

YES, NO, DONE = Meaning.YES, Meaning.NO, Meaning.DONE
OPEN: dict[str, Any] = {"waits_for": YES_OR_NO, "takes": frozenset({DONE})}
TAKEN: dict[str, Any] = {
    "waits_for": frozenset({DONE}),
    "takes": frozenset({NO}),
    "answered": YES,
    "answered_at": NOON - MINUTE,
}
EARLIER: dict[str, Any] = TAKEN | {"answered_at": NOON - 9 * MINUTE}
REFUSED: dict[str, Any] = {"over": True, "answered": NO, "answered_at": NOON - MINUTE}
FREE: dict[str, Any] = {"over": True, "takes": frozenset({YES})}


def q(letter: str, *, ago: timedelta = 60 * MINUTE, **given: Any) -> Question:
    return Question(letter=letter, about=f"thing {letter}", asked_at=NOON - ago, answer=_says, **given)


def _says(meaning: Meaning, *, at: datetime) -> str:
    return f"{meaning} at {at}"


def lapsed(letter: str, minutes: int) -> Question:
    return q(letter, over=True, over_at=NOON - minutes * MINUTE)


A, B = q("A", **OPEN), q("B", **OPEN)
MEANT: list[tuple[str, Sequence[Question], Meaning, str | None, str]] = [
    ("one open", [A], YES, None, "A"),
    ("two open", [A, B], YES, None, "AB"),
    ("two open and a letter", [A, B], YES, "B", "B"),
    ("a letter that nothing has", [A, B], YES, "C", ""),
    ("nothing was ever asked", [], YES, None, ""),
    ("one taken, one open: yes is for the open one", [q("A", **TAKEN), B], YES, None, "B"),
    ("one taken, one open: so is no", [q("A", **TAKEN), B], NO, None, "B"),
    ("one taken, one open: done is for the taken one", [q("A", **TAKEN), B], DONE, None, "A"),
    ("two taken and done", [q("A", **TAKEN), q("B", **TAKEN)], DONE, None, "AB"),
    ("done before yes", [A], DONE, None, "A"),
    ("no after yes", [q("A", **TAKEN)], NO, None, "A"),
    ("yes twice", [q("A", **TAKEN)], YES, None, "A"),
    ("no twice gives nothing else back", [q("A", **REFUSED), q("B", **EARLIER)], NO, None, "A"),
    ("done twice does nothing else", [q("A", over=True, answered=DONE, answered_at=NOON), B], DONE, None, "A"),
    ("late, and welcome", [q("A", **FREE)], YES, None, "A"),
    ("late, and two would be welcome", [q("A", **FREE), q("B", **FREE)], YES, None, "AB"),
    ("late, and no longer to be had", [lapsed("A", 90), lapsed("B", 80)], YES, None, "A"),
    ("one lapsed as she wrote, and another was asked", [lapsed("A", 5), B], YES, None, "BA"),
    ("one lapsed long ago, and another was asked", [lapsed("A", 50), B], YES, None, "B"),
    ("one was refused as she wrote, and another is open", [q("A", **REFUSED), B], YES, None, "B"),
    ("the letter was used before", [lapsed("A", 50), q("A", ago=MINUTE, **OPEN)], YES, "A", "A"),
    ("done, of what only waits for yes or no", [q("A", waits_for=YES_OR_NO)], DONE, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("known", "meaning", "letter", "which"), [row[1:] for row in MEANT], ids=[r[0] for r in MEANT])
def test_which_question_is_meant(known: Sequence[Question], meaning: Meaning, letter: str | None, which: str) -> None:
    assert "".join(one.letter for one in asked.meant(known, meaning, letter, at=NOON)) == which


STATES = st.sampled_from([OPEN, TAKEN, REFUSED, FREE, {"over": True}])
KNOWN = st.lists(st.tuples(st.sampled_from(LETTERS), STATES), max_size=8, unique_by=lambda one: one[0])


@given(KNOWN, st.sampled_from([YES, NO, DONE]))
def test_a_bare_word_never_chooses_between_two_that_wait_for_it(
    known: list[tuple[str, dict[str, Any]]], meaning: Meaning
) -> None:
    questions = [q(letter, **state) for letter, state in known]
    waits = [one for one in questions if meaning in one.waits_for]
    found = asked.meant(questions, meaning, None, at=NOON)
    assert found == waits if waits else len(found) < 2 or all(meaning in one.takes for one in found)


@given(KNOWN)
def test_a_new_letter_is_nobodys_and_is_fresh_while_it_can_be(known: list[tuple[str, dict[str, Any]]]) -> None:
    questions = [q(letter, **state) for letter, state in known]
    letter = asked.free_letter(questions)
    assert letter is not None
    assert letter not in {one.letter for one in questions}


def test_the_letter_that_has_meant_nothing_for_longest_comes_back_first() -> None:
    over = [q(letter, ago=(100 - place) * MINUTE, over=True) for place, letter in enumerate(reversed(LETTERS))]
    assert asked.free_letter(over) == LETTERS[-1]
    assert asked.free_letter([*over, q(LETTERS[-1], ago=MINUTE, **OPEN)]) == LETTERS[-2]
    assert asked.free_letter([q(letter, **OPEN) for letter in LETTERS]) is None


class Reminders:
    """What another noun plugs in: somebody is asked whether she comes on Saturday."""

    def __init__(self, session: Session, who: Person) -> None:
        self.who, self.answered = who, list[Meaning]()
        self.letter = asked.letter_for(session, who, at=NOON) or ""

    def questions(self, session: Session, person: Person, *, since: datetime) -> list[Question]:
        if session.get(Person, person.id) is not self.who or since > NOON:
            return []
        waits = frozenset() if self.answered else YES_OR_NO
        return [Question(self.letter, "your shift on Saturday", NOON, self.answer, waits)]

    def answer(self, meaning: Meaning, *, at: datetime) -> str:
        self.answered.append(meaning)
        return f"Thank you, we count on you at {at:%H:%M}." if meaning == YES else "We look for cover."


def test_another_noun_plugs_its_questions_in_and_shares_the_letters(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "_sources", list(asked._sources))  # so that it is out again afterwards
    hana, road = a_handler(session, "Hana Novak"), a_street(session, "Acacia Road")
    coral = a_coordinator(session, "Coral Reid")
    a_request(session, hana, road)
    reminders = Reminders(session, coral)
    asked.plug(reminders)
    assert reminders.letter == "B", "A is the offer's"
    inbox.receive(session, a_sid("SM"), phone=coral.phone or "", body="1", at=NOON + MINUTE)
    assert texts_to(session, coral)[-1] == (
        "You have 2 open. Which one? Reply YES A for Shopping near Acacia Road; YES B for your shift on Saturday."
    )
    inbox.receive(session, a_sid("SM"), phone=coral.phone or "", body="1 b", at=NOON + MINUTE)
    assert reminders.answered == [YES]
    inbox.receive(session, a_sid("SM"), phone=coral.phone or "", body="no", at=NOON + 2 * MINUTE)
    assert "ask somebody else about Shopping" in texts_to(session, coral)[-1]
    a_request(session, hana, road, at=NOON + 3 * MINUTE)
    assert "YES C" in texts_to(session, coral)[-1], "A and B still mean what they meant"


def test_which_one_is_asked_in_two_parts_at_most() -> None:
    for many in range(2, len(LETTERS) + 1):
        asks = answer_words.which_text(
            "YES", [(letter, "Somebody to talk to near Old Brewery Lane") for letter in LETTERS[:many]]
        )
        assert wording.parts(asks) <= 2
        assert asks.startswith(f"You have {many} open. Which one? Reply YES A for Somebody")
    assert "Ring us to hear the others." in asks


def test_what_is_open_is_told_in_two_parts_at_most_and_how_to_answer() -> None:
    told = answer_words.open_text([("A", "Shopping near Acacia Road", True), ("B", "Dog walk near Quince Lane", False)])
    assert told == (
        "You have 2 open. A: Shopping near Acacia Road, YES A or NO A; "
        "B: Dog walk near Quince Lane, yours, DONE B when it is done."
    )
    many = answer_words.open_text([(letter, "Somebody to talk to near Old Brewery Lane", True) for letter in LETTERS])
    assert (wording.parts(many) <= 2, "Ring us to hear the others." in many) == (True, True)


def test_every_process_knows_every_question() -> None:
    """A letter is given where an offer is made; it must be nobody's then, whichever process makes it."""
    known = set()
    for process in ("ivr.app", "dashboard.app", "workers.house, workers.jobs, workers.sweeps"):
        told = f"import {process}\nfrom helpline import asked\nprint(sorted(type(one).__module__ for one in asked._sources))"
        known.add(subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True).stdout)
    assert len(known) == 1
    assert "helpline.taking" in known.pop()
