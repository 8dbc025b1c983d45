"""Numbers: understood generously, never guessed."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline import phone


@pytest.mark.parametrize(
    "written",
    ["07700 900123", "+447700900123", "0044 7700 900123", "(07700) 900-123", " 07700900123 ", "+44 (0)7700 900123"],
)
def test_a_mobile_number_is_one_number_however_it_is_written(written: str) -> None:
    assert phone.understand(written) == "+447700900123"


@pytest.mark.parametrize(
    "number", ["+447700900000", "+447700900999", "+442079460000", "+442079460999", "+441174960123", "+442896496999"]
)
def test_numbers_kept_for_drama_are_numbers_and_nobodys(number: str) -> None:
    assert phone.understand(number) == number
    assert phone.is_made_up(number)


@pytest.mark.parametrize("number", ["+447700899999", "+447700901000", "+442079461000", "+441632961303"])
def test_numbers_beside_those_kept_for_drama_may_be_somebodys(number: str) -> None:
    assert not phone.is_made_up(number)


@pytest.mark.parametrize(
    "sent", ["", " ", "anonymous", "Anonymous", "RESTRICTED", "unavailable", "unknown", "+266696687"]
)
def test_a_withheld_number_is_nobody(sent: str) -> None:
    assert phone.understand(sent) is None


@pytest.mark.parametrize(
    "written", ["999", "112", "111", "101", "0770", "7946 0118", "07700 90012", "020 7946 011", "hello"]
)
def test_what_cannot_be_rung_is_no_number(written: str) -> None:
    assert phone.understand(written) is None


def test_a_number_abroad_keeps_its_country() -> None:
    assert phone.understand("+48 22 555 01 23") == "+48225550123"
    assert phone.spoken("+48225550123") == "+48 22 555 01 23"


def test_a_number_is_shown_by_its_end_and_read_in_groups() -> None:
    assert phone.last_three("+442079460118") == "118"
    assert phone.spoken("+442079460303") == "020 7946 0303"
    assert phone.spoken("+447700900123") == "07700 900123"


@given(st.from_regex(r"\+44[1237][0-9]{9}", fullmatch=True))
def test_a_whole_british_number_is_what_the_library_understands(sent: str) -> None:
    known = phonenumbers.parse(sent)
    assert phonenumbers.is_possible_number(known)
    assert phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164) == phone.understand(sent) == sent
