"""The Procfile: the one place where the processes are written down."""

import os
import sys
from pathlib import Path

from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parent.parent


def of(directory: Path) -> Path:
    """The folder's own Procfile, or ours."""
    own = directory / "Procfile"
    return own if own.exists() else ROOT / "Procfile"


def lines(procfile: Path) -> dict[str, str]:
    """Every line, by its name."""
    return dict(parse_procfile(procfile.read_text()).processes)


def words(line: str) -> list[str]:
    """A line as the command to start."""
    return ["/bin/sh", "-c", f"exec {line}"]


def surroundings() -> dict[str, str]:
    """What every line needs besides the settings: our commands on PATH, and output that comes when it is said."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "PYTHONUNBUFFERED": "1"}
