"""Swaps: two handlers exchange two shifts. One proposes, the other agrees, by text or on the desk; both at once or not at all.

For the desk: `propose`, `agree`, `refuse` and `call_off` (by whoever proposed it); `waiting` asks for what waits for somebody and
what they wait for themselves. A proposal lapses after two days, or when the first of the two shifts begins, and is settled by the
clock when one of the two shifts is gone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from helpline import asked, asks, away, config, cover, cover_wording, messages, might, rota, shifts, wording
from helpline.asked import Question
from helpline.asks import A, Ask, AskKind
from helpline.away import Away
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import Person
from helpline.replies import Meaning
from helpline.rota import S, Shift

LASTS = timedelta(days=2)
NOT_YOURS = "That is not yours to answer."
SETTLED = "That swap is settled already, or was called off."
AGAIN = "That swap is proposed already."
TOO_MANY = "They have too much open just now. Ask them, or take it up later."


def propose(session: Session, mine: Shift, theirs: Shift, *, who: Person, at: datetime) -> Ask:
    """Ask a handler to do `mine` for `theirs`. Raises `HelplineError` when it cannot be: begun, gone, or double-booked by it."""
    if mine.person_id != who.id:
        raise HelplineError(shifts.NOT_YOURS)
    for shift in sorted((mine, theirs), key=lambda one: one.id):
        lock(session, shift)
    check(session, mine, theirs, at=at)
    other = theirs.person
    twins = select(Ask.id).where(
        Ask.kind == AskKind.SWAP, Ask.state == A.OPEN, Ask.shift_id == theirs.id, Ask.other_id == mine.id
    )
    if session.scalar(twins) is not None:
        raise HelplineError(AGAIN)
    letter = asked.letter_for(session, other, at=at)
    if letter is None:
        raise HelplineError(TOO_MANY)
    lapses_at = min(at + LASTS, mine.starts_at, theirs.starts_at)
    ask = asks.put(session, AskKind.SWAP, theirs, other, at=at, lapses_at=lapses_at, letter=letter, by=who, other=mine)
    if might.is_texted(other):
        zone = config.current().zone
        until = wording.moment(lapses_at, zone, now=at)
        told = cover_wording.swap_text(
            config.current().group_name,
            who.first_name or "A handler",
            cover.on_day(theirs),
            cover.on_day(mine),
            letter,
            until,
        )
        message = messages.owe(session, MessageKind.NEWS, told, to=other, at=at, valid_for=lapses_at - at)
        message.due_at = min(might.awake(session, other, at), max(at, lapses_at - timedelta(hours=2)))
        ask.message_id = message.id
    return ask


def check(session: Session, one: Shift, other: Shift, *, at: datetime) -> None:
    """Raises `HelplineError`, with the reason, when two handlers cannot exchange these."""
    _check(one, other, Diary.of(session, [one, other]), at=at)


@dataclass(frozen=True)
class Diary:
    """What some handlers have before them: their shifts, and the days on which they are away."""

    shifts: Mapping[int, Sequence[Shift]]
    away: Mapping[int, Sequence[Away]]

    @classmethod
    def of(cls, session: Session, given: Sequence[Shift]) -> "Diary":
        """Of everybody whose shifts these are, while any of them lasts: two questions, however many there are."""
        people = {shift.person_id for shift in given}
        starts_at, ends_at = min(shift.starts_at for shift in given), max(shift.ends_at for shift in given)
        shifts: dict[int, list[Shift]] = defaultdict(list)
        for shift in rota.between(session, starts_at, ends_at):
            if shift.person_id in people:
                shifts[shift.person_id].append(shift)
        return cls(shifts, away.spells(session, people, at=starts_at))

    def is_free(self, person: Person, shift: Shift, *, but: Collection[Shift]) -> bool:
        """Whether somebody has no other shift while one lasts."""
        others = (one for one in self.shifts.get(person.id, ()) if one not in but)
        return not any(one.ends_at > shift.starts_at and one.starts_at < shift.ends_at for one in others)

    def is_away(self, person: Person, day: date) -> bool:
        """Whether somebody is away on a local day."""
        return any(spell.holds(day) for spell in self.away.get(person.id, ()))


def _check(one: Shift, other: Shift, diary: Diary, *, at: datetime) -> None:
    if one.person_id == other.person_id:
        raise HelplineError("Both are the same person's shifts.")
    for shift, taker in ((one, other.person), (other, one.person)):
        name = taker.first_name or "Somebody"
        if not shift.is_live:
            raise HelplineError(f"{shift.person.first_name or 'Somebody'} does not have that shift any more.")
        if shift.starts_at <= at:
            raise HelplineError("One of the two shifts has begun, so they cannot be swapped.")
        rota.check_handler(taker)
        if not diary.is_free(taker, shift, but=(one, other)):
            raise HelplineError(f"{name} has another shift at that time.")
        if diary.is_away(taker, away.today(shift.starts_at)):
            raise HelplineError(f"{name} is away then.")


def agree(session: Session, ask: Ask, *, who: Person, at: datetime) -> tuple[Shift, Shift]:
    """Yes: both shifts change hands, and whoever proposed it is told. The answer is the new shift of each, the proposer's first.

    Raises `HelplineError` when either has left or moved on by now, or is double-booked by it; then nothing is changed.
    """
    mine, theirs, by = _two(ask)
    if ask.person_id != who.id:
        raise HelplineError(NOT_YOURS)
    for shift in sorted((mine, theirs), key=lambda one: one.id):
        lock(session, shift)
    session.refresh(ask)
    if ask.state not in {A.OPEN, A.LAPSED, A.NO}:
        raise HelplineError(SETTLED)
    check(session, mine, theirs, at=at)
    gone, got = cover.on_day(mine), cover.on_day(theirs)
    with session.begin_nested():
        asks.answer(session, ask, A.YES, at=at)
        done = shifts.exchange(session, mine, theirs, who=who, at=at)
        for shift in (mine, theirs):
            asks.withdraw(session, shift, AskKind.COVER, *asks.REMINDERS, at=at)
    told = cover_wording.swapped_text(config.current().group_name, who.first_name or "They", gone, got)
    _tell(session, by, told, at=at)
    return done


def refuse(session: Session, ask: Ask, *, who: Person, at: datetime) -> None:
    """No: both stay as they are, and whoever proposed it is told."""
    if ask.person_id != who.id:
        raise HelplineError(NOT_YOURS)
    if asks.answer(session, ask, A.NO, at=at):
        _tell_not(session, ask, at=at)


def call_off(session: Session, ask: Ask, *, who: Person, at: datetime) -> None:
    """Whoever proposed it wants it no more. Raises `HelplineError` when it is settled."""
    if ask.by_id != who.id:
        raise HelplineError(NOT_YOURS)
    if not asks.close(session, ask, A.WITHDRAWN, at=at):
        raise HelplineError(SETTLED)


def waiting(person: Person) -> Select[Ask]:
    """A question for the proposals that wait, for an answer of theirs (`person`) or for somebody else's (`by`)."""
    theirs = or_(Ask.person_id == person.id, Ask.by_id == person.id)
    return select(Ask).where(Ask.kind == AskKind.SWAP, Ask.state == A.OPEN, theirs)


