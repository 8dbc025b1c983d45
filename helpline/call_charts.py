"""What the calls of some days say: how many, what became of them, and how long they waited. Pure."""

from collections.abc import Sequence

from helpline.calls import Ending, Outcome
from helpline.charts import TIMES, Chart, Row, hour_name, row_of
from helpline.counting import NOT_SAID, What
from helpline.languages import KNOWN
from helpline.periods import Column, Period
from helpline.tallies import Sums
from helpline.wording import counted

ENDING_WORDS = {
    Ending.ANSWERED.value: "Answered",
    What.LOST.value: "Rang off before anybody came",
    Ending.CALL_BACK_OWED.value: "To be rung back",
    Ending.MESSAGE_LEFT.value: "Left a message",
    Ending.SERVED.value: "Heard how a request stands",
    Ending.TOLD.value: "Told whom to ring instead",
    Ending.PUT_THROUGH.value: "Put through to the fallback",
    Ending.RANG_OFF.value: "Rang off in the greeting",
    Ending.TURNED_AWAY.value: "Turned away",
}
OUTCOME_WORDS = {
    Outcome.REQUEST.value: "A request was made",
    Outcome.EXISTING_REQUEST.value: "About a request we have",
    Outcome.OFFER_OF_HELP.value: "An offer of help",
    Outcome.INFORMATION.value: "A question, answered",
    Outcome.REFERRED.value: "Told who else to ring",
    Outcome.WRONG_NUMBER.value: "Wrong number",
    Outcome.NUISANCE.value: "Nuisance",
    Outcome.ADVISED_999.value: "Told to ring 999",
    Outcome.SILENT.value: "Nobody spoke",
    NOT_SAID: "Nobody has said yet",
}
NOBODY_RANG = "Nobody rang."


def headline(told: Sums, period: Period) -> str:
    """The answer that somebody came for: `We answered 41 of 44 calls this week.`"""
    asked = told.many(What.ASKED)
    if not asked:
        return f"Nobody rang to talk {period.words}."
    return f"We answered {told.many(What.ANSWERED)} of {counted(asked, 'call', 'calls')} {period.words}."


def by_column(told: Sums, columns: Sequence[Column]) -> Chart:
    """Calls that asked to talk, day by day, week by week or month by month."""
    rows = []
    for column in columns:
        days = [calls for day, calls in told.each_day.items() if column.first <= day <= column.last]
        asked, answered, lost, back, message = (
            sum(calls[what] for calls in days)
            for what in (What.ASKED, What.ANSWERED, What.LOST, Ending.CALL_BACK_OWED, Ending.MESSAGE_LEFT)
        )
        cells = (column.first.isoformat(), column.last.isoformat(), asked, answered, lost, back, message)
        rows.append(Row(column.name, f"{answered} of {asked}", answered, asked - answered, cells))
    return Chart(
        "calls",
        "Calls that asked to talk",
        rows if told.many(What.CALL) else [],
        (
            "From",
            "To",
            "Asked to talk",
            "Answered",
            "Rang off before anybody came",
            "To be rung back",
            "Left a message",
        ),
        NOBODY_RANG,
        key=("answered", "not answered"),
    )


def by_hour(told: Sums) -> Chart:
    """How many asked to talk in each hour of the day, of all the days together."""
    asked, answered, lost = (told.by(what) for what in (What.ASKED, What.ANSWERED, What.LOST))
    rows = [
        Row(
            hour_name(int(hour)),
            f"{answered[hour]} of {asked[hour]}",
            answered[hour],
            asked[hour] - answered[hour],
            (hour, asked[hour], answered[hour], lost[hour]),
        )
        for hour in sorted(asked)
    ]
    heading = "Hour", "Asked to talk", "Answered", "Rang off before anybody came"
    return Chart("hours", "The hours of the day", rows, heading, NOBODY_RANG, key=("answered", "not answered"))


def waits(told: Sums) -> Chart:
    """How long those who were answered had waited, by the hour in which they rang."""
    rows = [row_of(hour_name(int(hour)), told.spread(What.WAIT, hour)) for hour in sorted(told.by(What.WAIT))]
    return Chart(
        "waits",
        "How long callers waited",
        rows,
        ("Hour", *TIMES),
        "Nobody was answered, so nobody waited to be.",
        hint="Until somebody answered, by the hour in which they rang. Those who rang off are not among them.",
        key=("half of them", "nine in ten"),
    )


def endings(told: Sums) -> Chart:
    """Where every call ended."""
    return _plain("endings", "Where each call ended", told.by(What.CALL), ENDING_WORDS, NOBODY_RANG)


def outcomes(told: Sums) -> Chart:
    """What the answered calls came to."""
    return _plain(
        "outcomes", "What was answered came to", told.by(What.OUTCOME), OUTCOME_WORDS, "No call was answered."
    )


def languages(told: Sums) -> Chart:
    """In which languages callers were greeted."""
    names = {code: KNOWN[code].name if code in KNOWN else code for code in told.by(What.LANGUAGE)}
    return _plain("languages", "Languages", told.by(What.LANGUAGE), names, NOBODY_RANG)


def _plain(name: str, title: str, by: dict[str, int], words: dict[str, str], empty: str) -> Chart:
    """One figure a row, in the order of its words."""
    rows = [Row(said, str(by[key]), by[key], cells=(said, by[key])) for key, said in words.items() if by.get(key)]
    return Chart(name, title, rows, (title, "How many"), empty)


def rung_back(told: Sums) -> Chart:
    """How long it took until whoever was owed a call had it."""
    spread = told.spread(What.RUNG_BACK)
    rows = [row_of("Rung back", spread)] if spread.many else []
    hint = "From when it was owed to when it was dealt with, nights included."
    return Chart(
        "call-backs",
        "Call-backs",
        rows,
        ("", *TIMES),
        "No call-back was dealt with.",
        hint,
        ("half of them", "nine in ten"),
    )
