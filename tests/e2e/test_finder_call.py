"""What an agent does with phrases within a call: blanks, basket, undo, words kept."""

from __future__ import annotations

import json

import pytest
from finding import clipboard, fill_by_key, look_for, open_finder
from playwright.sync_api import expect


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


def test_another_call_begins_clean(profile, hosts):
    """After minutes without the finder: blanks are empty, and one key says "the same"."""
    page = profile.new_page()
    page.clock.install(time="2026-11-27T10:00:00+08:00")
    open_finder(page, hosts["http"] + "index.html")
    look_for(page, "zjq")
    page.keyboard.press("Tab")
    page.keyboard.type("技术部王工")
    field = page.locator(".hf-say .hf-blank").first
    line = page.locator(".hf-customer")
    expect(line).to_contain_text("这位客户填过：部门 技术部王工")
    page.clock.fast_forward("02:50")
    look_for(page, "zjq")
    expect(field).to_have_value("技术部王工")
    page.keyboard.press("Escape")
    page.clock.fast_forward("03:10")
    page.keyboard.press("/")
    expect(page.locator(".hf-status")).to_contain_text("按下一位客户算")
    look_for(page, "zjq")
    expect(field).to_have_value("")
    expect(line).to_contain_text("已收起上一位的")
    page.keyboard.press("Alt+KeyR")
    expect(field).to_have_value("技术部王工")

    # Whoever goes on in the card is with the same customer, however long it took.
    page.keyboard.press("Tab")
    page.clock.fast_forward("20:00")
    page.keyboard.type("，李工")
    expect(line).to_contain_text("李工")
    page.keyboard.press("Alt+KeyX")
    expect(line).to_be_hidden()
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
    assert page.locator('[role=option][aria-selected="true"]').count() == 0
    page.keyboard.press("Enter")
    expect(page.locator(".hf-status")).to_contain_text("先按 ↓ 选一句")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
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


def test_what_the_browser_will_not_copy_is_selected(profile, hosts):
    """Neither the interface nor the old way: the words stand there, ready for Ctrl+C."""
    page = profile.new_page()
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false;"
    )
    open_finder(page, hosts["http"] + "index.html")
    look_for(page, "dcl")
    expect(page.locator(".hf-words").first).to_contain_text(
        "拨错"
    )  # drawn after the rows
    words = page.locator(".hf-words").first.inner_text()
    page.keyboard.press("Enter")
    box = page.get_by_label("要复制的话")
    expect(box).to_be_focused()
    expect(box).to_have_value(words)
    page.wait_for_function(
        "length => document.activeElement.selectionEnd === length", arg=len(words)
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_be_focused()
