"""The settings of a folder: its `.env`, made with random secrets when it has none, and the environment.

What the environment says wins. A first `.env` is that of the demo: its carrier is the simulator.
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from helpline.errors import unreadable

PORTS = {"IVR_PORT": "8001", "WEB_PORT": "8000", "SIMULATOR_PORT": "8099"}
OWN_ADDRESSES = {"PUBLIC_URL": "IVR_PORT", "DASHBOARD_URL": "WEB_PORT", "TWILIO_API_URL": "SIMULATOR_PORT"}
"""The settings that hold an address of this computer, and the port it has."""
HERE = re.compile(r"http://127\.0\.0\.1:\d+/?")


def demo(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Every setting of a first start, with fresh secrets and the ports that the environment names."""
    ports = {name: environ.get(name) or usual for name, usual in PORTS.items()}
    return {
        "DATABASE_URL": "sqlite:///var/helpline.db",
        "SECRET_KEY": secrets.token_urlsafe(32),
        "TIMEZONE": "Europe/London",
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_API_URL": here(ports["SIMULATOR_PORT"]),
        "PUBLIC_URL": here(ports["IVR_PORT"]),
        "DASHBOARD_URL": here(ports["WEB_PORT"]),
        "HELPLINE_NUMBER": "+442079460303",
        "FALLBACK_NUMBER": "+442079460999",
        "SAFEGUARDING_NUMBER": "+442079460456",
        "CALLS_PER_SECOND": "1",
        **ports,
        "GROUP_NAME": "Larkfield Neighbours",
    }


def here(port: str) -> str:
    """The address of a port of this computer."""
    return f"http://127.0.0.1:{port}"


def write(file: Path, settings: Mapping[str, str]) -> None:
    """Write a `.env` that only its owner can read; never over one that is there."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w") as out:
        out.write("# Written at the first start; .env.example says what each setting is. Keep this file secret.\n")
        out.writelines(f"{name}={_quoted(value)}\n" for name, value in settings.items())


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def trouble(file: Path) -> str | None:
    """A sentence about the first line of a `.env` that is no setting; None when all is well."""
    try:
        with file.open(encoding="utf-8") as lines:
            wrong = next((one.original for one in parse_stream(lines) if one.error), None)
    except (OSError, UnicodeDecodeError) as problem:
        return unreadable(file.name, problem)
    if wrong is None:
        return None
    blank = wrong.string[: -len(wrong.string.lstrip()) or None].count("\n")  # which count as the statement's own
    return f"Line {wrong.line + blank} of {file.name} cannot be understood."


def read(file: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings in force. An empty one counts as not set, as in `helpline.config`."""
    kept = {name: value for name, value in dotenv_values(file).items() if value}
    given = {name: value for name, value in environ.items() if value}
    settings = PORTS | kept | given
    demo_alone = HERE.fullmatch(settings.get("PUBLIC_URL", ""))  # no carrier but the simulator reaches the line there
    for address, port in OWN_ADDRESSES.items():
        written = settings.get(address, "")
        # A port given for this start only takes the address that was written for it along; one changed in the demo's file, too.
        ours = HERE.fullmatch(written) if demo_alone else written == here(kept.get(port) or PORTS[port])
        if ours and address not in given:
            settings[address] = here(settings[port])
    return settings


def is_demo(settings: Mapping[str, str]) -> bool:
    """Whether the carrier is our own simulator: only then is there anything made up to show."""
    return settings.get("TWILIO_API_URL", "").rstrip("/") == here(settings["SIMULATOR_PORT"])
