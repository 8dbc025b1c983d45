"""Texts that come in: a clear answer of one of ours is acted on, everything else goes to the desk with a kind answer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import (
    answer_words,
    asked,
    config,
    cover,
    delivery,
    desk_items,
    history,
    messages,
    offers,
    people,
    phone,
    replies,
    shift_texts,
    taking,
    texts,
    ways,
    wording,
)
from helpline.asked import Question
from helpline.commands import COMMANDS
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.errors import HelplineError
from helpline.messages import Message, MessageKind
from helpline.offers import O
from helpline.people import HatName, Person, Way
from helpline.replies import Meaning, Reply
from helpline.sealed import keys_of
from helpline.texts import Text

TOGETHER = timedelta(minutes=15)
"""Texts of one number that came so near to each other are one thing for a person to read."""
ANSWERS = frozenset({Meaning.YES, Meaning.NO, Meaning.DONE})
UNCLEAR = frozenset({Meaning.UNCLEAR, Meaning.LETTER, Meaning.HELP, Meaning.AUTOMATIC})


@dataclass(frozen=True)
class Answer:
    """What we say to a text at once, if anything, whether a person must read it too, and whether what it wants is clear."""

    words: str | None
    person_reads: bool = False
    clear: bool = False


def receive(
    session: Session,
    sid: str,
    *,
    phone: str,
    body: str,
    at: datetime,
    way: Way = Way.TEXT,
    resumes: bool = False,
) -> None:
    """A text has come, or a WhatsApp message, which means the same.

    It is kept once, acted on once, and answered by an owed message, the way it came; one we may not answer, a person reads.
    `resumes` when the carrier took it for START: YES is, after STOP.
    """
    who = people.find(session, phone)
    text = texts.receive(session, sid, phone=phone, body=body, who=who, way=way, at=at)
    if text is None:
        return
    _heard_from(session, who, way, at=at)
    if resumes and who is not None:
        who.stopped_texts_at = None
    history.record(session, "text.received", at=at, person_id=who.id if who else None)
    reply = replies.understand(body, signed=who.name if who else None)
    if reply.meaning in {Meaning.STOP, Meaning.START}:
        _stop_or_start(session, text, who, reply.meaning, at=at)
        return
    answer = _answer(session, text, who, reply, at=at)
    if answer.person_reads:
        _for_a_person(session, text, at=at)
    if answer.words is None:
        return
    words = wording.plain(answer.words)
    clear = answer.clear or reply.meaning not in UNCLEAR
    if not _costs_extra(text, who) and texts.may_answer(session, phone, words, clear=clear, at=at):
        text.answered = True
        _owe_answer(session, text, words, to=who, at=at)
    else:
        _for_a_person(session, text, at=at)


def _costs_extra(text: Text, who: Person | None) -> bool:
    """Whether a text to there may be paid to whoever wrote: no number that we would ring, and none of our own people's."""
    return text.way == Way.TEXT and not phone.may_be_rung(text.phone) and (who is None or not who.hats)


def _heard_from(session: Session, who: Person | None, way: Way, *, at: datetime) -> None:
    """Their number works; and a WhatsApp message begins a day in which we may answer there in words of our own."""
    if who is None:
        return
    if way == Way.WHATSAPP:
        who.whatsapp_at = max(who.whatsapp_at or at, at)
    delivery.works(session, who, at=at)


def _owe_answer(session: Session, text: Text, words: str, *, to: Person | None, at: datetime) -> None:
    way = ways.answered_by(text.way, text.at, at)
    messages.owe(
        session,
        MessageKind.ANSWER,
        wording.plain(words),
        phone=text.phone,
        to=to,
        text_id=text.id,
        way=way,
        at=at,
    )


def keep(session: Session, sid: str, *, phone: str, body: str, at: datetime, way: Way = Way.TEXT) -> None:
    """A text on which we failed to act: it is kept for a person to read, unless it was received after all."""
    who = people.find(session, phone)
    text = texts.receive(session, sid, phone=phone, body=body, who=who, way=way, at=at)
    if text is not None:
        history.record(session, "text.received", at=at, person_id=who.id if who else None)
        _for_a_person(session, text, at=at)


