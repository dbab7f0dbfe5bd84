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
from rich.table import Table
from rich.text import Text

from handbook.loading import load
from handbook.records.engine import database_url, sqlite_file
from handbook.records.people import fold_number
from handbook.records.plain import visible
from handbook.records.reports import COLUMNS, as_csv, as_data, row
from handbook.records.standing import Standing, State, standing
from handbook.records.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[1]

COLOURS = {
    State.PASSED: "green",
    State.WAIVED: "green",
    State.EXPIRED: "yellow",
    State.COOLING: "yellow",
    State.FAILED: "red",
    State.EXHAUSTED: "red",
    State.ABSENT: "dim",
}


def table(standings: list[Standing]) -> Table:
    """Return the report for a terminal; no text in it is read as markup."""
    made = Table(*COLUMNS, header_style="bold")
    for one in standings:
        cells = [Text(visible(text)) for text in row(one)]
        cells[COLUMNS.index("状态")].stylize(COLOURS[one.state])
        made.add_row(*cells)
    return made


@click.command(
    help="列出每个人每门考试的情况：通过、未通过、冷却中、次数用尽、已过期……"
)
@click.option(
    "--db",
    default=str(ROOT / "records.sqlite"),
    help="记录库：文件名或数据库地址。默认是手册文件夹里的 records.sqlite。",
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
    db: str,
    exam: str | None,
    person: str | None,
    states: tuple[str, ...],
    style: str,
    root: Path,
) -> None:
    """Print the standing."""
    handbook = load(root)
    try:
        file = sqlite_file(database_url(db))
        absent = file is not None and not file.exists()
        with Store("sqlite://" if absent else db) as store:
            found = list(
                standing(
                    handbook.exams,
                    store.people(),
                    store.events(exam),
                    datetime.now(UTC),
                )
            )
    except StoreError as failure:
        click.echo(str(failure), err=True)
        sys.exit(2)
    shown = [
        one
        for one in found
        if (exam is None or one.exam == exam)
        and (person is None or one.person.number == fold_number(person))
        and (not states or one.state.value in states)
    ]
    if exam is not None and exam not in handbook.exams and not shown:
        known = "、".join(handbook.exams) or "（手册里还没有考试）"
        raise click.UsageError(f"没有编号为 {visible(exam)} 的考试。现有：{known}")
    if style == "csv":
        sys.stdout.buffer.write(as_csv(shown).encode())
    elif style == "json":
        data = [as_data(one) for one in shown]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif shown:
        Console().print(table(shown))
        click.echo(f"共 {len(shown)} 行，可以上岗的 {_may_work(shown)} 行。")
    else:
        click.echo("还没有符合条件的考试记录。")


def _may_work(standings: list[Standing]) -> int:
    return sum(one.state.may_work for one in standings)


if __name__ == "__main__":
    main()
