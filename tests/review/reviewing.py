"""Handbooks and records of before a change, for tests of its review."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from handing_in import graded
from test_check import CASES, plant

from handbook.loading import load
from handbook.records.database.store import Store
from handbook.review.impact import Impact, impact

ROOT = Path(__file__).parents[2]
REVIEW = ROOT / "scripts/review.py"
DAY = date(2026, 11, 23)
RULE = "workflows/phone.md#answer"
BANK = "quizzes/banks/phone.yml"
EXAM = "quizzes/exams/front-desk.yml"

TWO_RINGS = [
    {"file": "content/_data/figures.yml", "old": 'value: "3"', "new": 'value: "2"'},
    {"file": "content/_data/figures.yml", "old": "三声内", "new": "两声内"},
]
"""Three rings become two."""


def sound(folder: Path) -> Path:
    """Copy the sound handbook into a folder that is not there yet; return the folder."""
    return Path(shutil.copytree(CASES / "handbook", folder))


def committed(folder: Path) -> Path:
    """Make it a git repository, committed on main; return the folder."""
    sound(folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Begin")
    return folder


def record_three(tree: Path, path: Path) -> Path:
    """Make records in which two passed and one failed, yesterday; return their file."""
    book, now = load(tree), datetime.now(UTC)
    with Store(str(path)) as store:
        for number, wrong in (("A1", 0), ("A2", 0), ("A3", 2)):
            grade = graded(
                book,
                exam="front-desk",
                number=number,
                name=f"李{number}",
                begun=now - timedelta(days=1),
                wrong=wrong,
            )
            store.record(grade, book.exams["front-desk"], now - timedelta(hours=23))
    return path


def entry(kind: str, day: date = DAY, clauses: str = "answer") -> list[dict[str, str]]:
    """The edit that writes an entry under `changes`."""
    old = ", ".join(f"{name}: 原来的话。" for name in clauses.split(", ") if name)
    line = (
        f"{{date: {day}, clauses: [{clauses}], kind: {kind}, summary: 改为两声, "
        f"before: {{{old}}}}}"
    )
    return [
        {
            "file": "content/workflows/phone.md",
            "old": "changes:",
            "new": f"changes:\n  - {line}",
        }
    ]


def git(tree: Path, *arguments: str) -> str:
    """Run git as nobody in particular."""
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    return subprocess.run(
        ["git", "-C", tree, *who, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.strip()


def run_review(tree: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script as a trainer or a host's job does."""
    return subprocess.run(
        [sys.executable, REVIEW, "--root", tree, *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def changed_by(base: Path, *edits: tuple[str, str, str]) -> Impact:
    """What edits of a copy of a handbook touch: each a file, what stood there, what does."""
    changed = Path(shutil.copytree(base, base.with_name("changed")))
    plant(changed, [{"file": f, "old": old, "new": new} for f, old, new in edits])
    return impact(load(base), load(changed))
