"""Reminders of shifts, by text: the evening before, and an hour before. "Reply 1 to confirm, 2 if you need cover."

Each is a row, so that it is sent once, however many clocks tick. Whoever has confirmed is only told the hour before that it begins;
whoever needs cover is told then that nobody has it. Somebody who sent STOP gets none, and the organisers see it (`unreached`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import asked, asks, config, cover, cover_wording, durations, history, messages, reminding, shifts, sparing
from helpline.asked import Question
from helpline.asks import REMINDERS, A, Ask, AskKind
from helpline.db import lock
from helpline.history import Event
from helpline.messages import M, Message, MessageKind
from helpline.people import Person
from helpline.reminding import Which
from helpline.replies import Meaning
from helpline.rota import IS_LIVE, S, Shift

AHEAD = timedelta(hours=36)
"""The day before a shift begins at most this long before it."""
LOST = (M.FAILED, M.UNDELIVERED)


def due(session: Session, at: datetime) -> Sequence[int]:
    """Shifts of which somebody is to be reminded now."""
    rows = select(Shift).where(IS_LIVE, Shift.starts_at > at, Shift.starts_at <= at + AHEAD).order_by(Shift.starts_at)
    coming = session.scalars(rows).all()
    sent, taken = _sent(session, coming), _taken_at(session, coming)
    return [shift.id for shift in coming if _which(session, shift, sent, taken, at=at)]


def _sent(session: Session, given: Iterable[Shift]) -> dict[int, set[str]]:
    ids = [shift.id for shift in given]
    found: dict[int, set[str]] = {}
    for shift_id, kind in session.execute(
        select(Ask.shift_id, Ask.kind).where(Ask.shift_id.in_(ids), Ask.kind.in_(REMINDERS))
    ):
        found.setdefault(shift_id, set()).add(kind.value)
    return found


def _taken_at(session: Session, given: Iterable[Shift]) -> dict[int, datetime]:
    """When each was taken, if somebody took it; a regular's was made weeks ago, and nobody takes it."""
    ids = [shift.id for shift in given]
    taken = select(Event.shift_id, func.max(Event.at)).where(Event.what == "shift.taken", Event.shift_id.in_(ids))
    return {shift_id: at for shift_id, at in session.execute(taken.group_by(Event.shift_id)) if shift_id is not None}


def _which(
    session: Session, shift: Shift, sent: dict[int, set[str]], taken: dict[int, datetime], *, at: datetime
) -> Which | None:
    return reminding.due(
        shift.starts_at,
        at=at,
        taken_at=taken.get(shift.id),
        sent=sent.get(shift.id, ()),
        plan=durations.of(session),
        quiet=sparing.groups_quiet(session),
        zone=config.current().zone,
    )


def remind(session: Session, shift_id: int, at: datetime) -> None:
    """Remind somebody of a shift, if it is still due: it is held and looked at again."""
    shift = session.get_one(Shift, shift_id)
    lock(session, shift)
    which = _which(session, shift, _sent(session, [shift]), _taken_at(session, [shift]), at=at)
    if not shift.is_live or which is None:
        return
    if which == Which.DAY_BEFORE and shift.state == S.COVER_WANTED:
        # They know, and an hour before they hear how it stands.
        _note(session, shift, which, at=at)
    elif shift.person.stopped_texts_at is not None or shift.person.phone is None:
        _note(session, shift, which, at=at)
        history.record(
            session,
            "shift.not_reminded",
            at=at,
            person_id=shift.person_id,
            shift_id=shift.id,
            slot_id=shift.slot_id,
        )
    else:
        _send(session, shift, which, at=at)


def _note(session: Session, shift: Shift, which: Which, *, at: datetime) -> Ask:
    """A reminder that asks nothing."""
    ask = asks.put(session, AskKind(which), shift, shift.person, at=at, lapses_at=shift.ends_at, letter=None)
    asks.close(session, ask, A.LAPSED, at=at)
    return ask


