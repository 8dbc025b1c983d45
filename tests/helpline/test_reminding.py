"""When reminders and alarms are due, who covers first, and what a handler's words mean: rules without a database."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpline import gap_stages, reminding, replies, shift_words, standing_in
from helpline.defaults import DEFAULTS
from helpline.gap_stages import Stage
from helpline.quiet import Quiet
from helpline.reminding import Which
from helpline.shift_words import WORDS, Said, Wish
from helpline.standing_in import Might, SoFar

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
NIGHT = Quiet(time(21), time(8))


def wall(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=LONDON).astimezone(UTC)


def which(starts: str, at: str, *sent: str, taken: str | None = None) -> Which | None:
    return reminding.due(
        wall(starts),
        at=wall(at),
        taken_at=wall(taken) if taken else None,
        sent=sent,
        plan=DEFAULTS,
        quiet=NIGHT,
        zone=LONDON,
    )


@pytest.mark.parametrize(
    ("starts", "day_before"),
    [
        ("2026-11-20 07:00", "2026-11-19 18:00"),
        ("2026-11-20 23:30", "2026-11-19 18:00"),
        ("2026-11-21 00:30", "2026-11-20 18:00"),
        # By the wall clock on either side of both changes: 13 real hours before seven in October, 12 in March less one.
        ("2026-10-25 07:00", "2026-10-24 18:00"),
        ("2026-10-26 07:00", "2026-10-25 18:00"),
        ("2027-03-28 07:00", "2027-03-27 18:00"),
        ("2027-03-29 07:00", "2027-03-28 18:00"),
    ],
)
def test_the_day_before_is_a_civil_hour_on_both_sides_of_a_clock_change(starts: str, day_before: str) -> None:
    due = reminding.day_before_at(wall(starts), DEFAULTS, LONDON)
    assert due == wall(day_before)
    assert which(starts, day_before) == Which.DAY_BEFORE


def test_an_hour_before_is_a_real_hour_in_the_nights_of_both_changes() -> None:
    begins = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the second 01:30
    for at, due in ((begins - HOUR, Which.HOUR_BEFORE), (begins - HOUR - timedelta(minutes=1), None)):
        assert reminding.due(begins, at=at, taken_at=None, sent=(), plan=DEFAULTS, quiet=NIGHT, zone=LONDON) == due
    spring = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)  # 02:00, when there was no 01:30
    assert (
        reminding.due(spring, at=spring - HOUR, taken_at=None, sent=(), plan=DEFAULTS, quiet=NIGHT, zone=LONDON)
        == Which.HOUR_BEFORE
    )


@pytest.mark.parametrize(
    ("at", "sent", "taken", "due"),
    [
        ("2026-11-19 17:59", (), None, None),
        ("2026-11-19 18:00", (), None, Which.DAY_BEFORE),
        ("2026-11-19 18:00", ("day_before",), None, None),
        ("2026-11-19 20:30", (), None, Which.DAY_BEFORE),  # the clock was away: late, and still of use
        ("2026-11-19 23:00", (), None, None),  # but nobody is woken
        ("2026-11-20 01:00", (), None, None),  # and in the morning it is no longer the day before
        ("2026-11-20 06:00", (), None, Which.HOUR_BEFORE),  # and this one is instead of it
        ("2026-11-20 06:59", ("day_before",), None, Which.HOUR_BEFORE),
        ("2026-11-20 06:30", ("day_before", "hour_before"), None, None),
        ("2026-11-20 07:00", (), None, None),
        ("2026-11-19 20:00", (), "2026-11-19 19:00", None),  # taken after it was due: they know
        ("2026-11-20 06:00", (), "2026-11-19 19:00", Which.HOUR_BEFORE),
        ("2026-11-20 06:40", (), "2026-11-20 06:30", None),
    ],
)
def test_each_is_sent_once_and_only_while_it_is_of_use(
    at: str, sent: tuple[str, ...], taken: str | None, due: Which | None
) -> None:
    assert which("2026-11-20 07:00", at, *sent, taken=taken) == due


def test_whoever_offered_comes_first_then_the_language_then_the_fewest_hours() -> None:
    might = [
        Might(1, of_late=9 * HOUR),
        Might(2, of_late=2 * HOUR, speaks=False),
        Might(3, of_late=20 * HOUR, offered=True),
        Might(4, of_late=3 * HOUR),
        Might(5, quiet=True),
    ]
    starts, at = wall("2026-11-20 10:00"), wall("2026-11-19 12:00")
    plan = replace(DEFAULTS, cover_asks=3)

    def asked(so_far: SoFar, at: datetime) -> list[int]:
        return standing_in.next_to_ask(might, so_far, starts_at=starts, at=at, plan=plan)

    assert asked(SoFar(), at) == [3, 4, 1]
    first = SoFar(frozenset({3, 4, 1}), still_open=1, last_at=at)
    assert asked(first, at + timedelta(minutes=59)) == []
    assert asked(first, at + HOUR) == [2]
    assert asked(replace(first, still_open=0), at) == [2]  # all have said no
    # Near the shift sleepers are asked as well, after ten minutes; in its last hour everybody.
    near = starts - 2 * HOUR
    assert asked(replace(first, last_at=near), near + timedelta(minutes=10)) == [5, 2]
    assert asked(SoFar(), starts - HOUR) == [3, 5, 4, 1, 2]


@pytest.mark.parametrize(
    ("at", "stage"),
    [
        ("2026-11-20 12:59", Stage.NONE),
        ("2026-11-20 13:00", Stage.EARLY),
        ("2026-11-20 22:00", Stage.NONE),  # at night it waits
        ("2026-11-22 13:00", Stage.LATE),
        ("2026-11-23 12:59", Stage.LATE),
        ("2026-11-23 13:00", Stage.BEGUN),
        ("2026-11-23 15:45", Stage.NONE),  # nobody could come in time
    ],
)
def test_a_gap_is_told_three_days_before_one_day_before_and_as_it_begins(at: str, stage: Stage) -> None:
    begins, ends = wall("2026-11-23 13:00"), wall("2026-11-23 16:00")
    assert gap_stages.stage(begins, ends, at=wall(at), plan=DEFAULTS, quiet=NIGHT, zone=LONDON) == stage


def test_only_the_last_stage_comes_at_night() -> None:
    begins, ends = wall("2026-11-23 03:00"), wall("2026-11-23 06:00")
    stages = [
        gap_stages.stage(begins, ends, at=wall(at), plan=DEFAULTS, quiet=NIGHT, zone=LONDON)
        for at in ("2026-11-22 03:00", "2026-11-22 08:00", "2026-11-23 02:59", "2026-11-23 03:00")
    ]
    assert stages == [Stage.NONE, Stage.LATE, Stage.NONE, Stage.BEGUN]


def test_whoever_wants_cover_counts_as_missing_after_a_while_or_when_it_is_near() -> None:
    begins, wanted = wall("2026-11-23 13:00"), wall("2026-11-20 10:00")
    counts = [
        gap_stages.counts_as_missing(since, begins, at=wall(at), plan=DEFAULTS)
        for since, at in (
            (None, "2026-11-23 12:00"),
            (wanted, "2026-11-20 13:59"),
            (wanted, "2026-11-20 14:00"),
            (wall("2026-11-23 10:00"), "2026-11-23 10:00"),
        )
    ]
    assert counts == [False, False, True, True]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("COVER", Said(Wish.COVER)),
        ("Need cover please", Said(Wish.COVER)),
        ("Can anyone cover me?", Said(Wish.COVER)),
        ("I can\N{RIGHT SINGLE QUOTATION MARK}t make my shift", Said(Wish.COVER)),
        ("shifts", Said(Wish.SHIFTS)),
        ("When am I on?", Said(Wish.SHIFTS)),
        ("I'm on now", Said(Wish.ON)),
        ("On", Said(Wish.ON)),
        ("start my shift", Said(Wish.ON)),
        ("off", Said(Wish.OFF)),
        ("End my shift", Said(Wish.OFF)),
        ("late 20", Said(Wish.LATE, 20)),
        ("Sorry, running 10 mins late, sorry x", Said(Wish.LATE, 10)),
        ("I'll be 20 late", Said(Wish.LATE, 20)),
        ("late", Said(Wish.LATE)),
        ("TEST", Said(Wish.TEST)),
        ("later", None),
        ("the latest", None),
        ("I cannot cover", None),
        ("on my way", None),
        ("yes", None),
        ("START", None),
        ("END", None),
    ],
)
def test_what_a_handler_says_of_shifts(body: str, said: Said | None) -> None:
    assert shift_words.understand(body) == said


def test_no_word_of_ours_is_the_carriers_or_answers_a_question() -> None:
    for word in set().union(*WORDS.values()):
        assert replies.understand(word).meaning == replies.Meaning.UNCLEAR, word
    carriers = {
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "start",
        "unstop",
        "yes",
        "help",
        "info",
    }
    assert not carriers & set().union(*WORDS.values())