def that_stand(given: Iterable[Ask]) -> list[Ask]:
    """Those proposals of which both shifts are still whose they were, oldest first."""
    return [ask for ask in sorted(given, key=lambda ask: ask.id) if _stands(ask)]


def could_swap(session: Session, mine: Shift, theirs: Sequence[Shift], *, at: datetime) -> list[Shift]:
    """Of others' shifts those that could be had for one's own: for a list to choose from."""
    diary = Diary.of(session, [mine, *theirs])

    def can(shift: Shift) -> bool:
        try:
            _check(mine, shift, diary, at=at)
        except HelplineError:
            return False
        return True

    return [shift for shift in theirs if can(shift)]


def _two(ask: Ask) -> tuple[Shift, Shift, Person]:
    if ask.kind != AskKind.SWAP or ask.other is None or ask.by is None:
        raise HelplineError(SETTLED)
    return ask.other, ask.shift, ask.by


def _stands(ask: Ask) -> bool:
    return ask.shift.is_live and ask.other is not None and ask.other.is_live


def _tell(session: Session, person: Person, words: str, *, at: datetime) -> None:
    if person.stopped_texts_at is None and person.phone is not None:
        message = messages.owe(session, MessageKind.NEWS, words, to=person, at=at)
        message.due_at = might.awake(session, person, at)


def _tell_not(session: Session, ask: Ask, *, at: datetime) -> None:
    mine, _, by = _two(ask)
    name = ask.person.first_name or "them"
    if mine.is_live and mine.person_id == by.id:
        _tell(session, by, cover_wording.not_swapped_text(config.current().group_name, name, cover.on_day(mine)), at=at)


# What the clock settles, for every kind of ask


def over(session: Session, at: datetime) -> Sequence[int]:
    """Asks that nobody can answer usefully any more: their time is up, or a shift they are about is gone."""
    other = aliased(Shift)
    gone = Shift.state.not_in(rota.LIVE) | other.state.not_in(rota.LIVE)
    unwanted = (Ask.kind == AskKind.COVER) & (Shift.state != S.COVER_WANTED)
    rows = (
        select(Ask.id)
        .join(Shift, Shift.id == Ask.shift_id)
        .outerjoin(other, other.id == Ask.other_id)
        .where(Ask.state == A.OPEN, (Ask.lapses_at <= at) | gone | unwanted)
    )
    return session.scalars(rows.order_by(Ask.id)).all()


def settle(session: Session, ask_id: int, at: datetime) -> None:
    """It lapses, or is withdrawn; whoever proposed a swap hears that it will not be."""
    ask = session.get_one(Ask, ask_id)
    up = ask.lapses_at <= at
    if asks.close(session, ask, A.LAPSED if up else A.WITHDRAWN, at=at) and ask.kind == AskKind.SWAP:
        _tell_not(session, ask, at=at)


# As questions


class _Swaps:
    """Swaps that were proposed to somebody."""

    def questions(self, session: Session, person: Person, *, since: datetime) -> list[Question]:
        return [_question(session, ask) for ask in asks.of_person(session, person, (AskKind.SWAP,), since=since)]


def _question(session: Session, ask: Ask) -> Question:
    name = (ask.by.first_name if ask.by else None) or "somebody"
    over = ask.state in {A.WITHDRAWN, A.YES} or not _stands(ask)
    takes = {Meaning.YES} if ask.state in {A.NO, A.LAPSED} else set()
    about = f"the swap with {name} for {cover.on_day(ask.shift)}"
    return asks.question(ask, about, partial(_answered, session, ask), over=over, takes=takes)


def _answered(session: Session, ask: Ask, meaning: Meaning, *, at: datetime) -> str:
    mine, theirs, by = _two(ask)
    name, gone, got = by.first_name or "They", cover.on_day(theirs), cover.on_day(mine)
    if ask.state == A.YES:
        return cover_wording.swapped(name, gone, got)
    if meaning == Meaning.NO:
        refuse(session, ask, who=ask.person, at=at)
        return cover_wording.NOT_SWAPPED
    agree(session, ask, who=ask.person, at=at)
    return cover_wording.swapped(name, gone, got)


asked.plug(_Swaps())
