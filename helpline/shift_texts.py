"""What becomes of a handler's text about their own shifts: COVER, SHIFTS, ON, OFF, LATE 20, TEST (`shift_words`, pure)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpline import (
    asked,
    asks,
    calls,
    config,
    cover,
    cover_wording,
    handovers,
    history,
    messages,
    might,
    rota,
    shift_words,
    staffing,
    welcomes,
    wording,
)
from helpline.asks import A, AskKind
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import HatName, Person
from helpline.rota import S, Shift
from helpline.shift_words import Said, Wish

NEAR = timedelta(days=3)
"""Several shifts within this of each other: we ask which one needs cover."""
AHEAD = timedelta(days=60)
TOLD = 3
SOON = timedelta(hours=3)
"""How long before a shift somebody may say that they will be late for it."""
BEGUN_LATELY = timedelta(minutes=45)


def answer(session: Session, who: Person, body: str, *, at: datetime) -> str | None:
    """Do what a handler wants by text, and answer with the words for it; None when a text says nothing of the kind.

    Whoever is no handler never says any of it.
    """
    said = shift_words.understand(body)
    if said is None or not who.wears(HatName.HANDLER, HatName.ORGANISER):
        return None
    try:
        return _DOES[said.wish](session, who, said, at=at)
    except HelplineError as refused:
        return str(refused)


def _coming(session: Session, who: Person, at: datetime) -> list[Shift]:
    return rota.shifts_of(session, who, at, at + AHEAD)


def _cover(session: Session, who: Person, _: Said, *, at: datetime) -> str:
    """Cover for the next shift; of several that are near, we ask which."""
    coming = [shift for shift in _coming(session, who, at) if shift.state == S.KEPT]
    wanting = [shift for shift in _coming(session, who, at) if shift.state == S.COVER_WANTED]
    if not coming:
        if not wanting:
            return cover_wording.NO_SHIFT_AHEAD
        return cover.want_by_text(session, wanting[0], who=who, at=at)
    near = [shift for shift in coming if shift.starts_at <= max(at, coming[0].starts_at) + NEAR][:TOLD]
    if len(near) == 1:
        return cover.want_by_text(session, near[0], who=who, at=at)
    choices = []
    for shift in near:
        letter = _open_letter(session, shift, who) or asked.letter_for(session, who, at=at)
        if letter is None:
            return cover.want_by_text(session, near[0], who=who, at=at)
        choices.append((letter, cover.when(shift, at=at)))
        if _open_letter(session, shift, who) is None:
            until = min(shift.ends_at, at + timedelta(days=1))
            asks.put(session, AskKind.WHICH, shift, who, at=at, lapses_at=until, letter=letter)
    return cover_wording.which_shift(choices)


def _open_letter(session: Session, shift: Shift, who: Person) -> str | None:
    """The letter of a question that we have put already: asking twice is no new one."""
    return next(
        (
            ask.letter
            for ask in asks.of_shift(session, shift, AskKind.WHICH)
            if ask.state == A.OPEN and ask.person_id == who.id
        ),
        None,
    )


def _shifts(session: Session, who: Person, _: Said, *, at: datetime) -> str:
    coming = _coming(session, who, at)
    told = [
        cover.when(shift, at=at) + (" (cover wanted)" if shift.state == S.COVER_WANTED else "")
        for shift in coming[:TOLD]
    ]
    return cover_wording.next_shifts(told, len(coming) - len(told))


def _on(session: Session, who: Person, _: Said, *, at: datetime) -> str:
    """On now: early, again, or without a shift. What follows at once is one with it."""
    already = rota.shift_of(session, who, at) is not None
    shift = rota.start_now(session, who, at=at)
    ends_at = shift.ends_at
    for following in _coming(session, who, at):
        if following.starts_at == ends_at:
            ends_at = following.ends_at
    return cover_wording.on_until(ends_at, config.current().zone, now=at, already=already)


def _off(session: Session, who: Person, _: Said, *, at: datetime) -> str:
    if rota.shift_of(session, who, at) is None:
        return wording.NO_SHIFT
    handovers.end_shift(session, who, words="", at=at)
    return cover_wording.OFF


def _late(session: Session, who: Person, said: Said, *, at: datetime) -> str:
    """The shift begins so much later than it was to: nobody is rung who is not there. When nobody else is, the organisers are told.

    Said twice, the last counts.
    """
    shift = _late_for(session, who, at)
    if shift is None:
        return cover_wording.NO_SHIFT_TO_BE_LATE
    if not said.minutes:
        return cover_wording.HOW_LATE
    if calls.current_of(session, who) is not None:
        return cover_wording.ON_A_CALL
    lock(session, shift)
    length, was = timedelta(minutes=said.minutes), shift.was_to_start_at or shift.starts_at
    starts_at = (at if was + length <= at else was) + length
    if starts_at >= shift.ends_at - (shift.ends_at - was) / 2:
        return cover_wording.TOO_LATE_BY
    if not rota.is_free(session, who, starts_at, shift.ends_at, but=[shift]):
        return cover_wording.HAVE_ANOTHER
    alone = not _anybody(session, shift, max(was, at), starts_at)
    if starts_at != shift.starts_at:
        shift.starts_at, shift.was_to_start_at = starts_at, was
        session.flush()
        _record_late(session, shift, at=at)
        if alone:
            _tell_organisers(session, who, said.minutes, starts_at, at=at)
    return cover_wording.late_until(starts_at, config.current().zone, alone=alone)


def _late_for(session: Session, who: Person, at: datetime) -> Shift | None:
    """The shift somebody is late for: one that has begun a little ago, or begins soon."""
    mine = rota.shifts_of(session, who, at, at + SOON)
    return next((shift for shift in mine if shift.starts_at > at - BEGUN_LATELY), None)


def _anybody(session: Session, late: Shift, start: datetime, end: datetime) -> bool:
    """Whether somebody else is on in all of that time."""
    others = session.scalars(rota.wanted(start, end).where(rota.ANSWERS, Shift.person_id != late.person_id))
    return staffing.thinnest((start, end), [(shift.starts_at, shift.ends_at) for shift in others]) > 0


def _record_late(session: Session, shift: Shift, *, at: datetime) -> None:
    who = shift.person_id
    history.record(session, "shift.late", at=at, who=who, person_id=who, shift_id=shift.id, slot_id=shift.slot_id)


def _tell_organisers(session: Session, who: Person, minutes: int, starts_at: datetime, *, at: datetime) -> None:
    settings = config.current()
    until = wording.moment(starts_at, settings.zone, now=at)
    name, link = who.first_name or "A handler", f"{settings.dashboard_url}/rota"
    told = cover_wording.late_text(settings.group_name, name, minutes, until, link)
    for person in might.organisers(session, at):
        if person.id != who.id:
            messages.owe(session, MessageKind.NEWS, told, to=person, at=at)


def _test(session: Session, who: Person, _: Said, *, at: datetime) -> str:
    welcomes.test(session, who, who=who, at=at)
    return cover_wording.TEST_COMES


_DOES: dict[Wish, Callable[..., str]] = {
    Wish.COVER: _cover,
    Wish.SHIFTS: _shifts,
    Wish.ON: _on,
    Wish.OFF: _off,
    Wish.LATE: _late,
    Wish.TEST: _test,
}
