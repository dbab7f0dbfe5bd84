"""Banks to and from other tools: GIFT, Moodle XML, Aiken, QTI, spreadsheets, Anki."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from handbook.commands import Group, PrivateFile, root_option
from handbook.harmless import visible
from handbook.interchange.exporting import export, grouped
from handbook.interchange.fields import written_bank
from handbook.interchange.files import (
    export_name,
    export_path,
    read_file,
    write_bank,
    write_export,
)
from handbook.interchange.formats import FORMATS, READ, format_of
from handbook.interchange.importing import bring_in
from handbook.interchange.readings import InterchangeError
from handbook.interchange.shown import CONFIDENTIAL
from handbook.interchange.spreadsheets.writing import template
from handbook.loading import load

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def told_in_chinese() -> Iterator[None]:
    """Print why something could not be done, and leave."""
    try:
        yield
    except InterchangeError as failure:
        click.echo(visible(str(failure)), err=True)
        sys.exit(2)


def tell(lines: list[str]) -> None:
    """Print what a trainer must know; other tools' words cannot steer the terminal."""
    for line in lines:
        click.echo(visible(line), err=True)


@click.group(cls=Group, help="题库和别的系统互换：导出、导入、Excel 模板。")
def main() -> None:
    """Group the commands."""


@main.command("export", help="导出一个题库（编号）。文件里有答案，不要放到网站上。")
@click.argument("bank", metavar="题库")
@click.option(
    "--format",
    "name",
    required=True,
    type=click.Choice(list(FORMATS)),
    help="导出成什么格式。",
)
@click.option(
    "--output",
    type=PrivateFile(ROOT, dir_okay=True),
    default=".",
    help="写到哪个文件或文件夹；没有这个文件夹就新建。默认是当前文件夹。",
)
@root_option(ROOT)
def export_bank(bank: str, name: str, output: Path, root: Path) -> None:
    """Write a bank in a format, and say what the format cannot hold."""
    form = FORMATS[name]
    with told_in_chinese():
        done = export(written_bank(load(root), bank), form)
        confidential = done.confidential
        file = export_name(bank, form.suffix, confidential=confidential)
        path = export_path(output, file)
        write_export(path, done.content, confidential=confidential)
    tell([*grouped(done.notices), *filter(None, [form.about])])
    tell([CONFIDENTIAL] * confidential)
    click.echo(f"已导出 {done.items} 道题：{path}")


@main.command("import", help="把别的系统导出的文件变成题库文件，给培训师看过再用。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format", "name", type=click.Choice(READ), help="文件是什么格式；一般认得出来。"
)
@click.option("--topic", default="", help="题库编号；文件里写了可以不写。")
@click.option("--title", default="", help="题库标题；文件里写了可以不写。")
@click.option(
    "--source", multiple=True, help="没有写依据的题，都用这一条款。可以写几次。"
)
@click.option(
    "--output",
    type=PrivateFile(ROOT),
    help="写到哪个文件。默认是 quizzes/banks/题库编号.yml。",
)
@click.option("--replace", is_flag=True, help="那个文件已经有了，也换掉。")
@root_option(ROOT)
def import_bank(  # noqa: PLR0913 - one per option
    *,
    file: Path,
    name: str | None,
    topic: str,
    title: str,
    source: tuple[str, ...],
    output: Path | None,
    replace: bool,
    root: Path,
) -> None:
    """Write a bank from a file, and say what a trainer must look at."""
    with told_in_chinese():
        raw = read_file(file)
        form = FORMATS[name] if name else format_of(file.name, raw)
        done = bring_in(
            raw, form, file=file.name, topic=topic, title=title, source=source
        )
        path = output or root / f"quizzes/banks/{done.topic}.yml"
        write_bank(path, done.text, replace=replace)
    tell(grouped(done.notices))
    tell(grouped(done.lacking(path.name)))
    click.echo(done.summary(str(path)))
    sys.exit(0 if done.sound else 1)


@main.command("template", help="生成一份 Excel 模板，填好以后用 import 导入。")
@click.argument("file", metavar="文件", type=PrivateFile(ROOT))
@root_option(ROOT)
def make_template(file: Path, root: Path) -> None:  # noqa: ARG001 - PrivateFile asks for it
    """Write an empty workbook to fill in."""
    with told_in_chinese():
        write_export(file, template(), confidential=False)
    click.echo(f"已生成模板：{file}。先看“说明”，例题可以删掉。")


if __name__ == "__main__":
    main()
