"""The finder by keyboard, by thumb and by ear, wherever its pages are opened from."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from accessibility import serious
from conftest import FLAGS
from playwright.sync_api import Browser, BrowserContext, Page, expect

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
INTRANET = "kb.corp.example"
"""A host without https: no secure context, no clipboard interface."""

SITUATIONS = {
    "接起电话": (["kc", "dh"], "scripts/phone.md#opening"),
    "客户来访": (["lf"], "scripts/reception.md#visitor-opening"),
    "请客户等一等": (["sd"], "scripts/phone.md#hold-ask"),
    "转接": (["zj"], "scripts/phone.md#before-transfer"),
    "约定回电": (["hd"], "scripts/phone.md#call-back"),
    "打错电话": (["dcl", "dc"], "scripts/phone.md#wrong-number"),
    "听不清": (["tbq"], "scripts/phone.md#bad-line"),
    "告知录音": (["ly", "luy"], "scripts/phone.md#recording-notice"),
    "核对身份": (["sf", "hd"], "scripts/phone.md#verify-identity"),
    "请客户留言": (["ly", "liu"], "scripts/phone.md#leave-message"),
    "骚扰电话": (["sr", "sao"], "scripts/phone.md#nuisance-warn"),
    "接到投诉": (["ts"], "scripts/complaints.md#phone-open"),
    "要退款": (["tk", "tui"], "scripts/inquiries.md#refund-request"),
    "问退款到哪了": (["tk"], "scripts/inquiries.md#refund-progress"),
    "要赔偿": (["pc", "pei"], "scripts/closing.md#compensation-open"),
    "谢绝红包": (["hb", "hon"], "scripts/complaints.md#decline-gift"),
    "匿名投诉": (["nm", "nim"], "scripts/complaints.md#anonymous"),
    "客户生气": (["sq"], "scripts/service-norms.md#acknowledge-feeling"),
    "客户骂人": (["mr", "ma"], "scripts/upset.md#insult-remind"),
    "要找主管": (["zg"], "scripts/upset.md#ask-boss"),
    "道歉": (["dq", "bq"], "scripts/service-norms.md#apologise"),
    "当场查一查": (["cx", "cha"], "scripts/inquiries.md#inquiry-check"),
    "结束通话": (["zj", "gj"], "scripts/phone.md#farewell"),
}
"""What an agent may type, each of it alone, and which phrase is meant.

Where an IME composes, one key more takes what was typed: that key is the IME's.
"""

MOST_KEYS = 5


class Keys:
    """A keyboard that counts: each press is one, and a chord such as Alt+3 is one.

    The words that go into a blank are not counted; the keys between blanks are.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def letters(self, letters: str) -> None:
        for letter in letters:
            self.press(letter)

    def words(self, words: str) -> None:
        self.page.keyboard.insert_text(words)


@pytest.fixture(scope="module")
def hosts(site: Path) -> Iterator[dict[str, str]]:
    """The same site by its three ways: an address, a plain-http name, a folder."""
    handler = partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        yield {
            "http": f"http://127.0.0.1:{port}/",
            "plain http": f"http://{INTRANET}:{port}/",
            "file": f"{site.as_uri()}/",
        }
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is its failures."""


@pytest.fixture(scope="module")
def chromium(browser: Browser) -> Iterator[Browser]:
    """A browser that finds the intranet's host on this machine."""
    rules = f"--host-resolver-rules=MAP {INTRANET} 127.0.0.1"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    found = browser.browser_type.launch(executable_path=path, args=[*FLAGS, rules])
    yield found
    found.close()


