"""Cover: somebody else for a shift that its handler cannot do. Those who might are asked by text; the first yes has it.

For the desk, as for texts: `want` asks for cover, `keep` takes that back, `take_over` takes a shift whose handler wants it, and
`standbys.offer` says beforehand that one could. (`shifts` has the bare moves; these tell everybody concerned as well.) The shift is
its handler's until somebody else has said yes. The others who were asked are told nothing, unless they answer: a text that says
"no longer needed" costs as much as it is worth, and most people say nothing because they cannot.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import asked, asks, config, cover_wording, durations, messages, might, shifts, slot_wording, standing_in
from helpline.asked import Question
from helpline.asks import A, Ask, AskKind
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import Person
from helpline.replies import Meaning
from helpline.rota import TAKEN_TWICE, S, Shift
from helpline.standing_in import SoFar


def when(shift: Shift, *, at: datetime) -> str:
    """A shift as it is named now: `tomorrow, 10 am to 1 pm`; of one that has begun what is left, `today, noon to 1 pm`."""
    return cover_wording.when(max(shift.starts_at, at), shift.ends_at, config.current().zone, now=at)


def on_day(shift: Shift) -> str:
    """A shift as it is named whenever it is read: `Friday 20 November, 4 to 7 pm`."""
    return slot_wording.when(shift.starts_at, shift.ends_at, config.current().zone)


def want(session: Session, shift: Shift, *, who: Person, at: datetime) -> list[Ask]:
    """Somebody cannot do a shift: ask the first few who might. The answer is who was asked now.

    Asking twice asks nobody twice. Raises `HelplineError` as `shifts.want_cover` does.
    """
    if shifts.want_cover(session, shift, who=who, at=at):
        shift.cover_alarmed_at = None
    return ask_next(session, shift, at=at)


def keep(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """They can do it after all. Raises `HelplineError` when somebody has taken it over."""
    shifts.keep(session, shift, who=who, at=at)
    withdraw_asks(session, shift, at=at)


def withdraw_asks(session: Session, shift: Shift, *, at: datetime) -> None:
    """Nobody need cover it any more."""
    asks.withdraw(session, shift, AskKind.COVER, at=at)


def take_over(session: Session, shift: Shift, *, who: Person, at: datetime) -> Shift:
    """Take a shift whose handler wants cover, who is told who has it. The answer is the taker's own shift.

    Raises `HelplineError` when somebody was faster, when it is wanted no longer or over, or when the taker has another shift then.
    """
    handler, what = shift.person, when(shift, at=at)
    taken = shifts.take_over(session, shift, who=who, at=at)
    asks.withdraw(session, shift, AskKind.COVER, *asks.REMINDERS, at=at)
    if handler.stopped_texts_at is None and handler.phone is not None:
        told = cover_wording.has_it_text(config.current().group_name, who.first_name or "Somebody", what)
        message = messages.owe(session, MessageKind.NEWS, told, to=handler, at=at)
        if not standing_in.is_near(taken.starts_at, at, durations.of(session)):
            message.due_at = might.awake(session, handler, at)
    return taken


# Who is asked


def ask_next(session: Session, shift: Shift, *, at: datetime) -> list[Ask]:
    """Ask the next few who might cover, if it is time. Whoever is asked is asked once for each time that cover is wanted."""
    lock(session, shift)
    people = {person.id: person for person in might.free(session, shift, at=at)}
    chosen = _chosen(session, shift, list(people.values()), at=at)
    # In one order, so that two who ask the same people at once do not wait for each other.
    return [one for person_id in sorted(chosen) for one in _ask(session, shift, people[person_id], at=at)]


def _chosen(session: Session, shift: Shift, people: list[Person], *, at: datetime) -> list[int]:
    if shift.state != S.COVER_WANTED or shift.ends_at <= at:
        return []
    so_far = _so_far(session, shift)
    those = might.weigh(session, shift, [one for one in people if one.id not in so_far.asked], at=at)
    return standing_in.next_to_ask(those, so_far, starts_at=shift.starts_at, at=at, plan=durations.of(session))


def _so_far(session: Session, shift: Shift) -> SoFar:
    wanted = shift.cover_wanted_at
    mine = [ask for ask in asks.of_shift(session, shift, AskKind.COVER) if wanted is None or ask.asked_at >= wanted]
    return SoFar(
        frozenset(ask.person_id for ask in mine),
        sum(ask.state == A.OPEN for ask in mine),
        max((ask.asked_at for ask in mine), default=None),
    )


def _ask(session: Session, shift: Shift, person: Person, *, at: datetime) -> list[Ask]:
    letter = asked.letter_for(session, person, at=at)
    if letter is None:
        return []  # they have two dozen questions open
    ask = asks.put(
        session, AskKind.COVER, shift, person, at=at, lapses_at=shift.ends_at, letter=letter, by=shift.person
    )
    name = shift.person.first_name or "somebody"
    told = cover_wording.cover_text(config.current().group_name, name, when(shift, at=at), letter)
    message = messages.owe(session, MessageKind.NEWS, told, to=person, at=at, valid_for=shift.ends_at - at)
    ask.message_id = message.id
    return [ask]


def waiting(session: Session, at: datetime) -> Sequence[int]:
    """Shifts for whose cover the next few are to be asked now."""
    rows = session.scalars(select(Shift).where(Shift.state == S.COVER_WANTED, Shift.ends_at > at).order_by(Shift.id))
    return [shift.id for shift in rows.all() if _chosen(session, shift, might.free(session, shift, at=at), at=at)]


def go_on(session: Session, shift_id: int, at: datetime) -> None:
    """The next few are asked, once, however many clocks see it."""
    ask_next(session, session.get_one(Shift, shift_id), at=at)


def ask_no_more(session: Session, person: Person, *, at: datetime) -> None:
    """Somebody sent STOP: what they were asked to cover they will not answer, and the next few need not wait for them."""
    for ask in asks.of_person(session, person, (AskKind.COVER,), since=at):
        asks.close(session, ask, A.LAPSED, at=at)


def not_delivered(session: Session, message_id: int, *, at: datetime) -> bool:
    """A text that asks somebody to cover did not arrive: the clock asks another. False when it was no such text."""
    ask = asks.of_message(session, message_id)
    if ask is None or ask.kind != AskKind.COVER:
        return False
    asks.close(session, ask, A.LAPSED, at=at)
    return True


# Answers by text


def check_theirs(shift: Shift, *, at: datetime) -> None:
    """Raises `HelplineError` when a shift is no longer somebody's, or over."""
    if not shift.is_live:
        raise HelplineError(shifts.NO_MORE)
    if shift.ends_at <= at:
        raise HelplineError(cover_wording.TOO_LATE)


