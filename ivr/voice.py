"""The resident's call begins: greeting, language and menu. Its state is in rows, never in addresses."""

from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import calls, closings, durations, languages, line, prompts, reachable, script, wording
from helpline.calls import C, Call
from helpline.line import Welcome
from helpline.prompts import QUIET_AFTER_MENU
from helpline.script import ENGLISH, Line, Sentence
from ivr import asking, phone_in, speech, ways_out
from ivr.caller import PutThrough, call_of, voice_of
from ivr.webhook import Hook, Signed

router = APIRouter(prefix="/ivr/voice", route_class=PutThrough)


@router.post("")
def arrived(hook: Signed) -> Response:
    """A resident rings: she is asked for her language if there is a choice, the one she chose last time first."""
    database = hook.house.database
    said = hook.house.first_words.now(database, hook.at)
    first = said.first(database, hook.caller)
    with database.statement() as connection:
        caller = calls.write_down(connection, hook.sid, phone=hook.caller, language=first, at=hook.at)
    if caller.ours or caller.turned_away(hook.at):
        with database.transaction() as session:
            return phone_in.door(session, hook, caller) if caller.ours else _turn_away(session, hook)
    menu = script.PRESS_FIRST if said.asks_first and hook.caller is None else script.MENU
    return said.document(database, first, menu, lambda session: _begin(session, first, said.offered, menu, hook.at))


def _turn_away(session: Session, hook: Hook) -> Response:
    """Her number is blocked. The 999 sentence is never skipped."""
    call = calls.turn_away(session, call_of(session, hook), at=hook.at)
    return speech.goodbye(voice_of(session, call), script.EMERGENCY, script.TURNED_AWAY)


def _begin(session: Session, first: str, offered: Iterable[str], menu: Sentence, at: datetime) -> Response:
    others = [code for code in offered if code != first]
    if not others:
        return _welcome(session, first, menu, at)
    voices = [prompts.speaker(session, code) for code in (first, *others)]
    return speech.choose(*voices, keys_to="/ivr/voice/language", seconds=2)


@router.post("/ordinary")
def ordinary(hook: Signed) -> Response:
    """One of our own goes on as a resident: greeted already, she is asked for her language, or hears the menu."""
    with hook.house.database.transaction() as session:
        call, offered = call_of(session, hook), languages.offered(session)
        if len(offered) > 1:
            return _begin(session, call.language, offered, script.MENU, hook.at)
        if not reachable.is_open(session, hook.at) and call.state == C.GREETING:
            return _menu_of_a_closed_line(session, call, hook)
        return speech.ask(voice_of(session, call), script.MENU, keys_to="/ivr/voice/menu", seconds=QUIET_AFTER_MENU)


@router.post("/language")
def language(hook: Signed) -> Response:
    """The key of a language; any other key, or none, is the one she heard first."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        for code, its_key in languages.offered(session).items():
            if hook.digits == str(its_key):
                calls.speak(session, call, code, at=hook.at)
        return _welcome(session, call.language, _menu_for(session, call), hook.at)


def _welcome(session: Session, language: str, menu: Sentence, at: datetime) -> Response:
    """The greeting, the 999 sentence and the menu. While the line is closed no menu promises anybody: what can be done follows."""
    voice, said = prompts.speaker(session, language), (script.GREETING, script.EMERGENCY)
    if not reachable.is_open(session, at):
        return speech.ask(voice, *said, keys_to="/ivr/voice/menu", seconds=1)
    seconds = QUIET_AFTER_MENU if menu == script.MENU else 5
    return speech.ask(voice, *said, menu, keys_to="/ivr/voice/menu", seconds=seconds)


def _menu_for(session: Session, call: Call, otherwise: Sentence = script.MENU) -> Sentence:
    return script.PRESS_FIRST if _asks_first(session, call) else otherwise


def _asks_first(session: Session, call: Call) -> bool:
    """Whether a key must be pressed before anybody is rung: only when a number is withheld, and only where the group wants it."""
    return call.phone is None and durations.of(session).withheld_keys > 0


@router.post("/menu")
def menu(hook: Signed) -> Response:
    """1 or silence: talk to somebody. 2: offer help. 3: ask about a request. A second wrong key goes to a person."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        if not reachable.is_open(session, hook.at) and call.state == C.GREETING:
            return _menu_of_a_closed_line(session, call, hook)
        if hook.digits == "2" and call.state in {C.GREETING, C.LEAVING}:
            return ways_out.offer_help(session, call, hook)
        if hook.digits == "3" and call.state == C.GREETING:
            said = [*asking.told(session, call, hook), _menu_for(session, call, script.OR_SOMEBODY)]
            return speech.ask(voice_of(session, call), *said, keys_to="/ivr/voice/menu", seconds=5)
        if hook.digits in {"", "5"} and call.state in {C.GREETING, C.LEAVING} and _asks_first(session, call):
            return ways_out.leave_message(session, call, hook)
        if hook.digits not in {"", "1"} and call.state == C.GREETING:
            call.wrong_keys += 1
            if call.wrong_keys < 2:
                again = (script.WRONG_KEY, _menu_for(session, call))
                return speech.ask(voice_of(session, call), *again, keys_to="/ivr/voice/menu", seconds=5)
        return _seek(session, call, hook)


def _menu_of_a_closed_line(session: Session, call: Call, hook: Hook) -> Response:
    """Keys work during the greeting of a closed line too, but none of them reaches anybody: 2 to 5 do what they do elsewhere."""
    if hook.digits == "2":
        return ways_out.offer_help(session, call, hook)
    if hook.digits in ways_out.WISHES:
        return ways_out.as_wished(session, call, hook)
    told = asking.told(session, call, hook) if hook.digits == "3" else []
    return ways_out.choose(session, call, hook, *told, *_closed(session, hook))


def _seek(session: Session, call: Call, hook: Hook) -> Response:
    welcome = line.seek(session, call, at=hook.at)
    if welcome == Welcome.WAITS:
        return speech.enqueue(call.sid)
    if welcome == Welcome.CLOSED:
        return ways_out.choose(session, call, hook, *_closed(session, hook))
    if welcome == Welcome.NOBODY_ON:
        return ways_out.choose(session, call, hook, script.NOBODY_ON, *_opens_next(session, hook))
    return speech.goodbye(voice_of(session, call), script.GOODBYE)


def _closed(session: Session, hook: Hook) -> list[Sentence | Line]:
    closing = closings.now(session, hook.at)
    why = script.CLOSED_BECAUSE.of(why={ENGLISH: closing.words}) if closing and closing.words else script.CLOSED
    return [why, *_opens_next(session, hook)]


def _opens_next(session: Session, hook: Hook) -> list[Sentence | Line]:
    opens_at = reachable.told(session, hook.at)
    if opens_at is None:
        return []
    return [script.NEXT_ON.of(when=wording.spoken_moments(opens_at, hook.house.settings.zone, now=hook.at))]
