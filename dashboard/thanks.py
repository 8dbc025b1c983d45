"""The weekly thanks as a page: what got done, for everybody to see and to print; what its text says and costs; and having none."""

from fastapi import APIRouter, Response

from dashboard.auth import Id, Reads, Writes, go, text
from dashboard.people import person_of
from helpline import durations, thanks, thanks_words
from helpline.lengths import clock_words
from helpline.people import HatName
from helpline.wording import WEEKDAYS

router = APIRouter()


@router.get("/reports/thanks")
def page(visit: Reads) -> Response:
    """The seven days up to now."""
    plan, week = durations.of(visit.session), thanks.week_until(visit.at)
    told = thanks.told(visit.session, week, at=visit.at)
    return visit.show(
        "reports/thanks.html",
        page="reports",
        told=told,
        headline=thanks_words.headline(told.done),
        things=[thanks_words.things({kind: many}) for kind, many in told.kinds.most_common()],
        wanted=thanks_words.wanted(told.gaps),
        many=thanks.how_many(visit.session, week, at=visit.at),
        last=thanks.last(visit.session),
        day=("", *WEEKDAYS)[plan.thanks_on],
        hour=clock_words(int(plan.thanks_at.total_seconds())),
        organiser=visit.who.wears(HatName.ORGANISER),
    )


@router.post("/people/{person_id}/asked/thanks")
def choose(visit: Writes, person_id: Id) -> Response:
    """They want to hear it, or not."""
    person = person_of(visit, person_id)
    thanks.choose(visit.session, person, wanted=text(visit.form, "wanted", 3) == "yes", who=visit.who, at=visit.at)
    return go(f"/people/{person_id}/asked?news=saved#thanks-h")
