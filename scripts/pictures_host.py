"""What a code host shows of an edit: drawn around real files, real reports, a real review.

Each host looks a little different, and none can be reached from here.
"""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from markdown import markdown
from pictures_desk import Desk

from handbook.records.history.times import day

ROOT = Path(__file__).resolve().parents[1]
_ITEM = re.compile("^(?=  - id: )", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """A change that the guide takes as its example: old words, new words."""

    path: str
    pairs: tuple[tuple[str, str], ...]
    around: int = 3
    """Lines shown before and after what changed."""

    def changed(self) -> str:
        """Return the whole file after it.

        Raises:
            ValueError: the old words are no longer there: choose another example.
        """
        text = (ROOT / self.path).read_text(encoding="utf-8")
        for old, new in self.pairs:
            if old not in text:
                raise ValueError(
                    f"{self.path}: {old!r} is gone; mend scripts/pictures_host.py"
                )
            text = text.replace(old, new, 1)
        return text

    def lines(self) -> Iterator[tuple[int | str, str, str]]:
        """Yield number, words and state of what an editor shows of the change."""
        before = (ROOT / self.path).read_text(encoding="utf-8").splitlines()
        after = self.changed().splitlines()
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        for number, group in enumerate(matcher.get_grouped_opcodes(self.around)):
            if number:
                yield "⋮", "", ""
            for kind, a, b, c, d in group:
                if kind == "equal":
                    yield from ((at + 1, after[at], "") for at in range(c, d))
                else:
                    yield from (("-", before[at], "gone") for at in range(a, b))
                    yield from ((at + 1, after[at], "new") for at in range(c, d))


CHANGES = (
    "description: 电话从响铃到挂断的每一步：应答、记录、等候、转接、留言、回电。\n",
    "description: 电话从响铃到挂断的每一步：应答、记录、等候、转接、留言、回电。\n"
    "changes:\n"
    "  - {date: 2026-12-01, clauses: [answer-in-rings], kind: material, summary: 电话改在两声内接起}\n",
)
BEFORE = "before: {answer-in-rings: 电话铃响，当班的前台或坐席在三声内接起。}"
EDITS = {
    "figure": Edit(
        "content/_data/figures.yml",
        (
            (
                '    value: "3"\n    unit: 声\n    wording: 三声内',
                '    value: "2"\n    unit: 声\n    wording: 两声内',
            ),
        ),
    ),
    "rule": Edit(
        "content/workflows/phone.md",
        (
            CHANGES,
            (
                "旁边的电话没人接，离得最近的人代接。",
                "旁边的电话没人接，离得最近的人马上代接，并替同事记下来电。",
            ),
        ),
    ),
    "phrase": Edit(
        "content/scripts/phone.md",
        (
            (
                '没能在{{ fig("answer-rings") }}接起',
                '没能在{{ fig("answer-rings") }}接起，或者让客户听了太久铃声',
            ),
        ),
        around=7,
    ),
    "item": Edit(
        "quizzes/banks/phone.yml",
        (
            (
                "rationale: 占住线路，别的客户进不来。",
                "rationale: 线路一直占着，别的客户打不进来。",
            ),
        ),
        around=8,
    ),
    "exam": Edit(
        "quizzes/exams/front-desk.yml",
        (("    phone: 4\n", "    phone: 5\n"),),
        around=6,
    ),
}


def of_the_host(desk: Desk) -> None:
    """An edit of each kind, from the file to the answer of the check and the review."""
    figure = EDITS["figure"]
    shown = [
        (n, text, "") for n, text, _ in list(figure.lines()) if n not in {"-", "⋮"}
    ]
    before = (ROOT / figure.path).read_text(encoding="utf-8").splitlines()
    desk.host(
        kind="file",
        path=figure.path,
        lines=[(n, before[int(n) - 1], "") for n, _, _ in shown],
    )
    desk.take("host-file", "main")
    for name, edit in EDITS.items():
        desk.host(kind="edit", path=edit.path, lines=list(edit.lines()))
        desk.take(f"host-edit-{name}", "main")
    title = "电话改在两声内接起"
    desk.host(
        kind="commit",
        title=title,
        why="十一月抽查，三声以后接起的客户更容易着急。",
    )
    desk.take("host-commit", "main")
    with TemporaryDirectory() as folder:
        checked, reviewed = check_and_review(Path(folder) / "handbook")
    desk.host(
        kind="said",
        title=title,
        who="自动检查",
        state="✗ 没有通过",
        colour="red",
        said=checked,
    )
    desk.take("host-check", "main")
    desk.host(kind="said", title=title, who="手册审阅", state="", said=reviewed)
    desk.window(900, 1100)
    desk.take("host-review", height=1100)
    desk.window()


def copy_handbook(folder: Path) -> None:
    """Copy the repository, without what is made from it."""
    left = (".git", ".venv", "site", ".cache", "node_modules", "*.sqlite*")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*left))


def demonstration(folder: Path) -> None:
    """Copy the handbook with its practice items for exam items, and without the latter."""
    copy_handbook(folder)
    for bank in (folder / "quizzes/banks").glob("*.yml"):
        head, *items = _ITEM.split(bank.read_text(encoding="utf-8"))
        practised = [item for item in items if "\n    use: exam\n" not in item]
        examined = [
            item.replace("\n    use: practice\n", "\n").rstrip() + "\n    use: exam\n\n"
            for item in practised
        ]
        bank.write_text(head + "".join(examined), encoding="utf-8")


def change_a_rule(folder: Path, now: datetime) -> None:
    """Change a rule in a copy today, for everyone to confirm."""
    told = CHANGES[1].replace("2026-12-01", day(now).isoformat())
    confirmed = told.replace("接起}", f"接起, {BEFORE}, confirm: true}}")
    edit = Edit("content/workflows/phone.md", ((CHANGES[0], confirmed),))
    for one in (EDITS["figure"], edit):
        (folder / one.path).write_text(one.changed(), encoding="utf-8")


def check_and_review(folder: Path) -> tuple[str, str]:
    """Change a clone as the guide does; return what both scripts say of it, as HTML."""
    git = [
        "git",
        "-c",
        "user.name=培训师",
        "-c",
        "user.email=trainer@example.com",
        "-C",
        str(folder),
    ]
    copy_handbook(folder)
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for command in (["add", "-A"], ["commit", "-q", "-m", "before"]):
        subprocess.run([*git, *command], check=True)
    figure = EDITS["figure"]
    (folder / figure.path).write_text(figure.changed(), encoding="utf-8")

    def said(script: str) -> str:
        ran = subprocess.run(
            [sys.executable, ROOT / "scripts" / script, "--root", folder, "--base", "main"],
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return ran.stdout

    report = said("review.py")
    blocked = "\n".join(
        line for line in report.splitlines() if "R801" in line or "改法" in line
    )
    return markdown(blocked, extensions=["tables"]), markdown(
        report, extensions=["tables", "md_in_html"]
    )
