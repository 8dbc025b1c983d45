"""The desk: the call, who waits, what is owed, and what I took."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response

from dashboard import begun, streets
from dashboard.auth import LARGEST_ID, Id, Reads, Visit, Writes, go, number, text
from dashboard.forms import CHOICES, RequestForm
from helpline import (
    blocks,
    board,
    calls,
    desk_items,
    glance,
    handovers,
    hard_calls,
    incidents,
    people,
    rota,
    signposts,
    spoken_notes,
    still_owed,
    talk_card,
    unfinished,
    unsaid,
    wrap_up,
)
from helpline.calls import Call, Outcome
from helpline.desk_items import DeskItem
from helpline.errors import HelplineError, NotFoundError
from helpline.handovers import Handover
from helpline.incident_words import SERIOUS_WORDS
from helpline.people import HatName
from helpline.requests import HelpRequest
from helpline.unfinished import Draft
from helpline.wording import KIND_WORDS

router = APIRouter()
DRAWN_AGAIN = timedelta(seconds=15)
OUTCOME_WORDS = {
    Outcome.EXISTING_REQUEST: "About a request we have",
    Outcome.OFFER_OF_HELP: "An offer of help",
    Outcome.INFORMATION: "A question, answered",
    Outcome.REFERRED: "Told who else to ring",
    Outcome.ADVISED_999: "Told to ring 999",
    Outcome.WRONG_NUMBER: "Wrong number",
    Outcome.SILENT: "Nobody spoke",
    Outcome.NUISANCE: "Nuisance",
}
NEWS = {"answered", "ring_later", "saved", "outcome", "done", "called_off", "noted"}


@router.get("/")
def desk(visit: Reads, seen: str = "", drawn: int = 0, form: int = 0, news: str = "", item: int = 0) -> Response:
    """The desk; with HX-Request only the parts that change, or nothing when nothing has."""
    said, undo = news if news in NEWS else None, _undo(visit, item)
    if not visit.live:
        return page(visit, news=said, undo=undo)
    now = board.version(visit.session, visit.who)
    if seen == now and visit.at - datetime.fromtimestamp(min(drawn, 2**32), UTC) < DRAWN_AGAIN:
        return Response(status_code=204)
    return live(visit, form_call=form, news=said, undo=undo)


def page(
    visit: Visit,
    *,
    form: RequestForm | None = None,
    status: int = 200,
    notice: str | None = None,
    news: str | None = None,
    undo: DeskItem | None = None,
) -> Response:
    """The whole desk. With a call in hand that nothing was written for yet, the request form is on it."""
    context = _parts(visit)
    form = form or form_for(context["desk"].in_hand, context["drafts"])
    return visit.show(
        "desk/page.html",
        status=status,
        page="desk",
        notice=notice,
        news=news,
        undo=undo,
        incidents_open=incidents.still_open(visit.session, most=3) if visit.who.wears(HatName.ORGANISER) else [],
        incident_words=SERIOUS_WORDS,
        **context,
        **form_context(visit, form),
    )


def live(
    visit: Visit,
    *,
    form_call: int = 0,
    notice: str | None = None,
    news: str | None = None,
    undo: DeskItem | None = None,
    status: int = 200,
) -> Response:
    """The parts of the desk that change by themselves. A form comes with them once, when a call does."""
    context = _parts(visit)
    form = None if form_call else form_for(context["desk"].in_hand, context["drafts"])
    form_id = form.call_id if form else form_call
    words = {**form_context(visit, form), "form_call": form_id or 0}
    return visit.show("desk/_live.html", status=status, notice=notice, news=news, undo=undo, **context, **words)


def _undo(visit: Visit, item_id: int) -> DeskItem | None:
    """What was dealt with a moment ago, if that can be undone."""
    item = visit.session.get(DeskItem, item_id) if 0 < item_id <= LARGEST_ID else None
    return item if item is not None and desk_items.can_undo(item, visit.who, at=visit.at) else None


def _parts(visit: Visit) -> dict[str, Any]:
    session, at = visit.session, visit.at
    version, seen = board.version(session, visit.who), glance.of(session, visit.who, at=at)
    desk = board.desk(session, seen)
    return {
        "desk": desk,
        "me": desk.me,
        "card": talk_card.of(session, desk.me.call, seen) if desk.me.call else None,
        "seen": version,
        "hard": hard_calls.since_paused(session, visit.who),
        "drawn": int(at.timestamp()),
        "owed": still_owed.in_turn(session, seen.owed, seen.there),
        "handover_notes": seen.notes,
        "unsaid": [call for call in seen.unsaid if desk.in_hand is None or call.id != desk.in_hand.id],
        "mine": board.lines_of(seen.mine, seen.offers),
        "today": still_owed.stands(session, seen.yesterday, seen.unaccounted, at=at),
        **begun.on_the_desk(seen.drafts, desk.in_hand),
    }


def form_for(call: Call | None, drafts: Sequence[Draft] = ()) -> RequestForm | None:
    """A form for a call that has come to nothing yet: as it was left, or empty, with the name we know the number by."""
    if call is None or call.written_down:
        return None
    draft = unfinished.about(drafts, call)
    if draft is not None:
        return begun.form_of(draft)
    form = RequestForm.about(call)
    if call.person and call.person.first_name:
        form.name = form.ringer = call.person.name or ""
    return form


def form_context(visit: Visit, form: RequestForm | None) -> dict[str, Any]:
    """What the form's template needs."""
    if form is None:
        return {"form": None, "form_call": 0}
    call = visit.session.get(Call, form.call_id) if form.call_id else None
    return {
        "form": form,
        "form_call": form.call_id or 0,
        "form_about": call,
        "promise": streets.promise_for(visit, form),
        "choices": streets.rows(visit.session, form.choices, at=visit.at),
        "outcomes": OUTCOME_WORDS,
        "told_most": signposts.told_most(visit.session) if call else [],
        "kind_words": KIND_WORDS,
        **CHOICES,
    }


