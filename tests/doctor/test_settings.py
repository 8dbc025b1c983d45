from pathlib import Path

import pytest

from helpline.config import TWILIO
from tests.doctor.conftest import Examine, all_well, words
from workers.doctor import settings
from workers.doctor.finding import Level
from workers.doctor.patient import is_here, shown

REAL = {
    "twilio_api_url": TWILIO,
    "public_url": "https://line.example.org",
    "dashboard_url": "https://desk.example.org",
    # Of no town, and not kept for drama either.
    "helpline_number": "01632 961303",
    "fallback_number": "01632 961999",
    "safeguarding_number": "01632 961456",
}


def test_the_demo_and_a_real_group_are_well(examine: Examine) -> None:
    assert all_well(examine(settings.settings))
    assert all_well(examine(settings.settings, **REAL))


@pytest.mark.parametrize("name", settings.NUMBERS)
def test_a_made_up_number_is_wrong_for_a_real_group(examine: Examine, name: str) -> None:
    said = words(examine(settings.settings, **(REAL | {name: "07700 900118"})), Level.WRONG)
    assert said.startswith(f"Kept for drama, and so nobody's: {name.upper()}.")
    assert "118" not in said


@pytest.mark.parametrize("name", ["public_url", "dashboard_url"])
@pytest.mark.parametrize(
    ("address", "why"),
    [("http://line.example.org", "must begin with https://"), ("https://127.0.0.1:8001", "cannot reach")],
)
def test_an_address_that_is_open_or_only_here_is_wrong(examine: Examine, name: str, address: str, why: str) -> None:
    said = words(examine(settings.settings, **(REAL | {name: address})), Level.WRONG)
    assert said.startswith(name.upper())
    assert why in said


def test_a_fallback_that_is_the_helpline_itself_is_wrong(examine: Examine) -> None:
    found = examine(settings.settings, fallback_number="020 7946 0303")
    assert "ring itself" in words(found, Level.WRONG)
    assert "7946" not in words(found, Level.WRONG)


def test_without_the_councils_line_somebody_looks(examine: Examine) -> None:
    assert "SAFEGUARDING_NUMBER" in words(examine(settings.settings, safeguarding_number=None), Level.LOOK)


def test_more_than_a_call_a_second_is_worth_a_look(examine: Examine) -> None:
    assert "CALLS_PER_SECOND is 5" in words(examine(settings.settings, calls_per_second=5), Level.LOOK)


def test_secrets_that_others_of_this_computer_can_read_are_worth_a_look(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert examine(settings.env_file) == []
    (tmp_path / ".env").touch(mode=0o600)
    assert examine(settings.env_file) == []
    (tmp_path / ".env").chmod(0o644)
    assert "chmod 600" in words(examine(settings.env_file), Level.LOOK)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:1", True),
        ("http://localhost", True),
        ("http://[::1]:80/", True),
        ("https://10.0.0.1", False),
        ("https://localhost.example.org", False),
    ],
)
def test_which_addresses_mean_this_computer(address: str, here: bool) -> None:
    assert is_here(address) == here


def test_a_shown_address_holds_no_password() -> None:
    assert shown("https://me:hush@line.example.org:8443/a?token=hush#hush") == "https://line.example.org:8443/a"
