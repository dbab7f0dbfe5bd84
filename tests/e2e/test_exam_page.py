"""Exam pages in a real Chromium: by keyboard, kept, saved, handed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bare_site import learner, write_site
from building import build_handbook
from playwright.sync_api import Browser, BrowserContext, Page, expect
from quiz_pages import ASKED, answer_by_keyboard, one_of_each

from handbook.grading.answer_files import read_answers
from handbook.grading.grade import Grade
from handbook.grading.grader import grade
from handbook.grading.marks import key_of
from handbook.grading.submissions import Submission
from handbook.papers import draw, drawn_items, item_token
from handbook.records.database.store import Store
from handbook.rendering.exams import exam_html
from handbook.server.app import create_app
from handbook.server.running import LOCAL_NAMES, in_background

BOOK = build_handbook(one_of_each("exam"), exam={"forms": 3, "time_limit": "20分钟"})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one exam: our HTML and code in a bare frame."""
    return write_site(
        tmp_path_factory.mktemp("site"),
        {"exams/entry.html": exam_html(BOOK, "entry")},
    )


@pytest.fixture(scope="module")
def plain(hosts: dict[str, str]) -> str:
    """A web server that knows files only."""
    return hosts["http"]


@contextmanager
def serving(site: Path, folder: Path, **options: Any) -> Iterator[tuple[str, Store]]:
    """The handbook's own server, with its records; yields its address."""
    with Store(str(folder / "records.sqlite")) as store:
        app = create_app(BOOK, store, site, hosts=LOCAL_NAMES, **options)
        with in_background(app) as url:
            yield url, store


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A learner's browser without any past; an error in a page fails the test."""
    with learner(browser) as made:
        yield made


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A fresh tab."""
    return context.new_page()


def begin(page: Page, site: str, number: str = "a1024", name: str = "王小明") -> None:
    """Open the exam and start it."""
    page.goto(f"{site}exams/entry.html")
    page.get_by_label("工号").fill(number)
    page.get_by_label("姓名").fill(name)
    page.get_by_label("姓名").press("Enter")
    expect(page.locator(".quiz-paper")).to_be_visible()


def close(page: Page) -> None:
    """Hand in and confirm."""
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()


def keys_of(page: Page) -> dict[str, Any]:
    """The right answers of the paper in the page, by item token."""
    sitting = kept(page)
    paper = draw(BOOK, "entry", sitting["form"])
    assert paper.digest == sitting["paper"]
    return {item_token(i.id): key_of(i) for i in drawn_items(BOOK, paper)}


def kept(page: Page) -> dict[str, Any]:
    """The sitting as the browser keeps it."""
    text = page.evaluate(
        "Object.entries(localStorage).find(([k]) => k.endsWith(':exam:entry'))?.[1]"
    )
    return json.loads(text) if text else {}


def sit_by_keyboard(page: Page, keys: dict[str, Any]) -> None:
    """Answer everything rightly with Tab, arrows, space and letters; end at 交卷."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(ASKED)
        if here["tag"] == "BUTTON" and here["text"] == "交卷":
            return
        if here["item"]:
            answer_by_keyboard(page, here, keys[here["item"]])
    raise AssertionError("Tab never came to 交卷")


def test_the_overview_of_items_is_one_stop(page: Page, plain: str) -> None:
    """Tab comes to the first item at once; arrows walk over the numbers."""
    begin(page, plain)
    expect(page.locator(".quiz-title")).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.locator(".quiz-dot").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".quiz-dot").nth(2)).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.quiz-item')")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".quiz-dot").nth(2)).to_be_focused()
    page.keyboard.press("End")

    expect(page.locator(".quiz-dot").last).to_be_focused()


def read(raw: bytes) -> Submission:
    """Read an answer file by the grader's own reader."""
    found = read_answers(raw, name="答卷.json", via="file")
    assert isinstance(found, Submission), found
    return found


def graded(raw: bytes) -> Grade:
    """Grade an answer file."""
    found = grade(BOOK, read(raw))
    assert isinstance(found, Grade), found
    return found