def want_by_text(session: Session, shift: Shift, *, who: Person, at: datetime) -> str:
    """Somebody says by text that they need cover; the answer says what comes of it, also when the shift has begun."""
    lock(session, shift)
    check_theirs(shift, at=at)
    want(session, shift, who=who, at=at)
    many, what = len(_so_far(session, shift).asked), when(shift, at=at)
    # At night they may all be asleep, who are asked in the morning.
    told = (
        cover_wording.cover_wanted(what, many)
        if many or might.free(session, shift, at=at)
        else cover_wording.cover_wanted_nobody(what)
    )
    return f"{told} {cover_wording.BEGUN}" if shift.starts_at <= at else told


class _Covers:
    """Shifts of others that somebody was asked to cover."""

    def questions(self, session: Session, person: Person, *, since: datetime) -> list[Question]:
        return [_question(session, ask) for ask in asks.of_person(session, person, (AskKind.COVER,), since=since)]


def _question(session: Session, ask: Ask) -> Question:
    over = ask.shift.state != S.COVER_WANTED or ask.state == A.WITHDRAWN
    name = ask.shift.person.first_name or "somebody"
    takes = frozenset({Meaning.YES})  # late, or after a no, and welcome while nobody else has it
    return asks.question(
        ask, f"cover for {name} on {on_day(ask.shift)}", partial(_answered, session, ask), over=over, takes=takes
    )


def _answered(session: Session, ask: Ask, meaning: Meaning, *, at: datetime) -> str:
    if meaning == Meaning.NO:
        if asks.answer(session, ask, A.NO, at=at):
            ask_next(session, ask.shift, at=at)  # when all have said no, the next few need not wait
        return cover_wording.CANNOT
    if ask.state == A.YES:
        return cover_wording.yours_now(when(ask.shift, at=at))
    lock(session, ask.shift)
    what = when(ask.shift, at=at)
    try:
        with session.begin_nested():
            asks.answer(session, ask, A.YES, at=at)
            take_over(session, ask.shift, who=ask.person, at=at)
    except HelplineError as refused:
        session.refresh(ask)
        return cover_wording.HAVE_ANOTHER if str(refused) == TAKEN_TWICE else str(refused)
    return cover_wording.yours_now(what)


asked.plug(_Covers())
