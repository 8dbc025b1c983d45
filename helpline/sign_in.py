"""Coming in to the desk: a number, a texted code, and a device that stays signed in until it is revoked.

Codes and devices are rows, so guesses are counted where every process sees them and a device can be put out at once.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, String, false, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from helpline import config, durations, history, messages, people, wording
from helpline.db import NEVER_AGAIN, Base
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import HatName, Person
from helpline.sealed import key_of, keys_of, mark

GUESSES = 5
CODES_AN_HOUR = 5
SEEN_AGAIN = timedelta(hours=1)
WRONG = "That is not the code. Look at the newest text, or ask for another."


class SignInCode(Base):
    """One texted code, kept as a keyed hash. Five guesses, ten minutes, one use."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (Index(None, "phone_key", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_key: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    code_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)
    guesses: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class Device(Base):
    """A browser that is signed in. Its cookie holds a random token of which we keep only the keyed hash."""

    __tablename__ = "devices"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    token_key: Mapped[str] = mapped_column(String(64), unique=True)
    key_mark: Mapped[str | None] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    single_keys: Mapped[bool] = mapped_column(default=False, server_default=false())
    revoked_at: Mapped[datetime | None] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="joined")


def ask_for_code(session: Session, phone: str, *, at: datetime) -> None:
    """Text a code to a handler or organiser. A number we do not know gets none, and nobody can tell the difference.

    Raises `HelplineError` when this number has asked too often.
    """
    recent = session.scalar(
        select(func.count()).where(
            SignInCode.phone_key.in_(keys_of(phone)), SignInCode.created_at > at - timedelta(hours=1)
        )
    )
    if (recent or 0) >= CODES_AN_HOUR:
        raise HelplineError(
            "That number has asked for several codes already. Use the newest one, or try again in an hour."
        )
    person = people.find(session, phone)
    known = person is not None and person.wears(HatName.HANDLER, HatName.ORGANISER)
    code = f"{secrets.randbelow(1_000_000):06}"
    session.add(
        SignInCode(
            phone_key=key_of(phone),
            person_id=person.id if person and known else None,
            code_key=key_of(code, "code"),
            created_at=at,
        )
    )
    if known:
        lasts = durations.of(session).sign_in_code
        words = wording.sign_in_text(config.current().group_name, code, lasts)
        messages.owe(session, MessageKind.SIGN_IN_CODE, words, to=person, at=at, valid_for=lasts)


def sign_in(session: Session, phone: str, code: str, *, label: str, at: datetime) -> str | None:
    """A device's token if the code is right, else None; the wrong guess is counted, so the caller must let it be committed."""
    newest = session.scalar(
        select(SignInCode)
        .where(SignInCode.phone_key.in_(keys_of(phone)))
        .order_by(SignInCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    if (
        newest is None
        or newest.used_at
        or newest.guesses >= GUESSES
        or newest.created_at + durations.of(session).sign_in_code <= at
    ):
        return None
    newest.guesses += 1
    digits = "".join(letter for letter in code if letter.isdigit())
    if newest.person_id is None or newest.code_key not in keys_of(digits, "code"):
        return None
    newest.used_at = at
    token = secrets.token_urlsafe(32)
    session.add(
        Device(
            token_key=key_of(token, "device"),
            key_mark=mark(),
            person_id=newest.person_id,
            label=label[:60],
            created_at=at,
            seen_at=at,
        )
    )
    history.record(session, "person.signed_in", at=at, who=newest.person_id)
    return token


def device_of(session: Session, token: str) -> Device | None:
    """The signed-in device that holds this token; None when it was revoked, or its person is no longer a handler."""
    theirs = select(Device).where(Device.token_key.in_(keys_of(token, "device")), Device.revoked_at.is_(None))
    # In one question, since every screen asks it.
    device = session.scalars(theirs.options(joinedload(Device.person).joinedload(Person.hats))).unique().first()
    if device is None or not device.person.wears(HatName.HANDLER, HatName.ORGANISER):
        return None
    return device


def seen(session: Session, device: Device, *, at: datetime) -> None:
    """Somebody is there: written down once an hour, so that a device that nobody uses can be told from one that is in use."""
    if device.seen_at <= at - SEEN_AGAIN:
        session.execute(update(Device).where(Device.id == device.id, Device.seen_at < at).values(seen_at=at))


def under_newest_key(device: Device, token: str) -> None:
    """Keep a device's token under the newest key from now on: only whoever holds it can say it."""
    if device.key_mark != mark():
        device.token_key, device.key_mark = key_of(token, "device"), mark()


def under_older_keys(session: Session) -> int:
    """How many signed-in devices are still known only by an older key."""
    older = or_(Device.key_mark.is_(None), Device.key_mark != mark())
    return session.scalar(select(func.count()).where(older, Device.revoked_at.is_(None))) or 0


def devices_of(session: Session, person: Person) -> list[Device]:
    """Everywhere somebody is signed in, newest first."""
    return list(session.scalars(signed_in(person).order_by(Device.id.desc())))


def signed_in(person: Person) -> Select[Device]:
    """A question for them."""
    return select(Device).where(Device.person_id == person.id, Device.revoked_at.is_(None))


def sign_out(session: Session, device: Device, *, who: Person, at: datetime) -> None:
    """Sign a device out: one's own, or for an organiser anybody's who has lost it. Raises `HelplineError` for anybody else."""
    if device.person_id != who.id and not who.wears(HatName.ORGANISER):
        raise HelplineError("That is somebody else's device.")
    if device.revoked_at is None:
        device.revoked_at = at
        history.record(session, "person.signed_out", at=at, who=who.id, person_id=device.person_id)
