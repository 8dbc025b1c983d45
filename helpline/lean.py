"""A library taken without another that it would load beside itself, and that we never use through it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """While this lasts, whoever imports that module hears that it is not installed, as libraries are ready to hear."""
    kept = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]  # how Python itself marks what is not there
    try:
        yield
    finally:
        del sys.modules[name]
        if kept is not None:
            sys.modules[name] = kept