def saved(page: Page, press: Callable[[], None]) -> tuple[str, bytes]:
    """Name and content of the file that the page saves."""
    with page.expect_download() as download:
        press()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_an_exam_is_sat_by_keyboard_alone(page: Page, plain: str) -> None:
    """No step needs a mouse; the saved file grades as what was entered."""
    page.goto(f"{plain}exams/entry.html")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "number":
            break
    page.keyboard.type("ａ1024")
    page.keyboard.press("Tab")
    page.keyboard.type("王小明")
    page.keyboard.press("Enter")
    expect(page.locator(".quiz-title")).to_be_focused()
    sit_by_keyboard(page, keys_of(page))
    expect(page.locator(".quiz-count")).to_have_text("已答 6/6")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("6 题都答了")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="答卷已经封好")).to_be_focused()
    page.keyboard.press("Tab")
    name, raw = saved(page, lambda: page.keyboard.press("Enter"))

    assert name == "答卷-entry-A1024.json"
    result = graded(raw)
    assert result.passed
    assert result.share == 1
    assert result.submission.person.number == "A1024"
    assert result.submission.person.name == "王小明"
    offset = result.submission.started_at.utcoffset()
    assert offset is not None
    assert offset.total_seconds() == 8 * 3600


def test_a_reload_in_the_middle_keeps_the_sitting(page: Page, plain: str) -> None:
    """Same form, same sitting, same answers, clock running on."""
    begin(page, plain)
    before = kept(page)
    page.locator("input[type=text]").first.fill("三声 <b>&</b>")
    page.locator("input[type=checkbox]:not(.quiz-flag input)").first.check()
    page.locator(".quiz-row--step select").first.select_option("3")
    page.locator(".quiz-flag input").nth(2).check()
    drafts = kept(page)["drafts"]
    page.reload()
    expect(page.locator(".quiz-count")).to_contain_text("已答 1/6")

    after = kept(page)
    for same in ("form", "paper", "sitting", "started"):
        assert after[same] == before[same]
    assert after["drafts"] == drafts
    assert page.locator("input[type=text]").first.input_value() == "三声 <b>&</b>"
    assert page.locator(".quiz-row--step select").first.input_value() == "3"
    assert page.locator(".quiz-flag input").nth(2).is_checked()