@pytest.fixture
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile; whatever goes wrong in any of its pages fails the test."""
    fresh = chromium.new_context(
        locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    faults: list[str] = []
    fresh.on("weberror", lambda error: faults.append(str(error.error)))
    fresh.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" else None,
    )
    asked: list[str] = []
    fresh.on("request", lambda request: asked.append(request.url))
    yield fresh
    fresh.close()
    near = (
        "file:",
        "data:",
        "blob:",
        "about:",
        "http://127.0.0.1",
        f"http://{INTRANET}",
    )
    assert [] == faults
    assert [] == [url for url in asked if not url.startswith(near)]


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


@pytest.mark.parametrize("way", ["http", "plain http", "file"])
def test_from_a_page_to_a_filled_copied_phrase_by_keyboard(profile, hosts, way):
    """Slash, letters, Enter, blanks, Enter: on the clipboard, wherever it is opened."""
    page = profile.new_page()
    open_finder(page, hosts[way] + "policies/complaints.html")
    assert page.evaluate("isSecureContext") == (way != "plain http")
    look_for(page, "zjq")
    page.keyboard.press("Enter")
    expect(page.locator(".hf-say .hf-blank").first).to_be_focused()
    assert "还没填" in status(page)

    typed = fill_by_key(page)
    page.keyboard.press("Enter")

    expect(page.locator(".hf-status")).to_contain_text("已复制")
    copied = clipboard(page)
    assert typed
    assert all(words in copied for words in typed)
    assert "【" not in copied
    assert copied[:20] in status(page)
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".hf-dialog")).to_be_hidden()


@pytest.mark.parametrize("way", ["http", "plain http", "file"])
def test_common_situations_take_at_most_five_keys(profile, hosts, way):
    """From the open page to the filled phrase on the clipboard, by keys alone.

    Each by somebody who has copied nothing yet, but has told this computer the own post
    and number once. Whatever is on the screen may be chosen by its number.
    """
    page = profile.new_page()
    open_finder(page, hosts[way] + "index.html")
    look_for(page, "dhkc")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("热线坐席")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("8012")
    page.keyboard.press("Alt+KeyM")
    expect(page.locator(".hf-status")).to_contain_text("记住了：岗位、工号")
    titles = page.evaluate(
        "Object.fromEntries(handbookFinder.entries.map(e => [e.id, e.title]))"
    )
    counted = {}
    for situation, (ways, meant) in SITUATIONS.items():
        for letters in ways if way == "http" else ways[:1]:
            page.evaluate("localStorage.setItem('handbook.finder.uses', '[]')")
            page.keyboard.press("Escape")
            copied, count = by_keys(page, letters, titles[meant])
            assert "【" not in copied
            counted[f"{situation} {letters}"] = count

    assert len(SITUATIONS) >= 20
    assert {} == {way: n for way, n in counted.items() if not 0 < n <= MOST_KEYS}


def by_keys(page: Page, letters: str, title: str) -> tuple[str, int]:
    """Find, fill and copy a phrase; return the clipboard and the keys it took."""
    keys = Keys(page)
    keys.press("/")
    expect(page.get_by_role("option").first).to_be_visible()
    keys.letters(letters)
    shown = page.locator(".hf-row b").all_inner_texts()[:9]
    if title not in shown:
        return "", 0
    place = shown.index(title) + 1
    keys.press("Enter" if place == 1 else f"Alt+Digit{place}")
    blanks = page.locator(".hf-say .hf-blank")
    expect(page.locator(".hf-card__title")).to_have_text(title)
    for number in range(blanks.count()):
        if blanks.nth(number).input_value():
            continue
        expect(blanks.nth(number)).to_be_focused()
        keys.words(f"内容{number}")
        keys.press("Enter")
    expect(page.locator(".hf-status")).to_contain_text(f"已复制：{title}")
    page.evaluate(
        """() => {
          const pad = document.createElement("textarea");
          document.querySelector(".hf-dialog").append(pad);
          pad.focus();
        }"""
    )
    page.keyboard.press("Control+V")
    copied = page.evaluate(
        """() => {
          const pad = document.activeElement;
          document.querySelector(".hf-box").focus();
          pad.remove();
          return pad.value;
        }"""
    )
    return copied, keys.count


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "scripts/phone",
        "exams/front-desk",
        "guide/codes",
        "policies/complaints",
    ],
)
def test_an_empty_box_always_suggests(profile, hosts, name):
    """On every page something stands there, with nothing typed and nothing used."""
    page = profile.new_page()
    open_finder(page, f"{hosts['file']}{name}.html")

    assert page.get_by_role("option").count() >= 4
    assert page.locator(".hf-group").count() >= 1
    if name == "scripts/phone":
        expect(page.locator(".hf-group").first).to_have_text("和这一页有关的")


def test_pins_and_use_come_first(profile, hosts):
    """Pinned by key, copied twice: both stand on top on the next page, and rank."""
    page = profile.new_page()
    open_finder(page, hosts["http"] + "index.html")
    look_for(page, "dcl")
    page.keyboard.press("Alt+KeyP")
    expect(page.locator('.hf-row[aria-selected="true"] .hf-pinned')).to_be_visible()
    pinned = page.locator(".hf-row b").first.inner_text()
    look_for(page, "zjq")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".hf-status")).to_contain_text("未填")
    used = page.locator(".hf-row b").first.inner_text()

    open_finder(page, hosts["http"] + "guide/index.html")

    assert ["固定的", "最常用的"] == page.locator(".hf-group").all_inner_texts()[:2]
    assert [pinned, used] == page.locator(".hf-row b").all_inner_texts()[:2]
    page.keyboard.press("2")
    expect(page.locator(".hf-group").first).to_have_text("第 2 条")
    expect(page.locator(".hf-card__title")).to_have_text(used)
    look_for(page, "")
    page.keyboard.press("Alt+Digit1")
    expect(page.locator(".hf-status")).to_contain_text(f"已复制：{pinned}")
    look_for(page, "dcl")
    page.locator(".hf-actions").get_by_role("button", name="取消固定").click()
    assert page.locator(".hf-pinned").count() == 0


@pytest.mark.parametrize("way", ["http", "plain http", "file"])
def test_what_was_typed_follows_the_call_and_is_cleared(profile, hosts, way):
    """To other phrases and open pages, in memory only; one key clears it everywhere."""
    page = profile.new_page()
    open_finder(page, hosts[way] + "index.html")
    look_for(page, "zjq")
    page.keyboard.press("Tab")
    page.keyboard.type("技术部王工")
    other = profile.new_page()
    open_finder(other, hosts[way] + "scripts/phone.html")
    look_for(other, "zjq")
    field = other.locator(".hf-say .hf-blank").first
    expect(field).to_have_value("技术部王工")
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, name])"
    assert "技术部" not in page.evaluate(kept) + other.evaluate(kept)

    # The first page goes elsewhere and comes to know it again from the second.
    open_finder(page, hosts[way] + "workflows/phone.html")
    look_for(page, "zjq")
    expect(page.locator(".hf-say .hf-blank").first).to_have_value("技术部王工")
    page.keyboard.press("Alt+KeyX")
    expect(page.locator(".hf-say .hf-blank").first).to_have_value("")
    expect(field).to_have_value("")


WORDS = "【称呼】，用【方式：上门/电话】办，【日期+3】以前，退【金额】，打【手机号】。"


@pytest.fixture
def prepared(profile, hosts):
    """A page whose first phrase has a blank of every kind and is long overdue."""

    def write(route):
        body = (route.fetch()).text()
        body += f"""
        handbookFinder.entries[0].text = {json.dumps(WORDS)};
        handbookFinder.entries[0].title = "各种空格";
        handbookFinder.reviews[handbookFinder.entries[0].id.split("#")[0]] =
          ["2020-01-02", "2020-12-02", "2021-01-02"];
        """
        route.fulfill(body=body, content_type="text/javascript")

    profile.route("**/finder-data.js", write)
    page = profile.new_page()
    page.clock.set_fixed_time("2026-11-27T10:00:00+08:00")  # a Friday
    open_finder(page, hosts["http"] + "index.html")
    look_for(page, "gezhongkongge")
    return page


def test_typed_blanks(prepared):
    """Text, choice by digit, counted date, amount, masked number; shown as it is said."""
    page = prepared
    expect(page.locator(".hf-card__title")).to_have_text("各种空格")
    expect(page.locator(".hf-caution")).to_contain_text("法定节假日")
    page.keyboard.press("Tab")
    page.keyboard.type("王女士")
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    assert "12月2日" in page.locator(".hf-say").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.type("1234.5")
    page.keyboard.press("Tab")
    page.keyboard.type("13812345678")
    page.keyboard.press("Enter")
    expect(page.locator(".hf-status")).to_contain_text("已复制")

    expected = "王女士，用电话办，12月2日（周三）以前，退1,234.50元，打138****5678。"
    assert expected == clipboard(page)
    expect(page.get_by_label("填空：手机号")).to_have_value("138****5678")


def test_overdue_phrases_say_so(prepared):
    """The row and the card tell when it was checked, and that this is too long ago."""
    expect(prepared.locator(".hf-row .hf-stale").first).to_have_text("已过期")
    expect(prepared.locator(".hf-card__fresh")).to_contain_text("2020-01-02")
    expect(prepared.locator(".hf-card .hf-stale")).to_have_text("已过期")


def test_unfilled_blanks_are_refused_or_marked(prepared):
    """Enter goes to the first open blank; Ctrl+Enter copies with the gaps marked."""
    page = prepared
    page.keyboard.press("Enter")
    expect(page.get_by_label("填空：称呼")).to_be_focused()
    assert page.locator('.hf-blank[aria-invalid="true"]').count() == 4
    page.keyboard.type("王女士")
    assert page.locator('.hf-blank[aria-invalid="true"]').count() == 3
    page.keyboard.press("Control+Enter")
    expect(page.locator(".hf-status")).to_contain_text("未填 3 处")

    assert clipboard(page).startswith("王女士，用【未填：方式】办")


def test_several_phrases_become_one(profile, hosts):
    """Collected by key, put in order, copied once, emptied; taken back by key."""
    page = profile.new_page()
    open_finder(page, hosts["file"] + "index.html")
    for words in ("dq", "luy"):
        look_for(page, words)
        page.keyboard.press("Alt+KeyA")
        expect(page.locator(".hf-status")).to_contain_text("已加入")
    page.keyboard.press("Alt+KeyS")
    titles = page.locator(".hf-basket__title")
    first, second = titles.all_inner_texts()
    expect(page.get_by_role("button", name="复制整段")).to_be_focused()
    page.get_by_role("button", name=f"上移：{second}").focus()
    page.keyboard.press("Enter")
    expect(titles.first).to_have_text(second)
    for field in page.locator(".hf-basket .hf-blank").all():
        field.fill("查看记录")
    page.get_by_role("button", name="复制整段").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".hf-status")).to_contain_text("已复制：2 句")
    together = clipboard(page).split("\n")
    assert len(together) == 2
    assert "查看记录" in together[1]
    expect(page.get_by_role("button", name="合成", exact=True)).to_be_visible()

    page.keyboard.press("Alt+KeyZ")

    expect(page.locator(".hf-status")).to_contain_text("已放回")
    page.keyboard.press("Alt+KeyS")
    assert [second, first] == titles.all_inner_texts()
    page.get_by_role("button", name="全部拿掉").click()
    assert titles.count() == 0


@pytest.mark.parametrize("way", ["http", "plain http", "file"])
def test_undo_puts_back_what_was_copied_before(profile, hosts, way):
    """Copied the wrong one: one key, and the clipboard is as it was."""
    page = profile.new_page()
    open_finder(page, hosts[way] + "index.html")
    for letters in ("dcl", "luy"):
        look_for(page, letters)
        page.keyboard.press("Enter")
        if page.locator(".hf-say .hf-blank").count():
            fill_by_key(page)
            page.keyboard.press("Enter")
        expect(page.locator(".hf-status")).to_contain_text("已复制")
        if letters == "dcl":
            before = clipboard(page)
    assert before != clipboard(page)

    page.keyboard.press("Alt+KeyZ")

    expect(page.locator(".hf-status")).to_contain_text("剪贴板换回")
    assert before == clipboard(page)


def test_words_without_a_phrase_are_kept_and_handed_in(profile, hosts, tmp_path):
    """Nearest words are offered; one key keeps the query; the file holds nobody."""
    page = profile.new_page()
    open_finder(page, hosts["file"] + "index.html")
    look_for(page, "zjqqqqv")
    expect(page.locator(".hf-caption")).to_contain_text("没找到")
    assert page.get_by_role("option").count() >= 1
    page.keyboard.press("Alt+KeyK")
    expect(page.locator(".hf-status")).to_contain_text("已记下")
    page.get_by_role("combobox").fill("13812345678")
    page.keyboard.press("Alt+KeyK")
    expect(page.locator(".hf-status")).to_contain_text("没有记下")
    look_for(page, "dcl")
    page.keyboard.press("Enter")
    expect(page.locator(".hf-status")).to_contain_text("已复制")
    page.get_by_role("button", name="记下的词").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出成文件").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)

    wrong_number = "scripts/phone.md#wrong-number"
    assert {
        "format": "handbook-finder-usage/1",
        "queries": [{"text": "zjqqqqv", "count": 1, "then": {wrong_number: 1}}],
        "copied": [{"id": wrong_number, "count": 1}],
    } == json.loads(saved.read_text(encoding="utf-8"))


@pytest.mark.parametrize("way", ["http", "plain http", "file"])
def test_small_window(profile, hosts, way):
    """Opened by key, knows the call, copies, and opens pages where it came from."""
    page = profile.new_page()
    open_finder(page, hosts[way] + "index.html")
    look_for(page, "zjq")
    page.keyboard.press("Tab")
    page.keyboard.type("技术部")
    with profile.expect_page() as opened:
        page.keyboard.press("Alt+KeyO")
    small = opened.value
    expect(page.locator(".hf-dialog")).to_be_hidden()
    expect(small.get_by_role("combobox")).to_be_focused()
    expect(small.get_by_role("option").first).to_be_visible()
    look_for(small, "zjq")
    expect(small.locator(".hf-say .hf-blank").first).to_have_value("技术部")
    look_for(small, "gzly")
    small.keyboard.press("Enter")
    expect(small.locator(".hf-status")).to_contain_text("已复制")
    small.get_by_role("link", name="看原页").click()
    page.wait_for_url("**/scripts/phone.html#recording-notice")
    assert len(profile.pages) == 2
    manifest = small.locator('link[rel="manifest"]')
    assert manifest.count() == (1 if way == "http" else 0)
    if way == "http":
        answer = small.request.get(hosts[way] + "assets/finder.webmanifest")
        assert answer.json()["start_url"] == "../finder.html"


def test_works_while_an_ime_composes(profile, hosts):
    """Rows stand before a character is chosen; the IME's own keys do nothing here."""
    page = profile.new_page()
    open_finder(page, hosts["file"] + "index.html")
    ime = profile.new_cdp_session(page)
    for typed in ("z", "zhuan", "zhuan'j", "zhuan'jie"):
        ime.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
    expect(page.locator(".hf-row b").first).to_contain_text("转接")
    for key in ("Enter", "ArrowDown", "Escape", "Digit1"):
        ime.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "key": "Process", "code": key}
            | {"windowsVirtualKeyCode": 229},
        )
    expect(page.locator(".hf-dialog")).to_be_visible()
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert "已复制" not in status(page)
    ime.send("Input.insertText", {"text": "转接"})
    expect(page.get_by_role("combobox")).to_have_value("转接")
    expect(page.locator(".hf-row b").first).to_contain_text("转接")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".hf-status")).to_contain_text("已复制")


