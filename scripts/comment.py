"""Post the review of a change as a comment, or update the one that is there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from handbook.commands import Command
from handbook.review.posting import HOSTS, PostError, post, target


@click.command(
    cls=Command,
    help="把审阅结果发成合并请求的一条评论；已经发过的，改原来那一条。"
    "项目、编号和口令从代码托管平台的环境变量里取，一般由流水线运行。",
)
@click.argument("host", type=click.Choice(list(HOSTS)))
@click.argument("review", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", default="", help="合并请求的编号；不写就从环境变量里取。")
@click.option(
    "--number-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="编号写在这个文件里。",
)
@click.option("--commit", default="", help="合并请求要还停在这个提交上，否则不发。")
def main(
    host: str, review: Path, number: str, number_file: Path | None, commit: str
) -> None:
    """Post it; exit 1 where the host refuses."""
    text = review.read_text(encoding="utf-8", errors="replace")
    if number_file:
        number = number_file.read_text(encoding="utf-8", errors="replace").strip()
    try:
        there = post(target(host, os.environ, number), text, commit)
    except PostError as failure:
        click.echo(str(failure), err=True)
        sys.exit(1)
    click.echo("评论已更新。" if there else "评论已发出。")


if __name__ == "__main__":
    main()
