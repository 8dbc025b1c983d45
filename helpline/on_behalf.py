"""An organiser puts somebody down for a slot, takes them off it, or asks for cover: it was not they who did it, so we tell them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from helpline import away, config, cover, durations, messages, people, shifts, slot_wording
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import HatName, Person
from helpline.rota import S, Shift
from helpline.slots import Slot

LONGEST_REASON = 100


def put_down(session: Session, slot: Slot, person: Person, *, who: Person, at: datetime) -> Shift:
    """Put somebody down. Raises `HelplineError` as `shifts.take` does, or when it is not for `who` to say."""
    durations.check_organiser(who)
    shift = shifts.take(session, slot, who=person, by=who, at=at)
    if person.id != who.id:
        settings = config.current()
        words = slot_wording.put_down_text(settings.group_name, cover.on_day(shift), f"{settings.dashboard_url}/rota")
        messages.owe(session, MessageKind.NEWS, words, to=person, at=at)
    return shift


def take_off(session: Session, shift: Shift, *, why: str, who: Person, at: datetime) -> None:
    """Take somebody off a shift that has not begun. `why` is told to them, and kept no longer than their text."""
    durations.check_organiser(who)
    why = " ".join(why.split())[:LONGEST_REASON].rstrip(".")
    if not why and shift.person_id != who.id:
        raise HelplineError("Say why in a few words: they are told.")
    shifts.leave(session, shift, who=who, at=at)
    if shift.person_id != who.id:
        words = slot_wording.taken_off_text(config.current().group_name, cover.on_day(shift), why)
        messages.owe(session, MessageKind.NEWS, words, to=shift.person, at=at)


def want_cover(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """Others are asked to come instead; asked once, nobody hears of it again. Raises `HelplineError` as `cover.want` does."""
    already = shift.state == S.COVER_WANTED
    cover.want(session, shift, who=who, at=at)
    if shift.person_id != who.id and not already:
        _tell(session, shift, slot_wording.cover_wanted_text, at=at)


def keep(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """They can do it after all, and nobody else is asked. Raises `HelplineError` as `cover.keep` does."""
    wanted = shift.state == S.COVER_WANTED
    cover.keep(session, shift, who=who, at=at)
    if shift.person_id != who.id and wanted:
        _tell(session, shift, slot_wording.kept_text, at=at)


def _tell(session: Session, shift: Shift, text: Callable[[str, str], str], *, at: datetime) -> None:
    if shift.person.stopped_texts_at is not None or shift.ends_at <= at:
        return  # whoever did it is told to ring them; of what is over there is nothing to tell
    words = text(config.current().group_name, cover.on_day(shift))
    messages.owe(session, MessageKind.NEWS, words, to=shift.person, at=at, valid_for=shift.ends_at - at)


def could_take(session: Session, slot: Slot, there: Iterable[Shift], *, at: datetime) -> list[Person]:
    """Whoever could be put down for a slot: they answer the line, are not among those `there` at that time, and are not away."""
    answering = {one.id: one for one in people.with_hat(session, HatName.HANDLER, HatName.ORGANISER)}
    busy = {shift.person_id for shift in there if shift.ends_at > max(slot.starts_at, at)}
    gone = away.who_is_away(session, answering, slot.day)
    free = [one for one in answering.values() if one.id not in busy and one.id not in gone]
    return sorted(free, key=lambda one: (one.name or "", one.id))
