"""Calls: a resident rings, waits, talks to one handler, and ends somewhere.

Every inbound call ends in exactly one `Ending`; whatever ended unanswered and owed is on the desk.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import CheckConstraint, Connection, Executable, ForeignKey, Index, Select, String, false, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import desk_items, durations, errands, history, languages, own_calls, people, recognising, rings
from helpline.db import Base, insert_once, kept, known, lock
from helpline.desk_items import ItemKind
from helpline.errands import ErrandKind
from helpline.people import Person
from helpline.recognising import Caller
from helpline.rings import Ring
from helpline.script import ENGLISH
from helpline.sealed import Sealed, keys_of
from helpline.states import Life, StateText, check

# The greeting, the menu and its silence are over by then: phones ring for her within 15 seconds.
LONGEST_GREETING = timedelta(seconds=15)
# An ending that nobody told us of must not keep somebody off the line for ever.
LONGEST_CALL = timedelta(hours=2)
# How long somebody may still be listening to the last that we say.
STILL_HEARING = timedelta(seconds=15)


class CallState(StrEnum):
    """The life of a call."""

    GREETING = "greeting"
    WAITING = "waiting"
    LEAVING = "leaving"
    TAKEN = "taken"
    TALKING = "talking"
    HELD = "held"
    TOGETHER = "together"
    INTRODUCED = "introduced"
    PARTED = "parted"
    ENDED = "ended"


C = CallState
LIFE = Life(
    "call",
    {
        C.GREETING: frozenset({C.WAITING, C.LEAVING, C.ENDED}),
        C.WAITING: frozenset({C.TAKEN, C.LEAVING, C.ENDED}),
        C.LEAVING: frozenset({C.ENDED}),
        # Back to waiting when the handler's phone was gone before they met.
        C.TAKEN: frozenset({C.TALKING, C.WAITING, C.ENDED}),
        C.TALKING: frozenset({C.HELD, C.PARTED, C.TOGETHER, C.INTRODUCED, C.ENDED}),
        C.HELD: frozenset({C.TAKEN, C.WAITING, C.PARTED, C.TOGETHER, C.INTRODUCED, C.ENDED}),
        C.TOGETHER: frozenset({C.TAKEN, C.PARTED, C.INTRODUCED, C.ENDED}),
        C.INTRODUCED: frozenset({C.PARTED, C.ENDED}),
        C.PARTED: frozenset({C.WAITING, C.ENDED}),
    },
)
# Written out, so that both databases see that it is what an index below holds.
IS_WITH_A_HANDLER = sql("state IN ('taken', 'talking', 'held', 'together')")
WITH_A_HANDLER = frozenset({C.TAKEN, C.TALKING, C.HELD, C.TOGETHER})
# Her handler has put the phone down, and may be writing, though she is on the line still.
WITHOUT_ITS_HANDLER = frozenset({C.INTRODUCED, C.PARTED})
OVER_FOR_ITS_HANDLER = WITHOUT_ITS_HANDLER | {C.ENDED}


class Ending(StrEnum):
    """Where a call ended: exactly one of these."""

    ANSWERED = "answered"
    MESSAGE_LEFT = "message_left"
    CALL_BACK_OWED = "call_back_owed"
    SERVED = "served"
    TOLD = "told"
    PUT_THROUGH = "put_through"
    TURNED_AWAY = "turned_away"
    OUR_OWN = "our_own"
    RANG_OFF = "rang_off"


class NextStep(StrEnum):
    """What becomes of a talk as soon as its legs are apart, or of a hold as soon as a leg asks: somebody has said so."""

    HOLD = "hold"
    HAND_OVER = "hand_over"
    TOGETHER = "together"
    BACK = "back"
    DROP_OUT = "drop_out"


class Wish(StrEnum):
    """What a caller chose instead of waiting."""

    CALL_BACK = "call_back"
    MESSAGE = "message"


class Outcome(StrEnum):
    """What a call came to, said by the handler who talked."""

    REQUEST = "request"
    EXISTING_REQUEST = "existing_request"
    OFFER_OF_HELP = "offer_of_help"
    INFORMATION = "information"
    REFERRED = "referred"
    WRONG_NUMBER = "wrong_number"
    NUISANCE = "nuisance"
    ADVISED_999 = "advised_999"
    SILENT = "silent"


class Call(Base):
    """One resident's call.

    1. `greeting`: hears the greeting and the menu. 2. `waiting`: in a queue of her own, while handlers are rung. 3. `taken`: one
    handler pressed 1; `talking`: they are connected. 4. `leaving`: chose, or was offered, a message or a call-back.
    5. `ended`, in one `Ending`. `phone` is None when the number was withheld. After talking the handler has until `wrap_up_until`.
    `offers_help`: she pressed 2. `told_at`: she was told how her requests stand. `told_place`: the place she was told last.
    `quiet_until`: she rings again and again, so nobody is rung before that, and one at a time afterwards (`nuisance`).

    Of a talk (`parting`, `talking`): `held` while her handler does something else; `together` with a coordinator as well, and
    `introduced` once the handler has left the two; `parted` when the handler's phone is gone and hers is not. `next_step` is what
    somebody has asked for that the legs have yet to do, since `next_step_at` (when parted: since she was asked whether they had
    finished); `apart_at` is when the talk was last broken off; `moves` numbers what the carrier was asked to do with its legs.
    She `waits_again_since` then, and waits first in line since `waiting_since`. The outcome was `said_before` when it is of an
    earlier talk, by somebody who has her no longer.
    """

    __tablename__ = "calls"
    __table_args__ = (
        check("state", CallState, name="state"),
        CheckConstraint("(state = 'ended') = (ending IS NOT NULL)", name="one_ending"),
        check("next_step", NextStep, name="next_step"),
        # At most one live call a handler: the database has the last word.
        Index(
            "uq_calls_handler_live",
            "handler_id",
            unique=True,
            sqlite_where=IS_WITH_A_HANDLER,
            postgresql_where=IS_WITH_A_HANDLER,
        ),
        known("handler_id", "wrap_up_until"),
        Index(None, "phone_key", "arrived_at"),
        Index(None, "arrived_at"),
        Index(None, "state", "waiting_since"),
        known("person_id"),
        kept("ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    phone: Mapped[str | None] = mapped_column(Sealed())
    phone_key: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[CallState] = mapped_column(StateText(CallState), default=CallState.GREETING)
    ending: Mapped[Ending | None] = mapped_column(StateText(Ending))
    outcome: Mapped[Outcome | None] = mapped_column(StateText(Outcome))
    said_before: Mapped[bool] = mapped_column(default=False, server_default=false())
    wish: Mapped[Wish | None] = mapped_column(StateText(Wish))
    language: Mapped[str] = mapped_column(String(8), default=ENGLISH, server_default=ENGLISH)
    wrong_keys: Mapped[int] = mapped_column(default=0)
    offers_help: Mapped[bool] = mapped_column(default=False, server_default=false())
    told_at: Mapped[datetime | None]
    told_place: Mapped[int | None]
    quiet_until: Mapped[datetime | None]
    arrived_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    talking_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    wrap_up_until: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    next_step: Mapped[NextStep | None] = mapped_column(StateText(NextStep))
    next_step_at: Mapped[datetime | None]
    apart_at: Mapped[datetime | None]
    handing_at: Mapped[datetime | None]
    hand_to_id: Mapped[int | None]
    waits_again_since: Mapped[datetime | None]
    moves: Mapped[int] = mapped_column(default=0, server_default="0")

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="joined")
    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id], lazy="joined")

    @property
    def waits_since(self) -> datetime | None:
        """Since when she waits now: a talk that was broken off is no part of it."""
        return self.waits_again_since or self.waiting_since

    @property
    def written_down(self) -> bool:
        """Whether it is said what this talk came to: what somebody said who had her before is of another."""
        return self.outcome is not None and not self.said_before


def find_call(session: Session, sid: str) -> Call | None:
    """The call with this carrier's sid."""
    return session.scalar(select(Call).where(Call.sid == sid))


