"""Looking for requests in one field. What was typed may mean several things: each is a group of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import looked_for, places, request_list
from helpline.hearing import Heard
from helpline.looked_for import LookedFor
from helpline.request_list import Some, Wanted
from helpline.requests import HelpRequest
from helpline.wording import Kind

A_GROUP = 10


class By(StrEnum):
    """By what requests were found."""

    NAME = "name"
    NAME_AND_STREET = "name_and_street"
    STREET = "street"


@dataclass(frozen=True)
class Group:
    """What was found by one thing that was meant."""

    by: By
    found: Some
    kinds: frozenset[Kind] = frozenset()
    streets: tuple[Heard, ...] = ()


def by_reference(session: Session, typed: str) -> int | None:
    """The id of the request that is known as this, if one is."""
    reference = looked_for.reference(typed)
    if reference is None:
        return None
    return session.scalar(select(HelpRequest.id).where(HelpRequest.reference == reference))


def understood(session: Session, typed: str) -> LookedFor:
    """What it may mean, in this ward."""
    return looked_for.understand(typed, places.names(session))


def find(session: Session, meant: LookedFor, *, at: datetime, before: int | None = None) -> list[Group]:
    """What there is, in groups, newest first in each; `before` goes on in what was found by name, where a page ended."""
    of_kind = Wanted(kinds=meant.kinds)
    by_name = replace(of_kind, words=meant.words)
    if before is not None:
        more = request_list.page(session, by_name, at=at, before=before)
        return [Group(By.NAME, more, meant.kinds)] if more.lines else []
    wanted: list[tuple[By, Wanted, tuple[Heard, ...]]] = [(By.NAME, by_name, ())] if meant.words else []
    if meant.name_there:
        there = replace(of_kind, words=meant.name_there, street_ids=_ids(meant.streets_there))
        wanted.append((By.NAME_AND_STREET, there, meant.streets_there))
    found = [_newest(session, which, at=at) for _, which, _ in wanted]
    # What only sounds like a street is looked at when nothing else was meant.
    if meant.streets and (meant.is_a_street or not any(found)):
        wanted.append((By.STREET, replace(of_kind, street_ids=_ids(meant.streets)), meant.streets))
        found.append(_newest(session, wanted[-1][1], at=at))
    told = request_list.some(session, found, most=A_GROUP)
    return [
        Group(by, some, meant.kinds, streets) for (by, _, streets), some in zip(wanted, told, strict=True) if some.lines
    ]


def _newest(session: Session, wanted: Wanted, *, at: datetime) -> Sequence[HelpRequest]:
    return request_list.newest(session, wanted, at=at, most=A_GROUP)


def _ids(streets: Sequence[Heard]) -> tuple[int, ...]:
    return tuple(street.street_id for street in streets)
