"""The table of deaths: what became of the road, by step and process, printed at the end of every run that had one."""

from collections.abc import Callable
from typing import Any

import pytest

Table = Callable[[str, str, str, str, float], None]
DEATHS = "deaths"
WHEN = "Just after the step's act on SQLite, just before it on PostgreSQL; a worker whose step it is, while the carrier answers it."


@pytest.fixture
def death_table(request: pytest.FixtureRequest) -> Table:
    """Write down one death: database, step, process, what came of it, in how many seconds."""

    def write(database: str, step: str, process: str, outcome: str, seconds: float) -> None:
        # Reports travel from the workers of xdist to whoever prints; nothing else does.
        row = {"database": database, "step": step, "process": process, "outcome": outcome, "seconds": seconds}
        request.node.user_properties.append((DEATHS, row))

    return write


def pytest_terminal_summary(terminalreporter: Any) -> None:
    rows = [
        row
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, row in report.user_properties
        if name == DEATHS
    ]
    if not rows:
        return
    terminalreporter.section("deaths: each process killed (kill -9) at each step of the road")
    terminalreporter.write_line(WHEN)
    for database in sorted({row["database"] for row in rows}, reverse=True):
        terminalreporter.write_line(f"{database}")
        for row in rows:
            if row["database"] == database:
                words = f"{row['step']:<14} {row['process']:<8} {row['seconds']:5.1f} s  {row['outcome']}"
                terminalreporter.write_line(f"  {words}")
