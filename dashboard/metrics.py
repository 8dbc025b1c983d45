"""The desk's figures, for whoever holds the token."""

from fastapi import APIRouter, Request, Response

from dashboard.auth import house_of
from helpline import metrics
from helpline.errors import NotFoundError

router = APIRouter()


@router.get("/metrics")
def figures(request: Request) -> Response:
    """What this process did, and how the rows stand; no such page unless `METRICS_TOKEN` is set."""
    house = house_of(request)
    token = house.settings.metrics_token
    if token is None:
        raise NotFoundError("There is no such page.")
    if not metrics.opens(token, request.headers.get("authorization")):
        return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    return Response(metrics.page(house.database, house.clock()), media_type=metrics.CONTENT_TYPE)
