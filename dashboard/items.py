"""What the desk owes, one item at a time; and the messages people left."""

from typing import Any

from fastapi import APIRouter, Response

from dashboard.auth import Id, Looks, Visit, Writes, go, text
from dashboard.desk import OUTCOME_WORDS
from dashboard.playing import played
from helpline import (
    answers,
    board,
    desk_items,
    follow_ups,
    line,
    messages,
    offers,
    phone,
    signposts,
    still_owed,
    through,
)
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError, NotFoundError
from helpline.follow_ups import Answer
from helpline.messages import Message
from helpline.requests import HelpRequest
from helpline.spoken_notes import SpokenNote
from helpline.voicemails import Voicemail

router = APIRouter()


def item_of(visit: Visit, item_id: int) -> DeskItem:
    """An item by its id. Raises `NotFoundError`."""
    item = visit.session.get(DeskItem, item_id)
    if item is None:
        raise NotFoundError("There is no such thing on the desk. Go back and look again.")
    return item


def _page(visit: Visit, item: DeskItem, *, status: int = 200, **context: Any) -> Response:
    owed = still_owed.owed_one(visit.session, item, at=visit.at)
    caller = board.caller(visit.session, owed.call) if owed.call else None
    me = board.you(visit.session, visit.who, at=visit.at)
    return visit.show(
        "items/page.html",
        status=status,
        page="desk",
        owed=owed,
        caller=caller,
        me=me,
        outcomes=OUTCOME_WORDS,
        told_most=signposts.told_most(visit.session) if owed.notes else [],
        conversation=answers.conversation(visit.session, owed.text) if owed.text else [],
        we_tried=answers.could_not_reach(owed.call, attempts=item.attempts) if owed.call else None,
        takes_texts=owed.phone is not None and phone.takes_texts(owed.phone),
        longest=answers.LONGEST,
        busy=me.on_the_phone,
        **{"news": None, "number_shown": False, "problem": None, "typed": "", "pressed": {}, **context},
    )


@router.get("/items/{item_id}")
def page(visit: Looks, item_id: Id, news: str = "") -> Response:
    """One item: what it is, who has it, and what can be done. Reading somebody's text is written down."""
    item = item_of(visit, item_id)
    if item.kind == ItemKind.REQUEST and item.request_id:
        return go(f"/requests/{item.request_id}")
    if item.kind == ItemKind.REFERRAL:
        return go(f"/referrals/{item.referral_id}")
    if item.text_id:
        written = still_owed.owed_one(visit.session, item, at=visit.at).text
        if written is not None and written.person_id:
            visit.saw("text", person_id=written.person_id)
    return _page(visit, item, news="ringing" if news == "ringing" else None)


@router.post("/items/{item_id}/take")
def take(visit: Writes, item_id: Id) -> Response:
    """I take it in hand. Whoever is second is told who was first."""
    item = item_of(visit, item_id)
    desk_items.claim(visit.session, item, who=visit.who, at=visit.at)
    return _after(item)


def _after(item: DeskItem) -> Response:
    """A request is gone on with on its own page, and so is what was passed on; everything else on the desk."""
    if item.kind == ItemKind.REFERRAL:
        return go(f"/referrals/{item.referral_id}")
    return go(f"/requests/{item.request_id}" if item.kind == ItemKind.REQUEST else "/")


@router.post("/items/{item_id}/put-down")
def put_down(visit: Writes, item_id: Id) -> Response:
    """Anybody may take it again."""
    item = item_of(visit, item_id)
    if item.holder_id == visit.who.id:
        desk_items.release(visit.session, item, at=visit.at, who=visit.who.id)
    return _after(item)


@router.post("/items/{item_id}/ring")
def ring(visit: Writes, item_id: Id) -> Response:
    """Rings my phone, and then the resident."""
    line.ring_back(visit.session, item_of(visit, item_id), who=visit.who, at=visit.at)
    return go("/")


@router.post("/items/{item_id}/done")
def done(visit: Writes, item_id: Id) -> Response:
    """It is dealt with."""
    item = item_of(visit, item_id)
    desk_items.done(visit.session, item, who=visit.who, at=visit.at)
    return go(f"/?news=done&item={item.id}")


@router.post("/items/{item_id}/undo")
def undo(visit: Writes, item_id: Id) -> Response:
    """It is not dealt with: pressed by mistake a moment ago."""
    item = item_of(visit, item_id)
    desk_items.undo(visit.session, item, who=visit.who, at=visit.at)
    return go(f"/items/{item.id}")


