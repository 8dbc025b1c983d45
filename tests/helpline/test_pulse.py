from datetime import timedelta

from sqlalchemy.orm import Session

from helpline import pulse
from tests.builders import NOON


def test_the_pulse_is_the_latest_beat_whoever_beat_it_on_both_databases(session: Session) -> None:
    assert pulse.last(session) is None
    pulse.beat(session, at=NOON)
    pulse.beat(session, at=NOON + pulse.BEAT)
    pulse.beat(session, at=NOON + timedelta(seconds=1))  # a second clock, which is late
    assert pulse.last(session) == NOON + pulse.BEAT
