"""The whole round: every check is made, whatever the others say, and none is waited for long."""

from collections.abc import Callable, Iterator, Sequence
from threading import Thread

from cryptography.fernet import InvalidToken
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from helpline import clock, config
from helpline.config import BadSettingsError
from helpline.db import CannotReachError
from helpline.errors import HelplineError, OutwardError
from helpline.wording import plain
from workers import keys
from workers.doctor import carrier, database, decided, doors, group, owed, queue, settings
from workers.doctor.finding import Check, Finding, Level, look, wrong
from workers.doctor.patient import Patient

LONGEST = 8.0
"""Seconds for one check in all."""

Say = Callable[[str], object]

ROUND: Sequence[tuple[str, Sequence[Check]]] = (
    ("Settings", (settings.settings, settings.env_file)),
    ("Database", (database.database,)),
    ("Clock", (database.clock,)),
    ("Queue", (queue.queue,)),
    ("What is owed", (owed.owed,)),
    ("Carrier", (carrier.account, carrier.number)),
    ("Doors", (doors.line, doors.desk)),
    ("The group", (group.organisers, group.numbers, group.on_the_rota, group.patches)),
    ("What it decided", (decided.open_hours, decided.how_long)),
)


def go(say: Say) -> bool:
    """Examine what the settings describe, and say it; whether anything is wrong."""
    try:
        given = config.use(config.load())
    except BadSettingsError as problem:
        _tell("Settings", [wrong(line) for line in str(problem).splitlines()], say)
        say("\nThe rest can be looked at when that is put right in .env.")
        return True
    patient = Patient(given, clock.now)
    try:
        levels = [finding.level for finding in examine(patient, say)]
    finally:
        patient.close()
    say(_sum(levels))
    return Level.WRONG in levels


def examine(patient: Patient, say: Say) -> list[Finding]:
    """Make every check, and say each group as it is done."""
    everything = []
    for name, checks in ROUND:
        found = [finding for check in checks for finding in bounded(check, patient)]
        _tell(name, found, say)
        everything += found
    return everything


def bounded(check: Check, patient: Patient, longest: float = LONGEST) -> list[Finding]:
    """What a check finds, within so many seconds; one that hangs is left behind."""
    found: list[Finding] = []

    def look_for() -> None:
        for finding in _caught(check, patient):
            found.append(finding)  # noqa: PERF402  # what is found before it hangs is told

    thread = Thread(target=look_for, name=check.__name__, daemon=True)
    thread.start()
    thread.join(longest)
    if thread.is_alive():
        return [*found, wrong(f"This did not answer within {longest:g} seconds: what it asks hangs.")]
    return found


def _caught(check: Check, patient: Patient) -> Iterator[Finding]:
    """The findings of a check, and of what stopped it."""
    try:
        yield from check(patient)
    except (CannotReachError, SQLAlchemyError):
        yield look("This cannot be told: the database cannot be asked.")
    except RedisError:
        yield look("This cannot be told: the queue cannot be asked.")
    except InvalidToken:
        yield look(f"This cannot be told. {keys.OTHER_KEY}")
    except HelplineError as refused:
        yield wrong(str(refused))
    except OutwardError as refused:
        yield wrong(f"The carrier: {refused}.")
    except Exception as broken:  # noqa: BLE001  # what it says may hold what is private, so only its kind is said
        yield wrong(f"The check “{check.__name__}” itself is broken ({type(broken).__name__}): please report it.")


def _tell(name: str, found: Sequence[Finding], say: Say) -> None:
    say(f"\n{name}")
    for finding in found:
        say(f"  {finding.level:<6} {plain(finding.words)}")


def _sum(levels: Sequence[Level]) -> str:
    wrongs, looks = levels.count(Level.WRONG), levels.count(Level.LOOK)
    if wrongs:
        return f"\n{wrongs} wrong, {looks} to look at."
    return f"\nNothing is wrong; {looks} to look at." if looks else "\nAll is well."
