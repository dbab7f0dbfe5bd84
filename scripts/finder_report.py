"""Merges what agents exported from the finder into one report.

JSON is `handbook.finder.usage.Report` as an object.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from handbook.commands import Command, format_option, root_option, screen
from handbook.finder.usage import Report, UsageFileError, files_of, merge, read
from handbook.harmless import as_json
from handbook.loading import load

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 30


@click.command(
    cls=Command,
    help="合并坐席从查找框导出的文件（可以是文件夹），列出没找到的词、最常用的话术，"
    "和可以补的关键词。文件里没有姓名，报告也不分人。同一个人只交最新的一份。",
)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@format_option("table", "json")
@root_option(ROOT)
def main(*, paths: tuple[Path, ...], style: str, root: Path) -> None:
    """Read all files, tell which are none, and print what the others say."""
    exports = []
    refused = False
    for path in files_of(paths):
        try:
            exports.append(read(path))
        except UsageFileError as failure:
            click.echo(str(failure), err=True)
            refused = True
    report = merge(exports, load(root))
    if style == "json":
        click.echo(as_json(report.as_data()))
    else:
        _print(report)
    sys.exit(2 if refused else 0)


def _print(report: Report) -> None:
    console = screen(120)
    _table(
        console,
        "没找到的词",
        ("词", "次数", "现在"),
        [
            (word.text, str(word.count), "已能找到" if word.known else "还找不到")
            for word in report.words[:SHOWN]
        ],
    )
    _table(
        console,
        "可以补的关键词",
        ("词", "补到哪一句", "地址", "为什么"),
        [(s.word, s.title, s.address, s.reason) for s in report.suggestions[:SHOWN]],
    )
    if report.unanswered:
        console.print(f"没有相近的话术，可能要新写：{'、'.join(report.unanswered)}")
    _table(
        console,
        "最常复制的话术",
        ("话术", "次数", "地址"),
        [(one.title, str(one.count), one.address) for one in report.used[:SHOWN]],
    )
    dropped = f"；像客户信息的 {report.dropped} 条没有读" if report.dropped else ""
    console.print(f"合并了 {report.files} 个文件{dropped}。")


def _table(
    console: Console, title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    if not rows:
        console.print(f"{title}：没有。")
        return
    table = Table(title=title, title_justify="left")
    for head in heads:
        table.add_column(head, justify="right" if head == "次数" else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    main()
