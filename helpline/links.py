"""Private links: an address that opens one offer for one person, without signing in.

A link is 96 random bits, of which we keep only a keyed hash, so it cannot be guessed, read out of the database, or made by
anybody else; it is a row, so it can expire and be revoked at once. The first link never shows details; the second does.
"""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import config
from helpline.db import Base
from helpline.sealed import key_of, keys_of, mark


class Link(Base):
    """The right to see one offer; with `shows_details`, who and where too."""

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_key: Mapped[str] = mapped_column(String(64), unique=True)
    key_mark: Mapped[str | None] = mapped_column(String(8))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    shows_details: Mapped[bool]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


def make(session: Session, offer_id: int, *, shows_details: bool, expires_at: datetime) -> str:
    """Make a link to an offer and answer with its whole address."""
    token = secrets.token_urlsafe(12)
    link = Link(
        token_key=key_of(token, "link"),
        key_mark=mark(),
        offer_id=offer_id,
        shows_details=shows_details,
        expires_at=expires_at,
    )
    session.add(link)
    session.flush()
    return f"{config.current().dashboard_url}/o/{token}"


def follow(session: Session, token: str, *, at: datetime) -> Link | None:
    """The link that this token opens; None when there is none, or it has expired or been revoked."""
    link = session.scalar(select(Link).where(Link.token_key.in_(keys_of(token, "link"))))
    return link if link is not None and link.revoked_at is None and link.expires_at > at else None


def revoke(session: Session, offer_id: int, *, at: datetime, details_only: bool = False) -> None:
    """Close the links to an offer: all of them, or those that show details."""
    closing = update(Link).where(Link.offer_id == offer_id, Link.revoked_at.is_(None))
    session.execute((closing.where(Link.shows_details) if details_only else closing).values(revoked_at=at))


def under_older_keys(session: Session, *, at: datetime) -> tuple[int, datetime | None]:
    """How many links still open only with an older key, and when the last of them ends."""
    older = or_(Link.key_mark.is_(None), Link.key_mark != mark())
    still = (Link.revoked_at.is_(None)) & (Link.expires_at > at)
    count, last = session.execute(select(func.count(), func.max(Link.expires_at)).where(older, still)).one()
    return count, last
