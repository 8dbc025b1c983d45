"""Words to paste into a street's chat: what to do, near which street, and by when. Pure.

They are made of the kinds and the times alone, so nothing that anybody said or wrote can be in them: no name, number or house.
Kinds that tell of health or want go by another name where a whole street can read it.
"""

from collections.abc import Sequence

from helpline import wording
from helpline.wording import Kind, Money

_DOING = {
    Kind.SHOPPING: "pick up a few bits of shopping",
    Kind.PRESCRIPTION: "run a small errand",
    Kind.FOOD_PARCEL: "run a small errand",
    Kind.FRIENDLY_CALL: "give a neighbour a friendly ring",
    Kind.DOG_WALK: "walk a dog",
    Kind.LIFT: "give somebody a lift",
    Kind.ODD_JOB: "do an odd job",
    Kind.TALK: "give a neighbour a friendly ring",
    Kind.SOMETHING_ELSE: "help with something small",
    Kind.OFFER_OF_HELP: "help with something small",
}


def of(kinds: Sequence[Kind], *, street: str, by: str, money: Money, signed: str | None) -> str:
    """The words. `by` is by when (`wording.by_when`), and `signed` the first name of the coordinator who pastes them."""
    doing = wording.listed(list(dict.fromkeys(_DOING[kind] for kind in kinds)))
    paid = " You would be paid back." if money == Money.PAID_BACK else ""
    end = f" {signed}" if signed else ""
    return f"Could anybody {doing} near {street} {by}?{paid} Tell me and I will say more.{end}"
