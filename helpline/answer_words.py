"""What we answer to a text of one of our own that asks something, could mean several things, or cannot be understood."""

from collections.abc import Callable, Sequence

from helpline.wording import parts, plain

MOST_PARTS = 2
"""Parts of a text that only asks back."""
WHICH = "You have {count} open. Which one? {choices}"
UNCLEAR = "Thank you. We did not quite understand, so a person will read this."
AWAY_UNTIL = "Thank you. We ask you for nothing until {day} is over. Send BACK when you are back before that."
WELCOME_BACK = "Welcome back. We ask you again from now on. Send AWAY when you go away."


def which_text(word: str, choices: Sequence[tuple[str, str]]) -> str:
    """Asks which of several is meant. `choices` are a letter, and what it is about."""
    offered = [f"{word} {letter} for {about}" for letter, about in choices]
    if len(choices) == 1:
        return plain(f"You have one open. If you meant it, reply {offered[0]}.")
    return _as_many_as_fit(
        lambda shown, rest: WHICH.format(count=len(choices), choices=f"Reply {shown}.{rest}"), offered
    )


def open_text(choices: Sequence[tuple[str, str, bool]]) -> str:
    """Says what is open with somebody, and how to answer: a letter, what it is about, and whether it waits for yes or no."""
    lines = [
        f"{letter}: {about}, {f'YES {letter} or NO {letter}' if asks else f'yours, DONE {letter} when it is done'}"
        for letter, about, asks in choices
    ]
    return _as_many_as_fit(lambda shown, rest: f"You have {len(choices)} open. {shown}.{rest}", lines)


def _as_many_as_fit(says: Callable[[str, str], str], lines: Sequence[str]) -> str:
    """All of these, or so many that a text which only asks back stays short."""
    words = [
        plain(says("; ".join(lines[:shown]), "" if shown == len(lines) else " Ring us to hear the others."))
        for shown in range(len(lines), 0, -1)
    ]
    return next((each for each in words if parts(each) <= MOST_PARTS), words[-1])


def unclear_text(asked: Sequence[str], taken: Sequence[str]) -> str:
    """Says kindly that we did not understand, and how to answer: the letters of what was asked, and of what they took."""
    if asked:
        return f"{UNCLEAR} You can reply YES {asked[0]} or NO {asked[0]}."
    return f"{UNCLEAR} You can reply DONE {taken[0]} when it is done." if taken else UNCLEAR
