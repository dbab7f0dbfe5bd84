"""Pictures of exams: what learners see, what trainers see, what a change brings."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from pictures_desk import Desk
from pictures_learners import right_answers

from handbook.grading.submissions import Person
from handbook.interchange.exporting import export
from handbook.interchange.fields import written_bank
from handbook.interchange.formats import FORMATS
from handbook.interchange.spreadsheets.writing import template
from handbook.papers import draw
from handbook.records.database.store import Store
from handbook.records.history.times import day
from handbook.records.intake.hand_ins import hand_in_files
from handbook.records.intake.telling import unrecorded
from handbook.records.invitations.guest_lists import Occasion, invite_all
from handbook.records.invitations.tokens import read_until
from handbook.records.lists.outlook import outlook
from handbook.tables.questions import paper_tag, questions

EXAM = "front-desk"
ANSWER = """answers => {
  for (const field of document.querySelectorAll("fieldset.quiz-item")) {
    const answer = answers[field.dataset.item];
    const put = (control, value) => {
      if (control.type === "radio" || control.type === "checkbox") control.checked = value;
      else control.value = value;
      for (const kind of ["input", "change"]) {
        control.dispatchEvent(new Event(kind, { bubbles: true }));
      }
    };
    if (answer === undefined) continue;
    const of = { order: "option", match: "prompt" }[field.dataset.type];
    if (of) {
      for (const row of field.querySelectorAll(".quiz-row")) {
        const token = row.dataset[of];
        const said = of === "option" ? String(answer.indexOf(token) + 1) : answer[token];
        put(row.querySelector("select"), said);
      }
    } else if (field.dataset.type === "blank") {
      field.querySelectorAll("input").forEach((input, at) => put(input, answer[at]));
    } else {
      for (const input of field.querySelectorAll("input")) {
        if (answer.includes(input.value)) put(input, true);
      }
    }
  }
}"""


def of_an_exam(desk: Desk) -> None:
    """What someone invited sees: the start, an item, a lost network, both results."""
    desk.invited(Person("A2001", "沈知夏"), EXAM)
    desk.show(".quiz")
    desk.take("exam-start")
    begin(desk)
    desk.take("exam-item")
    desk.window(height=1400)  # so that the page's head covers no part of a card
    desk.page.context.set_offline(True)
    fill(desk)
    close(desk)
    desk.take("exam-retry", ".quiz-card")
    desk.page.context.set_offline(False)
    desk.page.get_by_role("button", name="打印合格证").wait_for()
    desk.take("exam-passed", ".quiz-card")
    desk.page.get_by_role("button", name="完成").click()
    desk.invited(Person("A2005", "温岚"), EXAM)
    begin(desk)
    fill(desk, leave=7)
    close(desk)
    desk.page.get_by_text("回执号").wait_for()
    desk.take("exam-failed", ".quiz-card")
    desk.window()


def begin(desk: Desk) -> None:
    """Press the button that starts the clock."""
    desk.page.get_by_role("button", name="开始").first.click()
    desk.page.locator("fieldset.quiz-item").first.wait_for()
    desk.page.wait_for_timeout(600)


def fill(desk: Desk, leave: int = 0) -> None:
    """Answer what is shown, all right but for some that are left open."""
    answers: dict[str, Any] = {}
    for form in range(1, desk.handbook.exams[EXAM].forms + 1):
        answers |= right_answers(desk.handbook, draw(desk.handbook, EXAM, form))
    shown = desk.page.locator("fieldset.quiz-item").evaluate_all(
        "all => all.map(one => one.dataset.item)"
    )
    desk.page.evaluate(ANSWER, {token: answers[token] for token in shown[leave:]})


def close(desk: Desk) -> None:
    """Hand in."""
    desk.page.get_by_role("button", name="交卷", exact=True).click()
    desk.page.get_by_role("button", name="确定交卷").click()
    desk.page.wait_for_timeout(600)


def of_trainers(desk: Desk) -> None:
    """The pages behind the sign-in."""
    common = max(desk.handbook.exams.values(), key=lambda exam: len(exam.roles))
    desk.window(height=1000)
    for name, path, height in (
        ("readiness", "roles", 940),
        ("standing", "standing", 960),
        ("reminders", "reminders", 840),
        ("exceptions", "exceptions", 760),
        ("statistics", f"statistics?exam={common.id}", 760),
    ):
        desk.trainers(path)
        desk.take(f"trainers-{name}", height=height)
    desk.window(720, 1600)
    desk.show("#plot-items")
    desk.take("trainers-items", height=780)
    desk.window()


def of_certificates(desk: Desk) -> None:
    """A certificate, and what the page for codes says of it."""
    desk.trainers("standing?state=通过")
    desk.page.goto(
        desk.page.get_by_role("link", name="打印").first.evaluate("a => a.href")
    )
    desk.window(1200, 860)
    desk.take("certificate", ".sheet")
    code = desk.page.locator(".code").inner_text()
    desk.open("verify")
    desk.page.get_by_label("验证码").fill(code)
    desk.page.get_by_role("button", name="核对").click()
    desk.window(640, 620)
    desk.take("verify", height=580)
    desk.window()


def of_changes(desk: Desk) -> None:
    """After a rule changed: the delta paper, the confirmation, who has not confirmed."""
    desk.invited(Person("A2001", "沈知夏"), EXAM)
    desk.show(".quiz-changes")
    desk.take("exam-delta", height=520)
    seen = outlook(desk.handbook, desk.store, desk.now)
    first = next(one for one in seen.asked() if one.state)
    desk.invited(first.person, first.confirmation.exam.id)
    desk.show(".quiz-confirms")
    desk.take("confirm", height=640)
    desk.trainers("unconfirmed")
    desk.take("trainers-unconfirmed")


def of_sheets(desk: Desk) -> None:
    """Workbooks and tables that our scripts write, as a spreadsheet program shows them."""
    sheet(desk, "sheet-template", "出题.xlsx", rows_of(template()), columns=12)
    bank = export(written_bank(desk.handbook, "phone"), FORMATS["xlsx"])
    practice = [
        row
        for at, row in enumerate(rows_of(bank.content))
        if at == 0 or "考试" not in row
    ]
    sheet(desk, "sheet-bank", "phone-机密.xlsx", practice[:7], columns=12)
    guests = [Person("A1004", "刘雨桐"), Person("A2002", ""), Person("A3001", "韩一诺")]
    until = read_until((desk.now + timedelta(days=7)).date().isoformat())
    occasion = Occasion(
        EXAM, until, delta=False, site="http://kb.example:8000", secret=desk.secret
    )
    invitations = invite_all(desk.handbook, desk.store, guests, occasion, desk.now)
    rows = [invitations.columns, *invitations.rows]
    desk.host(kind="sheet", path="邀请-front-desk.xlsx", rows=rows, wide=True)
    desk.take("sheet-invitations", "main")
    told = exceptions_of(desk)
    desk.host(kind="sheet", path="例外.csv", rows=told, whole=True)
    desk.take("sheet-exceptions", "main")


def sheet(
    desk: Desk, name: str, file: str, rows: Sequence[Sequence[str]], columns: int
) -> None:
    """Take a picture of some rows and columns."""
    desk.host(kind="sheet", path=file, rows=[row[:columns] for row in rows])
    desk.take(name, "main")


def rows_of(content: bytes) -> list[list[str]]:
    """Return the first sheet of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        ["" if cell is None else str(cell) for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]


