"""The part of a page that tells when somebody is asked: away, resting, quiet, or with enough already."""

from typing import Any

from dashboard.auth import Visit
from helpline import away, offers, sparing
from helpline.people import HatName, Person


def context(visit: Visit, person: Person) -> dict[str, Any]:
    """When somebody is asked, as it stands."""
    looks_after = person.wears(HatName.COORDINATOR, HatName.DEPUTY)
    spells = away.of_person(visit.session, person, at=visit.at)
    now = [spell for spell in spells if spell.holds(away.today(visit.at))]
    return {
        "away": spells,
        "away_words": away.days_words,
        "away_now": max(now, key=lambda spell: spell.last, default=None),
        "rests_until": person.rests_until if sparing.rests(person, away.today(visit.at)) else None,
        "quiet": sparing.quiet_of(visit.session, person),
        "groups_quiet": sparing.groups_quiet(visit.session),
        "most": sparing.most_of(visit.session, person),
        "groups_most": sparing.groups_most(visit.session),
        "has": offers.how_many(visit.session, [person.id]).get(person.id, 0),
        "looks_after": looks_after,
        "may_say_away": away.may_say(person, who=visit.who),
        "may_spare": sparing.may_change(person, who=visit.who),
    }
