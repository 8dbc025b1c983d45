"""Rungs as they stand: who looks after a patch, in order, and what each of them said of when and how much they are asked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from helpline import away, people, sparing
from helpline.away import Away
from helpline.ladder import Rung
from helpline.people import Hat


def of(session: Session, hats: Sequence[Hat], has: Mapping[int, int], *, at: datetime) -> list[Rung]:
    """The rungs of these hats, in their order; `has` is how many requests each person has, asked or taken."""
    return as_they_stand(session, hats, has, away.spells(session, [hat.person_id for hat in hats], at=at))


def as_they_stand(
    session: Session, hats: Sequence[Hat], has: Mapping[int, int], gone: Mapping[int, Sequence[Away]]
) -> list[Rung]:
    """The same, of what is known already of when they are away."""
    return [
        Rung(
            hat.person_id,
            hat.name,
            hat.person.by,
            stopped=hat.person.stopped_texts_at is not None,
            away=tuple((spell.first, spell.ends) for spell in gone.get(hat.person_id, ())),
            rests_until=hat.person.rests_until,
            has=has.get(hat.person_id, 0),
            most=sparing.most_of(session, hat.person),
            quiet=sparing.quiet_of(session, hat.person),
        )
        for hat in hats
    ]


def of_neighbours(rungs: Sequence[Rung], asked_at: Mapping[int, datetime], near: Collection[int]) -> list[Rung]:
    """Willing neighbours in the order they are asked: those near, then who has least, then who was asked longest ago. Pure."""

    def turn(rung: Rung) -> tuple[bool, int, bool, datetime | None, int]:
        last = asked_at.get(rung.person_id)
        return rung.person_id not in near, rung.has, last is not None, last, rung.person_id

    return sorted(rungs, key=turn)


def of_patch(session: Session, patch_id: int) -> list[Hat]:
    """Who looks after a patch, each person once: somebody may be coordinator and deputy of it by mistake."""
    first: dict[int, Hat] = {}
    for hat in people.ladder_of(session, patch_id):
        first.setdefault(hat.person_id, hat)
    return list(first.values())
