"""A copy is taken in the middle of a busy evening, everything is lost, and the road goes on from the copy."""

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from helpline import clock, config, line, messages, restoring, rings, taking
from helpline.calls import Call, CallState, Ending
from helpline.db import Database
from helpline.defaults import DEFAULTS
from helpline.desk_items import DeskItem, ItemKind
from helpline.messages import M, Message
from helpline.offers import Offer
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.rings import IS_LIVE, Ring
from tests import builders, postgres
from tests.builders import NOON
from tests.conftest import empty, settings_for
from tests.helpline.cast import a_call, a_request
from tests.scripts.test_mistakes import RIGHT
from workers import backup
from workers.command import app
from workers.keys import OTHER_KEY

ANOTHER = "another made-up key of quite enough letters"


def said(*words: object, **settings: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words], env=RIGHT | settings)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def settings_back() -> Iterator[None]:
    yield
    config.use(settings_for())


@pytest.fixture
def busy(database: Database) -> Database:
    """Rita waits and two phones ring for her; Mo's request has been put to Coral, whose text is still to go."""
    with database.transaction() as session:
        street = builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        hana = builders.a_handler(session, "Hana Novak", phone="+447700900101")
        a_request(session, hana, street, name="Mo")
        call = a_call(session)
        line.ring_round(session, call, at=NOON)
        rings.claim(session, rings.of_call(session, call.id)[0], at=NOON)
    return database


def lose_everything_but(file: Path, database: Database) -> None:
    """As the page has it: what is there goes, and the copy takes its place."""
    url = make_url(database.url)
    database.close()
    if url.get_backend_name() == "sqlite":
        kept = Path(str(url.database))
        for one in kept.parent.glob(f"{kept.name}*"):
            one.unlink()
        shutil.copy(file, kept)
        return
    empty(database.url)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    restore = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", f"--dbname={address}"]
    subprocess.run([*restore, file], check=True)


def test_a_copy_of_a_busy_evening_is_put_back_and_a_person_decides(
    busy: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if busy.url.startswith("postgresql"):  # the pg_dump that belongs to the server
        binaries = postgres.find_binaries(tmp_path)
        monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    there = {"DATABASE_URL": busy.url}
    copy = tmp_path / "monday.backup"
    with busy.transaction() as writing:  # somebody is in the middle of something
        writing.add(Person(name="Not yet", created_at=NOON))
        writing.flush()
        code, words = said("backup", copy, **there)
        writing.rollback()
    assert code == 0, words
    assert "keep SECRET_KEY somewhere else" in words
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))

    lose_everything_but(copy, busy)
    assert said("restored", **there, SECRET_KEY=ANOTHER) == (1, f"{OTHER_KEY}\n")
    code, words = said("restored", **there)
    assert code == 0, words
    assert words.startswith("The copy held 1 call that had not ended, 1 text that had not gone and 1 request that")
    config.use(settings_for())

    with busy.reading() as session:
        assert "Not yet" not in session.scalars(select(Person.name)).all()
        call, message = session.scalars(select(Call)).one(), session.scalars(select(Message)).one()
        assert (call.state, call.ending) == (CallState.ENDED, Ending.CALL_BACK_OWED)
        assert message.state == M.UNKNOWN
        assert session.scalars(select(Ring).where(IS_LIVE)).all() == []
        assert session.scalars(select(Person.misses)).all() == [0, 0], "nobody is paused for not answering then"
        owed = {item.kind for item in session.scalars(select(DeskItem))}
        assert owed == {ItemKind.CALL_BACK, ItemKind.UNKNOWN, ItemKind.REQUEST}
        assert session.scalars(select(Offer)).one().lapses_at > clock.now(), "Coral has her full time again"
    with busy.transaction() as session:  # and the road goes on: Hana has it sent again, and Coral says yes
        hana = session.scalars(select(Person).order_by(Person.id.desc())).first()
        assert hana is not None
        messages.say_again(session, session.scalars(select(Message)).one(), who=hana, at=clock.now())
        taking.accept(session, session.scalars(select(Offer)).one(), at=clock.now())
        assert session.scalars(select(HelpRequest.state)).one() == "taken"
        assert session.scalars(select(Message.state).order_by(Message.id)).all() == [M.OWED, M.OWED]


