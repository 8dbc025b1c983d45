"""Unfinished: a request form that was begun and not saved yet, so that neither a dead browser nor a dead laptop loses a word.

It is its handler's own, is gone when the request is written, and is forgotten within a day otherwise. Nothing here wakes a screen:
it is written every few seconds while somebody types.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline.calls import Call
from helpline.db import NEVER_AGAIN, Base, insert_once
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.requests import HelpRequest, by_form_key
from helpline.sealed import Sealed

KEPT = timedelta(days=1)
A_FEW = 3
# What a form may hold, as it is kept: a third of what a page may send.
LONGEST = 20_000
Fields = Iterable[tuple[str, str]]


class Draft(Base):
    """What somebody has written into a request form so far: every field that it sent, by its name. `form_key` is the request's."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "person_id", "kept_at"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    call_id: Mapped[int | None]
    words: Mapped[str | None] = mapped_column(Sealed())
    began_at: Mapped[datetime]
    kept_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the form sent, in its order."""
        return [(str(name), str(value)) for name, value in json.loads(self.words or "[]")]


def keep(session: Session, form_key: str, fields: Fields, *, call_id: int | None, who: Person, at: datetime) -> bool:
    """Keep what is in a form. False when its request is written already, or the form is somebody else's.

    Raises `HelplineError` when it is more than a form can hold.
    """
    words = json.dumps(list(fields), ensure_ascii=False)
    if len(words) > LONGEST:
        raise HelplineError("That is more than a request can hold. Make it shorter.")
    if by_form_key(session, form_key) is not None:
        return False
    kept = {"form_key": form_key, "person_id": who.id, "call_id": call_id, "words": words, "kept_at": at}
    connection = session.connection()
    once = insert_once(connection.dialect.name, Draft, "form_key").returning(Draft.id)
    if connection.execute(once, {**kept, "began_at": at}).first():
        return True
    mine = (Draft.form_key == form_key) & (Draft.person_id == who.id)
    return bool(connection.execute(update(Draft).where(mine).values(kept)).rowcount)


def of(who: Person, at: datetime) -> Select[Draft]:
    """The question what somebody began and has not saved. One that was kept while its request was being written is none."""
    written = select(HelpRequest.id).where(HelpRequest.form_key == Draft.form_key)
    return select(Draft).where(Draft.person_id == who.id, Draft.kept_at > at - KEPT, ~written.exists())


def newest(found: Iterable[Draft]) -> list[Draft]:
    """A few of these, newest first."""
    return sorted(found, key=lambda draft: (draft.kept_at, draft.id), reverse=True)[:A_FEW]


def about(drafts: Iterable[Draft], call: Call | None) -> Draft | None:
    """The newest of these that is about a call."""
    return next((one for one in drafts if call is not None and one.call_id == call.id), None)


def one(session: Session, draft_id: int, who: Person) -> Draft | None:
    """One's own, by its id; nobody else's is there to be found."""
    draft = session.get(Draft, draft_id)
    return draft if draft is not None and draft.person_id == who.id else None


def is_written(session: Session, form_key: str) -> None:
    """Its request is saved, so there is nothing left to finish."""
    session.execute(delete(Draft).where(Draft.form_key == form_key))


def came_to_nothing(session: Session, call: Call, who: Person) -> None:
    """The call was about something else, so what its handler began for it goes."""
    session.execute(delete(Draft).where(Draft.call_id == call.id, Draft.person_id == who.id))
