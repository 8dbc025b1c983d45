"""Languages that callers can choose: those we know how to offer, and those that a group has begun or switched on.

English is on from the start, and is never switched off: what is wrong with another language is said in English instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import history
from helpline.db import Base
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.script import ENGLISH


@dataclass(frozen=True)
class Known:
    """A language we can offer: what we and its speakers call it, the carrier's voice if we know of one, and which way it runs."""

    code: str
    name: str
    own_name: str
    voice: tuple[str, str] | None = None
    direction: str = "ltr"


KNOWN = {
    language.code: language
    for language in (
        Known("en", "English", "English", ("Polly.Amy", "en-GB")),
        Known("ar", "Arabic", "العربية", ("Polly.Zeina", "arb"), "rtl"),
        Known("bn", "Bengali", "বাংলা", ("Google.bn-IN-Standard-A", "bn-IN")),
        Known("bg", "Bulgarian", "Български"),
        Known("cs", "Czech", "Čeština"),
        Known("cy", "Welsh", "Cymraeg", ("Polly.Gwyneth", "cy-GB")),
        Known("de", "German", "Deutsch", ("Polly.Marlene", "de-DE")),
        Known("el", "Greek", "Ελληνικά"),
        Known("es", "Spanish", "Español", ("Polly.Lucia", "es-ES")),
        Known("fa", "Farsi", "فارسی", None, "rtl"),
        Known("fr", "French", "Français", ("Polly.Celine", "fr-FR")),
        Known("gu", "Gujarati", "ગુજરાતી", ("Google.gu-IN-Standard-A", "gu-IN")),
        Known("hi", "Hindi", "हिन्दी", ("Polly.Aditi", "hi-IN")),
        Known("hu", "Hungarian", "Magyar"),
        Known("it", "Italian", "Italiano", ("Polly.Carla", "it-IT")),
        Known("lt", "Lithuanian", "Lietuvių"),
        Known("pa", "Punjabi", "ਪੰਜਾਬੀ", ("Google.pa-IN-Standard-A", "pa-IN")),
        Known("pl", "Polish", "Polski", ("Polly.Ewa", "pl-PL")),
        Known("pt", "Portuguese", "Português", ("Polly.Ines", "pt-PT")),
        Known("ro", "Romanian", "Română", ("Polly.Carmen", "ro-RO")),
        Known("ru", "Russian", "Русский", ("Polly.Tatyana", "ru-RU")),
        Known("sk", "Slovak", "Slovenčina"),
        Known("so", "Somali", "Soomaali"),
        Known("sq", "Albanian", "Shqip"),
        Known("ta", "Tamil", "தமிழ்"),
        Known("ti", "Tigrinya", "ትግርኛ"),
        Known("tr", "Turkish", "Türkçe", ("Polly.Filiz", "tr-TR")),
        Known("uk", "Ukrainian", "Українська"),
        Known("ur", "Urdu", "اردو", None, "rtl"),
        Known("yo", "Yoruba", "Yorùbá"),
        Known("zh", "Chinese", "中文"),
    )
}
BY_NAME = {name.lower(): one.code for one in KNOWN.values() for name in (one.name, one.own_name)}
"""The code of each, by what we and its speakers call it."""
ENGLISH_KEY = 5
KEYS = range(6, 10)
"""Keys that choose a language, apart from English: 1 to 5 mean something else wherever else a caller hears them."""


class Language(Base):
    """A language a group has begun, and switched on when `on_at` is set.

    `key` chooses it and stays, since a recording may say it. Languages are offered in the order of `turn`, in which English has 0.
    """

    __tablename__ = "languages"
    __table_args__ = (CheckConstraint("key BETWEEN 6 AND 9", name="key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    key: Mapped[int] = mapped_column(unique=True)
    turn: Mapped[int]
    on_at: Mapped[datetime | None]


def begun(session: Session) -> list[Language]:
    """The languages a group has begun, English apart, in the order they are offered."""
    return list(session.scalars(select(Language).order_by(Language.turn, Language.id)))


def find(session: Session, code: str) -> Language | None:
    """A language a group has begun."""
    return session.scalar(select(Language).where(Language.code == code))


def offered(session: Session) -> dict[str, int]:
    """The languages that are on, in the order they are offered, and the key of each. English alone, at the start."""
    return offered_of(begun(session))


def offered_of(known: Iterable[Language]) -> dict[str, int]:
    """The same of those that were begun. Pure."""
    on = [(language.turn, language.code, language.key) for language in known if language.on_at]
    return {code: key for _, code, key in sorted([*on, (0, ENGLISH, ENGLISH_KEY)])}


def begin(session: Session, code: str, *, who: Person, at: datetime) -> Language:
    """Begin a language, which is not heard before it is switched on. Raises `HelplineError` when there is no key left for it."""
    language = find(session, code)
    if language is not None:
        return language
    if code not in KNOWN or code == ENGLISH:
        raise HelplineError("That language is not on our list.")
    taken = {one.key for one in begun(session)}
    free = [key for key in KEYS if key not in taken]
    if not free:
        raise HelplineError("There is no key left on the telephone for another language: five are the most.")
    last = session.scalar(select(func.max(Language.turn))) or 0
    language = Language(code=code, key=free[0], turn=max(0, last) + 1)
    session.add(language)
    session.flush()
    history.record(session, f"language.begun.{code}", at=at, who=who.id)
    return language


def is_on(session: Session, code: str) -> bool:
    """Whether callers can choose it."""
    return code in offered(session)


def switch_off(session: Session, language: Language, *, who: Person, at: datetime) -> None:
    """Callers are not offered it any more; a call that chose it goes on in it."""
    if language.on_at is not None:
        language.on_at = None
        history.record(session, f"language.off.{language.code}", at=at, who=who.id)


def offer_first(session: Session, language: Language, *, who: Person, at: datetime) -> None:
    """It is offered before all others, and spoken to whoever presses nothing."""
    first = session.scalar(select(func.min(Language.turn))) or 0
    language.turn = min(0, first) - 1
    history.record(session, f"language.first.{language.code}", at=at, who=who.id)


def offer_last(session: Session, language: Language, *, who: Person, at: datetime) -> None:
    """It is offered after all others."""
    last = session.scalar(select(func.max(Language.turn))) or 0
    language.turn = max(0, last) + 1
    history.record(session, f"language.last.{language.code}", at=at, who=who.id)
