"""The rarely needed part of the request form: ringing for a neighbour, another language, who pays, who answers for it."""

from typing import TYPE_CHECKING

from helpline.besides import Besides, PaidHow, SomebodyElse
from helpline.wording import Money

if TYPE_CHECKING:
    from dashboard.forms import RequestForm

SELF, OTHER = "self", "other"
THEM, RINGER = "them", "ringer"
YES, NO = "yes", "no"


def of(form: "RequestForm") -> Besides:
    """What the form says besides, or a sentence in `form.errors` for each field that is refused."""
    money = form.money in set(Money) - {Money.NONE}
    return Besides(
        another=_another(form) if form.who == OTHER else None,
        language=form.language or None,
        paid_how=PaidHow(form.paid_how) if money and form.paid_how in set(PaidHow) else None,
        payer=(form.payer or None) if money else None,
    )


def _another(form: "RequestForm") -> SomebodyElse:
    if form.knows not in {YES, NO}:
        form.errors["knows"] = "Ask whether they know that you are being rung, and press one."
    if form.contact not in {THEM, RINGER}:
        form.errors["contact"] = "Say whom we ring about it: press one."
    if form.contact == THEM and not form.phone:
        form.errors["phone"] = "Write the number of the neighbour here, or press that we ring whoever rang."
    if form.ringer and form.ringer.casefold() == form.name.casefold():
        form.errors["name"] = "That is who rang. Write here what the neighbour is called, or leave it empty."
    return SomebodyElse(form.ringer or None, form.knows == YES, form.contact == RINGER)
