"""Coverage: which streets have somebody, patch by patch, and how much is with whom. Nothing is changed here."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import away, board, places, promises, wording
from helpline.away import Away
from helpline.offers import LIVE, Offer
from helpline.people import Hat, HatName, Person
from helpline.places import Patch, Street, Stretch
from helpline.requests import OPEN, HelpRequest

A_MONTH = timedelta(days=28)
LADDER = (HatName.COORDINATOR, HatName.DEPUTY)


class Care(StrEnum):
    """How a street stands."""

    LOOKED_AFTER = "looked_after"
    AWAY = "away"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Tended:
    """A patch: its streets, who looks after it in the order in which they are asked, and who of them is away until when."""

    patch: Patch
    stretches: tuple[Stretch, ...]
    hats: tuple[Hat, ...]
    gone: Mapping[int, date]
    open: int
    asked: int
    usual: str | None

    @property
    def coordinators(self) -> list[Hat]:
        """Those who are asked first."""
        return [hat for hat in self.hats if hat.name == HatName.COORDINATOR]

    @property
    def deputies(self) -> list[Hat]:
        """Those who are asked then."""
        return [hat for hat in self.hats if hat.name == HatName.DEPUTY]

    @property
    def care(self) -> Care:
        """How its streets stand: a deputy is somebody, while the coordinator is away."""
        if not self.hats:
            return Care.NOBODY
        first = self.coordinators or self.deputies
        return Care.AWAY if all(hat.person_id in self.gone for hat in first) else Care.LOOKED_AFTER

    @property
    def here(self) -> Hat | None:
        """Who is asked first just now."""
        return next((hat for hat in self.hats if hat.person_id not in self.gone), None)

    def sentence(self, *, busiest: bool) -> str:
        """What there is to say of it."""
        if not self.hats:
            return "Nobody looks after it yet, so what is asked comes to the desk"
        if self.here is None:
            return "Everybody is away, so what is asked comes to the desk"
        if self.care == Care.AWAY:
            until = max(self.gone[hat.person_id] for hat in self.coordinators or self.deputies)
            return f"{board.name_of(self.here.person)} is asked first until {wording.date_words(until)}"
        if busiest:
            return f"The busiest patch: {self.asked} in four weeks"
        return f"Usually taken within {self.usual}" if self.usual else "Too little asked lately to say how soon"


@dataclass(frozen=True)
class Gap:
    """A street, or part of one, with nobody; and how often something was asked there in four weeks."""

    street: Street
    stretch: Stretch | None
    asked: int


@dataclass(frozen=True)
class Load:
    """How much is with one coordinator or deputy now: asked of them, and taken."""

    person: Person
    patches: tuple[str, ...]
    asked: int
    taken: int
    away: date | None


@dataclass(frozen=True)
class Coverage:
    """The whole ward."""

    tended: tuple[Tended, ...]
    gaps: tuple[Gap, ...]
    streets: int
    covered: int
    loads: tuple[Load, ...]

    @property
    def without_deputy(self) -> int:
        """How many patches have somebody, and no deputy."""
        return sum(1 for one in self.tended if one.hats and not one.deputies)

    @property
    def busiest(self) -> Tended | None:
        """The patch in which most is asked, if any stands out."""
        asked = sorted(self.tended, key=lambda one: -one.asked)
        return asked[0] if len(asked) > 1 and asked[0].asked > max(4, asked[1].asked) else None


def of(session: Session, *, at: datetime) -> Coverage:
    """How the ward stands at an instant."""
    patches = list(session.scalars(select(Patch).order_by(Patch.everywhere_else, Patch.name)))
    hats, gone = _hats(session, at=at)
    opened, asked, asked_there = _counts(session, at=at)
    streets = places.all_streets(session)
    stretches: dict[int, list[Stretch]] = defaultdict(list)
    for street in streets:
        for stretch in street.stretches:
            stretches[stretch.patch_id].append(stretch)
    tended = tuple(
        Tended(
            patch,
            tuple(stretches[patch.id]),
            tuple(hats[patch.id]),
            gone,
            opened[patch.id],
            asked[patch.id],
            promises.usually(session, patch.id, at=at),
        )
        for patch in patches
    )
    gaps = _gaps(streets, {one.patch.id for one in tended if one.hats}, asked_there)
    without = {gap.street.id for gap in gaps}
    return Coverage(
        tended, gaps, len(streets), len(streets) - len(without), tuple(_loads(session, patches, hats, gone))
    )


def one(session: Session, patch: Patch, *, at: datetime) -> Tended:
    """One patch."""
    return next(tended for tended in of(session, at=at).tended if tended.patch.id == patch.id)


def _hats(session: Session, *, at: datetime) -> tuple[dict[int, list[Hat]], dict[int, date]]:
    worn: dict[int, list[Hat]] = defaultdict(list)
    in_order = (Hat.name, Hat.place.is_(None), Hat.place, Hat.id)
    for hat in session.scalars(select(Hat).where(Hat.name.in_(LADDER), Hat.patch_id.is_not(None)).order_by(*in_order)):
        if all(other.person_id != hat.person_id for other in worn[hat.patch_id or 0]):
            worn[hat.patch_id or 0].append(hat)
    ids = {hat.person_id for hats in worn.values() for hat in hats}
    found: dict[int, Away] = away.who_is_away(session, ids, away.today(at))
    return worn, {person_id: row.ends for person_id, row in found.items()}


def _counts(session: Session, *, at: datetime) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Open requests by patch; and what was asked in four weeks, by patch and by street."""

    def counted(column: object, *where: object) -> Counter[int]:
        rows = session.execute(select(column, func.count()).where(*where).group_by(column))  # type: ignore[call-overload]
        return Counter({key: many for key, many in rows if key is not None})

    lately = HelpRequest.created_at > at - A_MONTH
    return (
        counted(HelpRequest.patch_id, HelpRequest.state.in_(OPEN)),
        counted(HelpRequest.patch_id, lately),
        counted(HelpRequest.street_id, lately),
    )


def _gaps(streets: Sequence[Street], looked_after: set[int], asked: Counter[int]) -> tuple[Gap, ...]:
    gaps = [Gap(street, None, asked[street.id]) for street in streets if not street.stretches]
    gaps += [
        Gap(street, stretch, asked[street.id])
        for street in streets
        for stretch in street.stretches
        if stretch.patch_id not in looked_after
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.asked, gap.street.name)))


def _loads(
    session: Session, patches: Sequence[Patch], hats: Mapping[int, list[Hat]], gone: Mapping[int, date]
) -> list[Load]:
    rows = session.execute(
        select(Offer.person_id, Offer.state, func.count())
        .where(Offer.state.in_(LIVE))
        .group_by(Offer.person_id, Offer.state)
    )
    has: dict[int, dict[str, int]] = defaultdict(dict)
    for person_id, state, many in rows:
        has[person_id][state.value] = many
    names = {patch.id: patch.name for patch in patches}
    found: dict[int, tuple[Person, list[str]]] = {}
    for patch_id, worn in hats.items():
        for hat in worn:
            found.setdefault(hat.person_id, (hat.person, []))[1].append(names[patch_id])
    loads = [
        Load(
            person,
            tuple(sorted(where)),
            has[person.id].get("open", 0),
            has[person.id].get("accepted", 0),
            gone.get(person.id),
        )
        for person, where in found.values()
    ]
    return sorted(loads, key=lambda load: (-(load.asked + load.taken), load.person.first_name or ""))
