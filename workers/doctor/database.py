"""The database, and the clock that lives by it."""

import time
from collections.abc import Iterator

from cryptography.fernet import InvalidToken
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from helpline import pulse, revisions
from helpline.errors import HelplineError
from helpline.health import ClockIs, clock_is
from helpline.revisions import VERSION, Tables
from helpline.wording import how_long
from workers import keys
from workers.doctor.finding import Finding, look, ok, wrong
from workers.doctor.patient import Patient

SLOW = 0.25
"""Seconds for one write, of which an incoming call needs several."""


def database(patient: Patient) -> Iterator[Finding]:
    """Whether it can be reached, has the right tables, opens with our keys, and how long a write takes."""
    try:
        patient.database.reach()
    except HelplineError as refused:
        yield wrong(str(refused))
        return
    yield ok("The database answers.")
    with patient.database.reading() as session:
        tables = revisions.look(session, revisions.newest())
        if tables in revisions.WRONG:
            yield wrong(revisions.WRONG[tables])
            return
        if tables == Tables.NEWER:
            yield look("The database's tables are newer than this helpline: bring helpline up to date too.")
        else:
            yield ok("Its tables are the newest.")
        try:
            keys.try_them(session)
            yield ok("SECRET_KEY opens what is in it.")
        except InvalidToken:
            yield wrong(keys.OTHER_KEY)
    try:
        took = _one_write(patient)
    except DBAPIError as problem:
        yield wrong(f"Nothing can be written to it ({str(problem.orig).strip().partition(chr(10))[0]}).")
        return
    if took > SLOW:
        yield look(f"A write takes {took * 1000:.0f} ms, and callers wait for several: what else keeps its disk busy?")
    else:
        yield ok(f"A write takes {took * 1000:.0f} ms.")


def _one_write(patient: Patient) -> float:
    """How long a commit takes that changes nothing."""
    began = time.monotonic()
    with patient.database.transaction() as session:
        session.execute(update(VERSION).values(version_num=VERSION.c.version_num))
    return time.monotonic() - began


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether a clock ticks anywhere."""
    with patient.database.reading() as session:
        beaten_at = pulse.last(session)
    at = patient.clock()
    start = "nobody is rung, and nothing is sent, until “python -m workers clock” runs again."
    if beaten_at is None:
        yield wrong(f"The clock has never ticked: {start}")
    elif clock_is(beaten_at, at) == ClockIs.STOPPED:
        yield wrong(f"The clock stopped {how_long(at - beaten_at)} ago: {start}")
    else:
        yield ok(f"The clock ticks; its last pulse was {how_long(at - beaten_at)} ago.")
