"""Every telephone on the switchboard does by hand what telephones do."""

import re

from playwright.sync_api import Browser, expect

from stack import Stack
from tests.browser.test_the_whole_road import PATIENCE, open_page, stack, telephone

__all__ = ["stack"]


def test_a_withheld_caller_leaves_a_message_while_a_handler_s_telephone_goes_to_its_answerphone(
    stack: Stack, chromium: Browser
) -> None:
    expect.set_options(timeout=PATIENCE)
    complaints: list[str] = []
    board = open_page(chromium, stack.simulator_url, complaints)
    rita, hana = telephone(board, "Rita"), telephone(board, "Hana")

    hana.get_by_label("When it rings").select_option("answerphone")
    expect(hana.locator(".state")).to_have_text("Quiet, with its answerphone on")
    rita.get_by_label("hide number").check()
    rita.get_by_role("button", name="Ring the helpline").click()
    heard = rita.locator("ol.lines")
    expect(heard).to_contain_text("dial 999")
    rita.get_by_role("button", name="1", exact=True).click()
    expect(heard).to_contain_text("We are ringing somebody for you now")
    expect(hana.locator("ol.lines")).to_contain_text(re.compile("answerphone: You have reached a voicemail"))
    rita.locator(".keypad button").first.focus()
    board.keyboard.press("5")
    expect(heard).to_contain_text("after the tone")
    expect(heard).to_contain_text("(beep)")
    rita.get_by_label("Say something").fill("It is only me")
    rita.get_by_role("button", name="Say it").click()
    board.wait_for_timeout(2_000)  # a message takes a while to say
    rita.get_by_role("button", name="#", exact=True).click()
    expect(heard).to_contain_text("Your message is kept")
    hana.get_by_label("When it rings").select_option("person")
    expect(hana.locator(".state")).to_have_text("Quiet")
    assert complaints == []
