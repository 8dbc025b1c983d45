"""A small check of an answer against an OpenAPI description: fields, types, nulls, words, patterns, dates."""

import re
from email.utils import parsedate_to_datetime
from typing import Any

Json = dict[str, Any]

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


def problems(description: Json, path: str, method: str, answer: Json) -> list[str]:
    responses = description["paths"][path][method]["responses"]
    (status, *_) = responses
    return _check(description, responses[status]["content"]["application/json"]["schema"], answer, "")


def _check(description: Json, schema: Json, value: Any, at: str) -> list[str]:
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if value is None:
        return [] if schema.get("nullable") else [f"{at} may not be null"]
    kind = schema.get("type")
    if kind and not isinstance(value, TYPES[kind]):
        return [f"{at} is no {kind}: {value!r}"]
    found = _check_word(schema, value, at)
    if kind == "object" and "properties" in schema:
        found += _check_fields(description, schema["properties"], value, at)
    for item in value if kind == "array" else []:
        found += _check(description, schema["items"], item, f"{at}[]")
    return found


def _check_fields(description: Json, fields: Json, value: Json, at: str) -> list[str]:
    found = [f"{at}.{name} is missing" for name in fields if name not in value]
    found += [f"{at}.{name} is not the carrier's" for name in value if name not in fields]
    for name in set(fields) & set(value):
        found += _check(description, fields[name], value[name], f"{at}.{name}")
    return found


def _check_word(schema: Json, value: Any, at: str) -> list[str]:
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is none of {schema['enum']}: {value!r}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at} does not match {schema['pattern']}: {value!r}")
    if schema.get("format") == "date-time-rfc-2822" and parsedate_to_datetime(value).tzinfo is None:
        found.append(f"{at} is no date: {value!r}")
    return found
