"""The words we write: kinds of help, times as a neighbour says them, and every text we send.

Texts stay in the carriers' cheap alphabet (GSM 03.38, 160 characters a part) and hold no name, number, house or health.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from helpline import drafts, shortly

NBSP = "\N{NO-BREAK SPACE}"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Kind(StrEnum):
    """What people ask for, or offer; `something_else` is for everything else."""

    SHOPPING = "shopping"
    PRESCRIPTION = "prescription"
    FOOD_PARCEL = "food_parcel"
    FRIENDLY_CALL = "friendly_call"
    DOG_WALK = "dog_walk"
    LIFT = "lift"
    ODD_JOB = "odd_job"
    TALK = "talk"
    SOMETHING_ELSE = "something_else"
    OFFER_OF_HELP = "offer_of_help"


class Urgency(StrEnum):
    """By when."""

    NOW = "now"
    TODAY = "today"
    THIS_WEEK = "this_week"
    DAY_AND_TIME = "day_and_time"


class Money(StrEnum):
    """Who pays."""

    NONE = "none"
    PAID_BACK = "paid_back"
    OTHER = "other"


KIND_WORDS = {
    Kind.SHOPPING: ("Shopping", "some shopping"),
    Kind.PRESCRIPTION: ("Prescription", "a prescription"),
    Kind.FOOD_PARCEL: ("Food parcel", "a food parcel"),
    Kind.FRIENDLY_CALL: ("Friendly call", "a friendly call"),
    Kind.DOG_WALK: ("Dog walk", "a dog walk"),
    Kind.LIFT: ("Lift", "a lift"),
    Kind.ODD_JOB: ("Odd job", "an odd job"),
    Kind.TALK: ("Somebody to talk to", "somebody to talk to"),
    Kind.SOMETHING_ELSE: ("Something else", "something else"),
    Kind.OFFER_OF_HELP: ("Offer of help", "an offer of help"),
}
URGENCY_WORDS = {
    Urgency.NOW: "Now, it is urgent",
    Urgency.TODAY: "Today",
    Urgency.THIS_WEEK: "This week",
    Urgency.DAY_AND_TIME: "A day and time",
}


def listed(words: Sequence[str]) -> str:
    """Words joined as they are spoken: `Hana, Tomasz and Bea`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def counted(number: int, one: str, many: str) -> str:
    """How many: `1 ring`, `3 rings`, `no rings`."""
    return f"{number or 'no'} {one if number == 1 else many}"


def kinds(given: Sequence[Kind]) -> str:
    """A heading of what is needed: `Shopping and prescription`."""
    heads = [KIND_WORDS[kind][0] for kind in given]
    return listed([heads[0], *(head[0].lower() + head[1:] for head in heads[1:])]) if heads else ""


def kinds_within(given: Sequence[Kind]) -> str:
    """What is needed within a sentence: `some shopping and a prescription`."""
    return listed([KIND_WORDS[kind][1] for kind in given])


