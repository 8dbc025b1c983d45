"""The demo is what a newcomer believes first, so it is played here too."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_demo_plays_the_whole_road() -> None:
    played = subprocess.run(
        [sys.executable, str(ROOT / "script" / "demo.py")], capture_output=True, text=True, timeout=120, check=False
    )
    assert played.returncode == 0, played.stderr + played.stdout
    for words in (
        "You are through to Hana",
        "gets a text: Larkfield Neighbours: Shopping near Acacia Road",
        "Every step happened",
    ):
        assert words in played.stdout
