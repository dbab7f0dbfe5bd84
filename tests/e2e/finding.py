"""Steps that tests of the finder share: open, type, fill, paste, judge."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def open_finder(page: Page, address: str) -> None:
    """Open a page and the finder on it, by key; wait for the list."""
    page.goto(address)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.get_by_role("option").first).to_be_visible()


def look_for(page: Page, words: str) -> None:
    """Type into the box, whatever stood there."""
    page.get_by_role("combobox").fill("")
    page.keyboard.type(words)


def status(page: Page) -> str:
    return page.locator(".hf-status").inner_text()


def clipboard(page: Page) -> str:
    """Paste into an empty page: it works where no script may read the clipboard."""
    pad = page.context.new_page()
    pad.set_content("<textarea autofocus></textarea>")
    pad.locator("textarea").focus()
    pad.keyboard.press("Control+V")
    text = pad.locator("textarea").input_value()
    pad.close()
    page.bring_to_front()
    return text


def fill_by_key(page: Page) -> list[str]:
    """Fill all blanks of the phrase in their order; return what was typed."""
    typed = []
    count = page.locator(".hf-say .hf-blank").count()
    for number in range(count):
        words = f"内容{number}"
        if page.evaluate("document.activeElement.value") == "":
            page.keyboard.type(words)
            typed.append(words)
        if number + 1 < count:
            page.keyboard.press("Tab")
    return typed


def small_targets(page: Page) -> list[str]:
    """What a thumb would miss: anything to be tapped that is lower than 44 pixels."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
          ".hf-dialog :is(button, a, select, .hf-blank, .hf-row)")]
          .filter((one) => one.checkVisibility({visibilityProperty: true})
            && one.getBoundingClientRect().height < 43.9)
          .map((one) => `${one.className} ${one.textContent || one.placeholder}`)"""
    )
