"""Tell what a change touches: rules, words, items, exams and people, as one comment."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from handbook.commands import (
    Command,
    db_option,
    format_option,
    root_option,
    screen,
)
from handbook.harmless import as_json
from handbook.loading import load
from handbook.problems import blocking
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.history.times import day
from handbook.review.comment import comment
from handbook.review.entries import problems
from handbook.review.impact import impact
from handbook.review.markup import Markdown
from handbook.review.passes import (
    Summary,
    SummaryError,
    count_outdated,
    read_summary,
    summarise,
)
from handbook.review.terminal import Terminal
from handbook.review.trees import BaseError, tree_at

ROOT = Path(__file__).resolve().parents[1]


def passes(root: Path, db: str | None, file: Path | None) -> Summary | None:
    """Return the passes that hold, from records or from a summary of them."""
    if file:
        return read_summary(file.read_text(encoding="utf-8", errors="replace"))
    if not db:
        return None
    with Store.existing(db) as store:
        return summarise(
            load(root).exams, store.people(), store.outlines(), datetime.now(UTC)
        )


def web_address(_ctx: object, _option: object, value: str) -> str:
    """Take nothing but the address of a web site."""
    if value and not value.startswith(("https://", "http://")):
        raise click.BadParameter("预览网站的地址要以 https:// 或 http:// 开头。")
    return value


@click.command(
    cls=Command,
    help="比较一次改动前后的手册：哪些条款、话术、题目、考试和多少人受影响。",
)
@click.option("--base", help="和哪个分支、标签或提交比，例如 origin/main。")
@click.option("--site", default="", callback=web_address, help="预览网站的地址。")
@db_option(ROOT, "记录库：文件名或数据库地址，用来数有多少人要补考或重读", needed=False)
@click.option(
    "--summary",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="代替记录库的成绩汇总，由 --export-summary 导出。",
)
@click.option(
    "--export-summary",
    "export",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把记录库的成绩汇总写到这个文件：只有数目，没有姓名和工号。",
)
@format_option("text", "markdown", "json", piped="markdown")
@root_option(ROOT)
def main(  # noqa: PLR0913 - one per option
    *,
    base: str | None,
    site: str,
    db: str | None,
    file: Path | None,
    export: Path | None,
    style: str,
    root: Path,
) -> None:
    """Print the impact; exit 1 where something must be mended first."""
    if not base and not export:
        raise click.UsageError("缺少选项 --base：写要比较的分支，例如 origin/main。")
    said = click.get_current_context().get_parameter_source("db")
    if file and said is ParameterSource.COMMANDLINE:
        raise click.UsageError("--db 和 --summary 只写一个。")
    if export and (file or not db):
        raise click.UsageError("导出汇总要有记录库：写 --db，不写 --summary。")
    try:
        held = passes(root, db, file)
        if export and held:
            export.write_text(held.model_dump_json(indent=1) + "\n", "utf-8")
        if not base:
            return
        with tree_at(root, base) as folder:
            before, after = load(folder), load(root)
            today = day(datetime.now(UTC))
            change, found = impact(before, after), problems(before, after, today)
    except (BaseError, StoreError, SummaryError) as failure:
        raise click.UsageError(str(failure)) from None
    people = None
    if held is not None:
        people = count_outdated(held, before, after, change.untold, today)
    if style == "json":
        told = [asdict(one) | {"level": one.level} for one in found]
        counts = {name: asdict(one) for name, one in (people or {}).items()}
        data = asdict(change) | {"problems": told, "people": counts if held else None}
        click.echo(as_json(data))
    else:
        setting = Markdown(site) if style == "markdown" else Terminal(screen(100).width)
        click.echo(comment(change, found, setting, people=people), nl=False)
    if not after.sound:
        click.echo(
            "手册还有阻断的问题，上面可能不全；先运行 scripts/check.py。", err=True
        )
    sys.exit(0 if after.sound and not blocking(found) else 1)


if __name__ == "__main__":
    main()
