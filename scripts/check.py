"""Check the whole handbook: every mistake in one run, with its place and its cure."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from handbook.commands import Command, format_option, root_option
from handbook.coverage import NEEDS, coverage
from handbook.freshness import late
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.problems import Problem, in_order, passing, summary
from handbook.problems.formats import FORMATS
from handbook.records.history.times import day
from handbook.review.entries import problems as told_wrongly
from handbook.review.trees import BaseError, tree_at

ROOT = Path(__file__).resolve().parents[1]


def coverage_line(handbook: Handbook) -> str:
    """Return one line on whether every system works."""
    rows = coverage(handbook)
    if not rows:
        return "没有读到制度目录，缺不缺内容没法数。"
    holes = [f"{row.system} {row.title}" for row in rows if row.missing]
    if holes:
        return f"制度目录 {len(rows)} 行，还有缺口：{'、'.join(holes)}（--coverage 看明细）。"
    return f"制度目录 {len(rows)} 行，条款、数值、话术、表单、题目和路径都齐了。"


def coverage_table(handbook: Handbook) -> Table:
    """Return what each system has, holes marked."""
    table = Table("编号", "制度", *NEEDS.values(), "还缺")
    for row in coverage(handbook):
        holes = "、".join(NEEDS[need] for need in row.missing)
        counts = (str(row.counts[need] or "") for need in NEEDS)
        table.add_row(row.system, row.title, *counts, holes, style="red" * bool(holes))
    return table


def against(root: Path, base: str, after: Handbook, today: date) -> tuple[Problem, ...]:
    """Return what a change since another state does not tell, or tells wrongly."""
    try:
        with tree_at(root, base) as folder:
            return told_wrongly(load(folder), after, today)
    except BaseError as failure:
        raise click.UsageError(str(failure)) from None


@click.command(
    cls=Command,
    help="检查整本手册：一次报出全部问题，写明位置、原因和改法。"
    "没有问题时退出码是 0（只剩建议也算），有问题是 1，用法不对是 2。",
)
@root_option(ROOT)
@click.option(
    "--base", help="再和哪个分支、标签或提交比，查变更记录，例如 origin/main。"
)
@format_option(*FORMATS)
@click.option("--coverage", "covered", is_flag=True, help="再列出每个制度还缺什么。")
def main(root: Path, base: str | None, style: str, *, covered: bool) -> None:
    """Print the problems; exit 1 where one is left that is more than advice."""
    handbook = load(root)
    today = day(datetime.now(UTC))
    found = in_order([*handbook.problems, *late(handbook, today)])
    if base:
        found = in_order([*found, *against(root, base, handbook, today)])
    click.echo(FORMATS[style](found))
    if style != "text":
        click.echo(summary(found), err=True)
    if handbook.sound:  # holes cannot be told from what could not be read
        click.echo(coverage_line(handbook), err=style != "text")
    if covered:
        Console().print(coverage_table(handbook))
    sys.exit(0 if passing(found) else 1)


if __name__ == "__main__":
    main()
