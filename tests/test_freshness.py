"""How long a check of a page holds, and which page comes next."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import by_hand
import pytest
from building import build_handbook, page, single
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from handbook.finder.usage import Used
from handbook.freshness import Span, State, needs_review, reviews, span, state_of, told
from handbook.loading import load
from handbook.model.data import Figure
from handbook.model.durations import Duration
from handbook.rendering.frame import page_review
from handbook.upkeep import queue

ROOT = Path(__file__).parents[1]
CASES = json.loads((ROOT / "tests/cases/freshness.json").read_text(encoding="utf-8"))
EVIDENT = {"on": date(2026, 5, 1), "by": "投诉主管", "against": "《投诉作业指导书》"}
TODAY = date(2026, 11, 26)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_states(case):
    """The days and states that the browser is held to as well."""
    checked = (
        span(date.fromisoformat(case["on"]), Duration.parse(case["every"]))
        if case["on"]
        else None
    )

    assert case["days"] == [day.isoformat() for day in checked or ()]
    for day, state in case["states"].items():
        assert state == state_of(checked, date.fromisoformat(day))


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(1, 40),
    st.sampled_from(["天", "周", "个月", "年"]),
)
def test_days_are_in_order(on, count, unit):
    """The warning comes after the check and never after the end."""
    checked = span(on, Duration(count, unit))

    assert checked.on < checked.due <= checked.until


def one_page(path: str = "policies/a.md", **front):
    return build_handbook(pages=[page(path, {"a": "规定"}, **front)])


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        (
            {"reviewed": EVIDENT, "review_every": "6个月"},
            "核验：2026-05-01 · 投诉主管 · 对照《投诉作业指导书》",
        ),
        (
            {"reviewed": "2026-05-01", "review_every": "6个月"},
            "核验：2026-05-01（只有日期，没有写明对照了什么）",
        ),
        ({"reviewed": None}, "还没有核验过"),
    ],
)
def test_page_says_what_was_done(front, expected):
    """Evidence where there is some; a bare date is called one."""
    ((shown, checked),) = reviews(one_page(**front))

    assert expected == page_review(shown, checked)["words"]


@pytest.mark.parametrize(
    ("path", "kind", "needed"),
    [
        ("policies/a.md", "policy", True),
        ("scripts/a.md", "script", True),
        ("policies/index.md", "policy", False),
        ("forms/a.md", "form", False),
        ("guide/a.md", "guide", False),
    ],
)
def test_only_what_people_act_on_needs_a_check(path, kind, needed):
    """Pages that show data or list others are not called unchecked."""
    book = one_page(path, kind=kind, reviewed=None)

    assert needed == needs_review(book.pages[path])
    assert needed == bool(list(reviews(book)))


def test_bare_date_is_no_evidence():
    """The browser gets three days of it, and nobody's name."""
    ((shown, checked),) = reviews(one_page(reviewed="2026-05-01"))

    assert told(shown, checked) == ["2026-05-01", "2027-04-01", "2027-05-01"]


def book_of_four():
    """Never checked; overdue and risky; overdue and used; due soon."""
    pages = [
        page("policies/never.md", {"a": "规定"}, reviewed=None),
        page("policies/risky.md", {"a": "规定"}, reviewed="2025-01-01", owner="b"),
        page("policies/used.md", {"a": "规定"}, reviewed="2025-02-01"),
        page("policies/due.md", {"a": "规定"}, reviewed="2025-12-10"),
        page("policies/valid.md", {"a": "规定"}, reviewed=EVIDENT),
    ]
    figure = Figure(
        id="f", name="时限", value="3", wording="三天", clause="policies/risky.md#a",
        promised=True,
    )  # fmt: skip
    items = [
        single("one", source=("policies/risky.md#a",), critical=True),
        single("two", source=("policies/risky.md#a",), critical=True, status="retired"),
    ]
    return build_handbook(items, pages=pages, figures={"f": figure})


def test_order_is_late_first_then_weight():
    """Risk: a critical item in use and a promise; nothing was used."""
    found = queue(book_of_four(), TODAY)

    assert [(one.path, one.state.value, one.weight) for one in found] == [
        ("policies/risky.md", "已过期", 3),
        ("policies/never.md", "从未核验", 1),
        ("policies/used.md", "已过期", 1),
        ("policies/due.md", "将到期", 1),
    ]


def test_use_counts_on_the_phrase_page_and_on_what_it_rests(tmp_path):
    """Copies of a phrase count for both pages; the clause's page is now used as well."""
    root = Path(shutil.copytree(ROOT / "tests/cases/handbook", tmp_path / "book"))
    used = [Used("scripts/phone.md#greeting", "问候", 7), Used("scripts/x.md#y", "", 9)]

    found = {one.path: one for one in queue(load(root), date(2030, 1, 1), used)}

    assert found["scripts/phone.md"].copies == found["workflows/phone.md"].copies == 7
    assert found["workflows/phone.md"].weight == 8 * (
        1 + found["workflows/phone.md"].risk
    )


def test_owner_and_everything():
    """One owner's pages; with the valid ones last."""
    book = book_of_four()

    assert ["policies/risky.md"] == [one.path for one in queue(book, TODAY, owner="b")]
    whole = queue(book, TODAY, everything=True)
    assert whole[-1].state is State.VALID
    assert whole[-1].checked == Span(
        date(2026, 5, 1), date(2027, 4, 1), date(2027, 5, 1)
    )


def run(*options: str) -> Result:
    """Run the script on the small handbook."""
    return by_hand.run("reviews", "--root", ROOT / "tests/cases/handbook", *options)


def test_script_speaks_table_csv_and_json():
    """The same queue in every format; an unknown role is named in Chinese."""
    table = run("--on", "2030-01-01", "--format", "owners").stdout
    sheet = list(
        csv.DictReader(
            run("--on", "2030-01-01", "--format", "csv")
            .stdout.lstrip("\ufeff")
            .splitlines()
        )
    )
    data = json.loads(run("--on", "2030-01-01", "--format", "json").stdout)

    assert "已过期" in table
    assert "只有日期" in table
    assert [row["页面"] for row in sheet] == [one["path"] for one in data]
    assert all(one["state"] == "已过期" and not one["evident"] for one in data)
    assert "没有“nobody”这个岗位" in run("--owner", "nobody").stderr
    assert (
        "没有要核验的页面" in run("--on", "2026-11-21", "--owner", "front-desk").stdout
    )