def is_forgotten(session: Session, call_id: int) -> bool:
    """Whether what was said in a call is gone by now: four weeks after it, or on somebody's wish."""
    return session.scalar(select(Call.forgotten_at).where(Call.id == call_id)) is not None


def arrive(session: Session, sid: str, *, phone: str | None, at: datetime) -> Call:
    """The call of somebody who rings, written down if we have not heard of it yet."""
    call = find_call(session, sid)
    if call is None:
        language = language_for(session, phone, languages.offered(session))
        write_down(session.connection(), sid, phone=phone, language=language, at=at)
        call = session.scalars(select(Call).where(Call.sid == sid)).one()
    return call


def language_for(session: Session, phone: str | None, offered: Iterable[str]) -> str:
    """Of the languages offered, the one that the last call from this number chose; else the first."""
    first, *others = offered
    if not others or phone is None:
        return first
    last = session.scalar(
        select(Call.language)
        .where(Call.phone_key.in_(keys_of(phone)))
        .order_by(Call.arrived_at.desc(), Call.id.desc())
        .limit(1)
    )
    return last if last in others else first


def write_down(connection: Connection, sid: str, *, phone: str | None, language: str = ENGLISH, at: datetime) -> Caller:
    """Somebody rings; what her number tells us. Telling us twice of one call makes one call."""
    keys = {f"key_{place}": key for place, key in enumerate(keys_of(phone) if phone else [])}
    given = {
        "sid": sid,
        "phone": phone,
        "phone_key": keys.get("key_0"),  # the newest, by which it is kept
        "language": language,
        "arrived_at": at,
    }
    # One statement, and no event, since the row itself says when she rang: the greeting waits for this.
    told = connection.execute(_arriving(connection.dialect.name, tuple(keys)), given | keys)
    known = told.one_or_none() if keys else None  # nothing is told of a call that is there already
    return Caller(*known) if known is not None else recognising.recognise(connection, phone)


