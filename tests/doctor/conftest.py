"""Who is examined, and what is said of them."""

from collections.abc import Callable, Iterator

import pytest

from helpline import clock, config
from helpline.clock import Clock
from tests.conftest import settings_for
from workers.doctor.finding import Check, Finding, Level
from workers.doctor.patient import Patient
from workers.doctor.rounds import bounded

Examine = Callable[..., list[Finding]]


@pytest.fixture
def patients() -> Iterator[list[Patient]]:
    made: list[Patient] = []
    yield made
    for patient in made:
        patient.close()


@pytest.fixture
def examine(patients: list[Patient]) -> Examine:
    """What one check finds, with these settings."""

    def go(check: Check, *, at: Clock = clock.now, **settings: object) -> list[Finding]:
        patient = Patient(config.use(settings_for(**settings)), at)
        patients.append(patient)
        return bounded(check, patient)

    return go


def words(found: list[Finding], level: Level) -> str:
    """What was said at that level."""
    return "\n".join(finding.words for finding in found if finding.level == level)


def all_well(found: list[Finding]) -> bool:
    assert found
    return {finding.level for finding in found} == {Level.OK}
