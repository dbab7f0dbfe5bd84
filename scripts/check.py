"""Check the whole handbook: every mistake in one run, with its place and its cure."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from handbook.commands import Command
from handbook.coverage import NEEDS, coverage
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.problems import Problem, summary

ROOT = Path(__file__).resolve().parents[1]


def as_annotation(problem: Problem) -> str:
    """Return a problem as a line that code-hosting CI shows beside the change."""
    place = problem.place
    return (
        f"::error file={place.path},line={place.line},col={place.column},"
        f"title={problem.code}::{problem.message}（改法：{problem.remedy}）"
    )


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


@click.command(
    cls=Command, help="检查整本手册：一次报出全部问题，写明位置、原因和改法。"
)
@click.option(
    "--root", type=click.Path(path_type=Path), default=ROOT, help="手册所在的文件夹。"
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "annotations"]),
    default="text",
    help="text 给人看，json 给程序看，annotations 给代码托管平台看。",
)
@click.option("--coverage", "covered", is_flag=True, help="再列出每个制度还缺什么。")
def main(root: Path, style: str, *, covered: bool) -> None:
    """Print the problems; exit 1 where one stops a build."""
    handbook = load(root)
    if style == "json":
        found = [asdict(p) | {"level": p.level.value} for p in handbook.problems]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for problem in handbook.problems:
            click.echo(as_annotation(problem) if style == "annotations" else problem)
        click.echo(summary(handbook.problems), err=style != "text")
        if handbook.sound:  # holes cannot be told from what could not be read
            click.echo(coverage_line(handbook), err=style != "text")
    if covered:
        Console().print(coverage_table(handbook))
    sys.exit(0 if handbook.sound else 1)


if __name__ == "__main__":
    main()
