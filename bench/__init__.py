"""Benchmarks, run by hand: `python -m bench.road`. Each prints ratios to a floor measured in the same run."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The stack that script/server runs is started from there.
sys.path.insert(0, str(ROOT / "script"))
