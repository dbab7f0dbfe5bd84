"""The finder by keyboard: from an open page to a filled phrase on the clipboard."""

from __future__ import annotations

import pytest
from finding import clipboard, fill_by_key, look_for, open_finder, status
from playwright.sync_api import Page, expect

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
