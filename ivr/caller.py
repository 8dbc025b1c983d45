"""What every page of a resident's call needs: whose call it is, who speaks to her, and what she hears when we are broken."""

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpline import calls, line, logs, prompts
from helpline.calls import Call
from helpline.prompts import Speaker
from ivr import speech
from ivr.webhook import Hook, log, when_broken


def _put_through(hook: Hook) -> None:
    """Our own failing put her through to the fallback number, unless she has rung off: no handler is rung for her any more."""
    try:
        with hook.house.database.transaction() as session:
            call = calls.find_call(session, hook.sid)
            if call is not None and hook.field("CallStatus") in line.OVER:
                calls.lost_sight(session, call, at=hook.at)
            elif call is not None:
                calls.put_through(session, call, at=hook.at)
    except SQLAlchemyError:
        log.exception("a call put through to the fallback number could not be written down")


PutThrough = when_broken(speech.fallback, _put_through)
"""Routes that ring the fallback number when they break."""
LeaveQueue = when_broken(lambda _: speech.leave())
"""Routes that leave the queue when they break, whose action then acts: a wait document may not dial."""


def call_of(session: Session, hook: Hook) -> Call:
    """The call that a webhook is about, written down if we have not heard of it yet."""
    call = calls.arrive(session, hook.sid, phone=hook.caller, at=hook.at)
    logs.tell(call=call.id)
    return call


def voice_of(session: Session, call: Call) -> Speaker:
    """Whoever speaks to this caller, in her language."""
    return prompts.speaker(session, call.language)