def test_moves_by_keys_through_the_list_and_the_card(profile, hosts):
    """Pages, arrows, numbers, channel, next step; Tab into the card and back out."""
    page = profile.new_page()
    open_finder(page, hosts["file"] + "scripts/phone.html")
    look_for(page, "zj")
    chosen = page.locator('.hf-row[aria-selected="true"] .hf-number')
    page.keyboard.press("PageDown")
    expect(chosen).to_have_text("7")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_text("")  # round to the last, which has no number
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text("1")
    third = page.locator(".hf-row b").nth(2).inner_text()
    page.keyboard.type("3")
    expect(page.locator(".hf-card__title")).to_have_text(third)
    look_for(page, "24小时")
    expect(page.get_by_role("combobox")).to_have_value("24小时")
    look_for(page, "dhkc")
    expect(page.locator(".hf-card__title")).to_have_text("电话开场")
    page.keyboard.press("Alt+KeyN")
    expect(page.locator(".hf-card__title")).to_have_text("告知录音")
    page.keyboard.press("Tab")
    expect(page.locator(".hf-card :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_be_focused()
    look_for(page, "ts")
    page.keyboard.press("Alt+KeyC")
    expect(page.locator('.hf-filter[aria-pressed="true"]')).to_have_text("电话")
    channels = page.locator(".hf-row--phrase .hf-channel").all_inner_texts()
    assert channels
    assert all("电话" in channel for channel in channels)


def test_what_the_browser_will_not_copy_is_selected(profile, hosts):
    """Neither the interface nor the old way: the words stand there, ready for Ctrl+C."""
    page = profile.new_page()
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false;"
    )
    open_finder(page, hosts["http"] + "index.html")
    look_for(page, "dcl")
    words = page.locator(".hf-words").first.inner_text()
    page.keyboard.press("Enter")
    box = page.get_by_label("要复制的话")
    expect(box).to_be_focused()
    expect(box).to_have_value(words)
    selected = "document.activeElement.selectionEnd"
    assert len(words) == page.evaluate(selected)
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_be_focused()


HOSTILE = [
    "很" * 10_000,
    "a" * 10_000,
    "<img src=x onerror=document.title='x'><script>document.title='x'</script>",
    "\x00\x07\x1b[31m\x7f",
    "😀👩‍👩‍👧‍👦" * 40,
    "مرحبا \u202e שלום",
    "\\ud800 \\u0000 (.*)+[^a](?=",
    "' or 1=1 --",
    "{{ 7*7 }} ${1}",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_bad_input_injects_nothing_and_holds_nobody_up(profile, hosts, words):
    """In the box, in a blank and in the kept list it stays text."""
    page = profile.new_page()
    open_finder(page, hosts["file"] + "index.html")
    title = page.title()
    box = page.get_by_role("combobox")
    slow = page.evaluate(
        """words => {
          const box = document.querySelector(".hf-box");
          const start = performance.now();
          box.value = words;
          box.dispatchEvent(new InputEvent("input", {bubbles: true}));
          return performance.now() - start;
        }""",
        words,
    )
    assert slow < 500
    page.keyboard.press("Alt+KeyK")
    page.keyboard.press("Alt+KeyC")
    look_for(page, "zjq")
    page.keyboard.press("Tab")
    page.locator(".hf-say .hf-blank").first.fill(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".hf-status")).to_contain_text("已复制")
    page.get_by_role("button", name="记下的词").click()

    assert page.title() == title
    assert page.locator(".hf-dialog :is(img, script, iframe)").count() == 0
    page.keyboard.press("Escape")
    expect(box).to_be_focused()


def test_damaged_data_says_so_and_can_be_loaded_again(chromium, hosts):
    """Not an empty list: what is wrong, and a button that tries once more."""
    context = chromium.new_context()
    page = context.new_page()
    broken = [True]
    page.route(
        "**/finder-data.js",
        lambda route: route.abort() if broken[0] else route.continue_(),
    )
    page.goto(hosts["http"] + "index.html")
    page.keyboard.press("/")
    expect(page.locator(".hf-caption")).to_contain_text("没有载入")
    broken[0] = False
    page.get_by_role("button", name="重新载入").click()

    expect(page.get_by_role("option").first).to_be_visible()
    context.close()


def test_by_thumb_on_a_phone(chromium, hosts):
    """Tap, type, tap a row, fill, tap: every target is large, the copy button in reach."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(hosts["file"] + "index.html")
    page.locator(".hf-float").tap()
    look_for(page, "zjq")
    page.get_by_role("option").first.tap()
    for field in page.locator(".hf-say .hf-blank").all():
        field.fill("技术部")
    copy = page.locator(".hf-card > .hf-actions .hf-button--main")
    box = copy.bounding_box()
    assert box["y"] > 844 / 2
    assert box["height"] >= 44
    copy.tap()
    expect(page.locator(".hf-status")).to_contain_text("已复制")
    assert [] == small_targets(page)
    page.get_by_role("button", name="加入合成").tap()
    look_for(page, "dq")
    page.get_by_role("option").first.tap()
    page.locator(".hf-card > .hf-actions .hf-button--main").tap()
    expect(page.locator(".hf-status")).to_contain_text("点“标出未填”")
    assert [] == small_targets(page)
    page.get_by_role("button", name="标出未填，先复制").tap()
    expect(page.locator(".hf-status")).to_contain_text("未填 1 处")
    page.get_by_role("button", name="合成").last.tap()
    assert [] == small_targets(page)
    page.get_by_role("button", name="全部拿掉").tap()
    look_for(page, "zjqqqqv")
    page.get_by_role("button", name="记下这个词").tap()
    page.get_by_role("button", name="记下的词").tap()
    assert [] == small_targets(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def small_targets(page: Page) -> list[str]:
    """What a thumb would miss: anything to be tapped that is lower than 44 pixels."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
          ".hf-dialog :is(button, a, select, .hf-blank, .hf-row)")]
          .filter((one) => one.checkVisibility({visibilityProperty: true})
            && one.getBoundingClientRect().height < 43.9)
          .map((one) => `${one.className} ${one.textContent || one.placeholder}`)"""
    )


def test_above_a_phones_keyboard(chromium, hosts):
    """With half of the screen gone: what is typed, rows, and the copy button are in sight."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 430}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(hosts["file"] + "index.html")
    page.locator(".hf-float").tap()
    look_for(page, "zj")
    copy = page.locator(".hf-card > .hf-actions .hf-button--main")
    expect(copy).to_be_in_viewport()
    expect(page.get_by_role("combobox")).to_be_in_viewport()
    expect(page.get_by_role("option").first).to_be_in_viewport(ratio=0.8)
    expect(page.locator(".hf-say .hf-blank").first).to_be_in_viewport()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "scripts/phone", "exams/front-desk"])
