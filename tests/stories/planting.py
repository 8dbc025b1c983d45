"""Faults planted in a copy of the code, to see whether the machine that makes up evenings finds them.

    python -m tests.stories.planting              # what can be planted
    python -m tests.stories.planting two_winners  # plant it, and play up to 200 evenings until one is wrong
    python -m tests.stories.planting all

Each is one line changed, in a folder of its own: the code that it was copied from is never touched.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpline import config
from helpline.db import Database
from tests.conftest import migrate, settings_for
from tests.stories.moves import Move, evening
from tests.stories.stage import Cast, at
from tests.stories.test_evening_machine import play
from tests.valkey import Valkey

ROOT = Path(__file__).parent.parent.parent
COPIED = ("helpline", "ivr", "dashboard", "workers", "simulator", "migrations", "tests")
EVENINGS = 200


@dataclass(frozen=True)
class Fault:
    """One line as it stands and as it is planted, and an evening that is lost by it and by nothing else."""

    file: str
    stands: str
    planted: str
    cast: Cast
    script: tuple[Move, ...]

    def plant(self, root: Path) -> None:
        """Change the line in this copy. The line must be there, once: a fault that cannot be planted proves nothing."""
        file = root / self.file
        words = file.read_text()
        if words.count(self.stands) != 1:
            raise ValueError(f"{self.file} has {words.count(self.stands)} times, and not once:\n{self.stands}")
        file.write_text(words.replace(self.stands, self.planted))


ONE_ON = Cast(at("2026-11-19T14:47"), (("acts", 240),))
BOTH_ON = Cast(at("2026-11-19T14:47"), (("acts", 240), ("acts", 240)))
WAITS: Move = ("dials_and_waits_in_the_queue", (0,))
FAULTS: dict[str, Fault] = {
    # The plan.
    "the_busy_are_rung": Fault(
        "helpline/ringing.py",
        "if handler.free and rested(handler)",
        "if rested(handler)",
        ONE_ON,
        (WAITS, ("takes", (0,)), ("dials_and_waits_in_the_queue", (1,))),
    ),
    "nobody_is_rung_again": Fault(
        "helpline/ringing.py",
        "rung.over_at is not None and rung.over_at + REST <= at for",
        "False for",
        ONE_ON,
        (WAITS, ("declines", (0,)), ("waits", (20.0,)), ("waits", (30.0,)), ("waits", (30.0,))),
    ),
    # What the queue says of how she left it.
    "bridged_is_taken_for_hangup": Fault(
        "ivr/waiting.py",
        'hook.field("QueueResult") == "hangup"',
        'hook.field("QueueResult") == "bridged"',
        ONE_ON,
        (WAITS, ("takes", (0,)), ("waits", (5.0,)), ("rings_off", (0,))),
    ),
    "whoever_leaves_is_cut_off": Fault(
        "ivr/waiting.py",
        "        return _out_of_the_queue(session, call, hook)\n\n\ndef _nobody_rung(",
        "        return speech.goodbye()\n\n\ndef _nobody_rung(",
        ONE_ON,
        (WAITS, ("presses", (0, "4"))),
    ),
    # Taking a call.
    "two_winners": Fault(
        "helpline/calls.py",
        "    if busy is not None or not is_wanted(call, ring) or not rings.took(session, ring, at=at):",
        "    call.state, call.handler_id = C.TAKEN, ring.person_id\n    if not rings.took(session, ring, at=at):",
        BOTH_ON,
        (WAITS, ("waits", (9.0,)), ("everybody_presses_1_at_once", ()), ("waits", (5.0,))),
    ),
    "the_others_go_on_ringing": Fault(
        "helpline/rings.py",
        "at=at) and sounding and ring.sid:",
        "at=at) and not sounding and ring.sid:",
        BOTH_ON,
        (WAITS, ("waits", (9.0,)), ("takes", (0,)), ("waits", (5.0,)), ("waits", (5.0,))),
    ),
    # Errands.
    "a_queue_is_left": Fault(
        "helpline/calls.py",
        "    if was_waiting:\n",
        "    if not was_waiting:\n",
        ONE_ON,
        (WAITS, ("rings_off", (0,))),
    ),
    # What a call comes to.
    "whoever_gave_up_is_owed_nothing": Fault(
        "helpline/calls.py",
        "owed = call.phone is not None and not in_the_menu",
        "owed = False",
        ONE_ON,
        (WAITS, ("waits", (5.0,)), ("rings_off", (0,))),
    ),
}


@contextmanager
def planted(name: str) -> Iterator[Path]:
    """A copy of the code with this fault in it; with none when there is no such fault (`""`)."""
    with tempfile.TemporaryDirectory(prefix="helpline-planted-") as folder:
        for part in COPIED:
            shutil.copytree(ROOT / part, Path(folder) / part, ignore=shutil.ignore_patterns("__pycache__", "page"))
        if name:
            FAULTS[name].plant(Path(folder))
        yield Path(folder)


def played_there(name: str, *evenings: str) -> subprocess.CompletedProcess[str]:
    """Play in such a copy: the evenings of these faults, or those that the machine makes up. Code 1: one of them was wrong."""
    with planted(name) as folder:
        command = [sys.executable, "-m", "tests.stories.planting", "--here", *evenings]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1800, check=False)


def play_each_here(names: Sequence[str]) -> int:
    """Play the evenings of these faults in this very folder, in which none is planted."""
    return _play_here(iter([(FAULTS[name].cast, list(FAULTS[name].script)) for name in names]))


def _play_here(scripts: Iterator[tuple[Cast, list[Move]]]) -> int:
    """Play these evenings in this very folder until one is wrong, and say which."""
    settings = config.use(settings_for())
    valkey = Valkey()
    valkey.start()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").exists() else None) as folder:  # noqa: S108
        url = f"sqlite:///{folder}/helpline.db"
        migrate(url)
        database, number, began = Database(url), 0, time.monotonic()
        try:
            for cast, script in scripts:
                number += 1
                play(settings, database, valkey, cast, script)
        except Exception as found:  # noqa: BLE001  # whatever is wrong is what we look for
            print(f"evening {number}, after {time.monotonic() - began:.0f} s: {str(found).splitlines()[0]}")
            print(found, file=sys.stderr)
            return 1
        finally:
            database.close()
            valkey.close()
    print(f"nothing was wrong in {number} evenings")
    return 0


def main() -> int:
    """Plant what is asked for."""
    told = sys.argv[1:]
    if told[:1] == ["--here"]:
        names = told[1:]
        return play_each_here(names) if names else _play_here(evening(seed) for seed in range(EVENINGS))
    names = list(FAULTS) if told == ["all"] else told
    if not names or not set(names) <= {*FAULTS}:
        print(__doc__, *FAULTS, sep="\n")
        return 2
    for name in names:
        print(f"{name:<28}", played_there(name).stdout.strip(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
