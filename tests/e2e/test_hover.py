"""Words that explain themselves, in a real page opened from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from small_site import add_host, run_host, write_handbook

TERMS = """
    terms:
      - id: customer
        term: 客户
        definition: 用我们服务的人。<img src=x onerror=alert(1)>
      - id: colleague
        term: 同事
        definition: 和我们一起工作的人。
      - id: message
        term: 留言
        definition: 请人转告的话。
      - id: desk
        term: 前台
        definition: 进门第一个看见的地方。
    """
PAGE = """
    ---
    title: 客户来了
    kind: guide
    owner: desk
    reviewed: 2026-11-01
    ---

    ## 见到客户 {#meet}

    见[客户](../policies/phone.md#answer)，`客户` 是代码。**客户**来了，叫同事来。

    {{ phrase("scripts/phone.md#hello") }}

    客户走了，再写留言。
    """


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site with four terms."""
    root = tmp_path_factory.mktemp("terms")
    changed = {"content/_data/terms.yml": TERMS, "content/guide/customers.md": PAGE}
    write_handbook(root, **changed)
    add_host(root)
    built = run_host(root)
    assert built.returncode == 0, built.stdout + built.stderr
    return root / "site"


@pytest.fixture(params=[False, True], ids=["mouse", "touch"])
def opened(browser: Browser, folder: Path, request: pytest.FixtureRequest) -> Page:
    """The page with its terms marked, on a narrow screen."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 800}, has_touch=request.param
    )
    page = context.new_page()
    page.goto((folder / "guide/customers.html").as_uri())
    page.wait_for_selector("abbr.hb-term")
    yield page
    context.close()


def test_the_first_of_each_is_marked_where_one_reads(opened: Page) -> None:
    """Not in headings, links, code or words to be said; nothing else moves."""
    marks = opened.locator("abbr.hb-term")

    assert ["客户", "同事", "留言"] == marks.all_inner_texts()
    assert "**" not in opened.locator("article").inner_text()
    assert opened.locator("strong > abbr.hb-term").count() == 1
    assert opened.locator(".hb-phrase abbr, a abbr, h2 abbr, code abbr").count() == 0


def test_keyboard_and_escape(opened: Page) -> None:
    """Focus shows the explanation, Escape and moving on hide it."""
    tips = opened.locator(".hb-tip:visible")
    opened.locator("abbr.hb-term").nth(1).focus()
    expect(tips).to_have_count(1)
    expect(tips).to_contain_text("和我们一起工作的人。")

    opened.keyboard.press("Escape")
    expect(tips).to_have_count(0)

    opened.locator("abbr.hb-term").nth(2).focus()
    expect(tips).to_contain_text("请人转告的话。")
    opened.keyboard.press("Shift+Tab")
    expect(tips).to_have_count(0)


def test_mouse_or_finger(opened: Page, request: pytest.FixtureRequest) -> None:
    """Hover or tap shows it, on the screen; elsewhere hides it; no text becomes markup."""
    word = opened.locator("abbr.hb-term").first
    tips = opened.locator(".hb-tip:visible")
    touch = "touch" in request.node.name
    word.tap() if touch else word.hover()
    expect(tips).to_contain_text("<img src=x onerror=alert(1)>")
    box = tips.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    if not touch:  # one may move onto it, to select its words
        tips.hover()
        opened.wait_for_timeout(400)
        expect(tips).to_have_count(1)

    opened.touchscreen.tap(5, 790) if touch else opened.mouse.move(5, 790)
    expect(tips).to_have_count(0)


def test_readers_of_the_screen_hear_it(opened: Page) -> None:
    """The word is described by its explanation, shown or not."""
    for word in opened.locator("abbr.hb-term").all():
        tip = opened.locator(f"#{word.get_attribute('aria-describedby')}")
        assert tip.get_attribute("role") == "tooltip"
        assert tip.text_content()
