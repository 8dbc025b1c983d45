"""The carrier's REST API, as a pure function from request to answer: https://www.twilio.com/docs/usage/api

The HTTP server and the in-process client both call it. `trouble` makes it fail on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from simulator import rest_calls, rest_conferences, rest_messages, rest_numbers, rest_queues, rest_recordings
from simulator.answers import Request, RestAnswer, reply
from simulator.errors import RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange

Handler = Callable[["Exchange", Request], RestAnswer]

ROUTES: list[tuple[str, str, Handler]] = [
    ("POST", r"/Calls\.json", rest_calls.create),
    ("GET", r"/Calls\.json", rest_calls.list_),
    ("GET", r"/Calls/(CA\w+)\.json", rest_calls.read),
    ("POST", r"/Calls/(CA\w+)\.json", rest_calls.update),
    ("DELETE", r"/Calls/(CA\w+)\.json", rest_calls.delete),
    ("GET", r"/Calls/(CA\w+)/Recordings\.json", rest_recordings.list_of_call),
    ("GET", r"/Conferences\.json", rest_conferences.list_),
    ("GET", r"/Conferences/(CF\w+)\.json", rest_conferences.read),
    ("POST", r"/Conferences/(CF\w+)\.json", rest_conferences.update),
    ("GET", r"/Conferences/(CF\w+)/Participants\.json", rest_conferences.list_of_participants),
    ("GET", r"/Conferences/(CF\w+)/Participants/(\w+)\.json", rest_conferences.read_participant),
    ("POST", r"/Conferences/(CF\w+)/Participants/(\w+)\.json", rest_conferences.update_participant),
    ("DELETE", r"/Conferences/(CF\w+)/Participants/(\w+)\.json", rest_conferences.kick),
    ("POST", r"/Messages\.json", rest_messages.create),
    ("GET", r"/Messages\.json", rest_messages.list_),
    ("GET", r"/Messages/(\w+)\.json", rest_messages.read),
    ("POST", r"/Messages/(\w+)\.json", rest_messages.update),
    ("DELETE", r"/Messages/(\w+)\.json", rest_messages.delete),
    ("GET", r"/Queues\.json", rest_queues.list_),
    ("GET", r"/Queues/(QU\w+)\.json", rest_queues.read),
    ("DELETE", r"/Queues/(QU\w+)\.json", rest_queues.delete),
    ("GET", r"/Recordings\.json", rest_recordings.list_),
    ("GET", r"/Recordings/(RE\w+)\.json", rest_recordings.read),
    ("DELETE", r"/Recordings/(RE\w+)(?:\.json)?", rest_recordings.delete),
    ("GET", r"/Recordings/(RE\w+)(\.wav|\.mp3|)", rest_recordings.media),
    ("GET", r"/IncomingPhoneNumbers\.json", rest_numbers.list_),
    ("GET", r"/IncomingPhoneNumbers/(PN\w+)\.json", rest_numbers.read),
    ("GET", r"\.json", rest_numbers.account),
]


@dataclass
class Trouble:
    """Something to go wrong with the next requests to a resource."""

    resource: str
    method: str
    times: int
    status: int | None
    delay: float
    lost: bool
    done: bool


@dataclass
class RestApi:
    """The API of one exchange. Call it with a request; make it fail with `trouble`."""

    exchange: Exchange
    troubles: list[Trouble] = field(default_factory=list)

    def trouble(
        self,
        resource: str = "",
        *,
        method: str = "",
        times: int = 1,
        status: int | None = None,
        delay: float = 0.0,
        lost: bool = False,
        done: bool | None = None,
    ) -> None:
        """Make the next `times` requests to a resource (`Calls`, `Messages`...; empty for any) go wrong.

        `status` answers 429 or 503 instead; `delay` answers late, in seconds, which a client with a shorter
        time-out never hears; `lost` never answers. `done` says whether the thing was done all the same: by default
        not with a status, and yes with a delay or a loss.
        """
        did = status is None if done is None else done
        self.troubles.append(Trouble(resource, method, times, status, delay, lost, did))

    def __call__(
        self,
        method: str,
        path: str,
        params: Sequence[tuple[str, str]] = (),
        form: Sequence[tuple[str, str]] = (),
        auth: tuple[str, str] | None = None,
    ) -> RestAnswer:
        """Answer one request. `path` begins with /2010-04-01."""
        try:
            self._authenticate(auth)
            return self._with_trouble(method, path, Request(method, path, list(params), list(form), ()))
        except RestError as error:
            return reply(error.as_json(), error.status)

    def _authenticate(self, auth: tuple[str, str] | None) -> None:
        if auth != (self.exchange.account_sid, self.exchange.auth_token):
            raise RestError(401, 20003)

    def _with_trouble(self, method: str, path: str, request: Request) -> RestAnswer:
        trouble = self._next_trouble(method, path)
        if trouble is None:
            return self._dispatch(request)
        answer = self._dispatch(request) if trouble.done else reply({}, 500)
        if trouble.status is not None:
            code = {429: 20429, 503: 20503}.get(trouble.status, 20500)
            raise RestError(trouble.status, code)
        return replace(answer, delay=trouble.delay, lost=trouble.lost)

    def _next_trouble(self, method: str, path: str) -> Trouble | None:
        for trouble in self.troubles:
            if f"/{trouble.resource}" in path and trouble.method in {"", method}:
                trouble.times -= 1
                if trouble.times <= 0:
                    self.troubles.remove(trouble)
                return trouble
        return None

    def _dispatch(self, request: Request) -> RestAnswer:
        rest = request.path.removeprefix(f"/2010-04-01/Accounts/{self.exchange.account_sid}")
        if rest == request.path:
            raise RestError(404, 20404, f"The requested resource {request.path} was not found")
        found = [(verb, handler, m) for verb, route, handler in ROUTES if (m := re.fullmatch(route, rest))]
        for verb, handler, match in found:
            if verb == request.method:
                return handler(self.exchange, replace(request, names=match.groups()))
        if found:
            raise RestError(405, 20004)
        raise RestError(404, 20404, f"The requested resource {request.path} was not found")
