"""Practice in a real Chromium: explained, come back to, by topic and by day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bare_site import write_site
from building import build_handbook
from playwright.sync_api import Browser, Page, expect
from quiz_pages import ASKED, answer_by_keyboard, one_of_each

from handbook.grading.marks import key_of
from handbook.papers import item_token
from handbook.rendering import quizzes

BOOK = build_handbook(one_of_each("practice"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one practice and the page of the day, in a bare frame."""
    return write_site(
        tmp_path_factory.mktemp("site"),
        {
            "practice/service.html": quizzes.practice_html(BOOK, "service"),
            "practice/daily.html": quizzes.daily_html(BOOK),
        },
    )


@pytest.fixture(scope="module")
def plain(hosts: dict[str, str]) -> str:
    """A web server that knows files only."""
    return hosts["http"]


def practise(page: Page, site: str) -> dict[str, Any]:
    """Open the practice; return its keys by item token."""
    page.goto(f"{site}practice/service.html")
    expect(page.get_by_role("button", name="核对")).to_be_visible()
    return {item_token(i.id): key_of(i) for i in one_of_each("practice")}


def answer_shown(page: Page, keys: dict[str, Any]) -> None:
    """Answer the practice item that is shown, by keyboard, and press Enter on 核对."""
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(ASKED)
        if here["text"] == "核对":
            page.keyboard.press("Enter")
            return
        if here["item"]:
            answer_by_keyboard(page, here, keys[here["item"]])
    raise AssertionError("Tab never came to 核对")


def test_practice_is_done_by_keyboard_alone(page: Page, plain: str) -> None:
    """Feedback takes the focus; from there Tab leads over the clause to the next item."""
    keys = practise(page, plain)
    page.locator(".quiz-legend").focus()
    for number in range(1, 7):
        answer_shown(page, keys)
        feedback = page.locator(".quiz-feedback")
        expect(feedback).to_be_focused()
        expect(feedback).to_contain_text("答对了")
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href')")
        assert href == "../policies/service.html#promise"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        if number < 6:
            expect(page.locator(".quiz-legend")).to_be_focused()
            expect(page.locator(".quiz-number")).to_have_text(f"第 {number + 1} 题")

    expect(page.get_by_role("heading", name="答对 6 题，共 6 题")).to_be_focused()


def test_a_wrong_choice_is_explained_and_practised_again(
    page: Page, plain: str
) -> None:
    """Every option tells why; the weak clause is named; only wrong ones come again."""
    keys = practise(page, plain)
    page.get_by_label("错的一").check()
    page.get_by_role("button", name="核对").click()
    wrong = page.locator("li.quiz-option", has_text="错的一").first
    expect(wrong).to_contain_text("您选的，不正确")
    expect(wrong).to_contain_text("关于“错的一”的解析。")
    right = page.locator("li.quiz-option", has_text="对的").first
    expect(right).to_contain_text("正确答案")
    assert page.get_by_label("错的一").is_disabled()
    page.reload()
    expect(page.locator(".quiz-feedback")).to_contain_text("没有答对")
    page.get_by_role("button", name="下一题").click()
    for _ in range(5):
        answer_shown(page, keys)
        page.locator(".quiz-actions .quiz-button--main").click()
    expect(page.get_by_role("heading", name="答对 5 题，共 6 题")).to_be_visible()
    expect(page.locator(".quiz-weak")).to_contain_text("错 1 题")
    page.get_by_role("button", name="再练错题（1 题）").click()
    expect(page.locator(".quiz-progress")).to_contain_text("再练错题：共 1 题")
    expect(page.locator(".quiz-why")).to_have_count(0)
    answer_shown(page, keys)
    page.get_by_role("button", name="看结果").click()

    expect(page.get_by_role("heading", name="答对 1 题，共 1 题")).to_be_visible()


def test_nothing_is_checked_before_it_is_answered(page: Page, plain: str) -> None:
    """An empty check is no wrong answer."""
    practise(page, plain)
    page.get_by_role("button", name="核对").click()

    expect(page.get_by_role("alert")).to_have_text("先作答，再核对。")
    expect(page.locator(".quiz-progress")).to_contain_text("已做 0 题")


def test_options_stand_in_another_order_in_another_try(page: Page, plain: str) -> None:
    """What was learnt is the answer, not its place; a reload changes nothing."""
    practise(page, plain)
    orders = set()
    for _ in range(12):
        shown = page.locator(".quiz-option > label").all_inner_texts()
        page.reload()
        assert page.locator(".quiz-option > label").all_inner_texts() == shown
        orders.add(tuple(shown))
        page.evaluate("localStorage.clear()")
        page.reload()

    assert len(orders) > 1


def test_practice_works_from_a_file_and_without_javascript(
    browser: Browser, site: Path
) -> None:
    """The answers stand in native disclosures."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/practice/service.html")
    page.locator("summary").nth(2).click()

    expect(page.get_by_text("答案：错")).to_be_visible()
    context.close()


def test_what_was_wrong_comes_back_the_next_day(page: Page, plain: str) -> None:
    """Five items a day: today's are fixed, tomorrow begins with the one that was wrong."""
    keys = {item_token(i.id): key_of(i) for i in one_of_each("practice")}
    page.clock.install(time="2026-11-26T09:00:00+08:00")
    page.goto(f"{plain}practice/daily.html")
    expect(page.locator(".quiz-progress")).to_have_text(
        "今天的五题：共 5 题，已做 0 题，答对 0 题"
    )
    page.get_by_label("错的一").check()
    page.get_by_role("button", name="核对").click()
    page.reload()
    expect(page.locator(".quiz-feedback")).to_contain_text("没有答对")
    page.get_by_role("button", name="下一题").click()
    for _ in range(4):
        answer_shown(page, keys)
        page.locator(".quiz-actions .quiz-button--main").click()
    expect(page.get_by_role("heading", name="答对 4 题，共 5 题")).to_be_visible()
    expect(page.locator(".quiz-topic")).to_contain_text("做过 5／6 题")

    page.clock.set_fixed_time("2026-11-27T09:00:00+08:00")
    page.reload()
    expect(page.locator(".quiz-progress")).to_contain_text("共 2 题，已做 0 题")
    expect(page.get_by_label("错的一")).to_be_visible()
    for _ in range(2):
        answer_shown(page, keys)
        page.locator(".quiz-actions .quiz-button--main").click()

    expect(page.locator(".quiz-stage")).to_contain_text("已经连续 2 天做完五题")
