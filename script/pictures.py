"""Take the pictures of the README and of docs/screens.md: a made-up afternoon on the demo ward, from Rita's call until it is done.

Nobody in them is real, and every number in them is kept for drama. They are kept as WebP, which the browser itself writes small.
"""

import base64
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from actors import Switchboard, Telephone
from procfile import ROOT
from stack import Stack, running_stack

PICTURES = ROOT / "docs" / "pictures"
WIDE, PHONE = ViewportSize(width=1280, height=1400), ViewportSize(width=390, height=844)
SCREEN = ViewportSize(width=1280, height=860)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars", "--lang=en-GB"]
# Screens that need nothing but to be opened, on the desk's computer and in a hand.
AT_THE_DESK = {
    "requests": "/requests",
    "rota": "/rota",
    "what-each-hour-needs": "/rota/forecast",
    "patches": "/patches",
    "reports": "/reports",
    "wallboard": "/wallboard",
}
IN_A_HAND = {"rota-on-a-phone": "/rota", "more-on-a-phone": "/more"}
# A picture as WebP, by the browser's own hand: `small` is how much is kept of what the eye does not see.
AS_WEBP = """async ([png, small]) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: small })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


def main() -> int:
    """Play the afternoon, and look at it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="helpline-pictures-") as folder,
        running_stack(Path(folder), say=lambda _name, _line: None) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=FLAGS, env={**os.environ, "LANGUAGE": "en_GB"}
        )
        Pictures(browser, stack).take()
        browser.close()
    return 0


class Pictures:
    """Each picture at its moment."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        """Hana's browser, a neighbour's telephone, and the switchboard beside them."""
        self.stack = stack
        self.telephones = Switchboard(stack.simulator_url)
        hers, theirs = self._context(browser, WIDE), self._context(browser, PHONE)
        self.desk, self.board, self.hand = hers.new_page(), hers.new_page(), theirs.new_page()
        self.darkroom = self._context(browser, PHONE).new_page()

    def _context(self, browser: Browser, size: ViewportSize) -> BrowserContext:
        return browser.new_context(viewport=size, color_scheme="light", locale="en-GB", timezone_id="Europe/London")

    def take(self) -> None:
        """From Rita's call until it is done, and then whatever there is to look at."""
        self.call()
        self.passed_on()
        for size, pictures in ((SCREEN, AT_THE_DESK), (PHONE, IN_A_HAND)):
            self.desk.set_viewport_size(size)
            for name, path in pictures.items():
                self.desk.goto(self.stack.web_url + path)
                self.keep(self.desk, name)

    def call(self) -> None:
        """Rita tells Hana what she needs."""
        rita, hana = self.telephones.telephone("Rita"), self.telephones.telephone("Hana")
        sign_in(self.desk, self.stack, hana)
        self.board.goto(self.stack.simulator_url)
        rita.do("dial").hears("dial 999").do("press", keys="1")
        hana.rings().hears("Press 1 to take it").do("press", keys="1")
        rita.hears("talking to Hana")
        rita.do("speak", words="I cannot get out for my shopping. It is Rita, at 14 Acacia Road.")
        write(self.desk)
        self.desk.wait_for_timeout(16_000)  # a call looks like one when it has lasted a little
        self.keep(self.desk, "desk")
        self.keep(self.board, "switchboard")
        self.desk.set_viewport_size(PHONE)
        self.keep(self.desk, "desk-on-a-phone")
        self.desk.set_viewport_size(SCREEN)
        save(self.desk)
        rita.do("hang-up")

    def passed_on(self) -> None:
        """Coral is asked on her telephone, says yes, and sees who and where."""
        coral = self.telephones.telephone("Coral")
        self.hand.goto(coral.receives("Shopping near Acacia Road").split()[-1])
        self.keep(self.hand, "asked")
        self.hand.get_by_role("button", name="Yes, I will find somebody").click()
        words = coral.receives("Who and where").split()
        self.hand.goto(next(word for word in words if word.startswith("http")))
        self.hand.get_by_role("button", name="Show me who and where").click()
        self.hand.get_by_text("14 Acacia Road").wait_for()
        self.keep(self.hand, "said-yes")
        self.desk.reload()
        self.desk.get_by_text("Taken").first.wait_for()
        self.keep(self.desk, "request")

    def keep(self, page: Page, name: str) -> None:
        """One picture, in docs/pictures."""
        page.evaluate("window.scrollTo(0, 0)")
        taken = base64.b64encode(page.screenshot()).decode()
        written: str = self.darkroom.evaluate(AS_WEBP, [taken, 0.8])
        (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(written))
        print(f"docs/pictures/{name}.webp")


def sign_in(desk: Page, stack: Stack, hana: Telephone) -> None:
    """Hana comes in with the code that her telephone receives."""
    desk.goto(stack.web_url)
    desk.get_by_label("Your mobile number").fill(hana.number)
    desk.get_by_role("button", name="Text me a code").click()
    desk.get_by_label("code").first.fill(hana.receives("is your code").split()[0])
    desk.get_by_role("button", name="Come in").click()
    desk.get_by_role("heading", name="The line is quiet.").wait_for()


def write(desk: Page) -> None:
    """Hana writes down what Rita needs, as far as the street that sounds like what she typed."""
    desk.get_by_text("Shopping", exact=True).click()
    desk.get_by_label("In their words").fill("Milk, bread, cat food (the blue tins), two bananas")
    desk.get_by_label("House number").fill("14")
    desk.get_by_label("Street, type what you hear").press_sequentially("akaysha road", delay=20)
    desk.get_by_role("option").first.filter(has_text="Acacia Road").wait_for()


def save(desk: Page) -> None:
    """The rest of it, and it is saved."""
    desk.get_by_role("option").first.click()
    desk.locator("label", has_text="Today").click()
    desk.locator("label", has_text="is paid back").first.click()
    desk.get_by_label("They said yes").check()
    desk.get_by_role("button", name="Save and ask Coral").click()
    desk.get_by_role("heading", name="Shopping for Rita").wait_for()


if __name__ == "__main__":
    sys.exit(main())
