"""After a restore: what the copy believes is still to be said or rung may have been long since.

So nothing of it is said or rung by itself: it is shown on the desk, where a person decides. So is what the copy is too old for,
when the carrier's lists are read (`comparing`).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, comparing, delivery, desk_items, durations, ladder, messages, offering, rings, sparing
from helpline.calls import C, Call
from helpline.desk_items import ItemKind
from helpline.messages import M, Message
from helpline.offers import O, Offer
from helpline.rings import R, Ring
from helpline.wording import counted, listed

WHY = "restored from a copy: it may have been done since"


@dataclass(frozen=True)
class Doubtful:
    """How many of each the copy could not know the end of. As a string, what the person at the keyboard is told."""

    calls: int
    messages: int
    requests: int

    def __str__(self) -> str:
        counts = (
            counted(self.calls, "call that had not ended", "calls that had not ended"),
            counted(self.messages, "text that had not gone", "texts that had not gone"),
            counted(self.requests, "request that nobody had answered", "requests that nobody had answered"),
        )
        return (
            f"The copy held {listed(counts)}. None of it happens by itself: the desk shows what a person should look at, and, soon "
            "after the start, whoever has rung or written since the copy was taken."
        )


def restored(session: Session, *, at: datetime) -> Doubtful:
    """Take a restored database in hand, before anything is started on it. Doing it twice does no harm."""
    ended = _calls(session, at)
    _rings(session, at)
    comparing.restored(session, at=at)
    return Doubtful(ended, _messages(session, at), _requests(session, at))


def _calls(session: Session, at: datetime) -> int:
    """Whoever was on the line then is not now."""
    live = session.scalars(select(Call).where(Call.state.in_(calls.LIFE.sources(C.ENDED)))).all()
    for call in live:
        calls.finish(session, call, at=at)
    return len(live)


def _rings(session: Session, at: datetime) -> None:
    """Nobody's phone rings any more: nobody is paused for not answering then, and what is to be rung back is on the desk."""
    for ring in session.scalars(select(Ring).where(rings.IS_LIVE)).all():
        rings.end(session, ring, R.CANCELLED, at=at, why=WHY)


def _messages(session: Session, at: datetime) -> int:
    unsaid = session.scalars(select(Message).where(Message.state.in_([M.OWED, M.SENDING]))).all()
    for message in unsaid:
        if message.state == M.SENDING or messages.claim(session, message, at=at):
            delivery.unknown(session, message, at=at, why=WHY)
    return len(unsaid)


def _requests(session: Session, at: datetime) -> int:
    """A yes may have come since: a person looks at each, and whoever was asked has their full time again."""
    asked = session.scalars(select(Offer).where(Offer.state == O.OPEN)).all()
    for offer in asked:
        need = replace(offering.need_of(offer.request, at), too_late=None)
        hours = sparing.quiet_of(session, offer.person)
        full = ladder.lapses_at(need, hours=hours, durations=durations.of(session))
        offer.lapses_at = max(offer.lapses_at, full)
        desk_items.put(session, ItemKind.REQUEST, at=at, request_id=offer.request_id)
    session.flush()
    return len(asked)