def test_pages_have_no_serious_barrier(chromium, hosts, axe, name, scheme):
    """Home, a script page and an exam page, in light and in dark."""
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{hosts['file']}{name}.html")
    page.wait_for_timeout(300)
    found = serious(page, axe)
    context.close()

    assert [] == found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_finder_has_no_serious_barrier(chromium, hosts, axe, width, scheme):
    """In every state, and in its own window."""
    context = chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    found = []

    def judge(state: str) -> None:
        found.extend(f"{state}: {line}" for line in serious(page, axe, ".hf-dialog"))

    page.route("**/finder-data.js", lambda route: route.abort())
    page.goto(hosts["http"] + "index.html")
    page.keyboard.press("/")
    expect(page.locator(".hf-caption")).to_contain_text("没有载入")
    judge("damaged")
    page.unroute("**/finder-data.js")
    page.get_by_role("button", name="重新载入").click()
    expect(page.get_by_role("option").first).to_be_visible()
    judge("nothing typed")
    look_for(page, "dhkc")
    page.keyboard.press("Enter")
    judge("blanks refused")
    page.keyboard.insert_text("热线坐席")
    judge("a blank filled")
    page.keyboard.press("Alt+KeyM")
    page.keyboard.press("Alt+KeyA")
    page.keyboard.press("Alt+KeyS")
    judge("basket")
    page.keyboard.press("Escape")
    look_for(page, "zjqqqqv")
    judge("nothing found")
    page.keyboard.press("Alt+KeyK")
    page.get_by_role("button", name="记下的词").click()
    judge("kept words")
    page.keyboard.press("Escape")
    look_for(page, "投诉受理条款")
    judge("results")
    page.goto(hosts["http"] + "finder.html")
    expect(page.get_by_role("option").first).to_be_visible()
    found += serious(page, axe)
    context.close()

    assert [] == found


def test_list_is_told_to_a_screen_reader(profile, hosts):
    """The box names the active row, groups have names, and what happened is said."""
    page = profile.new_page()
    open_finder(page, hosts["file"] + "scripts/phone.html")
    box = page.get_by_role("combobox", name="查话术、条款和页面")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox", name="找到的内容")).to_be_visible()
    expect(page.get_by_role("group", name="和这一页有关的")).to_be_visible()
    first = box.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = box.get_attribute("aria-activedescendant")
    assert first != second
    expect(page.locator(f"#{second}")).to_have_attribute("aria-selected", "true")
    expect(page.locator('[role="option"][aria-selected="true"]')).to_have_count(1)
    look_for(page, "zjqqqqvvvvxx")
    expect(page.get_by_role("status").last).to_be_attached()
