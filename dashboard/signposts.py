"""Signposts: the organisations we tell people of, what to say of one, and telling somebody in a call or about a request."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard.auth import LARGEST_ID, Id, Reads, Visit, Writes, go, number, text
from helpline import calls, referrals, signposts, tellings, wrap_up
from helpline.calls import Call
from helpline.errors import HelplineError, NotFoundError, RefusedError
from helpline.requests import HelpRequest
from helpline.signpost_words import KIND_WORDS, SignpostKind
from helpline.signposts import About, Signpost

router = APIRouter()
AnId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
NEWS = {"added", "holds", "corrected", "removed", "put_back", "told", "sent"}
EMPTY: dict[str, Any] = {**asdict(About("")), "kinds": ()}


def signpost_of(visit: Visit, signpost_id: int) -> Signpost:
    """A signpost by its id. Raises `NotFoundError`."""
    found = signposts.find(visit.session, signpost_id)
    if found is None:
        raise NotFoundError("There is no such organisation on our list.")
    return found


def about_whom(visit: Visit, call: int | None, request: int | None) -> Call | HelpRequest | None:
    """Whom it is for: whoever this request or this call is of."""
    if request:
        return visit.session.get(HelpRequest, request)
    return visit.session.get(Call, call) if call else None


def asked_for(about: Call | HelpRequest | None) -> str:
    """The part of an address that says whom it is for."""
    if about is None:
        return ""
    return f"?call={about.id}" if isinstance(about, Call) else f"?request={about.id}"


@router.get("/signposts")
def every(visit: Reads, kind: str = "", call: AnId = None, request: AnId = None, news: str = "") -> Response:
    """Every organisation, or those that are for one thing."""
    chosen = SignpostKind(kind) if kind in set(SignpostKind) else None
    every_one = signposts.on_the_list(visit.session)
    about = about_whom(visit, call, request)
    return visit.show(
        "signposts/list.html",
        page="signposts",
        news=news if news in NEWS else None,
        signposts=[one for one in every_one if chosen is None or chosen in one.kinds.split(",")],
        kinds=[one for one in SignpostKind if any(one in other.kinds.split(",") for other in every_one)],
        kind_words=KIND_WORDS,
        chosen=chosen,
        stale={one.id for one in every_one if signposts.is_stale(visit.session, one, at=visit.at)},
        about=about,
        for_whom=asked_for(about),
    )


@router.get("/signposts/print")
def on_paper(visit: Reads) -> Response:
    """The list, to be pinned up beside the telephone."""
    return visit.show("signposts/paper.html", page="signposts", signposts=signposts.on_the_list(visit.session))


@router.get("/signposts/new")
def new(visit: Reads) -> Response:
    """One that is not on the list yet."""
    return _form(visit, None, EMPTY)


def _typed(visit: Visit) -> dict[str, Any]:
    words = {name: text(visit.form, name, 600) for name in (*signposts.LONGEST, "phone")}
    pressed = [str(one) for one in visit.form.getlist("kind")]
    return {**words, "kinds": tuple(SignpostKind(one) for one in pressed if one in set(SignpostKind))}


def _form(
    visit: Visit, signpost: Signpost | None, typed: dict[str, Any], *, status: int = 200, **more: Any
) -> Response:
    return visit.show(
        "signposts/form.html",
        status=status,
        page="signposts",
        signpost=signpost,
        typed=typed,
        kind_words=KIND_WORDS,
        longest=signposts.LONGEST,
        **{"field": None, "problem": None, "seen": 0, **more},
    )


@router.post("/signposts")
def add(visit: Writes) -> Response:
    """Puts it on the list."""
    typed = _typed(visit)
    try:
        made, _ = signposts.add(visit.session, About(**typed), who=visit.who, at=visit.at)
    except RefusedError as refused:
        return _form(visit, None, typed, status=422, field=refused.field, problem=str(refused))
    return go(f"/signposts/{made.id}?news=added")


@router.get("/signposts/{signpost_id}")
def page(visit: Reads, signpost_id: Id, call: AnId = None, request: AnId = None, news: str = "") -> Response:
    """One organisation: what to say of it, when somebody last asked, and what was done with it."""
    signpost = signpost_of(visit, signpost_id)
    return _page(visit, signpost, about_whom(visit, call, request), news=news if news in NEWS else None)


def _in_hand(visit: Visit) -> Call | None:
    """The call that they are in, or write down."""
    call = calls.current_of(visit.session, visit.who)
    writing = wrap_up.of(visit.session, visit.who, at=visit.at) if call is None else None
    return writing.call if writing else call


def _page(visit: Visit, signpost: Signpost, about: Call | HelpRequest | None, **more: Any) -> Response:
    about = about or _in_hand(visit)
    return visit.show(
        "signposts/page.html",
        page="signposts",
        signpost=signpost,
        stale=signposts.is_stale(visit.session, signpost, at=visit.at),
        changes=signposts.changes_of(visit.session, signpost),
        passed_on=referrals.of_signpost(visit.session, signpost.id),
        about=about,
        about_call=isinstance(about, Call),
        why_no_text=tellings.why_no_text(visit.session, about) if about else None,
        **{"news": None, "problem": None, "status": 200, **more},
    )


@router.get("/signposts/{signpost_id}/correct")
def correcting(visit: Reads, signpost_id: Id) -> Response:
    """What it says, to be corrected."""
    signpost = signpost_of(visit, signpost_id)
    seen = signposts.newest_change(visit.session, signpost)
    return _form(visit, signpost, asdict(signposts.about(signpost)), seen=seen)


@router.post("/signposts/{signpost_id}/correct")
def correct(visit: Writes, signpost_id: Id) -> Response:
    """It says something else from now on."""
    signpost, typed = signpost_of(visit, signpost_id), _typed(visit)
    seen = number(visit.form, "seen") or 0
    try:
        signposts.correct(visit.session, signpost, About(**typed), seen=seen, who=visit.who, at=visit.at)
    except RefusedError as refused:
        return _form(visit, signpost, typed, status=422, field=refused.field, problem=str(refused), seen=seen)
    except HelplineError as refused:
        newest = signposts.newest_change(visit.session, signpost)
        return _form(visit, signpost, typed, status=409, problem=str(refused), seen=newest)
    return go(f"/signposts/{signpost.id}?news=corrected")


@router.post("/signposts/{signpost_id}/holds")
def holds(visit: Writes, signpost_id: Id) -> Response:
    """I rang them today, and it still holds."""
    signpost = signpost_of(visit, signpost_id)
    signposts.still_holds(visit.session, signpost, who=visit.who, at=visit.at)
    return go(f"/signposts/{signpost.id}?news=holds")


@router.post("/signposts/{signpost_id}/remove")
def remove(visit: Writes, signpost_id: Id) -> Response:
    """Takes it off the list."""
    signposts.remove(visit.session, signpost_of(visit, signpost_id), who=visit.who, at=visit.at)
    return go(f"/signposts/{signpost_id}?news=removed")


@router.post("/signposts/{signpost_id}/put-back")
def put_back(visit: Writes, signpost_id: Id) -> Response:
    """Puts it on the list again."""
    signposts.put_back(visit.session, signpost_of(visit, signpost_id), who=visit.who, at=visit.at)
    return go(f"/signposts/{signpost_id}?news=put_back")


def _for_whom(visit: Visit) -> Call | HelpRequest:
    about = about_whom(visit, number(visit.form, "call"), number(visit.form, "request"))
    if about is None:
        raise NotFoundError("Whom that was for is not known any more. Go back to the desk.")
    return about


@router.post("/signposts/{signpost_id}/told")
def told(visit: Writes, signpost_id: Id) -> Response:
    """I told them of it; if a call had come to nothing else, it has come to this."""
    signpost, about = signpost_of(visit, signpost_id), _for_whom(visit)
    if isinstance(about, Call):
        tellings.referred(visit.session, signpost, about, who=visit.who, at=visit.at)
        return go("/?news=outcome")
    tellings.tell(visit.session, signpost, about, who=visit.who, at=visit.at)
    return go(f"/requests/{about.id}")


@router.post("/signposts/{signpost_id}/text")
def send(visit: Writes, signpost_id: Id) -> Response:
    """Sends it to them, when they said yes."""
    signpost, about = signpost_of(visit, signpost_id), _for_whom(visit)
    agreed = text(visit.form, "agreed", 5) == "yes"
    try:
        tellings.send(visit.session, signpost, about, agreed=agreed, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, signpost, about, status=422, problem=str(refused))
    return go(f"/signposts/{signpost.id}{asked_for(about)}&news=sent")
