"""The line's figures, for whoever holds the token."""

from fastapi import APIRouter, HTTPException, Request, Response

from helpline import metrics
from ivr.webhook import House

router = APIRouter()


@router.get("/metrics")
def figures(request: Request) -> Response:
    """What this process did, and how the rows stand; no such page unless `METRICS_TOKEN` is set."""
    house: House = request.app.state.house
    token = house.settings.metrics_token
    if token is None:
        raise HTTPException(404)
    if not metrics.opens(token, request.headers.get("authorization")):
        return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    return Response(metrics.page(house.database, house.clock()), media_type=metrics.CONTENT_TYPE)
