"""Standing of everyone in every exam, as a table, CSV or JSON.

JSON is a list of objects with the fields of `handbook.records.reports.as_data`.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from handbook.loading import load
from handbook.records.plain import visible
from handbook.records.reports import as_csv, as_data, as_table, last_line, select
from handbook.records.standing import State, standing
from handbook.records.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[1]
WIDE = 160
"""Columns of the table in a file or a pipe, where no screen says how wide."""


@click.command(
    help="列出每个人每门考试的情况：通过、免考、未通过、冷却中、次数用尽、已过期、未参加。"
)
@click.option(
    "--db", help="记录库：文件名或数据库地址。默认是手册文件夹里的 records.sqlite。"
)
@click.option("--exam", help="只看这门考试（编号，例如 front-desk）。")
@click.option("--person", help="只看这个工号。")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="只看这种情况，可以写多次。",
)
@click.option("--all", "absent", is_flag=True, help="没有参加过的考试也列出来。")
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    help="table 给人看，csv 用表格软件打开，json 给程序看。",
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT,
    help="手册所在的文件夹。",
)
def main(  # noqa: PLR0913 - one per option
    *,
    db: str | None,
    exam: str | None,
    person: str | None,
    states: tuple[str, ...],
    style: str,
    absent: bool,
    root: Path,
) -> None:
    """Print the standing."""
    exams = load(root).exams
    try:
        with Store.existing(db or str(root / "records.sqlite")) as store:
            everyone, events = store.people(), store.events(exam)
            found = list(standing(exams, everyone, events, datetime.now(UTC)))
    except StoreError as failure:
        click.echo(str(failure), err=True)
        sys.exit(2)
    if exam and exam not in exams and not any(one.exam == exam for one in found):
        known = "、".join(exams)
        raise click.UsageError(f"没有编号为 {visible(exam)} 的考试。现有：{known}")
    shown = select(found, exam=exam, number=person, states=states, absent=absent)
    if style == "csv":
        sys.stdout.buffer.write(as_csv(shown).encode())
    elif style == "json":
        data = [as_data(one) for one in shown]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        if shown:
            wide = None if sys.stdout.isatty() else WIDE
            Console(width=wide).print(as_table(shown))
        click.echo(last_line(shown))


if __name__ == "__main__":
    main()
