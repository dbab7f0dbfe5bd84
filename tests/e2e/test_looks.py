"""How pages stand on screens and on paper, opened from a folder without a server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = (
    "index.html",
    "policies/index.html",
    "policies/complaints.html",
    "scripts/phone.html",
    "standards/promises.html",
    "forms/visitor-register.html",
    "forms/phone-message.html",
    "paths/front-desk.html",
    "practice/phone.html",
    "exams/front-desk.html",
    "guide/codes.html",
)
"""One of every kind."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_pages_fit_their_screen_and_ask_for_nothing(
    browser, site, width, height, scheme
):
    """No sideways scrolling, no error, no request but for the site's own files."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme
    )
    page = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda said: faults.append(said.text) if said.type == "error" else 0
    )
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto((site / name).as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name
    shown = page.locator(".md-top").evaluate("one => getComputedStyle(one).display")
    assert (shown == "none") == (width < 960)  # on a phone it would lie on the words
    context.close()

    assert [] == faults
    assert [] == [url for url in asked if not url.startswith(("file:", "data:"))]


_COVERED = """() => {
  document.querySelector(".md-copyright").append("，".padEnd(90, "不外传"));
  scrollTo(0, document.documentElement.scrollHeight);
  const round = document.querySelector(".hf-float");
  const lid = round.getBoundingClientRect();
  const under = ({ left, right, top, bottom }) =>
    left < lid.right && right > lid.left && top < lid.bottom && bottom > lid.top;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const covered = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const range = document.createRange();
    range.selectNode(node);
    const seen = node.parentElement.checkVisibility({ visibilityProperty: true });
    if (seen && node.data.trim() && !round.contains(node)) {
      covered.push(...[...range.getClientRects()].filter(under).map(() => node.data));
    }
  }
  return [lid.width > 0, covered];
}"""
"""At the end of a page with much to say there: is the round button there, and which
words lie under it?"""


def test_the_last_words_of_a_page_can_be_scrolled_clear_of_the_round_button(
    browser, site
):
    """On a phone, where it stands in the corner of every page."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    for name in PAGES:
        page.goto((site / name).as_uri())
        page.locator(".hf-float").wait_for()

        assert page.evaluate(_COVERED) == [True, []], name
    page.close()


def test_every_form_prints_on_one_sheet(browser, site):
    """A4, lying where the form says so; the frame of the page is left out."""
    page = browser.new_page()
    for path in sorted(Path(site / "forms").glob("*.html")):
        if path.stem == "index":
            continue
        page.goto(path.as_uri())
        lying = page.locator(".hb-sheet--landscape").count() == 1
        paper = page.pdf(prefer_css_page_size=True)
        (sheet,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
        assert lying == (float(sheet[0]) > float(sheet[1])), path.stem
    page.close()


def test_ticks_of_a_path_are_kept_in_this_browser(browser, site):
    """What was ticked off is still ticked when the page is opened again."""
    page = browser.new_page()
    address = (site / "paths/front-desk.html").as_uri()
    page.goto(address)
    boxes = page.locator(".hb-step")
    boxes.first.check()
    assert page.locator(".hb-path__progress").inner_text().startswith("已完成 1／")

    page.goto(address)

    assert boxes.first.is_checked()
    assert not boxes.nth(1).is_checked()
    page.close()


def test_drawer_opens_the_navigation_on_a_phone(browser, site):
    """All sections, and the pages of the open one."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((site / "policies/complaints.html").as_uri())
    page.locator(".md-header label[for=__drawer]").click()

    page.locator(".hb-nav").get_by_role("link", name="话术", exact=True).click()

    page.wait_for_url("**/scripts/**")
    page.close()
