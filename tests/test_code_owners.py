"""CODEOWNERS from owners and accounts: made, checked, made again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from building import build_handbook, make_exam, page, single

from handbook.code_owners import code_owners
from handbook.loading import load
from handbook.model.data import Role

ROOT = Path(__file__).parents[1]


def role(name: str, *accounts: str) -> Role:
    """A role with accounts."""
    return Role(id=name, title=name, summary=name, accounts=accounts)


def test_each_page_names_its_owner_with_the_bank_and_exam_it_shows():
    """The trainer is asked about the rest; who has no account is asked by nobody."""
    book = build_handbook(
        {"phone": [single("a")]},
        exams=[make_exam({"phone": 1}, id="desk")],
        pages=[
            page("policies/a b.md", {}, owner="boss"),
            page("policies/c.md", {}, owner="nobody"),
            page("practice/phone.md", {}, kind="practice", owner="boss"),
            page("exams/desk.md", {}, kind="exam", owner="trainer"),
        ],
        roles=[
            role("boss", "@liu", "li@example.com"),
            role("nobody"),
            role("trainer", "@org/train"),
        ],
    )

    lines = code_owners(book).splitlines()[1:]

    assert lines == [
        "* @org/train",
        "/content/exams/desk.md @org/train",
        "/quizzes/exams/desk.yml @org/train",
        "/content/policies/a\\ b.md @liu li@example.com",
        "/content/practice/phone.md @liu li@example.com",
        "/quizzes/banks/phone.yml @liu li@example.com",
    ]


def test_without_accounts_there_is_nothing():
    """And a file that somebody wrote by hand is left alone."""
    assert "" == code_owners(build_handbook([single("a")]))


@pytest.fixture
def tree(tmp_path) -> Path:
    """The small handbook with an account."""
    folder = Path(shutil.copytree(ROOT / "tests/cases/handbook", tmp_path / "book"))
    roles = folder / "content/_data/roles.yml"
    text = roles.read_text(encoding="utf-8")
    roles.write_text(
        text.replace("title: 前台", "title: 前台\n    accounts: ['@wang']"), "utf-8"
    )
    return folder


def run(tree: Path) -> subprocess.CompletedProcess[str]:
    """Write the file."""
    return subprocess.run(
        [sys.executable, ROOT / "scripts/codeowners.py", "--root", tree],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_script_mends_what_the_check_reports(tree):
    """Missing, then current, then stale at the line that differs."""
    assert ["P216"] == [problem.code for problem in load(tree).problems]

    assert run(tree).returncode == 0
    assert () == load(tree).problems

    owners = tree / "CODEOWNERS"
    owners.write_text(
        owners.read_text("utf-8").replace(
            "scripts/phone.md @wang", "scripts/phone.md @liu"
        ),
        "utf-8",
    )
    (stale,) = load(tree).problems
    line = owners.read_text("utf-8").splitlines()[stale.place.line - 1]
    assert "@liu" in line


def test_script_says_where_accounts_stand():
    """In the handbook of this repository nobody has one."""
    ran = run(ROOT / "tests/cases/handbook")

    assert ran.returncode == 1
    assert "accounts: ['@wang']" in ran.stderr