def test_said_twice_it_does_no_harm(busy: Database) -> None:
    there = {"DATABASE_URL": busy.url}
    assert said("restored", **there)[0] == 0
    with busy.reading() as session:
        items = session.scalar(select(func.count(DeskItem.id)))
    again = said("restored", **there)
    assert again[0] == 0
    with busy.reading() as session:
        assert session.scalar(select(func.count(DeskItem.id))) == items


@pytest.mark.parametrize("hours", [0, 20])
def test_however_often_it_is_said_whoever_was_asked_has_their_full_time_once(busy: Database, hours: int) -> None:
    then = NOON + timedelta(hours=hours)
    for _ in range(3):
        with busy.transaction() as session:
            restoring.restored(session, at=then)
    with busy.reading() as session:
        assert session.scalars(select(Offer)).one().lapses_at == then + DEFAULTS.offer_today


def test_a_copy_never_takes_the_place_of_another_file(busy: Database, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("dear diary")
    code, words = said("backup", kept, DATABASE_URL=busy.url)
    assert (code, words) == (1, "There is a kept already: give the new backup a name of its own.\n")
    assert kept.read_text() == "dear diary"


def a_stick_has_no_links(source: Path, file: Path) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(source), None, str(file))


def test_on_a_stick_too_a_copy_is_whole_and_takes_no_others_place(tmp_path: Path) -> None:
    there = tmp_path / "ward.db"
    assert said("migrate", DATABASE_URL=f"sqlite:///{there}")[0] == 0
    stick = tmp_path / "stick"
    stick.mkdir()
    backup.take(f"sqlite:///{there}", stick / "copy", link=a_stick_has_no_links)
    assert [one.name for one in stick.iterdir()] == ["copy"]
    with closing(sqlite3.connect(stick / "copy")) as copied:
        assert copied.execute("SELECT count(*) FROM people").fetchone() == (0,)

    def somebody_is_quicker(source: Path, file: Path) -> None:
        file.write_text("dear diary")
        a_stick_has_no_links(source, file)

    with pytest.raises(backup.BackupError, match="There is a diary already"):
        backup.take(f"sqlite:///{there}", stick / "diary", link=somebody_is_quicker)
    assert (stick / "diary").read_text() == "dear diary"


@pytest.mark.parametrize("left_there", [None, b""])
def test_a_copy_of_nothing_is_refused_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_there: bytes | None
) -> None:
    monkeypatch.chdir(tmp_path)
    if left_there is not None:
        (tmp_path / "ward.db").write_bytes(left_there)
    before = sorted(tmp_path.iterdir())
    code, words = said("backup", "copy", DATABASE_URL="sqlite:///ward.db")
    assert code == 1
    assert words.startswith("There is nothing to copy: sqlite:///ward.db holds no tables. Is DATABASE_URL right")
    assert sorted(tmp_path.iterdir()) == before


def test_a_copy_that_cannot_be_written_is_said(busy: Database, tmp_path: Path) -> None:
    code, words = said("backup", tmp_path / "nowhere" / "copy", DATABASE_URL=busy.url)
    assert code == 1
    assert words == f"{tmp_path}/nowhere/copy cannot be written: No such file or directory.\n"


def test_without_pg_dump_the_line_to_run_is_said_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(backup.BackupError) as refusal:
        backup.take("postgresql+psycopg://me:hush@127.0.0.1/ward", tmp_path / "copy")
    assert "pg_dump --format=custom --file=FILE 'postgresql://me@127.0.0.1/ward'" in str(refusal.value)
    assert "hush" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_pg_dump_that_fails_leaves_nothing_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\necho "server version mismatch, $PGPASSWORD is ${#PGPASSWORD} letters, $*" >&2\nexit 1\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(backup.BackupError, match=r"pg_dump could not copy the database:\nserver version mismatch"):
        backup.take("postgresql://me:hush@127.0.0.1/ward", tmp_path / "copy")
    assert [one.name for one in tmp_path.iterdir()] == ["bin"]
