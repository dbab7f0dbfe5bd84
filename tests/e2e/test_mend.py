"""编辑此页 and 这里不对: from words on a page to a report; nothing is sent."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

HOST = (
    'data-host="GitLab" data-issue="https://gitlab.example.com/a/b/-/issues/new"'
    ' data-title-field="issue[title]" data-body-field="issue[description]"'
)


def select(page: Page) -> str:
    """Select a phrase's words, as a double click and a drag would."""
    return page.evaluate(
        """() => {
          const quote = [...document.querySelectorAll(".hb-phrase")]
            .find((one) => one.dataset.id === "before-transfer")
            .querySelector("blockquote p");
          const range = document.createRange();
          range.selectNodeContents(quote);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          return quote.textContent.trim();
        }"""
    )


def test_a_report_to_be_copied_by_keyboard(watched, site):
    """Without a host: select, one key, write, copy; page, section and words are in it."""
    page = watched.page
    page.goto(f"{site.as_uri()}/scripts/phone.html")
    words = select(page)
    expect(page.locator(".hb-mend-here")).to_be_visible()
    page.keyboard.press("Alt+KeyJ")
    dialog = page.get_by_role("dialog", name="这里不对")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    expect(dialog.locator("blockquote")).to_have_text(words)
    page.keyboard.insert_text("一分钟不够")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="复制报告")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("报告已复制")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    pad = page.context.new_page()
    pad.set_content("<textarea autofocus></textarea>")
    pad.locator("textarea").focus()
    pad.keyboard.press("Control+V")
    report = pad.locator("textarea").input_value()

    assert report.startswith("这里不对：电话话术，转接前说明\n")
    assert "页面：电话话术（content/scripts/phone.md）" in report
    assert "（#before-transfer）" in report
    assert words in report
    assert "一分钟不够" in report
    assert "file:" not in report
    assert [] == watched.faults
    assert all(url.startswith("file:") for url in watched.requests)


@pytest.mark.parametrize("thumb", [False, True])
def test_a_prefilled_issue_on_the_host(browser, site, thumb):
    """With a host: a link that holds the report; by mouse and by thumb."""
    context = browser.new_context(
        locale="zh-CN",
        has_touch=thumb,
        is_mobile=thumb,
        viewport={"width": 390 if thumb else 1280, "height": 844},
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def hosted(route):
        body = (site / "scripts/phone.html").read_text("utf-8")
        route.fulfill(
            body=body.replace('class="hb-mend"', f'class="hb-mend" {HOST}'),
            content_type="text/html",
        )

    page.route("**/scripts/phone.html", hosted)
    page.goto(f"{site.as_uri()}/scripts/phone.html")
    words = select(page)
    here = page.locator(".hb-mend-here")
    expect(here).to_be_visible()
    box = here.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    if thumb:
        assert box["height"] >= 44
        here.tap()
    else:
        here.click()
    dialog = page.get_by_role("dialog", name="这里不对")
    dialog.get_by_role("textbox").fill("一分钟不够")
    link = dialog.get_by_role("link", name="到 GitLab 提交")
    address = urlsplit(link.get_attribute("href"))
    fields = parse_qs(address.query)
    context.close()

    assert "/a/b/-/issues/new" == address.path
    assert ["这里不对：电话话术，转接前说明"] == fields["issue[title]"]
    (report,) = fields["issue[description]"]
    assert words in report
    assert "一分钟不够" in report
    assert all(url.startswith("file:") for url in asked)


def test_nothing_is_offered_in_an_exam_or_in_the_finder(watched, site):
    """An exam's words stay on its page; the finder has its own keys."""
    page = watched.page
    page.goto(f"{site.as_uri()}/exams/front-desk.html")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.quiz'))")
    page.wait_for_timeout(300)

    expect(page.locator(".hb-mend-here")).to_be_hidden()
    expect(page.get_by_role("button", name="这里不对")).to_be_visible()
