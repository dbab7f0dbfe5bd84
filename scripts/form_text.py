"""Print an exam paper as text to paste into a form tool: with tags, without keys."""

from __future__ import annotations

from pathlib import Path

import click

from handbook.commands import (
    Command,
    mended_first,
    output_option,
    put,
    root_option,
)
from handbook.loading import load
from handbook.model.exams import no_such_exam
from handbook.papers import draw
from handbook.papers.confirmations import confirmations, exam_of
from handbook.papers.deltas import deltas
from handbook.tables.questions import form_text
from handbook.tables.tools import TOOLS, ToolName

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="印出一份试卷的文字，粘贴到问卷工具里。题目带标记，不带答案；标记不要改。",
)
@click.argument("exam", metavar="考试")
@click.argument("form", metavar="卷号", type=int, default=1)
@click.option(
    "--delta",
    default="",
    metavar="日期",
    help="只印补考改动部分的试卷：从哪一天起的改动，例如 2026-11-20。",
)
@click.option(
    "--tool",
    type=click.Choice(list(TOOLS)),
    default="问卷星",
    help="给哪个问卷工具用。",
)
@output_option(ROOT, "txt")
@root_option(ROOT)
def main(  # noqa: PLR0913 - one per option
    *,
    exam: str,
    form: int,
    delta: str,
    tool: ToolName,
    output: Path | None,
    root: Path,
) -> None:
    """Print one form of one exam."""
    handbook = load(root)
    sat = exam_of(handbook, exam)
    if sat is None:
        known = [*handbook.exams, *confirmations(handbook)]
        raise click.UsageError(no_such_exam(exam, known))
    if not 1 <= form <= sat.forms:
        raise click.UsageError(f"这门考试只有第 1 到第 {sat.forms} 份试卷。")
    there = [one.name for one in deltas(handbook, sat)]
    if delta and delta not in there:
        days = "、".join(there) or "没有，考到的条款没有实质改动"
        raise click.UsageError(f"这门考试没有 {delta} 起的补考试卷。现有：{days}。")
    mended_first(handbook.blocking, "印试卷")
    put(form_text(draw(handbook, exam, form, delta), TOOLS[tool]), output)


if __name__ == "__main__":
    main()
