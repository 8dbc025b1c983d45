"""Referrals: passing somebody on to an organisation with their yes, what came back, and who is still to be heard of."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response

from dashboard.auth import Id, Looks, Reads, Visit, Writes, go, number, text
from dashboard.signposts import AnId, about_whom
from helpline import durations, phone, referral_words, referrals, signposts, wording
from helpline.calls import Call
from helpline.errors import HelplineError, NotFoundError
from helpline.referrals import Given, NotAgreedError, R, Referral, ReferralWay
from helpline.requests import HelpRequest

router = APIRouter()
NEWS = {"made", "in", "settled", "later"}
SAID = {"helped": R.HELPED, "could_not": R.COULD_NOT, "called_off": R.CALLED_OFF}


@dataclass
class ReferralForm:
    """A form as it stands, with a sentence for each field that is refused."""

    way: ReferralWay
    hear_by: str
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    signpost_id: int | None = None
    words: str = ""
    name: str = ""
    phone: str = ""
    agreed: bool = False
    instead: bool = True
    errors: dict[str, str] = field(default_factory=dict)


def _today(visit: Visit) -> date:
    return visit.at.astimezone(visit.house.settings.zone).date()


def _default_day(visit: Visit) -> str:
    length = durations.of(visit.session).hear_back
    return (_today(visit) + max(length, timedelta(days=1))).isoformat()


def _day(visit: Visit) -> date | None:
    try:
        return date.fromisoformat(text(visit.form, "hear_by", 10))
    except ValueError:
        return None


def referral_of(visit: Visit, referral_id: int) -> Referral:
    """A referral by its id. Raises `NotFoundError`."""
    found = referrals.find(visit.session, referral_id)
    if found is None:
        raise NotFoundError("Nobody was passed on there.")
    return found


@router.get("/referrals")
def waiting(visit: Reads) -> Response:
    """Everybody of whom something is still to be heard, or to be told; and what came back lately."""
    rows = referrals.waiting(visit.session)
    return visit.show(
        "referrals/list.html",
        page="referrals",
        out=[one for one in rows if one.goes_out],
        into=[one for one in rows if not one.goes_out],
        lately=referrals.lately(visit.session),
    )


@router.get("/referrals/new")
def new(
    visit: Looks, request: AnId = None, call: AnId = None, signpost: AnId = None, way: str = ReferralWay.OUT
) -> Response:
    """To whom, what they may know, and by when we want to hear. That somebody looked is written down."""
    about = about_whom(visit, call, request)
    form = ReferralForm(
        ReferralWay.IN if way == ReferralWay.IN else ReferralWay.OUT, _default_day(visit), signpost_id=signpost
    )
    if isinstance(about, Call):
        form.name = (about.person.name if about.person else None) or ""
        form.phone = phone.spoken(about.phone) if about.phone else ""
        visit.saw("referral", call_id=about.id)
    elif about is not None:
        visit.saw("request", request_id=about.id)
    return _form(visit, form, about)


def _form(visit: Visit, form: ReferralForm, about: Call | HelpRequest | None, *, status: int = 200) -> Response:
    chosen = signposts.find(visit.session, form.signpost_id)
    return visit.show(
        "referrals/form.html",
        status=status,
        page="referrals",
        form=form,
        request=about if isinstance(about, HelpRequest) else None,
        call=about if isinstance(about, Call) else None,
        signposts=signposts.on_the_list(visit.session),
        chosen=chosen,
        to_say=referral_words.for_a_yes(chosen.name if chosen else "them"),
        least=(_today(visit) + timedelta(days=1)).isoformat(),
        out=form.way == ReferralWay.OUT,
    )


def _typed(visit: Visit) -> ReferralForm:
    key = text(visit.form, "form_key", 40)
    return ReferralForm(
        ReferralWay.IN if text(visit.form, "way", 5) == ReferralWay.IN else ReferralWay.OUT,
        text(visit.form, "hear_by", 10),
        key=key if len(key) >= 16 else secrets.token_urlsafe(16),
        signpost_id=number(visit.form, "signpost"),
        words=text(visit.form, "words", referrals.LONGEST),
        name=text(visit.form, "name", 80),
        phone=text(visit.form, "phone", 40),
        agreed=text(visit.form, "agreed", 5) == "yes",
        instead=text(visit.form, "instead", 5) != "no",
    )


@router.post("/referrals")
def make(visit: Writes) -> Response:
    """Passes somebody on; sent twice, it is once."""
    form, day = _typed(visit), _day(visit)
    about = about_whom(visit, number(visit.form, "call"), number(visit.form, "request"))
    signpost = signposts.find(visit.session, form.signpost_id)
    understood = phone.understand(form.phone) if form.phone else None
    if signpost is None:
        form.errors["signpost"] = "Say which organisation."
    if form.phone and understood is None:
        form.errors["phone"] = "That is not a telephone number."
    if day is None:
        form.errors["hear_by"] = "Say by which day."
    if form.errors or signpost is None or day is None:
        return _form(visit, form, about, status=422)
    given = Given(
        form.key, form.way, day, form.words, agreed=form.agreed, instead=form.instead, name=form.name, phone=understood
    )
    try:
        made, _ = referrals.make(
            visit.session,
            signpost,
            given,
            request=about if isinstance(about, HelpRequest) else None,
            call_id=about.id if isinstance(about, Call) else None,
            who=visit.who,
            at=visit.at,
        )
    except NotAgreedError as refused:
        form.errors["agreed"] = str(refused)
        return _form(visit, form, about, status=422)
    except HelplineError as refused:
        form.errors["hear_by"] = str(refused)
        return _form(visit, form, about, status=422)
    visit.session.flush()
    return go(f"/referrals/{made.id}?news={'made' if made.goes_out else 'in'}")


@router.get("/referrals/{referral_id}")
def page(visit: Looks, referral_id: Id, news: str = "") -> Response:
    """One of them: who, to whom, what was told, and what came back. That somebody looked is written down."""
    referral = referral_of(visit, referral_id)
    visit.saw("referral", request_id=referral.request_id, call_id=referral.call_id)
    visit.session.flush()
    return _page(visit, referral, news=news if news in NEWS else None)


def _page(visit: Visit, referral: Referral, *, status: int = 200, **more: Any) -> Response:
    return visit.show(
        "referrals/page.html",
        status=status,
        page="referrals",
        referral=referral,
        request=referral.request,
        item=referrals.item_of(visit.session, referral),
        waits=referral.state == R.WAITING,
        to_say=_to_say(visit, referral),
        least=(_today(visit) + timedelta(days=1)).isoformat(),
        late=referral.state == R.WAITING and referral.hear_by_at <= visit.at,
        **{"news": None, "problem": None, "typed": "", "day_problem": None, "later_day": _default_day(visit), **more},
    )


def _to_say(visit: Visit, referral: Referral) -> str:
    group, me = visit.house.settings.group_name, visit.who.first_name
    when = wording.day(referral.made_at, visit.house.settings.zone)
    if not referral.goes_out:
        done = referral.request is not None and referral.request.state == "done"
        return referral_words.to_answer_them(group, me, when, done=done)
    if _is_new(visit.at, referral):
        return referral_words.to_tell_them(group, me)
    return referral_words.to_ask_them(group, me, when)


def _is_new(at: datetime, referral: Referral) -> bool:
    return at - referral.made_at < timedelta(hours=12)


@router.post("/referrals/{referral_id}/settle")
def settle(visit: Writes, referral_id: Id) -> Response:
    """What came back of it, or what we told them."""
    referral, words = referral_of(visit, referral_id), text(visit.form, "words", referrals.LONGEST)
    said = SAID.get(text(visit.form, "said", 12))
    if said is None:
        return _page(visit, referral, status=422, problem="Press what came of it.", typed=words)
    referrals.settle(visit.session, referral, said, words, who=visit.who, at=visit.at)
    return go(f"/referrals/{referral.id}?news=settled")


@router.post("/referrals/{referral_id}/later")
def later(visit: Writes, referral_id: Id) -> Response:
    """Nothing yet: asked again on another day."""
    referral, day = referral_of(visit, referral_id), _day(visit)
    if day is None:
        return _page(visit, referral, status=422, day_problem="Say by which day.")
    try:
        referrals.later(visit.session, referral, day, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, referral, status=422, day_problem=str(refused), later_day=day.isoformat())
    return go(f"/referrals/{referral.id}?news=later")
