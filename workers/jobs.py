"""What the queue runs: claim a row, speak to the carrier, record what came of it.

A job is given an id and nothing else. No transaction is open while we talk to the carrier, so a worker may die at any line:
before the claim the row is still owed; after it, what we cannot know is shown to a person and never done again by itself.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from helpline import comparing, delivery, errands, line, logs, messages, parting, recordings, rings, spoken
from helpline.errands import Errand, ErrandKind, ErrandState
from helpline.errors import OutwardError
from helpline.messages import Message
from helpline.people import Way
from helpline.posting import Outgoing
from helpline.rings import R, Ring, RingKind
from workers import house

log = logs.get("workers")
TRIES = 8
# Which door of the line's speaks to a leg, when it is not the handler's.
DOORS = {
    RingKind.SAY: "said",
    RingKind.JOIN: "joins",
    RingKind.TEST: "tries",
    RingKind.THROUGH: "through",
    RingKind.TELL: "told",
}
# Twilio: not a telephone number, cannot be reached, blocked.
CANNOT_BE_RUNG = frozenset({21211, 21214, 21216, 21217})


class JobFailedError(Exception):
    """A job of ours failed, and the log says how. The queue keeps this in its place: the words of another might hold a name."""


def _about(noun: str) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """A job about one row, whose log names it."""

    def makes(job: Callable[[int], None]) -> Callable[[int], None]:
        @wraps(job)
        def done(row_id: int) -> None:
            with logs.about(**{noun: row_id}):
                try:
                    job(row_id)
                except Exception:
                    log.exception("a job failed", job=job.__name__)
                    raise JobFailedError from None

        return done

    return makes


def _wait(attempts: int) -> timedelta:
    """How long to wait before asking again: 1 s doubling to a minute, spread so that not everybody asks at once."""
    return timedelta(seconds=min(60, 2 ** (attempts - 1)) * random.uniform(0.7, 1.3))  # noqa: S311  # jitter keeps no secret


@_about("ring")
def dial(ring_id: int) -> None:
    """Ring one person, once."""
    here = house.current()
    with here.database.transaction() as session:
        ring = session.get(Ring, ring_id)
        if ring is None or ring.state != R.OWED:
            return
        number, door = ring.person.phone, DOORS.get(ring.kind, "rings")
        is_wanted = spoken.wanted if ring.kind == RingKind.TELL else line.wanted
        if number is None or not is_wanted(session, ring, at=here.clock()):
            rings.end(session, ring, R.CANCELLED, at=here.clock())
            return
        if not rings.claim(session, ring, at=here.clock()):
            return
        seconds = rings.seconds(ring)
    try:
        sid = here.telephone.ring(ring_id, number, seconds=seconds, door=door)
    except OutwardError as problem:
        _ring_failed(ring_id, problem)
        return
    with here.database.transaction() as session:
        ring = session.get_one(Ring, ring_id)
        rings.leg_is(session, ring, sid, at=here.clock())
        if ring.kind == RingKind.TELL:
            spoken.dialled(session, ring, at=here.clock())


def _ring_failed(ring_id: int, problem: OutwardError) -> None:
    here = house.current()
    at = here.clock()
    log.warning("a ring was not dialled", why=str(problem))
    with here.database.transaction() as session:
        ring = session.get_one(Ring, ring_id)
        if problem.processed is None:
            line.unknown(session, ring, at=at, why=str(problem))
        elif problem.permanent or ring.attempts >= TRIES:
            # Only a number that cannot be rung is its owner's miss: with a wrong password everybody would be paused.
            state = R.MISSED if problem.code in CANNOT_BE_RUNG else R.CANCELLED
            dead = ring.kind == RingKind.TELL and state == R.MISSED
            line.missed(session, ring, state, at=at, why=spoken.FAILED if dead else str(problem))
        else:
            rings.later(session, ring, due_at=at + _wait(ring.attempts))


@_about("message")
def say(message_id: int) -> None:
    """Send one text, or WhatsApp message, once."""
    here = house.current()
    with here.database.transaction() as session:
        message = session.get(Message, message_id)
        if message is None or message.state != messages.M.OWED or message.way == Way.VOICE:
            return
        leaving = delivery.claim(session, message, at=here.clock())
    if leaving is None:
        return
    try:
        sid = _send(message_id, leaving)
    except OutwardError as problem:
        _text_failed(message_id, problem)
        return
    with here.database.transaction() as session:
        delivery.sent(session, session.get_one(Message, message_id), sid, at=here.clock())


def _send(message_id: int, leaving: Outgoing) -> str:
    telephone, valid = house.current().telephone, leaving.valid_seconds
    if leaving.by_whatsapp:
        return telephone.whatsapp(
            message_id, leaving.number, leaving.words, template=leaving.template, valid_seconds=valid
        )
    return telephone.text(message_id, leaving.number, leaving.words, valid_seconds=valid)


def _text_failed(message_id: int, problem: OutwardError) -> None:
    here = house.current()
    at = here.clock()
    log.warning("a text was not sent", why=str(problem))
    with here.database.transaction() as session:
        message = session.get_one(Message, message_id)
        if problem.processed is None:
            delivery.unknown(session, message, at=at, why=str(problem))
        elif problem.permanent:
            delivery.refused(session, message, code=problem.code, at=at, why=str(problem))
        else:
            messages.later(session, message, due_at=at + _wait(message.attempts))


@_about("errand")
def run(errand_id: int) -> None:
    """Do one errand; doing it twice is harmless, so it is simply tried until it works."""
    here = house.current()
    with here.database.reading() as session:
        errand = session.get(Errand, errand_id)
        if errand is None or not errands.is_due(errand, at=here.clock()):
            return
        kind, subject, due_at = errand.kind, errand.subject, errand.due_at
        path = parting.where_to(session, subject) if kind == ErrandKind.MOVE_LEG else None
    if kind == ErrandKind.COMPARE:
        _compare(errand_id, since=due_at - comparing.LOOKS_BACK)
        return
    try:
        sound = _do(kind, subject, path)
    except OutwardError as problem:
        _errand_failed(errand_id, kind, problem)
        return
    with here.database.transaction() as session:
        if sound is not None:
            recordings.fetched(session, subject, sound, at=here.clock())
        errands.done(session, session.get_one(Errand, errand_id))


def _errand_failed(errand_id: int, kind: ErrandKind, problem: OutwardError) -> None:
    here = house.current()
    with here.database.transaction() as session:
        errand = session.get_one(Errand, errand_id)
        errands.try_again(session, errand, at=here.clock(), why=str(problem))
        attempts, given_up = errand.attempts, errand.state == ErrandState.GIVEN_UP
    if attempts <= errands.MANY:
        log.warning("an errand was not done", kind=kind.value, why=str(problem))
    if given_up:
        log.error("an errand was given up", kind=kind.value, attempts=attempts)
    elif attempts == errands.MANY:
        log.warning("an errand is stuck, and is tried again every ten minutes", kind=kind.value, attempts=attempts)


def _compare(errand_id: int, *, since: datetime) -> None:
    """Read the carrier's lists from `since` on, which reaches back over however long we were away ourselves."""
    here = house.current()
    with here.database.transaction() as session:
        if not errands.take(session, session.get_one(Errand, errand_id), at=here.clock()):
            return
    try:
        seen = here.telephone.lists(since=since)
    except OutwardError as problem:
        log.warning("an errand was not done", kind=ErrandKind.COMPARE.value, why=str(problem))
        with here.database.transaction() as session:
            again = here.clock() + comparing.EVERY
            errands.not_before(session, session.get_one(Errand, errand_id), at=again, why=str(problem))
        return
    for recording in seen.recordings:  # first: whoever left a message is owed no call-back
        with here.database.transaction() as session:
            comparing.recording(session, recording, at=here.clock())
    for leg in seen.legs:
        with here.database.transaction() as session:
            comparing.leg(session, leg, at=here.clock())
    for text in seen.texts:
        with here.database.transaction() as session:
            comparing.text(session, text, at=here.clock())
    with here.database.transaction() as session:
        errands.owe_again(session, session.get_one(Errand, errand_id), due_at=here.clock() + comparing.EVERY)


def _do(kind: ErrandKind, subject: str, path: str | None) -> bytes | None:
    telephone = house.current().telephone
    if kind == ErrandKind.MOVE_LEG:
        if path is not None:  # else it was wanted once, and is no longer
            telephone.move_leg(subject.partition(".")[0], path)
        return None
    if kind == ErrandKind.FETCH_RECORDING:
        return telephone.fetch_recording(subject)
    {
        ErrandKind.END_LEG: telephone.end_leg,
        ErrandKind.DELETE_QUEUE: telephone.delete_queue,
        ErrandKind.DELETE_RECORDING: telephone.delete_recording,
        ErrandKind.DELETE_MESSAGE: telephone.delete_message,
        ErrandKind.DELETE_CALL: telephone.delete_call,
    }[kind](subject)
    return None
