"""A small load balancer: each connection goes to the next door in turn, or to another while that one is away.

    python forwarder.py PORT DOOR DOOR

While there is a file `var/out-DOOR`, that door is sent nobody: it is about to be stopped. When the last who was sent there has been
answered, `var/empty-DOOR` says so.
"""

import asyncio
import itertools
import signal
import sys
from contextlib import suppress
from pathlib import Path

HERE = "127.0.0.1"
TRIES = 200
PAUSE = 0.05


class Balancer:
    """Whose turn it is, how many came to each door, and how many are inside."""

    def __init__(self, doors: list[int]) -> None:
        self.turn = itertools.cycle(doors)
        self.came, self.inside = dict.fromkeys(doors, 0), dict.fromkeys(doors, 0)

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, both ways, to its end."""
        for door in itertools.islice(self.turn, TRIES):
            if is_out(door):
                continue
            self.inside[door] += 1
            try:
                there, back = await asyncio.open_connection(HERE, door)
            except OSError:
                await asyncio.sleep(PAUSE)
            else:
                self.came[door] += 1
                asking = asyncio.create_task(carry(reader, back))
                await carry(there, writer)
                asking.cancel()
                back.close()
                break
            finally:
                self.inside[door] -= 1
        writer.close()

    def say_who_is_empty(self) -> None:
        for door, many in self.inside.items():
            if is_out(door) and not many:
                Path(f"var/empty-{door}").touch()


def is_out(door: int) -> bool:
    return Path(f"var/out-{door}").exists()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()


async def main(port: int, doors: list[int]) -> None:
    balancer, stop = Balancer(doors), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await asyncio.start_server(balancer.pass_on, HERE, port, backlog=512)
    while not stop.is_set():
        balancer.say_who_is_empty()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE)
    server.close()
    print("came to the doors:", *balancer.came.values(), flush=True)  # noqa: T201  # the test reads it


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), [int(door) for door in sys.argv[2:]]))