@cache
def _arriving(dialect: str, keys: tuple[str, ...]) -> Executable:
    """A new call, from the person whose number has one of these keys, if we know one; with no number, from nobody we know."""
    new = insert_once(dialect, Call, "sid")
    if not keys:
        return new
    whose = people.id_by_keys(keys).scalar_subquery()
    return new.values(person_id=whose).returning(new.table.c.person_id, *recognising.columns(keys))


def speak(session: Session, call: Call, language: str, *, at: datetime) -> None:
    """The caller chose a language: everything she hears from now on is in it, and whoever speaks it is rung first."""
    if call.language != language:
        call.language = language
        history.record(session, f"call.speaks.{language}", at=at, call_id=call.id)


def offer_help(session: Session, call: Call, *, at: datetime) -> None:
    """The caller rings to offer help: whoever listens to her, or rings her back, sees so."""
    if not call.offers_help:
        call.offers_help = True
        history.record(session, "call.offers_help", at=at, call_id=call.id)


def tell(session: Session, call: Call, *, at: datetime) -> None:
    """The caller is told how her requests stand."""
    call.told_at = at
    history.record(session, "call.told", at=at, call_id=call.id)


def tell_place(session: Session, call: Call, place: int) -> None:
    """She is told her place in the queue. No event: nobody else is told anything by it."""
    call.told_place = place
    session.flush()


def wait(session: Session, call: Call, *, at: datetime, quiet_until: datetime | None = None) -> bool:
    """The caller wants to talk to somebody and waits. False when the call is past that."""
    if call.state == C.WAITING:
        return True
    if not LIFE.allows(call.state, C.WAITING) or not LIFE.win(
        session, call, C.WAITING, waiting_since=call.waiting_since or at, quiet_until=quiet_until
    ):
        return False
    history.record(session, "call.slowed" if quiet_until else "call.waiting", at=at, call_id=call.id)
    return True