@router.post("/line/pause")
def pause(visit: Writes) -> Response:
    """Stops ringing my phone."""
    people.pause(visit.session, visit.who, who=visit.who.id, at=visit.at)
    return go("/")


@router.post("/line/resume")
def resume(visit: Writes) -> Response:
    """Rings my phone again."""
    people.resume(visit.session, visit.who, who=visit.who.id, at=visit.at)
    return go("/")


@router.post("/line/start")
def start(visit: Writes) -> Response:
    """Starts a shift now."""
    rota.start_now(visit.session, visit.who, at=visit.at)
    return go("/")


@router.get("/line/end")
def ending(visit: Reads) -> Response:
    """What I hold, who has it next, and a note for them if I like."""
    if rota.shift_of(visit.session, visit.who, visit.at) is None:
        return go("/")
    held = handovers.held_by(visit.session, visit.who)
    next_ = handovers.after(visit.session, visit.who, at=visit.at)
    return visit.show("desk/end_shift.html", page="desk", held=held, next=next_)


@router.post("/line/end")
def end(visit: Writes) -> Response:
    """Ends my shift, and hands over what I hold."""
    words = text(visit.form, "words", handovers.LONGEST_NOTE)
    handovers.end_shift(visit.session, visit.who, words=words, at=visit.at)
    return go("/")


@router.post("/line/notes/{note_id}/read")
def note_read(visit: Writes, note_id: Id) -> Response:
    """I have read what the shift before had to say."""
    handover = visit.session.get(Handover, note_id)
    if handover is None:
        raise NotFoundError("That note is not here any more. Go back to the desk.")
    handovers.read(visit.session, handover, who=visit.who, at=visit.at)
    return go("/")


def call_of(visit: Visit, call_id: int) -> Call:
    """A call by its id. Raises `NotFoundError`."""
    call = visit.session.get(Call, call_id)
    if call is None:
        raise NotFoundError("That call is not here any more. Go back to the desk.")
    return call


@router.post("/line/ready")
def ready(visit: Writes) -> Response:
    """I have finished writing, and may be rung again."""
    wrap_up.ready(visit.session, visit.who, at=visit.at)
    return go("/")


def _which(visit: Visit) -> HelpRequest | None:
    """Which request a call was about: one that was pressed, or by its reference. Raises `HelplineError` when there is none such."""
    pressed, written = number(visit.form, "about"), text(visit.form, "reference", 12)
    found = visit.session.get(HelpRequest, pressed) if pressed else unsaid.by_reference(visit.session, written)
    if found is None and (pressed or written):
        raise HelplineError(f"No request is known as “{written}”. Look at its page, or leave it out.")
    return found


@router.post("/calls/{call_id}/outcome")
def outcome(visit: Writes, call_id: Id) -> Response:
    """The call came to something else than a request."""
    said = text(visit.form, "outcome", 24)
    if said not in set(Outcome) or said == Outcome.REQUEST:
        raise HelplineError("Press what the call was about.")
    call = call_of(visit, call_id)
    # What was said for somebody to write down, anybody may.
    if call.handler_id not in {None, visit.who.id} and not spoken_notes.to_write_down(visit.session, call.id):
        raise HelplineError("Somebody else answered that call, so it is for them to say.")
    about = _which(visit) if said == Outcome.EXISTING_REQUEST else None
    calls.come_to(visit.session, call, Outcome(said), who=visit.who, at=visit.at)
    if about is not None:
        unsaid.asked_after(visit.session, about, call, who=visit.who, at=visit.at)
    unfinished.came_to_nothing(visit.session, call, visit.who)
    if said == Outcome.NUISANCE and blocks.why_not(visit.session, call.phone) is None:
        return go(f"/calls/{call.id}/block?news=outcome")
    return go("/?news=outcome")
