"""Writing down a death, for the table of deaths."""

from collections.abc import Callable

import pytest

from tests.deaths.table import DEATHS

Table = Callable[[str, str, str, str, float], None]


@pytest.fixture
def death_table(request: pytest.FixtureRequest) -> Table:
    """Write down one death: database, step, process, what came of it, in how many seconds."""

    def write(database: str, step: str, process: str, outcome: str, seconds: float) -> None:
        # Reports travel from the workers of xdist to whoever prints; nothing else does.
        row = {"database": database, "step": step, "process": process, "outcome": outcome, "seconds": seconds}
        request.node.user_properties.append((DEATHS, row))

    return write