def exceptions_of(desk: Desk) -> list[list[str]]:
    """Return what the grader says of a table in which two rows are wrong."""
    paper = draw(desk.handbook, EXAM, 1)
    asked = [f"{n}、{q.stem} {q.tag}" for n, q in enumerate(questions(paper), 3)]
    heads = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    heads += [f"1、工号 {paper_tag(paper)}", "2、姓名 [name]", *asked]
    begun = f"{day(desk.now) - timedelta(days=1)} 10:11:05"
    wrong = ["以上都不对", *([""] * (len(asked) - 1))]
    rows = [
        ["1", begun, "931秒", "链接", "直接访问", "", "A3021", "倪舟", *wrong],
        ["2", begun, "962秒", "链接", "直接访问", "", "", "陶然", *([""] * len(asked))],
    ]
    written = io.StringIO()
    csv.writer(written).writerows([heads, *rows])
    with TemporaryDirectory() as folder, Store(f"{folder}/records.sqlite") as store:
        outcomes = list(
            hand_in_files(
                desk.handbook, store, [("结果.csv", written.getvalue().encode())],
                tool=None, now=desk.now,
            )
        )  # fmt: skip
    sheet = unrecorded(outcomes)
    return [list(row) for row in (sheet.columns, *sheet.rows)]
