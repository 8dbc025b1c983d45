"""What is true of every page and every button: tokens, headers, and nothing personal where it could be left lying about."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from dashboard.app import create
from dashboard.guard import POLICY
from helpline import config, history
from helpline.config import Settings
from helpline.db import Database
from helpline.history import Event
from tests.builders import a_coordinator, a_handler, a_street
from tests.conftest import settings_for
from tests.dashboard.browser import Browser, Hands
from tests.dashboard.cast import a_call, a_request
from tests.dashboard.conftest import Find, SignIn
from tests.dashboard.links import link_in
from tests.helpline.rota_cast import a_slot
from tests.helpline.signpost_cast import a_signpost

PLACES = {
    "item_id": "1",
    "request_id": "1",
    "call_id": "1",
    "block_id": "1",
    "device_id": "1",
    "voicemail_id": "1",
    "note_id": "1",
    "draft_id": "1",
    "away_id": "1",
    "hat_id": "1",
    "person_id": "1",
    "slot_id": "1",
    "shift_id": "1",
    "ask_id": "1",
    "patch_id": "1",
    "street_id": "1",
    "pattern_id": "1",
    "regular_id": "1",
    "signpost_id": "1",
    "cover_id": "1",
    "referral_id": "1",
    "incident_id": "1",
    "sheet_id": "1",
    "language": "en",
    "name": "calls",
    "key": "greeting",
}


def routes(app: FastAPI, method: str) -> list[str]:
    found = [route.path for route in every_route(app) if method in (route.methods or set())]
    assert found
    return found


def every_route(app: FastAPI) -> list[APIRoute]:
    found: list[APIRoute] = []
    waiting = list(app.router.routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            found.append(route)
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            waiting.extend(getattr(inner, "routes", []))
    return found


def at(path: str, token: str = "x" * 16) -> str:
    return path.format(**PLACES, token=token)


@pytest.fixture
def full(database: Database) -> dict[str, str]:
    """A desk with something of everything on it; answers with the links of its coordinator."""
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral")
        hana = a_handler(session, "Hana", phone="+447700900001")
        a_request(session, hana)
        a_call(session)
        a_slot(session)
        a_signpost(session, hana)
    return {"first": link_in(database, "offer")}


def test_every_post_without_its_token_is_refused_and_changes_nothing(
    app: FastAPI, signed_in: SignIn, database: Database, full: dict[str, str], find: Find
) -> None:
    hana = find("Hana")
    browser = signed_in(hana)
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Event))
    posts = routes(app, "POST")
    assert len(posts) > 20
    for path in posts:
        for data in ({}, {"csrf": ""}, {"csrf": "f" * 64}):
            page = browser.post(at(path, full["first"].removeprefix("/o/")), data, follow=False)
            assert page.status == 403, path
            assert page.answer.headers["content-security-policy"] == POLICY
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == before


def test_a_token_of_another_browser_is_refused(
    signed_in: SignIn, database: Database, full: dict[str, str], find: Find
) -> None:
    with database.transaction() as session:
        tomasz = a_handler(session, "Tomasz")
    hers, his = signed_in(find("Hana")), signed_in(tomasz)
    token = his.open("/yours").forms[0].fields["csrf"][0]
    assert hers.post("/line/pause", {"csrf": token}).status == 403


def test_every_page_carries_the_strict_headers(
    app: FastAPI, signed_in: SignIn, full: dict[str, str], find: Find, visitor: Browser
) -> None:
    hana = signed_in(find("Hana"))
    for path in routes(app, "GET"):
        for whose in (hana, visitor):
            headers = whose.open(at(path, full["first"].removeprefix("/o/")), follow=False).answer.headers
            assert headers["content-security-policy"] == POLICY
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cache-control"] == "no-store"
            assert "geolocation=()" in headers["permissions-policy"]
            assert "HX-Request" in headers["vary"]
            assert "noindex" in headers["x-robots-tag"]


def test_whoever_has_not_signed_in_sees_nothing(app: FastAPI, visitor: Browser, full: dict[str, str]) -> None:
    for path in routes(app, "GET"):
        if path in {
            "/health",
            "/o/{token}",
            "/o/{token}/show",
            "/p/{token}",
            "/b/{token}",
            "/card",
            "/card.vcf",
        } or path.startswith("/sign-in"):
            continue
        page = visitor.open(at(path), follow=False)
        if path in {"/metrics", "/calendar/{token}.ics"}:  # for whoever holds its token, and not there for anybody else
            assert page.status == 404
            continue
        assert page.status == 303, path
        assert page.answer.headers["location"].startswith("/sign-in")


def test_no_page_is_styled_or_scripted_inline(
    app: FastAPI, signed_in: SignIn, full: dict[str, str], find: Find
) -> None:
    browser = signed_in(find("Hana"))
    for path in [*map(at, routes(app, "GET")), full["first"]]:
        html = browser.open(path).html
        assert " style=" not in html
        assert not re.search(r"\son[a-z]+=", html)
        assert "hx-on" not in html
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)


def test_no_title_or_address_says_who_it_is_about(
    app: FastAPI, signed_in: SignIn, full: dict[str, str], find: Find
) -> None:
    browser = signed_in(find("Hana"))
    for path in [*map(at, routes(app, "GET")), full["first"]]:
        page = browser.open(path)
        for personal in ("Rita", "Marsh", "118", "Hana", "14 ", "rescription"):
            assert personal not in page.title
            assert not any(personal in (link.partition("?")[2] or "") for link in page.links.values())


def test_there_is_no_page_of_the_machinery(visitor: Browser) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/nothing", "/static/../app.py"):
        page = visitor.open(path)
        assert page.status == 404
        page.says("There is no such page.")


def test_a_stray_slash_sends_nobody_to_another_host(visitor: Browser) -> None:
    for path in ("/people/", "/sign-in/", "/o/a-token-of-somebody/"):
        page = visitor.open(path, follow=False, headers={"host": "elsewhere.example"})
        assert page.status == 404
        page.says("There is no such page.")


def test_a_fault_of_ours_is_a_sentence_and_no_trace(
    signed_in: SignIn, full: dict[str, str], find: Find, app: FastAPI
) -> None:
    browser = signed_in(find("Hana"))

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("a secret in a trace")

    page = browser.open("/broken")
    assert page.status == 500
    page.says("Something of ours broke. What you saved is safe.").never_says("secret", "ZeroDivision")
    assert page.answer.headers["content-security-policy"] == POLICY


def test_a_body_too_large_is_refused_before_it_is_read(signed_in: SignIn, full: dict[str, str], find: Find) -> None:
    browser = signed_in(find("Hana"))
    assert browser.post("/requests", {"words": "x" * 70_000}).status == 413


def test_a_body_too_large_that_does_not_say_so_is_refused(signed_in: SignIn, full: dict[str, str], find: Find) -> None:
    browser = signed_in(find("Hana"))

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b"words=" + b"x" * 1000 + b"&"

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser._send("POST", "/requests", content=drip(), headers=headers)
    assert answer.status_code == 413


def test_our_files_are_kept_a_year_and_carry_a_mark_of_what_is_in_them(visitor: Browser) -> None:
    html = visitor.open("/sign-in").html
    sheet = re.search(r'href="(/static/helpline.css\?v=[0-9a-f]+)"', html)
    assert sheet
    headers = visitor.open(sheet.group(1)).answer.headers
    assert "max-age=31536000" in headers["cache-control"]
    assert headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("address", ["helpline.css?v=000000000000", "helpline.css", "fonts/atkinson-next.woff2"])
def test_a_file_asked_for_by_another_mark_is_asked_after_the_next_time(visitor: Browser, address: str) -> None:
    answer = visitor.open(f"/static/{address}").answer
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    again = visitor.open(f"/static/{address}", headers={"if-none-match": answer.headers["etag"]}).answer
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


def test_health_says_when_the_database_is_away(settings: Settings, hands: Hands, tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path}/a-folder.db")
    (tmp_path / "a-folder.db").mkdir()
    answer = Browser(create(settings, clock=hands, database=away)).open("/health")
    assert answer.status == 503
    away.close()


def test_nothing_is_written_when_a_page_is_only_looked_at(
    signed_in: SignIn, database: Database, full: dict[str, str], find: Find
) -> None:
    browser = signed_in(find("Hana"))
    with database.reading() as session:
        before = history.latest(session)
    for path in (
        "/",
        "/requests",
        "/requests/new",
        "/requests/1",
        "/people",
        "/people/1",
        "/yours",
        "/rota",
        "/rota/slots/1",
        "/rota/shifts/1",
        "/rota/people/1",
        "/more",
    ):
        assert browser.open(path).status == 200
    with database.reading() as session:
        assert history.latest(session) == before


def test_the_commit_comes_before_the_answer(
    signed_in: SignIn, database: Database, full: dict[str, str], find: Find
) -> None:
    browser = signed_in(find("Hana"))
    token = browser.open("/yours").forms[0].fields["csrf"][0]

    def the_disk_is_full(_: object) -> None:
        raise OSError("the disk is full")

    event.listen(Session, "before_commit", the_disk_is_full)
    page = browser.post("/line/pause", {"csrf": token}, follow=False)
    event.remove(Session, "before_commit", the_disk_is_full)
    assert page.status == 500
    page.says("Something of ours broke.")
    assert find("Hana").paused_at is None


@pytest.mark.parametrize("number", ["0", "99999999999", "99999999999999999999999999", "-1", "x"])
def test_a_number_that_no_row_can_have_is_no_page(
    signed_in: SignIn, full: dict[str, str], find: Find, number: str
) -> None:
    browser = signed_in(find("Hana"))
    for path in (f"/requests/{number}", f"/items/{number}", f"/requests/new?call={number}"):
        assert browser.open(path).status == 404
    form = browser.open("/requests/new").form("/requests").fields
    data = {**form, "call": number, "street_id": number, "street": "a", "street_was": "a"}
    assert browser.post("/requests", data).status == 422


def test_bytes_that_are_no_words_do_no_harm(signed_in: SignIn, full: dict[str, str], find: Find) -> None:
    browser = signed_in(find("Hana"))
    token = browser.open("/yours").forms[0].fields["csrf"][0]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = f"csrf={token}&words=%FF%00%ED%A0%80&street=%FF&name=%00&phone=%FF&day=%00&urgency=day_and_time"
    assert browser._send("POST", "/requests", content=body.encode(), headers=headers).status_code == 422


def test_cookies_travel_by_https_alone_where_the_desk_does(database: Database, hands: Hands) -> None:
    settings = config.use(settings_for(dashboard_url="https://desk.example"))
    headers = Browser(create(settings, clock=hands, database=database)).open("/sign-in").answer.headers
    assert "secure" in headers["set-cookie"].lower()
