"""Sealing everything again with the newest key, while everything goes on; and what still needs an older one.

A row is looked at without a lock and changed only if it is still what was looked at, so it may be broken off and repeated at will.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import InvalidToken
from sqlalchemy import LargeBinary, String, Table, TableClause, column, select, table, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline import buddies, feeds, found_words, links, sealed, sign_in, wording
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.found_words import FoundNoun
from helpline.people import Person
from helpline.sealed import Sealed, SealedBytes
from helpline.tables import metadata
from helpline.wording import counted, listed

BATCH = 20  # a sound is several megabytes, and a batch is held in memory
SEALED = (Sealed, SealedBytes)
FOUND = {"people": FoundNoun.PERSON, "requests": FoundNoun.REQUEST}


@dataclass
class Round:
    """What one walk through every table came to, in rows: sealed again or found by another hash, and opened by no key."""

    changed: int = 0
    unopened: int = 0


def reseal(database: Database, *, at: datetime, zone: ZoneInfo) -> str:
    """Seal everything again, look again, and say what still needs an older key.

    Raises `HelplineError` when something is sealed with a key that is missing, or is still being sealed with an older one.
    """
    first, second = walk(database), walk(database)
    if second.unopened:
        raise HelplineError(
            f"{counted(second.unopened, 'row', 'rows')} cannot be opened with any key of SECRET_KEY: nothing of them was "
            "changed. Put the key that sealed them back behind the others, parted by a comma, and run this again."
        )
    if second.changed:
        raise HelplineError(
            "Something still seals with an older key: restart everything, so that it reads SECRET_KEY again, and run this again."
        )
    with database.reading() as session:
        (open_links, last), devices = links.under_older_keys(session, at=at), sign_in.under_older_keys(session)
        calendars, pages = feeds.under_older_keys(session), buddies.under_older_keys(session)
    done = f"{counted(first.changed, 'row', 'rows')} sealed again; nothing is sealed with an older key any more."
    if not (open_links or devices or calendars or pages):
        return f"{done} An older key may be taken out of SECRET_KEY now."
    needs = [counted(open_links, "link in a text", "links in texts")] if open_links else []
    needs += [counted(devices, "signed-in device", "signed-in devices")] if devices else []
    needs += [counted(calendars, "calendar", "calendars")] if calendars else []
    needs += [counted(pages, "buddy's page", "buddies' pages")] if pages else []
    advice = (
        f"Keep the older key until {wording.day(last, zone)}, when the last link ends, and run this again."
        if last
        else "Each moves on when its handler next saves something, or signs in again once the key is gone; a calendar, as it asks;"
        " a buddy's page, when they answer on it. Without it they answer by text."
    )
    return f"{done} Only {listed(needs)} still need an older key. {advice}"


def walk(database: Database) -> Round:
    """Go through everything once. A walk that changes nothing says that nothing is sealed with an older key."""
    came_to = Round()
    for sealed_table in sealed_tables():
        plain = _plain(sealed_table)
        for rows in _batches(database, plain):
            changes = [(row, _changes(row, came_to)) for row in rows]
            wanted = [(row, change) for row, change in changes if change]
            if wanted:
                with database.transaction() as session:
                    for row, change in wanted:
                        _write(session, plain, row, change)
                came_to.changed += len(wanted)
    return came_to


def sealed_tables() -> list[Table]:
    """Every table with something sealed in it. People come last, and in each the oldest row.

    A start tries to open the number of whoever we have known longest: until the walk is over, it notices a key that is missing.
    """
    found = [one for one in metadata.sorted_tables if any(isinstance(each.type, SEALED) for each in one.columns)]
    return sorted(found, key=lambda one: one.name == Person.__tablename__)


def _plain(sealed_table: Table) -> TableClause:
    """The table as it lies on the disk: nothing is opened on its way out, nor sealed on its way in."""
    secret = [column(one.name, LargeBinary()) for one in sealed_table.columns if isinstance(one.type, SEALED)]
    # Only beside the number itself can its hash be made again.
    keyed = [column("phone_key", String())] if {"phone", "phone_key"} <= set(sealed_table.columns.keys()) else []
    found = [column("found_by", String())] if sealed_table.name in FOUND else []
    return table(sealed_table.name, column("id"), *secret, *keyed, *found)


def _batches(database: Database, plain: TableClause) -> Iterator[list[dict[str, Any]]]:
    newest_first = select(plain).order_by(plain.c.id.desc()).limit(BATCH)
    page = newest_first
    while True:
        with database.reading() as session:
            rows = [dict(row) for row in session.execute(page).mappings()]
        if not rows:
            return
        yield rows
        page = newest_first.where(plain.c.id < rows[-1]["id"])


def _changes(row: Mapping[str, Any], came_to: Round) -> dict[str, Any]:
    try:
        again: dict[str, Any] = {name: sealed.again(value) for name, value in row.items() if isinstance(value, bytes)}
        if row.get("phone_key") is not None:
            again["phone_key"] = sealed.key_of(sealed.opened(row["phone"]))
        if row.get("found_by") is not None:
            again["found_by"] = sealed.mark()
    except InvalidToken:
        came_to.unopened += 1
        return {}
    return {name: value for name, value in again.items() if value != row[name]}


def _write(session: Session, plain: TableClause, row: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Change a row if it is still as it was; what somebody has just written is newer than what we made of it."""
    seen = {*changes, *({"name", "phone"} if {"phone_key", "found_by"} & set(changes) else ())} & set(row)
    still = [plain.c.id == row["id"], *(plain.c[name] == row[name] for name in seen)]
    change = update(plain).where(*still)
    try:
        with session.begin_nested():
            session.execute(change.values(changes))
    except IntegrityError:
        # Two processes, each with another key first, met somebody new at once. Whom we have known longer keeps the number.
        others = update(plain).where(plain.c.phone_key == changes["phone_key"])
        session.execute(others.where(plain.c.id > row["id"]).values(phone_key=None))
        taken = select(plain.c.id).where(plain.c.phone_key == changes["phone_key"])
        mine = {"phone_key": None} if session.scalar(taken) is not None else {}
        session.execute(change.values({**changes, **mine}))
    if "found_by" in changes:
        _find_again(session, plain, row)


def _find_again(session: Session, plain: TableClause, row: Mapping[str, Any]) -> None:
    """The words it is found by, under the newest key; unless somebody wrote it meanwhile, who has kept them."""
    now = session.execute(select(plain.c.name, plain.c.phone, plain.c.found_by).where(plain.c.id == row["id"])).one()
    if now.found_by == sealed.mark():
        name, number = (sealed.opened(value) if value is not None else None for value in (now.name, now.phone))
        found_words.keep(session.connection(), FOUND[plain.name], row["id"], name, number)
