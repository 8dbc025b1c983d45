"""Coverage: which streets have somebody, patch by patch, and how much is with whom. Nothing is changed here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from helpline import at_once, away, board, people, promises, wording
from helpline.away import Away
from helpline.offers import LIVE, Offer
from helpline.people import COORDINATES, Hat, HatName, Person
from helpline.places import Patch, Street, Stretch
from helpline.requests import OPEN, HelpRequest, Q

A_MONTH = timedelta(days=28)


class Care(StrEnum):
    """How a street stands."""

    LOOKED_AFTER = "looked_after"
    AWAY = "away"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Tended:
    """A patch: its streets, who looks after it in the order in which they are asked, and who of them is away until when.

    How many requests are `open`, and how many were `asked` and `done` in four weeks.
    """

    patch: Patch
    stretches: tuple[Stretch, ...]
    hats: tuple[Hat, ...]
    gone: Mapping[int, date]
    open: int
    asked: int
    done: int
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


def of(session: Session, *, at: datetime, with_loads: bool = True) -> Coverage:
    """How the ward stands at an instant; who has how much only where it is shown."""
    ladder = select(Hat).where(Hat.name.in_(COORDINATES), Hat.patch_id.is_not(None))
    who = ladder.with_only_columns(Hat.person_id)
    patches, worn, those, gone, streets, stretches = at_once.ask(
        session,
        select(Patch),
        ladder,
        select(Person).where(Person.id.in_(who)),
        away.on(away.today(at)).where(Away.person_id.in_(who)),
        select(Street),
        select(Stretch),
    )
    hats, until = _by_patch(worn, those), {row.person_id: row.ends for row in sorted(gone, key=lambda row: row.last)}
    streets.sort(key=lambda street: street.name)
    of_patch = _laid(streets, stretches)
    many = _counts(session, at=at)
    usual = promises.usually_in_each(session, at=at)
    tended = tuple(
        Tended(
            patch,
            tuple(of_patch[patch.id]),
            tuple(hats[patch.id]),
            until,
            many.open[patch.id],
            many.asked[patch.id],
            many.done[patch.id],
            usual.get(patch.id),
        )
        for patch in sorted(patches, key=lambda patch: (patch.everywhere_else, patch.name))
    )
    gaps = _gaps(streets, {one.patch.id for one in tended if one.hats}, many.asked_there)
    without = {gap.street.id for gap in gaps}
    loads = tuple(_loads(session, patches, hats, until)) if with_loads else ()
    return Coverage(tended, gaps, len(streets), len(streets) - len(without), loads)


def _laid(streets: Iterable[Street], stretches: Iterable[Stretch]) -> dict[int, list[Stretch]]:
    """Give each street its stretches, and say which are each patch's, in the order of the streets."""
    of_street: dict[int, list[Stretch]] = defaultdict(list)
    for stretch in sorted(stretches, key=lambda stretch: stretch.id):
        of_street[stretch.street_id].append(stretch)
    of_patch: dict[int, list[Stretch]] = defaultdict(list)
    for street in streets:
        set_committed_value(street, "stretches", of_street[street.id])
        for stretch in of_street[street.id]:
            set_committed_value(stretch, "street", street)
            of_patch[stretch.patch_id].append(stretch)
    return of_patch


def one(session: Session, patch: Patch, *, at: datetime) -> Tended:
    """One patch."""
    return next(tended for tended in of(session, at=at, with_loads=False).tended if tended.patch.id == patch.id)


def _by_patch(worn: Iterable[Hat], those: Iterable[Person]) -> dict[int, list[Hat]]:
    known = {person.id: person for person in those}
    found: dict[int, list[Hat]] = defaultdict(list)
    for hat in sorted(worn, key=people.in_turn):
        set_committed_value(hat, "person", known[hat.person_id])
        if all(other.person_id != hat.person_id for other in found[hat.patch_id or 0]):
            found[hat.patch_id or 0].append(hat)
    return found


@dataclass(frozen=True)
class _Many:
    """How many requests are open, and were asked and done in four weeks, by patch; and how many were asked, by street."""

    open: Counter[int] = field(default_factory=Counter)
    asked: Counter[int] = field(default_factory=Counter)
    done: Counter[int] = field(default_factory=Counter)
    asked_there: Counter[int] = field(default_factory=Counter)


def _counts(session: Session, *, at: datetime) -> _Many:
    # Each part has an index of its own; a request that is in several is there once.
    found_by = HelpRequest.state.in_(OPEN), HelpRequest.created_at > at - A_MONTH, HelpRequest.over_at > at - A_MONTH
    told = HelpRequest.id, HelpRequest.patch_id, HelpRequest.street_id, HelpRequest.state, HelpRequest.created_at
    found = union(*(select(*told, HelpRequest.over_at).where(one) for one in found_by)).subquery().c
    counted = (
        found.state.in_(OPEN),
        found.created_at > at - A_MONTH,
        (found.over_at > at - A_MONTH) & (found.state == Q.DONE),
    )
    where = found.patch_id, found.street_id
    rows: Iterable[Any] = session.execute(
        select(*where, *(func.count().filter(one) for one in counted)).group_by(*where)
    )
    many = _Many()
    for patch_id, street_id, so_many, recently, over in rows:
        many.open[patch_id] += so_many
        many.asked[patch_id] += recently
        many.done[patch_id] += over
        many.asked_there[street_id] += recently
    return many


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
