"""What the requests of some days say: what was asked for, what was done, how long it took, and what was never met."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import signpost_words
from helpline.charts import TIMES, Chart, Row, half_words, row_of
from helpline.counting import NO_PATCH, What, Why
from helpline.follow_ups import Answer
from helpline.requests import HelpRequest, Q
from helpline.tallies import Sums
from helpline.wording import KIND_WORDS, URGENCY_WORDS, Kind, Urgency, counted, listed

NOTHING_ASKED = "Nothing was asked for."
WHY_WORDS = {
    Why.NOBODY_THERE: "Nobody looks after that street",
    Why.NOT_FREE: "Everybody was away, resting, or had enough already",
    Why.SAID_NO: "Everybody who was asked said no",
    Why.NO_ANSWER: "Nobody answered in time",
}
ANSWER_WORDS = {Answer.YES: "Yes", Answer.PARTLY: "Partly", Answer.NO: "No", Answer.NOT_ASKED: "Not asked"}
OUT, IN = "out", "in"
IN_NO_PATCH, GONE = "No patch", "A patch that is no more"


def patch_name(part: str, names: Mapping[int, str]) -> str:
    """A patch, as a part, by its name."""
    if part == NO_PATCH:
        return IN_NO_PATCH
    return names.get(int(part), GONE) if part.isdigit() else part


def with_nobody(session: Session) -> int:
    """How many requests nobody could take so far, and are on the desk now."""
    return session.scalar(select(func.count()).where(HelpRequest.state == Q.NOBODY)) or 0


def sentence(told: Sums) -> str:
    """What was asked for and what was done, in a sentence or two."""
    asked, done = told.many(What.WRITTEN), told.many(What.DONE)
    if not asked and not done:
        return NOTHING_ASKED
    words = f"{counted(asked, 'request was', 'requests were')} written down and {done or 'none'} done"
    if done:
        words += f", {half_words(told.spread(What.FINISHED))}"
    never = told.many(What.NEVER)
    met = f" {never} {'was' if never == 1 else 'were'} never met." if never else ""
    return f"{words[0].upper()}{words[1:]}.{met}"


def kinds(told: Sums) -> Chart:
    """What was asked for, and what was done; whoever asks for two things asks for both."""
    asked, done = told.by(What.WRITTEN_KIND), told.by(What.DONE_KIND)
    names = {kind.value: KIND_WORDS[kind][0] for kind in Kind}
    return _asked_and_done("kinds", "What was asked for", asked, done, names)


def patches(told: Sums, names: Mapping[int, str]) -> Chart:
    """Where it was asked for."""
    asked, done = told.by(What.WRITTEN), told.by(What.DONE)
    named = sorted(
        ((patch_name(part, names), part) for part in {*asked, *done}), key=lambda one: (one[1] == NO_PATCH, one[0])
    )
    return _asked_and_done("patches", "Requests by patch", asked, done, {part: name for name, part in named})


def _asked_and_done(name: str, title: str, asked: Counter[str], done: Counter[str], names: Mapping[str, str]) -> Chart:
    rows = [
        Row(said, f"{asked[key]}, {done[key]} done", asked[key], cells=(said, asked[key], done[key]))
        for key, said in names.items()
        if asked[key] or done[key]
    ]
    hint = "What was done may have been asked for before these days."
    return Chart(name, title, rows, (title, "Asked for", "Done"), NOTHING_ASKED, hint)


def to_a_yes(told: Sums) -> Chart:
    """From when it was written down until somebody said yes."""
    return _times("accepted", "Until somebody said yes", told, What.ACCEPTED, "Nobody has said yes to anything.")


def to_done(told: Sums) -> Chart:
    """From when it was written down until it was done."""
    return _times("done", "Until it was done", told, What.FINISHED, "Nothing was done.")


def _times(name: str, title: str, told: Sums, what: What, empty: str) -> Chart:
    rows = [
        row_of(URGENCY_WORDS[urgency], told.spread(what, urgency)) for urgency in Urgency if told.many(what, urgency)
    ]
    hint = "From when it was written down, nights included, by when it was needed."
    return Chart(name, title, rows, ("Needed", *TIMES), empty, hint, ("half of them", "nine in ten"))


def never(told: Sums, names: Mapping[int, str]) -> Chart:
    """Requests that nobody could take, and why; where, for the file."""
    crossed = told.crossed(What.NEVER)
    rows = []
    for why, words in WHY_WORDS.items():
        where = Counter({patch: many for (row, patch), many in crossed.items() if row == why})
        if where:
            places = sorted(where, key=lambda patch: (-where[patch], patch == NO_PATCH, patch_name(patch, names)))
            told_of = [f"{where[patch]} in {_within(patch_name(patch, names))}" for patch in places]
            rows.append(Row(words, f"{where.total()}: {listed(told_of)}", where.total(), cells=(words, where.total())))
    return Chart(
        "never-met",
        "Never met",
        rows,
        ("Why", "How many"),
        "Nothing was called off because nobody could take it.",
        hint="Nobody could take them, and they were called off.",
    )


def _within(name: str) -> str:
    """A patch's name within a sentence, when it is not one."""
    return name[0].lower() + name[1:] if name in {IN_NO_PATCH, GONE} else name


def referred(told: Sums) -> Chart:
    """To which organisations somebody was passed on, and by which to us, by what they are for."""
    crossed = told.crossed(What.REFERRED)
    rows = []
    for kind, words in signpost_words.KIND_WORDS.items():
        out, back = crossed[kind, OUT], crossed[kind, IN]
        if out or back:
            rows.append(Row(words, f"{out}, {back} to us" if back else str(out), out, back, (words, out, back)))
    return Chart(
        "referrals",
        "Passed on to organisations",
        rows,
        ("For what", "To them", "To us"),
        "Nobody was passed on, with their yes, to an organisation.",
        key=("to them", "to us"),
    )


def feedback(told: Sums) -> Chart:
    """What residents said when they were asked how it went."""
    got_it, again = told.by(What.GOT_IT), told.by(What.AGAIN)
    rows = [
        Row(
            words,
            f"{got_it[answer]} got it, {again[answer]} would ring again",
            got_it[answer],
            cells=(words, got_it[answer], again[answer]),
        )
        for answer, words in ANSWER_WORDS.items()
        if got_it[answer] or again[answer]
    ]
    return Chart(
        "feedback",
        "How it went",
        rows,
        ("Answer", "Did you get what you needed?", "Would you ring again?"),
        "Nobody has been asked yet.",
        hint="What residents said when they were rung afterwards. Nobody is ranked by it.",
    )
