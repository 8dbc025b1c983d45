"""The account at the carrier, and how the helpline's number is set there."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from helpline import phone
from helpline.config import Settings
from helpline.errors import OutwardError
from helpline.wording import how_long
from workers.doctor import web
from workers.doctor.finding import Finding, look, ok, wrong
from workers.doctor.patient import Patient, shown
from workers.telephone import Account, OwnNumber, Webhook

DRIFT = timedelta(seconds=5)
RANG_OFF = " Without it nobody hears of a caller who rings off before she is in the queue."
XML = ("text/xml", "application/xml", "text/html")
"""As what the carrier reads TwiML; text/plain it would read aloud."""


def account(patient: Patient) -> Iterator[Finding]:
    """Whether our account answers to our token, is in use, and what time it is there."""
    try:
        found = patient.telephone.account()
    except OutwardError as refused:
        yield _away(refused)
        return
    except (ValueError, LookupError):
        yield wrong("What answers at TWILIO_API_URL is not the carrier: leave it empty for Twilio itself.")
        return
    if found.status == "active":
        yield ok("The carrier's account answers.")
    else:
        yield wrong(f"The carrier says that the account is {found.status}: its console says why.")
    yield _time(patient, found)


def _away(refused: OutwardError) -> Finding:
    if refused.code in {401, 403, 404}:
        return wrong("The carrier does not take TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: copy both from its console.")
    return wrong(f"{str(refused).capitalize()}: is this computer on the internet, and TWILIO_API_URL right?")


def _time(patient: Patient, found: Account) -> Finding:
    if found.at is None:
        return look("The carrier did not say what time it is.")
    ahead = patient.clock() - found.at
    if abs(ahead) <= DRIFT:
        return ok("This computer's time is the carrier's.")
    which = "ahead of" if ahead > timedelta(0) else "behind"
    return look(f"This computer's time is {how_long(abs(ahead))} {which} the carrier's: have it set by the network.")


def number(patient: Patient) -> Iterator[Finding]:
    """Whether the helpline's number is ours, and asks us about everything."""
    settings = patient.settings
    try:
        own = patient.telephone.own_number()
    except OutwardError as refused:
        yield look(f"How the number is set cannot be told: {refused}.")
        return
    if own is None:
        yield wrong(
            f"The account has no number {phone.spoken(settings.helpline_number)}: HELPLINE_NUMBER must be its own."
        )
        return
    yield ok("HELPLINE_NUMBER is the account's.")
    yield from webhooks(own, settings)
    yield from _kept_elsewhere(patient, own)


def webhooks(own: OwnNumber, settings: Settings) -> Iterator[Finding]:
    """Each compared with where it must go. Pure."""
    if own.calls_elsewhere:
        yield wrong("The number's calls go to an application or trunk of the console's: set it to a webhook instead.")
    yield _compare("A call comes in", own.calls, f"{settings.public_url}/ivr/voice")
    yield _compare("Call status changes", own.calls_status, f"{settings.public_url}/ivr/status/calls", RANG_OFF)
    if own.texts_elsewhere:
        yield wrong("The number's texts go to an application of the console's: set it to a webhook instead.")
    yield _compare("A message comes in", own.texts, f"{settings.public_url}/ivr/texts")
    if not own.can_text:
        yield wrong("The number cannot send texts, and coordinators are asked by text: take a number that can.")


def _compare(what: str, found: Webhook, wanted: str, otherwise: str = "") -> Finding:
    if found == Webhook(wanted, "POST"):
        return ok(f"{what}: {shown(wanted)}.")
    now = f"{shown(found.address)} by {found.method}" if found.address else "not set"
    return wrong(f"{what}: set it to {shown(wanted)}, by POST, in the carrier's console; it is {now}.{otherwise}")


def _kept_elsewhere(patient: Patient, own: OwnNumber) -> Iterator[Finding]:
    fallback = own.calls_fallback
    ours = {urlsplit(address).hostname for address in (patient.settings.public_url, patient.settings.dashboard_url)}
    if not fallback.address:
        words = "The call fallback (“Primary handler fails”) is not set: if this computer were gone, nobody would be put through."
        how = "“helpline fallback” prints what to keep elsewhere."
        yield look(f"{words} In the demo that is as it should be.") if patient.is_demo else wrong(f"{words} {how}")
    elif urlsplit(fallback.address).hostname in ours:
        yield wrong("The call fallback is on the machine whose failing it is there for: keep it on another one.")
    else:
        yield from _read(patient.settings, fallback)
    if not own.texts_fallback.address and not patient.is_demo:
        yield look("The message fallback is not set: see “helpline fallback --texts”.")


def _read(settings: Settings, fallback: Webhook) -> Iterator[Finding]:
    if fallback.method != "GET":
        yield look("The call fallback is asked by POST, which a host of plain files refuses: set it to GET.")
    try:
        answer = web.ask("GET", fallback.address)
    except web.NoAnswerError as why:
        yield wrong(f"The call fallback {shown(fallback.address)} cannot be had: {why}")
        return
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code != 200:
        yield look(f"The call fallback answers {answer.status_code} here; a bin may open to the carrier alone.")
    elif kind not in XML:
        yield wrong(f"The call fallback comes as {kind or 'nothing named'}, which is read aloud: it must be text/xml.")
    elif settings.fallback_number not in answer.text:
        yield wrong("The call fallback does not ring FALLBACK_NUMBER: print it again with “helpline fallback”.")
    else:
        yield ok("The call fallback is kept elsewhere, and rings FALLBACK_NUMBER.")
