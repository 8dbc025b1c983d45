"""What the made-up ward knows beyond its streets: organisations, somebody passed on, and an incident that is closed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpline import incidents, people, phone, referrals, signposts
from helpline.incident_words import Serious
from helpline.incidents import Told
from helpline.people import HatName
from helpline.referrals import Given, ReferralWay
from helpline.signpost_words import SignpostKind
from helpline.signposts import About

K = SignpostKind
ORGANISATIONS = (
    (
        About(
            "The Pantry at St Mark's",
            (K.FOOD,),
            "020 7946 0810",
            "Tuesdays and Fridays, 10 am to 1 pm",
            "English, Polish and Somali",
            "The whole ward",
            "No letter is needed. They bring it to whoever cannot come.",
        ),
        9,
    ),
    (
        About(
            "Debt Advice on the High Street",
            (K.MONEY, K.PAPERS),
            "020 7946 0820",
            "Monday to Thursday, 9:30 am to 4 pm",
            "English and Urdu",
            "",
            "The queue is shortest before ten.",
        ),
        40,
    ),
    (
        About(
            "The council's line for adults",
            (K.COUNCIL, K.HEALTH, K.SAFE),
            "020 7946 0830",
            "At any hour",
            "Any language, through an interpreter",
        ),
        21,
    ),
    (About("Warm Homes", (K.HOME, K.MONEY), "020 7946 0840", "Weekdays, 9 am to 5 pm"), 118),
    (
        About(
            "Riverside Helpline", (K.ELSEWHERE,), "020 7946 0850", "Every day, 10 am to 6 pm", "", "South of the river"
        ),
        30,
    ),
)
SPEAKS_OF = "020 7946 0121"


def fill(session: Session, *, at: datetime, zone: ZoneInfo) -> None:
    """All of it, written down by those who are on the desk."""
    handlers = people.with_hat(session, HatName.HANDLER)
    organiser = next(one for one in handlers if one.wears(HatName.ORGANISER))
    other = next(one for one in handlers if one is not organiser)
    listed = [
        signposts.add(session, about, who=other, at=at - timedelta(days=days))[0] for about, days in ORGANISATIONS
    ]
    today = at.astimezone(zone).date()
    given = Given(
        "the made-up ward's own referral",
        ReferralWay.OUT,
        today + timedelta(days=1),
        words="The boiler is out. She would rather be rung in the morning.",
        agreed=True,
        name="Doreen Platt",
        phone=phone.understand(SPEAKS_OF),
    )
    referrals.make(session, listed[3], given, who=other, at=at - timedelta(days=2))
    told = Told(
        "the made-up ward's own incident",
        "Shopping was left on a step in the rain, and the resident heard of it hours later.",
        today - timedelta(days=6),
        Serious.SMALL,
    )
    made, _ = incidents.write(session, told, owner=organiser, who=organiser, at=at - timedelta(days=6))
    changed = "Whoever leaves something rings the bell, and rings the resident from the gate."
    incidents.close(session, made, changed, who=organiser, at=at - timedelta(days=4))