def catch_up(
    session: Session, sid: str, *, phone: str, body: str, sent_at: datetime, at: datetime, way: Way = Way.TEXT
) -> None:
    """A text that may have been acted on and answered, though no row says so: a person reads it. STOP and START hold either way."""
    who = people.find(session, phone)
    text = texts.receive(session, sid, phone=phone, body=body, who=who, way=way, at=sent_at)
    if text is None:
        return
    history.record(session, "text.received", at=at, person_id=who.id if who else None)
    meaning = replies.understand(body, signed=who.name if who else None).meaning
    if meaning in {Meaning.STOP, Meaning.START}:
        _heed(session, text, who, meaning, at=at)
    else:
        _for_a_person(session, text, at=at)


def _for_a_person(session: Session, text: Text, *, at: datetime) -> None:
    """On the desk, where what one number writes is read together: once for what comes within minutes, until somebody takes it."""
    if text.phone is not None:
        near = (
            select(DeskItem.id)
            .join(Text, Text.id == DeskItem.text_id)
            .where(DeskItem.kind == ItemKind.TEXT, DeskItem.state == ItemState.OPEN)
            .where(Text.phone_key.in_(keys_of(text.phone)), Text.at > text.at - TOGETHER)
        )
        if session.scalar(near.limit(1)) is not None:
            return
    desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)


def _stop_or_start(session: Session, text: Text, who: Person | None, meaning: Meaning, *, at: datetime) -> None:
    """The carrier answers a text itself; by WhatsApp it only hands it on, so we say so. A coordinator who stops is passed over."""
    if text.way == Way.WHATSAPP:
        _owe_answer(session, text, wording.STOPPED if meaning == Meaning.STOP else wording.STARTED, to=who, at=at)
    _heed(session, text, who, meaning, at=at)
    if who is not None and meaning == Meaning.STOP:
        for offer in offers.live_of_person(session, who):
            if offer.state == O.OPEN:
                taking.lapse(session, offer, at=at, why="offer.undelivered")
        cover.ask_no_more(session, who, at=at)


def _heed(session: Session, text: Text, who: Person | None, meaning: Meaning, *, at: datetime) -> None:
    """Said one way, it is meant of both, and the desk is told. A stranger is remembered, so that it sends them nothing either."""
    if who is None:
        if meaning == Meaning.STOP and text.phone is not None:
            stranger = people.meet(session, text.phone, at=at)
            stranger.stopped_texts_at, text.person_id = at, stranger.id
        return
    who.stopped_texts_at = at if meaning == Meaning.STOP else None
    history.record(session, f"person.texts_{meaning}", at=at, who=who.id, person_id=who.id)
    if meaning == Meaning.STOP:
        desk_items.put(session, ItemKind.TEXT, at=at, text_id=text.id)


def _answer(session: Session, text: Text, who: Person | None, reply: Reply, *, at: datetime) -> Answer:
    if reply.meaning == Meaning.AUTOMATIC:  # a machine that is answered answers again
        return Answer(None, person_reads=True)
    if who is None:
        return _kindly()
    of_shifts = shift_texts.answer(session, who, text.body or "", at=at)
    if of_shifts is not None:
        return Answer(of_shifts, clear=True)
    known = asked.questions(session, who, at=at)
    said = _command(session, text, who, reply, known, at=at)
    if said is not None:
        return said
    expected = known or who.wears(HatName.COORDINATOR, HatName.DEPUTY)
    return _of_ours(session, text, who, reply, known, at=at) if expected else _kindly()


def _of_ours(session: Session, text: Text, who: Person, reply: Reply, known: list[Question], *, at: datetime) -> Answer:
    """Whoever is asked things says something, perhaps to one of them."""
    if reply.meaning == Meaning.LETTER:
        reply = _which_was_meant(session, text, reply)
    if reply.meaning in ANSWERS:
        return _act(session, who, reply, known, at=at)
    if reply.meaning == Meaning.WHAT:
        return _what(known)
    if reply.meaning == Meaning.THANKS and not asked.waiting(known):
        return Answer(None)
    return _kindly() if reply.meaning == Meaning.HELP else _unclear(known)


