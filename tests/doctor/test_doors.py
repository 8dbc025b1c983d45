"""The line and the desk from outside: real doors on real ports, and what proxies do to them."""

import datetime as dt
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import func, select

import dashboard.app
import ivr.app
from helpline import config, revisions
from helpline.db import Database
from helpline.history import Event
from helpline.revisions import Tables
from tests.conftest import settings_for
from tests.doctor.conftest import Examine, all_well, words
from tests.serving import a_free_port, saying, serving
from workers.doctor import doors, web
from workers.doctor.finding import Level


@pytest.fixture
def port() -> int:
    return a_free_port()


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    file = tmp_path / "helpline.db"
    file.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


def a_line(database: Database, **settings: object) -> Any:
    return ivr.app.create(settings_for(**settings), database=database)


def test_a_signed_webhook_comes_through_and_changes_nothing(examine: Examine, database: Database, port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    with serving(a_line(database, public_url=url), port):
        assert all_well(examine(doors.line, public_url=url))
    with database.reading() as session:
        assert session.scalar(select(func.count(Event.id))) == 0


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        ({"public_url": "https://127.0.0.1:{port}"}, "begins with https://"),
        ({"public_url": "http://127.0.0.1"}, "has no port"),
        ({"twilio_auth_token": "another token"}, "another token"),
        ({"public_url": "http://line.example.org"}, "another token or PUBLIC_URL"),
    ],
)
def test_a_line_that_was_started_with_other_settings(
    examine: Examine, database: Database, port: int, theirs: dict[str, str], says: str
) -> None:
    theirs = {name: value.format(port=port) for name, value in theirs.items()}
    with serving(a_line(database, **({"public_url": f"http://127.0.0.1:{port}"} | theirs)), port) as url:
        said = words(examine(doors.line, public_url=url), Level.WRONG)
    assert says in said
    assert "another token\n" not in said, "no secret is said"


class Proxy:
    """Changes each request on its way."""

    def __init__(self, app: Any, **changes: object) -> None:
        self.app, self.changes = app, changes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app({**scope, **self.changes}, receive, send)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"query_string": b""}, "leaves out what stands behind the ?"),
        ({"path": "/status/messages", "raw_path": b"/status/messages"}, "a proxy changes the path"),
    ],
)
def test_a_proxy_that_changes_the_address(
    examine: Examine, database: Database, port: int, changes: dict[str, Any], says: str
) -> None:
    url = f"http://127.0.0.1:{port}"
    with serving(Proxy(a_line(database, public_url=url), **changes), port):
        assert says in words(examine(doors.line, public_url=url), Level.WRONG)


ELSEWHERE = ("Location", "https://line.example.org/ivr/status/messages?from=doctor")
ANSWERS = [
    (saying(301, ELSEWHERE), "begins with http://, and its proxy sends everybody on to https://"),
    (saying(308, ("Location", "/login?token=hush")), "/login (308), and what is posted is lost"),
    (saying(502), "the line behind it does not"),
    (saying(405), "something else answers there"),
    (saying(200, body=b"It works!"), "answers 200, which the line never does"),
    (saying(403), "a firewall in front of it says 403"),
    (saying(204), "never signed"),
]


@pytest.mark.parametrize(("app", "says"), ANSWERS)
def test_what_else_may_answer_instead_of_the_line(examine: Examine, app: Any, says: str) -> None:
    with serving(app) as url:
        said = words(examine(doors.line, public_url=url), Level.WRONG)
    assert says in said
    assert "hush" not in said


def test_nothing_listens_and_nothing_answers(examine: Examine, port: int, silent_port: int) -> None:
    for check, setting in ((doors.line, "public_url"), (doors.desk, "dashboard_url")):
        away = examine(check, **{setting: f"http://127.0.0.1:{port}"})
        assert "nothing listens there" in words(away, Level.WRONG)
        silent = examine(check, **{setting: f"http://127.0.0.1:{silent_port}"})
        assert "nothing answers within 3 seconds" in words(silent, Level.WRONG)
        assert "try it from a phone without Wi-Fi" in words(silent, Level.WRONG), (
            "a router may hide us from ourselves alone"
        )


def test_a_desk_that_serves_one_that_cannot_and_what_is_none(
    examine: Examine, database: Database, tmp_path: Path
) -> None:
    with serving(dashboard.app.create(config.use(settings_for()), database=database)) as url:
        assert all_well(examine(doors.desk, dashboard_url=url))
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    with serving(dashboard.app.create(config.use(settings_for()), database=empty)) as url:
        said = words(examine(doors.desk, dashboard_url=url), Level.WRONG)
        assert said == f"The desk cannot serve. {revisions.WRONG[Tables.MISSING]}"
    empty.close()
    with serving(saying(200, body=b"It works!")) as url:
        assert "it is not the desk" in words(examine(doors.desk, dashboard_url=url), Level.WRONG)
    with serving(saying(301, ("Location", "https://desk.example.org/health"))) as url:
        assert "set DASHBOARD_URL to begin with https" in words(examine(doors.desk, dashboard_url=url), Level.WRONG)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A key, and a certificate that only it has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files = tmp_path / "key.pem", tmp_path / "certificate.pem"
    files[0].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    files[1].write_bytes(made.public_bytes(pem))
    return files


def test_a_certificate_that_nobody_trusts_and_a_door_without_one(
    examine: Examine, database: Database, port: int, certificate: tuple[Path, Path]
) -> None:
    key, made = certificate
    with serving(saying(204), key=key, certificate=made) as url:
        assert "signed by nobody" in words(examine(doors.line, public_url=url), Level.WRONG)
    with serving(a_line(database), port):
        said = words(examine(doors.line, public_url=f"https://127.0.0.1:{port}"), Level.WRONG)
    assert "does not speak https there" in said


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        ("certificate verify failed: certificate has expired (_ssl.c:1006)", "has run out"),
        ("certificate verify failed: Hostname mismatch, certificate is not valid for 'a.example'", "for another name"),
        ("hostname 'a.example' doesn't match 'b.example'", "for another name"),
        ("certificate verify failed: unable to get local issuer certificate", "full chain"),
        ("something new", "https fails there"),
    ],
)
def test_troubles_with_certificates_are_said_plainly(problem: str, says: str) -> None:
    assert says in web._certificate(problem)


def test_a_name_that_the_internet_does_not_know(examine: Examine) -> None:
    said = words(examine(doors.line, public_url="http://nobody.invalid"), Level.WRONG)
    assert "http://nobody.invalid: " in said
