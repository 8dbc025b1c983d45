"""Whoever holds something on the desk: from any rota and any items, always somebody."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from helpline import holders
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.holders import Around, Why
from helpline.people import Person
from helpline.rota import Shift
from tests.builders import NOON

HOUR = timedelta(hours=1)
PEOPLE = [Person(id=number, name=name, created_at=NOON) for number, name in enumerate(("Hana", "Tomasz", "Bea", "Olu"))]
people = st.sampled_from(PEOPLE)


@st.composite
def shifts(draw: st.DrawFn, first: int, last: int) -> Shift:
    starts_at = NOON + HOUR * draw(st.integers(first, last))
    return Shift(person=draw(people), starts_at=starts_at, ends_at=starts_at + HOUR * draw(st.integers(5, 9)))


arounds = st.builds(
    Around,
    on=st.lists(shifts(-4, 0), max_size=3).map(tuple),
    following=st.lists(shifts(1, 20), max_size=3).map(tuple),
    organisers=st.lists(people, max_size=2).map(tuple),
)
items = st.builds(
    lambda kind, holder, handed: DeskItem(
        kind=kind,
        state=ItemState.CLAIMED if holder else ItemState.OPEN,
        holder=holder,
        held_until=NOON + HOUR if holder else None,
        handed_to_id=handed,
    ),
    st.sampled_from(ItemKind),
    st.none() | people,
    st.none() | st.integers(0, 9),
)


@given(items, arounds, st.booleans())
def test_every_open_item_has_a_holder(item: DeskItem, here: Around, urgent: bool) -> None:
    held = holders.holder_of(item, here, urgent=urgent)
    nobody_at_all = item.holder is None and not (here.on or here.following or here.organisers)
    assert bool(held.people) is not nobody_at_all
    assert (held.why == Why.ANYBODY) is nobody_at_all
    if held.why in {Why.TOOK, Why.NEXT}:
        assert held.at is not None


@given(items, arounds)
def test_what_is_urgent_never_waits_for_a_shift_while_there_is_an_organiser(item: DeskItem, here: Around) -> None:
    held = holders.holder_of(item, here, urgent=True)
    assert held.why != Why.NEXT or not here.organisers


def test_handed_to_somebody_who_is_gone_it_is_whoever_is_on() -> None:
    hana, tomasz, bea, _ = PEOPLE
    item = DeskItem(kind=ItemKind.TEXT, state=ItemState.OPEN, handed_to_id=bea.id)
    on = tuple(Shift(person=one, starts_at=NOON, ends_at=NOON + HOUR) for one in (hana, tomasz))
    assert holders.holder_of(item, Around(on)).people == (hana, tomasz)


def test_a_shift_is_handed_to_whoever_came_last() -> None:
    hana, tomasz, bea, _ = PEOPLE
    early = Shift(person=hana, starts_at=NOON - HOUR, ends_at=NOON + 9 * HOUR)
    late = [Shift(person=one, starts_at=NOON, ends_at=NOON + HOUR * n) for one, n in ((tomasz, 1), (bea, 3))]
    assert holders.next_one([early, *late]) is bea
    assert holders.next_one([]) is None
