"""Texts that come in: a clear answer of one of ours is acted on, everything else goes to the desk with a kind answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import (
    asked,
    calls,
    config,
    desk_items,
    history,
    messages,
    offers,
    people,
    phone,
    replies,
    rota,
    texts,
    wording,
    wrap_up,
)
from helpline.desk_items import ItemKind
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.offers import O
from helpline.people import HatName, Person
from helpline.replies import Meaning, Reply
from helpline.texts import Text


def receive(session: Session, sid: str, *, phone: str, body: str, at: datetime) -> None:
    """A text has come. It is kept once, acted on once, and answered by an owed message; one we may not answer, a person reads."""
    who = people.find(session, phone)
    text = texts.receive(session, sid, phone=phone, body=body, who=who, at=at)
    if text is None:
        return
    history.record(session, "text.received", at=at, person_id=who.id if who else None)
    reply = replies.understand(body)
    if reply.meaning in {Meaning.STOP, Meaning.START}:
        _stop_or_start(session, text, who, reply.meaning, at=at)
        return
    if who is not None and _is_of_the_line(session, who, reply, body, at=at):
        answer = _ready_or_pause(session, who, reply.meaning, at=at)
    else:
        answer = _answer(session, text, who, reply, at=at)
    if texts.may_answer(session, phone, clear=reply.meaning != Meaning.UNCLEAR, at=at):
        text.answered = True
        messages.owe(session, MessageKind.ANSWER, wording.plain(answer), phone=phone, to=who, text_id=text.id, at=at)
    else:
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)


def keep(session: Session, sid: str, *, phone: str, body: str, at: datetime) -> None:
    """A text on which we failed to act: it is kept for a person to read, unless it was received after all."""
    who = people.find(session, phone)
    text = texts.receive(session, sid, phone=phone, body=body, who=who, at=at)
    if text is not None:
        history.record(session, "text.received", at=at, person_id=who.id if who else None)
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)


def _stop_or_start(session: Session, text: Text, who: Person | None, meaning: Meaning, *, at: datetime) -> None:
    """The carrier answers these itself, so we do not. A coordinator who stops is passed over, and the desk is told.

    Whoever we do not know is remembered, so that the desk sends them nothing either.
    """
    if who is None:
        if meaning == Meaning.STOP and text.phone is not None:
            stranger = people.meet(session, text.phone, at=at)
            stranger.stopped_texts_at, text.person_id = at, stranger.id
        return
    who.stopped_texts_at = at if meaning == Meaning.STOP else None
    history.record(session, f"person.texts_{meaning}", at=at, who=who.id, person_id=who.id)
    if meaning == Meaning.STOP:
        for offer in offers.live_of_person(session, who):
            if offer.state == O.OPEN:
                offers.lapse(session, offer, at=at, why="offer.undelivered")
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)


def _is_of_the_line(session: Session, who: Person, reply: Reply, body: str, *, at: datetime) -> bool:
    """Whether a handler speaks of their own ringing. Of one who is asked for something too, only the bare word is clear."""
    if reply.meaning not in {Meaning.READY, Meaning.PAUSE} or not who.wears(HatName.HANDLER, HatName.ORGANISER):
        return False
    waits = asked.waiting(asked.questions(session, who, at=at))
    return not waits or len(body.split()) == 1


def _ready_or_pause(session: Session, who: Person, meaning: Meaning, *, at: datetime) -> str:
    """A handler by text, as on the desk. Out of a shift nothing is paused: it would last into the next one, unseen."""
    if meaning == Meaning.READY:
        wrap_up.ready(session, who, at=at)
    if rota.shift_of(session, who, at) is None:
        return wording.NO_SHIFT
    if meaning == Meaning.PAUSE:
        people.pause(session, who, who=who.id, at=at)
        return wording.PAUSED
    people.resume(session, who, who=who.id, at=at)
    return wording.READY_AFTER_THIS if calls.current_of(session, who) else wording.READY


def _answer(session: Session, text: Text, who: Person | None, reply: Reply, *, at: datetime) -> str:
    if who is None or not _is_asked(session, who, at=at):
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)
        settings = config.current()
        return wording.KIND_ANSWER.format(group=settings.group_name, number=phone.spoken(settings.helpline_number))
    if reply.meaning in {Meaning.UNCLEAR, Meaning.READY, Meaning.PAUSE}:
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)
        return wording.UNCLEAR
    return _act(session, text, who, reply, at=at)


def _is_asked(session: Session, who: Person, *, at: datetime) -> bool:
    """Whether an answer is to be expected of somebody, who hears how to answer when theirs was unclear."""
    return who.wears(HatName.COORDINATOR, HatName.DEPUTY) or bool(asked.questions(session, who, at=at))


def _act(session: Session, text: Text, who: Person, reply: Reply, *, at: datetime) -> str:
    known = asked.questions(session, who, at=at)
    meant = asked.meant(known, reply.meaning, reply.letter, at=at)
    if not meant:
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)
        return wording.NOTHING_OPEN
    if len(meant) > 1:
        return wording.which_text(reply.meaning.upper(), [(one.letter, one.about) for one in meant])
    (question,) = meant
    if not asked.is_for(question, reply.meaning):
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)
        return wording.UNCLEAR
    try:
        return question.answer(reply.meaning, at=at)
    except HelplineError as refused:
        return str(refused)
