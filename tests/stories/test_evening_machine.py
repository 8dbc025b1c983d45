"""A machine that tries to lose a call: random evenings, each played to its end and then judged.

An evening is a list of moves made from a number under `@given`, not a `RuleBasedStateMachine` or a strategy of lists: those made
a twentieth as many conversations. It is shortened by leaving moves out, printed as it is, and can be pasted into `play` to see it
again. `EVENINGS=5000` plays more of them than every run does.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from helpline.config import Settings
from helpline.db import Database
from helpline.tables import metadata
from tests.stories.judge import AT_REST_WITHIN, Judge
from tests.stories.moves import MOVES, Move, evening, printed
from tests.stories.stage import Cast, Stage, at
from tests.valkey import Valkey

SHARDS = 8
FOUND: list[tuple[Cast, list[Move]]] = [
    (  # she rang off while we apologised, before the fallback number was rung: it stood written that she was put through
        Cast(at("2026-10-25T00:40"), (("takes", 240), ("off", 1), ("acts", 240), ("acts", 3))),
        [
            ("dials_and_waits_in_the_queue", (1,)),
            ("the_door_is_deaf", (2,)),
            ("takes", (3,)),
            ("the_door_fails_inside", (2,)),
            ("presses", (2, "#")),
        ],
    ),
    (  # she was handed over while she still heard whom she was through to, and rang off: nobody had talked to her
        Cast(at("2027-10-31T00:40"), (("hangs up", 240), ("takes", 3), ("no answer", 3))),
        [
            ("dials_and_waits_in_the_queue", (2,)),
            ("takes", (1,)),
            ("hands_over", (3, 1)),
            ("dials_and_waits_in_the_queue", (0,)),
        ],
    ),
    (  # she was put on hold while she still heard whom she was through to, and both put the telephone down
        Cast(at("2027-03-28T00:40"), (("takes", 240),)),
        [("dials", (3,)), ("takes", (3,)), ("holds", (3,)), ("everybody_presses_1_at_once", ())],
    ),
    (  # our database was away for all of her call, and back for the report of its end: she had only rung off
        Cast(at("2027-03-28T00:40"), (("hangs up", 15),)),
        [("dials", (3,)), ("the_door_fails_inside", (3,)), ("a_while_passes", (2,))],
    ),
    (  # our database was away as we heard that she had rung off: it was written down that she was put through
        Cast(at("2026-10-25T00:40"), (("takes", 240), ("off", 1), ("acts", 240), ("acts", 3))),
        [
            ("dials_and_waits_in_the_queue", (0,)),
            ("the_door_fails_inside", (3,)),
            ("declines", (1,)),
            ("rings_off", (3,)),
        ],
    ),
    (  # both put the telephone down while she heard whom she was put through to: it was written down that they had talked
        Cast(at("2026-11-19T14:47"), (("acts", 240),)),
        [("dials_and_waits_in_the_queue", (2,)), ("takes", (0,))],
    ),
    (  # the same of somebody whose number is withheld, when it was the handler of whom we heard first
        Cast(at("2027-03-28T00:40"), (("takes", 240),)),
        [("dials_and_waits_in_the_queue", (2,)), ("waits", (1.0,)), ("handler_hangs_up", (0,))],
    ),
]
EVENINGS = int(os.environ.get("EVENINGS", "200"))


def play(settings: Settings, database: Database, valkey: Valkey, cast: Cast, script: list[Move]) -> None:
    """Play an evening, bring it to rest, and judge it. Raises AssertionError with its moves and everything that was heard."""
    stage = Stage(settings, database, valkey, cast)
    judge = Judge(stage)
    try:
        for name, told in script:
            MOVES[name](stage, *told)
            judge.look()
        bring_to_rest(stage, judge)
        judge.sum_up()
        if judge.wrong:
            sentences = "\n".join(judge.wrong)
            raise AssertionError(f"{sentences}\n\n{printed(cast, script)}\n\n{stage.exchange.transcript()}")
    finally:
        stage.close()
        stage.mend()
        clear(database, valkey)


def bring_to_rest(stage: Stage, judge: Judge) -> None:
    """All is mended, everybody puts the telephone down, and time passes, in longer and longer strides, until nothing is owed."""
    stage.mend()
    for phone in stage.exchange.phones.values():
        phone.behaves("busy")
        if phone.call is not None:
            phone.call.hang_up()
    began, stride = stage.clock.now(), 1.0
    while judge.unsettled() and stage.clock.now() - began < AT_REST_WITHIN:
        stage.clock.advance(stride)
        stride = min(60.0, stride * 1.5)
    stage.clock.advance(60)


def clear(database: Database, valkey: Valkey) -> None:
    """Take every row out, and whatever is in the queue."""
    with database.writer.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    valkey.redis.flushall()


@pytest.fixture
def memory_file(migrated_file: Path, tmp_path: Path) -> Iterator[Path]:
    """A migrated database kept in memory where the system has a place for that."""
    memory = Path("/dev/shm")  # noqa: S108  # Linux's own
    folder = memory if os.access(memory, os.W_OK) else tmp_path
    file = folder / f"helpline-evening-{os.getpid()}.db"
    shutil.copy(migrated_file, file)
    yield file
    for rest in folder.glob(f"{file.name}*"):
        rest.unlink()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_evening_after_evening_no_call_is_lost(
    shard: int, settings: Settings, memory_file: Path, valkey: Valkey
) -> None:
    database = Database(f"sqlite:///{memory_file}")
    played_out(shard, EVENINGS // SHARDS, settings, database, valkey)
    database.close()


def test_some_evenings_on_postgresql_as_well(postgres_url: str, settings: Settings, valkey: Valkey) -> None:
    database = Database(postgres_url)
    clear(database, valkey)
    played_out(SHARDS, max(1, EVENINGS // 20), settings, database, valkey)
    database.close()


@pytest.mark.parametrize(("cast", "script"), FOUND)
def test_an_evening_that_once_lost_a_call_does_not_again(
    cast: Cast, script: list[Move], settings: Settings, memory_file: Path, valkey: Valkey
) -> None:
    database = Database(f"sqlite:///{memory_file}")
    play(settings, database, valkey, cast, script)
    database.close()


def played_out(shard: int, number: int, settings: Settings, database: Database, valkey: Valkey) -> None:
    """So many evenings; every shard has other ones, and each run of a shard the same."""

    @hypothesis.settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.seed(shard)
    @hypothesis.given(st.integers(0, 2**62))
    def one(seed: int) -> None:
        cast, script = evening(seed)
        try:
            play(settings, database, valkey, cast, script)
        except AssertionError as found:
            shortest = shortened(script, lambda less: loses(settings, database, valkey, cast, less))
            raise AssertionError(f"{found}\n\nShortened:\n{printed(cast, shortest)}") from None

    one()


def loses(settings: Settings, database: Database, valkey: Valkey, cast: Cast, script: list[Move]) -> bool:
    """Whether anything is wrong with this evening."""
    try:
        play(settings, database, valkey, cast, script)
    except AssertionError:
        return True
    return False


def shortened(script: list[Move], still: Callable[[list[Move]], bool]) -> list[Move]:
    """Leave moves out, half of them and then fewer at a time, for as long as it is `still` wrong."""
    size = len(script) // 2
    while size:
        start = 0
        while start < len(script):
            less = script[:start] + script[start + size :]
            if still(less):
                script = less
            else:
                start += size
        size //= 2
    return script
