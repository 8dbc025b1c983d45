"""From a request saved on the desk to its coordinator's text at the carrier.

A handler signs in with the code that is texted to her, and saves requests on the form as her browser would. It is measured from
the desk's answer to the carrier's first byte of the text. The floor is a job put in the queue at once that only asks the carrier.
"""

import random
import re
import time

import requests
from sqlalchemy import select

from actors import CSRF
from bench import shared
from bench.evening import HEADING, Evening, evening, told
from helpline.places import Street

HANA = "+447700900101"
HIDDEN = re.compile(r'<input type="hidden"\s+name="(csrf|form_key)"\s+value="([^"]*)"')
NEEDS = {
    "kind": "shopping",
    "words": "Bread and milk",
    "name": "Rita",
    "house": "14",
    "urgency": "today",
    "money": "paid_back",
    "consent": "yes",
}
TEXT = "Messages.json"


class Desk:
    """A handler's browser."""

    def __init__(self, here: Evening) -> None:
        self.here, self.url, self.browser = here, here.stack.web_url, requests.Session()
        with here.database.reading() as session:
            street = session.scalars(select(Street).where(Street.name == "Acacia Road")).one()
            self.street = {"street": street.name, "street_id": str(street.id)}

    def sign_in(self) -> None:
        """Come in, with the code that is texted."""
        page = self.get("/sign-in")
        fields = {"csrf": token(page), "number": HANA}
        page = self.post("/sign-in", fields).text
        self.here.carrier.wait(lambda: self.here.carrier.all(TEXT))
        code = self.here.carrier.all(TEXT)[0].fields["Body"].split()[0]
        self.post("/sign-in/code", {**fields, "csrf": token(page), "code": code})

    def save(self) -> float:
        """Write a request down; how many seconds later its text was asked of the carrier."""
        hidden = dict(HIDDEN.findall(self.get("/requests/new")))
        before = time.perf_counter()
        answer = self.post("/requests", {**hidden, **NEEDS, **self.street})
        saved = time.perf_counter()
        if answer.status_code != requests.codes.see_other:
            raise RuntimeError(f"the request was not saved (status {answer.status_code})")
        self.here.carrier.wait(lambda: self.here.carrier.all(TEXT, since=before))
        # The clock may be as quick as the desk: a text that was there before the answer took nobody's time.
        return max(0.0, self.here.carrier.all(TEXT, since=before)[0].at - saved)

    def get(self, path: str) -> str:
        """A page."""
        return self.browser.get(self.url + path, timeout=30).text

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        """A form; where it leads to is not followed."""
        return self.browser.post(self.url + path, data=fields, timeout=30, allow_redirects=path != "/requests")


def token(page: str) -> str:
    """The word that every form carries."""
    found = CSRF.search(page)
    if found is None:
        raise RuntimeError("a page had no form on it")
    return found.group(1)


def measure(here: Evening, seconds: float) -> tuple[list[float], list[float]]:
    """Requests one after another, and the floor between."""
    desk = Desk(here)
    desk.sign_in()
    ours: list[float] = []
    floor: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or not ours:
        ours.append(desk.save())
        floor.append(here.ask_floor())
        time.sleep(random.uniform(0, 0.25))  # nobody saves in step with the clock
    return ours, floor


def main() -> None:
    """Measure on each kind of database."""
    chosen = shared.options(__doc__ or "", seconds=40).parse_args()
    said = []
    for kind in shared.kinds(chosen.database_url):
        with shared.place(kind, chosen.database_url) as place, evening(place) as here:
            ours, floor = measure(here, chosen.seconds)
        print(f"\n{kind:32} {HEADING}")
        told("from saved to the text", ours, floor)
        said.append(f"{shared.percentile(ours, 0.99):.2f} s at p99 on {kind}")
    print(f"\ntext {'; '.join(said)}")


if __name__ == "__main__":
    main()
