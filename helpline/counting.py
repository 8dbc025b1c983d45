"""Counting one day: what its rows say, in three questions that an index answers, as how many of what. `tallies` keeps it.

A call belongs to the day, and the hour, in which it came. Of a request what happened on a day is counted then: that it was written
down, that somebody said yes, that it was done, or called off. Nothing sealed is read, so a day can be counted when its names are
forgotten. What is called off after nobody could take it was never met, unless somebody had it meanwhile.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, null, select, union_all
from sqlalchemy.orm import Session

from helpline import rota, spans, spreads
from helpline.calls import Call, Ending
from helpline.db import only_looked_at
from helpline.desk_items import DeskItem, ItemKind
from helpline.follow_ups import Feedback
from helpline.history import Event
from helpline.offers import O, Offer
from helpline.referrals import Referral
from helpline.requests import HelpRequest, Q
from helpline.rota import Shift
from helpline.signposts import Signpost
from helpline.spans import Span
from helpline.wording import Kind


class What(StrEnum):
    """What is counted, and by what (its `part`); with a step of how long it took where it says so.

    Calls, of residents alone: each `call` by its ending, and by `language`. Those that `asked` to talk, were `answered`, or `lost`
    since they rang off before anybody came, by the hour; the `wait` until somebody answered, by the hour and how long; the
    `outcome` of those answered. A call-back that was `rung_back`, by how long. Requests, without offers of help: `written`, `done`,
    `called_off` and `never` met by patch, a request once; the same by kind, each of its kinds. Offers of help by patch.
    The time to a yes (`accepted`) and to `finished`, by urgency and how long. Feedback. Who was `referred`, by what the
    organisation is for, and which way. Minutes that handlers were on (`served`).
    """

    DAY = "day"
    CALL = "call"
    LANGUAGE = "language"
    ASKED = "asked"
    ANSWERED = "answered"
    LOST = "lost"
    WAIT = "wait"
    OUTCOME = "outcome"
    RUNG_BACK = "rung_back"
    WRITTEN = "written"
    WRITTEN_KIND = "written_kind"
    DONE = "done"
    DONE_KIND = "done_kind"
    CALLED_OFF = "called_off"
    NEVER = "never"
    NEVER_KIND = "never_kind"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    FINISHED = "finished"
    GOT_IT = "got_it"
    AGAIN = "again"
    REFERRED = "referred"
    SERVED = "served"


class Why(StrEnum):
    """Why a request was never met."""

    NOBODY_THERE = "nobody_there"
    NOT_FREE = "not_free"
    SAID_NO = "said_no"
    NO_ANSWER = "no_answer"


Key = tuple[str, str, int]
"""What, by which part, and on which step of how long; a step is 0 where nothing took any time."""
Counts = Counter[Key]
NO_PATCH = "0"
NOT_SAID = "not_said"


@dataclass(frozen=True)
class Came:
    """A call of a resident, as far as it is counted."""

    at: datetime
    waited_since: datetime | None
    answered_at: datetime | None
    ending: Ending | None
    outcome: str | None
    language: str


def count(session: Session, day: Span, zone: ZoneInfo, *, at: datetime | None = None) -> Counts:
    """What the rows say of a day, or of as much of one as there has been `at` an instant."""
    told = of_calls(came(session, day), zone)
    told.update(of_facts(session.execute(_facts(day)).all()))
    so_far = day[0], min(day[1], at or day[1])
    on = session.execute(
        select(Shift.starts_at, Shift.ends_at).where(
            rota.IS_LIVE, Shift.ends_at > so_far[0], Shift.starts_at < so_far[1]
        )
    )
    served = [span for begins, ends in on if (span := spans.both((begins, ends), so_far)) is not None]
    told[What.SERVED, "", 0] += round(spans.length(served).total_seconds() / 60)
    return +told


def came(session: Session, day: Span) -> list[Came]:
    """The calls of a day."""
    columns = (
        Call.arrived_at,
        Call.waiting_since,
        Call.taken_at,
        Call.talking_at,
        Call.ending,
        Call.outcome,
        Call.language,
    )
    that_day = (Call.arrived_at >= day[0]) & (Call.arrived_at < day[1])
    return [
        Came(at, since, min(taken, talking) if taken and talking else None, ending, outcome, language)
        for at, since, taken, talking, ending, outcome, language in session.execute(select(*columns).where(that_day))
    ]


def of_calls(came: Iterable[Came], zone: ZoneInfo) -> Counts:
    """Calls, counted; our own people's are none of them. Pure."""
    told: Counts = Counter()
    for call in came:
        if call.ending is None or call.ending == Ending.OUR_OWN:
            continue  # one that is not over is counted when it is
        hour = f"{call.at.astimezone(zone).hour:02}"
        lost = call.ending == Ending.RANG_OFF and call.waited_since is not None
        told[What.CALL, What.LOST if lost else call.ending, 0] += 1
        told[What.LANGUAGE, call.language, 0] += 1
        if call.ending == Ending.ANSWERED:
            told[What.OUTCOME, call.outcome or NOT_SAID, 0] += 1
        if call.waited_since is None:
            continue
        told[What.ASKED, hour, 0] += 1
        told[What.LOST, hour, 0] += lost
        if call.ending == Ending.ANSWERED:
            told[What.ANSWERED, hour, 0] += 1
            if call.answered_at is not None:
                told[What.WAIT, hour, spreads.step_of(call.answered_at - call.waited_since)] += 1
    return told


