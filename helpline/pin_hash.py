"""The hash of a PIN: slow on purpose, so it is made and tried while no transaction is open, and only two at a time.

Ten thousand PINs of four figures are soon tried whatever the hash: what keeps them is that the hash is sealed, and that guesses are
few (`pins`). So the smallest of OWASP's choices for Argon2id will do: 19 MiB and 26 ms, not the usual 64 MiB and 150 ms.
"""

from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_TWO = BoundedSemaphore(2)  # of the twelve webhooks at work: residents wait beside them
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


def make(pin: str) -> str:
    """What is kept of a PIN."""
    with _TWO:
        return _HASHER.hash(pin)


def fits(hashed: str | None, pin: str) -> bool:
    """Whether this is the PIN. Without one it never is, and takes as long to say so."""
    with _TWO:
        return _HASHER.verify(pin, hashed or _nobodys()) and hashed is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody's")
