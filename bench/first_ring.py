"""From "this call waits" to the first ring asked of the carrier: one call after another, and sixteen at once.

It is measured from the answer to the menu's webhook, by which the call waits and rings are owed, to the carrier's first byte of a
leg for that call. The floor is a job put in the same queue at once, and run by the same kind of worker, that does nothing but
ask the carrier: what there would be without rows that outlive the queue, and without a clock.
"""

import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from sqlalchemy import select

from bench import shared
from bench.evening import HEADING, Evening, evening, told
from helpline.calls import Call
from helpline.rings import Ring

AT_ONCE = 16
BURSTS = 4
# Each call is from another number: whoever rings again and again is slowed.
NUMBERS = count()


def a_call(here: Evening) -> tuple[str, float]:
    """A resident rings and presses 1; the call's sid, and when she began to wait."""
    sid, caller = "CA" + secrets.token_hex(16), f"+442079460{next(NUMBERS) % 1000:03}"
    here.webhook("/ivr/voice", CallSid=sid, From=caller, CallStatus="ringing", Direction="inbound")
    here.webhook("/ivr/voice/menu", CallSid=sid, From=caller, CallStatus="in-progress", Direction="inbound", Digits="1")
    return sid, time.perf_counter()


def hang_up(here: Evening, sid: str) -> None:
    """She rings off."""
    here.webhook("/ivr/status/calls", CallSid=sid, CallStatus="completed", Direction="inbound")


def put_down(here: Evening, since: float) -> None:
    """Every leg asked for since an instant is over, says the carrier, and only then is its handler free."""
    for leg in here.carrier.all("Calls.json", since=since):
        path = leg.fields["StatusCallback"].removeprefix(here.stack.settings["PUBLIC_URL"])
        here.webhook(path, CallSid=leg.sid, CallStatus="completed", Direction="outbound-api")


def rung(here: Evening) -> dict[str, float]:
    """When the first ring of each call was asked of the carrier, by the call's sid."""
    with here.database.reading() as session:
        calls = {
            str(ring): sid
            for ring, sid in session.execute(select(Ring.id, Call.sid).join(Call, Call.id == Ring.call_id))
        }
    first: dict[str, float] = {}
    for asked in here.carrier.all("Calls.json"):
        first.setdefault(calls[asked.fields["Url"].rsplit("/", 1)[1]], asked.at)
    return first


def waited(here: Evening, calls: dict[str, float]) -> list[float]:
    """How long each call waited for its first ring; then all ring off, and every phone stops ringing."""
    here.carrier.wait(lambda: calls.keys() <= rung(here).keys())
    asked = rung(here)
    for sid in calls:
        hang_up(here, sid)
    put_down(here, since=min(calls.values()))
    return [asked[sid] - at for sid, at in calls.items()]


def measure(here: Evening, seconds: float) -> tuple[list[float], list[float], list[float]]:
    """One after another, sixteen at once, and the floor between."""
    single: list[float] = []
    burst: list[float] = []
    floor: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or not single:
        single += waited(here, dict([a_call(here)]))
        floor.append(here.ask_floor())
        time.sleep(random.uniform(0, 0.25))  # calls keep no step with the clock
    with ThreadPoolExecutor(AT_ONCE) as callers:
        for _ in range(max(1, min(BURSTS, int(seconds)))):
            burst += waited(here, dict(callers.map(lambda _: a_call(here), range(AT_ONCE))))
    return single, burst, floor


def main() -> None:
    """Measure on each kind of database."""
    chosen = shared.options(__doc__ or "", seconds=40).parse_args()
    said = []
    for kind in shared.kinds(chosen.database_url):
        with shared.place(kind, chosen.database_url) as place, evening(place) as here:
            single, burst, floor = measure(here, chosen.seconds)
        print(f"\n{kind:32} {HEADING}")
        told("one call after another", single, floor)
        told(f"{AT_ONCE} calls at once", burst, floor)
        said.append(f"{shared.percentile(single, 0.99):.2f} s at p99 on {kind}")
    print(f"\nfirst ring {'; '.join(said)}")


if __name__ == "__main__":
    main()
