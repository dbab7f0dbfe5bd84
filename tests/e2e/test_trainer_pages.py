"""The trainers' pages in a real browser: sign in, look, sign out, nothing left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from accessibility import serious
from handing_in import graded
from playwright.sync_api import expect

from handbook.records.database.store import Store

TOKEN = "the trainers' token of the tests"  # noqa: S105 - of the tests
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def token(monkeypatch):
    """What `served` opens the pages with."""
    monkeypatch.setenv("HANDBOOK_TRAINERS", TOKEN)


PAGES = (
    "roles", "standing", "reminders", "unconfirmed", "exceptions",
    "statistics?exam=common",
)  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_page_fits_and_keeps_nobody_out(  # noqa: PLR0913, PLR0917 - fixtures
    served, watched, handbook, axe, width, scheme
):
    """Plots are seen, nothing is too wide, no barrier, no rule of the server broken."""
    begun = datetime.now(UTC) - timedelta(days=2)
    exam = handbook.exams["common"]
    with Store(str(served.database)) as store:
        for number in range(6):
            found = graded(
                handbook, exam=exam.id, number=f"P{number}", begun=begun, wrong=number
            )
            store.record(found, exam, begun + timedelta(hours=1))
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(served.url + "trainers/sign-in")
    page.get_by_label("口令").fill(TOKEN)
    page.get_by_role("button", name="进入").click()

    for name in PAGES:
        page.goto(served.url + "trainers/" + name)
        drawn = page.locator(".plot > svg")
        for plot in drawn.all():
            box = plot.bounding_box()
            assert box["width"] <= width
            assert box["height"] > 20
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".plot > svg[role=img]").count() == drawn.count()
        assert serious(page, axe) == [], name

    page.goto(served.url + "trainers/standing")
    state = page.locator('td[data-label="状态"]').first
    box = state.bounding_box()
    assert state.is_visible()
    assert box["x"] + box["width"] <= width  # nobody scrolls sideways to see it
    assert [] == watched.faults


def test_sign_in_look_and_sign_out(served, watched, handbook):
    """The form passes the server's own checks; names are text; signing out holds."""
    begun = datetime.now(UTC) - timedelta(days=2)
    exam = handbook.exams["front-desk"]
    with Store(str(served.database)) as store:
        found = graded(handbook, exam=exam.id, number="A1", name=EVIL, begun=begun)
        assert store.record(found, exam, begun + timedelta(hours=1))
    page = watched.page

    page.goto(served.url + "trainers/standing")
    page.get_by_label("口令").fill("wrong")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("alert")).to_have_text("口令不对。")
    watched.faults.clear()  # a browser tells of every 403
    page.get_by_label("口令").fill(TOKEN)
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("考试情况")
    expect(page.get_by_role("cell", name=EVIL)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel 表格").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("口令")).to_be_visible()
    page.goto(served.url + "trainers/standing")

    expect(page.get_by_label("口令")).to_be_visible()
    assert [] == watched.faults
    assert all(url.startswith((served.url, "data:")) for url in watched.requests)


@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_or_dark_as_chosen_in_the_handbook(served, watched, system):
    """As the system says until the reader chooses; then so, in other tabs at once."""
    page = watched.page
    page.emulate_media(color_scheme=system)
    server = page.context.new_page()
    server.emulate_media(color_scheme=system)
    page.goto(served.url)
    server.goto(served.url + "verify")

    def scheme(shown) -> str:
        """What a page is painted in."""
        ground = shown.locator("body").evaluate(
            "one => getComputedStyle(one).backgroundColor"
        )
        return "light" if ground == "rgb(255, 255, 255)" else "dark"

    seen = [(scheme(page), scheme(server))]
    for _ in range(3):  # light, dark, and as the system says again
        page.locator(".md-header__option label:visible").click()
        server.wait_for_timeout(200)
        seen.append((scheme(page), scheme(server)))
    server.reload()
    seen.append((scheme(page), scheme(server)))

    chosen = [system, "light", "dark", system, system]
    assert seen == [(one, one) for one in chosen]
    assert [] == watched.faults
