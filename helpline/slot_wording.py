"""The words for times on the rota, and the texts that tell handlers what became of theirs. In the carriers' cheap alphabet."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from helpline.wording import counted, day, from_to, plain


def when(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """A shift as it is named: `Friday 20 November, 4 to 7 pm`."""
    return f"{day(starts_at, zone)}, {from_to(starts_at, ends_at, zone)}"


def called_off_text(group: str, what: str) -> str:
    """Tells a handler that a shift of theirs will not be."""
    return plain(f"{group}: your shift on {what} is called off, so you are not needed then. Thank you all the same.")


def back_text(group: str, what: str, link: str) -> str:
    """Tells a handler that a shift of theirs will be after all."""
    return plain(f"{group}: your shift on {what} is on again after all. If you cannot, please say so here: {link}")


def put_down_text(group: str, what: str, link: str) -> str:
    """Tells a handler that an organiser put them down for a shift."""
    return plain(f"{group}: you are now down for a shift on {what}. If you cannot, please say so here: {link}")


def taken_off_text(group: str, what: str, why: str) -> str:
    """Tells a handler that an organiser took them off a shift, and why, in the organiser's words."""
    return plain(f"{group}: you are no longer down for the shift on {what}, so you are not needed then. Why: {why}.")


def cover_wanted_text(group: str, what: str) -> str:
    """Tells a handler that an organiser wants somebody else to come instead, whether or not anybody is free to be asked."""
    return plain(
        f"{group}: we look for cover for your shift on {what}. It stays yours until somebody has it, and we tell you who."
    )


def kept_text(group: str, what: str) -> str:
    """Tells a handler that an organiser asks nobody any more to come instead."""
    return plain(f"{group}: nobody else is asked any more to cover your shift on {what}, so please come.")


def all_called_off_text(group: str, what: str, many: int) -> str:
    """Tells a handler at once of several shifts that will not be."""
    return plain(
        f"{group}: {counted(many, 'shift', 'shifts')} of yours called off, the first on {what}. Thank you all the same."
    )


def gaps_text(group: str, whats: Sequence[str], link: str) -> str:
    """Tells an organiser where somebody who keeps a time every week is down for another shift already."""
    more = f", and {counted(len(whats) - 1, 'more', 'more')}" if len(whats) > 1 else ""
    return plain(f"{group}: somebody who keeps {whats[0]}{more} has another shift then. It may need somebody: {link}")
