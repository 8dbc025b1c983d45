"""Signing in by number and texted code, and the devices somebody is signed in on."""

import hmac
from datetime import timedelta
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from dashboard import asked_by, buddies, pin_of, spared, welcomes
from dashboard import feeds as calendar
from dashboard.auth import (
    DEVICE,
    STAYS,
    VISITOR,
    Form,
    Id,
    Reads,
    Visit,
    Writes,
    check_token,
    forget,
    go,
    house_of,
    remember,
    safe_path,
    text,
    token_for,
    visitor_of,
)
from helpline import at_once, durations, feeds, phone, pins, sealed, sign_in
from helpline.errors import HelplineError, NotFoundError
from helpline.sign_in import Device

router = APIRouter()
# Between asking for a code and typing it, the number is kept out of addresses, where it would stay in a browser's history.
NUMBER = "helpline_number"
NUMBER_LASTS = timedelta(minutes=15)


def _page(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    house = house_of(request)
    visitor = visitor_of(request)
    answer = house.pages.show(
        template, status=status, at=house.clock(), csrf=token_for(visitor), **{"problem": None, "typed": "", **context}
    )
    if VISITOR not in request.cookies:
        remember(house, answer, VISITOR, visitor, lasts=None)
    return answer


@router.get("/sign-in")
def ask_number(request: Request, next: str | None = None) -> Response:  # noqa: A002  # the name in the address
    """Asks for a number."""
    return _page(request, "sign_in/number.html", next=safe_path(next))


@router.get("/sign-in/code")
def ask_code(request: Request, next: str | None = None) -> Response:  # noqa: A002  # the name in the address
    """Asks for the code, of whoever asked for one; a page of its own, so that going back to it works."""
    number = _number_asked_with(request)
    if number is None:
        return go("/sign-in")
    return _page(request, "sign_in/code.html", number=number, next=safe_path(next))


@router.post("/sign-in")
def send_code(request: Request, form: Form) -> Response:
    """Texts a code, if that number is a handler's; the answer is the same either way."""
    check_token(form, request.cookies.get(VISITOR))
    house, typed, after = house_of(request), text(form, "number", 40), safe_path(text(form, "next", 300))
    number = phone.understand(typed)
    if number is None:
        return _page(request, "sign_in/number.html", status=422, typed=typed, problem=phone.NOT_A_NUMBER, next=after)
    try:
        with house.database.transaction() as session:
            sign_in.ask_for_code(session, number, at=house.clock())
    except HelplineError as refused:
        return _page(request, "sign_in/code.html", status=429, number=number, problem=str(refused), next=after)
    answer = go("/sign-in/code" if after == "/" else f"/sign-in/code?next={quote(after, safe='')}")
    remember(house, answer, NUMBER, _signed(number, request.cookies[VISITOR]), lasts=NUMBER_LASTS)
    return answer


def _signed(number: str, visitor: str) -> str:
    return f"{number}.{sealed.key_of(f'{visitor}:{number}', 'signing in')}"


def _number_asked_with(request: Request) -> str | None:
    """The number that this browser asked for a code with a moment ago."""
    number, _, sign = request.cookies.get(NUMBER, "").partition(".")
    known = sealed.keys_of(f"{request.cookies.get(VISITOR, '')}:{number}", "signing in")
    return number if any(hmac.compare_digest(sign.encode(), ours.encode()) for ours in known) else None


@router.post("/sign-in/code")
def take_code(request: Request, form: Form) -> Response:
    """Lets somebody in with the right code."""
    check_token(form, request.cookies.get(VISITOR))
    house, typed, after = house_of(request), text(form, "code", 40), safe_path(text(form, "next", 300))
    number = phone.understand(text(form, "number", 40)) or _number_asked_with(request)
    if number is None:
        return go("/sign-in")
    with house.database.transaction() as session:
        token = sign_in.sign_in(session, number, typed, label=label_of(request), at=house.clock())
    if token is None:
        return _page(
            request,
            "sign_in/code.html",
            status=422,
            number=number,
            typed=typed,
            problem=sign_in.WRONG,
            next=after,
        )
    answer = go(after)
    remember(house, answer, DEVICE, token, lasts=STAYS)
    forget(house, answer, VISITOR)
    forget(house, answer, NUMBER)
    return answer


def label_of(request: Request) -> str:
    """A device by what its browser says of itself: `Chrome on a phone with Android`."""
    given = request.headers.get("user-agent", "")
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("OPR", "Opera"), ("Chrom", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "a Mac"),
        ("CrOS", "a Chromebook"),
        ("Linux", "Linux"),
    )
    browser = next((name for sign, name in browsers if sign in given), "A browser")
    system = next((name for sign, name in systems if sign in given), None)
    return f"{browser} on {system}" if system else browser


