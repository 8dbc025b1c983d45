"""Lives: the states a thing passes through, and the moves between them.

Every noun with a life keeps a `StrEnum` and a `Life`. ARCHITECTURE.md draws the same lives and a test compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import CheckConstraint, CursorResult, String, update
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from helpline.errors import HelplineError

S = TypeVar("S", bound=StrEnum)


class MoveRefusedError(HelplineError):
    """A thing was asked to move to a state it cannot reach from where it is."""


@dataclass(frozen=True)
class Life(Generic[S]):
    """The moves a thing may make: from each state, the states it may go to."""

    noun: str
    moves: Mapping[S, frozenset[S]]

    def allows(self, now: S, then: S) -> bool:
        """Whether that move exists."""
        return then in self.moves.get(now, frozenset())

    def sources(self, then: S) -> list[S]:
        """The states from which `then` can be reached."""
        return [state for state, targets in self.moves.items() if then in targets]

    def move(self, thing: Any, then: S) -> None:
        """Move a thing to a state, or raise `MoveRefusedError` with a sentence."""
        if not self.allows(thing.state, then):
            raise MoveRefusedError(
                f"That {self.noun} is {thing.state.replace('_', ' ')} and cannot become {then.replace('_', ' ')}."
            )
        thing.state = then

    def win(self, session: Session, thing: Any, then: S, **changes: Any) -> bool:
        """Move a thing by a guarded UPDATE: the database decides a race. True means that we moved it, False that somebody else had.

        The thing is read again afterwards, so whoever lost sees how it now stands.
        """
        table = type(thing)
        result = session.execute(
            update(table)
            .where(table.id == thing.id, table.state.in_(self.sources(then)))
            .values(state=then, **changes)
            .execution_options(synchronize_session=False)
        )
        session.refresh(thing)
        assert isinstance(result, CursorResult)  # noqa: S101  # an UPDATE always answers with a cursor
        return result.rowcount == 1


class StateText(TypeDecorator[Any]):
    """A state as a plain word in the database and as its `StrEnum` in Python."""

    impl = String(24)
    cache_ok = True

    def __init__(self, states: type[StrEnum]) -> None:
        super().__init__()
        self.states = states

    def process_bind_param(self, value: StrEnum | str | None, dialect: Any) -> str | None:
        del dialect
        return None if value is None else self.states(value).value

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        del dialect
        return None if value is None else self.states(value)


def check(column: str, states: type[StrEnum], *, name: str) -> CheckConstraint:
    """A CHECK that the column holds one of the words of a `StrEnum`."""
    words = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({words})", name=name)
