"""Telephone numbers: understood generously, kept as E.164, shown by their last three digits.

Numbers kept for drama are *possible* but not *valid* to `phonenumbers`, so possible is what we ask.
"""

import re

import phonenumbers

# A withheld number arrives as text or as one of these (Twilio, "Why am I getting calls from these strange numbers?").
WITHHELD = frozenset(
    {
        "",
        "anonymous",
        "restricted",
        "unavailable",
        "unknown",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
    }
)
NEVER_DIALLED = frozenset({"999", "112", "111", "101", "119"})
COUNTRY = "GB"
_WHOLE = re.compile(r"\+44[1237][0-9]{9}")


def understand(written: str, country: str = COUNTRY) -> str | None:
    """The number as E.164 (`+447700900123`), or None when it is withheld or cannot be a number."""
    written = written.strip()
    if _WHOLE.fullmatch(
        written
    ):  # as the carrier tells almost all who ring, who wait for this: nothing is left to understand
        return written
    if written.lower() in WITHHELD or written in NEVER_DIALLED:
        return None
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    # A number without its area code is possible too, but only to somebody next door.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    if _lacks_a_digit(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _lacks_a_digit(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it begins as a British number of ten digits does, and has fewer: some British numbers have nine."""
    national = str(number.national_number)
    return number.country_code == 44 and national[0] in "237" and len(national) < 10


def takes_texts(number: str) -> bool:
    """Whether a text to this number is likely to be read: a British landline may lose it, and nobody is told."""
    return not number.startswith(("+441", "+442", "+443"))


# Calls to these cost extra (Ofcom: 084, 087, 09, and 070, which sends a call on at the caller's cost).
_COST_EXTRA = ("+4484", "+4487", "+449", "+4470")


NOT_A_NUMBER = "That is not a whole telephone number. Write all of it, like 07700 900123."
NOT_RUNG = "We do not ring numbers abroad, nor those that cost extra."


def may_be_rung(number: str | None) -> bool:
    """Whether we ring a number that a resident left, or rang from: at home, and not one at extra cost.

    Whoever rings or writes can make it up, and would be paid for each call or text to it.
    """
    own = f"+{phonenumbers.country_code_for_region(COUNTRY)}"
    return number is not None and number.startswith(own) and not number.startswith(_COST_EXTRA)


# Kept by Ofcom for drama, a thousand of each: mobiles, London and no town at all; eleven cities; Tyneside, Northern Ireland and
# Cardiff, and three kinds without a place.
_FOR_DRAMA = tuple(
    f"+44{begins}"
    for begins in (
        *("7700900", "2079460", "1632960"),
        *(f"{city}4960" for city in (113, 114, 115, 116, 117, 118, 121, 131, 141, 151, 161)),
        *("1914980", "2896496", "2920180", "3069990", "8081570", "9098790"),
    )
)


def is_made_up(number: str) -> bool:
    """Whether it is one of those kept for drama: right in the demo, and nobody's anywhere else."""
    return number.startswith(_FOR_DRAMA)


def last_three(number: str) -> str:
    """The only part of a number that is shown unless somebody asks: `118`."""
    return number[-3:]


def spoken(number: str) -> str:
    """The number in the usual groups, for reading aloud or for print: `020 7946 0303`."""
    parsed = phonenumbers.parse(number, COUNTRY)
    national = parsed.country_code == phonenumbers.country_code_for_region(COUNTRY)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
