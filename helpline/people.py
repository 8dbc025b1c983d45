"""People: anyone we know by a number, and the hats they wear.

There is no separate kind of person who helps and another who is helped; a hat says what somebody has taken on.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    func,
    inspect,
    or_,
    select,
    true,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import (
    Mapped,
    Session,
    attributes,
    contains_eager,
    joinedload,
    mapped_column,
    object_session,
    relationship,
)

from helpline import found_words, history
from helpline.db import NEVER_AGAIN, Base
from helpline.errors import HelplineError
from helpline.found_words import FoundNoun
from helpline.places import Patch
from helpline.sealed import Sealed, key_of, keys_of
from helpline.states import StateText, check

ONLY_ORGANISERS = "Only an organiser changes who is who. Ask one: their names are on the people page."


class HatName(StrEnum):
    """What a person has taken on."""

    HANDLER = "handler"
    ORGANISER = "organiser"
    COORDINATOR = "coordinator"
    DEPUTY = "deputy"
    NEIGHBOUR = "neighbour"


# Who answers the line, and who looks after a patch.
ANSWERS = (HatName.HANDLER, HatName.ORGANISER)
COORDINATES = (HatName.COORDINATOR, HatName.DEPUTY)


class Way(StrEnum):
    """How a person likes to be asked."""

    TEXT = "text"
    WHATSAPP = "whatsapp"
    VOICE = "voice"


class DetailsBy(StrEnum):
    """How a person gets to know who and where, once they have said yes."""

    LINK = "link"
    TEXT = "text"
    VOICE = "voice"


class Person(Base):
    """Anyone we know by a number. `misses` counts rings missed in a row; `last_answered_at` makes ringing fair.

    What they said of when, and how much, they are asked (`sparing`): `quiet_from` and `quiet_until` by the wall clock,
    `rests_until` the last day of a rest, and `most_open` requests at once.
    A handler is sent the contact card at `welcomed_at`.
    Since `no_thanks_at` they want no weekly thanks (`thanks`).
    They are asked `by` their way, and told who and where by `details_by`. `whatsapp_at` is their last message by WhatsApp, and
    `dead_at` when we learned that their number does not work; once they are heard from, it does.
    `found_by` marks the key by which their name and number are found (`found_words`).
    """

    __tablename__ = "people"
    __table_args__ = (
        check("by", Way, name="way"),
        check("details_by", DetailsBy, name="details_by"),
        found_words.unfound(),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(Sealed())
    phone: Mapped[str | None] = mapped_column(Sealed())
    phone_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    languages: Mapped[str] = mapped_column(String(60), default="en")
    by: Mapped[Way] = mapped_column(StateText(Way), default=Way.TEXT)
    details_by: Mapped[DetailsBy] = mapped_column(
        StateText(DetailsBy), default=DetailsBy.LINK, server_default=DetailsBy.LINK.value
    )
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(default=0)
    last_answered_at: Mapped[datetime | None]
    stopped_texts_at: Mapped[datetime | None]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    rests_until: Mapped[date | None]
    most_open: Mapped[int | None]
    welcomed_at: Mapped[datetime | None]
    whatsapp_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    no_thanks_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    found_by: Mapped[str | None] = mapped_column(String(8))

    hats: Mapped[list["Hat"]] = relationship(back_populates="person", order_by="Hat.id")

    @property
    def first_name(self) -> str | None:
        """What they are called on the line, or None when they gave no name."""
        return self.name.split()[0] if self.name else None

    @property
    def speaks(self) -> frozenset[str]:
        """The codes of the languages they speak."""
        return frozenset(self.languages.replace(",", " ").split())

    def wears(self, *names: HatName) -> bool:
        """Whether they wear any of these hats."""
        _look_up_hats(self)
        return any(hat.name in names for hat in self.hats)


found_words.follow(Person, FoundNoun.PERSON)


class Hat(Base):
    """A hat somebody wears; coordinators and deputies wear theirs for a patch, each in a `place` if an organiser gave them one.

    Willing neighbours wear it for a patch, or for anywhere.
    """

    __tablename__ = "hats"
    __table_args__ = (
        UniqueConstraint("person_id", "name", "patch_id"),
        check("name", HatName, name="hat"),
        Index(None, "patch_id", "name"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[HatName] = mapped_column(StateText(HatName))
    patch_id: Mapped[int | None] = mapped_column(ForeignKey("patches.id"))
    since_at: Mapped[datetime]
    place: Mapped[int | None]

    person: Mapped[Person] = relationship(back_populates="hats")
    patch: Mapped[Patch | None] = relationship(viewonly=True)


def _look_up_hats(person: Person) -> None:
    """Ask at once for the hats of everybody met in this transaction: whoever asks it of one mostly asks it of the next."""
    session = object_session(person)
    if session is None or "hats" in person.__dict__ or not inspect(person).persistent:
        return
    unknown = (one for one in session.identity_map.values() if isinstance(one, Person) and "hats" not in one.__dict__)
    met = {key[1][0]: one for one in unknown if (key := inspect(one).key)}
    theirs: dict[int, list[Hat]] = {person_id: [] for person_id in met}
    for hat in session.scalars(select(Hat).where(Hat.person_id.in_(met)).order_by(Hat.id)):
        theirs[hat.person_id].append(hat)
    for person_id, one in met.items():
        attributes.set_committed_value(one, "hats", theirs[person_id])


PEOPLE = Base.metadata.tables["people"]


def id_by_keys(names: Iterable[str]) -> Select[tuple[int]]:
    """A question for the id of the person whose number has one of the keys (`sealed.keys_of`) that are given by these names.

    Should two keys have made two, whom we have known longer. A list of keys under one name would be written out anew each time it
    is asked.
    """
    return select(func.min(PEOPLE.c.id)).where(or_(*(PEOPLE.c.phone_key == bindparam(name) for name in names)))


def find(session: Session, phone: str) -> Person | None:
    """The person with this number (E.164), if we know one; should two keys have made two, whom we have known longer."""
    return session.scalar(select(Person).where(Person.phone_key.in_(keys_of(phone))).order_by(Person.id).limit(1))


def meet(session: Session, phone: str, *, at: datetime, name: str | None = None) -> Person:
    """The person with this number, made if we never met; a name given now replaces none, never another."""
    person = find(session, phone)
    if person is None:
        try:
            with session.begin_nested():
                person = Person(phone=phone, phone_key=key_of(phone), name=name, created_at=at)
                session.add(person)
        except IntegrityError:  # two webhooks met them at once
            person = session.scalars(select(Person).where(Person.phone_key == key_of(phone))).one()
    if person.name is None and name:
        person.name = name
    return person


def wear(session: Session, person: Person, name: HatName, *, at: datetime, patch_id: int | None = None) -> None:
    """Put a hat on somebody; wearing it already is no matter."""
    if any(hat.name == name and hat.patch_id == patch_id for hat in person.hats):
        return
    person.hats.append(Hat(name=name, patch_id=patch_id, since_at=at))
    session.flush()


def ladder_of(session: Session, patch_id: int) -> list[Hat]:
    """Who looks after a patch, in the order they are asked: coordinators, then deputies; as placed, then longest in the hat."""
    return list(session.scalars(ladder(patch_id).options(joinedload(Hat.person))))


def ladder(patch_id: int | None = None) -> Select[Hat]:
    """A question for them, in that order; of no patch named, for those of every patch."""
    where = Hat.patch_id.is_not(None) if patch_id is None else Hat.patch_id == patch_id
    theirs = select(Hat).where(where, Hat.name.in_(COORDINATES))
    return theirs.order_by(Hat.name, Hat.place.is_(None), Hat.place, Hat.id)  # "coordinator" comes before "deputy"


def in_turn(hat: Hat) -> tuple[str, bool, int, int]:
    """In what order those who look after a patch are asked; pure."""
    return hat.name, hat.place is None, hat.place or 0, hat.id


def willing(session: Session, patch_id: int | None) -> list[Hat]:
    """The neighbours who may be asked for something in a patch, each once: those of the patch before those of anywhere."""
    hats = session.scalars(
        select(Hat)
        .where(Hat.name == HatName.NEIGHBOUR, or_(Hat.patch_id == patch_id, Hat.patch_id.is_(None)))
        .order_by(Hat.patch_id.is_(None), Hat.id)
        .options(joinedload(Hat.person))
    )
    first: dict[int, Hat] = {}
    for hat in hats:
        first.setdefault(hat.person_id, hat)
    return list(first.values())


def with_hat(session: Session, *names: HatName) -> list[Person]:
    """Everybody who wears a hat, or one of several."""
    wears = select(Hat.person_id).where(Hat.name.in_(names))
    return _with_all_their_hats(session, Person.id.in_(wears))


def _with_all_their_hats(session: Session, those: ColumnElement[bool]) -> list[Person]:
    """People who wear a hat at least, with every hat of theirs, in one question."""
    found = select(Person).join(Person.hats).where(those).options(contains_eager(Person.hats))
    return list(session.scalars(found.order_by(Person.id, Hat.id)).unique())


def with_hats(session: Session) -> list[Person]:
    """Everybody who wears a hat, by name; names are sealed, so no database can put them in order."""
    found = _with_all_their_hats(session, true())
    return sorted(found, key=lambda person: ((person.name or "").casefold(), person.id))


def check_organiser(who: Person, sentence: str = ONLY_ORGANISERS) -> None:
    """Raises `HelplineError`, with that sentence, unless they are an organiser."""
    if not who.wears(HatName.ORGANISER):
        raise HelplineError(sentence)


def pause(session: Session, person: Person, *, who: int | None, at: datetime) -> None:
    """Stop ringing somebody until they say so. `who` is None when we paused them ourselves."""
    if person.paused_at is None:
        person.paused_at = at
        history.record(session, "handler.paused", at=at, who=who, person_id=person.id)


def resume(session: Session, person: Person, *, who: int, at: datetime) -> None:
    """Ring somebody again, with their misses forgotten."""
    person.misses = 0
    if person.paused_at is not None:
        person.paused_at = None
        history.record(session, "handler.resumed", at=at, who=who, person_id=person.id)
