"""Answers that a person writes: to a text that came in, and to somebody whom we could not reach. Each is an owed message."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import config, desk_items, history, messages, people, phone, ways, wording
from helpline.calls import Call
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError
from helpline.messages import Message, MessageKind, MessageState
from helpline.people import Person, Way
from helpline.requests import HelpRequest
from helpline.sealed import keys_of
from helpline.texts import Text

LONGEST = 459
"""Letters in three parts of a text: more is for a conversation."""
TRIED_ENOUGH = 3
LATELY = 30


@dataclass(frozen=True)
class Line:
    """One text of a conversation: what they wrote, or what we did and how it stands."""

    at: datetime
    words: str | None
    ours: bool
    state: MessageState | None = None


def conversation(session: Session, text: Text) -> list[Line]:
    """Every text from a number and our answers to it, oldest first; only this one when its number is forgotten."""
    hers = [text]
    if text.phone is not None:
        same = select(Text).where(Text.phone_key.in_(keys_of(text.phone)), Text.forgotten_at.is_(None))
        hers = list(session.scalars(same.order_by(Text.at.desc(), Text.id.desc()).limit(LATELY)))
    ours = session.scalars(select(Message).where(Message.text_id.in_([one.id for one in hers])))
    said = [Line(one.at, one.body, ours=False) for one in hers]
    said += [Line(one.created_at, one.body, ours=True, state=one.state) for one in ours]
    return sorted(said, key=lambda one: (one.at, one.ours))


def _check(session: Session, number: str | None) -> str:
    """The number, if it may be sent a text. Raises `HelplineError` with what to do instead."""
    if number is None:
        raise HelplineError("We do not have the number any more, so nothing can be sent to it.")
    person = people.find(session, number)
    if person is not None and person.stopped_texts_at is not None:
        raise HelplineError("They asked us to send no more texts. Ring them instead.")
    return number


def answer(session: Session, item: DeskItem, words: str, *, who: Person, at: datetime) -> Message:
    """Answer a text, which deals with it and those before it. Raises `HelplineError` when nothing can be sent."""
    text = session.get(Text, item.text_id) if item.text_id else None
    if text is None:
        raise HelplineError("There is no text to answer.")
    if not words.strip():
        raise HelplineError("Write the answer first.")
    if len(words) > LONGEST:
        raise HelplineError(f"That is too long for a text. Keep it under {LONGEST} letters, or ring them.")
    number = _check(session, text.phone)
    desk_items.claim(session, item, who=who, at=at)
    sent = messages.owe(
        session,
        MessageKind.ANSWER,
        wording.plain(words.strip()),
        at=at,
        phone=number,
        to=_whose(session, text, number, at=at),
        text_id=text.id,
        way=ways.answered_by(text.way, text.at, at),
    )
    history.record(session, "text.answered", at=at, who=who.id, item_id=item.id, message_id=sent.id)
    desk_items.close(session, item, at=at, who=who.id)
    for other in session.scalars(select(Text.id).where(Text.phone_key.in_(keys_of(number)), Text.id < text.id)):
        desk_items.close_all(session, at=at, who=who.id, text_id=other)  # what came before was answered with it
    return sent


def _whose(session: Session, text: Text, number: str, *, at: datetime) -> Person:
    """Whose number it is, also if it was nobody's when they wrote; and that they wrote by WhatsApp is so all the same."""
    person = people.meet(session, number, at=at)
    if text.way == Way.WHATSAPP:
        person.whatsapp_at = max(person.whatsapp_at or text.at, text.at)
    return person


def since(session: Session, text: Text) -> list[Text]:
    """A text and whatever came from its number since then: what is to be written down of it, oldest first."""
    if text.phone is None:
        return [text]
    later = Text.phone_key.in_(keys_of(text.phone)) & (Text.id >= text.id) & Text.forgotten_at.is_(None)
    return list(session.scalars(select(Text).where(later).order_by(Text.id)))


def written_down(session: Session, text_id: int | None, request: HelpRequest, *, who: Person, at: datetime) -> None:
    """What somebody wrote is a request now, or an offer of help: it, and what they wrote before, is dealt with."""
    text = session.get(Text, text_id) if text_id else None
    if text is None:
        return
    numbers = keys_of(text.phone) if text.phone else ()
    same = (Text.id == text.id) | (Text.phone_key.in_(numbers) & (Text.id < text.id))
    for one in session.scalars(select(Text.id).where(same)).all():
        desk_items.close_all(session, at=at, who=who.id, text_id=one)
    history.record(session, "text.written_down", at=at, who=who.id, request_id=request.id)


def could_not_reach(call: Call, *, attempts: int) -> str | None:
    """Words for somebody whom we have rung often enough; None when we have not, or the number is withheld."""
    if attempts < TRIED_ENOUGH or call.phone is None:
        return None
    settings = config.current()
    return wording.could_not_reach_text(settings.group_name, phone.spoken(settings.helpline_number))


def say_we_tried(session: Session, item: DeskItem, *, who: Person, at: datetime) -> Message:
    """Send those words, which deals with it: whoever still needs us rings again. Raises `HelplineError` when that cannot be."""
    call = session.get(Call, item.call_id) if item.call_id else None
    words = could_not_reach(call, attempts=item.attempts) if call is not None else None
    if call is None or words is None:
        raise HelplineError("They have not been rung three times yet.")
    number = _check(session, call.phone)
    if not phone.takes_texts(number):
        raise HelplineError("That is a landline, which may not take a text. Say the words to its answerphone instead.")
    desk_items.claim(session, item, who=who, at=at)
    sent = messages.owe(session, MessageKind.ANSWER, words, at=at, phone=number, to=people.meet(session, number, at=at))
    history.record(session, "call_back.given_up", at=at, who=who.id, call_id=call.id, item_id=item.id)
    desk_items.close(session, item, at=at, who=who.id)
    return sent


def ring_back_later(session: Session, item: DeskItem, *, who: Person, at: datetime) -> DeskItem:
    """A message was listened to and wants ringing back: that is on the desk instead. Raises `HelplineError` with no number."""
    call = session.get(Call, item.call_id) if item.call_id else None
    if call is None or call.phone is None:
        raise HelplineError("The number is withheld, so nobody can ring it. Listen for one in the message.")
    desk_items.claim(session, item, who=who, at=at)
    back = desk_items.put(session, ItemKind.CALL_BACK, at=at, since=item.created_at, call_id=call.id)
    desk_items.close(session, item, at=at, who=who.id)
    return back
