"""Found words: by what a request or a person is found, though names and numbers are sealed. Never the words themselves.

Of each whole word of a name, and of a number, a keyed hash is kept. A word is folded first, so that "Zoë O'Brien" is found by
`zoe obrien`. Of a number there are three: the whole, its last six digits, which is what is said within a town, and its last three,
which is what a screen shows.

This is the one place that keeps it true. Whoever `follow`s is written down again whenever a name or a number of theirs is, in the
same flush. What was written by code that knew of no words, or is sealed with another key, is told by `found_by`: see `unfound`,
and `resealing`. A row that is blanked loses its words with its name.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Index, Select, String, delete, event, inspect, select, text
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from helpline import phone
from helpline.db import Base, insert_once
from helpline.sealed import key_of, keys_of, mark
from helpline.states import StateText, check

PURPOSE = "word"
LAST = (6, 3)
A_BATCH = 100
# Words that a name may have, and no more than anybody types.
MOST_WORDS = 12
_NUMBERS = re.compile(r"(?<![\w+])\+?\(?\d(?:[\d\s()./-]*\d)?(?!\w)", re.ASCII)
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
FOLLOWED: list[Any] = []
_APOSTROPHES = re.compile(
    "['\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}`\N{MODIFIER LETTER APOSTROPHE}]"
)


class FoundNoun(StrEnum):
    """What is found."""

    REQUEST = "request"
    PERSON = "person"


class FoundWord(Base):
    """One word by which one row is found: `key` is a keyed hash, and the word is nowhere."""

    __tablename__ = "found_words"
    __table_args__ = (
        check("noun", FoundNoun, name="noun"),
        # Newest first of whatever has a word is this index read backwards.
        Index("uq_found_words_key_noun_row_id", "key", "noun", "row_id", unique=True),
        Index(None, "noun", "row_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    noun: Mapped[FoundNoun] = mapped_column(StateText(FoundNoun))
    row_id: Mapped[int]


WORDS = Base.metadata.tables["found_words"]


def unfound() -> Index:
    """An index of the rows whose words nobody has kept yet: hardly ever any."""
    where = text("found_by IS NULL AND forgotten_at IS NULL")
    return Index(None, "found_by", sqlite_where=where, postgresql_where=where)


# What words there are: pure


def fold(words: str) -> str:
    """As it is compared: no capitals, no accents, no apostrophes."""
    plain = _APOSTROPHES.sub("", words.casefold().translate(_LETTERS))
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))


def of_name(name: str | None) -> set[str]:
    """The whole words of a name, folded. `Anne-Marie` is found by either half, and by both written as one."""
    found: set[str] = set()
    for part in re.split(r"[^\w-]+", fold(name or "")):
        halves = [half for half in re.split(r"[-_]+", part) if half]
        found.update(halves, ["".join(halves)] if halves else [])
    return found


def of_number(number: str | None) -> set[str]:
    """By what a number is found: all of it (E.164), its last six digits, its last three."""
    return {number, *(number[-many:] for many in LAST)} if number else set()


def typed(words: str) -> tuple[str, ...]:
    """What somebody typed, as the words that must all be there; none when there is nothing to find anybody by.

    A number may be written with spaces. Of one that is not whole its last six digits count, or three; fewer are no number.
    """
    found = [word for number in _NUMBERS.findall(words) if (word := _number(number))]
    found += [half for half in re.split(r"[^\w]+|_+", fold(_NUMBERS.sub(" ", words))) if half]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def _number(written: str) -> str | None:
    digits = re.sub(r"\D", "", written)
    return phone.understand(written) or next((digits[-many:] for many in LAST if len(digits) >= many), None)


# Keeping them


def follow(table: type[Base], noun: FoundNoun) -> None:
    """From now on the words of these rows are kept: they have a `name`, a `phone` and a `found_by`."""

    def before(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
        if row.found_by is None or _has_changed(row):
            row.found_by = mark()

    def after(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
        if _has_changed(row) or inspect(row).attrs.found_by.history.has_changes():
            keep(connection, noun, row.id, row.name, row.phone)

    def gone(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
        _drop(connection, noun, row.id)

    FOLLOWED.append(table)
    for name, told in (
        ("before_insert", before),
        ("before_update", before),
        ("after_insert", after),
        ("after_update", after),
        ("after_delete", gone),
    ):
        event.listen(table, name, told)


def _has_changed(row: Any) -> bool:
    attributes = inspect(row).attrs
    return bool(attributes.name.history.has_changes() or attributes.phone.history.has_changes())


def keep(connection: Connection, noun: FoundNoun, row_id: int, name: str | None, number: str | None) -> None:
    """These are the words of a row now, under the newest key, and no others."""
    _drop(connection, noun, row_id)
    words = sorted(of_name(name) | of_number(number))
    if words:
        once = insert_once(connection.dialect.name, FoundWord, "key", "noun", "row_id")
        rows = [{"key": key_of(word, PURPOSE), "noun": noun, "row_id": row_id} for word in words]
        connection.execute(once, rows)


def _drop(connection: Connection, noun: FoundNoun, row_id: int) -> None:
    connection.execute(delete(WORDS).where(WORDS.c.noun == noun, WORDS.c.row_id == row_id))


def drop(session: Session, noun: FoundNoun, row_id: int) -> None:
    """A row is gone without having been asked for: nothing finds it any more."""
    _drop(session.connection(), noun, row_id)


def missing(session: Session, at: datetime) -> Sequence[int]:
    """Whether there are rows whose words nobody has kept yet."""
    del at
    return [1] if any(session.scalar(_unfound(table).limit(1)) is not None for table in FOLLOWED) else []


def fill(session: Session, _: int, at: datetime) -> None:
    """Keep the words of some of them. Whatever is written meanwhile keeps its own."""
    del at
    for table in FOLLOWED:
        for row in session.scalars(
            _unfound(table, whole=True).limit(A_BATCH).with_for_update(of=table, skip_locked=True)
        ):
            row.found_by = mark()
        session.flush()


def _unfound(table: Any, *, whole: bool = False) -> Select[Any]:
    return select(table if whole else table.id).where(table.found_by.is_(None), table.forgotten_at.is_(None))


# Finding


def having(noun: FoundNoun, words: Iterable[str]) -> Select[int]:
    """A question for the ids of the rows that have all these words, under any key; newest first when it is read backwards."""
    first, *others = words
    question = select(FoundWord.row_id).where(FoundWord.noun == noun, FoundWord.key.in_(keys_of(first, PURPOSE)))
    for word in others:
        other = select(FoundWord.row_id).where(FoundWord.noun == noun, FoundWord.key.in_(keys_of(word, PURPOSE)))
        question = question.where(FoundWord.row_id.in_(other))
    return question
