"""How somebody's requests stand, said to whoever rings from their number: waiting, taken or done, and nothing more."""

from sqlalchemy.orm import Session

from helpline import calls, script, standing
from helpline.calls import Call
from helpline.script import Line, Sentence
from ivr.webhook import Hook


def told(session: Session, call: Call, hook: Hook) -> list[Sentence | Line]:
    """What is said. That it was told is written down: a caller who wants no more than that was served."""
    calls.tell(session, call, at=hook.at)
    if call.phone is None:
        return [script.REQUEST_WITHHELD]
    theirs = standing.of_number(session, call.phone, at=hook.at)
    each = (
        (theirs.waiting, script.ONE_WAITING, script.SOME_WAITING),
        (theirs.taken, script.ONE_TAKEN, script.SOME_TAKEN),
        (theirs.done, script.ONE_DONE, script.SOME_DONE),
    )
    said = [one if many == 1 else some.of(number=script.how_many(many)) for many, one, some in each if many]
    return said or [script.NO_REQUEST]
