"""A small load balancer: each connection goes to the next door in turn, or to another while that one is away.

    python forwarder.py PORT DOOR DOOR
"""

import asyncio
import itertools
import signal
import sys
from contextlib import suppress

HERE = "127.0.0.1"
TRIES = 40
PAUSE = 0.05


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()


async def main(port: int, doors: list[int]) -> None:
    turn = itertools.cycle(doors)
    came = dict.fromkeys(doors, 0)

    async def opened() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in range(TRIES):
            door = next(turn)
            try:
                streams = await asyncio.open_connection(HERE, door)
            except OSError:
                await asyncio.sleep(PAUSE)
            else:
                came[door] += 1
                return streams
        raise ConnectionError("no door answers")

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there, back = await opened()
            await asyncio.gather(carry(reader, back), carry(there, writer))
            back.close()
        writer.close()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await asyncio.start_server(pass_on, HERE, port, backlog=512)
    await stop.wait()
    server.close()
    print("came to the doors:", *came.values(), flush=True)  # noqa: T201  # the test reads it


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), [int(door) for door in sys.argv[2:]]))
