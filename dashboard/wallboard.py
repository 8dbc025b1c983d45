"""The wallboard, for a second screen: nothing to press, and nothing on it that is anybody's but ours."""

from fastapi import APIRouter, Response

from dashboard.auth import Reads
from helpline import wallboard

router = APIRouter()


@router.get("/wallboard")
def page(visit: Reads, seen: str = "") -> Response:
    """Who waits, who is on, what is owed, and today's calls; with HX-Request only the part that changes."""
    wall = wallboard.of(visit.session, at=visit.at)
    # How whoever opened it stands to the line (`me`) is on no part of it, so it is not asked.
    if visit.live:
        return visit.part("wall/_live.html", seen=seen, wall=wall, me=wall)
    return visit.show("wall/page.html", seen="", wall=wall, me=wall)
