"""Everybody who looks after something: their hats, how much is with each of them, and when they are away.

Names are sealed, so they are put in order here. Those who look after the line and the streets are few; willing neighbours may be
many, and are told in the order in which we met them. Residents are found by a word of their name, or by their number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from helpline import away, found_words, offers
from helpline.away import Away
from helpline.found_words import FoundNoun, FoundWord
from helpline.people import ANSWERS, COORDINATES, Hat, HatName, Person

A_PAGE = 40
MOST_FOUND = 20
LOOK_AFTER = (*ANSWERS, *COORDINATES)


@dataclass(frozen=True)
class Days:
    """The days on which somebody is away."""

    first: date
    last: date


@dataclass(frozen=True)
class Row:
    """One of them."""

    person: Person
    open: int
    away: tuple[Days, ...]


@dataclass(frozen=True)
class Listed:
    """A page of them. `many` is how many there are where that is known; `after` is from whom the next page goes on."""

    rows: tuple[Row, ...]
    many: int | None
    after: int | None


def of(session: Session, names: Collection[HatName] = LOOK_AFTER, *, after: int | None = None, at: datetime) -> Listed:
    """Those who wear one of these hats, a page at a time."""
    if HatName.NEIGHBOUR in names:
        ids, many, following = _in_turn(session, after)
    else:
        ids, many, following = _by_name(session, names, after)
    return Listed(rows(session, ids, at=at), many, following)


def _by_name(
    session: Session, names: Collection[HatName], after: int | None
) -> tuple[Sequence[int], int | None, int | None]:
    wears = select(Hat.person_id).where(Hat.name.in_(names))  # the few who wear one are looked up, not everybody asked
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wears)))
    found = [(name or "", person_id) for person_id, name in rows]
    ids = [person_id for _, person_id in sorted(found, key=lambda one: (one[0].casefold(), one[1]))]
    start = ids.index(after) + 1 if after in ids else 0
    page = ids[start : start + A_PAGE]
    return page, len(ids), page[-1] if start + A_PAGE < len(ids) else None


def _in_turn(session: Session, after: int | None) -> tuple[Sequence[int], int | None, int | None]:
    worn = select(Hat.person_id).where(Hat.name == HatName.NEIGHBOUR, Hat.person_id > (after or 0)).distinct()
    ids = session.scalars(worn.order_by(Hat.person_id).limit(A_PAGE + 1)).all()
    return ids[:A_PAGE], None, ids[A_PAGE - 1] if len(ids) > A_PAGE else None


def rows(session: Session, ids: Sequence[int], *, at: datetime) -> tuple[Row, ...]:
    """These people, in this order, with what is with them."""
    if not ids:
        return ()
    people = {person.id: person for person in session.scalars(with_hats().where(Person.id.in_(ids))).unique()}
    has = offers.how_many(session, ids)
    gone = away_days(session, ids, at=at)
    return tuple(Row(people[one], has.get(one, 0), tuple(gone.get(one, ()))) for one in ids if one in people)


@dataclass(frozen=True)
class Found:
    """Whoever was found, whom we met last first; with `more` there are others, and another word finds fewer."""

    rows: tuple[Row, ...]
    more: bool


def find(session: Session, typed: str, *, at: datetime) -> Found | None:
    """Those who have all these words in their name or number. None when nothing was written to find anybody by."""
    words = found_words.typed(typed)
    if not words:
        return None
    having = found_words.having(FoundNoun.PERSON, words)
    ids = session.scalars(having.order_by(FoundWord.row_id.desc()).limit(MOST_FOUND + 1)).all()
    unique = list(dict.fromkeys(ids))
    return Found(rows(session, unique[:MOST_FOUND], at=at), len(unique) > MOST_FOUND)


def with_hats() -> Select[Person]:
    """A question for people with their hats, and the patches of these."""
    return select(Person).options(joinedload(Person.hats).joinedload(Hat.patch))


def away_days(session: Session, ids: Sequence[int], *, at: datetime) -> Mapping[int, list[Days]]:
    """When they are away, now and in time to come: only the days."""
    today = away.today(at)
    asked = select(Away.person_id, Away.first, Away.last, Away.back_on).where(
        Away.person_id.in_(ids), Away.last >= today
    )
    found: dict[int, list[Days]] = {}
    for person_id, first, last, back_on in session.execute(asked.order_by(Away.first, Away.id)):
        ends = away.ends_on(last, back_on)
        if ends >= max(first, today):
            found.setdefault(person_id, []).append(Days(first, ends))
    return found
