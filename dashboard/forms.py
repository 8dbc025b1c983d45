"""The request form: what was typed, what is wrong with it, and what it says when nothing is."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from dashboard import besides
from dashboard.auth import LARGEST_ID, number, text
from helpline import clock, config, hearing, languages, phone, places, repeating
from helpline.besides import PAID_HOW_WORDS
from helpline.calls import Call
from helpline.errors import HelplineError
from helpline.hearing import Heard
from helpline.places import Street
from helpline.requests import OFFER_BY_ITSELF, Written
from helpline.script import ENGLISH
from helpline.texts import Text
from helpline.wording import KIND_WORDS, URGENCY_WORDS, Kind, Money, Urgency

# What the form sends when the street is not on our list.
NOT_ON_OUR_LIST = "none"
A_YEAR = timedelta(days=366)
MONEY_WORDS = {
    Money.NONE: "None needed",
    Money.PAID_BACK: "Neighbour pays, and is paid back",
    Money.OTHER: "Other, said in the words",
}
EVERIES = {"": "Just this once"} | {str(days): words.capitalize() for days, words in repeating.EVERY.items()}
CHOICES = {
    "everies": EVERIES,
    "kinds_": KIND_WORDS,
    "urgencies": URGENCY_WORDS,
    "moneys": MONEY_WORDS,
    "paid_hows": PAID_HOW_WORDS,
    "languages_known": [one.name for one in languages.KNOWN.values() if one.code != ENGLISH],
    "NOT_ON_OUR_LIST": NOT_ON_OUR_LIST,
}


@dataclass
class RequestForm:
    """A request form as it stands: every word that was typed, and a sentence for each field that is refused."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    call_id: int | None = None
    text_id: int | None = None
    from_id: int | None = None
    kinds: list[str] = field(default_factory=list)
    words: str = ""
    name: str = ""
    phone: str = ""
    house: str = ""
    street: str = ""
    street_id: str = ""
    # The words for which a street was picked: other words since then mean that it is not that street.
    street_was: str = ""
    urgency: str = ""
    day: str = ""
    time: str = ""
    money: str = ""
    consent: bool = False
    who: str = besides.SELF
    ringer: str = ""
    knows: str = ""
    contact: str = ""
    language: str = ""
    paid_how: str = ""
    payer: str = ""
    at_risk: bool = False
    worry: str = ""
    comes_back: str = ""
    until: str = ""
    # Whether it was begun before and is kept with us, and why all it needs is another press.
    kept: bool = False
    press_again: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    choices: list[Heard] = field(default_factory=list)

    @classmethod
    def about(cls, call: Call | None) -> "RequestForm":
        """An empty form about a call, if there is one. An offer of help wants nothing by today, and no money."""
        if call is None or not call.offers_help:
            spoken = languages.KNOWN.get(call.language) if call and call.language != ENGLISH else None
            return cls(call_id=call.id if call else None, language=spoken.name if spoken else "")
        return cls(call_id=call.id, kinds=[Kind.OFFER_OF_HELP], urgency=Urgency.THIS_WEEK, money=Money.NONE)

    @classmethod
    def from_texts(cls, written: Sequence[Text]) -> "RequestForm":
        """A form about what somebody wrote, up to the last of these: their words, and the number they wrote from."""
        last = written[-1]
        words = " ".join(one.body for one in written if one.body)
        return cls(text_id=last.id, words=words, phone=phone.spoken(last.phone) if last.phone else "")

    @property
    def what_is_wrong(self) -> str:
        """What keeps it from being saved, counted: things that are missing, unless one is there and cannot be."""
        given = {"phone": self.phone, "day": self.day, "street": self.street, "name": self.name}
        many = len(self.errors)
        if any(given.get(name) for name in self.errors):
            return "one thing needs another look" if many == 1 else f"{many} things need another look"
        return "one thing is missing" if many == 1 else f"{many} things are missing"


def read(form: FormData) -> RequestForm:
    """The form as it was sent."""
    key = text(form, "form_key", 40)
    return RequestForm(
        key=key if len(key) >= 16 else secrets.token_urlsafe(16),
        call_id=number(form, "call"),
        text_id=number(form, "text"),
        from_id=number(form, "from"),
        kinds=[str(kind) for kind in form.getlist("kind")],
        words=text(form, "words", 4000),
        name=text(form, "name", 80),
        phone=text(form, "phone", 40),
        house=text(form, "house", 40),
        street=text(form, "street", 80),
        street_id=text(form, "street_id", 12),
        street_was=text(form, "street_was", 80),
        urgency=text(form, "urgency", 20),
        day=text(form, "day", 10),
        time=text(form, "time", 8),
        money=text(form, "money", 20),
        consent=text(form, "consent") == "yes",
        who=besides.OTHER if text(form, "who", 8) == besides.OTHER else besides.SELF,
        ringer=text(form, "ringer", 80),
        knows=text(form, "knows", 8),
        contact=text(form, "contact", 8),
        language=text(form, "language", 40),
        paid_how=text(form, "paid_how", 20),
        payer=text(form, "payer", 80),
        at_risk=text(form, "at_risk") == "yes",
        worry=text(form, "worry", 1000),
        comes_back=text(form, "comes_back", 4),
        until=text(form, "until", 10),
    )