def time(at: datetime, zone: ZoneInfo) -> str:
    """A time of day: `2:47 pm`, `5 pm`."""
    wall = at.astimezone(zone)
    hour = wall.hour % 12 or 12
    minutes = f":{wall.minute:02}" if wall.minute else ""
    return f"{hour}{minutes}{NBSP}{'am' if wall.hour < 12 else 'pm'}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """A day: `Saturday 21 November`."""
    wall = at.astimezone(zone)
    return f"{wall:%A} {wall.day} {wall:%B}"


def date_words(given: date) -> str:
    """A day that is known without a time: `Saturday 21 November`."""
    return f"{given:%A} {given.day} {given:%B}"


def hour(at: datetime, zone: ZoneInfo) -> str:
    """A time at which something begins or ends: as `time`, and `noon` and `midnight`."""
    wall = at.astimezone(zone)
    return {(0, 0): "midnight", (12, 0): "noon"}.get((wall.hour, wall.minute), time(at, zone))


def from_to(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """From when to when: `1 to 4 pm`, `10 am to 1 pm`, `10 pm to 6 am`, `6 pm to 8 am on Monday` once it is over a day long."""
    begins, ends = hour(starts_at, zone), hour(ends_at, zone)
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    over = (last.date() - first.date()).days
    if over > 1 or (over == 1 and last.time() > first.time()):
        return f"{begins} to {ends} on {last:%A}"
    head, _, half = begins.partition(NBSP)
    return f"{head if half and over == 0 and ends.endswith(half) else begins} to {ends}"


def moment(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """A time, with its day when that is not today: `2:47 pm`, `2:47 pm tomorrow`, `2:47 pm on Saturday 21 November`."""
    here, there = now.astimezone(zone).date(), at.astimezone(zone).date()
    if there == here:
        return time(at, zone)
    if there == here + timedelta(days=1):
        return f"{time(at, zone)} tomorrow"
    if there == here - timedelta(days=1):
        return f"{time(at, zone)} yesterday"
    return f"{time(at, zone)} on {day(at, zone)}"


def coming(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """A time to come, as it is said aloud: `tomorrow, from 4 to 7 pm`, `Saturday 21 November, from 10 pm to 6 am`."""
    here, there = now.astimezone(zone).date(), starts_at.astimezone(zone).date()
    near = {0: "today", 1: "tomorrow"}.get((there - here).days, day(starts_at, zone))
    return plain(f"{near}, from {from_to(starts_at, ends_at, zone)}")


def near_day(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """The day of something to come, within a sentence: `today`, `tomorrow`, `Saturday 21`, `Saturday 19 December`."""
    here, there = now.astimezone(zone).date(), at.astimezone(zone).date()
    ahead = (there - here).days
    if ahead in {0, 1}:
        return ("today", "tomorrow")[ahead]
    return f"{there:%A} {there.day}" + ("" if 0 < ahead < 28 else f" {there:%B}")


def on_day(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """The day on which something happened: `today`, `yesterday`, `on Thursday`, `on 12 November`, `on 12 November 2025`."""
    here, there = now.astimezone(zone).date(), at.astimezone(zone).date()
    back = (here - there).days
    if back in {0, 1}:
        return ("today", "yesterday")[back]
    if 1 < back < 7:
        return f"on {there:%A}"
    return f"on {there.day} {there:%B}" + ("" if there.year == here.year else f" {there.year}")


def opens(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """When the line opens: `today, at 2 pm`, `tomorrow, at 10 am`, `on Friday 27, at 10 am`, `on Friday 1 January, at 10 am`."""
    here, there = now.astimezone(zone).date(), at.astimezone(zone).date()
    ahead = (there - here).days
    near = f"on {there:%A} {there.day}" + ("" if ahead < 28 else f" {there:%B}")
    return f"{('today', 'tomorrow')[ahead] if ahead in {0, 1} else near}, at {time(at, zone)}"


def spoken_moments(at: datetime, zone: ZoneInfo, *, now: datetime) -> dict[str, str]:
    """A time, with its day when that is not today, in each language in which we know how to say it."""
    return {"en": plain(moment(at, zone, now=now)), "pl": drafts.polish_moment(at, zone, now=now)}


def how_long(length: timedelta) -> str:
    """A length of time: `20 s`, `42 min`, `1 h 5 min`, `3 days`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds}{NBSP}s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}{NBSP}h {minutes}{NBSP}min" if minutes else f"{hours}{NBSP}h"
    days = hours // 24
    return f"{days}{NBSP}day{'s' if days > 1 else ''}"


_FEW = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(many: int) -> str:
    """A number as it is said: `three`, `14`."""
    return _FEW[many] if 0 <= many < len(_FEW) else str(many)


