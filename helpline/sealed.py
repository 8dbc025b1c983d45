"""Encrypted columns and keyed look-up.

Names, numbers, house numbers and free words are sealed with the newest key and opened with any; a number is found again by
a keyed hash under any of the keys, so keys can be rotated while everything goes on working.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from helpline import config


def _derive(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"helpline " + purpose).derive(key.encode())


@dataclass(frozen=True)
class Keyring:
    """What is derived from `SECRET_KEY`: one cipher that opens with every key, one hash key for each, and the newest's mark."""

    cipher: MultiFernet
    newest: Fernet
    hash_keys: tuple[bytes, ...]
    mark: str

    @classmethod
    def of(cls, keys: tuple[str, ...]) -> "Keyring":
        """A ring of keys, newest first."""
        ciphers = [Fernet(base64.urlsafe_b64encode(_derive(key, b"seal"))) for key in keys]
        hash_keys = tuple(_derive(key, b"look-up") for key in keys)
        return cls(MultiFernet(ciphers), ciphers[0], hash_keys, _derive(keys[0], b"mark").hex()[:8])


_keyring = cache(Keyring.of)


def _ring() -> Keyring:
    return _keyring(config.current().keys)


def _hash(hash_key: bytes, purpose: str, value: str) -> str:
    return hmac.new(hash_key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def key_of(value: str, purpose: str = "phone") -> str:
    """The keyed hash to store beside a sealed value, so that it can be found again."""
    return _hash(_ring().hash_keys[0], purpose, value)


def keys_of(value: str, purpose: str = "phone") -> list[str]:
    """Every keyed hash that this value may have been stored under: one for each key on the ring."""
    return [_hash(hash_key, purpose, value) for hash_key in _ring().hash_keys]


def mark() -> str:
    """Eight letters that tell the newest key from others and nothing else: kept beside a hash that cannot be made again."""
    return _ring().mark


def again(token: bytes) -> bytes:
    """What was sealed, sealed with the newest key; itself when it is already. Raises `InvalidToken` when no key opens it."""
    try:
        _ring().newest.decrypt(token)
    except InvalidToken:
        return _ring().cipher.rotate(token)
    return token


def opened(token: bytes) -> str:
    """The text that was sealed. Raises `InvalidToken` when no key opens it."""
    return _ring().cipher.decrypt(token).decode()


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that only holders of the key can read; about 8 microseconds a value."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        del dialect
        return None if value is None else _ring().cipher.encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        del dialect
        return None if value is None else _ring().cipher.decrypt(value)


class Sealed(TypeDecorator[str]):
    """Text that only holders of the key can read."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        del dialect
        return None if value is None else _ring().cipher.encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else _ring().cipher.decrypt(value).decode()
