"""What a changed rule means in a real Chromium: the delta paper, the confirmation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bare_site import write_site
from building import build_handbook, multiple, page, single, true_false
from handing_in import answer_file, as_bytes
from playwright.sync_api import Page, expect

from handbook.grading.marks import key_of
from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.papers import draw, drawn_items, item_token
from handbook.papers.confirmations import confirmations
from handbook.papers.deltas import deltas
from handbook.records.database.store import Store
from handbook.records.intake.hand_ins import hand_in
from handbook.records.invitations.tokens import invite, link, sign
from handbook.records.lists.outlook import outlook
from handbook.rendering.exams import confirm_html, exam_html
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.running import LOCAL_NAMES, in_background

SECRET = "a secret of the tests of changes"  # noqa: S105 - of the tests
NOW = datetime.now(UTC).replace(microsecond=0)
CHANGED = (NOW - timedelta(days=3)).date()


def book_of(rings: str, *changes: dict[str, Any]) -> Handbook:
    """A handbook of one exam; of its five items three ask about the rings."""
    path = "policies/phone.md"
    rules = page(
        path, {"rings": rings, "log": "当天登记。"}, changes=changes, roles=["desk"]
    )
    items = [
        single("rings-a", source=(f"{path}#rings",), critical=True),
        true_false("rings-b", source=(f"{path}#rings",)),
        multiple("rings-c", source=(f"{path}#rings",)),
        single("log-a", source=(f"{path}#log",)),
        single("log-b", source=(f"{path}#log",)),
    ]
    return build_handbook(items, exam={"cooldown": "1天"}, pages=[rules])


def told(summary: str, on: object, *clauses: str) -> dict[str, Any]:
    """A line of `changes` that must be confirmed."""
    return {
        "date": str(on), "clauses": clauses, "kind": "material", "summary": summary,
        "confirm": True,
    }  # fmt: skip


OLD = book_of("三声内接听。")
BOOK = book_of(
    "两声内接听。",
    told("应答时限改为两声", CHANGED, "rings"),
    told("登记要写时间", CHANGED - timedelta(days=1), "log"),
)
CHANGE = next(iter(confirmations(BOOK)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of the exam and of the page of confirmations in a bare frame."""
    return write_site(
        tmp_path_factory.mktemp("changed"),
        {
            "exams/entry.html": exam_html(BOOK, "entry"),
            "exams/confirm.html": confirm_html(BOOK),
        },
    )


@contextmanager
def serving(site: Path, folder: Path, door: Door) -> Iterator[tuple[str, Store]]:
    """The handbook's own server; A1024 passed the whole exam before the change."""
    with Store(str(folder / "records.sqlite")) as store:
        passed = NOW - timedelta(days=30)
        made = answer_file(OLD, begun=passed)
        assert hand_in(
            OLD, store, as_bytes(made), via="file", now=passed + timedelta(hours=1)
        ).receipt
        app = create_app(BOOK, store, site, hosts=LOCAL_NAMES, door=door)
        with in_background(app) as url:
            yield url, store


def answer(page: Page, exam: str, *, right: bool = True) -> None:
    """Answer the paper in the page, all right or all wrong, and hand it in."""
    kept = page.evaluate(
        "name => Object.entries(localStorage).find(([k]) => k.endsWith(name))[1]",
        f":exam:{exam}",
    )
    sitting = json.loads(kept)
    paper = draw(BOOK, exam, sitting["form"], sitting.get("delta", ""))
    assert paper.digest == sitting["paper"]
    for item in drawn_items(BOOK, paper):
        group = page.locator(f'.quiz-paper [data-item="{item_token(item.id)}"]')
        key = key_of(item)
        chosen = {key} if isinstance(key, str) else set(key)
        for control in group.locator("input").all():
            if (control.get_attribute("value") in chosen) is right:
                control.check()
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()


def state(store: Store) -> tuple[str, str]:
    """Where the one person stands, and until when."""
    (found,) = [one for one in outlook(BOOK, store, datetime.now(UTC)).standings
                if one.person.number == "A1024"]  # fmt: skip
    return found.state.value, str(found.until)


