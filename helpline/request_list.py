"""The list of requests: by how they stand, what, where and whose; newest first, a page at a time. Nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from helpline import board, clock, config, desk_items, found_words, wording
from helpline.board import Line
from helpline.desk_items import DeskItem
from helpline.found_words import FoundNoun
from helpline.places import Patch, Street
from helpline.requests import OPEN, HelpRequest, Q
from helpline.wording import Kind, Urgency

A_PAGE = 50
# Of a file, which is made a part at a time.
A_PART = 1000


class Stands(StrEnum):
    """How a request stands, as somebody looks for it."""

    OPEN = "open"
    DESK = "desk"
    LATE = "late"
    ASKED = "asked"
    TAKEN = "taken"
    DONE = "done"
    CALLED_OFF = "called_off"
    ANY = "any"


# Only what a line shows: neither who wrote it, nor who else looks after its street.
LEAN = (
    lazyload(HelpRequest.handler),
    lazyload(HelpRequest.resident),
    joinedload(HelpRequest.street).lazyload(Street.stretches),
)
LIVE = (Stands.OPEN, Stands.DESK, Stands.LATE, Stands.ASKED, Stands.TAKEN)
STATES = {Stands.ASKED: Q.ASKING, Stands.TAKEN: Q.TAKEN, Stands.DONE: Q.DONE, Stands.CALLED_OFF: Q.CALLED_OFF}


@dataclass(frozen=True)
class Wanted:
    """Which requests: all that is said must be true of each. `mine` is the id of whoever took or holds them."""

    stands: Stands = Stands.ANY
    kinds: frozenset[Kind] = frozenset()
    patch_id: int | None = None
    street_ids: tuple[int, ...] = ()
    mine: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Some:
    """Some requests, newest first, and whether there are more before them."""

    lines: tuple[Line, ...] = ()
    more: bool = False

    @property
    def last_id(self) -> int:
        """From where the next page goes on."""
        return self.lines[-1].request.id if self.lines else 0


def page(session: Session, wanted: Wanted, *, at: datetime, before: int | None = None, most: int = A_PAGE) -> Some:
    """So many of them, newest first, older than one that was shown last."""
    return some(session, [newest(session, wanted, at=at, before=before, most=most)], most=most)[0]


def some(session: Session, found: Sequence[Sequence[HelpRequest]], *, most: int) -> list[Some]:
    """Several of such pages, told together how they stand."""
    lines = {line.request.id: line for line in board.lines(session, [one for each in found for one in each[:most]])}
    return [Some(tuple(lines[one.id] for one in each[:most]), len(each) > most) for each in found]


def newest(
    session: Session, wanted: Wanted, *, at: datetime, before: int | None = None, most: int = A_PAGE
) -> Sequence[HelpRequest]:
    """So many of them and one more, if there is one, newest first."""
    return session.scalars(_question(wanted, at, before=before).limit(most + 1)).all()


def _question(wanted: Wanted, at: datetime, *, before: int | None = None) -> Select[HelpRequest]:
    question = select(HelpRequest).where(*_true_of(wanted, at)).order_by(HelpRequest.id.desc()).options(*LEAN)
    return question if before is None else question.where(HelpRequest.id < before)


def _true_of(wanted: Wanted, at: datetime) -> list[ColumnElement[bool]]:
    true = [] if wanted.stands == Stands.ANY else [_stands(wanted.stands, at)]
    if wanted.kinds:
        among = literal(",") + HelpRequest.kinds + literal(",")
        true.append(or_(*(among.contains(f",{kind},", autoescape=True) for kind in wanted.kinds)))
    if wanted.patch_id is not None:
        true.append(HelpRequest.patch_id == wanted.patch_id)
    if wanted.street_ids:
        true.append(HelpRequest.street_id.in_(wanted.street_ids))
    if wanted.mine is not None:
        held = _on_the_desk(DeskItem.holder_id == wanted.mine)
        wrote = HelpRequest.handler_id == wanted.mine
        # Of what is over nothing is on the desk, and one column is looked for in the order of the list.
        true.append(or_(wrote, held) if wanted.stands in LIVE else wrote)
    if wanted.words:
        true.append(HelpRequest.id.in_(found_words.having(FoundNoun.REQUEST, wanted.words)))
    return true


def _stands(stands: Stands, at: datetime) -> ColumnElement[bool]:
    if stands in STATES:
        return HelpRequest.state == STATES[stands]
    # Of those that are open there are few, and a database that seeks them newest first among all others looks at each.
    is_open = HelpRequest.id.in_(select(HelpRequest.id).where(HelpRequest.state.in_(OPEN)))
    if stands == Stands.DESK:
        return and_(is_open, or_(HelpRequest.state == Q.NOBODY, _on_the_desk()))
    return and_(is_open, _late(at)) if stands == Stands.LATE else is_open


def _on_the_desk(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the desk owes something about it. Of what the desk owes there is little: that is looked at, and not history."""
    live = select(DeskItem.request_id).where(
        DeskItem.state.in_(desk_items.LIVE), DeskItem.request_id.is_not(None), *which
    )
    return HelpRequest.id.in_(live)


def _late(at: datetime) -> ColumnElement[bool]:
    """Whether the time by which it was needed has gone by. What is urgent is late after an hour."""
    until = {
        Urgency.NOW: at - timedelta(hours=1),
        Urgency.TODAY: clock.midnight(at, config.current().zone),
        Urgency.THIS_WEEK: at - timedelta(days=7),
    }
    by_then = [and_(HelpRequest.urgency == urgency, HelpRequest.created_at < then) for urgency, then in until.items()]
    return or_(HelpRequest.by_at <= at, *by_then)


@dataclass(frozen=True)
class Row:
    """A request in a file: nothing of whose it is."""

    id: int
    reference: str
    kinds: str
    urgency: Urgency
    state: Q
    created_at: datetime
    over_at: datetime | None
    patch: str | None

    @property
    def what(self) -> str:
        """The kinds in plain words."""
        return wording.kinds([Kind(kind) for kind in self.kinds.split(",")])


def rows(session: Session, wanted: Wanted, *, at: datetime, before: int | None = None) -> list[Row]:
    """So many of them for a file, newest first, older than the last of the part before; nothing sealed is opened for it."""
    mine = HelpRequest
    columns = (mine.id, mine.reference, mine.kinds, mine.urgency, mine.state, mine.created_at, mine.over_at, Patch.name)
    question = select(*columns).outerjoin(Patch, Patch.id == mine.patch_id).where(*_true_of(wanted, at))
    if before is not None:
        question = question.where(mine.id < before)
    return [Row(*row) for row in session.execute(question.order_by(mine.id.desc()).limit(A_PART))]
