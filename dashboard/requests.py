"""Requests: writing one down, and one request's page with its whole story."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard import alike, begun, desk, forms, streets
from dashboard.auth import LARGEST_ID, Id, Looks, Reads, Visit, Writes, go, text
from dashboard.auth import number as number_of
from dashboard.forms import RequestForm
from helpline import (
    account,
    answers,
    at_risk,
    besides,
    board,
    durations,
    glance,
    likenesses,
    offering,
    referrals,
    repeating,
    request_story,
    requests,
    signposts,
    still_owed,
    unfinished,
    withdrawing,
)
from helpline.board import Caller
from helpline.calls import Call
from helpline.desk_items import DeskItem
from helpline.errors import HelplineError, NotFoundError
from helpline.follow_ups import Answer
from helpline.likenesses import Verdict
from helpline.people import Person
from helpline.referrals import Given, ReferralWay
from helpline.requests import HelpRequest
from helpline.texts import Text

router = APIRouter()
AnId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
ANSWER_WORDS = {Answer.YES: "yes", Answer.PARTLY: "partly", Answer.NO: "no", Answer.NOT_ASKED: "not asked"}
NEWS = {
    "at_risk",
    "not_at_risk",
    "ringing",
    "follow_up",
    "corrected",
    "same",
    "different",
    "saved",
    "done",
    "noted",
    "asked",
    "called_off",
    "stopped",
}


@router.get("/requests/new")
def new(
    visit: Looks,
    call: AnId = None,
    text: AnId = None,
    came_from: Annotated[AnId, Query(alias="from")] = None,
    draft: AnId = None,
) -> Response:
    """An empty form, perhaps about a call, or about what somebody wrote, which is in it; or one that was begun, as it was left."""
    left = unfinished.one(visit.session, draft, visit.who) if draft else None
    if left is not None:
        return _form_page(visit, begun.form_of(left))
    if draft:
        return go("/")
    about = visit.session.get(Call, call) if call else None
    written = visit.session.get(Text, text) if text else None
    form = RequestForm.about(about)
    if written is not None:
        form = RequestForm.from_texts(answers.since(visit.session, written))
        person = visit.session.get(Person, written.person_id) if written.person_id else None
        form.name = form.ringer = (person.name if person else None) or ""
        visit.saw("text", person_id=written.person_id)
    form.from_id = came_from
    if about is not None:
        caller = board.caller(visit.session, about)
        form.name = form.ringer = caller.name or ""
        return _form_page(visit, form, caller=caller)
    return _form_page(visit, form)


def _form_page(visit: Visit, form: RequestForm, *, status: int = 200, caller: Caller | None = None) -> Response:
    return visit.show(
        "requests/new.html", status=status, page="requests", caller=caller, **desk.form_context(visit, form)
    )


@router.post("/requests")
def save(visit: Writes) -> Response:
    """Writes a request down and asks whoever looks after its street, in one transaction; sent twice, it is one request."""
    form = forms.read(visit.form)
    promise = streets.promise_for(visit, form)
    written = forms.understand(visit.session, form, at=visit.at, promise=promise.words if promise else None)
    if written is None:
        return _refused(visit, form)
    call = visit.session.get(Call, form.call_id) if form.call_id else None
    request, new = requests.write(visit.session, written, who=visit.who, at=visit.at, call=call)
    unfinished.is_written(visit.session, form.key)
    if not new and not requests.says(request, written, call=call):
        return _another(visit, form, request)
    if new:
        if form.at_risk:
            at_risk.flag(visit.session, request, visit.who, form.worry, who=visit.who, at=visit.at)
        again = forms.comes_back(form, at=visit.at)
        if again:
            repeating.begin(visit.session, request, again[0], last=again[1], who=visit.who, at=visit.at)
        offering.ask_next(visit.session, request, at=visit.at)
        answers.written_down(visit.session, form.text_id, request, who=visit.who, at=visit.at)
        _came_from(visit, form, request)
        alike.said_on_the_form(visit, request)
        visit.saw("request", request_id=request.id)
    return go(f"/requests/{request.id}{'/worried' if form.at_risk else ''}?news=saved")


def _another(visit: Visit, form: RequestForm, saved: HelpRequest) -> Response:
    """Something else stands in a form that was saved, in another tab or on another device: another request, if they say so."""
    form.key = RequestForm().key
    form.press_again = (
        f"this form was saved already as {saved.reference}. Press Save again to save what is here as another request"
    )
    return _refused(visit, form)


def _came_from(visit: Visit, form: RequestForm, request: HelpRequest) -> None:
    """An organisation that passed somebody on to us is owed an answer."""
    signpost = signposts.find(visit.session, form.from_id)
    if signpost is not None:
        today = visit.at.astimezone(visit.house.settings.zone).date()
        hear_by = today + durations.of(visit.session).hear_back
        given = Given(f"from {form.key}"[:40], ReferralWay.IN, hear_by)
        referrals.make(visit.session, signpost, given, request=request, who=visit.who, at=visit.at)


def once_more(visit: Visit) -> Response:
    """A form that was open so long that its token is another's, as it was sent: nothing is saved, and nothing lost."""
    form = forms.read(visit.form)
    form.press_again = "this page had been open so long that it needs one more press"
    return _refused(visit, form, status=403)


def _refused(visit: Visit, form: RequestForm, *, status: int = 422) -> Response:
    in_hand = board.desk(visit.session, glance.of(visit.session, visit.who, at=visit.at)).in_hand
    if in_hand is not None and in_hand.id == form.call_id:
        return desk.page(visit, form=form, status=status)
    return _form_page(visit, form, status=status)


