"""Pictures of the handbook as it is read and practised."""

from __future__ import annotations

from typing import Any

from pictures_desk import Desk

from handbook.grading.marks import key_of
from handbook.papers import item_token


def of_reading(desk: Desk) -> None:
    """The finder, a path, five items a day, a page of practice."""
    desk.open("workflows/phone.html")
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("zj")
    desk.take("finder", height=640)
    desk.open("paths/front-desk.html")
    desk.take("path")
    desk.open("practice/phone.html")
    desk.window(height=1400)  # so that the page's head covers no part of it
    choose_wrong(desk)
    desk.page.get_by_role("button", name="核对").click()
    desk.take("practice", ".quiz-stage")
    desk.window()
    desk.open("practice/daily.html")
    desk.take("daily")
    some_practice(desk)
    desk.open("practice/daily.html")
    desk.show("#topics")
    desk.take("daily-topics", height=420)


def choose_wrong(desk: Desk) -> None:
    """Choose the first option of the item shown that is not its key."""
    field = desk.page.locator("fieldset.quiz-item:visible").first
    keys = {item_token(one.id): key_of(one) for one in desk.handbook.items.values()}
    key = keys[field.get_attribute("data-item")]
    for option in field.locator(".quiz-option").all():
        if option.get_attribute("data-option") not in key:
            option.locator("input").check()
            return


def some_practice(desk: Desk) -> None:
    """Answer a few topics' items as they come, some right and some wrong."""
    for topic, tries in (("phone", 8), ("reception", 6), ("privacy", 5)):
        desk.open(f"practice/{topic}.html")
        for number in range(tries):
            check = desk.page.get_by_role("button", name="核对")
            if check.count():
                field = desk.page.locator("fieldset.quiz-item:visible").first
                answer_somehow(field, number)
                check.click()
            following = desk.page.get_by_role("button", name="下一题")
            if not following.count():
                break
            following.click()


def answer_somehow(field: Any, number: int) -> None:  # noqa: ANN401 - of playwright
    """Answer an item by what stands at a place of its own."""
    boxes = field.locator("input[type=radio], input[type=checkbox]")
    if boxes.count():
        boxes.nth(number % boxes.count()).check()
    for at, text in enumerate(field.locator("input[type=text]").all()):
        text.fill(str(at + 1))
    for at, choice in enumerate(field.locator("select").all()):
        choice.select_option(index=at % (choice.locator("option").count() - 1) + 1)
