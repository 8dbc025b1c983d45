"""Incidents: what went wrong, without names unless they are needed, who answers for it, and what we changed.

They are kept, since they name nobody and what we changed is worth knowing years later; their words are sealed like all others. What
happened is read by organisers, by whoever wrote it down and by whoever answers for it; what we changed, by everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import config, history, incident_words, messages
from helpline.db import Base, known, lock
from helpline.errors import HelplineError
from helpline.incident_words import Serious
from helpline.messages import MessageKind
from helpline.people import Hat, HatName, Person
from helpline.requests import HelpRequest
from helpline.sealed import Sealed
from helpline.states import Life, StateText, check

LONGEST = 2000
_OPEN = text("state = 'open'")


class IncidentState(StrEnum):
    """The life of an incident."""

    OPEN = "open"
    CLOSED = "closed"


LIFE = Life("incident", {IncidentState.OPEN: frozenset({IncidentState.CLOSED})})


class Incident(Base):
    """Something that went wrong. `open` until its owner, or an organiser, closes it with what we changed."""

    __tablename__ = "incidents"
    __table_args__ = (
        check("state", IncidentState, name="state"),
        check("serious", Serious, name="serious"),
        Index(None, "written_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        known("closed_at"),
        known("request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[IncidentState] = mapped_column(StateText(IncidentState), default=IncidentState.OPEN)
    serious: Mapped[Serious] = mapped_column(StateText(Serious))
    words: Mapped[str | None] = mapped_column(Sealed())
    changed: Mapped[str | None] = mapped_column(Sealed())
    happened_on: Mapped[date]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    closed_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="joined")
    written_by: Mapped[Person] = relationship(foreign_keys=[written_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])

    @property
    def is_open(self) -> bool:
        """Whether somebody still answers for it."""
        return self.state == IncidentState.OPEN


@dataclass(frozen=True)
class Told:
    """What somebody wrote of it. `form_key` is made with the form, so that however often it is sent it is one incident."""

    form_key: str
    words: str
    happened_on: date
    serious: Serious
    anyway: bool = False


class NamesSomebodyError(HelplineError):
    """A name or a number is in the words, and whoever wrote them has not said that it is needed."""


def write(
    session: Session, told: Told, *, owner: Person, request: HelpRequest | None = None, who: Person, at: datetime
) -> tuple[Incident, bool]:
    """Write an incident down; its owner is told by text. Answers with it, and whether it is new.

    Raises `NamesSomebodyError` when it names somebody and it was not said that it must, `HelplineError` when it cannot be.
    """
    already = session.scalar(select(Incident).where(Incident.form_key == told.form_key))
    if already is not None:
        return already, False
    _check(told, owner, request, at=at)
    made = Incident(
        form_key=told.form_key,
        serious=told.serious,
        words=told.words.strip(),
        happened_on=told.happened_on,
        request_id=request.id if request else None,
        owner=owner,
        written_by_id=who.id,
        written_at=at,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the same form, sent twice at once
        return session.scalars(select(Incident).where(Incident.form_key == told.form_key)).one(), False
    history.record(session, "incident.written", at=at, who=who.id)
    _tell(session, made, who=who, at=at)
    return made, True


def _check(told: Told, owner: Person, request: HelpRequest | None, *, at: datetime) -> None:
    if not told.words.strip():
        raise HelplineError("Write what happened, in a few words.")
    if told.happened_on > at.astimezone(config.current().zone).date():
        raise HelplineError("That day is still to come.")
    if not owner.wears(HatName.ORGANISER, HatName.HANDLER):
        raise HelplineError("Somebody on the desk answers for it. Choose one of them.")
    names = [request.name, request.neighbour] if request is not None else []
    found = incident_words.gives_away(told.words, names)
    if found and not told.anyway:
        raise NamesSomebodyError(incident_words.warning(found))


def _tell(session: Session, incident: Incident, *, who: Person, at: datetime) -> None:
    if incident.owner_id == who.id or incident.owner.phone is None:
        return
    settings = config.current()
    words = incident_words.owner_text(settings.group_name, f"{settings.dashboard_url}/incidents/{incident.id}")
    messages.owe(session, MessageKind.NEWS, words, to=incident.owner, at=at)


def may_read(incident: Incident, who: Person) -> bool:
    """Whether they may read what happened: organisers, whoever wrote it down, and whoever answers for it."""
    return who.wears(HatName.ORGANISER) or who.id in {incident.owner_id, incident.written_by_id}


def may_close(incident: Incident, who: Person) -> bool:
    """Whether they may say what we changed: organisers, and whoever answers for it."""
    return who.wears(HatName.ORGANISER) or who.id == incident.owner_id


def could_own(session: Session) -> list[Person]:
    """Everybody who could answer for one: whoever is on the desk, organisers first."""
    there = select(Hat.person_id).where(Hat.name.in_([HatName.ORGANISER, HatName.HANDLER]))
    found = session.scalars(select(Person).where(Person.id.in_(there))).all()
    return sorted(found, key=lambda one: (not one.wears(HatName.ORGANISER), one.id))


def give(session: Session, incident: Incident, owner: Person, *, who: Person, at: datetime) -> bool:
    """Somebody else answers for it from now on, and is told. False when they did already."""
    if not may_close(incident, who):
        raise HelplineError("Whoever answers for it, or an organiser, gives it to somebody else.")
    if not owner.wears(HatName.ORGANISER, HatName.HANDLER):
        raise HelplineError("Somebody on the desk answers for it. Choose one of them.")
    lock(session, incident)
    if incident.owner_id == owner.id or not incident.is_open:
        return False
    incident.owner = owner
    session.flush()
    history.record(session, "incident.given", at=at, who=who.id, person_id=owner.id)
    _tell(session, incident, who=who, at=at)
    return True


def close(session: Session, incident: Incident, changed: str, *, who: Person, at: datetime) -> bool:
    """It is closed with what we changed. False when somebody has closed it before. Raises `HelplineError` when it cannot be."""
    if not may_close(incident, who):
        raise HelplineError("Whoever answers for it, or an organiser, closes it.")
    if not changed.strip():
        raise HelplineError("Write what we changed, so that it does not happen again; or why nothing needs to.")
    lock(session, incident)
    if not incident.is_open or not LIFE.win(session, incident, IncidentState.CLOSED, closed_at=at, closed_by_id=who.id):
        return False
    incident.changed = changed.strip()[:LONGEST]
    session.flush()
    history.record(session, "incident.closed", at=at, who=who.id)
    return True


def find(session: Session, incident_id: int) -> Incident | None:
    """An incident by its id."""
    return session.get(Incident, incident_id)


def still_open(session: Session, *, most: int = 100) -> Sequence[Incident]:
    """Those that somebody answers for, the oldest first."""
    found = select(Incident).where(Incident.state == IncidentState.OPEN).order_by(Incident.written_at, Incident.id)
    return session.scalars(found.limit(most)).all()


def closed(session: Session, *, most: int = 50) -> Sequence[Incident]:
    """Those that are closed, newest first, with what we changed."""
    found = (
        select(Incident).where(Incident.closed_at.is_not(None)).order_by(Incident.closed_at.desc(), Incident.id.desc())
    )
    return session.scalars(found.limit(most)).all()
