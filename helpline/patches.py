"""Patches: an organiser adds one, gives it a name, and says whether it is everywhere else."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpline import history, people
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.places import Patch

LONGEST_NAME = 80


def _checked(session: Session, name: str, who: Person, *, but: Patch | None = None) -> str:
    people.check_organiser(who, "Only an organiser changes patches. Ask one: their names are on the people page.")
    name = " ".join(name.split())
    if not name:
        raise HelplineError("Write what the patch is called: a name that its streets would know.")
    if len(name) > LONGEST_NAME:
        raise HelplineError(f"That is a long name: up to {LONGEST_NAME} letters, please.")
    others = [one for one in session.scalars(select(Patch)) if one is not but]
    if any(one.name.casefold() == name.casefold() for one in others):
        raise HelplineError(f"There is a patch called {name} already.")
    return name


def add(session: Session, name: str, *, elsewhere: bool, who: Person, at: datetime) -> Patch:
    """A patch that was not there. Raises `HelplineError` when there is one of that name."""
    patch = Patch(name=_checked(session, name, who))
    session.add(patch)
    session.flush()
    _be_elsewhere(session, patch, elsewhere)
    history.record(session, "patch.added", at=at, who=who.id)
    return patch


def change(session: Session, patch: Patch, name: str, *, elsewhere: bool, who: Person, at: datetime) -> None:
    """It has another name, or is everywhere else from now on; one that was so before is so no longer."""
    patch.name = _checked(session, name, who, but=patch)
    _be_elsewhere(session, patch, elsewhere)
    history.record(session, "patch.changed", at=at, who=who.id)


def _be_elsewhere(session: Session, patch: Patch, elsewhere: bool) -> None:
    if elsewhere:
        session.execute(update(Patch).where(Patch.id != patch.id).values(everywhere_else=False))
        session.flush()
    patch.everywhere_else = elsewhere
    session.flush()


def everywhere_else(session: Session) -> Patch | None:
    """The patch of whatever street is on no list, if the group has one."""
    return session.scalar(select(Patch).where(Patch.everywhere_else))