def leave_queue(session: Session, call: Call, *, at: datetime, wish: Wish | None = None) -> bool:
    """The caller stops waiting, to leave a message or be rung back. False when somebody has just taken the call."""
    if wish is not None:
        call.wish = wish
        session.flush()
    if call.state == C.LEAVING:
        return True
    if not LIFE.allows(call.state, C.LEAVING) or not LIFE.win(session, call, C.LEAVING):
        return False
    rings.cancel_others(session, call.id, except_id=None, at=at)
    if call.waiting_since is not None:
        errands.owe(session, ErrandKind.DELETE_QUEUE, call.sid, at=at)
    history.record(session, "call.leaving", at=at, call_id=call.id)
    return True


# What was asked for is done, or is no longer.
NOTHING_NEXT = {"next_step": None, "next_step_at": None, "handing_at": None, "hand_to_id": None}
# Whoever had her has her no longer, and what they said of it, or say of it yet, is not of what comes now.
WITH_NOBODY = {"handler_id": None, "taken_at": None, "said_before": True}


def is_wanted(call: Call, ring: Ring) -> bool:
    """Whether a ring may take a call: she waits, or is held while she is handed over."""
    handed = call.state == C.HELD and call.handing_at is not None and ring.kind == rings.RingKind.HAND_OVER
    return call.state == C.WAITING or handed


def take(session: Session, call: Call, ring: Ring, *, at: datetime) -> bool:
    """Key 1 was pressed on a ring. Exactly one handler wins, decided by the database; pressing twice is harmless."""
    lock(session, call)
    if call.handler_id == ring.person_id and call.state in WITH_A_HANDLER:
        return True
    busy = session.scalar(select(Call.id).where(Call.handler_id == ring.person_id, IS_WITH_A_HANDLER).limit(1))
    # A leg that is over takes nothing, however late its key arrives: she would wait for somebody who has gone.
    if busy is not None or not is_wanted(call, ring) or not rings.took(session, ring, at=at):
        rings.end(session, ring, rings.R.CANCELLED, at=at)
        return False
    before = call.outcome is not None
    LIFE.win(session, call, C.TAKEN, handler_id=ring.person_id, taken_at=at, said_before=before, **NOTHING_NEXT)
    rings.cancel_others(session, call.id, except_id=ring.id, at=at)
    history.record(session, "call.taken", at=at, who=ring.person_id, call_id=call.id, ring_id=ring.id)
    return True


def left_alone(session: Session, call: Call, *, at: datetime) -> bool:
    """Whoever took the call was gone before they met: she waits on, since when she began. False when it is not so."""
    again = at if call.apart_at is not None else None
    if call.state != C.TAKEN or not LIFE.win(session, call, C.WAITING, waits_again_since=again, **WITH_NOBODY):
        return False
    history.record(session, "call.left_alone", at=at, call_id=call.id)
    return True


def connected(session: Session, call: Call, *, at: datetime) -> None:
    """The handler and the caller hear each other."""
    if call.state == C.TAKEN and LIFE.win(session, call, C.TALKING, talking_at=call.talking_at or at):
        history.record(session, "call.talking", at=at, who=call.handler_id, call_id=call.id)


def finish(session: Session, call: Call, *, at: datetime) -> Call:
    """The call is over, however we came to know it; told again, it stays as it is.

    Answered if they talked to the end; owed a call-back if they wanted somebody, or were on hold, and we know the number, unless it
    is written down what the talk came to, and she was not being handed over; served if
    they asked how their requests stand and wanted no more; our own if they were in menus of their own; else they rang off.
    """
    lock(session, call)
    if only_perhaps_put_through(call):
        return never_met(session, call, at=at)
    in_the_menu = call.state == C.GREETING
    unfinished = not call.written_down or call.handing_at is not None
    apart = call.apart_at is not None and unfinished and call.state in {C.WAITING, C.LEAVING, C.HELD, C.TAKEN}
    if call.talking_at is not None and (not apart or call.phone is None):
        return end(session, call, Ending.ANSWERED, at=at)
    own = own_calls.of_call(session, call.id) if in_the_menu else None
    if own is not None and own.inside:
        return end(session, call, Ending.OUR_OWN, at=at)
    if in_the_menu and call.told_at is not None:
        return end(session, call, Ending.SERVED, at=at)
    owed = call.phone is not None and not in_the_menu
    return end(session, call, Ending.CALL_BACK_OWED if owed else Ending.RANG_OFF, at=at)


