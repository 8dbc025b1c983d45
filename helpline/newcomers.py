"""Newcomers: somebody is added by an organiser, with their number, their hats and how they are asked; and what is put right later.

A number is one person's: a second is refused with a sentence, and whoever has it can be looked at. A number that changes takes with
it what the old one could still open: codes on their way, signed-in devices, the PIN, and links to who and where.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpline import calls, chosen, history, languages, links, offers, people, phone, rings, sign_in, taking, wearing
from helpline.db import lock
from helpline.errors import HelplineError, RefusedError
from helpline.messages import M, Message
from helpline.offers import O
from helpline.people import DetailsBy, HatName, Person, Way
from helpline.pins import Pin
from helpline.sealed import key_of
from helpline.sign_in import SignInCode

LONGEST_NAME = 80
LONGEST_LANGUAGES = 60
NO_NAME = "Write what they are called, as they gave it."
NO_LANGUAGE = "Write languages by their names, like English, Polish."
BUSY = "Their phone is ringing, or they are on a call. Wait until that is over, and save again."


class NumberTakenError(RefusedError):
    """The number is somebody's already: `person_id`'s."""

    def __init__(self, person_id: int) -> None:
        super().__init__("phone", "Somebody has that number already, and a number is one person's.")
        self.person_id = person_id


@dataclass(frozen=True)
class Newcomer:
    """What an organiser, or a line of a table, says of somebody. Hats come with their patch, or with none."""

    name: str
    phone: str
    hats: tuple[tuple[HatName, int | None], ...] = ()
    by: Way = Way.TEXT
    details_by: DetailsBy = DetailsBy.LINK
    languages: str = "en"


def read_name(written: str) -> str:
    """A name as they gave it. Raises `RefusedError`."""
    name = " ".join(written.split())
    if not name:
        raise RefusedError("name", NO_NAME)
    if len(name) > LONGEST_NAME:
        raise RefusedError("name", f"That is a long name: up to {LONGEST_NAME} letters, please.")
    return name


def read_number(written: str) -> str:
    """A number, understood generously. Raises `RefusedError`."""
    number = phone.understand(written)
    if number is None:
        raise RefusedError("phone", phone.NOT_A_NUMBER)
    return number


def read_languages(written: str) -> str:
    """Languages by their names or codes, the first first, as codes; English when none is written. Raises `RefusedError`."""
    words = [word for word in re.findall(r"[^\s,;/]+", written.lower()) if word != "and"]
    codes = [languages.BY_NAME.get(word, word) for word in words] or ["en"]
    if not all(re.fullmatch("[a-z]{2,3}", code) for code in codes):
        raise RefusedError("languages", NO_LANGUAGE)
    known = " ".join(dict.fromkeys(codes))
    if len(known) > LONGEST_LANGUAGES:
        raise RefusedError("languages", "Those are more languages than we can note.")
    return known


def add(session: Session, given: Newcomer, *, who: Person, at: datetime) -> Person:
    """Somebody we did not know. A new handler is sent the contact card; whoever looks after the same patch is told.

    Raises `RefusedError` for what cannot be read, `NumberTakenError` when the number is somebody's, `HelplineError` else.
    """
    people.check_organiser(who)
    name, number, spoken = read_name(given.name), read_number(given.phone), read_languages(given.languages)
    for hat, patch_id in given.hats:
        wearing.check_patch(session, hat, patch_id)
    unfit = chosen.problem_with(number, given.by, given.details_by)
    if unfit:
        raise RefusedError("by", unfit)
    known = people.find(session, number)
    if known is not None:
        raise NumberTakenError(known.id)
    with session.begin_nested():  # nobody half added, should a hat be refused
        person = people.meet(session, number, at=at, name=name)
        person.name, person.languages = name, spoken
        person.by, person.details_by = given.by, given.details_by
        session.flush()
        history.record(session, "person.added", at=at, who=who.id, person_id=person.id)
        for hat, patch_id in dict.fromkeys(given.hats):
            wearing.give(session, person, hat, patch_id=patch_id, who=who, at=at)
    return person


def correct(session: Session, person: Person, *, name: str, languages: str, who: Person, at: datetime) -> bool:
    """Their name or languages were written down wrongly, or have changed. False when nothing did. Raises `RefusedError`."""
    people.check_organiser(who)
    right = read_name(name), read_languages(languages)
    if right == (person.name, person.languages):
        return False
    lock(session, person)
    check_known(person)
    person.name, person.languages = right
    session.flush()
    history.record(session, "person.corrected", at=at, who=who.id, person_id=person.id)
    return True


def check_known(person: Person) -> None:
    """Raises `HelplineError` when somebody has been forgotten: nothing more is written of them."""
    if person.forgotten_at is not None:
        raise HelplineError("They have been forgotten, as we promise, so nothing more is written of them.")


def change_number(
    session: Session, person: Person, written: str, *, who: Person, at: datetime, keep_device: int | None = None
) -> bool:
    """Somebody has another number. False when it is the same.

    Codes on their way, the PIN and links to who and where are closed, and every device but `keep_device` is signed out, since
    whoever has the old telephone may be somebody else. What they hold stays theirs, and what we owe them goes to the new number.
    Raises `NumberTakenError` when it is somebody's, `RefusedError` when it is none, `HelplineError` while they are on the phone.
    """
    people.check_organiser(who)
    number = read_number(written)
    lock(session, person)
    check_known(person)
    if number == person.phone:
        return False
    rival = people.find(session, number)
    if rival is not None and rival.id != person.id:
        raise NumberTakenError(rival.id)
    if rings.live_of(session, person.id) or calls.current_of(session, person):
        raise HelplineError(BUSY)
    person.phone, person.phone_key = number, key_of(number)
    person.stopped_texts_at = person.whatsapp_at = person.dead_at = None  # said of the old one
    session.flush()
    _close_the_old(session, person, keep_device, who=who, at=at)
    history.record(session, "person.number_changed", at=at, who=who.id, person_id=person.id)
    return True


def _close_the_old(session: Session, person: Person, keep_device: int | None, *, who: Person, at: datetime) -> None:
    session.execute(delete(SignInCode).where(SignInCode.person_id == person.id))
    session.execute(delete(Pin).where(Pin.person_id == person.id))
    for device in sign_in.devices_of(session, person):
        if device.id != keep_device:
            sign_in.sign_out(session, device, who=who, at=at)
    for message in session.scalars(select(Message).where(Message.person_id == person.id, Message.state == M.OWED)):
        message.phone = person.phone
    for hat in person.hats:
        if hat.patch_id is not None:
            links.revoke_for_patch(session, hat.patch_id, person.id, at=at)
    for offer in offers.live_of_person(session, person):
        if offer.state == O.ACCEPTED:
            taking.fresh_link(session, offer, at=at)
