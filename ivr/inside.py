"""What the menus of our own people share: who is in them, what a key, a wrong key and silence do, and the ways out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response
from sqlalchemy.orm import Session

from helpline import calls, logs, own_calls, prompts, script, wording
from helpline.calls import Call
from helpline.own_calls import OwnCall
from helpline.people import HatName, Person
from helpline.prompts import Speaker
from helpline.script import Line, Sentence
from ivr import speech
from ivr.webhook import Hook, when_broken

TIME_TO_PRESS = 6
"""Seconds after a menu is said."""
Apologises = when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, script.LEG_BROKEN))


@dataclass(frozen=True)
class Inside:
    """One of our own, in the menus that their PIN opened."""

    session: Session
    hook: Hook
    call: Call
    own: OwnCall
    voice: Speaker

    @property
    def who(self) -> Person:
        """Who they are."""
        return self.own.person

    @property
    def at(self) -> datetime:
        """When it is."""
        return self.hook.at

    def when(self, at: datetime) -> dict[str, str]:
        """An instant, as it is said."""
        return wording.spoken_moments(at, self.hook.house.settings.zone, now=self.at)

    def ask(self, *said: Sentence | Line, keys_to: str) -> Response:
        """A menu: its own keys, and the two that every menu has."""
        return speech.ask(self.voice, *said, script.MENU_ENDS, keys_to=keys_to, seconds=TIME_TO_PRESS)

    def ask_briefly(self, *said: Sentence | Line, keys_to: str) -> Response:
        """A menu whose own keys are many: the two that every menu has are told when somebody hesitates."""
        ends = [script.MENU_ENDS] if self.own.fumbles else []
        return speech.ask(self.voice, *said, *ends, keys_to=keys_to, seconds=TIME_TO_PRESS)

    def goodbye(self, *said: Sentence | Line) -> Response:
        """They have what they rang for."""
        calls.finish(self.session, self.call, at=self.at)
        return speech.goodbye(self.voice, *said)


def opened(session: Session, hook: Hook, hats: Iterable[HatName]) -> Inside | None:
    """Who is in the menus of these hats on this call; None when nobody is, or not any more."""
    call = calls.find_call(session, hook.sid)
    own = own_calls.of_call(session, call.id) if call is not None else None
    if call is None or own is None or not own.inside or not own.person.wears(*hats):
        return None
    logs.tell(call=call.id)
    return Inside(session, hook, call, own, prompts.speaker(session))


def to_the_ordinary_menu(session: Session, own: OwnCall | None, *said: Sentence | Line, at: datetime) -> Response:
    """From now on a caller like any other."""
    if own is not None:
        own_calls.leave(session, own, at=at)
    return speech.go_on(prompts.speaker(session), *said, to="/ivr/voice/ordinary")


def keyed(inside: Inside, menu: Callable[..., Response], keys: Mapping[str, Callable[[], Response]]) -> Response:
    """What the key pressed does. `menu` says the menu again, after whatever it is given to say first.

    After some silences somebody is in the ordinary menu, where silence rings for help; but not whoever was served already.
    """
    session, own, digits = inside.session, inside.own, inside.hook.digits
    if digits == "0":
        return to_the_ordinary_menu(session, own, at=inside.at)
    if digits in keys or digits in {"9", "*"}:
        own_calls.steady(session, own)
        return keys.get(digits, menu)()
    if own_calls.fumble(session, own):
        return menu(script.WRONG_KEY) if digits else menu()
    if own.served_at is not None:
        return inside.goodbye(script.GOODBYE)
    return to_the_ordinary_menu(session, own, at=inside.at)
