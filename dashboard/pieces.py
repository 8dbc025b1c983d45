"""The pieces: every component of the screens and the states it can be in, on one page, drawn by what draws the screens.

Nothing on it is anybody's, and nothing pressed on it does anything. A part that is live elsewhere stands still here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from markupsafe import Markup

from dashboard import pieces_cast as cast
from dashboard import streets
from dashboard.auth import Reads, Visit
from dashboard.desk import form_context
from dashboard.forms import RequestForm
from helpline.asked_first import First
from helpline.promises import Promise
from helpline.rings import R, RingKind

router = APIRouter()
# What a part says of its own names, or of where it leads.
_NAMES = re.compile(r'(?<![-\w])(id|for|aria-labelledby|aria-describedby|aria-controls|aria-owns)="([^"]+)"')
_LEADS = re.compile(r'\b(href|action)="[^"#][^"]*"')
_WITHIN = re.compile(r'href="#([\w-]+)"')
_LIVE = re.compile(r'\s(?:hx-[\w:-]+|autofocus|data-once|data-draft)(?:="[^"]*")?')
_HIDDEN = re.compile(r'(<\w+[^>]*\bid="[^"]*"[^>]*?)\shidden(?=[\s>])')
_LANDMARK = re.compile(r'<section([^>]*?)\saria-labelledby="[^"]*"')  # a part is no landmark of this page
_HEADINGS = re.compile(r"<h([1-4])")
HERE = "/pieces"
WHOLE = {"good", "refused", "offline and behind"}  # these bring a margin of their own
# What the page itself fills in when it happens.
_FILLED = {"<span data-time></span>": "2:44\u00a0pm", "<span data-behind></span>": "40 seconds"}
BELOW = 3  # a part's own headings come below those of this page, and look as they do on theirs


@dataclass(frozen=True)
class Piece:
    """One component in one state: what it is called, and how it is drawn."""

    name: str
    drawn: Markup
    entry: bool = True


def still(html: str, number: int) -> Markup:
    """A part that may stand beside another of its kind: its names are its own, it is not live, and it leads back here."""
    html = _HIDDEN.sub(r"\1", _LIVE.sub("", html)).replace('method="post"', 'method="get"')
    for empty, words in _FILLED.items():
        html = html.replace(empty, words)
    html = _LANDMARK.sub(r"<section\1", html)
    html = _NAMES.sub(lambda at: f'{at[1]}="{" ".join(f"{name}-{number}" for name in at[2].split())}"', html)
    html = _WITHIN.sub(lambda at: f'href="#{at[1]}"' if at[1].startswith("i-") else f'href="#{at[1]}-{number}"', html)
    levels = sorted(set(_HEADINGS.findall(html)))
    html = _HEADINGS.sub(lambda at: f'<h{at[1]} aria-level="{BELOW + levels.index(at[1])}"', html)
    html = _LEADS.sub(lambda at: f'{at[1]}="{HERE}"', html)
    return Markup(html)  # noqa: S704  # our own template's, with every value in it escaped


class Drawer:
    """Draws parts by their templates, each as it would be for Hana at a quarter to three."""

    def __init__(self, visit: Visit) -> None:
        """On whose page."""
        self.visit = visit
        self.many = 0

    def draw(self, name: str, template: str, *, entry: bool = True, **given: Any) -> Piece:
        """One piece."""
        self.many += 1
        usual = {"at": cast.NOW, "who": cast.HANA, "me": cast.standing(), "csrf": "", "kept_for": "four weeks"}
        html = self.visit.house.pages.part(template, **{**usual, "oob": False, "part": name, **given})
        return Piece(name, still(html, self.many), entry)

    def small(self, *names: str) -> Iterator[Piece]:
        """Those that are a macro or two, by their names in `pieces/_small.html`."""
        for name in names:
            yield self.draw(
                name,
                "pieces/_small.html",
                lines=cast.lines(),
                coral=cast.CORAL,
                chart=cast.CHART,
                entry=name not in WHOLE,
            )


@router.get(HERE)
def pieces(visit: Reads) -> Response:
    """All of them."""
    drawer = Drawer(visit)
    sections = {
        "How a thing stands": list(drawer.small("marks", "in a list", "people")),
        "A call": list(_calls(drawer)),
        "Nobody on the line": list(_quiet(drawer)),
        "Still owed": list(_owed(drawer)),
        "What may be promised": list(_promises(drawer)),
        "Writing a request down": list(_form(drawer)),
        "How a request went": list(_story(drawer)),
        "Streets and patches": list(_patches(drawer)),
        "A time of the rota": list(_cells(drawer)),
        "Notices": list(drawer.small("good", "to know", "needs you", "refused", "field", "confirm", "undo")),
        "While you wait, and when it breaks": list(drawer.small("sending", "loading", "offline and behind", "typing")),
        "Things to press": list(
            drawer.small("buttons", "folded", "chips", "chips that lead on", "tick", "two beside each other")
        ),
        "Nothing there": list(drawer.small("empty")),
        "A chart is a list with bars": list(drawer.small("bars", "columns", "table")),
    }
    return visit.show("pieces/page.html", page="more", sections=sections)


def _calls(drawer: Drawer) -> Iterator[Piece]:
    talking, held, three = (cast.standing(talks=one) for one in (cast.RITAS, cast.HELD, cast.THREE))
    told: dict[str, dict[str, Any]] = {
        "about to ring": {"desk": cast.desk(ring=cast.ring(R.OWED, RingKind.CALL_BACK), rung_for=cast.RITA)},
        "ringing": {"desk": cast.desk(ring=cast.ring(R.RINGING), rung_for=cast.RITA)},
        "talking": {"me": talking, "desk": cast.desk(talking), "card": cast.card()},
        "nobody we know": {"me": talking, "desk": cast.desk(talking, caller=cast.UNKNOWN), "card": cast.card()},
        "one more waits": {"me": talking, "desk": cast.desk(talking, waiting=cast.WAITING), "card": cast.card()},
        "on hold": {"me": held, "desk": cast.desk(held), "card": cast.card(cast.HELD)},
        "handing over": {"me": talking, "desk": cast.desk(talking), "card": cast.card(rung=(cast.TOMASZ,))},
        "three of you": {"me": three, "desk": cast.desk(three), "card": cast.card(cast.THREE, third=cast.CORAL)},
    }
    yield from _tops(drawer, told)


def _quiet(drawer: Drawer) -> Iterator[Piece]:
    writes, off = cast.standing(writes=cast.RITAS), cast.standing(on=False)
    told: dict[str, dict[str, Any]] = {
        "quiet": {"desk": cast.desk()},
        "two wait": {"desk": cast.desk(waiting=cast.WAITING)},
        "after a call": {"me": writes, "desk": cast.desk(writes)},
        "off shift": {"me": off, "desk": cast.desk(off, on=())},
        "closed": {"desk": cast.desk(open=False, closing=cast.CLOSING, opens_at=cast.NOW + cast.HOUR)},
        "refused": {
            "desk": cast.desk(),
            "notice": "Tomasz took that call-back a moment ago. Nothing of yours is lost.",
        },
    }
    yield from _tops(drawer, told)


def _tops(drawer: Drawer, told: dict[str, dict[str, Any]]) -> Iterator[Piece]:
    """The top of the desk, in each of these states."""
    usual: dict[str, Any] = {
        "card": None,
        "notice": None,
        "seen": "",
        "drawn": 0,
        "form_call": 0,
        "owed": [],
        "form": None,
    }
    for name, given in told.items():
        yield drawer.draw(name, "desk/_now.html", entry=False, **{**usual, **given})


def _owed(drawer: Drawer) -> Iterator[Piece]:
    usual: dict[str, Any] = {"desk": cast.desk(), "form": None, "form_call": 0}
    yield drawer.draw(
        "late, held, nobody", "desk/_owed.html", entry=False, owed=cast.owed(), handover_notes=[cast.NOTE], **usual
    )
    yield drawer.draw("nothing", "desk/_owed.html", entry=False, owed=[], handover_notes=[], **usual)


def _promises(drawer: Drawer) -> Iterator[Piece]:
    told = {
        "promise": Promise("“Coral looks after Acacia Road. A neighbour is usually found within three hours.”"),
        "do not promise": Promise(
            "“I will write it down, and ring you tomorrow by 11 am to say what we found.”",
            hint="Delroy is away until Monday, and his patch has no deputy.",
        ),
        "outside our area": Promise("“Your street has its own group. Shall I stay on while you find a pen?”"),
        "not yet known": None,
    }
    for name, promise in told.items():
        yield drawer.draw(name, "streets/_promise.html", entry=False, promise=promise)


def _form(drawer: Drawer) -> Iterator[Piece]:
    wrong = {
        "kind": "Say what is needed: press at least one.",
        "day": "That is over. Say a day that is to come.",
        "consent": "Ask them first, and tick it when they said yes.",
    }
    form = RequestForm(words="Milk, bread, cat food", name="Rita", house="14", day="2026-11-18", errors=wrong)
    rows = [
        streets.Row(cast.ACACIA, None, ((cast.tended("Acacia", "looked_after").patch, First("Coral")),)),
        streets.Row(
            cast.MEDLAR, "Quaker Road", ((cast.tended("Medlar", "away").patch, First("Sam", instead_of="Agnieszka")),)
        ),
    ]
    yield drawer.draw("looking for one", "requests/_search.html", typed="", problem=None)
    yield drawer.draw("streets that sound like it", "pieces/_streets.html", rows=rows, heard="akaysha")
    yield drawer.draw("refused", "requests/_form.html", entry=False, **form_context(drawer.visit, form), notice=None)


def _story(drawer: Drawer) -> Iterator[Piece]:
    line = cast.lines()[1]
    yield drawer.draw(
        "so far, and next",
        "requests/_story.html",
        entry=False,
        request=line.request,
        line=line,
        story=cast.story(),
        asked_then=cast.PRITI,
        waits_for=None,
        feedback=None,
        repeat=None,
        every={},
        handler_hears=True,
        answer_words={},
        seen=0,
    )


def _patches(drawer: Drawer) -> Iterator[Piece]:
    tiles = [cast.tended(*one) for one in (("Acacia", "looked_after"), ("Elm", "away"), ("The Yard", "nobody"))]
    yield drawer.draw("looked after, away, nobody", "pieces/_patches.html", tiles=tiles, coverage=cast.COVERAGE)


def _cells(drawer: Drawer) -> Iterator[Piece]:
    for name, cell in zip(("full", "hers", "a gap", "cover wanted"), cast.cells(), strict=True):
        yield drawer.draw(
            name,
            "pieces/_cell.html",
            cell=cell,
            hand=cast.HAND,
            today=cast.NOW.date(),
            busy={cell.slot.id: "busy hours, a third would help"} if cell.slot and name == "a gap" else {},
        )