@router.post("/items/{item_id}/again")
def again(visit: Writes, item_id: Id) -> Response:
    """Sends words again of which we could not know whether they went."""
    item = item_of(visit, item_id)
    message = visit.session.get(Message, item.message_id) if item.message_id else None
    if message is None:
        raise NotFoundError("There are no words to send again.")
    desk_items.claim(visit.session, item, who=visit.who, at=visit.at)
    offers.check_may_be_said(visit.session, message)
    messages.say_again(visit.session, message, who=visit.who, at=visit.at)
    desk_items.close(visit.session, item, at=visit.at, who=visit.who.id)
    return go("/?news=done")


@router.post("/items/{item_id}/answer")
def answer(visit: Writes, item_id: Id) -> Response:
    """Answers a text. What cannot be sent stays as it was typed."""
    item = item_of(visit, item_id)
    words = text(visit.form, "words", 2000)
    try:
        answers.answer(visit.session, item, words, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, item, status=422, problem=str(refused), typed=words)
    return go("/?news=answered")


@router.post("/items/{item_id}/tried")
def tried(visit: Writes, item_id: Id) -> Response:
    """Tells somebody by text that we could not reach them."""
    answers.say_we_tried(visit.session, item_of(visit, item_id), who=visit.who, at=visit.at)
    return go("/?news=answered")


@router.post("/items/{item_id}/ring-later")
def ring_later(visit: Writes, item_id: Id) -> Response:
    """What was listened to wants ringing back."""
    answers.ring_back_later(visit.session, item_of(visit, item_id), who=visit.who, at=visit.at)
    return go("/?news=ring_later")


@router.post("/items/{item_id}/ring-them")
def ring_them(visit: Writes, item_id: Id) -> Response:
    """Rings my phone, and then whoever asked for what it is about."""
    item = item_of(visit, item_id)
    request = visit.session.get(HelpRequest, item.request_id) if item.request_id else None
    if request is None:
        raise NotFoundError("There is nobody to ring about that.")
    desk_items.claim(visit.session, item, who=visit.who, at=visit.at)
    through.ring(visit.session, request, who=visit.who, at=visit.at)
    item.attempts += 1
    return go(f"/items/{item.id}?news=ringing")


@router.post("/items/{item_id}/followed-up")
def followed_up(visit: Writes, item_id: Id) -> Response:
    """What a resident said of what was done."""
    item = item_of(visit, item_id)
    said = {name: _answer(visit, name) for name in ("got_it", "again")}
    try:
        follow_ups.answer(visit.session, item, **said, who=visit.who, at=visit.at)
    except follow_ups.NotPressedError as refused:
        return _page(visit, item, status=422, problem=str(refused), pressed=said)
    return go("/?news=done")


def _answer(visit: Visit, name: str) -> Answer | None:
    pressed = text(visit.form, name, 20)
    return Answer(pressed) if pressed in set(Answer) else None


@router.post("/items/{item_id}/number")
def number(visit: Writes, item_id: Id) -> Response:
    """Shows the whole number, and writes down who looked."""
    item = item_of(visit, item_id)
    owed = still_owed.owed_one(visit.session, item, at=visit.at)
    who = owed.text.person_id if owed.text else owed.call.person_id if owed.call else None
    visit.saw("number", call_id=owed.call.id if owed.call else None, person_id=who)
    return _page(visit, item, number_shown=True)


@router.get("/voicemails/{voicemail_id}/sound")
def sound(visit: Looks, voicemail_id: Id) -> Response:
    """What somebody said. Listening is written down."""
    return _play(visit, visit.session.get(Voicemail, voicemail_id), "message", "voicemail")


@router.get("/spoken-notes/{note_id}/sound")
def note_sound(visit: Looks, note_id: Id) -> Response:
    """What a handler said of a call. Listening is written down."""
    return _play(visit, visit.session.get(SpokenNote, note_id), "note", "spoken_note")


def _play(visit: Visit, recorded: Voicemail | SpokenNote | None, called: str, read: str) -> Response:
    """A recording, as long as we hold it; that somebody listened is a reading of its call."""
    if recorded is None or recorded.sound is None:
        raise NotFoundError(
            f"That {called} has been forgotten, as we promise to."
            if recorded is not None and recorded.fetched_at is not None
            else f"That {called} has not been fetched yet. Try again in a minute."
        )
    recorded.heard_at = recorded.heard_at or visit.at
    visit.saw(read, call_id=recorded.call_id)
    return played(visit.request, recorded.sound)
