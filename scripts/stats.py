"""Statistics of an exam: which items are too easy, too hard, misleading or wrong.

`--format json` prints one object, shaped as `handbook.records.statistics.told.as_document`
says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from handbook.commands import (
    Command,
    db_option,
    format_option,
    root_option,
    screen,
)
from handbook.harmless import as_json
from handbook.loading import load
from handbook.model.exams import no_such_exam
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.statistics.analysis import exam_statistics
from handbook.records.statistics.told import as_document, as_tables

ROOT = Path(__file__).resolve().parents[1]


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
@db_option(ROOT)
@format_option("table", "json")
@root_option(ROOT)
def main(
    *,
    exam: str,
    attempts: Literal["first", "all"],
    db: str,
    style: str,
    root: Path,
) -> None:
    """Print the statistics."""
    handbook = load(root)
    if exam not in handbook.exams:
        raise click.UsageError(no_such_exam(exam, handbook.exams))
    try:
        with Store.existing(db) as store:
            told = exam_statistics(handbook, store, exam, attempts)
    except StoreError as failure:
        click.echo(str(failure), err=True)
        sys.exit(2)
    if style == "json":
        click.echo(as_json(as_document(told)))
    elif not told.sittings:
        click.echo("这门考试还没有人考过。")
    else:
        screen(140).print(as_tables(told, handbook.bank_titles))


if __name__ == "__main__":
    main()
