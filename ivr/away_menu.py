"""Key 8 of a coordinator's menus: she goes away for some weeks, or is back again."""

from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Response

from helpline import away, moving_on, own_calls, script, wording
from helpline.errors import HelplineError
from helpline.people import COORDINATES
from helpline.script import Line, Sentence
from ivr import speech
from ivr.inside import Apologises, Inside, keyed, opened, to_the_ordinary_menu
from ivr.webhook import Signed

MOST_WEEKS = 4
router = APIRouter(prefix="/ivr/in/away", route_class=Apologises)


def told(inside: Inside) -> list[Sentence | Line]:
    """What key 8 is for just now."""
    gone = away.on_day(inside.session, inside.who, away.today(inside.at))
    return [script.SAY_BACK.of(when=wording.date_words(gone.ends)) if gone else script.SAY_AWAY]


def menu(inside: Inside) -> Response:
    """Whoever is away is back; else for how long."""
    if away.back_again(inside.session, inside.who, who=inside.who, at=inside.at):
        return _back_to_requests(inside, script.WELCOME_BACK)
    return _how_long(inside)


def _how_long(inside: Inside, *first: Sentence | Line) -> Response:
    return inside.ask_briefly(*first, script.AWAY_WEEKS, keys_to="/ivr/in/away")


def _back_to_requests(inside: Inside, *first: Sentence | Line) -> Response:
    own_calls.served(inside.session, inside.own, at=inside.at)
    return speech.go_on(inside.voice, *first, to="/ivr/in/requests/first")


@router.post("")
def weeks(hook: Signed) -> Response:
    """1 to 4: so many weeks. 5: not away after all."""
    with hook.house.database.transaction() as session:
        inside = opened(session, hook, COORDINATES)
        if inside is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        keys = {str(many): partial(_goes, inside, many) for many in range(1, MOST_WEEKS + 1)}
        return keyed(inside, partial(_how_long, inside), {**keys, "5": partial(_back_to_requests, inside)})


def _goes(inside: Inside, many: int) -> Response:
    first = away.today(inside.at)
    gone = away.on_day(inside.session, inside.who, first)  # told twice
    try:
        last = first + timedelta(weeks=many)
        gone = gone or away.say_away(inside.session, inside.who, first, last, who=inside.who, at=inside.at)
    except HelplineError:
        return _back_to_requests(inside, script.AWAY_OVERLAPS)
    moving_on.leave(inside.session, gone.id, inside.at)  # at once, so that she does not hear of it any more
    return _back_to_requests(inside, script.AWAY_UNTIL.of(when=wording.date_words(gone.ends)))
