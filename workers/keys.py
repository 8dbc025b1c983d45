"""Whether `SECRET_KEY` opens what is in the database."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline.people import Person

OTHER_KEY = "SECRET_KEY cannot open what is in the database: put the old key behind the new one, parted by a comma."


def try_them(session: Session) -> None:
    """Open what was sealed first and last: with another key we would write what nobody can read together with the rest.

    Raises `InvalidToken`, for which `OTHER_KEY` is the sentence.
    """
    for order in (Person.id, Person.id.desc()):
        session.scalar(select(Person.phone).where(Person.phone.is_not(None)).order_by(order).limit(1))
