"""Grade answer files and exports of form tools, and put them on record.

`--format json` prints one object, shaped as `handbook.records.intake.telling.as_document`
says. Exit codes: 0 every file is on record (passed or not), 1 some were refused or the
records or the list of exceptions could not be written, 2 wrong use.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from handbook.commands import (
    Command,
    PrivateFile,
    db_option,
    format_option,
    mended_first,
    root_option,
    spare_collector,
)
from handbook.harmless import as_json, visible
from handbook.loading import load
from handbook.problems.files import unwritten
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.intake.hand_ins import Outcome, contents, hand_in_files
from handbook.records.intake.telling import (
    answer_files,
    as_document,
    as_text,
    last_line,
    unrecorded,
)
from handbook.records.sheets import csv_text
from handbook.tables.tools import read_mapping

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="评分并登记答卷。可以写一个或多个答卷文件、文件夹；文件夹里的 .json 全部评分。"
    "问卷工具导出的 .csv 和 .xlsx 要写出文件名。一份有问题，不影响其他答卷。",
)
@click.argument(
    "paths",
    metavar="答卷...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@db_option(ROOT, "登记到哪个记录库：文件名或数据库地址")
@format_option("text", "json")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="表格的对应文件（YAML）：用的是哪个问卷工具，哪一列是什么。",
)
@click.option(
    "--exceptions",
    type=PrivateFile(ROOT),
    help="把没有登记的答卷写成一张 CSV 表，带行号和改法。",
)
@click.option("--dry-run", is_flag=True, help="只看结果，不登记。")
@root_option(ROOT)
def main(  # noqa: PLR0913 - one per option
    *,
    paths: tuple[Path, ...],
    db: str,
    style: str,
    mapping: Path | None,
    exceptions: Path | None,
    root: Path,
    dry_run: bool,
) -> None:
    """Grade, record and tell."""
    files = answer_files(paths)
    if not files:
        raise click.UsageError("这些文件夹里没有答卷（.json 文件）。")
    tool, mistakes = read_mapping(mapping) if mapping else (None, [])
    if mistakes:
        raise click.UsageError("\n".join(map(str, mistakes)))
    handbook = load(root)
    mended_first(handbook.blocking, "评分")
    spare_collector()
    outcomes: list[Outcome] = []
    error = ""
    try:
        with Store.existing(db) if dry_run else Store(db) as store:
            for outcome in hand_in_files(
                handbook,
                store,
                contents(files),
                tool=tool,
                now=datetime.now(UTC),
                rehearse=dry_run,
            ):
                outcomes.append(outcome)
                if style == "text":
                    click.echo(as_text(handbook, outcome))
    except StoreError as failure:
        error = str(failure)
        click.echo(error, err=True)
    if exceptions:
        try:
            exceptions.write_bytes(csv_text(unrecorded(outcomes)).encode())
        except OSError as failure:
            told = unwritten(exceptions, failure)
            click.echo(visible(told), err=True)
            error = f"{error}\n{told}".strip()
    if style == "json":
        document = as_document(handbook, outcomes, rehearsed=dry_run, error=error)
        click.echo(as_json(document))
    else:
        click.echo(last_line(outcomes, rehearsed=dry_run))
    refused = any(outcome.receipt is None for outcome in outcomes)
    sys.exit(1 if error or refused else 0)


if __name__ == "__main__":
    main()
