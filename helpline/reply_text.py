"""Of a text, what its sender wrote, as words that can be compared. Pure.

Without what it quotes and what stands below it; without capitals, accents, apostrophes, punctuation and what cannot be seen.
"""

import re
import unicodedata

# No question has one of these for its letter: they are words, figures or slips of the thumb (`asked.LETTERS`).
NO_LETTERS = "iknosuxy"

_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_BELOW = re.compile(
    r"^\s*(?:--\s*$|on .{6,80} wrote:|-{2,} ?(?:original|forwarded)|from: |get outlook|wys.an[eo] z )"
    r"|(?:^|(?<=[.!\n]))\s*sent (?:from|via|by) ",
    re.IGNORECASE | re.MULTILINE,
)


def own_words(body: str) -> str:
    """Without what it quotes, and without what a telephone or its owner puts below every text."""
    words = _QUOTED.sub(" ", body)
    below = _BELOW.search(words)
    return words[: below.start()] if below else words


# Words as they are compared

_APOSTROPHES = (
    "'`\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
    "\N{ACUTE ACCENT}\N{PRIME}\N{MODIFIER LETTER APOSTROPHE}"
)
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
# One letter that several keyboards have each their own of.
_ALIKE = str.maketrans(
    {
        "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
        "\N{ARABIC LETTER YEH}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER KAF}": "\N{ARABIC LETTER KEHEH}",
        "\N{ARABIC LETTER HEH}": "\N{ARABIC LETTER HEH GOAL}",
    }
)
_HAPPY = re.compile(r"(?<!\w)(?:[:;=]['o-]?[)\]DPp]|<3|\^\^)(?!\w)")
_SAD = re.compile(r"(?<!\w)[:;=]['o-]?[(\[/|](?!\w)")
_DOUBT = "\N{BLACK QUESTION MARK ORNAMENT}"
_NOT_APPLICABLE = re.compile(r"\bn/a\b", re.IGNORECASE)
# Typed with a space for its apostrophe, this is no letter T.
_LEFT_OUT = re.compile(r"\b(?:(can|won|don|isn|wasn|couldn|didn) (t)|(it|that|who|what) (s)|(i) (m|ll|ve))\b")
_AND_A_LETTER = re.compile(r"(yes|done|[12])([a-z])|([a-z])([12])")


def bare(words: str) -> str:
    """Without skin tones and the marks that only say how a character is to be drawn."""
    return "".join(
        char
        for char in words
        if unicodedata.category(char) != "Cf"
        and not 0xFE00 <= ord(char) <= 0xFE0F
        and not 0x1F3FB <= ord(char) <= 0x1F3FF
        and char != "\N{COMBINING ENCLOSING KEYCAP}"
    )


def fold(words: str) -> str:
    """The same words without capitals, accents on Latin letters, apostrophes, and punctuation; pictures stand by themselves."""
    spread = unicodedata.normalize("NFKD", bare(words).translate(_NO_APOSTROPHES)).casefold()
    kept: list[str] = []
    latin = False
    for char in spread:
        kind = unicodedata.category(char)
        if kind.startswith("M"):
            kept.append("" if latin else char)
            continue
        latin = "a" <= char <= "z"
        kept.append(char if kind[0] in "LN" else f" {char} " if kind == "So" else " ")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).translate(_ALIKE).split())


def tokens(words: str) -> list[str]:
    marked = _NOT_APPLICABLE.sub(" not applicable ", _SAD.sub(_DOUBT, _HAPPY.sub(" ", words)))
    return [part for word in _LEFT_OUT.sub(_together, fold(marked)).split() for part in _parts(_calm(word))]


def _together(found: re.Match[str]) -> str:
    return found[0].replace(" ", "")


def _calm(word: str) -> str:
    """`yesss` is yes, `xxx` a kiss; `aaa` is nothing."""
    calm = re.sub(r"([a-z])\1{2,}", r"\1", word)
    return calm if len(calm) > 1 or calm == "x" else word


def _parts(word: str) -> list[str]:
    """`yesa` and `1a` have a letter at their end, and `a1` at its beginning."""
    found = _AND_A_LETTER.fullmatch(word)
    letter = (found[2] or found[3]) if found else None
    if found is None or letter is None or letter in NO_LETTERS:
        return [word]
    return [found[1] or found[4], letter]
