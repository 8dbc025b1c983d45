"""Memory that nobody uses is not taken: each process imports only what its work needs."""

import subprocess
import sys

import pytest

from helpline.lean import without

LOADED = "import sys, {}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"


def loaded_by(module: str) -> set[str]:
    told = subprocess.run([sys.executable, "-c", LOADED.format(module)], check=True, capture_output=True, text=True)
    return set(told.stdout.split())


@pytest.mark.parametrize("module", ["helpline.logs", "workers.__main__", "ivr.app", "dashboard.app"])
def test_no_process_loads_what_colours_tracebacks(module: str) -> None:
    loaded = loaded_by(module)
    assert "structlog" in loaded
    assert not {"rich", "pygments"} & loaded
    assert "icalendar" not in loaded, "it is loaded when a calendar asks"


def test_the_clock_does_not_load_what_reaches_the_carrier() -> None:
    loaded = loaded_by("workers.__main__, workers.clock, workers.jobs")
    assert "rq" in loaded
    assert not {"twilio", "requests"} & loaded


def test_what_was_loaded_before_is_there_again() -> None:
    import json  # noqa: PLC0415

    with without("json"), pytest.raises(ImportError):
        import json  # noqa: PLC0415
    assert sys.modules["json"] is json
