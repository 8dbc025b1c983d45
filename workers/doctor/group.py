"""The group: whether anybody is on, and whether everything hangs on one person. Patches are named, people never."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from helpline import passing, people, phone, rota, wording
from helpline.passing import Model
from helpline.people import Hat, HatName, Person
from helpline.places import Patch
from workers.doctor.finding import Finding, look, ok, wrong
from workers.doctor.patient import Patient

WEEK = timedelta(days=7)


def organisers(patient: Patient) -> Iterator[Finding]:
    """Whether more than one person can put things in order."""
    with patient.database.reading() as session:
        count = len(people.with_hat(session, HatName.ORGANISER))
    if count > 1:
        yield ok(f"{count} people are organisers.")
    else:
        yield look(f"{'One person alone' if count else 'Nobody'} is an organiser: who could stand in?")


def numbers(patient: Patient) -> Iterator[Finding]:
    """Whether the demo's people are still there: nobody else's number is one that is kept for drama."""
    if patient.is_demo:
        return
    theirs = select(Person.phone).where(Person.id.in_(select(Hat.person_id)), Person.phone.is_not(None))
    with patient.database.reading() as session:  # one question, and of each of them the number alone is opened
        count = sum(phone.is_made_up(number or "") for number in session.scalars(theirs))
    if count:
        many = wording.counted(count, "person with a hat has a number", "people with hats have numbers")
        yield wrong(
            f"{many} kept for drama, where nobody answers while callers wait. Are they the demo's? Then set DATABASE_URL to "
            "a new database, and start again; else put the numbers right on the desk, under People."
        )
    else:
        yield ok("Nobody with a hat has a made-up number.")


def on_the_rota(patient: Patient) -> Iterator[Finding]:
    """Whether anybody is on just now, and who shares the coming week."""
    at, zone = patient.clock(), patient.settings.zone
    with patient.database.reading() as session:
        on = [shift for shift in rota.on_now(session, at) if shift.person.paused_at is None]
        following = rota.next_on(session, at)
        week = rota.between(session, at, at + WEEK)
    if on:
        yield ok("One handler is on just now." if len(on) == 1 else f"{len(on)} handlers are on just now.")
    else:
        then = (
            f"the next begins {wording.moment(following[0].starts_at, zone, now=at)}"
            if following
            else "nor is anybody later"
        )
        yield look(f"Nobody is on just now; {then}.")
    handlers = len({shift.person_id for shift in week})
    if handlers > 1:
        yield ok(f"{handlers} handlers share the coming week.")
    elif handlers:
        yield look("One handler has all the shifts of the coming week: who could stand in?")
    else:
        yield look("Nobody has a shift in the coming week: every caller would be told so.")


def patches(patient: Patient) -> Iterator[Finding]:
    """Whether every patch has a coordinator, and a deputy; or where neighbours are asked, whether there are any."""
    with patient.database.reading() as session:
        by_neighbours = passing.model(session) == Model.NEIGHBOURS
        willing = [one for one in people.with_hat(session, HatName.NEIGHBOUR) if one.stopped_texts_at is None]
    if by_neighbours:
        many = wording.counted(len(willing), "willing neighbour", "willing neighbours").capitalize()
        yield ok(f"{many} can be asked.") if willing else look(f"{many} yet: every request comes to the desk.")
        return
    for hat in (HatName.COORDINATOR, HatName.DEPUTY):
        worn = select(Hat.patch_id).where(Hat.name == hat, Hat.patch_id.is_not(None))
        with patient.database.reading() as session:
            without = session.scalars(select(Patch.name).where(Patch.id.not_in(worn)).order_by(Patch.name)).all()
        if without:
            yield look(f"No {hat} yet: {wording.listed(without)}.")
        else:
            yield ok(f"Every patch has a {hat}.")
