"""An exam by invitation, in a real browser: start, reload, lost network, verdict."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect
from test_journey import ROOT, answer, items_asked, run_script

SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
EXAM = "front-desk"


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    """What `served` and `invite.py` sign with."""
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)


@pytest.fixture
def options() -> list[str]:
    """The server of this module wants invitations although it is on localhost."""
    return ["--invited"]


def invited(served, number: str = "A1024", name: str = "<b>王</b>") -> str:
    """The link that a trainer sends."""
    return run_script(
        "invite.py", number, EXAM, "--until", "2099-01-01", "--name", name,
        "--site", served.url, "--db", served.database,
    ).strip()  # fmt: skip


def test_by_invitation_from_start_to_record(served, watched, context, handbook):
    """The clock is the server's, a reload keeps all, a lost network is waited out."""
    page = watched.page
    page.goto(invited(served))
    page.get_by_role("button", name="开始考试").click()
    items = items_asked(page, handbook, EXAM)
    for item in items[:4]:
        answer(page, item)
    page.reload()
    for item in items[4:]:
        answer(page, item)
    context.set_offline(True)
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()
    expect(page.locator(".quiz")).to_contain_text("正在重试")
    context.set_offline(False)
    expect(page.locator(".quiz")).to_contain_text("优秀", timeout=15_000)
    expect(page.locator(".quiz")).to_contain_text("<b>王</b>（A1024）")
    expect(page.locator(".quiz")).to_contain_text("有效期至")
    expect(page.get_by_role("link", name="全员通用考试").last).to_have_attribute(
        "href", re.compile("exams/common.html$")
    )

    report = json.loads(
        run_script("report.py", "--db", served.database, "--format", "json")
    )

    assert [("A1024", "通过")] == [(r["number"], r["state"]) for r in report]
    exported = run_script("records.py", "export", "--db", served.database)
    kinds = [json.loads(line)["kind"] for line in exported.splitlines()]
    assert kinds == ["started", "submitted", "graded"]
    run_script("records.py", "verify", "--db", served.database)
    code = certificate(page)
    page.get_by_role("button", name="完成").click()
    expect(page.locator(".quiz")).to_contain_text("已经交过卷")
    expect(page.get_by_role("heading", name="通过了，优秀")).to_be_focused()
    expect(page.get_by_role("button", name="开始考试")).to_have_count(0)
    assert code == certificate(page)
    verify = context.new_page()
    verify.goto(f"{served.url}verify")
    verify.get_by_label("验证码").fill(code.lower())
    verify.get_by_role("button", name="核对").click()
    expect(verify.get_by_role("status")).to_have_text("有效")
    assert not [url for url in watched.requests if "invitation" in url]


def test_a_used_link_of_a_failed_sitting_says_so(served, watched, handbook):
    """The verdict, when again and whom to ask; no certificate, and nothing to start.

    On another computer as well, where nothing of the sitting is kept.
    """
    page = watched.page
    link = invited(served)
    page.goto(link)
    page.get_by_role("button", name="开始考试").click()
    for item in items_asked(page, handbook, EXAM)[:2]:
        answer(page, item)
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()
    page.evaluate("localStorage.clear()")
    page.reload()

    quiz = page.locator(".quiz")
    expect(page.get_by_role("heading", name="这次没有通过")).to_be_visible()
    expect(quiz).to_contain_text("以后可以重考，还能考 2 次")
    expect(quiz).to_contain_text("请向培训师要一个新的链接")
    expect(quiz.get_by_role("link")).not_to_have_count(0)
    expect(quiz.get_by_role("button")).to_have_count(0)


def certificate(page) -> str:
    """Open the certificate in a tab of its own; return its code."""
    with page.expect_popup() as opened:
        page.get_by_role("button", name="打印合格证").click()
    expect(opened.value.locator(".name")).to_have_text("<b>王</b>")
    expect(opened.value.locator(".sentence")).to_contain_text("特发此证")
    expect(opened.value.get_by_role("link", name="回到手册")).to_be_visible()
    opened.value.emulate_media(media="print")
    expect(opened.value.locator(".top")).to_be_hidden()
    opened.value.emulate_media(media="screen")
    return opened.value.locator(".code").inner_text()


def test_without_a_link_the_page_says_to_ask_for_one(served, watched):
    """No fields to fill in for nothing; a broken link is refused in words."""
    page = watched.page
    page.goto(f"{served.url}exams/{EXAM}.html")
    expect(page.locator(".quiz")).to_contain_text("凭邀请参加")
    expect(page.get_by_label("工号")).to_have_count(0)

    page.goto("about:blank")
    page.goto(re.sub(r".{5}$", "AAAAA", invited(served)))
    page.get_by_role("button", name="开始考试").click()

    expect(page.locator(".quiz-warning")).to_contain_text("复制完整")
    expect(page.get_by_role("button", name="开始考试")).to_be_focused()
    listed = subprocess.run(
        [sys.executable, ROOT / "scripts/records.py", "export", "--db", served.database],
        capture_output=True, check=True,
    )  # fmt: skip
    assert listed.stdout == b""


def test_nobody_goes_on_with_anothers_paper(served, watched):
    """On a shared computer the page names whose sitting it keeps, and asks."""
    page = watched.page
    page.goto(invited(served))
    page.get_by_role("button", name="开始考试").click()
    expect(page.locator("fieldset.quiz-item:visible").first).to_be_visible()

    page.goto("about:blank")
    page.goto(invited(served, "B2", "李四"))

    expect(page.locator(".quiz")).to_contain_text(
        "<b>王</b>（A1024）的这门考试还没有答完"
    )
    expect(page.locator("fieldset.quiz-item:visible")).to_have_count(0)
    page.get_by_role("button", name="继续这一场").click()
    expect(page.locator("fieldset.quiz-item:visible").first).to_be_visible()