def lost_sight(session: Session, call: Call, *, at: datetime) -> Call:
    """The call is over, and we did not hear how: what she may have wanted we cannot know, so a person rings her back."""
    own = own_calls.of_call(session, call.id)
    we_know = call.told_at is not None or (own is not None and own.left_at is None)  # a PIN, or menus of their own
    if call.state == C.GREETING and call.phone is not None and not we_know:
        return end(session, call, Ending.CALL_BACK_OWED, at=at)
    return finish(session, call, at=at)


def ring_back(session: Session, call: Call, *, at: datetime) -> Call:
    """The caller asked to be rung back."""
    call.wish = Wish.CALL_BACK
    return end(session, call, Ending.CALL_BACK_OWED, at=at)


def turn_away(session: Session, call: Call, *, at: datetime) -> Call:
    """Her number is blocked: she has heard the 999 sentence, and nobody is rung."""
    return end(session, call, Ending.TURNED_AWAY, at=at)


def put_through(session: Session, call: Call, *, at: datetime) -> Call:
    """We are broken, and the caller is being put through to the fallback number; `reached_fallback` says that she was."""
    return end(session, call, Ending.PUT_THROUGH, at=at)


def only_perhaps_put_through(call: Call) -> bool:
    """Whether the fallback number was to be rung for her, and nobody told us that anybody answered there."""
    return call.ending == Ending.PUT_THROUGH and call.talking_at is None and not call.written_down


def reached_fallback(session: Session, call: Call, *, at: datetime) -> Call:
    """Somebody answered at the fallback number: what was owed to her when we did not know so is owed no more."""
    lock(session, call)
    call.talking_at = call.talking_at or at
    if call.ending == Ending.CALL_BACK_OWED and not call.written_down:
        call.ending = Ending.PUT_THROUGH
        desk_items.close_all(session, at=at, call_id=call.id)
        history.record(session, "call.put_through", at=at, call_id=call.id)
    return end(session, call, Ending.PUT_THROUGH, at=at)


def never_met(session: Session, call: Call, *, at: datetime) -> Call:
    """She was being connected, to a handler or to the fallback number, but never was: a call-back is owed after all."""
    lock(session, call)
    if call.apart_at is not None and call.talking_at is not None:  # only their meeting again came to nothing
        if call.state == C.TALKING:
            LIFE.win(session, call, C.HELD)
        return finish(session, call, at=at)
    call.talking_at = None
    if call.state == C.ENDED and call.ending in {Ending.ANSWERED, Ending.PUT_THROUGH} and not call.written_down:
        call.ending = Ending.RANG_OFF if call.phone is None else Ending.CALL_BACK_OWED
        call.wrap_up_until = at
        history.record(session, f"call.{call.ending}", at=at, who=call.handler_id, call_id=call.id)
        if call.ending == Ending.CALL_BACK_OWED:
            desk_items.put(session, ItemKind.CALL_BACK, at=at, call_id=call.id)
    session.flush()
    return finish(session, call, at=at)


def end(session: Session, call: Call, ending: Ending, *, at: datetime) -> Call:
    """It ends so, unless it has ended already."""
    was_waiting, until = call.waiting_since is not None, wraps_up_until(session, call, at=at)
    if call.state == C.ENDED or not LIFE.win(session, call, C.ENDED, ending=ending, ended_at=at, wrap_up_until=until):
        return call
    rings.cancel_others(session, call.id, except_id=None, at=at)
    if was_waiting:
        errands.owe(session, ErrandKind.DELETE_QUEUE, call.sid, at=at)
    if ending == Ending.CALL_BACK_OWED:
        # In the order in which they would have been answered: her place is kept.
        desk_items.put(session, ItemKind.CALL_BACK, at=at, since=call.waiting_since, call_id=call.id)
    history.record(session, f"call.{ending}", at=at, who=call.handler_id, call_id=call.id)
    return call


