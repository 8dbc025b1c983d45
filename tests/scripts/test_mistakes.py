"""The `helpline` command with settings that will not do: one sentence, exit 1 and no traceback."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from tests.conftest import KEY
from workers.command import NEWER, app
from workers.keys import OTHER_KEY

RIGHT = {
    "SECRET_KEY": KEY,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a made-up token",
    "HELPLINE_NUMBER": "+442079460303",
    "FALLBACK_NUMBER": "+442079460999",
}


def said(*words: str, **settings: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words, env=RIGHT | settings)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


@pytest.mark.parametrize("words", ["migrate", "demo-data", "import streets streets.csv"])
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:////proc/nope/x.db", "/proc/nope: No such file or directory"),
        ("sqlite:////proc/x.db", "unable to open database file"),
        ("sqlite:///not-a.db", "file is not a database"),
        ("postgresql://me:hush@127.0.0.1:1/ward", "Connection refused"),
        ("postgresql://me:hush@127.0.0.1:1/ward?hush=hush", "invalid connection option"),
        ("postgresql://me:hush@/ward?host=/nowhere", "No such file or directory"),
    ],
)
def test_a_database_that_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, url: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "not-a.db").write_bytes(b"dear diary " * 99)

    code, sentence = said(*words.split(), DATABASE_URL=url)

    assert code == 1
    assert sentence.startswith("DATABASE_URL: the database cannot be reached (")
    assert why in sentence
    assert sentence.endswith(").\n")
    assert sentence.count("\n") == 1
    assert "hush" not in sentence


def test_older_code_starts_on_newer_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    there = {"DATABASE_URL": "sqlite:///ward.db"}
    assert said("migrate", **there) == (0, "The database is up to date.\n")
    with closing(sqlite3.connect("ward.db")) as ward, ward:
        ward.execute("UPDATE alembic_version SET version_num = '9999'")

    assert said("migrate", **there) == (0, f"{NEWER}\n")
    assert said("demo-data", **there)[0] == 0
    other = "another made-up key of quite enough letters"
    assert said("migrate", SECRET_KEY=other, **there) == (1, f"{OTHER_KEY}\n")


@pytest.mark.parametrize("words", ["migrate", "fallback", "backup copy"])
def test_settings_that_are_not_plain_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"GROUP_NAME=Caf\xe9\n")

    assert said(*words.split()) == (1, ".env is not plain text: save it again as UTF-8.\n")
    assert [one.name for one in tmp_path.iterdir()] == [".env"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file that nobody can read, whoever we are")
def test_settings_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").symlink_to("/proc/self/mem")

    assert said("fallback") == (1, ".env cannot be read: Input/output error.\n")


@pytest.mark.parametrize("letters", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_keep_every_letter(postgres_url: str, letters: str) -> None:
    maker = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with maker.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {letters} TEMPLATE template0 ENCODING '{letters}'")
    maker.dispose()
    there = make_url(postgres_url).set(database=letters.lower()).render_as_string(hide_password=False)

    code, sentence = said("migrate", DATABASE_URL=there)

    assert code == 1
    assert sentence.startswith(f"DATABASE_URL: the database keeps letters as {letters} and")
    assert sentence.endswith("createdb --encoding=UTF8 --template=template0\n")


def test_another_secret_key_is_said_wherever_it_is_met(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    there = {"DATABASE_URL": "sqlite:///ward.db"}
    assert said("migrate", **there)[0] == 0
    assert said("demo-data", **there)[0] == 0
    (tmp_path / "streets.csv").write_text("street,patch\nAcacia Road,Acacia\n")
    new = "another made-up key of quite enough letters"

    for words in (["migrate"], ["demo-data"], ["import", "streets", "streets.csv"]):
        assert said(*words, SECRET_KEY=new, **there) == (1, f"{OTHER_KEY}\n")
        assert said(*words, SECRET_KEY=f"{new},{KEY}", **there)[0] == 0
