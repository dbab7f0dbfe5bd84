"""`.gitignore`: no name and no key gets into the history with `git add -A`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from handing_in import graded

from handbook.loading import load
from handbook.records.database.store import Store

ROOT = Path(__file__).parents[1]
CASE = ROOT / "tests/cases/handbook"
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
GUIDE = (ROOT / "content/guide/records.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A handbook in git, committed as it is, with a pass in its records."""
    book = Path(shutil.copytree(CASE, tmp_path / "book"))
    shutil.copy(ROOT / ".gitignore", book)
    (book / "名单.csv").write_text("工号,姓名\nA1024,王小明\n", encoding="utf-8")
    git(book, "init", "-q")
    git(book, "add", "-A")
    handbook, now = load(CASE), datetime.now(UTC)
    grade = graded(handbook, exam="front-desk", begun=now - timedelta(hours=1))
    with Store(str(book / "records.sqlite")) as store:
        store.record(grade, handbook.exams["front-desk"], now)
    return book


def git(folder: Path, *words: str) -> str:
    """Run git, blind to whatever this machine ignores."""
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", "-c", "core.quotepath=off", *words],
        cwd=folder,
        env=os.environ | alone,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def run(folder: Path, script: str, *words: str) -> None:
    """Run a script in the handbook's folder, as a trainer does."""
    done = subprocess.run(
        [sys.executable, ROOT / f"scripts/{script}.py", *words],
        cwd=folder,
        env=os.environ | {"HANDBOOK_SECRET": SECRET},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


BACKUP = re.search(r"records\.py backup (\S+)", GUIDE)[1]
RESTORED = re.search(rf"restore {re.escape(BACKUP)} --db (\S+)", GUIDE)[1]
RECORDS = ("--db", "records.sqlite")


@pytest.mark.parametrize(
    ("commands", "made"),
    [
        ([("certificate", "issue", "A1024", "front-desk", *RECORDS, "--root", ".")], "合格证-A1024-front-desk.html"),
        ([("interchange", "export", "phone", "--format", "moodle", "--root", ".")], "phone-机密.moodle.xml"),
        ([("interchange", "export", "phone", "--format", "gift", "--output", "导出/", "--root", ".")], "导出/phone-机密.gift.txt"),
        ([("invite", "名单.csv", "front-desk", "--until", "2099-01-01", *RECORDS)], "邀请-front-desk.xlsx"),
        ([("records", "backup", BACKUP, *RECORDS)], BACKUP),
        ([("records", "backup", BACKUP, *RECORDS), ("records", "restore", BACKUP, "--db", RESTORED)], RESTORED),
    ],
)  # fmt: skip
def test_what_holds_names_or_keys_is_not_committed(folder, commands, made):
    """By the names that the scripts give, and those that the guide has one type."""
    for command in commands:
        run(folder, *command)

    assert (folder / made).is_file()
    assert git(folder, "ls-files", "--others", "--exclude-standard") == ""


LISTS = {
    name
    for page in (ROOT / "content/guide").glob("*.md")
    for names in re.findall(
        r"^ *\S+ scripts/(?:report\.py .*--output (\S+)|grade\.py .*--exceptions (\S+)"
        r"|grade\.py (?:--dry-run )?([^-\s]\S*)|invite\.py (\S+\.\w+))",
        page.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    for name in names
    if name
}


def test_lists_of_people_are_not_committed(folder):
    """Whatever the guide has a trainer write or collect, with names in it."""
    for name in LISTS:
        path = folder / (f"{name}one.json" if name.endswith("/") else name)
        path.parent.mkdir(exist_ok=True)
        path.touch()

    assert len(LISTS) > 5
    assert git(folder, "ls-files", "--others", "--exclude-standard") == ""


def test_what_authors_write_is_committed(folder):
    """A page about certificates or confidential things is a page."""
    for name in ("合格证-说明.md", "机密.md", "备份.md"):
        (folder / "content/guide" / name).parent.mkdir(exist_ok=True)
        (folder / "content/guide" / name).touch()

    found = git(folder, "ls-files", "--others", "--exclude-standard").splitlines()

    assert len(found) == 3