@router.get("/yours")
def yours(visit: Reads, news: str = "") -> Response:
    """Where somebody is signed in, and the PIN for ringing in."""
    known = pin_of.NEWS | welcomes.NEWS | calendar.NEWS | buddies.NEWS | {asked_by.NEWS, "keys_on", "keys_off"}
    return your_page(visit, news=news if news in known else None)


def your_page(
    visit: Visit,
    *,
    status: int = 200,
    news: str | None = None,
    problem: str = "",
    address: str = "",
    asked_problem: str = "",
    buddy_problem: str = "",
) -> Response:
    """The page of whoever is signed in."""
    pin = pin_of.context(visit, visit.who, "/yours/pin", problem)
    devices, feed, changed = at_once.rows(
        visit.session, sign_in.signed_in(visit.who), feeds.question(visit.who), durations.STANDING
    )
    durations.know(visit.session, changed)
    return visit.show(
        "yours.html",
        status=status,
        page="yours",
        devices=sorted(devices, key=lambda device: device.id, reverse=True),
        feed=next(iter(feed), None),
        device=visit.device,
        news=news,
        address=address,
        **buddies.context(visit, buddy_problem),
        **spared.context(visit, visit.who),
        **pin,
        **welcomes.context(visit, visit.who, "/yours"),
        **asked_by.context(visit, visit.who, "/yours/asked-by", asked_problem, has_pin=pin["pin"] is not None),
    )


@router.post("/yours/buddy")
def choose_buddy(visit: Writes) -> Response:
    """Whom I would like to be told that a call was hard; they are asked."""
    try:
        buddies.choose(visit)
    except HelplineError as refused:
        return your_page(visit, status=422, buddy_problem=str(refused))
    return go("/yours?news=buddy_asked")


@router.post("/yours/pin")
def set_pin(request: Request, form: Form) -> Response:
    """Sets my PIN."""
    return pin_of.put(request, form, lambda visit: visit.who, your_page, after="/yours?news=pin_set")


@router.post("/yours/pin/clear")
def clear_pin(visit: Writes) -> Response:
    """Takes my PIN away."""
    pins.clear(visit.session, visit.who, who=visit.who, at=visit.at)
    return go("/yours?news=pin_cleared")


@router.post("/yours/keys")
def switch_keys(visit: Writes) -> Response:
    """Single keys, on this device alone."""
    visit.device.single_keys = text(visit.form, "on", 3) == "yes"
    return go(f"/yours?news=keys_{'on' if visit.device.single_keys else 'off'}")


@router.post("/yours/asked-by")
def choose(visit: Writes) -> Response:
    """How I am asked."""
    return asked_by.choose(visit, visit.who, partial(your_page, visit), after="/yours")


@router.post("/yours/calendar")
def make_feed(visit: Writes) -> Response:
    """A new address for my shifts, in this answer and nowhere else: not even the address of a page may hold it."""
    return your_page(visit, address=feeds.make(visit.session, who=visit.who, at=visit.at))


@router.post("/yours/{device_id}/sign-out")
def sign_out(visit: Writes, device_id: Id) -> Response:
    """Signs one device out, which may be this one."""
    device = visit.session.get(Device, device_id)
    if device is None or device.person_id != visit.who.id:
        raise NotFoundError("That device is not signed in. Look at the list again.")
    sign_in.sign_out(visit.session, device, who=visit.who, at=visit.at)
    if device.id != visit.device.id:
        return go("/yours")
    answer = go("/sign-in")
    forget(visit.house, answer, DEVICE)
    return answer
