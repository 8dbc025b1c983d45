"""The words of an offer: what a coordinator is asked, and who and where once they have said yes. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from helpline import besides, phone, wording
from helpline.config import Settings
from helpline.people import DetailsBy
from helpline.requests import HelpRequest


def needs(request: HelpRequest) -> str | None:
    """What is needed in their words, and what there is to know besides."""
    return besides.with_words(request.words, besides.told(request) + besides.paid(request))


@dataclass(frozen=True)
class Words:
    """What is said in words of our own, and the parts of it that fill a template of WhatsApp's."""

    said: str
    fills: tuple[str, ...] = ()


def asking(
    settings: Settings,
    request: HelpRequest,
    *,
    street: str,
    by: str,
    letter: str,
    within: timedelta,
    link: str,
    together: bool = False,
) -> Words:
    """Asks a coordinator: no name, number, house or health."""
    group = settings.group_name
    if request.offers_help:
        return Words(wording.help_offered_text(group, street, letter, within, link))
    if together:
        return Words(wording.together_text(group, request.what, street, by, letter, within, link))
    said = wording.offer_text(group, request.what, street, by, letter, within, link)
    parts = (group, request.what, street, by, f"YES {letter}", f"NO {letter}", wording.how_long(within), link)
    return Words(said, tuple(map(wording.plain, parts)))


def details(
    settings: Settings, request: HelpRequest, *, how: DetailsBy, street: str, letter: str, link: str, ring: bool
) -> Words:
    """Who and where, as the coordinator chose: behind a link, in this text, or to be heard on the telephone."""
    group, what = settings.group_name, request.what
    if how == DetailsBy.VOICE:
        number = phone.spoken(settings.helpline_number)
        return Words(wording.details_by_phone_text(group, what, street, letter, number))
    if how == DetailsBy.TEXT:
        where = f"{request.house} {street}" if request.house else street
        return Words(wording.details_in_full_text(group, what, letter, request.name, where, needs(request)))
    parts = (group, what, street, link, f"DONE {letter}")
    return Words(wording.details_text(group, what, street, letter, link, ring=ring), tuple(map(wording.plain, parts)))
