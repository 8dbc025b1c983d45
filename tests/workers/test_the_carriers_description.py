"""Every request we make of the carrier, held to the carrier's own description of its API."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twilio.http import HttpClient
from twilio.http.response import Response

from helpline.config import Settings
from workers.telephone import Telephone

pytestmark = pytest.mark.skipif(
    "TWILIO_OPENAPI" not in os.environ, reason="TWILIO_OPENAPI names no copy of Twilio's OpenAPI"
)


class Recorder(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """Notes each request, and answers as the carrier would."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = []
        self.is_async = False

    def request(self, method: str, uri: str, **what: Any) -> Response:
        path = uri.split("8099", 1)[1]
        self.asked.append((method.lower(), path, what.get("params") or {}, what.get("data") or {}))
        queues = {"queues": [{"sid": "QU" + "1" * 32, "friendly_name": "CA1"}], "next_page_uri": None}
        body = queues if path.endswith("/Queues.json") else {"sid": "CA" + "1" * 32}
        return Response(204 if method == "DELETE" else 201 if method == "POST" else 200, json.dumps(body))


@pytest.fixture
def description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(os.environ["TWILIO_OPENAPI"]).read_text())
    return found


def operation(description: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    for template, operations in description["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method in operations:
            found: dict[str, Any] = operations[method]
            return found
    return None


def fields(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
    found: dict[str, Any] = schema.get("properties", {})
    return found


def wrong(value: Any, schema: dict[str, Any]) -> Iterator[str]:
    if schema.get("type") == "array":
        for one in value:
            yield from wrong(one, schema["items"])
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{value!r} is none of {schema['enum']}"
    elif schema.get("type") == "integer" and not isinstance(value, int):
        yield f"{value!r} is no whole number"


def test_every_request_we_make_is_one_that_the_carrier_describes(
    settings: Settings, description: dict[str, Any]
) -> None:
    recorder = Recorder()
    telephone = Telephone(settings, recorder)
    telephone.ring(7, "+447700900101")
    telephone.text(8, "+447700900101", "Words", valid_seconds=3600)
    telephone.end_leg("CA" + "1" * 32)
    telephone.delete_queue("CA1")
    telephone.delete_recording("RE" + "1" * 32)
    telephone.delete_message("SM" + "1" * 32)
    assert len(recorder.asked) == 7, "the queue is looked for and then deleted"
    for method, path, params, data in recorder.asked:
        described = operation(description, method, path)
        assert described is not None, f"{method} {path} is not described"
        known = {parameter["name"] for parameter in described.get("parameters", [])}
        assert set(params) <= known, path
        assert set(data) <= set(fields(described)), path
        for name, value in data.items():
            assert not list(wrong(value, fields(described)[name])), f"{path} {name}"
