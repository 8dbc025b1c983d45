"""How long things take, and how many: one page, which organisers change and every handler reads."""

from dataclasses import dataclass, field

from fastapi import APIRouter, Response

from dashboard.auth import Reads, Visit, Writes, go, number, text
from helpline import defaults, durations, prompts, script, wording
from helpline.durations import Change, ChangedMeanwhileError
from helpline.errors import HelplineError
from helpline.languages import KNOWN
from helpline.lengths import Length, Part
from helpline.people import HatName
from helpline.script import ENGLISH

router = APIRouter()
PART_WORDS = {
    Part.RINGING: "While somebody rings",
    Part.AFTERWARDS: "After a call",
    Part.OFFERS: "Asking a coordinator",
    Part.ROTA: "The rota",
    Part.CLOSING: "Once somebody has it, and when it is done",
    Part.ELSEWHERE: "Organisations that we tell people of",
    Part.KEEPING: "Keeping and forgetting",
}
# The promise that is spoken to callers: changing it is asked about.
PROMISE = "forget"


@dataclass
class Row:
    """One duration or count as it stands, with what was typed and why it is refused."""

    length: Length
    amount: int
    change: Change | None
    typed: str = ""
    problem: str = ""

    @property
    def now(self) -> str:
        """As it is."""
        return self.length.worded(self.amount)

    @property
    def usually(self) -> str:
        """As it is until somebody changes it."""
        return self.length.worded(self.length.default)

    @property
    def was(self) -> str:
        """As it was before it was changed."""
        return self.length.worded(self.change.was) if self.change else ""


@dataclass
class Sure:
    """What a new promise means, which somebody says they want before it is made."""

    amount: int
    raised: bool
    words: str
    was: str
    recordings: list[tuple[str, str]] = field(default_factory=list)


def _rows(visit: Visit) -> dict[str, Row]:
    stands = durations.standing(visit.session)
    rows = {}
    for name, length in defaults.ALL.items():
        amount = durations.amount_of(visit.session, name)
        rows[name] = Row(length, amount, stands.get(name), length.typed(amount))
    return rows


def _page(
    visit: Visit, rows: dict[str, Row], *, sure: Sure | None = None, news: bool = False, status: int = 200
) -> Response:
    wrong = [row for row in rows.values() if row.problem]
    promised = rows[PROMISE].change
    older = [row for row in prompts.unaware(visit.session, "kept") if promised and row.changed_at < promised.made_at]
    return visit.show(
        "settings/durations.html",
        status=status,
        page="settings",
        organiser=visit.who.wears(HatName.ORGANISER),
        parts=[
            (words, [row for row in rows.values() if row.length.part == part]) for part, words in PART_WORDS.items()
        ],
        first_wrong=wrong[0].length.name if wrong else "",
        wrong=len(wrong),
        sure=sure,
        older=[] if sure else _named(older),
        promise=PROMISE,
        news=news,
    )


def _named(rows: list[prompts.Prompt]) -> list[tuple[str, str]]:
    """Sentences that say how long in the group's own way: where they are, and what they are called."""
    named = []
    for row in rows:
        language = "" if row.language == ENGLISH else f", in {KNOWN[row.language].name}"
        named.append((f"/settings/prompts/{row.language}/{row.sentence}", script.ALL[row.sentence].heard + language))
    return named


@router.get("/settings/durations")
def every(visit: Reads, news: str = "") -> Response:
    """Every duration and count, as it is, and who changed it."""
    return _page(visit, _rows(visit), news=news == "saved")


@router.post("/settings/durations")
def change(visit: Writes) -> Response:
    """Changes those that were typed anew, all of them or none."""
    durations.check_organiser(visit.who)
    rows = _rows(visit)
    wanted = _understood(visit, rows)
    if any(row.problem for row in rows.values()):
        return _page(visit, rows, status=422)
    if PROMISE in wanted and text(visit.form, "sure", 12) != str(wanted[PROMISE]):
        return _page(visit, rows, sure=_sure(visit, rows[PROMISE], wanted[PROMISE]), status=422)
    try:
        with visit.session.begin_nested():
            for name, amount in wanted.items():
                seen = number(visit.form, f"seen_{name}")
                _change(visit, rows[name], amount, seen or None)
    except ChangedMeanwhileError:
        typed = {name: (row.typed, row.problem) for name, row in rows.items()}
        visit.session.info.clear()
        rows = _rows(visit)
        for name, (words, problem) in typed.items():
            rows[name].typed, rows[name].problem = words, problem
        return _page(visit, rows, status=422)
    return go("/settings/durations?news=saved")


def _change(visit: Visit, row: Row, amount: int, seen: int | None) -> None:
    try:
        durations.change(visit.session, row.length.name, amount, seen=seen, who=visit.who, at=visit.at)
    except ChangedMeanwhileError as meanwhile:
        row.problem = str(meanwhile)
        raise


def _understood(visit: Visit, rows: dict[str, Row]) -> dict[str, int]:
    """What was typed anew, with the reason beside what cannot be."""
    wanted = {}
    for name, row in rows.items():
        if name not in visit.form:
            continue
        untouched = text(visit.form, name, 40) == text(visit.form, f"was_{name}", 40)
        row.typed = text(visit.form, name, 40)
        if untouched:
            row.typed = row.length.typed(row.amount)
            continue
        try:
            amount = row.length.understand(row.typed)
        except HelplineError as refused:
            row.problem = str(refused)
            continue
        if amount != row.amount:
            wanted[name] = amount
    return wanted


def _sure(visit: Visit, row: Row, amount: int) -> Sure:
    new, old = row.length.value(amount), row.length.value(row.amount)
    words, was = wording.spoken_length(new), wording.spoken_length(old)
    return Sure(amount, amount > row.amount, words, was, _named(prompts.unaware(visit.session, "kept")))