def _kindly() -> Answer:
    settings = config.current()
    number = phone.spoken(settings.helpline_number)
    return Answer(wording.KIND_ANSWER.format(group=settings.group_name, number=number), person_reads=True)


def _unclear(known: list[Question]) -> Answer:
    asks = [one.letter for one in known if asked.YES_OR_NO & one.waits_for]
    theirs = [one.letter for one in known if Meaning.DONE in one.waits_for]
    return Answer(answer_words.unclear_text(asks, theirs), person_reads=True)


def _what(known: list[Question]) -> Answer:
    """What is open with them, and how to answer; with nothing open, whoever asks must be told by a person."""
    waits = asked.waiting(known)
    if not waits:
        return Answer(wording.NOTHING_OPEN, person_reads=True)
    return Answer(answer_words.open_text([(one.letter, one.about, Meaning.DONE not in one.waits_for) for one in waits]))


def _choices(questions: list[Question]) -> list[tuple[str, str]]:
    return [(one.letter, one.about) for one in questions]


def _command(
    session: Session, text: Text, who: Person, reply: Reply, known: list[Question], *, at: datetime
) -> Answer | None:
    """Somebody tells the line something of themselves; None when it is no such thing, or means nothing from them."""
    command = COMMANDS.get(reply.meaning)
    if command is None or not who.wears(*command.hats):
        return None
    if command.alone and len((text.body or "").split()) > 1 and asked.waiting(known):
        return None
    try:
        said = command.does(session, who, reply, at=at)
    except HelplineError as refused:
        said = str(refused)
    return Answer(said) if said else None


def _which_was_meant(session: Session, text: Text, reply: Reply) -> Reply:
    """A letter by itself goes with the word before it, to which we had to ask which one."""
    last = texts.before(session, text, within=TOGETHER)
    earlier = replies.understand(last.body or "") if last is not None else replies.UNCLEAR
    return (
        replace(earlier, letter=reply.letter, nod=False) if earlier.meaning in ANSWERS and not earlier.letter else reply
    )


def _act(session: Session, who: Person, reply: Reply, known: list[Question], *, at: datetime) -> Answer:
    meant = asked.meant(known, reply.meaning, reply.letter, at=at)
    if reply.nod and not reply.letter and not _just_asked(session, who, meant):
        return _only_read(known)
    if len(meant) != 1:
        return _which(reply.meaning, meant, known)
    (question,) = meant
    if not asked.is_for(question, reply.meaning):
        return _unclear(known)
    # Done though it is not theirs any more: somebody else may be on the way to do it again.
    twice = reply.meaning == Meaning.DONE and question.over and question.answered != Meaning.DONE
    try:
        return Answer(question.answer(reply.meaning, at=at), person_reads=twice)
    except HelplineError as refused:
        return Answer(str(refused), person_reads=twice)


def _which(meaning: Meaning, meant: list[Question], known: list[Question]) -> Answer:
    """Asks which of several; after a letter that none of theirs has, which of those that could be meant."""
    could_be = meant or [one for one in known if not one.over and asked.is_for(one, meaning)]
    if not could_be:
        return Answer(wording.NOTHING_OPEN, person_reads=True)
    return Answer(answer_words.which_text(meaning.upper(), _choices(could_be)))


def _just_asked(session: Session, who: Person, meant: list[Question]) -> bool:
    """Whether the last thing that we said to somebody was one of these questions."""
    last = session.scalar(select(func.max(Message.created_at)).where(Message.person_id == who.id))
    return any(last is None or one.asked_at >= last for one in meant if not one.over)


def _only_read(known: list[Question]) -> Answer:
    """An "ok" to something else that we said is nobody's yes, but while a question waits it may have been meant for one."""
    waits = [one for one in known if Meaning.YES in one.waits_for]
    return Answer(answer_words.which_text("YES", _choices(waits))) if waits else Answer(None)