def request_of(visit: Visit, request_id: int) -> HelpRequest:
    """A request by its id. Raises `NotFoundError`."""
    request = visit.session.get(HelpRequest, request_id)
    if request is None:
        raise NotFoundError("There is no such request. It may have been forgotten, as we promise to.")
    return request


def _page(visit: Visit, request: HelpRequest, *, status: int = 200, **context: Any) -> Response:
    standing = _standing(visit, request)
    likely = likenesses.alike(visit.session, request, at=visit.at)
    # Their words are beside this one's.
    visit.saw_requests(one.request.id for one in likely if one.verdict != Verdict.DIFFERENT)
    number_shown = context.pop("number_shown", False)
    passed_on = any(one.what.startswith("referral.") for one in standing["story"])
    return visit.show(
        "requests/page.html",
        status=status,
        page="requests",
        lead=at_risk.lead_of(visit.session, request),
        referrals_of=referrals.of_request(visit.session, request.id) if passed_on else [],
        alike=likely,
        same_as=visit.session.get(HelpRequest, request.same_as_id) if request.same_as_id else None,
        number_shown=number_shown,
        house_shown=number_shown or _in_hand(visit, request, standing["items"]),
        **standing,
        **{"news": None, "problem": None, "typed": "", **context},
    )


def _in_hand(visit: Visit, request: HelpRequest, items: Sequence[DeskItem]) -> bool:
    """Whether the work in hand needs the house: who wrote an open one down, or holds it for the desk.

    The number nobody needs: we ring.
    """
    wrote = request.handler_id == visit.who.id and request.state in requests.OPEN
    return wrote or any(item.holder_id == visit.who.id for item in items)


def _standing(visit: Visit, request: HelpRequest) -> dict[str, Any]:
    found = account.of(visit.session, request, at=visit.at)
    happened = request_story.happened(found)
    told_of_others = any(one.what in request_story.OF_OTHERS for one in happened)
    now, then = request_story.next_two(visit.session, found)
    (line,) = board.lines_of([request], found.offers)
    return {
        "me": board.you_among(visit.session, visit.who, found.there, at=visit.at),
        "request": request,
        "line": line,
        "story": happened,
        "seen_by": request_story.seen_by(found),
        "asked_next": now,
        "asked_then": then,
        "waits_for": request_story.waits_for(visit.session, request),
        "repeat": found.repeat,
        "comes_back": repeating.comes_back(found.repeat),
        "every": repeating.EVERY,
        "handler_hears": requests.handler_hears(request),
        "by_when": offering.by_when(request, visit.at),
        "feedback": found.feedback,
        "answer_words": ANSWER_WORDS,
        "seen": found.version,
        "besides": besides.told(request),
        "paid": besides.paid(request),
        "said_alike": request_story.said_alike(visit.session, request) if told_of_others else {},
        "items": found.items,
        "holders": still_owed.holders_of(visit.session, found.items, request, found.there),
    }


@router.get("/requests/{request_id}")
def page(visit: Looks, request_id: Id, news: str = "") -> Response:
    """One request: how it stands, what is needed, and its whole story. That it was looked at is written down."""
    request = request_of(visit, request_id)
    visit.saw("request", request_id=request.id)
    visit.session.flush()
    return _page(visit, request, news=news if news in NEWS else None)


@router.get("/requests/{request_id}/story")
def story(visit: Reads, request_id: Id, seen: int = 0) -> Response:
    """The part of a request's page that changes by itself."""
    request = request_of(visit, request_id)
    if not visit.live:
        return go(f"/requests/{request.id}")
    if seen == request_story.version_of(visit.session, request):
        return Response(status_code=204)
    return visit.show("requests/_live.html", **_standing(visit, request))


@router.post("/requests/{request_id}/number")
def number(visit: Writes, request_id: Id) -> Response:
    """Shows the whole number and the house, and writes down who looked."""
    request = request_of(visit, request_id)
    visit.saw("number", request_id=request.id)
    visit.session.flush()
    return _page(visit, request, number_shown=True)


@router.post("/requests/{request_id}/notes")
def note(visit: Writes, request_id: Id) -> Response:
    """Writes a note on the story."""
    request = request_of(visit, request_id)
    words = text(visit.form, "words", 2000)
    try:
        requests.add_note(visit.session, request, words, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, request, status=422, problem=str(refused))
    return go(f"/requests/{request.id}?news=noted")


@router.post("/requests/{request_id}/ask-again")
def ask_again(visit: Writes, request_id: Id) -> Response:
    """Asks whoever is next."""
    request = request_of(visit, request_id)
    offering.ask_again(visit.session, request, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=asked")


@router.post("/requests/{request_id}/done")
def done(visit: Writes, request_id: Id) -> Response:
    """It has been seen to."""
    request = request_of(visit, request_id)
    withdrawing.see_to(visit.session, request, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=done")


@router.post("/requests/{request_id}/call-off")
def call_off(visit: Writes, request_id: Id) -> Response:
    """It is no longer needed."""
    request = request_of(visit, request_id)
    other_id = number_of(visit.form, "same_as")
    other = visit.session.get(HelpRequest, other_id) if other_id and other_id != request.id else None
    withdrawing.call_off(visit.session, request, who=visit.who, at=visit.at, same_as=other)
    if other is not None:
        likenesses.say(visit.session, request, other, Verdict.SAME, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=called_off")


@router.post("/requests/{request_id}/stop-repeating")
def stop_repeating(visit: Writes, request_id: Id) -> Response:
    """It comes back no more; what is open of it stays open."""
    request = request_of(visit, request_id)
    repeat = repeating.of_request(visit.session, request)
    if repeat is not None:
        repeating.stop(visit.session, repeat, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=stopped")
