"""The command line speaks Chinese: help, usage and mistakes of use."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import by_hand
import click
import pytest
from click.testing import Result
from rich.cells import cell_len

from handbook.commands import PrivateFile

ROOT = Path(__file__).parents[1]


def typed(words: str, *more: object) -> Result:
    """Run what somebody typed, here: starting Python costs a second each time."""
    script, *arguments = words.split()
    return by_hand.run(script.removesuffix(".py"), *arguments, *more)


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a process of its own, as in a terminal."""
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / script, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("grade.py", "错误：缺少“答卷”。"),
        ("grade.py nowhere.json", "“答卷”不对：找不到 nowhere.json。"),
        ("grade.py --root README.md .", "README.md 是文件，这里要写文件夹。"),
        ("report.py --sate x", "没有 --sate 这个选项。是不是想写 --state"),
        ("report.py --state 好", "没有“好”。可以写：通过、"),
        ("report.py --exam", "选项 --exam 的写法不对"),
        ("form_text.py front-desk one", "“卷号”不对：“one”不是整数。"),
        ("form_text.py front-desk 1 2", "多写了内容：2。"),
        ("form_text.py nothing 1", "错误：没有编号为 nothing 的考试。"),
        (
            "report.py --exam comon",
            "没有编号为 comon 的考试。是不是想写 common？现有：",
        ),
        ("records.py verfy", "没有“verfy”这个命令。"),
        ("records.py assign", "缺少选项 --person。"),
        ("serve.py --port 99999", "要写 0 到 65535 之间的整数。"),
    ],
)
def test_mistakes_of_use_are_told_in_chinese(command, said):
    """What was typed wrong is said in Chinese on stderr, with the exit code of misuse."""
    ran = typed(command)

    assert said in ran.stderr
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert not re.search(r"Error|Usage|Try |Invalid|Missing", ran.stderr)


COMMANDS = sorted(
    path.name
    for path in (ROOT / "scripts").glob("*.py")
    if "cls=Command" in path.read_text("utf-8")
    or "cls=Group" in path.read_text("utf-8")
)
"""Every script that somebody types."""


@pytest.mark.parametrize(
    "command",
    [
        *(f"{name} --help" for name in COMMANDS),
        "records.py verify --help",
        "records.py",
    ],
)
def test_help_is_in_chinese(command):
    """Headings and click's own words are Chinese too; asking is no mistake."""
    ran = typed(command)

    assert ran.exit_code == (0 if "--help" in command else 2)
    assert "用法：" in ran.output
    assert "显示这段说明。" in ran.output
    assert not re.search(
        r"Usage|Options:|Commands:|Show this|TEXT|FILE|DIRECTORY|错误：", ran.output
    )


@pytest.mark.parametrize(
    ("words", "name", "begins"),
    [
        ("report.py --roles", "上岗.xlsx", b"PK"),
        ("report.py", "成绩.csv", "\ufeff工号".encode()),
        ("report.py --reminders", "提醒.json", b"[]\n"),
        ("form_text.py front-desk 1", "问卷.txt", "前台上岗考试".encode()),
        ("reviews.py", "核验.csv", b"\xef\xbb\xbf"),
    ],
)
def test_what_is_written_into_a_file_is_what_it_is(words, name, begins, tmp_path):
    """No shell comes between: PowerShell's > would make a broken workbook of it."""
    records = ("--db", tmp_path / "r.sqlite") if words.startswith("report") else ()
    file = tmp_path / name
    done = typed(words, *records, "--output", file)

    assert done.exit_code == 0, done.stderr
    assert f"已写好：{file}" in done.stderr
    assert done.stdout == ""
    assert file.read_bytes().startswith(begins)


def test_a_file_with_another_ending_is_refused(tmp_path):
    """Nobody gets a table named .doc."""
    done = typed("report.py", "--output", tmp_path / "成绩.doc")

    assert done.exit_code == 2
    assert "结尾要是 .xlsx、.csv、.json" in done.stderr


LISTS = ("--until", "2099-01-01", "--output")
"""What stands before the file with the links of a list."""


@pytest.mark.parametrize("place", ["site", "site/deep", "content/guide", "built"])
@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("records", "backup"), "b.jsonl"),
        (("records", "export", "--output"), "x.jsonl"),
        (("report", "--output"), "r.csv"),
        (("report", "--exceptions", "--output"), "r.xlsx"),
        (("report", "--roles", "--output"), "r.json"),
        (("invite", "people.csv", "front-desk", *LISTS), "i.xlsx"),
        (("grade", "{answers}", "--exceptions"), "e.csv"),
        (("certificate", "issue", "A1", "front-desk", "--output"), "c.html"),
        (("certificate", "issue", "A1", "front-desk", "--pdf", "--output"), "c.pdf"),
        (("reviews", "--output"), "v.csv"),
        (("form_text", "front-desk", "1", "--output"), "f.txt"),
        (("interchange", "export", "phone", "--format", "gift", "--output"), "k.txt"),
        (("interchange", "import", "{answers}", "--output"), "k.yml"),
        (("report", "--db"), "records.sqlite"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_about_people_and_no_key_gets_into_the_site(
    words, name, place, tmp_path, monkeypatch
):
    """A site is served as it lies there: whoever writes into it publishes.

    The script believes to stand in a handbook of its own here.
    """
    script, *more = words
    answers = tmp_path / "answers.json"
    answers.write_text("{}")
    folder = tmp_path / place
    folder.mkdir(parents=True)
    if place == "built":
        (folder / "finder.html").touch()
    rooted = ["--root", tmp_path] if script != "records" else []
    if not rooted:
        verb = by_hand.command(script).commands[more[0]]
        (taken,) = (
            one.type for one in verb.params if isinstance(one.type, PrivateFile)
        )
        monkeypatch.setattr(taken, "_root", tmp_path)

    done = by_hand.run(
        script, *(word.format(answers=answers) for word in more), folder / name, *rooted
    )

    assert done.exit_code == 2
    assert "会公开出去" in done.stderr
    assert [*folder.glob(name)] == []


FOLDERS = {("build", "site_dir"), ("serve", "site_dir"), ("review", "export")}
"""What else scripts write to: the site itself, and figures without people."""


def test_whatever_a_script_writes_into_is_private_unless_said():
    """A new script with a new option is asked too."""
    open_to_all = set()
    for name in COMMANDS:
        stem = name.removesuffix(".py")
        command = by_hand.command(stem)
        for verb in (command, *getattr(command, "commands", {}).values()):
            open_to_all |= {
                (stem, one.name)
                for one in verb.params
                if isinstance(one.type, click.Path)
                and not one.type.exists
                and not isinstance(one.type, PrivateFile)
            } | {
                (stem, one.name)
                for one in verb.params
                if isinstance(one.type, click.File) and "r" not in one.type.mode
            }

    assert open_to_all == FOLDERS


def test_help_is_whole_and_in_columns():
    """No line wider than a terminal, nothing cut off, what is told stands aligned."""
    lines = run("report.py", "--help").stdout.splitlines()
    told = [line for line in lines if line.startswith("  --")]
    columns = {
        cell_len(re.match(r"  \S+( \S+)? {2,}", line)[0])
        for line in told
        if "[" not in line
    }

    assert len(columns) == 1
    assert max(map(cell_len, lines[3:])) <= 80
    assert "…" not in "".join(lines)
    assert "从哪一天起" in "".join(line.strip() for line in lines)
