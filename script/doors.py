"""Doors on this computer: which are free, and which answer."""

import contextlib
import socket
import urllib.error
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy between us and ourselves


def answers(address: str) -> bool:
    """Whether a door answers, and well."""
    try:
        with DIRECT.open(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of this computer."""
    with socket.socket() as door:
        # As a server would: a port whose last owner has only just gone is free.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as held:
        doors = [held.enter_context(socket.socket()) for _ in range(count)]
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]
