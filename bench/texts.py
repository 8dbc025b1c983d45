"""Texts a second: owed rows through the clock, the queue and the worker `sending`, against jobs that do nothing.

The floor is RQ itself: as many no-op jobs through the same queue server and the same kind of worker. A text is a job as well,
but also a row claimed in one commit, a request to the carrier, and what came of it in another commit.
"""

import secrets
import time
from datetime import UTC, datetime

from rq import Queue

from bench import jobs, shared
from bench.evening import Evening, evening
from helpline import messages
from helpline.messages import MessageKind

A_SECOND = 20  # texts or jobs written for each second asked for
TEXT = "Messages.json"


def texts(here: Evening, count: int) -> float:
    """Texts a second that the carrier hears, of so many owed at once."""
    began = time.perf_counter()
    at = datetime.now(UTC)
    with here.database.transaction() as session:
        for _ in range(count):
            messages.owe(session, MessageKind.NEWS, "Done: Shopping near Acacia Road.", phone="+447700900501", at=at)
    here.carrier.wait(lambda: len(here.carrier.all(TEXT, since=began)) >= count)
    heard = here.carrier.all(TEXT, since=began)
    return (count - 1) / (heard[-1].at - heard[0].at)


def no_ops(here: Evening, count: int) -> float:
    """Jobs a second that do nothing, between one that says that it began and one that says that it is over."""
    began, over = secrets.token_hex(8), secrets.token_hex(8)
    here.floor.enqueue(jobs.ask, f"{here.carrier.url}/{began}", result_ttl=0)
    here.floor.enqueue_many([Queue.prepare_data(jobs.nothing, result_ttl=0) for _ in range(count)])
    here.floor.enqueue(jobs.ask, f"{here.carrier.url}/{over}", result_ttl=0)
    here.carrier.wait(lambda: here.carrier.all(over))
    return count / (here.carrier.all(over)[0].at - here.carrier.all(began)[0].at)


def main() -> None:
    """Measure on each kind of database, in turns."""
    chosen = shared.options(__doc__ or "", seconds=20).parse_args()
    count = max(20, int(chosen.seconds * A_SECOND / 4))
    said = []
    for kind in shared.kinds(chosen.database_url):
        with shared.place(kind, chosen.database_url) as place, evening(place) as here:
            turns = [(texts(here, count), no_ops(here, count)) for _ in range(4)]
        ours, floor = (shared.median(rates) for rates in zip(*turns, strict=True))
        print(f"\n{kind:32} {'a second':>10}")
        print(
            f"{'texts':32} {ours:10.0f}\n{'no-op jobs':32} {floor:10.0f}\n{'ratio':32} {ours / floor:10.2f}", flush=True
        )
        said.append(f"{ours:.0f} a second, {ours / floor:.2f} of the floor's jobs on {kind}")
    print(f"\ntexts {'; '.join(said)}")


if __name__ == "__main__":
    main()
