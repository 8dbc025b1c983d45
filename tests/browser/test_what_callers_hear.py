"""An organiser changes the greeting by keyboard, and looks at a language that runs the other way, without a script and with one."""

from playwright.sync_api import expect

from helpline import clock, languages, people, prompts, script
from helpline.people import HatName
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import comes_in, is_fit_for_everybody
from tests.builders import a_handler
from tests.recordings import wav


def test_the_greeting_is_changed_by_keyboard_and_every_state_is_fit_for_everybody(desk: Desk, window: Window) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        olga = a_handler(session, "Olga", phone="+447700900001", at=at)
        people.wear(session, olga, HatName.ORGANISER, at=at)
        for code in ("pl", "ur"):
            languages.begin(session, code, who=olga, at=at)
        prompts.keep_sound(session, script.EMERGENCY, "ur", wav(5), read=True, who=olga, at=at)
        prompts.mark_read(session, script.MENU, "pl", who=olga, at=at)
    comes_in(desk, window)
    page.get_by_role("link", name="More").click()
    page.get_by_role("link", name="Settings").click()
    is_fit_for_everybody(window)
    page.get_by_role("link", name="What callers hear").click()
    is_fit_for_everybody(window)
    page.get_by_role("link", name="Hello, this is {group}.").focus()
    page.keyboard.press("Enter")
    words = page.get_by_label("Words", exact=True)
    words.fill("Good day, {gruop} here.")
    page.get_by_role("button", name="Save these words").press("Enter")
    expect(page.get_by_text("In curly brackets only {group} can be used here.")).to_be_visible()
    expect(words).to_be_focused()
    expect(words).to_have_value("Good day, {gruop} here.")
    is_fit_for_everybody(window)
    words.fill("Good day, {group} here.")
    page.get_by_role("button", name="Save these words").press("Enter")
    expect(page.get_by_text("Saved. Callers hear it from now on.")).to_be_visible()

    # A recording, chosen and sent, and heard on the page itself.
    page.get_by_label("From a file").set_input_files({"name": "hello.wav", "mimeType": "audio/wav", "buffer": wav(4)})
    page.get_by_role("button", name="Use this recording").click()
    player = page.get_by_label("The recording")
    expect(player).to_be_visible()
    length = "player => new Promise(done => { player.onloadedmetadata = () => done(player.duration); player.load(); })"
    assert abs(player.evaluate(length) - 4) < 0.1
    is_fit_for_everybody(window)
    for path in ("?language=pl", "?language=ur", "/pl/emergency", "/ur/emergency", "/en/broken"):
        page.goto(f"{desk.url}/settings/prompts{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        is_fit_for_everybody(window)
    assert [said for said in window.complaints if "422" not in said] == []