def wraps_up_until(session: Session, call: Call, *, at: datetime) -> datetime:
    """Until when its handler may write it down, who has her no longer: of one who left before, since then."""
    if call.state in WITHOUT_ITS_HANDLER and call.wrap_up_until is not None:
        return call.wrap_up_until
    return at + durations.of(session).wrap_up if call.talking_at is not None and not call.written_down else at


def come_to(session: Session, call: Call, outcome: Outcome, *, who: Person, at: datetime) -> Call:
    """What the call came to, which also ends the wrap-up, and whatever the desk owed about it.

    While she talks to somebody else, or waits, it is of a talk before, and what is written down of this one stays so.
    """
    theirs = call.state == C.ENDED or call.handler_id == who.id
    call.outcome, call.said_before = outcome, not (theirs or call.written_down)
    history.record(session, "call.outcome", at=at, who=who.id, call_id=call.id)
    desk_items.close_all(session, at=at, who=who.id, call_id=call.id)
    rings.wrapped_up(session, who.id, at=at)
    return ready(session, call, who=who, at=at)


def ready(session: Session, call: Call, *, who: Person, at: datetime) -> Call:
    """The handler has finished with the call and may be rung again."""
    over = call.state in {C.ENDED, *WITHOUT_ITS_HANDLER}
    if over and call.handler_id == who.id and call.wrap_up_until and call.wrap_up_until > at:
        call.wrap_up_until = at
        history.record(session, "handler.ready", at=at, who=who.id, person_id=who.id, call_id=call.id)
    return call


def waiting(session: Session) -> list[Call]:
    """Callers waiting, longest first."""
    return list(session.scalars(select(Call).where(Call.state == C.WAITING).order_by(Call.waiting_since, Call.id)))


def current_of(session: Session, handler: Person) -> Call | None:
    """The call a handler has now: being put through, or talking."""
    return session.scalar(select(Call).where(Call.handler_id == handler.id, IS_WITH_A_HANDLER))


def ringing_us(person_ids: Iterable[int], at: datetime) -> Select[int | None]:
    """A question for those of these people from whose own numbers somebody is ringing us: their telephones are engaged.

    So they are while a call that is over for us has its last sentence spoken.
    """
    live = Call.state.in_(LIFE.sources(C.ENDED)) | (Call.ended_at > at - STILL_HEARING)
    return select(Call.person_id).where(Call.person_id.in_(person_ids), live, Call.arrived_at > at - LONGEST_CALL)


def to_wrap_up(session: Session, handler: Person, at: datetime) -> Call | None:
    """The call a handler has just had and is still writing down."""
    return session.scalar(
        select(Call)
        .where(
            Call.handler_id == handler.id,
            Call.state.in_([C.ENDED, *WITHOUT_ITS_HANDLER]),
            Call.wrap_up_until > at,
        )
        .order_by(Call.wrap_up_until.desc())
        .limit(1)
    )


def earlier(session: Session, call: Call, *, most: int = 5) -> list[Call]:
    """Earlier calls from the same number, newest first."""
    return list(session.scalars(before(call, most=most))) if call.phone is not None else []


def before(call: Call, *, most: int) -> Select[Call]:
    """A question for the earlier calls from the same number, newest first; of a withheld one there are none."""
    same = Call.phone_key.in_(keys_of(call.phone)) if call.phone is not None else false()
    earlier_ones = select(Call).where(same, Call.id != call.id, Call.arrived_at <= call.arrived_at)
    return earlier_ones.order_by(Call.arrived_at.desc(), Call.id.desc()).limit(most)