def not_on_our_list(form: RequestForm) -> bool:
    """Whether somebody looked at our streets and said that it is none of them."""
    return form.street_id == NOT_ON_OUR_LIST and form.street.casefold() == form.street_was.casefold()


def street_of(session: Session, form: RequestForm) -> Street | None:
    """The street that was picked for these words, or typed by exactly its name."""
    typed = form.street.casefold()
    if not_on_our_list(form):
        return None
    picked_id = int(form.street_id) if form.street_id.isascii() and form.street_id.isdigit() else 0
    if typed == form.street_was.casefold() and 0 < picked_id <= LARGEST_ID:
        picked = session.get(Street, picked_id)
        if picked is not None:
            return picked
    exactly = {name.name.casefold(): name.street_id for name in places.names(session)} if typed else {}
    return session.get(Street, exactly[typed]) if typed in exactly else None


def like(session: Session, heard: str, most: int = 6) -> list[Heard]:
    """The streets that sound or look like what was typed."""
    return hearing.suggest(places.names(session), heard, most) if heard.strip() else []


def understand(session: Session, form: RequestForm, *, at: datetime, promise: str | None) -> Written | None:
    """What the form says, or None with a sentence in `form.errors` for each field that is refused."""
    kinds = tuple(Kind(kind) for kind in dict.fromkeys(form.kinds) if kind in set(Kind))
    if not kinds:
        form.errors["kind"] = "Say what is needed: press at least one."
    if Kind.OFFER_OF_HELP in kinds and len(kinds) > 1:
        form.errors["kind"] = OFFER_BY_ITSELF
    if not form.words:
        form.errors["words"] = "Write a few words, so that a neighbour knows what to bring or do."
    said = besides.of(form)
    number = _number(form)
    street = street_meant(session, form)
    by_at = by(form, at=at)
    if form.urgency not in set(Urgency):
        form.errors["urgency"] = "Say by when: press one."
    if form.money not in set(Money):
        form.errors["money"] = "Say how the money goes: press one."
    comes_back(form, at=at)
    if not form.consent:
        otherwise = "press No request" if form.call_id else "do not save it"
        form.errors["consent"] = f"Ask first, and tick when they say yes. If they say no, {otherwise}."
    if form.errors:
        return None
    return Written(
        form_key=form.key,
        kinds=kinds,
        words=form.words,
        urgency=Urgency(form.urgency),
        money=Money(form.money),
        name=form.name or None,
        phone=number,
        house=form.house or None,
        street_id=street.id if street else None,
        street_words=None if street else form.street,
        by_at=by_at,
        promise=promise,
        besides=said,
    )


def _number(form: RequestForm) -> str | None:
    if not form.phone:
        return None
    number = phone.understand(form.phone)
    if number is None:
        form.errors["phone"] = "That is not a whole telephone number. Write all of it, like 020 7946 0123."
    return number


def street_meant(session: Session, form: RequestForm) -> Street | None:
    """The street that the form means, or None: then it is on no list, or a sentence in `form.errors` asks which."""
    if not form.street:
        form.errors["street"] = "Say which street, even if it is not on our list."
        return None
    street = street_of(session, form)
    if street is None:
        if not not_on_our_list(form):
            form.choices = like(session, form.street)
            form.street_id, form.street_was = "", form.street
            if form.choices:
                form.errors["street"] = "Which of these is it?"
        return None
    form.street = form.street_was = street.name
    form.street_id = str(street.id)
    if not form.house and places.patch_for(street, None) is None and street.stretches:
        form.errors["house"] = f"{street.name} is shared between two patches, so ask for the house number or name."
    return street


def comes_back(form: RequestForm, *, at: datetime) -> tuple[int, date | None] | None:
    """Every how many days it comes back, and until when; None when it does not, or what cannot be is said in `form.errors`."""
    if form.comes_back in {"", "0"}:
        return None
    try:
        last = date.fromisoformat(form.until) if form.until else None
        days = int(form.comes_back) if form.comes_back.isascii() and form.comes_back.isdigit() else 0
        repeating.check(days, last, at=at)
    except ValueError:
        form.errors["comes_back"] = "Say the last day, like 1 December, or leave it empty."
    except HelplineError as refused:
        form.errors["comes_back"] = str(refused)
    else:
        if Kind.OFFER_OF_HELP in form.kinds:
            form.errors["comes_back"] = repeating.NOT_AN_OFFER
            return None
        return days, last
    return None


def by(form: RequestForm, *, at: datetime) -> datetime | None:
    """By what day and time, if that was pressed; what cannot be is said in `form.errors`."""
    if form.urgency != Urgency.DAY_AND_TIME:
        return None
    try:
        wall = datetime.fromisoformat(f"{form.day}T{form.time or '23:59'}")
    except ValueError:
        form.errors["day"] = "Say which day, like 1 December, and a time if there is one."
        return None
    try:
        by_at = clock.instant(wall.replace(second=0, microsecond=0, tzinfo=None), config.current().zone)
    except (HelplineError, OverflowError) as refused:
        form.errors["day"] = str(refused) if isinstance(refused, HelplineError) else "That day is too far off."
        return None
    if by_at <= at:
        form.errors["day"] = "That time has gone by. Say one that is still to come."
        return None
    if by_at > at + A_YEAR:
        form.errors["day"] = "That is a long way off. Which year did they mean?"
        return None
    return by_at