def spoken_length(length: timedelta) -> str:
    """A length as it is said: `four weeks`, `five minutes`, `one hour and 30 minutes`."""
    seconds = int(length.total_seconds())
    if seconds and seconds % 604_800 == 0:
        return _said(seconds // 604_800, "week")
    parts = []
    for each, word in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        many, seconds = divmod(seconds, each)
        if many:
            parts.append(_said(many, word))
    return " and ".join(parts[:2]) or "no time"


def spoken_days(length: timedelta) -> dict[str, str]:
    """A length of whole days, in each language in which we know how to say it."""
    days = length // timedelta(days=1)
    return {"en": spoken_length(length), **{code: said(days) for code, said in drafts.LENGTHS.items()}}


def _said(many: int, word: str) -> str:
    return f"{number(many)} {word}{'' if many == 1 else 's'}"


def by_when(urgency: Urgency, by_at: datetime | None, *, written_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """By when something is needed, true on whatever day it is read: `today`, `by 5 pm today`, `this week`."""
    if urgency == Urgency.DAY_AND_TIME and by_at is not None:
        same = by_at.astimezone(zone).date() == now.astimezone(zone).date()
        return f"by {time(by_at, zone)} today" if same else f"by {moment(by_at, zone, now=now)}"
    same = written_at.astimezone(zone).date() == now.astimezone(zone).date()
    if urgency == Urgency.NOW:
        return "now, it is urgent" if same else f"urgently, since {day(written_at, zone)}"
    if urgency == Urgency.TODAY:
        return "today" if same else f"on {day(written_at, zone)}"
    last = written_at + timedelta(days=7)
    return "this week" if same else f"by {day(last, zone)}"


# Every text we send. Plain apostrophes and spaces: one character outside the cheap alphabet more than doubles the price.


def plain(words: str) -> str:
    """The same words in the cheap alphabet where that loses nothing: no-break spaces, curly quotes and dashes made plain."""
    swaps = {
        NBSP: " ",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\t": " ",
    }
    for odd, ordinary in swaps.items():
        words = words.replace(odd, ordinary)
    return words


def parts(words: str) -> int:
    """How many parts a text is sent and paid in."""
    return shortly.parts(words)


def sign_in_text(group: str, code: str, lasts: timedelta) -> str:
    """The code that opens the desk."""
    return f"{code} is your code for {group}. It works for {spoken_length(lasts)}. We never ask you for it by phone."


def offer_text(group: str, what: str, street: str, by: str, letter: str, within: timedelta, link: str) -> str:
    """Asks a coordinator. No name, number, house or health; the limit counts from when it is read, since a text may be late."""

    def write(group: str, street: str) -> str:
        ask = f"{group}: {what} near {street}, {by}. Can somebody? Reply YES {letter} or NO {letter} within"
        return plain(f"{ask} {how_long(within)}. {link}")

    return shortly.snug(write, group, street)


def help_offered_text(group: str, street: str, letter: str, within: timedelta, link: str) -> str:
    """Tells a coordinator that somebody near a street offers help."""

    def write(group: str, street: str) -> str:
        ask = (
            f"{group}: somebody near {street} offers help. Can you ring them? Reply YES {letter} or NO {letter} within"
        )
        return plain(f"{ask} {how_long(within)}. {link}")

    return shortly.snug(write, group, street)


def details_text(group: str, what: str, street: str, letter: str, link: str, *, ring: bool = True) -> str:
    """After yes: the second link, which shows the details; and, if we have a number, please to ring whoever asked."""

    def write(group: str, street: str) -> str:
        yours = f"{group}: thank you, {what} near {street} is yours.{' Please ring them.' if ring else ''}"
        return plain(f"{yours} Who and where: {link} Reply DONE {letter} when done.")

    return shortly.snug(write, group, street)


def details_by_phone_text(group: str, what: str, street: str, letter: str, number: str) -> str:
    """After yes, to somebody who would rather hear who and where: the helpline tells them, once they have keyed in their PIN."""

    def write(group: str, street: str) -> str:
        yours = f"{group}: thank you, {what} near {street} is yours. To hear who and where, ring {number} and key in your PIN."
        return plain(f"{yours} Reply DONE {letter} when done.")

    return shortly.snug(write, group, street)


def details_in_full_text(group: str, what: str, letter: str, name: str | None, where: str, needs: str | None) -> str:
    """After yes, to somebody who asked to have who and where in the text itself; what is needed is cut to what fits in it."""
    begins = f"{group}: thank you. {what} for {name or 'somebody'}, {where}."
    ends = f"Reply DONE {letter} when done."
    return plain(f"{begins} {shortly.fitted(plain(needs), begins, ends)} {ends}" if needs else f"{begins} {ends}")


def done_text(what: str, street: str | None, by: str | None, reference: str, *, came_back: bool = False) -> str:
    """Tells the handler who took the call; of what comes back, whoever it is with by now."""
    where = f" near {street}" if street else ""
    wrote = "" if came_back else ", which you wrote down"
    return plain(f"Done: {what}{where}{wrote} ({reference}). Seen to by {by or 'a neighbour'}. Thank you.")


def nobody_text(what: str, street: str | None, link: str) -> str:
    """Tells the handlers on shift that a request needs a person."""
    return plain(f"Nobody yet for {what}{f' near {street}' if street else ''}. It is on the desk: {link}")


def lead_text(group: str, by: str | None, reference: str, link: str) -> str:
    """Tells somebody that they answer for a request by name: nothing of why, or of whom."""
    named = f"{by} has named you" if by else "you are named"
    return plain(f"{group}: {named} to answer for request {reference}. Please look: {link}")


def together_text(group: str, what: str, street: str, by: str, letter: str, within: timedelta, link: str) -> str:
    """Asks one of several willing neighbours at the same time."""
    ask = (
        f"{group}: {what} near {street}, {by}. Can you? The first yes has it. Reply YES {letter} or NO {letter} within"
    )
    return plain(f"{ask} {how_long(within)}. {link}")


def neighbour_text(group: str, by: str | None) -> str:
    """Tells somebody that they were put down as a willing neighbour."""
    return plain(
        f"{group}: {by or 'somebody'} has put you down as a willing neighbour. When somebody near you needs a hand we text you, "
        "and you say YES or NO. To be left alone, reply STOP."
    )


def elsewhere_text(group: str, what: str, street: str) -> str:
    """Tells a willing neighbour that another one was faster."""
    return plain(f"{group}: {what} near {street} has somebody now. Thank you all the same.")


def withdrawn_text(group: str, what: str, street: str) -> str:
    """Tells a coordinator that a request is no longer theirs to see to."""

    def write(group: str, street: str) -> str:
        return plain(f"{group}: {what} near {street} is no longer needed from you. Thank you all the same.")

    return shortly.snug(write, group, street)


def nudge_text(group: str, what: str, street: str, letter: str) -> str:
    """Asks a coordinator how it goes with what they took."""

    def write(group: str, street: str) -> str:
        ask = f"{group}: how is it going with {what} near {street}?"
        return plain(
            f"{ask} Reply DONE {letter} if it is done, YES {letter} if you are on it, NO {letter} to give it back."
        )

    return shortly.snug(write, group, street)


def advice_text(what: str, street: str | None, link: str) -> str:
    """Tells whoever is on, or the organisers, that a coordinator has stopped and waits for a person."""
    where = f" near {street}" if street else ""
    return plain(f"Not safe, or advice needed: {what}{where}. Please ring the coordinator now: {link}")


def opened_often_text(group: str, many: int, what: str, street: str) -> str:
    """Tells a coordinator that a page of theirs was opened in more places than one person has."""
    seen = f"{group}: the page about {what} near {street} was opened on {number(many)} phones or computers."
    return plain(f"{seen} If that was not all you, open it and press Close this link. You get a new one.")


def patch_text(group: str, what: str, order: Sequence[str]) -> str:
    """Tells those who look after a patch what has changed about it, and in what order they are asked."""
    asked = f"Asked in this order: {', '.join(order)}." if order else "Nobody looks after it now."
    return plain(f"{group}: {what}. {asked} If that is not right, ring us.")


def hat_off_text(group: str, hat: str, shifts: int) -> str:
    """Tells somebody that an organiser took a hat off them, and the shifts that are theirs no longer."""
    gone = f" {counted(shifts, 'shift', 'shifts')} of yours {'is' if shifts == 1 else 'are'} taken off the rota."
    return plain(f"{group}: you are no longer {hat} with us.{gone if shifts else ''} If that is not right, ring us.")


def patch_page_text(group: str, patch: str, link: str) -> str:
    """Brings somebody who looks after a patch the link to its page."""
    return plain(f"{group}: your page for {patch}, with what is open and what was done: {link}")


def paused_text(misses: int) -> str:
    """Tells a handler why their phone has gone quiet."""
    missed = "a helpline call" if misses == 1 else f"{number(misses)} helpline calls"
    return f"You missed {missed}, so we have stopped ringing you. To start again, press Ring me again on the desk."


def pins_closed_text() -> str:
    """Tells somebody that PINs were tried from their number."""
    return (
        "Several wrong PINs were keyed in from your number, so none is taken from it for a while. "
        "If that was not you, tell an organiser."
    )


def welcome_text(group: str, link: str) -> str:
    """Sends a new handler the contact card; the link is short of personal data, and anybody's."""
    return plain(
        f"{group}: thank you for answering the line. Save our number, so that your phone lets us through: {link} "
        "To hear what a call is like, reply TEST."
    )


YOURS = "Thank you, {what} near {street} is yours. Our other text says who and where."
NOT_YOURS = "Thank you for saying. We will ask somebody else about {what} near {street}."
GOOD_TO_KNOW = "Thank you, good to know. Reply DONE when {what} near {street} is done."
WELL_DONE = "Thank you. {what} near {street} is marked done, and the person who took the call will hear."
ALREADY_DONE = "Thank you, that one is marked done already."
MOVED_ON = "Thank you. That one has moved on to somebody else, so there is nothing for you to do."
NOTHING_OPEN = "Thank you. There is nothing open with you just now, so a person will read this."
# By WhatsApp nobody but us says these; of a text the carrier does.
STOPPED = "We send you nothing more, by WhatsApp or by text. Send START whenever you want to hear from us again."
STARTED = "Thank you. You hear from us again from now on."
KIND_ANSWER = (
    "Thank you, somebody from {group} will read this. If it is urgent, please ring {number}. In danger, ring 999."
)


def handed_over_text(group: str, many: int, *, noted: bool, link: str) -> str:
    """Tells whoever is next what was handed over to them: how much, and that there are words, but neither what nor whose."""
    what = f"{many} {'thing on the desk is' if many == 1 else 'things on the desk are'} yours now" if many else ""
    words = "there is a note for you on the desk" if not many else "with a note for you"
    said = ", ".join(part for part in (what, words if noted else "") if part)
    return plain(f"{group}: from the shift before, {said}. {link}")


def daily_line(many: int, missing: int, *, compared: bool, when: str, short: bool = False) -> str:
    """How many calls came on a day and whether each is accounted for; never which. `short` where the day stands beside it."""
    came = f"{counted(many, 'call', 'calls')}{'' if short else f' on {when}'}"
    came = came[0].upper() + came[1:]
    stands = f", {missing} not accounted for" if missing else ", all accounted for" if many else ""
    found = f"{came}{stands}."
    return found if compared else f"{found} The telephone company's own list could not be read, so there may be more."


def could_not_reach_text(group: str, number: str) -> str:
    """To somebody whom we rang back again and again: said to an answerphone, or sent."""
    return plain(
        f"{group} tried to ring you back and could not reach you. If you still need us, please ring {number}. "
        "If a life is in danger, ring 999."
    )


def urgent_text(what: str, street: str | None, link: str) -> str:
    """Tells the organisers of something urgent when nobody is on shift."""
    return plain(
        f"Urgent, and nobody is on shift: {what}{f' near {street}' if street else ''}. Can you see to it? {link}"
    )


READY = "Thank you, you are ready. We ring you for the next call. Send PAUSE when you need a break."
READY_AFTER_THIS = (
    "Thank you. You are on a call just now: when it is over, send READY again and we ring you for the next."
)
PAUSED = "Thank you, your phone is paused and we ring the others. Send READY when you are back."
NO_SHIFT = "Thank you. You are not on a shift just now, so we do not ring you. The desk can start one."


_LINK = re.compile(r"[:,]?\s*https?://\S+")
_HOW_TO_REPLY = re.compile(r"\b(?:Reply|Send) [A-Z\d][^.]*\.")
_BY_TEXT = re.compile(r"[^.?!]*\b(?:reply|send) [A-Z]{2,}[^.]*\.")


def aloud(words: str, helpline: str) -> str:
    """A text as it can be heard: without addresses, and with the number to ring in place of how to answer it by text."""
    heard = _BY_TEXT.sub("", _LINK.sub(".", words))
    return _HOW_TO_REPLY.sub(f"To let us know, ring {helpline}.", heard).replace("..", ".").strip()


def unread_text(group: str, number: str) -> str:
    """The answer to every text while we are gone: nobody reads it. One part, for which a long or foreign name is left out."""
    named, nameless = (
        plain(f"Sorry, {who} cannot read texts just now. Please ring {number}. If a life is in danger, ring 999.")
        for who in (group, "we")
    )
    return named if parts(named) == 1 else nameless
