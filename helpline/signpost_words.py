"""The words about organisations: what one is for, what is said of it aloud, and what is sent of it by text. Pure."""

from enum import StrEnum

from helpline import shortly, wording


class SignpostKind(StrEnum):
    """What an organisation is for."""

    FOOD = "food"
    MONEY = "money"
    HOME = "home"
    HEALTH = "health"
    MIND = "mind"
    SAFE = "safe"
    COMPANY = "company"
    TRAVEL = "travel"
    PAPERS = "papers"
    COUNCIL = "council"
    ELSEWHERE = "elsewhere"
    OTHER = "other"


KIND_WORDS = {
    SignpostKind.FOOD: "Food",
    SignpostKind.MONEY: "Money, debt and benefits",
    SignpostKind.HOME: "Housing and heating",
    SignpostKind.HEALTH: "Health and care",
    SignpostKind.MIND: "Low mood, somebody to talk to",
    SignpostKind.SAFE: "Being safe",
    SignpostKind.COMPANY: "Company and visits",
    SignpostKind.TRAVEL: "Lifts and transport",
    SignpostKind.PAPERS: "Forms and rights",
    SignpostKind.COUNCIL: "The council",
    SignpostKind.ELSEWHERE: "Outside our area",
    SignpostKind.OTHER: "Something else",
}


def what_for(kinds: str) -> str:
    """Its kinds in plain words: `Food; money, debt and benefits`."""
    heads = [KIND_WORDS[SignpostKind(one)] for one in kinds.split(",")]
    return "; ".join([heads[0], *(head[0].lower() + head[1:] for head in heads[1:])])


def to_say(name: str, number: str, hours: str, languages: str) -> str:
    """What a handler reads out to a caller."""
    parts = [f"There is {name}."]
    if number:
        parts.append(f"Their number is {number}.")
    if hours:
        parts.append(f"They can be reached {hours.rstrip('.')}.")
    if languages:
        parts.append(f"They speak {languages.rstrip('.')}.")
    return " ".join([*parts, "Shall I say that once more, slowly?"])


def sent(group: str, name: str, number: str, hours: str) -> str:
    """What is sent to a caller who said yes: the organisation, its number and its hours, and not what for."""
    said = ", ".join(part for part in (name, number, hours.rstrip(".")) if part)
    return min(
        (wording.plain(f"{one}: {said}. As you asked.") for one in (group, shortly.group(group))), key=shortly.parts
    )


def stands(many: int, old: int) -> str:
    """How the list stands, as a sentence."""
    if not many:
        return "Nobody is on the list yet."
    said = "One organisation." if many == 1 else f"{many} organisations."
    return said if not old else f"{said} {'One wants' if old == 1 else f'{old} want'} ringing: nobody has asked lately."