def _send(session: Session, shift: Shift, which: Which, *, at: datetime) -> None:
    settings = config.current()
    group, zone = settings.group_name, settings.zone
    if which == Which.HOUR_BEFORE and shift.confirmed_at is not None and shift.state == S.KEPT:
        told, ask = cover_wording.confirmed_text(group, shift.starts_at, zone), _note(session, shift, which, at=at)
    else:
        letter, alone = _letter(session, shift, at=at)
        ask = asks.put(session, AskKind(which), shift, shift.person, at=at, lapses_at=shift.ends_at, letter=letter)
        shown, what = (None if alone else letter), cover.when(shift, at=at)
        if shift.state == S.COVER_WANTED:
            told = cover_wording.still_yours_text(group, what, shown)
        elif which == Which.DAY_BEFORE:
            told = cover_wording.day_before_text(group, what, shown)
        else:
            told = cover_wording.hour_before_text(group, shift.starts_at, zone, shown)
    message = messages.owe(
        session,
        MessageKind.NEWS,
        told,
        to=shift.person,
        at=at,
        valid_for=max(shift.starts_at - at, timedelta(minutes=5)),
    )
    ask.message_id = message.id


def _letter(session: Session, shift: Shift, *, at: datetime) -> tuple[str | None, bool]:
    """The letter of the question, and whether it is the only one that waits: the second reminder is the first again."""
    before = [ask for ask in asks.of_shift(session, shift, *REMINDERS) if ask.letter]
    others = [
        one
        for one in asked.waiting(asked.questions(session, shift.person, at=at))
        if one.letter not in {ask.letter for ask in before}
    ]
    for ask in before:
        asks.close(session, ask, A.WITHDRAWN, at=at)
    letter = before[-1].letter if before else asked.letter_for(session, shift.person, at=at)
    return letter, not others


# For the pages


def unreached(session: Session, given: Iterable[Shift]) -> dict[int, str]:
    """Why the reminder of a shift did not reach its handler, by the shift's id, as words for the organisers.

    The page of a slot shows it: they may ring.
    """
    found = {
        shift.id: "Gets no texts from us, since they sent STOP"
        for shift in given
        if shift.person.stopped_texts_at is not None
    }
    lost = (
        select(Ask.shift_id)
        .join(Message, Message.id == Ask.message_id)
        .where(
            Ask.shift_id.in_([shift.id for shift in given]),
            Ask.kind.in_(REMINDERS),
            Message.state.in_(LOST),
        )
    )
    return {**dict.fromkeys(session.scalars(lost), "The reminder did not arrive"), **found}


# As questions


class _Reminders:
    """What somebody was asked about shifts of their own: whether they will come, and which of them needs cover."""

    def questions(self, session: Session, person: Person, *, since: datetime) -> list[Question]:
        mine = asks.of_person(session, person, (*REMINDERS, AskKind.WHICH), since=since)
        newest = {
            (ask.shift_id, ask.kind == AskKind.WHICH): ask for ask in mine
        }  # of the two reminders the second counts
        return [_question(session, ask) for ask in newest.values()]


def _question(session: Session, ask: Ask) -> Question:
    over = not ask.shift.is_live or ask.state == A.WITHDRAWN
    about = f"your shift on {cover.on_day(ask.shift)}"
    if ask.kind == AskKind.WHICH:
        return asks.question(ask, about, partial(_which_answered, session, ask), over=over)
    takes = {A.YES: {Meaning.NO}, A.NO: {Meaning.YES}}.get(ask.state, set(asked.YES_OR_NO))
    return asks.question(ask, about, partial(_answered, session, ask), over=over, takes=takes)


def _answered(session: Session, ask: Ask, meaning: Meaning, *, at: datetime) -> str:
    """1 confirms, and 2 asks for cover; either way as often as they change their mind, until it is over."""
    shift, person = ask.shift, ask.person
    if meaning == Meaning.NO:
        told = cover.want_by_text(session, shift, who=person, at=at)
        asks.answer(session, ask, A.NO, at=at)
        return told
    lock(session, shift)
    cover.check_theirs(shift, at=at)
    shifts.confirm(session, shift, who=person, at=at)
    cover.withdraw_asks(session, shift, at=at)
    asks.answer(session, ask, A.YES, at=at)
    return cover_wording.confirmed(cover.when(shift, at=at))


def _which_answered(session: Session, ask: Ask, meaning: Meaning, *, at: datetime) -> str:
    """Which of several shifts needs cover: yes, this one. The others are not asked about any more."""
    if meaning == Meaning.NO:
        asks.answer(session, ask, A.NO, at=at)
        return cover_wording.confirmed(cover.when(ask.shift, at=at))
    told = cover.want_by_text(session, ask.shift, who=ask.person, at=at)
    asks.answer(session, ask, A.YES, at=at)
    others = select(Ask).where(Ask.person_id == ask.person_id, Ask.kind == AskKind.WHICH, Ask.state == A.OPEN)
    for other in session.scalars(others).all():
        asks.close(session, other, A.WITHDRAWN, at=at)
    return told


asked.plug(_Reminders())
