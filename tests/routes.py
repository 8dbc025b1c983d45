"""Every route of an application, wherever it was included from."""

from collections.abc import Iterator, Sequence

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute


def every(routes: Sequence[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):  # FastAPI includes routers without copying their routes
            yield from every(route.original_router.routes)


def posts(app: FastAPI) -> list[str]:
    """The path of every POST, its parameters filled in with 1."""
    found = [route for route in every(app.routes) if "POST" in (route.methods or set())]
    paths = []
    for route in found:
        path = route.path
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", "1")
        paths.append(path)
    return paths
