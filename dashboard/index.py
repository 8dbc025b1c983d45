"""The index of the settings: one page that leads to all that a group decides of its line."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from dashboard import opening, passing
from dashboard.auth import Reads, Visit
from helpline import blocks, durations, languages, wording
from helpline.people import HatName

router = APIRouter()


@dataclass(frozen=True)
class Leaf:
    """One page of the settings: where it is, what it is called, how it stands now, and what can be done there."""

    path: str
    name: str
    stands: str
    what: str


def leaves(visit: Visit) -> list[Leaf]:
    """Every page of the settings; a new one is a line here."""
    offered = languages.offered(visit.session)
    blocked = wording.counted(len(blocks.standing(visit.session, at=visit.at)), "number", "numbers").capitalize()
    return [
        Leaf(
            "/settings/opening",
            "When the line is open",
            opening.preview(visit.session, visit.at),
            "Opening hours, closed days and bank holidays, and closing it now.",
        ),
        Leaf(
            "/settings/durations",
            "How long things take",
            _changed(len(durations.standing(visit.session))),
            "How long phones ring, how long a handler has to write it down, and when details are forgotten.",
        ),
        Leaf(
            "/settings/passing",
            "Who is asked",
            passing.stands(visit),
            "Coordinators, several willing neighbours at once, or streets that run themselves.",
        ),
        Leaf(
            "/settings/prompts",
            "What callers hear",
            f"In {wording.counted(len(offered), 'language', 'languages')}.",
            "Every sentence the helpline speaks, in words or as a recording, and the languages callers can choose.",
        ),
        Leaf(
            "/settings/outside",
            "Outside our streets",
            "Who looks after the places around us.",
            "What a caller from there is told, and whom they can ring instead.",
        ),
        Leaf(
            "/blocks",
            "Blocked numbers",
            f"{blocked} just now.",
            "Who is turned away, by whom and until when. A call is blocked on the desk, when it is a nuisance.",
        ),
    ]


def _changed(many: int) -> str:
    if not many:
        return "Everything is as it came."
    return "One of them is changed." if many == 1 else f"{many} of them are changed."


@router.get("/settings")
def index(visit: Reads) -> Response:
    """Where everything that a group decides is."""
    changes = "You change it here, and every handler can see who changed what."
    reads = "Organisers change it, and everybody can read it."
    return visit.show(
        "leaves.html",
        page="settings",
        title="Settings",
        heading="What your group decides",
        lead=changes if visit.who.wears(HatName.ORGANISER) else reads,
        leaves=leaves(visit),
    )
