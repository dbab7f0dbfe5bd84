"""Which pages to check next: what ran out first, the most used and riskiest on top.

JSON is a list of objects with the fields of `handbook.upkeep.as_data`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from handbook.commands import (
    Command,
    format_option,
    output_option,
    put,
    root_option,
    screen,
)
from handbook.finder.usage import UsageFileError, files_of, merge, read
from handbook.harmless import as_json
from handbook.loading import load
from handbook.records.history.times import day
from handbook.records.sheets import csv_text, sheet_table
from handbook.upkeep import as_data, as_sheet, as_table, by_owner, queue

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="列出要核验的页面：从未核验和已过期的在前，其次是将到期的；"
    "同一类里，用得多、风险大的在前。轻重是两个数相乘：1 加复制次数，1 加必须答对的题、"
    "对客户的承诺和法律依据的条数。",
)
@click.argument("usage", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--owner", default="", help="只看这个岗位负责的页面（岗位编号）。")
@click.option("--all", "everything", is_flag=True, help="还有效的页面也列出来。")
@click.option(
    "--on",
    "moment",
    type=click.DateTime(["%Y-%m-%d"]),
    help="按这一天算，例如 2027-05-01。默认是今天。",
)
@format_option("table", "owners", "csv", "json")
@output_option(ROOT, "csv", "json")
@root_option(ROOT)
def main(  # noqa: PLR0913 - one per option
    *,
    usage: tuple[Path, ...],
    owner: str,
    everything: bool,
    moment: datetime | None,
    style: str,
    output: Path | None,
    root: Path,
) -> None:
    """Print the queue. USAGE are files that agents exported from the finder."""
    handbook = load(root)
    if owner and owner not in handbook.roles:
        known = "、".join(handbook.roles)
        raise click.UsageError(f"没有“{owner}”这个岗位。现有：{known}")
    try:
        used = merge(map(read, files_of(usage)), handbook).used
    except UsageFileError as failure:
        raise click.UsageError(str(failure)) from None
    today: date = moment.date() if moment else day(datetime.now(UTC))
    found = queue(handbook, today, used, owner=owner, everything=everything)
    style = output.suffix[1:] if output else style
    if style == "json":
        put(f"{as_json([as_data(one) for one in found])}\n", output)
        return
    if style == "csv":
        put(csv_text(as_sheet(handbook, found)).encode(), output)
        return
    console = screen(160)
    parts = by_owner(handbook, found) if style == "owners" else {"": found}
    for title, mine in parts.items():
        if title:
            console.print(f"{title}（{len(mine)} 页）")
        if mine:
            console.print(sheet_table(as_table(handbook, mine)))
    click.echo(
        f"到 {today}，要核验的页面：{len(found)} 页。"
        if found
        else f"到 {today}，没有要核验的页面。"
    )


if __name__ == "__main__":
    main()
