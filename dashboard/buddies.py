"""A handler's buddy: chosen under Yours, asked on a page of their own, and told when "That was hard" is pressed on the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from dashboard.auth import Form, House, Visit, Writes, check_token, go, house_of, text, token_for
from dashboard.private import ClosedLinkError
from helpline import buddies, hard_calls
from helpline.buddies import Buddy
from helpline.errors import HelplineError

router = APIRouter()
NEWS = {"buddy_asked", "buddy_ended"}


def context(visit: Visit, problem: str = "") -> dict[str, Any]:
    """What the part of one's own page needs; with a `problem`, what was typed stays."""
    form = visit.form if problem else {}
    return {
        "buddy": buddies.of(visit.session, visit.who),
        "buddy_problem": problem,
        "buddy_name": str(form.get("buddy_name", "")),
        "buddy_number": str(form.get("buddy_number", "")),
    }


def choose(visit: Visit) -> None:
    """Asks whoever was named. Raises `HelplineError`."""
    name, number = text(visit.form, "buddy_name", 80), text(visit.form, "buddy_number", 40)
    buddies.choose(visit.session, name, number, who=visit.who, at=visit.at)


@router.post("/yours/buddy/end")
def end(visit: Writes) -> Response:
    """I would rather have another, or none."""
    mine = buddies.of(visit.session, visit.who)
    if mine is not None:
        buddies.end(visit.session, mine, who=visit.who, at=visit.at)
    return go("/yours?news=buddy_ended")


@router.post("/line/hard")
def hard(visit: Writes) -> Response:
    """That was hard: my phone is paused, and my buddy told. The desk says what came of it."""
    hard_calls.press(visit.session, visit.who, at=visit.at)
    return go("/")


@dataclass
class Asked:
    """One request by whoever holds the link of a buddy."""

    house: House
    session: Session
    token: str
    buddy: Buddy

    def show(self, *, status: int = 200, problem: str | None = None, said: str | None = None) -> Response:
        """The page as it stands."""
        return self.house.pages.show(
            "buddies/page.html",
            status=status,
            at=self.house.clock(),
            csrf=token_for(self.token),
            path=f"/b/{self.token}",
            buddy=self.buddy,
            problem=problem,
            said=said,
        )


def _opened(request: Request, session: Session, token: str) -> Asked:
    buddy = buddies.by_token(session, token)
    if buddy is None:
        raise ClosedLinkError
    return Asked(house_of(request), session, token, buddy)


def _looks(request: Request, token: str) -> Iterator[Asked]:
    with house_of(request).database.reading() as session:
        yield _opened(request, session, token)


def _presses(request: Request, token: str, form: Form) -> Iterator[Asked]:
    check_token(form, token)
    with house_of(request).database.transaction() as session:
        opened = _opened(request, session, token)
        buddies.known_by(opened.buddy, token)
        yield opened


Looked = Annotated[Asked, Depends(_looks, scope="function")]
Pressed = Annotated[Asked, Depends(_presses, scope="function")]


@router.get("/b/{token}")  # noqa: FAST003  # the dependency reads it
def page(asked: Looked) -> Response:
    """Will you be their buddy? Opening it changes nothing."""
    return asked.show()


@router.post("/b/{token}/yes")  # noqa: FAST003  # the dependency reads it
def yes(asked: Pressed) -> Response:
    """I will."""
    return _said(asked, yes=True)


@router.post("/b/{token}/no")  # noqa: FAST003  # the dependency reads it
def no(asked: Pressed) -> Response:
    """I would rather not, or not any more."""
    return _said(asked, yes=False)


def _said(asked: Asked, *, yes: bool) -> Response:
    try:
        words = buddies.answer(asked.session, asked.buddy, yes=yes, at=asked.house.clock())
    except HelplineError as refused:
        return asked.show(status=409, problem=str(refused))
    return asked.show(said=words)
