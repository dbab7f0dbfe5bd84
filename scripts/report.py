"""Standing of everyone in every exam, as a table, CSV, XLSX or JSON.

JSON is a list of objects with the fields of `handbook.records.lists.reports.as_data`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from handbook.commands import (
    Command,
    db_option,
    format_option,
    output_option,
    put,
    root_option,
    screen,
    spare_collector,
)
from handbook.harmless import as_json, visible
from handbook.loading import load
from handbook.model.exams import no_such_exam
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.lists import outlook as lists
from handbook.records.lists import reports
from handbook.records.lists.outlook import outlook
from handbook.records.lists.reports import as_data, as_sheet, as_table
from handbook.records.sheets import csv_text, sheet_data, sheet_table, xlsx_bytes
from handbook.records.standing.standing import State

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="列出每个人每门考试的情况：通过、快到期、免考、条款已改、已过期、未通过、"
    "冷却中、次数用尽、已作废、未参加。",
)
@db_option(ROOT)
@click.option("--exam", help="只看这门考试（编号，例如 front-desk）。")
@click.option("--person", help="只看这个人：工号，或者姓名。")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="只看这种情况，可以写多次。",
)
@click.option("--all", "absent", is_flag=True, help="没有参加过的考试也列出来。")
@click.option(
    "--reminders",
    "view",
    flag_value="reminders",
    help="只列要提醒的人：快到期、条款已改。",
)
@click.option(
    "--roles", "view", flag_value="roles", help="按岗位列出今天谁可以上岗，还差什么。"
)
@click.option(
    "--unconfirmed",
    "view",
    flag_value="unconfirmed",
    help="列出谁还没有确认要确认的改动，从哪一天起。",
)
@click.option(
    "--exceptions",
    "view",
    flag_value="exceptions",
    help="列出要培训师处理的事：次数用尽、已过期、开始了没有交卷、退回的答卷。",
)
@format_option("table", "csv", "xlsx", "json")
@output_option(ROOT, "xlsx", "csv", "json")
@root_option(ROOT)
def main(  # noqa: PLR0913 - one per option
    *,
    db: str,
    exam: str | None,
    person: str | None,
    states: tuple[str, ...],
    style: str,
    output: Path | None,
    absent: bool,
    view: str | None,
    root: Path,
) -> None:
    """Print the standing."""
    handbook = load(root)
    spare_collector()
    try:
        with Store.existing(db) as store:
            seen = outlook(handbook, store, datetime.now(UTC))
    except StoreError as failure:
        click.echo(str(failure), err=True)
        sys.exit(2)
    known = dict.fromkeys([*handbook.exams, *(one.exam for one in seen.standings)])
    if exam and exam not in known:
        raise click.UsageError(no_such_exam(exam, handbook.exams))
    shown = seen.chosen(exam=exam, person=person, states=states, absent=absent)
    sheet = seen.sheet(view, person) if view else as_sheet(shown)
    style = output.suffix[1:] if output else style
    if style == "csv":
        put(csv_text(sheet).encode(), output)
    elif style == "xlsx":
        put(xlsx_bytes(sheet), output)
    elif style == "json":
        data = sheet_data(sheet) if view else [as_data(one) for one in shown]
        put(f"{as_json(data)}\n", output)
    else:
        if sheet.rows:
            screen(160).print(sheet_table(sheet) if view else as_table(shown))
        click.echo(
            visible(lists.last_line(view, sheet, person))
            if view
            else reports.last_line(shown)
        )


if __name__ == "__main__":
    main()
