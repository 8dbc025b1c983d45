"""Whether this process can do its work: it asks the database."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from dashboard.auth import house_of

router = APIRouter()


@router.get("/health")
def health(request: Request) -> Response:
    """200 when the database answers, 503 when it does not."""
    try:
        house_of(request).database.alive()
    except (SQLAlchemyError, OSError):
        return JSONResponse({"database": "away"}, 503)
    return JSONResponse({"database": "here"})