def test_only_what_changed_is_sat_and_the_pass_goes_on(site, tmp_path, page):
    """Chosen on the page, short, told as what it is; the old end stays."""
    (delta, *_) = deltas(BOOK, BOOK.exams["entry"])
    with serving(site, tmp_path, Door()) as (url, store):
        before = state(store)
        page.goto(f"{url}exams/entry.html")
        page.get_by_label(f"只补考 {delta.name} 起的改动").check()
        page.get_by_label("工号").fill("a1024")
        page.get_by_label("姓名").fill("王小明")
        page.get_by_label("姓名").press("Enter")
        expect(page.locator(".quiz-paper .quiz-item")).to_have_count(2)
        answer(page, "entry")
        expect(page.get_by_role("heading", name="通过了")).to_be_visible()

        goes_on = page.get_by_text("原来的成绩接着算，到期的日子不变", exact=True)
        expect(goes_on).to_be_visible()
        expect(page.get_by_text("（补考改动部分）")).to_be_visible()
        assert before[0] == "条款已改"
        assert state(store) == ("通过", before[1])


def test_who_failed_is_told_when_to_come_back(site, tmp_path, page):
    """After the hand-in, and before the next one begins on the same computer."""
    with serving(site, tmp_path, Door()) as (url, store):
        page.goto(f"{url}exams/entry.html")
        for _ in range(2):
            page.get_by_label("工号").fill("A1024")
            page.get_by_label("姓名").fill("王小明")
            page.get_by_role("button", name="开始考试").click()
            if page.locator(".quiz-paper").is_visible():
                answer(page, "entry", right=False)
                expect(page.get_by_text("以后可以重考，还能考 ")).to_be_visible()
                page.get_by_role("button", name="完成，准备重考").click()

        expect(page.get_by_role("alert")).to_contain_text("以后才能重考")
        assert len([e for e in store.events() if e.kind == "graded"]) == 2
        page.get_by_role("button", name="开始考试").click()
        expect(page.locator(".quiz-paper")).to_be_visible()


def test_a_link_leads_to_the_paper_that_suits(site, tmp_path, page):
    """By invitation nobody chooses: the server knows when somebody passed."""
    door = Door(SECRET, invited_only=True)
    with serving(site, tmp_path, door) as (url, store):
        guest = invite(
            BOOK, Person("A1024", "王小明"), "entry", NOW + timedelta(days=1), NOW,
            delta=True,
        )  # fmt: skip
        page.goto(link(url, "entry", sign(guest, SECRET)))
        page.get_by_role("button", name="开始考试").click()
        expect(page.locator(".quiz-paper .quiz-item")).to_have_count(2)
        answer(page, "entry")
        expect(page.get_by_role("heading", name="通过了")).to_be_visible()

        assert state(store)[0] == "通过"


def test_a_change_is_confirmed_on_its_page(site, tmp_path, page):
    """Opened, read, answered; and a link opens the one that it is to."""
    with serving(site, tmp_path, Door(SECRET)) as (url, store):
        page.goto(f"{url}exams/confirm.html")
        expect(page.locator(".quiz-confirm")).to_have_count(2)
        page.get_by_text("应答时限改为两声").click()
        one = page.locator(f"#{CHANGE}")
        expect(one.get_by_role("link", name="rings 的规定")).to_be_visible()
        one.get_by_label("工号").fill("A1024")
        one.get_by_label("姓名").fill("王小明")
        one.get_by_role("button", name="开始确认").click()
        expect(page.locator(".quiz-paper .quiz-item")).to_have_count(3)
        answer(page, CHANGE)
        expect(page.get_by_role("heading", name="确认好了")).to_be_visible()

        waiting = outlook(BOOK, store, datetime.now(UTC)).sheet("unconfirmed").rows
        assert [row[3] for row in waiting] == ["登记要写时间"]
        other = waiting[0][-1]
        guest = invite(
            BOOK, Person("A1024", "王小明"), other, NOW + timedelta(days=1), NOW
        )
        page.goto(link(url, other, sign(guest, SECRET)))
        expect(page.locator(f"#{other}")).to_have_attribute("open", "")
        expect(page.get_by_text("您是凭培训师发的链接来的")).to_have_count(1)
