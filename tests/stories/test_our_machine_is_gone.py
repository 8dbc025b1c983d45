"""Our machine is gone, and a document kept elsewhere puts the resident through."""

import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from helpline import wording
from simulator import WireAnswer, WireError
from simulator.handset import PhoneCall
from tests.scripts.test_mistakes import RIGHT
from tests.stories.evening import Evening
from workers import fallback

RITA = "+442079460118"
KEPT_AT = "https://kept.example.org"


class StaticHost:
    """A web host with two files, that knows no other method than GET; everything else is gone."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def post(self, url: str, form: object, headers: object, method: str = "POST", timeout: float = 15) -> WireAnswer:
        del form, headers, timeout
        file = url.partition("?")[0].removeprefix(KEPT_AT)
        if file not in self.files:
            raise WireError(f"nothing listens at {url.partition('?')[0]}")
        if method != "GET":
            return WireAnswer(405, "text/plain", b"only GET")
        return WireAnswer(200, "text/xml", self.files[file].encode())


@pytest.fixture
def gone(line: Evening) -> Evening:
    settings = line.settings
    line.exchange.number(
        settings.helpline_number,
        voice_url=f"{settings.public_url}/ivr/voice",
        voice_fallback_url=f"{KEPT_AT}/calls.xml",
        voice_fallback_method="GET",
        status_callback=f"{settings.public_url}/ivr/status/calls",
        sms_url=f"{settings.public_url}/ivr/texts",
        sms_fallback_url=f"{KEPT_AT}/texts.xml",
        sms_fallback_method="GET",
    )
    line.exchange.wire = StaticHost(
        {"/calls.xml": fallback.for_a_call(settings), "/texts.xml": fallback.for_a_text(settings)}
    )
    return line


def only_our_doors_were_missing(line: Evening) -> bool:
    return all("127.0.0.1:8001" in fault.where for fault in line.exchange.forgive(11205))


def rings(line: Evening) -> PhoneCall:
    return line.phone(RITA, "Rita").dial().hears("dial 999", limit=30).hears("putting you through to another number")


def test_a_resident_is_put_through_to_the_fallback_number(gone: Evening) -> None:
    organiser = gone.phone(gone.settings.fallback_number, "The fallback")
    rita = rings(gone)
    leg = organiser.rings(within=30)
    assert rita.is_bridged_with(leg)
    assert leg.leg.parties.caller == gone.settings.helpline_number, "nobody sees the resident's number"
    rita.says("Is somebody there?")
    leg.hears("Is somebody there?").hang_up()
    rita.hears("If nobody could speak to you").hears("dial 999").until_ended()
    assert only_our_doors_were_missing(gone)


def test_nobody_answers_there_either(gone: Evening) -> None:
    gone.phone(gone.settings.fallback_number, "The fallback").behaves("no answer")
    rings(gone).hears("please ring again later", limit=90).hears("dial 999").until_ended()
    assert only_our_doors_were_missing(gone)


def test_a_text_is_answered_that_nobody_reads_it_and_to_ring(gone: Evening) -> None:
    coral = gone.phone("+447700900201", "Coral")
    coral.sends("YES")
    answer = coral.receives("cannot read texts just now").body
    assert "Larkfield Neighbours" in answer
    assert "ring 020 7946 0303" in answer
    assert "ring 999" in answer
    assert only_our_doors_were_missing(gone)


@pytest.mark.parametrize(
    "group", ["Us", "L" * 40, "Łódź Lane Neighbours", "Les Amis de l\N{RIGHT SINGLE QUOTATION MARK}Été", "€" * 40]
)
def test_the_answer_to_a_text_is_one_cheap_part_whatever_the_group_is_called(group: str) -> None:
    text = wording.unread_text(group, "+420 123 456 789")
    assert wording.parts(text) == 1
    assert text.startswith("Sorry, ")


def test_the_documents_hold_no_address_of_ours_and_the_command_says_how_to_set_them(tmp_path: object) -> None:
    for words in ([], ["--texts"]):
        ran = subprocess.run(
            [sys.executable, "-c", "from workers.command import app; app()", "fallback", *words],
            env=RIGHT | {"PUBLIC_URL": "https://line.example.org", "DATABASE_URL": "sqlite:////proc/none/x.db"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert ran.stdout.startswith("<?xml")
        assert not re.search(r"https?:|action=|url=|line\.example", ran.stdout), "there is nobody to ask"
        assert "Primary handler fails" in ran.stderr
        assert "GET" in ran.stderr
        if not words:
            assert 'callerId="+442079460303"' in ran.stdout
            assert ">+442079460999</Dial>" in ran.stdout
