"""The carrier's own description of its API (OpenAPI, named by TWILIO_OPENAPI): every request and answer is held to it."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from simulator import Exchange
from simulator.answers import RestAnswer
from simulator.rest import RestApi

Json = dict[str, Any]
Pairs = Sequence[tuple[str, str]]

NAMED = "TWILIO_OPENAPI"
# The sound of a recording is told of in words (Twilio, "Recordings resource: fetch a recording's media file"), not described.
SOUND = re.compile(r"/2010-04-01/Accounts/AC\w{32}/Recordings/RE\w{32}\.(wav|mp3)")
NOT_KNOWN = 20001

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


@cache
def description() -> Json:
    """The description, read once."""
    found: Json = json.loads(Path(os.environ[NAMED]).read_text())
    return found


def problems_of_request(method: str, path: str, params: Pairs, form: Pairs) -> list[str]:
    """What is wrong with a request: an address, a query or a field that is not described, or one that is wrong or missing."""
    if SOUND.fullmatch(path):
        return [f"query {name!r} is not the carrier's" for name, _ in params]
    template, operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path} is not the carrier's"]
    declared = {(one["in"], one["name"]): one for one in operation.get("parameters", [])}
    found = []
    for name, value in zip(re.findall(r"\{(\w+)\}", template), _values(template, path), strict=True):
        found += _wrong_word(declared["path", name]["schema"], value, f"path {name!r}")
    query = {name: one["schema"] for (where, name), one in declared.items() if where == "query"}
    needed = [name for (where, name), one in declared.items() if where == "query" and one.get("required")]
    found += _wrong_pairs(params, query, needed, "query")
    schema = _body(operation)
    return [*found, *_wrong_pairs(form, schema.get("properties", {}), schema.get("required", []), "field")]


def problems_of_answer(method: str, path: str, answer: RestAnswer) -> list[str]:
    """What is wrong with an answer to a request that was well: its status, its fields and what stands in them."""
    if answer.status >= 400 or answer.media is not None:
        return []
    _, operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path} is not the carrier's, and is answered"]
    if str(answer.status) not in operation["responses"]:
        return [f"{method} {path} is answered with {answer.status}"]
    content = operation["responses"][str(answer.status)].get("content")
    if content is None:
        return [] if answer.json is None else [f"{method} {path} is answered with words"]
    return _wrong(content["application/json"]["schema"], answer.json, "")


def _operation(method: str, path: str) -> tuple[str, Json | None]:
    for template, operations in description()["paths"].items():
        if method.lower() in operations and _match(template, path):
            return template, operations[method.lower()]
    return "", None


def _match(template: str, path: str) -> re.Match[str] | None:
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template)), path)


def _values(template: str, path: str) -> tuple[str, ...]:
    match = _match(template, path)
    return match.groups() if match else ()


def _body(operation: Json) -> Json:
    content = operation.get("requestBody", {}).get("content", {})
    found: Json = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
    return found


def _wrong_pairs(pairs: Pairs, known: Json, needed: Sequence[str], what: str) -> Iterator[str]:
    given = {name for name, _ in pairs}
    yield from (f"{what} {name!r} is missing" for name in needed if name not in given)
    for name, value in pairs:
        if name not in known:
            yield f"{what} {name!r} is not the carrier's"
        else:
            schema = known[name]
            schema = schema["items"] if schema.get("type") == "array" else schema
            yield from _wrong_word(schema, value, f"{what} {name!r}")


def _wrong_word(schema: Json, value: str, at: str) -> list[str]:
    """What is wrong with a value that travels as a word: in an address, a query or a form."""
    schema = _resolved(schema)
    if schema.get("type") == "integer" and not value.isdecimal():
        return [f"{at} is no whole number"]
    if schema.get("type") == "boolean" and value not in {"true", "false"}:
        return [f"{at} is neither true nor false"]
    if schema.get("format") == "uri" and not (urlsplit(value).scheme and urlsplit(value).netloc):
        return [f"{at} is no whole address"]
    return _wrong_string(schema, value, at)


def _resolved(schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def _wrong(schema: Json, value: Any, at: str) -> list[str]:
    schema = _resolved(schema)
    if value is None:
        # Of some it says so only in words: "When a conference is in progress, will be `null`."
        may_be = schema.get("nullable") or "will be `null`" in schema.get("description", "")
        return [] if may_be else [f"{at} may not be null"]
    kind = schema.get("type")
    if kind and not isinstance(value, TYPES[kind]):
        return [f"{at} is no {kind}"]
    found = _wrong_string(schema, value, at)
    if kind == "object" and "properties" in schema:
        found += _wrong_fields(schema["properties"], value, at)
    for item in value if kind == "array" else []:
        found += _wrong(schema["items"], item, f"{at}[]")
    return found


def _wrong_fields(fields: Json, value: Json, at: str) -> list[str]:
    found = [f"{at}.{name} is missing" for name in fields if name not in value]
    found += [f"{at}.{name} is not the carrier's" for name in value if name not in fields]
    for name in set(fields) & set(value):
        found += _wrong(fields[name], value[name], f"{at}.{name}")
    return found


def _wrong_string(schema: Json, value: Any, at: str) -> list[str]:
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is none of {schema['enum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at} does not match {schema['pattern']}")
    if schema.get("format") == "date-time-rfc-2822" and parsedate_to_datetime(value).tzinfo is None:
        found.append(f"{at} is no date")
    return found


class HeldApi(RestApi):
    """The exchange's API, whose answers (and, unless a test means to ask wrongly, requests) are held to the description."""

    asks_too = True

    def __call__(
        self,
        method: str,
        path: str,
        params: Pairs = (),
        form: Pairs = (),
        auth: tuple[str, str] | None = None,
    ) -> RestAnswer:
        """Answer as ever; what is wrong is one of the exchange's faults, so the test fails at its end."""
        found = problems_of_request(method, path, params, form) if self.asks_too else []
        answer = super().__call__(method, path, params, form, auth)
        for problem in [*found, *problems_of_answer(method, path, answer)]:
            self.exchange.blame(NOT_KNOWN, f"the carrier describes it otherwise: {problem}", f"{method} {path}")
        return answer


def hold(exchange: Exchange, *, asks_too: bool = True) -> None:
    """Hold an exchange to the description from now on, where there is a copy of it."""
    if NAMED in os.environ:
        exchange.rest = HeldApi(exchange)
        exchange.rest.asks_too = asks_too
