"""How long things take, and how many: every duration and count that a group can change, in one table. Pure.

A new one is a line of `Durations`: its default, its bounds, and its words for the settings page. What it is in a group is told by
`durations.of(session)`; a pure function is given what it needs.
"""

# ruff: noqa: RUF009  # `_is` makes a field with its words, once

from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from helpline.lengths import IN_SECONDS, LENGTHS, Length, Part, Unit


def _is(
    default: int,
    unit: Unit,
    part: Part,
    words: str,
    *,
    least: int,
    most: int,
    ordinary: tuple[int, int],
    why: str,
) -> Any:
    """A line of the table: numbers are in its unit."""
    each = IN_SECONDS[unit]
    low, high = ordinary
    given = {"default": default * each, "least": least * each, "most": most * each}
    row = {"part": part, "words": words, "unit": unit, **given, "ordinary": (low * each, high * each), "why": why}
    value = timedelta(seconds=default * each) if unit in LENGTHS | {Unit.CLOCK} else default
    return field(default=value, metadata=row)


@dataclass(frozen=True)
class Durations:
    """How long things take in one group, and how many; made without arguments, as they are until somebody changes them."""

    ring: timedelta = _is(
        18,
        Unit.SECONDS,
        Part.RINGING,
        "How long a handler's phone rings",
        least=5,
        most=60,
        ordinary=(10, 30),
        why="Long enough to reach a phone in another room. Most answerphones pick up after 20 to 30 seconds.",
    )
    widen: timedelta = _is(
        8,
        Unit.SECONDS,
        Part.RINGING,
        "One more phone rings after every",
        least=1,
        most=60,
        ordinary=(4, 20),
        why="Shorter: callers wait less, and more handlers hear “already taken”.",
    )
    first_rings: int = _is(
        2,
        Unit.COUNT,
        Part.RINGING,
        "Handlers who are rung first, one after the other",
        least=1,
        most=20,
        ordinary=(1, 4),
        why="Those who answered longest ago. They all go on ringing until one has taken it.",
    )
    next_first_ring: timedelta = _is(
        10,
        Unit.SECONDS,
        Part.RINGING,
        "The next of them is rung after",
        least=1,
        most=60,
        ordinary=(4, 15),
        why="Most people have picked up by then, so the next phone never rings in vain. 1 s: they ring together.",
    )
    misses_before_pause: int = _is(
        3,
        Unit.COUNT,
        Part.RINGING,
        "Missed calls in a row until we stop ringing somebody",
        least=1,
        most=20,
        ordinary=(2, 5),
        why="They are told by text, and start again on the desk.",
    )
    longest_wait: timedelta = _is(
        5,
        Unit.MINUTES,
        Part.RINGING,
        "When a caller hears that it takes longer than it should",
        least=1,
        most=60,
        ordinary=(2, 15),
        why="Nobody is cut off then. They can be rung back or leave a message all along.",
    )
    withheld_keys: int = _is(
        0,
        Unit.COUNT,
        Part.RINGING,
        "Keys to press before anybody is rung for a withheld number",
        least=0,
        most=1,
        ordinary=(0, 0),
        why="With 1, whoever presses nothing may leave a message, and no phone rings. Old telephones have no keys.",
    )
    wrap_up: timedelta = _is(
        5,
        Unit.MINUTES,
        Part.AFTERWARDS,
        "Quiet after a call, to write it down",
        least=1,
        most=60,
        ordinary=(2, 15),
        why="A handler who is ready sooner says so on the desk. Callers hear nothing of this; handlers do, as a call ends.",
    )
    shift: timedelta = _is(
        2,
        Unit.HOURS,
        Part.AFTERWARDS,
        "How long somebody is on who starts without a shift",
        least=1,
        most=12,
        ordinary=(1, 4),
        why="Or until their own next shift begins. Whoever ended a shift early and starts again is on until its end, as is whoever "
        "starts while a shift on the rota has too few.",
    )
    call_back_lease: timedelta = _is(
        20,
        Unit.MINUTES,
        Part.AFTERWARDS,
        "How long somebody holds what they took off the desk",
        least=5,
        most=240,
        ordinary=(10, 60),
        why="After that it is anybody's again. What is held now is held as long as it says.",
    )
    offer_now: timedelta = _is(
        15,
        Unit.MINUTES,
        Part.OFFERS,
        "To answer, when it is urgent",
        least=5,
        most=120,
        ordinary=(10, 30),
        why="With no answer, the next one on the ladder is asked. Who has been asked keeps the time they were told.",
    )
    offer_today: timedelta = _is(
        60,
        Unit.MINUTES,
        Part.OFFERS,
        "To answer, when it is for today",
        least=10,
        most=720,
        ordinary=(30, 180),
        why="The same for a day and time that is near.",
    )
    offer_this_week: timedelta = _is(
        12,
        Unit.HOURS,
        Part.OFFERS,
        "To answer, when it is for this week",
        least=1,
        most=72,
        ordinary=(4, 26),
        why="Hours in which people are awake: quiet hours do not count.",
    )
    asked_together: int = _is(
        5,
        Unit.COUNT,
        Part.OFFERS,
        "Neighbours who are asked at the same time",
        least=1,
        most=20,
        ordinary=(3, 8),
        why="Where willing neighbours are asked, not coordinators. The first yes has it, and the others are told.",
    )
    quiet_from: timedelta = _is(
        21,
        Unit.CLOCK,
        Part.OFFERS,
        "Nobody is asked from",
        least=17,
        most=24,
        ordinary=(20, 23),
        why="Unless it is urgent. Whoever looks after a street may say other hours for themselves.",
    )
    quiet_until: timedelta = _is(
        8,
        Unit.CLOCK,
        Part.OFFERS,
        "And until",
        least=5,
        most=12,
        ordinary=(7, 10),
        why="What waits for the morning is asked then. The hours between the two count towards no answer's time.",
    )
    most_open: int = _is(
        5,
        Unit.COUNT,
        Part.OFFERS,
        "Requests with one person at once, asked or taken",
        least=1,
        most=15,
        ordinary=(2, 8),
        why="More are put to the next on the ladder; an urgent one may be one more. Anybody may say another number for themselves.",
    )
    answered_within: timedelta = _is(
        60,
        Unit.SECONDS,
        Part.ROTA,
        "How soon a call should be answered",
        least=10,
        most=600,
        ordinary=(20, 120),
        why="The forecast says how many handlers that takes, hour by hour. It changes nothing for callers.",
    )
    answered_share: int = _is(
        80,
        Unit.SHARE,
        Part.ROTA,
        "The share of callers for whom it should be so",
        least=50,
        most=99,
        ordinary=(70, 95),
        why="A higher share takes more handlers, who are idle more of the time.",
    )
    quiet_now: timedelta = _is(
        30,
        Unit.MINUTES,
        Part.CLOSING,
        "Asked how it goes, when it was urgent",
        least=10,
        most=240,
        ordinary=(15, 60),
        why="Somebody took it, and nothing has been heard since. They are asked once, by text.",
    )
    quiet_today: timedelta = _is(
        3,
        Unit.HOURS,
        Part.CLOSING,
        "Asked how it goes, when it was for today",
        least=1,
        most=24,
        ordinary=(2, 6),
        why="Hours in which people are awake, from 8 am to 9 pm. The same for a day and time that is near.",
    )
    quiet_this_week: timedelta = _is(
        26,
        Unit.HOURS,
        Part.CLOSING,
        "Asked how it goes, when it was for this week",
        least=4,
        most=130,
        ordinary=(13, 52),
        why="Hours in which people are awake: 26 are two days.",
    )
    quiet_after_nudge: timedelta = _is(
        60,
        Unit.MINUTES,
        Part.CLOSING,
        "Without an answer to that, the resident is owed a call after",
        least=10,
        most=720,
        ordinary=(30, 180),
        why="It is on the desk then: somebody rings to say who is coming, or that we ask somebody else.",
    )
    follow_up: timedelta = _is(
        20,
        Unit.HOURS,
        Part.CLOSING,
        "When it is done, the resident is asked how it went after",
        least=1,
        most=336,
        ordinary=(4, 72),
        why="On the desk, with two questions. Whoever has rung meanwhile and heard that it is done is left in peace. "
        "What comes back every day or week is asked about once in four weeks, or the next time when something was amiss.",
    )
    remind_at: timedelta = _is(
        18,
        Unit.CLOCK,
        Part.ROTA,
        "On the day before, handlers are reminded at",
        least=8,
        most=21,
        ordinary=(16, 20),
        why="By text, whenever the shift begins. Nobody is woken by it, and there is still time to find cover.",
    )
    remind_before: timedelta = _is(
        60,
        Unit.MINUTES,
        Part.ROTA,
        "And once more before it begins",
        least=15,
        most=180,
        ordinary=(30, 120),
        why="At night too: whoever begins at six is about to get up. Whoever has confirmed gets a shorter one.",
    )
    cover_asks: int = _is(
        4,
        Unit.COUNT,
        Part.ROTA,
        "Handlers who are asked together to cover a shift",
        least=1,
        most=20,
        ordinary=(2, 8),
        why="Whoever said that they could comes first, then those with the fewest hours. The first yes has it.",
    )
    cover_next: timedelta = _is(
        60,
        Unit.MINUTES,
        Part.ROTA,
        "The next few are asked after",
        least=10,
        most=720,
        ordinary=(30, 240),
        why="Sooner when all have said no, and every ten minutes when the shift is near.",
    )
    cover_near: timedelta = _is(
        3,
        Unit.HOURS,
        Part.ROTA,
        "A shift is near from",
        least=1,
        most=12,
        ordinary=(2, 6),
        why="Then handlers are asked to cover it at night too. In the last hour everybody left is asked at once.",
    )
    cover_counts: timedelta = _is(
        4,
        Unit.HOURS,
        Part.ROTA,
        "Whoever wants cover counts as missing after",
        least=1,
        most=48,
        ordinary=(2, 24),
        why="Or when that little is left until the shift. The organisers hear of it if too few are left.",
    )
    gap_early: timedelta = _is(
        72,
        Unit.HOURS,
        Part.ROTA,
        "Organisers hear of a shift with too few",
        least=48,
        most=168,
        ordinary=(48, 120),
        why="So long before it begins, by one text for all that are due, in the daytime.",
    )
    gap_late: timedelta = _is(
        24,
        Unit.HOURS,
        Part.ROTA,
        "And again",
        least=2,
        most=24,
        ordinary=(12, 24),
        why="And once more as it begins, at night too, while the line should be open.",
    )
    thanks_on: int = _is(
        0,
        Unit.COUNT,
        Part.CLOSING,
        "The day of the weekly thanks by text",
        least=0,
        most=7,
        ordinary=(0, 7),
        why="1 is Monday, 7 is Sunday, and with 0 there is none. Whoever did something that week hears what got done, in a text of "
        "one to three parts. The page of the thanks, under Reports, says how many people and parts that is now.",
    )
    thanks_at: timedelta = _is(
        18,
        Unit.CLOCK,
        Part.CLOSING,
        "And the time of it",
        least=8,
        most=21,
        ordinary=(10, 20),
        why="In nobody's quiet hours: whoever has them then hears it when they are over.",
    )
    tell_ring: timedelta = _is(
        25,
        Unit.SECONDS,
        Part.OFFERS,
        "How long the phone of somebody rings who is asked by a call",
        least=10,
        most=60,
        ordinary=(15, 40),
        why="Long enough to get up for it. Should an answerphone pick up, it hears no name, number or house.",
    )
    tell_again: timedelta = _is(
        10,
        Unit.MINUTES,
        Part.OFFERS,
        "Such a call, when nobody answers, is tried once more after",
        least=1,
        most=120,
        ordinary=(3, 30),
        why="Sooner when there is less time than that to answer. After the second they get a text, or the next one is asked.",
    )
    check_signposts: timedelta = _is(
        91,
        Unit.DAYS,
        Part.ELSEWHERE,
        "An organisation wants ringing again after",
        least=7,
        most=366,
        ordinary=(30, 183),
        why="To ask whether its number and its hours still hold. Until then we say when somebody last asked.",
    )
    hear_back: timedelta = _is(
        3,
        Unit.DAYS,
        Part.ELSEWHERE,
        "We want to hear what became of somebody we passed on after",
        least=1,
        most=60,
        ordinary=(1, 14),
        why="With no news by then it is on the desk, for somebody to ask. Another day can be said each time.",
    )
    sign_in_code: timedelta = _is(
        10,
        Unit.MINUTES,
        Part.KEEPING,
        "How long a sign-in code works",
        least=2,
        most=60,
        ordinary=(5, 15),
        why="Longer gives a stranger more time to guess.",
    )
    forget: timedelta = _is(
        28,
        Unit.DAYS,
        Part.KEEPING,
        "Details are forgotten, once it is over, after",
        least=1,
        most=366,
        ordinary=(7, 92),
        why="We say so to everybody who leaves a message or asks for help, so it is a promise.",
    )


ALL: dict[str, Length] = {one.name: Length(one.name, **one.metadata) for one in fields(Durations)}
DEFAULTS = Durations()
