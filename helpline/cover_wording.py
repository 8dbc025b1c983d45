"""The texts by which people are asked about a shift, and told what came of it: the reminders, cover, swaps, gaps; what an organiser
or a closed day did to somebody's is in `slot_wording`. Of people no more than a first name.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from helpline import slot_wording
from helpline.wording import from_to, moment, number, plain, time


def when(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """A shift as it is named now: `today, 4 to 7 pm`, `tomorrow, 10 am to 1 pm`, `Friday 20 November, 4 to 7 pm`."""
    ahead = (starts_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    hours = from_to(starts_at, ends_at, zone)
    if ahead in {0, 1}:
        return f"{('today', 'tomorrow')[ahead]}, {hours}"
    return slot_wording.when(starts_at, ends_at, zone)


def _which(letter: str | None, yes: str, no: str) -> str:
    """How to answer: by a figure while nothing else is asked of them, by word and letter when something is."""
    return f"Reply YES {letter} {yes}, NO {letter} {no}." if letter else f"Reply 1 {yes}, 2 {no}."


# Reminders


def day_before_text(group: str, what: str, letter: str | None) -> str:
    """Reminds somebody the day before. `letter` only when something else is asked of them too."""
    return plain(f"{group}: your shift is {what}. {_which(letter, 'to confirm', 'if you need cover')}")


def hour_before_text(group: str, starts_at: datetime, zone: ZoneInfo, letter: str | None) -> str:
    """Reminds somebody an hour before who has not said that they will come."""
    ask = _which(letter, "to confirm", "if you need cover")
    return plain(f"{group}: your shift starts at {time(starts_at, zone)}. {ask}")


def confirmed_text(group: str, starts_at: datetime, zone: ZoneInfo) -> str:
    """Reminds somebody an hour before who said so: it asks nothing."""
    return plain(f"{group}: your shift starts at {time(starts_at, zone)}. Thank you. Running late? Send LATE 15.")


def still_yours_text(group: str, what: str, letter: str | None) -> str:
    """Reminds somebody who needs cover that nobody has it yet."""
    answer = f"YES {letter}" if letter else "1"
    return plain(
        f"{group}: nobody has your shift yet, {what}, so it is still yours. Reply {answer} if you can do it after all."
    )


def confirmed(what: str) -> str:
    """Answers a yes."""
    return f"Thank you. You are down for {what}."


def cover_wanted(what: str, asked: int) -> str:
    """Answers somebody who needs cover: whom we ask, and whose the shift is until then."""
    others = (
        f"We have asked {number(asked)} {'other' if asked == 1 else 'others'}"
        if asked
        else "In the morning we ask others"
    )
    return f"Thank you for saying. {others} about {what}. It stays yours until somebody has it, and we tell you who."


def cover_wanted_nobody(what: str) -> str:
    """Answers somebody who needs cover when there is nobody to ask."""
    return (
        f"Thank you for saying. There is nobody free whom we could ask just now, so {what} stays yours. "
        "The organisers hear of it. Do you know somebody?"
    )


BEGUN = "To stop our ringing you meanwhile, send PAUSE."


# Cover


def cover_text(group: str, name: str, what: str, letter: str) -> str:
    """Asks somebody to cover."""
    return plain(f"{group}: can you cover for {name}, {what}? Reply YES {letter} or NO {letter}.")


def has_it_text(group: str, name: str, what: str) -> str:
    """Tells whoever needed cover who has it."""
    return plain(f"{group}: {name} has your shift, {what}. You are free then.")


def yours_now(what: str) -> str:
    """Answers the first yes."""
    return f"Thank you, the shift is yours: {what}. We have told them."


CANNOT = "Thank you for saying. We ask somebody else."
HAVE_ANOTHER = "Thank you, but you have another shift at that time. To see it, send SHIFTS."
TOO_LATE = "That shift is over. Thank you all the same."


# Swaps


def swap_text(group: str, name: str, yours: str, theirs: str, letter: str, until: str) -> str:  # as said
    """Asks somebody to swap. Both shifts are named in the order that says who does what."""
    return plain(
        f"{group}: {name} asks to swap. {name} would do yours, {yours}. You would do {theirs}. "
        f"Reply YES {letter} or NO {letter} by {until}."
    )


def swapped_text(group: str, name: str, gone: str, got: str) -> str:
    """Tells whoever proposed it that it is done."""
    return plain(f"{group}: swapped. {name} has {gone}, and you have {got}.")


def swapped(name: str, gone: str, got: str) -> str:
    """Answers a yes to a swap."""
    return f"Thank you, swapped. You have {got}, and {name} has {gone}."


def not_swapped_text(group: str, name: str, gone: str) -> str:
    """Tells whoever proposed it that it will not be."""
    return plain(f"{group}: no swap with {name}, so {gone} stays yours.")


NOT_SWAPPED = "Thank you for saying. Both shifts stay as they are."


# By word


def next_shifts(whats: Sequence[str], more: int) -> str:
    """Answers SHIFTS."""
    if not whats:
        return "You are down for no shift. On the desk you can take one."
    told = "; ".join(whats)
    return f"You are down for: {told}{f', and {more} more' if more else ''}. To get cover for the next, send COVER."


NO_SHIFT_AHEAD = "Thank you. You are down for no shift, so there is nothing to cover."
NO_SHIFT_TO_BE_LATE = "Thank you. No shift of yours starts in the next hours, so we change nothing."
HOW_LATE = "Thank you. How many minutes? Send LATE 20 if it is 20."
TOO_LATE_BY = "That is most of your shift. To get cover for it, send COVER."
ON_A_CALL = "You are on a call just now. When it is over, send that again."
TEST_COMES = "Thank you. Your phone rings in a moment: pick up and press 1."
OFF = "Thank you. Your shift is over, and we ring you no more."


def which_shift(choices: Sequence[tuple[str, str]]) -> str:
    """Asks which of several shifts needs cover. `choices` are letter and shift."""
    return f"Which one? Reply {'; '.join(f'YES {letter} for {what}' for letter, what in choices)}."


def on_until(ends_at: datetime, zone: ZoneInfo, *, now: datetime, already: bool = False) -> str:
    """Answers ON."""
    until = moment(ends_at, zone, now=now)
    return f"Thank you. You are on{' already' if already else ''} until {until}, and we ring you on this telephone."


def late_until(starts_at: datetime, zone: ZoneInfo, *, alone: bool) -> str:
    """Answers LATE."""
    told = " Nobody else is on until then, so the organisers hear of it." if alone else ""
    return f"Thank you. We ring you from {time(starts_at, zone)}.{told}"


def late_text(group: str, name: str, minutes: int, until: str, link: str) -> str:
    """Tells the organisers that the line has nobody because somebody is late."""
    return plain(f"{group}: {name} is {minutes} min late, and nobody else is on until {until}. {link}")


# Gaps


def gap_text(group: str, gaps: Sequence[tuple[str, int, int]], link: str) -> str:
    """Tells the organisers of times with too few. Each is when, how many are missing, and how many are down."""
    first = gaps[:3]
    told = "; ".join(f"{what}, {_gap(missing, down)}" for what, missing, down in first)
    more = f"; and {len(gaps) - len(first)} more" if len(gaps) > len(first) else ""
    return plain(f"{group}: too few on the rota: {told}{more}. {link}")


def begun_text(group: str, gaps: Sequence[tuple[str, int, int]], link: str) -> str:
    """Tells the organisers of a time that has begun with too few."""
    told = "; ".join(f"{what}, {'nobody is down' if not down else _gap(missing, down)}" for what, missing, down in gaps)
    return plain(f"{group}: a shift has begun with too few: {told}. {link}")


def _gap(missing: int, down: int) -> str:
    return "nobody yet" if not down else f"{missing} more needed"
