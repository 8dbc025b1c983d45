"""Private links: an address that opens one offer, or one patch, for one person, without signing in.

A link is 96 random bits, of which we keep only a keyed hash, so it cannot be guessed, read out of the database, or made by
anybody else; it is a row, so it can expire and be revoked at once. The first link to an offer never shows details; the second does,
in a browser in which somebody has pressed for them: whatever only fetches pages, as previews do, is shown nothing.
"""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import config
from helpline.db import Base, insert_once, known
from helpline.sealed import key_of, keys_of, mark

MANY = 4
"""Browsers in which one link was opened, from which on its owner is told."""


class Link(Base):
    """The right to see one offer, with `shows_details` who and where too; or one patch, as somebody sees it who looks after it."""

    __tablename__ = "links"
    __table_args__ = (known("person_id"), known("patch_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_key: Mapped[str] = mapped_column(String(64), unique=True)
    key_mark: Mapped[str | None] = mapped_column(String(8))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"), index=True)
    person_id: Mapped[int | None]
    patch_id: Mapped[int | None]
    shows_details: Mapped[bool]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class Opening(Base):
    """A browser in which somebody pressed to see what a link shows of others. It is known from then on by a cookie."""

    __tablename__ = "openings"
    __table_args__ = (UniqueConstraint("link_id", "browser_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    browser_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


def make(session: Session, offer_id: int, *, shows_details: bool, expires_at: datetime) -> str:
    """Make a link to an offer and answer with its whole address."""
    return f"{config.current().dashboard_url}/o/{_keep(session, expires_at, offer_id=offer_id, shows_details=shows_details)}"


def make_for_patch(session: Session, patch_id: int, person_id: int, *, expires_at: datetime) -> str:
    """Make a link to a patch, for one of those who look after it, and answer with its whole address."""
    token = _keep(session, expires_at, patch_id=patch_id, person_id=person_id, shows_details=True)
    return f"{config.current().dashboard_url}/p/{token}"


def _keep(session: Session, expires_at: datetime, **given: int | bool) -> str:
    token = secrets.token_urlsafe(12)
    session.add(Link(token_key=key_of(token, "link"), key_mark=mark(), expires_at=expires_at, **given))
    session.flush()
    return token


def follow(session: Session, token: str, *, at: datetime) -> Link | None:
    """The link that this token opens; None when there is none, or it has expired or been revoked."""
    link = session.scalar(select(Link).where(Link.token_key.in_(keys_of(token, "link"))))
    return link if link is not None and link.revoked_at is None and link.expires_at > at else None


def revoke(session: Session, offer_id: int, *, at: datetime, details_only: bool = False) -> None:
    """Close the links to an offer: all of them, or those that show details."""
    closing = update(Link).where(Link.offer_id == offer_id, Link.revoked_at.is_(None))
    session.execute((closing.where(Link.shows_details) if details_only else closing).values(revoked_at=at))


def revoke_for_patch(session: Session, patch_id: int, person_id: int, *, at: datetime) -> None:
    """Close the links of somebody to a patch that they do not look after any more."""
    theirs = (Link.patch_id == patch_id) & (Link.person_id == person_id) & Link.revoked_at.is_(None)
    session.execute(update(Link).where(theirs).values(revoked_at=at))


def knows(session: Session, person_id: int, browser: str | None) -> bool:
    """Whether somebody has pressed to see details of this person's links in a browser before."""
    if not browser:
        return False
    seen = select(Opening.id).where(
        Opening.person_id == person_id, Opening.browser_key.in_(keys_of(browser, "browser"))
    )
    return session.scalar(seen.limit(1)) is not None


def opened(session: Session, link: Link, person_id: int, browser: str, *, at: datetime) -> int | None:
    """Somebody pressed to see what a link shows. In how many browsers now, if this one is new to it."""
    known_as = keys_of(browser, "browser")
    if session.scalar(select(Opening.id).where(Opening.link_id == link.id, Opening.browser_key.in_(known_as)).limit(1)):
        return None
    row = {"link_id": link.id, "person_id": person_id, "browser_key": key_of(browser, "browser"), "at": at}
    connection = session.connection()
    if not connection.execute(insert_once(connection.dialect.name, Opening, "link_id", "browser_key"), row).rowcount:
        return None  # pressed twice at once
    return session.scalar(select(func.count()).where(Opening.link_id == link.id))


def under_older_keys(session: Session, *, at: datetime) -> tuple[int, datetime | None]:
    """How many links still open only with an older key, and when the last of them ends."""
    older = or_(Link.key_mark.is_(None), Link.key_mark != mark())
    still = (Link.revoked_at.is_(None)) & (Link.expires_at > at)
    count, last = session.execute(select(func.count(), func.max(Link.expires_at)).where(older, still)).one()
    return count, last
