"""The contact card: the group's name and number as a telephone saves them, so that it lets the helpline's calls through. Pure."""

WIDEST = 75
"""Bytes in a line, after which a card folds it (RFC 2426)."""


def vcard(group: str, number: str) -> str:
    """A card with the group's name and number, and nothing else, for anybody to save."""
    name = _escaped(group)
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"N:{name};;;;", f"FN:{name}", f"ORG:{name}", f"TEL;TYPE=VOICE:{number}")
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCARD"))


def _escaped(words: str) -> str:
    for letter in "\\;,":
        words = words.replace(letter, f"\\{letter}")
    return " ".join(words.split())


def _folded(line: str) -> str:
    """A line that is too wide goes on in the next, behind a space; no letter is torn apart."""
    rows, row = [], ""
    for letter in line:
        if len((row + letter).encode()) > WIDEST:
            rows.append(row)
            row = " "
        row += letter
    return "\r\n".join([*rows, row])
