"""What a request is called between two people on the telephone."""

import pytest
from sqlalchemy.orm import Session

from helpline import requests
from tests import builders
from tests.helpline.cast import a_request


def test_no_two_requests_share_a_reference(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_REFERENCE", "BC")  # 32 of them, so that chance is no help
    hana = builders.a_handler(session, "Hana Novak")
    assert len({a_request(session, hana, None).reference for _ in range(20)}) == 20
