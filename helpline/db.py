"""The database, and the one commit.

A request, a job and a clock tick all enter through `Database.transaction()`, and what callers wait for through its bare sister
`statement()`; nothing else commits, and no transaction is open while we talk to the outside.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Engine,
    Index,
    Insert,
    Integer,
    MetaData,
    String,
    create_engine,
    event,
    select,
    text,
    type_coerce,
)
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import TypeDecorator

from helpline.errors import HelplineError

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# Seconds to wait for a connection: somebody is on the line, and the carrier gives up on us after 15.
PATIENCE = 6
# Seconds to wait for other processes to have written, on SQLite.
BUSY = 5
# Seconds after which PostgreSQL ends a transaction in which nothing is asked: whoever had it is gone, and others want its rows.
GONE = 10
# How we notice that PostgreSQL's machine is gone (libpq): by what we sent and it never acknowledged, in milliseconds; and, while we
# wait for an answer and send nothing, by asking every few seconds whether it is there. By itself TCP asks after two hours.
NOTICES = {"tcp_user_timeout": 5000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


class CannotReachError(HelplineError):
    """The database cannot be made or reached; the message says why, without the password."""


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. Refuses a time that does not say where it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant()}  # noqa: RUF012  # SQLAlchemy reads it as it stands


NEVER_AGAIN = {"sqlite_autoincrement": True}
"""For a table whose rows can go, and whose ids stand in addresses or in rows that stay: an old page must not mean the next one.

PostgreSQL counts on by itself; SQLite gives the id of the newest row, once that is gone, to the next one.
"""


def kept(column: str) -> Index:
    """An index of the rows that are not forgotten yet, by the instant from which four weeks are counted (`retention`).

    A row for which they are not counted yet costs it no write.
    """
    where = text(f"{column} IS NOT NULL AND forgotten_at IS NULL")
    return Index(None, column, sqlite_where=where, postgresql_where=where)


def known(*columns: str) -> Index:
    """An index of the rows in which its first column says something: a row that says nothing costs it no write."""
    where = text(f"{columns[0]} IS NOT NULL")
    return Index(None, *columns, sqlite_where=where, postgresql_where=where)


def only_looked_at(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The number or the words in a column, so written that no row is sought by it.

    A database that knows nothing of how many rows there are (SQLite, which is never told) seeks by what is equal, even when that
    is a handler's every call of ten years and something else is true of three.
    """
    return column + 0 if isinstance(column.type, Integer) else type_coerce(column, String).concat("")


def _sqlite_connect(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: its savepoints would not roll back, and it would begin without the lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Moving what was committed from the journal into the database keeps whoever commits just then waiting: 16 MB at a time, not 4.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "wal_autocheckpoint=4000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgresql_connect(connection: Any, _record: object) -> None:
    if (letters := connection.info.parameter_status("server_encoding")) != "UTF8":
        raise CannotReachError(
            f"DATABASE_URL: the database keeps letters as {letters} and cannot write everybody's name. "
            "Make one with: createdb --encoding=UTF8 --template=template0"
        )
    # A machine that loses its power says no goodbye, and TCP may take hours to notice.
    connection.autocommit = True
    connection.execute(f"SET idle_in_transaction_session_timeout = '{GONE}s'")
    # What we ask is answered from a few rows: calling other processes, or a compiler, to help takes longer than the answer.
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET jit = off")
    connection.autocommit = False


def _cannot_reach(url: str, why: object) -> CannotReachError:
    reason = str(why).strip().partition("\n")[0].rstrip(".")
    password = make_url(url).password
    if password:
        reason = reason.replace(str(password), "…")
    return CannotReachError(f"DATABASE_URL: the database cannot be reached ({reason}).")


def _sqlite_engine(url: str, pool_size: int, begin: str, patience: float) -> Engine:
    file = make_url(url).database
    if file:
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise _cannot_reach(url, f"{Path(file).parent}: {problem.strerror}") from None
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": min(BUSY, patience)},
    )
    event.listen(engine, "connect", _sqlite_connect)

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", start)
    return engine


T = TypeVar("T", bound=Base)


class Database:
    """Connections to one database.

    On SQLite there is one writing connection a process, which begins IMMEDIATE so that a read is never overtaken before its
    write (a pool of ten made the slowest writes three times slower), and a few reading ones. PostgreSQL has one pool for both.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        """The one at this address. `patience`: seconds to wait for a connection, and on SQLite for what others write, too."""
        self.url = url
        if make_url(url).get_backend_name() == "sqlite":
            self.writer = _sqlite_engine(url, 1, "BEGIN IMMEDIATE", patience)
            self.reader = _sqlite_engine(url, 8, "BEGIN", patience)
        else:
            given = make_url(url)
            driver = (
                given.set(drivername="postgresql+psycopg") if given.drivername in {"postgres", "postgresql"} else given
            )
            self.writer = self.reader = create_engine(
                driver,
                pool_size=8,
                max_overflow=8,
                pool_timeout=patience,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"connect_timeout": 3, "client_encoding": "utf8", **NOTICES},
            )
            event.listen(self.writer, "connect", _postgresql_connect)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write; committed at the end, or rolled back if anything is raised."""
        with Session(self.writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """A transaction for what needs no more than a statement, and which somebody on the line waits for: without the ORM."""
        with self.writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read only; nothing is kept."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def alive(self) -> None:
        """Ask the database for one row. Raises what the driver raises when it is not there."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def reach(self) -> None:
        """Ask it once, at a start. Raises `CannotReachError` when it is not there."""
        try:
            self.alive()
        except DBAPIError as problem:
            raise _cannot_reach(self.url, problem.orig) from None

    def close(self) -> None:
        """Give every connection back."""
        self.writer.dispose()
        self.reader.dispose()


def lock(session: Session, thing: Any) -> None:
    """Hold a row until the end of the transaction and read it again, so that what is decided of it is decided once.

    SQLite holds the whole database from the beginning of a transaction, and passes over the lock. Rows that only refer to this
    one are not kept waiting (`key_share`): whoever writes them may hold what we want next.
    """
    table = type(thing)
    session.execute(select(table.id).where(table.id == thing.id).with_for_update(key_share=True))
    session.refresh(thing)


def is_deadlock(problem: DBAPIError) -> bool:
    """Whether PostgreSQL broke off a transaction that waited for another, which waited for it: once more, it finds its way."""
    return getattr(problem.orig, "sqlstate", None) == "40P01"


def insert_once(dialect: str, table: type[Base], *unique: str) -> Insert:
    """An INSERT of a row unless there is one with the same value in the `unique` column, or columns.

    The database decides, also between two who insert at the same moment: whoever comes second waits for the first.
    """
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert  # the other one would only take memory
    once: Insert = insert(Base.metadata.tables[table.__tablename__]).on_conflict_do_nothing(index_elements=unique)
    return once


def by_id(session: Session, table: type[T], ids: Iterable[int | None]) -> dict[int, T]:
    """Several rows of a table, by their ids, in one question."""
    column = table.__table__.c.id
    wanted = {given for given in ids if given is not None}
    if not wanted:
        return {}
    return {getattr(row, "id"): row for row in session.scalars(select(table).where(column.in_(wanted)))}  # noqa: B009
