"""Who would be asked first for something of each of several patches, in a few questions however many there are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpline import board, config, ladder, offers, passing, rungs
from helpline.ladder import Skip
from helpline.passing import Model
from helpline.people import Hat, HatName
from helpline.wording import Urgency


@dataclass(frozen=True)
class First:
    """Somebody by name, and whom they stand in for if that one is away; `name` is None when nobody can be asked now."""

    name: str | None = None
    instead_of: str | None = None
    anybody: bool = False

    @property
    def words(self) -> str:
        """As a list says it beside a street."""
        if self.name is None:
            return "nobody just now" if self.anybody else "nobody yet"
        return f"{self.name}, while {self.instead_of} is away" if self.instead_of else self.name


NEIGHBOURS = First("willing neighbours")


def of_patches(session: Session, patch_ids: Collection[int], *, at: datetime) -> dict[int, First]:
    """Who would be asked first of each patch, now or in the morning."""
    if not patch_ids:
        return {}
    if passing.model(session) == Model.NEIGHBOURS:
        return dict.fromkeys(patch_ids, NEIGHBOURS)
    hats = _hats(session, patch_ids)
    everybody = [hat for worn in hats.values() for hat in worn]
    has = offers.how_many(session, [hat.person_id for hat in everybody]) if everybody else {}
    names = {hat.person_id: board.name_of(hat.person) for hat in everybody}
    standing = dict(zip([hat.id for hat in everybody], rungs.of(session, everybody, has, at=at), strict=True))
    need = ladder.when(Urgency.THIS_WEEK, at=at, zone=config.current().zone)
    found = {}
    for patch_id in patch_ids:
        choice = ladder.next_to_ask([standing[hat.id] for hat in hats[patch_id]], (), need)
        away = next((rung.person_id for rung, why in choice.skipped if why == Skip.AWAY), None)
        name = names[choice.rung.person_id] if choice.rung else None
        found[patch_id] = First(name, names[away] if away else None, anybody=bool(hats[patch_id]))
    return found


def _hats(session: Session, patch_ids: Collection[int]) -> dict[int, list[Hat]]:
    """The ladder of each patch, each person once."""
    worn = session.scalars(
        select(Hat)
        .where(Hat.patch_id.in_(patch_ids), Hat.name.in_([HatName.COORDINATOR, HatName.DEPUTY]))
        .order_by(Hat.name, Hat.place.is_(None), Hat.place, Hat.id)
        .options(joinedload(Hat.person))
    )
    hats: dict[int, dict[int, Hat]] = defaultdict(dict)
    for hat in worn:
        hats[hat.patch_id or 0].setdefault(hat.person_id, hat)
    return defaultdict(list, {patch_id: list(mine.values()) for patch_id, mine in hats.items()})
