"""The incoming call's webhook, against a bare FastAPI route with the signature check and one INSERT on the same database.

Both doors are started as the Procfile starts the line: one process of uvicorn, the same options. They are asked in turns, so
that whatever else this computer does slows both, and each figure is over all turns. Each request is a new call, signed.
`bench/floor.py` says what the floor is; a door there that does nothing shows that the load is not what is measured.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import shared
from bench.shared import Place
from doors import free_ports
from procfile import ROOT
from stack import Stack

LINE, FLOOR, NOTHING = "the line", "the floor", "no work"
CONNECTIONS = (1, 16)
TURNS = 6
WARM_UP = 0.5  # seconds
APPLICATION = "ivr.app:create --factory"
INSTEAD = {LINE: APPLICATION, FLOOR: "bench.floor:create --factory", NOTHING: "bench.floor:nothing --lifespan off"}


@dataclass
class Measured:
    """One door with so many connections, over all its turns.

    How many seconds each answer took, how many answers a second there were in each turn, and the processor's seconds for all.
    """

    took: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return shared.median(self.rates)

    @property
    def work(self) -> float:
        """Seconds of the processor for each request, which other programs hardly change."""
        return self.processor / len(self.took)

    @property
    def p99(self) -> float:
        """Seconds that 99 of 100 answers stay under."""
        return shared.percentile(self.took, 0.99)


@dataclass(frozen=True)
class Doors:
    """Where each door is: its port, and its process."""

    settings: Mapping[str, str]
    ports: Mapping[str, int]
    pids: Mapping[str, int]

    def processor(self, door: str) -> float:
        """How many seconds of the processor a door has taken so far, as far as this computer tells."""
        told = Path(f"/proc/{self.pids[door]}/stat")
        if not told.exists():
            return 0.0
        user, system = told.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def doors(place: Place) -> Iterator[Doors]:
    """The line, the floor and the door that does nothing, open on one migrated database with the demo's ward."""
    settings = shared.settings(place)
    stack = Stack(place.folder, settings, ROOT / "Procfile", shared.quiet)
    stack.step("helpline migrate")
    stack.step("helpline demo-data --telephones telephones.json")
    ports = dict(zip(INSTEAD, free_ports(len(INSTEAD)), strict=True))
    try:
        for name, application in INSTEAD.items():
            line = stack.lines["ivr"].replace("$IVR_PORT", str(ports[name])).replace(APPLICATION, application)
            stack.supervisor.start(name, line)
        for port in ports.values():
            shared.wait_for(f"http://127.0.0.1:{port}/health")
        yield Doors(settings, ports, stack.pids())
    finally:
        stack.stop()


def press(settings: Mapping[str, str], port: int, connections: int, seconds: float) -> tuple[float, list[float]]:
    """Ask a door for so long; how long it was in truth, and how long each answer took."""
    wish = {
        "port": port,
        "address": f"{settings['PUBLIC_URL']}/ivr/voice",
        "connections": connections,
        "seconds": seconds,
        "token": settings["TWILIO_AUTH_TOKEN"],
        "account": settings["TWILIO_ACCOUNT_SID"],
    }
    command = [sys.executable, "-m", "bench.load"]
    ran = subprocess.run(command, cwd=ROOT, input=json.dumps(wish), stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    told = json.loads(ran.stdout)
    return told["seconds"], told["took"]


def measure(place: Place, seconds: float) -> dict[tuple[str, int], Measured]:
    """Every door with every number of connections, in turns; a turn is a share of `seconds`."""
    found = {(door, connections): Measured() for connections in CONNECTIONS for door in INSTEAD}
    with doors(place) as open_doors:
        settings, ports = open_doors.settings, open_doors.ports
        for port in ports.values():
            press(settings, port, max(CONNECTIONS), WARM_UP)
        for turn in range(TURNS):
            for (door, connections), measured in found.items():
                if door == NOTHING and turn:
                    continue
                before = open_doors.processor(door)
                took, answers = press(settings, ports[door], connections, seconds / TURNS)
                measured.processor += open_doors.processor(door) - before
                measured.took += answers
                measured.rates.append(len(answers) / took)
    return found


def table(kind: str, found: Mapping[tuple[str, int], Measured]) -> tuple[float, float]:
    """Print what was measured; gives the ratios at the most connections."""
    print(f"\n{kind:32} requests/s    p50 ms    p99 ms  processor ms")
    ratios = (0.0, 0.0)
    for connections in CONNECTIONS:
        for door in INSTEAD:
            one = found[door, connections]
            what = f"{door}, {connections} at a time"
            print(
                f"{what:32} {one.rate:10.0f} {shared.median(one.took) * 1000:9.2f} {one.p99 * 1000:9.2f} {one.work * 1000:13.2f}"
            )
        line, floor = found[LINE, connections], found[FLOOR, connections]
        ratios = line.rate / floor.rate, line.p99 / floor.p99
        work = line.work / floor.work if floor.work else 0.0
        print(f"{'ratio':32} {ratios[0]:10.2f} {'':9} {ratios[1]:9.2f} {work:13.2f}", flush=True)
    return ratios


def main() -> None:
    """Measure on each kind of database."""
    chosen = shared.options(__doc__ or "", seconds=12).parse_args()
    said = []
    for kind in shared.kinds(chosen.database_url):
        with shared.place(kind, chosen.database_url) as place:
            requests, p99 = table(kind, measure(place, chosen.seconds))
            said.append(f"{requests:.2f} of the floor's requests and {p99:.2f} of its p99 on {kind}")
    print(f"\nwebhook at {max(CONNECTIONS)} connections: {'; '.join(said)}")


if __name__ == "__main__":
    main()
