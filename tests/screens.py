"""Every screen of the dashboard: what answers a GET with a page, found from its own routes, so that none is forgotten."""

from collections.abc import Mapping

from fastapi import FastAPI

from tests import routes

# For machines, or a stream that does not end.
NO_SCREENS = frozenset({"/health", "/metrics", "/live"})
# Asked for by a page that is open already, and by nobody else.
PARTS = frozenset({"/requests/{request_id}/story", "/you", "/rota/live"})
# They lead on to another screen, when nothing was pressed or asked for before.
ON_THEIR_WAY = frozenset({"/requests/search", "/sign-in/code", "/o/{token}/show"})


def paths(app: FastAPI) -> list[str]:
    """The path of every screen, as its route has it: `/requests/{request_id}`."""
    gets = {route.path for route in routes.every(app.routes) if "GET" in (route.methods or set())}
    return sorted(path for path in gets if not _is_file(path))


def _is_file(path: str) -> bool:
    last = path.rpartition("/")[2]
    return path in NO_SCREENS or "." in last or last in {"sound", "events"}


def filled_in(path: str, values: Mapping[str, str]) -> str:
    """The path of a screen with what stands in its braces; a token by where it leads, as `o` or `p`."""
    return path.format_map({"token": values.get(path.split("/")[1], ""), **values})
