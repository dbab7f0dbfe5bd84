"""The journey of issue and README: find, copy, path, practice, exam, report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from handbook.handbook import Handbook
from handbook.model.items import (
    BlankItem,
    Item,
    MatchItem,
    OrderItem,
    TrueFalseItem,
)
from handbook.papers import draw, drawn_items, item_token, option_token

ROOT = Path(__file__).parents[2]


def run_script(name: str, *arguments: object) -> str:
    """Run a script as README says; return what it prints."""
    ran = subprocess.run(
        [sys.executable, ROOT / "scripts" / name, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def answer(page: Page, item: Item) -> None:
    """Give the right answer to one item, by its native controls."""
    box = page.locator(f'fieldset[data-item="{item_token(item.id)}"]:visible')
    if isinstance(item, TrueFalseItem):
        box.locator(f'input[value="{"true" if item.key == "对" else "false"}"]').check()
        return
    if isinstance(item, BlankItem):
        for number, accepted in enumerate(item.key):
            box.locator('input[type="text"]').nth(number).fill(accepted[0])
        return
    tokens = {option.id: option_token(item.id, option.text) for option in item.options}
    if isinstance(item, OrderItem):
        for step, name in enumerate(item.key, 1):
            row = box.locator(f'[data-option="{tokens[name]}"] select')
            row.select_option(str(step))
    elif isinstance(item, MatchItem):
        for prompt in item.prompts:
            row = box.locator(f'[data-prompt="{option_token(item.id, prompt.text)}"]')
            row.locator("select").select_option(tokens[item.key[prompt.id]])
    else:
        for name in item.key:
            box.locator(f'input[value="{tokens[name]}"]').check()


def items_asked(page: Page, handbook: Handbook, exam: str) -> tuple[Item, ...]:
    """The items of the form that the page shows, with their keys."""
    asked = page.locator("fieldset.quiz-item:visible")
    expect(asked.first).to_be_visible()
    shown = set(asked.evaluate_all("all => all.map(one => one.dataset.item)"))
    papers = [draw(handbook, exam, n + 1) for n in range(handbook.exams[exam].forms)]
    paper = next(p for p in papers if {item.token for item in p.items} == shown)
    return drawn_items(handbook, paper)


def sit(page: Page, handbook, exam: str, *, number: str, name: str) -> None:
    """Begin an exam and answer all of it rightly."""
    page.get_by_label("工号").fill(number)
    page.get_by_label("姓名").fill(name)
    page.get_by_role("button", name="开始考试").click()
    for item in items_asked(page, handbook, exam):
        answer(page, item)


def test_find_copy_walk_practise_sit_and_report(served, watched, context, handbook):
    """Find 转接 by zj and copy it; path; practice; exam; standing in the report."""
    page = watched.page
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(served.url + "index.html")

    # The finder: one key, two letters, blanks filled, Enter.
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.press_sequentially("zj")
    top = page.get_by_role("option").first
    expect(top).to_contain_text("转接")
    page.keyboard.press("Enter")
    blanks = page.locator("dialog .hf-say input.hf-blank")
    expect(blanks.first).to_be_focused()
    for number in range(blanks.count()):
        blanks.nth(number).fill(f"内容{number}")
    page.keyboard.press("Enter")
    expect(page.locator(".hf-status")).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "内容0" in copied
    assert "【" not in copied
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_be_hidden()

    # The path of the role, its reading, its practice.
    page.goto(served.url + "paths/front-desk.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("前台")
    page.locator("article").get_by_role("link", name="电话接听").first.click()
    expect(page).to_have_url(served.url + "workflows/phone.html")
    page.goto(served.url + "practice/phone.html")
    page.locator("fieldset.quiz-item:visible input, fieldset.quiz-item:visible select")
    practise_one(page)

    # The exam, handed in.
    page.goto(served.url + "exams/front-desk.html")
    sit(page, handbook, "front-desk", number="A1024", name="王小明")
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()
    verdict = page.locator(".quiz")
    expect(verdict).to_contain_text("通过", timeout=15_000)
    expect(verdict).to_contain_text("优秀")

    # The record.
    report = json.loads(
        run_script("report.py", "--db", served.database, "--format", "json")
    )
    mine = [row for row in report if row["exam"] == "front-desk"]
    assert [("A1024", "王小明", "通过")] == [
        (row["number"], row["name"], row["state"]) for row in mine
    ]
    assert "王小明" in run_script("report.py", "--db", served.database)
    run_script("records.py", "verify", "--db", served.database)
    assert [] == watched.faults
    assert all(
        url.startswith((served.url, "data:", "blob:")) for url in watched.requests
    )


def practise_one(page: Page) -> None:
    """Answer the first practice item somehow and see it explained."""
    field = page.locator("fieldset.quiz-item:visible").first
    expect(field).to_be_visible()
    for control in field.locator("input[type=text]").all():
        control.fill("不知道")
    for number, control in enumerate(field.locator("select").all(), 1):
        control.select_option(index=number)
    if field.locator("input[type=radio], input[type=checkbox]").count():
        field.locator("input[type=radio], input[type=checkbox]").first.check()
    page.get_by_role("button", name="核对").first.click()
    feedback = page.locator(".quiz-feedback").first
    expect(feedback).to_be_visible()
    there = page.url
    page.keyboard.press("n")  # the theme's key for the next page, nobody's in a quiz
    expect(feedback).to_be_focused()
    assert page.url == there
    expect(feedback.get_by_role("link").first).to_be_visible()


def test_file_and_server_give_the_same_result(served, watched, handbook, tmp_path):
    """One sitting, saved as a file and handed in: the same verdict both ways."""
    page = watched.page
    page.goto(served.url + "exams/front-desk.html")
    sit(page, handbook, "front-desk", number="B7", name="<b>李</b>")
    page.get_by_role("button", name="交卷", exact=True).click()
    with page.expect_response("**/api/hand-in") as handed_in:
        page.get_by_role("button", name="确定交卷").click()
    expect(page.locator(".quiz")).to_contain_text("优秀", timeout=15_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="保存答卷文件").click()
    saved = tmp_path / "answers.json"
    download.value.save_as(saved)

    by_file = json.loads(
        run_script(
            "grade.py", saved, "--db", tmp_path / "other.sqlite", "--format", "json"
        )
    )

    sent = json.loads(handed_in.value.request.post_data)
    assert sent == json.loads(saved.read_text(encoding="utf-8"))
    (graded,) = by_file["results"]
    posted = handed_in.value.json()["verdict"]
    for name in ("passed", "band", "score", "percent", "critical_missed", "overtime"):
        assert posted[name] == graded["verdict"][name], name
    again = json.loads(
        run_script("grade.py", saved, "--db", served.database, "--format", "json")
    )
    assert again["results"][0]["status"] == "duplicate"
