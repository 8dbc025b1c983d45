"""Advice: a coordinator says that something is not safe, or that they need advice. Somebody is told at once.

It stays on the desk until a person has dealt with it, whatever becomes of the request meanwhile.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import config, desk_items, history, holders, messages, requests, wording
from helpline.desk_items import DeskItem, ItemKind
from helpline.messages import MessageKind
from helpline.offers import Offer


def ask(session: Session, offer: Offer, words: str, *, at: datetime) -> DeskItem:
    """Put it on the desk, and tell whoever is on; with nobody on, the organisers. Pressed twice, nobody is told twice.

    What they write is a note on the request.
    """
    request = offer.request
    if words.strip():
        requests.add_note(session, request, words, who=offer.person, at=at)
    item = desk_items.put(session, ItemKind.ADVICE, at=at, request_id=request.id)
    if item.alarmed_at is not None:
        return item
    ids = {"person_id": offer.person_id, "request_id": request.id, "offer_id": offer.id}
    history.record(session, "request.advice_asked", at=at, who=offer.person_id, **ids)
    here = holders.around(session, at=at)
    item.alarmed_at = at
    link = f"{config.current().dashboard_url}/requests/{request.id}"
    text = wording.advice_text(request.what_within, request.street.name if request.street else None, link)
    for person in tuple(shift.person for shift in here.on) or here.organisers:
        messages.owe(session, MessageKind.NEWS, text, to=person, at=at, request_id=request.id)
    return item