def _facts(day: Span) -> Any:
    """Everything else that happened, in one question: what, kinds or answer, whose patch, how urgent, since when, when, and why."""

    def happened(column: Any) -> ColumnElement[bool]:
        return and_(column >= day[0], column < day[1])

    asked = HelpRequest.kinds, HelpRequest.patch_id, HelpRequest.urgency, HelpRequest.created_at
    said_yes = is_in_state(Offer.state, O.ACCEPTED, O.DONE, O.WITHDRAWN)
    back = (DeskItem.kind == ItemKind.CALL_BACK) & happened(DeskItem.closed_at)
    # All states, so that the index by state and time finds the day.
    written = HelpRequest.state.in_(list(Q)) & happened(HelpRequest.created_at)
    off = is_in_state(HelpRequest.state, Q.CALLED_OFF) & happened(HelpRequest.over_at)
    done = is_in_state(HelpRequest.state, Q.DONE) & happened(HelpRequest.over_at)
    nothing = null()
    return union_all(
        select(literal(What.CALLED_OFF.value), *asked, HelpRequest.over_at, _why()).where(off),
        select(literal(What.DONE.value), *asked, HelpRequest.over_at, nothing).where(done),
        select(literal(What.WRITTEN.value), *asked, HelpRequest.created_at, nothing).where(written),
        _yes(asked, said_yes & happened(Offer.answered_at)),
        select(
            literal(What.RUNG_BACK.value), nothing, nothing, nothing, DeskItem.created_at, DeskItem.closed_at, nothing
        ).where(back),
        _feedback(happened(Feedback.at)),
        _referred(happened(Referral.made_at)),
    )


def is_in_state(state: Any, *wanted: StrEnum) -> ColumnElement[bool]:
    """In one of these states, by which nothing is sought: a database looks for the day."""
    return only_looked_at(state).in_([one.value for one in wanted])


def _yes(asked: Sequence[Any], where: ColumnElement[bool]) -> Select[Any]:
    yes = select(literal(What.ACCEPTED.value), *asked, Offer.answered_at, null())
    return yes.select_from(Offer).join(HelpRequest, HelpRequest.id == Offer.request_id).where(where)


def _feedback(where: ColumnElement[bool]) -> Select[Any]:
    got_it, again = Feedback.__table__.c.got_it, Feedback.__table__.c.again
    return select(literal(What.GOT_IT.value), got_it, null(), null(), Feedback.at, Feedback.at, again).where(where)


def _referred(where: ColumnElement[bool]) -> Select[Any]:
    way = Referral.__table__.c.way
    made = select(literal(What.REFERRED.value), Signpost.kinds, null(), null(), Referral.made_at, Referral.made_at, way)
    return made.select_from(Referral).join(Signpost, Signpost.id == Referral.signpost_id).where(where)


def _why() -> ColumnElement[Any]:
    """Why a request that was called off was never met; nothing when it was not needed any more."""
    mine = Offer.request_id == HelpRequest.id
    told = Event.request_id == HelpRequest.id
    nobody = exists().where(told, Event.what == "request.nobody")
    had = exists().where(mine, Offer.state == O.WITHDRAWN, Offer.answered_at.is_not(None))
    return case(
        (~nobody | had, null()),
        (exists().where(mine, Offer.state == O.LAPSED), Why.NO_ANSWER.value),
        (exists().where(mine), Why.SAID_NO.value),
        (exists().where(told, Event.what.startswith("offer.skipped_")), Why.NOT_FREE.value),
        else_=Why.NOBODY_THERE.value,
    )


def of_facts(facts: Iterable[Any]) -> Counts:
    """What happened, counted. Pure."""
    told: Counts = Counter()
    for what, words, patch_id, urgency, since, at, more in facts:
        if what == What.GOT_IT:
            told[What.GOT_IT, words, 0] += 1
            told[What.AGAIN, more, 0] += 1
        elif what == What.REFERRED:
            told[What.REFERRED, f"{words.split(',')[0]}/{more}", 0] += 1  # its main one
        elif what == What.RUNG_BACK:
            told[What.RUNG_BACK, "", spreads.step_of(at - since)] += 1
        elif words == Kind.OFFER_OF_HELP:  # travels the same road, and is nothing that anybody asked for
            told[What.OFFERED, patch_part(patch_id), 0] += what == What.WRITTEN
        elif what == What.ACCEPTED:
            told[What.ACCEPTED, urgency, spreads.step_of(at - since)] += 1
        else:
            told.update(_of_request(what, words.split(","), patch_part(patch_id), more))
            if what == What.DONE:
                told[What.FINISHED, urgency, spreads.step_of(at - since)] += 1
    return told


def patch_part(patch_id: int | None) -> str:
    """A patch, as a part."""
    return str(patch_id) if patch_id is not None else NO_PATCH


def _of_request(what: str, kinds: Sequence[str], patch: str, why: str | None) -> Counts:
    if what == What.CALLED_OFF and why is not None:
        return Counter([(What.NEVER, f"{why}/{patch}", 0), *((What.NEVER_KIND, kind, 0) for kind in kinds)])
    by_kind = {What.WRITTEN: What.WRITTEN_KIND, What.DONE: What.DONE_KIND}.get(What(what))
    return Counter([(what, patch, 0), *((by_kind, kind, 0) for kind in kinds if by_kind is not None)])
