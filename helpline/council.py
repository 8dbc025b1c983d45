"""The council's page: what some months came to, in figures that mark nobody. It is sent away, so small numbers are not told.

A patch is the smallest place on it. Streets with nobody are named where several of a patch are; else only how many.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import request_charts, small_numbers, tallies
from helpline.counting import What
from helpline.people import COORDINATES, Hat
from helpline.periods import Period
from helpline.places import Patch, Street, Stretch
from helpline.request_charts import ANSWER_WORDS, IN, OUT, WHY_WORDS, patch_name
from helpline.signpost_words import KIND_WORDS as KINDS_OF_SIGNPOSTS
from helpline.small_numbers import FEWEST
from helpline.spreads import Spread
from helpline.tallies import Sums
from helpline.wording import KIND_WORDS, Kind, counted, how_long, listed

ON_NO_PATCH = "On no patch"
TIMES_FROM = 10
"""Of fewer than so many no times are told."""


@dataclass(frozen=True)
class Table:
    """Figures with a name each, and what they come to, as they may be told; no rows when they cannot be told apart."""

    title: str
    heading: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    totals: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True)
class Gap:
    """Streets of a patch, or on none, that nobody looks after: by name when they are several."""

    where: str
    many: str
    names: str


@dataclass(frozen=True)
class Page:
    """Everything that is on it."""

    period: Period
    told: Sums
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    gaps: tuple[Gap, ...]
    streets: int
    covered: int


def page(session: Session, period: Period, *, at: datetime) -> Page:
    """What some months came to."""
    told = tallies.of(session, period.first, period.last, at=at)
    names = dict(session.execute(select(Patch.id, Patch.name)).all())
    gaps, streets, without = _gaps(session, names)
    tables = (
        _calls(told),
        _kinds(told),
        _patches(told, names),
        _never(told),
        _never_where(told, names),
        _referred(told),
        _feedback(told),
    )
    some = tuple(one for one in tables if set(one.totals) - {"0"})
    sentences = tuple(_sentences(told, tables[0], request_charts.with_nobody(session)))
    return Page(period, told, sentences, some, gaps, streets, streets - without)


def since(session: Session, today: date) -> date:
    """The day from which there is anything to tell."""
    return tallies.first_day(session) or today


# Sentences


def _sentences(told: Sums, calls: Table, nobody: int) -> Iterable[str]:
    asked, done = told.many(What.WRITTEN), told.many(What.DONE)
    answered = dict(calls.rows).get(ANSWERED, ("none",))[0] if calls.rows else ""
    and_so = f", and {answered} of them were answered" if answered.isdigit() or answered == "none" else ""
    yield f"{_of(told.many(What.ASKED), 'call', 'calls')} asked to talk to somebody{and_so}."
    yield f"{_of(asked, 'request was', 'requests were')} written down, and {small_numbers.alone(done) if done else 'none'} done."
    yield from _time("Half of them had somebody within", told.spread(What.ACCEPTED))
    yield from _time("Half of what was done was done within", told.spread(What.FINISHED))
    if nobody:
        yield f"Today {small_numbers.alone(nobody)} requests are with nobody."
    hours = round(told.many(What.SERVED) / 60)
    if hours:
        yield f"Volunteers answered the telephone for {counted(hours, 'hour', 'hours')}."


def _of(number: int, one: str, many: str) -> str:
    words = small_numbers.alone(number) if number else "no"
    return f"{words[0].upper()}{words[1:]} {one if number == 1 and words == '1' else many}"


def _time(words: str, spread: Spread) -> Iterable[str]:
    if spread.many >= TIMES_FROM and spread.half is not None and spread.nine is not None:
        yield f"{words} {how_long(spread.half)}, and nine in ten within {how_long(spread.nine)}."


# Tables


def _table(title: str, heading: str, names: Mapping[str, str], by: Counter[str], hint: str = "") -> Table:
    return _columns(title, names, {heading: by}, hint)


def _columns(title: str, names: Mapping[str, str], by: Mapping[str, Counter[str]], hint: str) -> Table:
    """Columns of figures, each with its sum; when one of them cannot be told apart, none is."""
    shown = [key for key in names if any(column[key] for column in by.values())]
    lines = [small_numbers.line([column[key] for key in shown]) for column in by.values()]
    apart = all(len(line.cells) == len(shown) for line in lines)
    rows = (
        (names[key], tuple(line.cells[place] for line in lines)) for place, key in enumerate(shown if apart else [])
    )
    return Table(title, ("", *by), tuple(rows), tuple(line.total for line in lines), hint)


ANSWERED = "Answered"


def _calls(told: Sums) -> Table:
    answered, lost = told.many(What.ANSWERED), told.many(What.LOST)
    by = Counter({"answered": answered, "lost": lost, "later": told.many(What.ASKED) - answered - lost})
    names = {
        "answered": ANSWERED,
        "lost": "Rang off before anybody came",
        "later": "Chose to be rung back, or left a message",
    }
    return _table("Calls that asked to talk to somebody", "Calls", names, by)


def _by_row(told: Sums, what: What, *, column: bool = False) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, many in told.crossed(what).items():
        found[key[1 if column else 0]] += many
    return found


def _kinds(told: Sums) -> Table:
    asked, done = told.by(What.WRITTEN_KIND), told.by(What.DONE_KIND)
    names = {kind.value: KIND_WORDS[kind][0] for kind in Kind}
    hint = "Whoever asks for two things asks for both."
    return _columns("What was asked for", names, {"Asked for": asked, "Done": done}, hint)


def _patches(told: Sums, names: Mapping[int, str]) -> Table:
    asked, done = told.by(What.WRITTEN), told.by(What.DONE)
    named = {
        part: patch_name(part, names) for part in sorted({*asked, *done}, key=lambda part: patch_name(part, names))
    }
    hint = "A patch is a few streets that one coordinator looks after."
    return _columns("Where", named, {"Asked for": asked, "Done": done}, hint)


def _never(told: Sums) -> Table:
    names = {why.value: words for why, words in WHY_WORDS.items()}
    hint = "They were called off because nobody could take them."
    return _table("Never met, and why", "Requests", names, _by_row(told, What.NEVER), hint)


def _never_where(told: Sums, names: Mapping[int, str]) -> Table:
    by = _by_row(told, What.NEVER, column=True)
    named = {part: patch_name(part, names) for part in sorted(by, key=lambda part: patch_name(part, names))}
    return _table("Never met, and where", "Requests", named, by)


def _referred(told: Sums) -> Table:
    crossed = told.crossed(What.REFERRED)
    names = {kind.value: words for kind, words in KINDS_OF_SIGNPOSTS.items()}
    out, back = (Counter({kind: crossed[kind, way] for kind in names}) for way in (OUT, IN))
    hint = "Each time with a yes. What organisations asked of us is among the requests as well."
    return _columns("Passed on", names, {"To an organisation": out, "By one to us": back}, hint)


def _feedback(told: Sums) -> Table:
    names = {answer.value: words for answer, words in ANSWER_WORDS.items() if answer != "not_asked"}
    by = told.by(What.GOT_IT)
    hint = "Those who were rung afterwards were asked: did you get what you needed?"
    return _table("How it went", "Residents", names, Counter({key: by[key] for key in names}), hint)


# Streets with nobody


def _gaps(session: Session, names: Mapping[int, str]) -> tuple[tuple[Gap, ...], int, int]:
    """Where nobody looks after streets; how many streets there are, and how many have nobody on some of them."""
    rows = session.execute(
        select(Street.id, Street.name, Stretch.patch_id).outerjoin(Stretch, Stretch.street_id == Street.id)
    ).all()
    tended = set(
        session.scalars(select(Hat.patch_id).where(Hat.name.in_(COORDINATES), Hat.patch_id.is_not(None)).distinct())
    )
    bare: dict[int | None, set[str]] = {}
    for _, name, patch_id in rows:
        if patch_id not in tended:
            bare.setdefault(patch_id, set()).add(name)
    without = {street_id for street_id, _, patch_id in rows if patch_id not in tended}
    gaps = [_gap(ON_NO_PATCH if patch_id is None else names[patch_id], bare[patch_id]) for patch_id in bare]
    return (
        tuple(sorted(gaps, key=lambda gap: (gap.where == ON_NO_PATCH, gap.where))),
        len({row[0] for row in rows}),
        len(without),
    )


def _gap(where: str, streets: set[str]) -> Gap:
    many = small_numbers.alone(len(streets))
    return Gap(where, many, listed(sorted(streets)) if len(streets) >= FEWEST else "")
