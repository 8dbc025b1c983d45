"""Whether this door can serve, for a load balancer."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from helpline.health import NEVER_CACHED

router = APIRouter()


@router.api_route("/health", methods=["GET", "HEAD"])
async def health(request: Request) -> Response:
    """200 when it can, 503 and the reason when it cannot."""
    found = await request.app.state.health.health()
    return JSONResponse(found.told(), found.status, NEVER_CACHED)
