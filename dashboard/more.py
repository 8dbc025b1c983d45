"""More: one calm page of links to whatever the bar at the top has no room for."""

from fastapi import APIRouter, Response

from dashboard.auth import Reads, Visit
from dashboard.index import Leaf
from helpline import blocks, people, sign_in, signpost_words, signposts, wording

router = APIRouter()


def leaves(visit: Visit) -> list[Leaf]:
    """Every page that everybody on the desk may open; a new one is a line here."""
    blocked = len(blocks.standing(visit.session, at=visit.at))
    devices = len(sign_in.devices_of(visit.session, visit.who))
    return [
        Leaf(
            "/people",
            "People",
            f"{wording.counted(len(people.with_hats(visit.session)), 'person', 'people').capitalize()}.",
            "Everybody who looks after the line or a street.",
        ),
        Leaf(
            "/signposts",
            "Organisations",
            signpost_words.stands(*signposts.how_many(visit.session, at=visit.at)),
            "Who else can help: the food bank, debt advice, the council's line. What to say of each, and when somebody last asked.",
        ),
        Leaf(
            "/referrals",
            "Passed on",
            "Whom we passed on to an organisation, and who was passed on to us.",
            "Who is still to be heard of, and who is still to be told.",
        ),
        Leaf(
            "/sheets",
            "Tables in and out",
            "Streets, patches, people and organisations.",
            "Organisers bring a spreadsheet, see what it would change, and then do it; and take each home as a file.",
        ),
        Leaf(
            "/settings",
            "Settings",
            "Opening hours, how long things take, and what callers hear.",
            "Organisers change them, and everybody can read them and see who changed what.",
        ),
        Leaf(
            "/incidents",
            "Incidents",
            "What went wrong, without names, and what we changed.",
            "Write one down; somebody answers for it.",
        ),
        Leaf(
            "/blocks",
            "Blocked numbers",
            f"{wording.counted(blocked, 'number', 'numbers').capitalize()} just now.",
            "Who is turned away, by whom and until when.",
        ),
        Leaf(
            "/reports",
            "Reports",
            "Calls, waits and requests, this week or over a year.",
            "In figures and charts, each with a file for a spreadsheet; nobody is in them by name.",
        ),
        Leaf(
            "/wallboard",
            "Wallboard",
            "For a second screen, to be read across a room.",
            "Who waits and who is on, what is owed, and the calls of today; no details of anybody.",
        ),
        Leaf(
            "/days",
            "Day by day",
            "A line for each day of the last four weeks.",
            "How many calls there were, and whether each is accounted for.",
        ),
        Leaf(
            "/yours",
            "Yours",
            f"You are signed in on {wording.counted(devices, 'device', 'devices')}.",
            "Your devices, the PIN with which you ring in, and your shifts in your calendar.",
        ),
    ]


@router.get("/more")
def more(visit: Reads) -> Response:
    """Where everything else is."""
    return visit.show(
        "leaves.html",
        page="more",
        title="More",
        heading="Everything else",
        lead="What you do not need while the telephone rings.",
        leaves=leaves(visit),
    )
