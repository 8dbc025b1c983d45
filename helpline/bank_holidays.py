"""Bank holidays of the nations of the United Kingdom, from the list that a package brings: the internet is not asked."""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from helpline.wording import plain


class Nation(StrEnum):
    """Whose bank holidays a group keeps."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


NATION_WORDS = {
    Nation.ENGLAND_AND_WALES: "England and Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}


@cache
def of(nation: Nation) -> Mapping[date, str]:
    """The name of each, by its day. The list ends a year or two from when the package was made."""
    # Read beside the package's own code, which would take `requests` into the memory of whoever answers the telephone.
    known = json.loads((files("govuk_bank_holidays") / "bank-holidays.json").read_text())
    return {date.fromisoformat(one["date"]): plain(one["title"]) for one in known[nation]["events"]}


def known_until(nation: Nation) -> date:
    """The last day that the list knows of."""
    return max(of(nation))
