"""What is new since the last visit, and what a check is worth today, in a real page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from small_site import FILES, add_host, run_host, write_handbook

ENTRY = (
    "{date: 2026-11-20, clauses: [answer], kind: material, summary: 应答时限改为三声"
)
HOME = """
    ---
    title: 服务手册
    kind: guide
    owner: desk
    ---

    欢迎。

    {{ phrase("scripts/phone.md#hello") }}

    {{ recent_changes() }}
    """
REVIEWED = "reviewed: {on: 2026-11-01, by: 王主管, against: 《热线作业指导书》}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site whose one change tells the old wording."""
    root = tmp_path_factory.mktemp("news")
    policy = FILES["content/policies/phone.md"]
    policy = policy.replace(ENTRY, f"{ENTRY}, before: {{answer: 电话响起五声内接听。}}")
    policy = policy.replace("reviewed: 2026-11-01", REVIEWED)
    changed = {"content/policies/phone.md": policy, "content/index.md": HOME}
    write_handbook(root, **changed)
    add_host(root)
    built = run_host(root)
    assert built.returncode == 0, built.stdout + built.stderr
    return root / "site"


def reader(browser: Browser, day: str) -> BrowserContext:
    """A browser of its own on some day."""
    context = browser.new_context(locale="zh-CN")
    context.clock.set_fixed_time(f"{day}T10:00:00+08:00")
    return context


def come_back(page: Page, folder: Path, path: str) -> None:
    """Open a page as one who was here before the change was told."""
    page.goto((folder / path).as_uri())
    page.evaluate("localStorage.setItem('handbook.news', '[[\"before\", \"\"]]')")
    page.reload()


def test_first_visit_marks_nothing(browser, folder):
    """Neither at home nor on the page; the record of changes is there, closed."""
    page = reader(browser, "2026-11-26").new_page()
    for path in ("index.html", "policies/phone.html"):
        page.goto((folder / path).as_uri())
        expect(page.locator("html[data-handbook]")).to_have_count(1)
        expect(page.locator(".hb-new, .hb-unread")).to_have_count(0)
    expect(page.locator(".hb-news")).not_to_have_attribute("open", "")
    page.context.close()


def test_new_at_home_and_on_its_page_until_visited(browser, folder):
    """Listed at home, opened on its page with old and new, and gone after the visit."""
    page = reader(browser, "2026-11-26").new_page()
    come_back(page, folder, "index.html")
    expect(page.locator(".hb-unread")).to_contain_text("有 1 项更新还没看过")
    page.locator(".hb-unread a").click()

    expect(page).to_have_url((folder / "policies/phone.html").as_uri() + "#answer")
    expect(page.locator("#answer .hb-new")).to_have_text("有更新")
    expect(page.locator(".hb-news .hb-wording del")).to_have_text("五")
    expect(page.locator(".hb-news .hb-wording ins")).to_have_text("三")

    page.reload()  # still marked on the day it was seen
    expect(page.locator("#answer .hb-new")).to_have_count(1)
    page.goto((folder / "index.html").as_uri())
    expect(page.locator(".hb-change .hb-wording").first).to_be_visible()
    expect(page.locator(".hb-unread")).to_have_count(0)
    page.clock.set_fixed_time("2026-11-27T10:00:00+08:00")
    page.goto((folder / "policies/phone.html").as_uri())
    expect(page.locator(".hb-new")).to_have_count(0)
    page.context.close()


def test_all_seen_by_one_button(browser, folder):
    """The list at home goes, and does not come back."""
    page = reader(browser, "2026-11-26").new_page()
    come_back(page, folder, "index.html")
    page.get_by_role("button", name="都看过了").click()
    expect(page.locator(".hb-unread, .hb-new")).to_have_count(0)
    page.reload()
    expect(page.locator("html[data-handbook]")).to_have_count(1)
    expect(page.locator(".hb-unread")).to_have_count(0)
    page.context.close()


def test_finder_tells_that_the_rule_behind_a_phrase_moved(browser, folder):
    """The row is marked, the card shows both wordings; noticed, both are quiet."""
    page = reader(browser, "2026-11-26").new_page()
    come_back(page, folder, "scripts/phone.html")
    page.keyboard.press("/")
    page.locator(".hf-dialog input").first.fill("kaichangbai")
    expect(page.locator(".hf-row .hf-due").first).to_have_text("依据有更新")
    expect(page.locator(".hf-news del")).to_have_text("电话响起五声内接听。")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator(".hf-news, .hf-row .hf-due")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize(
    ("day", "shown", "card"),
    [
        ("2026-11-26", "核验：2026-11-01 · 王主管 · 对照《热线作业指导书》 有效到 2027-11-01", []),
        ("2027-10-20", "将到期", ["将到期"]),
        ("2028-01-01", "已过期", ["已过期"]),
    ],
)  # fmt: skip
def test_check_is_judged_on_the_day_of_reading(browser, folder, day, shown, card):
    """The same built page says valid, due soon and overdue; quoted cards too."""
    page = reader(browser, day).new_page()
    page.goto((folder / "policies/phone.html").as_uri())
    expect(page.locator(".hb-fresh")).to_contain_text(shown)
    page.goto((folder / "index.html").as_uri())
    expect(page.locator("html[data-handbook]")).to_have_count(1)
    assert card == page.locator(".hb-phrase .hb-fresh__state").all_inner_texts()
    page.context.close()


def test_blocked_storage_marks_nothing(browser, folder):
    """A browser that keeps nothing shows whole pages without marks, and no error."""
    context = reader(browser, "2026-11-26")
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for path in ("policies/phone.html", "index.html", "policies/phone.html"):
        page.goto((folder / path).as_uri())
        expect(page.locator("html[data-handbook]")).to_have_count(1)
        expect(page.locator(".hb-new, .hb-unread")).to_have_count(0)
    assert faults == []
    context.close()
