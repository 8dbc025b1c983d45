"""The words we write: true on the day they are read, and cheap to send."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpline import answer_words, shortly, wording
from helpline.wording import Kind, Urgency
from tests.builders import NOON

LONDON = ZoneInfo("Europe/London")
GROUP = "Larkfield and Priory Park Neighbours"
LONGEST = "Upper Saint Bartholomew's Gardens"
WHAT = wording.kinds([Kind.PRESCRIPTION, Kind.FOOD_PARCEL])
BY = wording.by_when(Urgency.DAY_AND_TIME, NOON + timedelta(days=6, minutes=43), written_at=NOON, now=NOON, zone=LONDON)
UNTIL = timedelta(hours=12)
LINK = "https://helpline.larkfield.example/o/" + "x" * 16
NB = wording.NBSP
DAY = timedelta(days=1)

TEXTS = {
    "offer": (wording.offer_text(GROUP, WHAT, LONGEST, BY, "W", UNTIL, LINK), 2),
    "details": (wording.details_text(GROUP, WHAT, LONGEST, "W", LINK), 2),
    "done": (wording.done_text(WHAT, LONGEST, "Agnieszka", "QWR7K"), 2),
    "nobody": (wording.nobody_text(WHAT, LONGEST, "https://helpline.larkfield.example"), 2),
    "withdrawn": (wording.withdrawn_text(GROUP, WHAT, LONGEST), 2),
    "paused": (wording.paused_text(3), 1),
    "sign in": (wording.sign_in_text(GROUP, "012345", timedelta(minutes=10)), 1),
    "yours": (wording.plain(wording.YOURS.format(what=WHAT, street=LONGEST)), 2),
    "not yours": (wording.plain(wording.NOT_YOURS.format(what=WHAT, street=LONGEST)), 2),
    "well done": (wording.plain(wording.WELL_DONE.format(what=WHAT, street=LONGEST)), 2),
    "already done": (wording.ALREADY_DONE, 1),
    "moved on": (wording.MOVED_ON, 1),
    "nothing open": (wording.NOTHING_OPEN, 1),
    "unclear": (answer_words.unclear_text("A", "B"), 1),
    "unclear, of what they took": (answer_words.unclear_text("", "B"), 1),
    "away": (answer_words.AWAY_UNTIL.format(day="Wednesday 23 September"), 1),
    "welcome back": (answer_words.WELCOME_BACK, 1),
    "kind answer": (wording.KIND_ANSWER.format(group=GROUP, number="020 7946 0303"), 1),
    "which": (answer_words.which_text("YES", [("A", f"{WHAT} near {LONGEST}"), ("B", "Shopping near Elm Walk")]), 2),
    "if you meant it": (answer_words.which_text("YES", [("A", f"{WHAT} near {LONGEST}")]), 1),
    "open": (
        answer_words.open_text([("A", f"{WHAT} near {LONGEST}", True), ("B", "Shopping near Elm Walk", False)]),
        2,
    ),
}


@pytest.mark.parametrize(("words", "most"), TEXTS.values(), ids=TEXTS)
def test_every_text_is_in_the_cheap_alphabet_and_short(words: str, most: int) -> None:
    assert shortly.is_cheap(words), words
    assert wording.parts(words) <= most, words


@pytest.mark.parametrize("name", ["offer", "details", "nobody", "withdrawn"])
def test_a_text_says_what_and_where_and_nothing_of_whom(name: str) -> None:
    words, _ = TEXTS[name]
    assert LONGEST in words or shortly.street(LONGEST) in words
    assert WHAT in words
    assert "Rita" not in words


def test_the_offer_says_how_to_answer_and_until_when() -> None:
    words, _ = TEXTS["offer"]
    assert "YES W" in words
    assert "NO W" in words
    assert words.endswith(LINK)


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)])
def test_parts_in_the_cheap_alphabet(length: int, parts: int) -> None:
    assert wording.parts("a" * length) == parts


def test_parts_of_dearer_letters() -> None:
    assert wording.parts("€" * 80) == 1
    assert wording.parts("€" * 81) == 2
    assert wording.parts("ł" * 70) == 1
    assert wording.parts("ł" * 71) == 2
    assert wording.parts("👍" * 35) == 1
    assert wording.parts("👍" * 36) == 2


def test_plain_words_lose_nothing_but_their_curls() -> None:
    assert (
        wording.plain(f"St Mary\N{RIGHT SINGLE QUOTATION MARK}s, 2:47{NB}pm, 1\N{EN DASH}9")
        == "St Mary's, 2:47 pm, 1-9"
    )


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOON, "2:47 pm"),
        (datetime(2026, 11, 19, 17, tzinfo=UTC), "5 pm"),
        (datetime(2026, 11, 19, 0, 5, tzinfo=UTC), "12:05 am"),
        (datetime(2026, 11, 19, 12, tzinfo=UTC), "12 pm"),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "1 pm"),
    ],
)
def test_times_as_a_neighbour_says_them(at: datetime, said: str) -> None:
    assert wording.time(at, LONDON) == said.replace(" ", NB)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOON, "2:47 pm"),
        (NOON + DAY, "2:47 pm tomorrow"),
        (NOON - DAY, "2:47 pm yesterday"),
        (NOON + 2 * DAY, "2:47 pm on Saturday 21 November"),
        (datetime(2026, 11, 20, 0, 0, tzinfo=UTC), "12 am tomorrow"),
        (datetime(2026, 11, 19, 23, 59, tzinfo=UTC), "11:59 pm"),
    ],
)
def test_a_moment_names_its_day_when_that_is_not_today(at: datetime, said: str) -> None:
    assert wording.moment(at, LONDON, now=NOON).replace(NB, " ") == said


def test_today_is_the_neighbourhoods_and_not_greenwichs() -> None:
    half_past_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # 00:30 on the second, on the wall
    assert "yesterday" in wording.moment(datetime(2026, 7, 1, 22, tzinfo=UTC), LONDON, now=half_past_midnight)


@pytest.mark.parametrize(
    ("urgency", "by_in", "read_in", "said"),
    [
        (Urgency.NOW, None, 0 * DAY, "now, it is urgent"),
        (Urgency.NOW, None, DAY, "urgently, since Thursday 19 November"),
        (Urgency.TODAY, None, 0 * DAY, "today"),
        (Urgency.TODAY, None, DAY, "on Thursday 19 November"),
        (Urgency.THIS_WEEK, None, 0 * DAY, "this week"),
        (Urgency.THIS_WEEK, None, DAY, "by Thursday 26 November"),
        (Urgency.DAY_AND_TIME, timedelta(hours=2, minutes=13), 0 * DAY, "by 5 pm today"),
        (Urgency.DAY_AND_TIME, timedelta(hours=2, minutes=13), DAY, "by 5 pm yesterday"),
        (Urgency.DAY_AND_TIME, DAY, 0 * DAY, "by 2:47 pm tomorrow"),
        (Urgency.DAY_AND_TIME, DAY, DAY, "by 2:47 pm today"),
        (Urgency.DAY_AND_TIME, 2 * DAY, 0 * DAY, "by 2:47 pm on Saturday 21 November"),
    ],
)
def test_by_when_is_true_on_the_day_it_is_read(
    urgency: Urgency, by_in: timedelta | None, read_in: timedelta, said: str
) -> None:
    by_at = NOON + by_in if by_in else None
    words = wording.by_when(urgency, by_at, written_at=NOON, now=NOON + read_in, zone=LONDON)
    assert words.replace(NB, " ") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (20, "20 s"),
        (59, "59 s"),
        (60, "1 min"),
        (2520, "42 min"),
        (3600, "1 h"),
        (3900, "1 h 5 min"),
        (86400, "1 day"),
        (3 * 86400 + 7, "3 days"),
    ],
)
def test_lengths_of_time(seconds: int, said: str) -> None:
    assert wording.how_long(timedelta(seconds=seconds)).replace(NB, " ") == said


def test_lists_are_spoken() -> None:
    assert wording.listed([]) == ""
    assert wording.listed(["Hana"]) == "Hana"
    assert wording.listed(["Hana", "Tomasz", "Bea"]) == "Hana, Tomasz and Bea"
    assert wording.kinds([Kind.SHOPPING, Kind.PRESCRIPTION]) == "Shopping and prescription"
    assert wording.kinds_within([Kind.SHOPPING, Kind.PRESCRIPTION]) == "some shopping and a prescription"
    assert wording.kinds([]) == ""
