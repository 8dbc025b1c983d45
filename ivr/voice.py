"""The resident's call begins: greeting, language and menu. Its state is in rows, never in addresses."""

from collections.abc import Iterable

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import calls, languages, line, prompts, rota, script, wording
from helpline.calls import C, Call
from helpline.line import Welcome
from helpline.prompts import QUIET_AFTER_MENU
from helpline.script import Line, Sentence
from ivr import asking, speech, ways_out
from ivr.caller import PutThrough, call_of, voice_of
from ivr.webhook import Hook, Signed

router = APIRouter(prefix="/ivr/voice", route_class=PutThrough)


@router.post("")
def arrived(hook: Signed) -> Response:
    """A resident rings: she is asked for her language if there is a choice, the one she chose last time first."""
    with hook.house.database.transaction() as session:
        said = hook.house.first_words.now(session, hook.at)
        first = calls.language_for(session, hook.caller, said.offered)
        calls.write_down(session, hook.sid, phone=hook.caller, language=first, at=hook.at)
        return said.document(first, lambda: _begin(session, first, said.offered))


def _begin(session: Session, first: str, offered: Iterable[str]) -> Response:
    others = [code for code in offered if code != first]
    if not others:
        return _welcome(session, first)
    voices = [prompts.speaker(session, code) for code in (first, *others)]
    return speech.choose(voices, keys_to="/ivr/voice/language", seconds=2)


@router.post("/language")
def language(hook: Signed) -> Response:
    """The key of a language; any other key, or none, is the one she heard first."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        for code, its_key in languages.offered(session).items():
            if hook.digits == str(its_key):
                calls.speak(session, call, code, at=hook.at)
        return _welcome(session, call.language)


def _welcome(session: Session, language: str) -> Response:
    """The greeting, the 999 sentence and the menu."""
    said = (script.GREETING, script.EMERGENCY, script.MENU)
    return speech.ask(prompts.speaker(session, language), *said, keys_to="/ivr/voice/menu", seconds=QUIET_AFTER_MENU)


@router.post("/menu")
def menu(hook: Signed) -> Response:
    """1 or silence: talk to somebody. 2: offer help. 3: ask about a request. A second wrong key goes to a person."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        if hook.digits == "2" and call.state in {C.GREETING, C.LEAVING}:
            return ways_out.offer_help(session, call, hook)
        if hook.digits == "3" and call.state == C.GREETING:
            said = [*asking.told(session, call, hook), script.OR_SOMEBODY]
            return speech.ask(voice_of(session, call), *said, keys_to="/ivr/voice/menu", seconds=5)
        if hook.digits not in {"", "1"} and call.state == C.GREETING:
            call.wrong_keys += 1
            if call.wrong_keys < 2:
                again = (script.WRONG_KEY, script.MENU)
                return speech.ask(voice_of(session, call), *again, keys_to="/ivr/voice/menu", seconds=5)
        return _seek(session, call, hook)


def _seek(session: Session, call: Call, hook: Hook) -> Response:
    welcome = line.seek(session, call, at=hook.at)
    if welcome == Welcome.WAITS:
        return speech.enqueue(call.sid)
    if welcome == Welcome.NOBODY_ON:
        return ways_out.choose(session, call, hook, *_nobody_on(session, hook))
    return speech.goodbye(voice_of(session, call), script.GOODBYE)


def _nobody_on(session: Session, hook: Hook) -> list[Sentence | Line]:
    following = rota.next_on(session, hook.at)
    if not following:
        return [script.NOBODY_ON]
    when = wording.spoken_moments(following[0].starts_at, hook.house.settings.zone, now=hook.at)
    return [script.NOBODY_ON, script.NEXT_ON.of(when=when)]
