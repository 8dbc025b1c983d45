"""Whether the settings make sense."""

import stat
from collections.abc import Iterator
from pathlib import Path

from helpline import phone, wording
from workers.doctor.finding import Finding, look, ok, wrong
from workers.doctor.patient import Patient, is_here, shown

NUMBERS = ("helpline_number", "fallback_number", "safeguarding_number", "whatsapp_number")


def settings(patient: Patient) -> Iterator[Finding]:
    """What can be told from them alone; that they can be used at all is known by now."""
    given = patient.settings
    yield ok("Every setting can be used.")
    yield _address(patient, "PUBLIC_URL", given.public_url, "the carrier")
    yield _address(patient, "DASHBOARD_URL", given.dashboard_url, "a handler's browser")
    if given.fallback_number == given.helpline_number:
        yield wrong("FALLBACK_NUMBER is the helpline's own, which would ring itself: set it to somebody's telephone.")
    else:
        yield ok("FALLBACK_NUMBER is another number than the helpline's.")
    if given.safeguarding_number is None:
        yield look(
            "SAFEGUARDING_NUMBER is not set: handlers cannot see the council's line for adults at risk beside a call."
        )
    else:
        yield ok("The council's line for adults at risk is beside every call.")
    made_up = [name.upper() for name in NUMBERS if phone.is_made_up(getattr(given, name) or "")]
    if made_up and not patient.is_demo:
        yield wrong(f"Kept for drama, and so nobody's: {wording.listed(made_up)}. Set each to a real number.")
    pace = f"CALLS_PER_SECOND is {given.calls_per_second:g}"
    if given.calls_per_second > 1:
        yield look(f"{pace}: more than 1 is only right when the carrier has said that the account may.")
    else:
        yield ok(f"{pace}.")
    keys = len(given.keys)
    yield ok(
        f"SECRET_KEY holds {keys} key{'s' if keys > 1 else ''}. Keep a copy elsewhere: without it nobody reads the rows."
    )


def env_file(_: Patient) -> Iterator[Finding]:
    """Whether others of this computer can read the secrets."""
    file = Path(".env")
    if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield look("Other users of this computer can open .env, which holds secrets: “chmod 600 .env” stops that.")


def _address(patient: Patient, name: str, address: str, who: str) -> Finding:
    if is_here(address):
        if patient.is_demo:
            return ok(f"{name} is {shown(address)}: this computer alone, as in the demo.")
        return wrong(f"{name} is {shown(address)}, which {who} cannot reach: set it to an address of the internet.")
    if not address.startswith("https://"):
        return wrong(f"{name} begins with http://, so names and numbers travel open: it must begin with https://.")
    return ok(f"{name} is {shown(address)}.")