def test_what_is_open_is_listed_before_hand_in(page: Page, plain: str) -> None:
    """The dialog names open, unfinished and flagged items, and leads back to them."""
    begin(page, plain)
    page.locator("input[type=text]").first.fill("三声")
    page.locator(".quiz-flag input").nth(4).check()
    page.get_by_role("button", name="交卷", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("还有 5 题没有答")
    expect(dialog).to_contain_text("还有 1 题没有答完")
    expect(dialog).to_contain_text("标记了 1 题")
    dialog.get_by_role("button", name="回到第 5 题").first.click()

    expect(dialog).not_to_be_visible()
    expect(page.locator(".quiz-legend").nth(4)).to_be_focused()
    assert not kept(page)["file"]


def test_two_steps_in_one_place_are_told(page: Page, plain: str) -> None:
    """An order with a place used twice is no answer, and the page says so."""
    begin(page, plain)
    for select in page.locator(".quiz-row--step select").all():
        select.select_option("2")
    expect(page.get_by_text("第 2 步选了两次")).to_be_visible()
    close(page)
    _, raw = saved(page, page.get_by_role("button", name="保存答卷文件").click)

    assert read(raw).answers == {}


def test_a_retake_shows_another_form(page: Page, plain: str) -> None:
    """Never the form of the time before."""
    forms = []
    for _ in range(4):
        begin(page, plain)
        forms.append(kept(page)["form"])
        close(page)
        page.get_by_role("button", name="清除这份答卷").click()
        page.get_by_role("button", name="确定清除").click()
    assert all(one != other for one, other in pairwise(forms))


def test_time_up_hands_in_by_itself(context: BrowserContext, plain: str) -> None:
    """The end is announced before, and what was entered by then is in the file."""
    page = context.new_page()
    page.clock.install(time=datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    begin(page, plain)
    page.locator("input[type=text]").first.fill("三声")
    page.clock.fast_forward("15:30")
    page.clock.run_for(2000)
    expect(page.get_by_role("status")).to_have_text("还有 5 分钟。")
    expect(page.locator(".quiz-clock")).to_contain_text("剩余 4:2")
    page.clock.fast_forward("05:00")
    page.clock.run_for(2000)
    expect(page.get_by_role("heading", name="答卷已经封好")).to_be_visible()
    result = graded(json.dumps(kept(page)["file"]).encode())

    assert not result.overtime
    taken = result.submission.submitted_at - result.submission.started_at
    assert taken.total_seconds() == 20 * 60
    assert len(result.submission.answers) == 1


def test_a_page_opened_after_the_end_hands_in_what_was_kept(
    context: BrowserContext, plain: str
) -> None:
    """Answers stood still when the page was closed: they are not late."""
    page = context.new_page()
    page.clock.install(time=datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    begin(page, plain)
    page.locator("input[type=text]").first.fill("三声")
    page.clock.fast_forward("09:00:00")
    page.reload()
    expect(page.get_by_role("heading", name="答卷已经封好")).to_be_visible()

    assert not graded(json.dumps(kept(page)["file"]).encode()).overtime


def test_the_second_tab_says_that_the_exam_is_open(
    context: BrowserContext, plain: str
) -> None:
    """It may take the sitting over; then the first one stops, and nothing is lost."""
    first, second = context.new_page(), context.new_page()
    begin(first, plain)
    first.locator("input[type=text]").first.fill("三声")
    second.goto(f"{plain}exams/entry.html")
    expect(
        second.get_by_role("heading", name="考试已经在另一个标签页里打开")
    ).to_be_visible()
    expect(first.locator(".quiz-paper")).to_be_visible()
    second.get_by_role("button", name="在这里继续").click()
    expect(second.locator("input[type=text]").first).to_have_value("三声")
    expect(
        first.get_by_role("heading", name="考试已经在另一个标签页里打开")
    ).to_be_visible()
    first.close()
    second.locator("input[type=text]").nth(1).fill("24小时")
    second.reload()

    expect(second.locator("input[type=text]").nth(1)).to_have_value("24小时")


def test_a_tab_that_is_gone_does_not_hold_the_exam(
    context: BrowserContext, plain: str
) -> None:
    """A crashed tab answers no question, so the next one goes on."""
    first = context.new_page()
    begin(first, plain)
    first.evaluate(
        "Object.keys(localStorage).filter((k) => k.endsWith(':tab'))"
        '.forEach((k) => localStorage.setItem(k, \'{"id": "crashed", "count": 1}\'))'
    )
    first.close()
    second = context.new_page()
    second.goto(f"{plain}exams/entry.html")

    expect(second.locator(".quiz-paper")).to_be_visible()


def test_an_exam_works_from_a_file(page: Page, site: Path) -> None:
    """Opened from a folder there is no server: the file is the way, reload survives."""
    begin(page, site.as_uri() + "/")
    page.locator("input[type=text]").first.fill("三声")
    page.reload()
    expect(page.locator("input[type=text]").first).to_have_value("三声")
    close(page)
    _, raw = saved(page, page.get_by_role("button", name="保存答卷文件").click)

    assert not graded(raw).passed


def test_a_hand_in_is_graded_and_recorded(
    page: Page, site: Path, tmp_path: Path
) -> None:
    """Under the server's strict policy: verdict, receipt, one event; then a clean desk."""
    refused: list[str] = []
    page.on(
        "console",
        lambda m: refused.append(m.text) if "Content Security" in m.text else None,
    )
    with serving(site, tmp_path) as (server, store):
        begin(page, server)
        sit_by_keyboard(page, keys_of(page))
        close(page)
        expect(page.get_by_role("heading", name="通过了，优秀")).to_be_visible()
        receipt = kept(page)["receipt"]
        expect(page.get_by_text(receipt["receipt"])).to_be_visible()
        expect(page.locator(".quiz-facts").last).to_contain_text("6/6（100%）")
        page.reload()
        expect(page.get_by_role("heading", name="通过了，优秀")).to_be_visible()
        page.get_by_role("button", name="完成").click()
        expect(page.get_by_label("工号")).to_have_value("")
        events = list(store.events())

    assert not refused
    assert not kept(page)
    assert len([e for e in events if e.kind == "submitted"]) == 1


def test_who_fails_is_told_what_to_read_and_when_to_come_back(
    page: Page, site: Path, tmp_path: Path
) -> None:
    """A failed verdict links clauses; coming back too early is refused with a cure."""
    with serving(site, tmp_path) as (server, _):
        begin(page, server)
        close(page)
        expect(page.get_by_role("heading", name="这次没有通过")).to_be_visible()
        link = page.locator(".quiz-weak a").first
        assert link.get_attribute("href") == f"{server}policies/service.html#promise"
        page.get_by_role("button", name="完成，准备重考").click()
        page.get_by_label("工号").fill("A1024")
        page.get_by_label("姓名").fill("王小明")
        page.get_by_label("姓名").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("以后才能重考")
        page.get_by_role("button", name="开始考试").click()
        close(page)
        expect(page.get_by_role("heading", name="这份答卷没有登记")).to_be_visible()
        expect(page.locator(".quiz-problems b").first).not_to_be_empty()
        expect(page.locator(".quiz-problems span").first).not_to_be_empty()
        _, raw = saved(page, page.get_by_role("button", name="保存答卷文件").click)

    assert read(raw).exam == "entry"


def test_a_lost_network_loses_no_answers(
    context: BrowserContext, page: Page, site: Path, tmp_path: Path
) -> None:
    """The page tries again as soon as it is back; one hand-in is one record."""
    page.clock.install()
    with serving(site, tmp_path) as (server, store):
        begin(page, server)
        page.locator("input[type=text]").first.fill("三声")
        context.set_offline(True)
        close(page)
        expect(page.get_by_role("heading", name="还没有交上，正在重试")).to_be_visible()
        assert kept(page)["file"]
        # No second passes any more: what follows waits for none.
        page.clock.pause_at(page.evaluate("Date.now() / 1000") + 0.1)
        context.set_offline(False)
        expect(page.get_by_role("heading", name="这次没有通过")).to_be_visible()
        events = list(store.events())

    assert len([e for e in events if e.kind == "submitted"]) == 1


def test_the_focus_stays_while_the_page_tries_again(
    context: BrowserContext, page: Page, plain: str
) -> None:
    """A button that stays on offer keeps the focus, whatever changes around it."""
    begin(page, plain)
    context.set_offline(True)
    close(page)
    expect(page.get_by_role("button", name="马上再试")).to_be_visible()
    save = page.get_by_role("button", name="保存答卷文件")
    save.focus()
    context.set_offline(False)
    expect(page.get_by_role("heading", name="答卷已经封好")).to_be_visible()

    expect(save).to_be_focused()


def test_a_paper_that_changed_is_not_gone_on_with(page: Page, plain: str) -> None:
    """Answers to another paper are not put into this one."""
    begin(page, plain)
    page.locator("input[type=text]").first.fill("三声")
    page.evaluate(
        "Object.keys(localStorage).filter((k) => k.endsWith(':exam:entry')).forEach("
        "(k) => localStorage.setItem(k, JSON.stringify("
        "{...JSON.parse(localStorage.getItem(k)), paper: 'f'.repeat(32)})))"
    )
    page.reload()
    expect(page.get_by_role("heading", name="试卷已经更新")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("试卷已经更新。")
    page.get_by_role("button", name="重新开始").click()

    expect(page.get_by_label("工号")).to_be_visible()


def test_a_browser_that_keeps_nothing_warns(
    context: BrowserContext, plain: str
) -> None:
    """Without storage the exam can be sat, and the learner knows the risk."""
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{get() { throw new DOMException('denied'); }})"
    )
    page = context.new_page()
    page.goto(f"{plain}exams/entry.html")
    expect(page.get_by_text("这个浏览器不能保存作答")).to_be_visible()
    begin(page, plain)
    page.locator("input[type=text]").first.fill("三声")
    close(page)
    _, raw = saved(page, page.get_by_role("button", name="保存答卷文件").click)

    assert len(read(raw).answers) == 1


def test_without_javascript_the_exam_says_so(browser: Browser, plain: str) -> None:
    """And shows none of its items."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{plain}exams/entry.html")
    expect(page.get_by_text("考试要用到 JavaScript")).to_be_visible()

    assert not page.get_by_text("第 1 题").is_visible()
    context.close()
