"""What a process says of itself: one line an event, with an instant, a role, a level, plain words and ids.

Nothing personal can be in it, because nothing is copied from elsewhere. Of an exception only its type and its frames are told,
never its words, which may hold a name; of what a library says only its sentence, never what it fills in. Our own events are
written as words, and ids beside them: `log.warning("a ring was not dialled", ring=3)`.
"""

import errno
import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from prometheus_client import Counter

from helpline.lean import without

with without("rich"):  # for tracebacks in colour, which we never print: 4.5 MB in every process
    import structlog
    from structlog.stdlib import BoundLogger, ProcessorFormatter

OURS = ("helpline", "ivr", "dashboard", "workers")
TOLD = "_told_in_the_log"
MOST_FRAMES = 12
INNERMOST = 3
FILLED_IN = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|\{\w*\}")
# Digits in a row or in groups, as numbers are written: with + or 0 in front from nine on, without from ten on.
NUMBER = re.compile(r"(?<!\w)(?:\+|0)[\d\s().\-\u2010-\u2015]{7,}\d|(?<!\w)\d{10,15}(?!\w)")
BLOTTED = Counter(
    "helpline_log_blots", "Log fields in which something like a telephone number was blotted out", registry=None
)

_about: ContextVar[dict[str, Any]] = ContextVar("about")

