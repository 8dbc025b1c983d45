"""`python -m bench.streets`: how long it takes to say which of 300 streets was heard, asked at every letter that is typed.

The names are those of the tests' ward, read from a database each time, as the desk does. The floor reads the same rows and looks
for exactly the same letters. It says as well how many of the names heard on the telephone are found first, and among three.
"""

import re
import time
import tomllib
from collections.abc import Callable

from sqlalchemy.orm import Session

from bench import ROOT, shared
from helpline import hearing, places
from helpline.db import Base, Database
from helpline.places import Name, Street

FOLDER = ROOT / "tests" / "helpline"


def ward() -> list[Street]:
    """The ward's streets, with what they were called once."""
    told = tomllib.loads((FOLDER / "ward.toml").read_text(encoding="utf-8"))
    names = re.split(r"[;\n]\s*", told["streets"].strip())
    return [Street(name=name, also_called=places.written_other_names(told["once"].get(name, ()))) for name in names]


def heard() -> dict[str, str]:
    """What was typed, and the street that was meant."""
    parts = tomllib.loads((FOLDER / "heard.toml").read_text(encoding="utf-8"))
    return {typed: meant for part in parts.values() for typed, meant in part.items()}


def exactly(names: list[Name], typed: str) -> list[Name]:
    """The floor: what begins with the same letters."""
    return [name for name in names if name.name.casefold().startswith(typed)]


def _took(session: Session, find: Callable[[list[Name], str], object], typed: list[str], seconds: float) -> list[float]:
    """How long each look-up took, in milliseconds."""
    took, until = list[float](), time.perf_counter() + seconds
    while not took or time.perf_counter() < until:
        for one in typed:
            began = time.perf_counter()
            find(places.names(session), one)
            took.append((time.perf_counter() - began) * 1000)
    return took


def main() -> None:
    """Each kind of database, ours and the floor's in turns."""
    given = shared.options(__doc__ or "", seconds=5).parse_args()
    cases = heard()
    said = []
    for kind in shared.kinds(given.database_url):
        with shared.place(kind, given.database_url) as place:
            database = Database(place.url)
            Base.metadata.create_all(database.writer)
            with database.transaction() as session:
                session.add_all(ward())
            with database.reading() as session:
                ours = _took(session, hearing.suggest, list(cases), given.seconds / 2)
                floor = _took(session, exactly, list(cases), given.seconds / 2)
                found = {
                    typed: [one.name for one in hearing.suggest(places.names(session), typed, most=3)]
                    for typed in cases
                }
            database.close()
        p99 = shared.percentile(ours, 0.99)
        print(f"{kind}: {shared.median(ours):.2f} ms, {p99:.2f} ms at p99; the floor {shared.median(floor):.2f} ms")
        said.append(
            f"{shared.median(ours):.2f} ms a look-up, {shared.median(ours) / shared.median(floor):.1f} of the floor on {kind}"
        )
    first = sum(names[:1] == [cases[typed]] for typed, names in found.items())
    in_three = sum(cases[typed] in names for typed, names in found.items())
    print(f"of {len(cases)} heard on the telephone {first} are found first, {in_three} among three")
    print("; ".join(said))


if __name__ == "__main__":
    main()
