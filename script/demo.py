"""The main job, played by itself on real processes with fresh data, and printed as it happens.

A resident rings, a handler answers and writes it down, her street's coordinator is asked, says yes, and says when it is done.
Ends with code 0 only if every step really happened.
"""

import sys
import tempfile
import time
from pathlib import Path

from actors import Desk, NotSoError, Switchboard, Telephone, open_details, open_link
from stack import CannotStartError, Stack, running_stack

PRIVATE = ("Rita", "Marsh", "14 Acacia", "7946 0118", "cat food")
NEEDS = {
    "kind": "shopping",
    "words": "Milk, bread, cat food (the blue tins), two bananas",
    "name": "Rita Marsh",
    "house": "14",
    "urgency": "today",
    "money": "paid_back",
}


def main() -> int:
    """Play it."""
    began = time.monotonic()
    print("A made-up evening on the helpline. Everything below really happens, on this machine only.", flush=True)
    with tempfile.TemporaryDirectory(prefix="helpline-demo-") as folder:
        try:
            with running_stack(Path(folder), say=lambda _name, _line: None) as stack:
                play(stack)
        except (NotSoError, CannotStartError) as problem:
            print(f"\nIt did not happen: {problem}.", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
    print(f"\nEvery step happened, in {time.monotonic() - began:.0f} seconds.")
    return 0


def play(stack: Stack) -> None:
    """The road, step by step."""
    board = Switchboard(stack.simulator_url)
    rita, hana, coral = board.telephone("Rita"), board.telephone("Hana"), board.telephone("Coral")
    step("Hana signs in to the desk with the code that her telephone receives.")
    desk = Desk(stack.web_url, hana)
    desk.sign_in()
    a_call(rita, hana, desk)
    request = written_down(rita, hana, desk)
    passed_on(coral, hana, desk, request)


def a_call(rita: Telephone, hana: Telephone, desk: Desk) -> None:
    """Rita rings, and Hana takes it."""
    step("Rita, who has no internet, rings the helpline.")
    rita.do("dial").hears("dial 999").do("press", keys="1")
    step("The handlers on shift are rung, each on a leg of their own. Only key 1 takes the call.")
    hana.rings().hears("Press 1 to take it").do("press", keys="1")
    rita.hears("You are through to Hana")
    desk.shows("/", "You are talking to Rita, probably", "Number ends 118")
    rita.hears("talking to Hana")
    rita.do("speak", words="I cannot get out for my shopping. It is Rita, at 14 Acacia Road.")


def written_down(rita: Telephone, hana: Telephone, desk: Desk) -> str:
    """Hana writes down what is needed, and the call ends."""
    step("Hana writes down what is needed. She types the street as she hears it.")
    request = desk.saves("akaysha road", **NEEDS)
    desk.shows(request, "Shopping for Rita", "14 Acacia Road", "Coral")
    rita.do("hang-up")
    hana.hears("The call is over")
    return request


def passed_on(coral: Telephone, hana: Telephone, desk: Desk, request: str) -> None:
    """Coral is asked, says yes, gets the details, and says when it is done."""
    step("The coordinator of that street is asked, by a text that holds no name, number or house.")
    text = coral.receives("Shopping near Acacia Road")
    if any(word in text for word in PRIVATE):
        raise NotSoError("the text held something private")
    open_link(text.split()[-1], says="Could somebody near Acacia Road help with some shopping", hides=PRIVATE)
    coral.do("text", body="YES A")
    step("After yes come the details, by a second link.")
    words = coral.receives("Who and where").split()
    link = next(word for word in words if word.startswith("http"))
    open_details(link, says="14 Acacia Road", hides=PRIVATE)
    desk.shows(request, "Taken")
    step("A neighbour found in the street's own chat group has been to the shop.")
    coral.do("text", body="DONE A")
    hana.receives("Done: Shopping near Acacia Road")
    desk.shows(request, "Done")


def step(words: str) -> None:
    """A heading of the transcript."""
    print(f"\n{words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
