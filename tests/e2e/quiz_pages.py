"""One item of each type, and its answer by keyboard alone."""

from __future__ import annotations

from typing import Any

from building import blank, match, multiple, order, single, true_false
from playwright.sync_api import Page


def one_of_each(use: str) -> list[Any]:
    """One item of each type."""
    stem = "铃响 ____ 内接，____ 内回复。"
    return [
        single(f"{use}-greet", critical=True, use=use),
        multiple(f"{use}-record", scoring="subset", use=use),
        true_false(f"{use}-calm", key="错", use=use),
        blank(f"{use}-rings", ["三声", "3声"], ["24小时"], stem=stem, use=use),
        order(f"{use}-steps", use=use),
        match(f"{use}-kinds", spare=["不予受理"], use=use),
    ]


ASKED = """() => {
  const one = document.activeElement, field = one.closest('.quiz-item');
  return {tag: one.tagName, kind: one.type, value: one.value, text: one.textContent,
    item: field?.dataset.item, type: field?.dataset.type,
    part: one.closest('li')?.dataset.option ?? one.closest('li')?.dataset.prompt,
    nth: field ? [...field.querySelectorAll('input')].indexOf(one) : -1};
}"""
"""What has the focus."""


def answer_by_keyboard(page: Page, here: dict[str, Any], key: Any) -> None:
    """Enter what is right into the control that has the focus."""
    if here["kind"] == "text":
        page.keyboard.type(key[here["nth"]][0])
    elif here["kind"] == "checkbox":
        if here["value"] in key:
            page.keyboard.press("Space")
    elif here["kind"] == "radio":
        page.keyboard.press("Space")
        go_down(page, key if isinstance(key, str) else key[0])
    elif here["type"] == "order":
        go_down(page, str(key.index(here["part"]) + 1))
    else:
        go_down(page, key[here["part"]])


def go_down(page: Page, wanted: str) -> None:
    """Press the arrow until the control has a value."""
    for _ in range(8):
        if page.evaluate(ASKED)["value"] == wanted:
            return
        page.keyboard.press("ArrowDown")