structlog.configure(
    processors=[structlog.stdlib.filter_by_level, ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=BoundLogger,
    cache_logger_on_first_use=True,
)


def get(name: str) -> BoundLogger:
    """The log of one of our packages."""
    log: BoundLogger = structlog.stdlib.get_logger(name)
    return log


@contextmanager
def about(**what: object) -> Iterator[None]:
    """Everything that is said within this also tells these ids; for an ASGI request its `scope` is enough."""
    token = _about.set(what)
    try:
        yield
    finally:
        _about.reset(token)


def tell(**ids: int) -> None:
    """Tell these ids as well, from here to the end of what is being done."""
    known = _about.get(None)
    if known is not None:
        known.update(ids)


def told(error: BaseException) -> None:
    """This error has been told, so whoever else hears of it need not tell it again."""
    setattr(error, TOLD, True)


def _not_told(record: logging.LogRecord) -> bool:
    return not getattr(_error(record.exc_info), TOLD, False)


def configure(role: str, shape: str, out: TextIO | None = None) -> None:
    """Take over all logging of this process, whose role is a name of the Procfile; `shape` is `plain` or `json`.

    Called once, where a process really starts: uvicorn has then given its own loggers handlers, which go.
    """
    logging.raiseExceptions = False  # a line that cannot be written is lost, and no call with it
    root = logging.getLogger()
    for name in list(root.manager.loggerDict):
        known = logging.getLogger(name)
        known.handlers.clear()
        known.propagate = name != "uvicorn.access"  # it would write every address, and one is a secret
    root.handlers = [handler(role, shape, out or sys.stdout)]
    root.setLevel(logging.WARNING)  # below it, the carrier's client writes numbers and texts
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    sys.excepthook = _fell
    threading.excepthook = _thread_fell


def handler(role: str, shape: str, out: TextIO) -> logging.Handler:
    """What writes lines of this shape to `out`."""
    writes = logging.StreamHandler(out)
    writes.setFormatter(formatter(role, shape))
    writes.addFilter(_not_told)
    return writes


def formatter(role: str, shape: str) -> logging.Formatter:
    """What makes a line of this shape, `plain` or `json`, out of anything that is logged."""

    def line(_logger: object, _name: str, given: MutableMapping[str, Any]) -> str:
        fields = _without_numbers(_fields(role, given))
        return _plain(fields) if shape == "plain" else json.dumps(fields, ensure_ascii=False, default=str)

    return ProcessorFormatter(processors=[line], use_get_message=False)


def _fell(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, frames)
        return
    get("helpline").critical("the process stops", exc_info=(kind, error, frames))


def _thread_fell(of: threading.ExceptHookArgs) -> None:
    get("helpline").error("a thread stops", exc_info=of.exc_value or True)


def _fields(role: str, given: MutableMapping[str, Any]) -> dict[str, Any]:
    record: logging.LogRecord = given.pop("_record")
    ours = given.pop("_from_structlog")
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fields: dict[str, Any] = {"at": at, "role": role, "level": record.levelname.lower()}
    error = _error(given.pop("exc_info", None))
    event = given.pop("event", "")
    if ours:
        fields |= {"event": " ".join(str(event).split()), **_ids(), **given}
    else:
        said, error = (record.msg, error) if isinstance(record.msg, str) else ("", error or record.msg)
        fields |= {"event": _sentence(said), "from": record.name, **_ids()}
    if isinstance(error, BaseException):
        fields |= {"error": _named(error), "frames": _frames(error)}
    return fields


def _sentence(said: str) -> str:
    """The first line of what a library says, without what it fills in."""
    return FILLED_IN.sub("…", said.strip().partition("\n")[0]) or "something went wrong"


def _ids() -> dict[str, Any]:
    known = dict(_about.get({}))
    scope = known.pop("scope", None)
    if scope is None:
        return known
    # The address as it is written in our code, never as it was asked for; of what is in it, only the numbers of rows.
    asked = {name: value for name, value in (scope.get("path_params") or {}).items() if name.endswith("_id")}
    ids = {name.removesuffix("_id"): int(value) for name, value in asked.items() if str(value).isdecimal()}
    return {"route": route_of(scope), **ids, **known}


def route_of(scope: Mapping[str, Any]) -> str:
    """The address of a request as it is written in our code: `/requests/{request_id}`."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    return "files" if "endpoint" in scope else "none"


def _error(given: object) -> BaseException | None:
    if given is True:
        return sys.exc_info()[1]
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _named(error: BaseException | None) -> str:
    """The types of an error and of those that led to it, and the codes they carry, which are nobody's."""
    names: list[str] = []
    while error is not None and len(names) < 5:
        code = _code(error)
        names.append(f"{type(error).__name__} ({code})" if code else type(error).__name__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " after ".join(names)


def _code(error: BaseException) -> str | None:
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno)
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return code if isinstance(code, str) else None


def _frames(error: BaseException) -> list[str]:
    """Where it happened: our own frames, and the last few whosever they are; outermost first."""
    found = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    files = [_file(frame.filename) for frame in found]
    told = [
        f"{file}:{frame.lineno} {frame.name}"
        for number, (file, frame) in enumerate(zip(files, found, strict=True))
        if file.partition("/")[0] in OURS or number >= len(files) - INNERMOST
    ]
    return told[-MOST_FRAMES:]


def _file(path: str) -> str:
    """A file as it is imported, without the folders of this computer, one of which may be somebody's name."""
    inside = [folder for folder in sys.path if folder and path.startswith(folder + os.sep)]
    return path[len(max(inside, key=len)) + 1 :] if inside else os.path.basename(path)  # noqa: PTH119  # it need not exist


def _without_numbers(fields: dict[str, Any]) -> dict[str, Any]:
    """The net below everything else: whatever looks like a telephone number is blotted out, and counted."""
    for name, value in fields.items():
        if name in {"at", "frames"} or isinstance(value, bool) or not NUMBER.search(str(value)):
            continue
        fields[name] = NUMBER.sub("(a number)", str(value))
        BLOTTED.inc()
    return fields


def _plain(fields: dict[str, Any]) -> str:
    at, role, level, event = (fields.pop(name) for name in ("at", "role", "level", "event"))
    words = [f"{name}={_word(value)}" for name, value in fields.items()]
    return f"{at} {role} {level}: {event}{', ' if words else ''}{' '.join(words)}"


def _word(value: object) -> str:
    text = " < ".join(reversed(value)) if isinstance(value, list) else str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)
