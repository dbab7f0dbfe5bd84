"""Statistics of an exam: which items are too easy, too hard, misleading or wrong.

`--format json` prints one object, shaped as `handbook.records.statistics.as_document`
says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from handbook.commands import Command, root_option
from handbook.loading import load
from handbook.records.plain import visible
from handbook.records.statistics import exam_statistics
from handbook.records.statistics_told import as_document, as_tables
from handbook.records.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[1]
WIDE = 140
"""Columns of the tables in a file or a pipe, where no screen says how wide."""


@click.command(
    cls=Command,
    help="一门考试的统计：得分率、区分度、每个选项有多少人选、成绩分布。"
    "有问题的题写明文件和行号。",
)
@click.argument("exam", metavar="考试")
@click.option(
    "--attempts",
    type=click.Choice(["first", "all"]),
    default="first",
    help="first 只算每人第一次考试（默认），all 每一次都算。",
)
@click.option(
    "--db", help="记录库：文件名或数据库地址。默认是手册文件夹里的 records.sqlite。"
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    help="table 给人看，json 给程序看。",
)
@root_option(ROOT)
def main(
    *,
    exam: str,
    attempts: Literal["first", "all"],
    db: str | None,
    style: str,
    root: Path,
) -> None:
    """Print the statistics."""
    handbook = load(root)
    if exam not in handbook.exams:
        known = "、".join(handbook.exams)
        raise click.UsageError(f"没有编号为 {visible(exam)} 的考试。现有：{known}")
    try:
        with Store.existing(db or str(root / "records.sqlite")) as store:
            told = exam_statistics(handbook, store, exam, attempts)
    except StoreError as failure:
        click.echo(str(failure), err=True)
        sys.exit(2)
    if style == "json":
        click.echo(json.dumps(as_document(told), ensure_ascii=False, indent=2))
    elif not told.sittings:
        click.echo("这门考试还没有人考过。")
    else:
        wide = None if sys.stdout.isatty() else WIDE
        Console(width=wide).print(as_tables(told))


if __name__ == "__main__":
    main()
