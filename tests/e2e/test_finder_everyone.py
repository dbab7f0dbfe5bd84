"""The finder by thumb, by ear, with bad input and with damaged data."""

from __future__ import annotations

import pytest
from accessibility import serious
from finding import look_for, open_finder, small_targets
from playwright.sync_api import expect

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
    look_for(page, "zjq")
    page.locator(".hf-say .hf-blank").first.fill("技术部")
    expect(page.locator(".hf-customer")).to_be_visible()
    judge("whose words fill the blanks")
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
