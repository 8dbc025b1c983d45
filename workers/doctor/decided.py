"""What the group decided: whether its opening hours and its rota meet, and what is out of the ordinary."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from helpline import bank_holidays, defaults, durations, hours, opening, prompts, reachable, rota, wording
from helpline.people import HatName
from helpline.reachable import Standing
from helpline.rota import Shift
from workers.doctor.finding import Finding, look, ok
from workers.doctor.patient import Patient

WEEK, LIST_ENDS = timedelta(days=7), timedelta(days=60)
Stretch = tuple[datetime, datetime]


def open_hours(patient: Patient) -> Iterator[Finding]:
    """Whether somebody is on whenever the line says that it is open, in the coming week."""
    at, zone = patient.clock(), patient.settings.zone
    with patient.database.reading() as session:
        plan, stands = hours.plan(session), hours.standing(session)
        shifts = [
            one for one in rota.between(session, at, at + WEEK) if one.person.wears(HatName.HANDLER, HatName.ORGANISER)
        ]
        by_hand = reachable.standing(session, at) == Standing.CLOSED_BY_US
    if by_hand:
        yield look("An organiser has closed the line just now: callers are told so.")
    if plan.is_always:
        yield ok("The line is open whenever somebody is on shift.")
        return
    open_then = [
        (max(begins, at), min(ends or at + WEEK, at + WEEK))
        for begins, ends in opening.stretches(plan.week, plan.closed_days, at, zone)
        if begins < at + WEEK and (ends is None or ends > at)
    ]
    nobody = _without(open_then, shifts)
    if not open_then:
        yield look("The line does not open at all in the coming week.")
    elif nobody:
        first = wording.moment(nobody[0][0], zone, now=at)
        many = wording.counted(len(nobody), "time", "times")
        yield look(
            f"In the coming week the line is open with nobody on shift {many}, first at {first}: is the rota full?"
        )
    else:
        yield ok("Whenever the line is open in the coming week, somebody is on shift.")
    nation = stands.nation if stands else None
    if nation and bank_holidays.known_until(nation) < (at + LIST_ENDS).date():
        yield look("The list of bank holidays ends soon: a newer version of the helpline knows more.")


def _without(open_then: Sequence[Stretch], shifts: Sequence[Shift]) -> list[Stretch]:
    """The parts of some stretches that no shift covers."""
    left = []
    for begins, ends in open_then:
        reached = begins
        for shift in sorted(shifts, key=lambda shift: shift.starts_at):
            if shift.ends_at <= reached or shift.starts_at >= ends:
                continue
            if shift.starts_at > reached:
                left.append((reached, shift.starts_at))
            reached = max(reached, shift.ends_at)
        if reached < ends:
            left.append((reached, ends))
    return left


def how_long(patient: Patient) -> Iterator[Finding]:
    """Durations and counts that few groups would have so, and recordings from before a promise was changed."""
    with patient.database.reading() as session:
        stands = durations.standing(session)
        odd = [
            (length, durations.amount_of(session, name))
            for name, length in defaults.ALL.items()
            if not length.is_ordinary(durations.amount_of(session, name))
        ]
        promised = stands.get("forget")
        older = [row for row in prompts.unaware(session, "kept") if promised and row.changed_at < promised.made_at]
    for length, amount in odd:
        low, high = (length.worded(bound) for bound in length.ordinary)
        yield look(f"{length.words}: {length.worded(amount)}. Most groups have {low} to {high}. {length.why}")
    if older:
        yield look(
            "Some recordings may still say how long you kept things before: the page of the durations names them."
        )
    if not odd and not older:
        yield ok("How long things take is as most groups have it.")
