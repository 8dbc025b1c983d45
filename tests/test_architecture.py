"""The laws, executed."""

import ast
import asyncio
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event

import dashboard.app
import ivr.app
from helpline import (
    asks,
    buddies,
    calls,
    config,
    desk_items,
    errands,
    incidents,
    messages,
    offers,
    referrals,
    requests,
    rings,
    rota,
)
from helpline.config import Settings
from helpline.db import Base, Database
from helpline.states import Life
from tests import builders
from tests.ivr.test_webhooks import ARRIVES, sign
from tests.routes import posts

ROOT = Path(__file__).parent.parent
OURS = ("helpline", "ivr", "dashboard", "workers")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()


def sources(*packages: str) -> list[Path]:
    return [file for package in packages for file in sorted((ROOT / package).rglob("*.py"))]


def test_there_is_one_commit() -> None:
    found = [file.name for file in sources(*OURS) for _ in re.findall(r"\.commit\(", file.read_text())]
    assert found == ["db.py"]


def test_verbs_never_read_the_clock() -> None:
    for file in sources("helpline"):
        if file.name != "clock.py":
            assert not re.search(r"datetime\.now\(|\.utcnow\(|time\.time\(|clock\.now\(", file.read_text()), file


def test_only_the_telephone_places_calls() -> None:
    users = [file.name for file in sources(*OURS) if "twilio.rest" in imported(file)]
    assert users == ["telephone.py"]


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def inside_helpline() -> dict[str, set[str]]:
    """Every file of `helpline`, and those of it that it imports."""
    found = {file.stem: imported(file) for file in sources("helpline")}
    return {name: {other for other in found if f"helpline.{other}" in names} for name, names in found.items()}


def test_no_file_of_helpline_imports_itself_however_far_round() -> None:
    TopologicalSorter(inside_helpline()).prepare()  # raises with the circle, if there is one


def test_imports_inside_helpline_run_downward_as_they_are_drawn() -> None:
    drawn = [
        line.split("  ", 1)[1].split()
        for line in ARCHITECTURE.split("run downward")[1].split("```")[1].split("\n")[1:-1]
    ]
    imports = inside_helpline()
    reaches: dict[str, set[str]] = {}
    for name in TopologicalSorter(imports).static_order():
        reaches[name] = imports[name].union(*(reaches[other] for other in imports[name]))
    above: set[str] = set()
    for line in drawn:
        for name in line:
            assert not reaches[name] & above, f"{name} leads up to {sorted(reaches[name] & above)}"
        above |= {*line}
    assert len(above) == sum(map(len, drawn)) > 60, "drawn twice, or hardly at all"


def test_the_commit_comes_before_the_answer(settings: Settings, database: Database) -> None:
    """On a raw ASGI run, so that nothing can hide the order."""
    app = ivr.app.create(settings, database=database, clock=lambda: builders.NOON)
    order: list[str] = []

    def committed(_connection: Any) -> None:
        order.append("commit")

    engine: Engine = database.writer
    event.listen(engine, "commit", committed)
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in ARRIVES).encode()
    signature = sign(settings, f"{settings.public_url}/ivr/voice", ARRIVES)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        order.append(message["type"])

    headers = [(b"x-twilio-signature", signature.encode()), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/ivr/voice",
        "raw_path": b"/ivr/voice",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "server": ("127.0.0.1", 8001),
        "client": ("127.0.0.1", 1),
    }
    asyncio.run(app(scope, receive, send))
    assert order[:2] == ["commit", "http.response.start"]


def test_every_post_of_the_dashboard_refuses_a_missing_token(settings: Settings, database: Database) -> None:
    import httpx  # noqa: PLC0415  # used here alone

    app = dashboard.app.create(settings, database=database, clock=lambda: builders.NOON)

    async def go(path: str) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return (await client.post(f"{settings.dashboard_url}{path}", data={"number": "07700 900123"})).status_code

    found = posts(app)
    assert len(found) >= 20
    for path in found:
        # Somebody who is not signed in is sent to the door; nothing of theirs is done either way.
        assert asyncio.run(go(path)) in {303, 403, 404, 410}, path


def test_the_tables_are_what_the_migrations_make(database_url: str, settings: Settings) -> None:
    database = Database(database_url)
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    with database.writer.begin() as connection:
        alembic.attributes["connection"] = connection
        command.check(alembic)
    database.close()


def test_every_setting_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    for name in Settings.model_fields:
        assert re.search(rf"^#? ?{name.upper()}=", example, re.MULTILINE), name
    for name in re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE):
        assert name.lower() in Settings.model_fields, f"{name} is no setting"


LIVES: dict[str, Life[Any]] = {
    "call": calls.LIFE,
    "ring": rings.LIFE,
    "request": requests.LIFE,
    "offer": offers.LIFE,
    "message": messages.LIFE,
    "errand": errands.LIFE,
    "buddy": buddies.LIFE,
    "item": desk_items.LIFE,
    "shift": rota.LIFE,
    "ask": asks.LIFE,
    "referral": referrals.LIFE,
    "incident": incidents.LIFE,
}


DRAWN = ARCHITECTURE.split("## Lives")[1].split("```")[1]


def test_every_life_that_is_drawn_is_compared() -> None:
    assert re.findall(r"^\w+", DRAWN, re.MULTILINE) == list(LIVES)


@pytest.mark.parametrize("noun", LIVES)
def test_the_lives_are_as_they_are_drawn(noun: str) -> None:
    block = re.search(rf"^{noun} .*?(?=^\S|\Z)", DRAWN, re.MULTILINE | re.DOTALL)
    assert block, f"{noun} is not drawn"
    drawn = {
        start: set(ends.split(" | "))
        for start, ends in re.findall(r"(\w+) -> ([\w |]+?)$", block.group(), re.MULTILINE)
    }
    assert drawn == {start.value: {end.value for end in ends} for start, ends in LIVES[noun].moves.items()}


def test_every_word_of_the_glossary_is_a_name_in_the_code() -> None:
    words = re.findall(r"^\| (\w+) \|", ARCHITECTURE.split("## Words")[1].split("## ")[0], re.MULTILINE)
    classes = {
        node.name
        for file in sources("helpline")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    assert len(words) > 15
    assert set(words) - {"word"} <= classes


def test_every_table_is_in_the_glossary() -> None:
    words = set(re.findall(r"^\| (\w+) \|", ARCHITECTURE.split("## Words")[1], re.MULTILINE))
    assert {table.class_.__name__ for table in Base.registry.mappers} <= words


def test_every_module_of_helpline_is_in_its_rooms() -> None:
    rooms = ARCHITECTURE.split("a file is a noun:")[1].split("Inside `helpline`")[0]
    assert set(re.findall(r"`(\w+)`", rooms)) == {file.stem for file in sources("helpline")} - {"__init__"}


def test_nothing_depends_on_a_folder_beside_the_project() -> None:
    beside = "../" + "shared"
    for file in [*sources(*OURS, "simulator", "tests", "migrations", "script"), *ROOT.glob("*.md")]:
        assert beside not in file.read_text(), file


def test_wrong_settings_are_refused_by_name_and_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "SECRET_KEY": "short",
        "TIMEZONE": "Atlantis",
        "CALLS_PER_SECOND": "-1",
        "WEB_PORT": "door",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(config.BadSettingsError) as refused:
        config.load()
    said = str(refused.value)
    for name in ("TIMEZONE", "CALLS_PER_SECOND", "WEB_PORT", "TWILIO_ACCOUNT_SID", "HELPLINE_NUMBER"):
        assert name in said
    assert "short" not in said
