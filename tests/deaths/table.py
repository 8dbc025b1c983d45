"""The table of deaths: what became of the road, by step and process, printed at the end of every run that had one."""

from typing import Any

DEATHS = "deaths"
WHEN = "Just after the step's act on SQLite, just before it on PostgreSQL; a worker whose step it is, while the carrier answers it."


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
