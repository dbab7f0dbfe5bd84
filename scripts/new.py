"""Begin a page, a phrase, an item, an exam or a form; say what is left to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from handbook import scaffold
from handbook.commands import Group, root_option
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.model.titles import ITEM_TYPES
from handbook.problems import summary

ROOT = Path(__file__).resolve().parents[1]
Verb = Callable[..., None]


def write(root: Path, what: str, *names: str, **said: Any) -> None:  # noqa: ANN401 - one per kind
    """Make it, write it, check the whole handbook and say what is left to do."""
    book: Handbook = load(root)
    before = set(map(str, book.problems))
    try:
        made: scaffold.Made = getattr(scaffold, what)(book, *names, **said)
    except scaffold.ScaffoldError as failure:
        raise click.UsageError(str(failure)) from None
    for name, text in made.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"已写：{name}")
    click.echo("接下来：")
    for number, step in enumerate(made.next, 1):
        click.echo(f"  {number}. {step}")
    added = [one for one in load(root).problems if str(one) not in before]
    unwritten, found = scaffold.still_to_write(added)
    if unwritten:
        click.echo("接下来写，没有写完检查会提醒：")
    for problem in unwritten:
        click.echo(f"  {problem.place} {problem.message}")
    for problem in found:
        click.echo(problem)
    click.echo(f"检查：{summary(found)}")


def asked(name: str, words: str, example: str, **more: Any) -> Callable[[Verb], Verb]:  # noqa: ANN401 - click's own options
    """Return an option that is asked for where it was not given, with an example."""
    told = f"{words}（{example}）"
    return click.option(name, prompt=told, help=f"{told}。", **more)


owner = click.option(
    "--owner", default="trainer", help="负责的岗位编号，默认是 trainer。"
)
clause = asked("--clause", "依据的条款", "例如 workflows/phone.md#hold")


@click.group(
    cls=Group,
    help="新建页面、话术、题目、考试或表单：按样子写好，列出还要写什么。没有写的会问。",
)
def main() -> None:
    """Choose what to begin."""


@main.command(help="新建一页，例如 workflows/visitors.md。文件夹决定是哪一种页面。")
@click.argument("path", metavar="页面")
@asked("--title", "页面标题", "例如 来访人接待")
@asked("--description", "一句话介绍", "例如 来访人从登记到离开的每一步")
@owner
@click.option("--clause", default="", help="话术页要写：第一句话依据的条款。")
@root_option(ROOT)
def page(path: str, root: Path, **said: str) -> None:
    """Begin a page."""
    write(root, "page", path, **said)


@main.command(help="在话术页末尾加一句，例如 scripts/phone.md hold-on。")
@click.argument("path", metavar="话术页")
@click.argument("name", metavar="编号")
@asked("--title", "这句话叫什么", "例如 请客户稍等")
@asked("--words", "怎么说", "例如 【称呼】您好，请您稍等；要临场填的写在【】里")
@clause
@root_option(ROOT)
def phrase(path: str, name: str, root: Path, **said: str) -> None:
    """Begin a phrase."""
    write(root, "phrase", path, name, **said)


@main.command(help="在题库末尾加一道题，例如 phone ring-count。先是草稿，不会被考到。")
@click.argument("topic", metavar="题库")
@click.argument("name", metavar="编号")
@asked(
    "--type",
    "题型",
    "，".join(f"{kind} {ITEM_TYPES[kind]}" for kind in scaffold.TYPES),
    default="single",
    type=click.Choice(scaffold.TYPES),
    show_choices=False,
)
@asked("--stem", "题干", "例如 电话响了，最晚什么时候接起？")
@clause
@root_option(ROOT)
def item(topic: str, name: str, root: Path, **said: str) -> None:
    """Begin an item."""
    write(root, "item", topic, name, kind=said.pop("type"), **said)


@main.command(help="新建一门考试和它的页面，例如 night-desk。")
@click.argument("name", metavar="编号")
@asked("--title", "考试名称", "例如 夜班前台上岗考试")
@asked("--roles", "哪些岗位要考", "岗位编号，用逗号分开，例如 front-desk,guard")
@asked("--topics", "从哪些题库出题", "题库编号，用逗号分开，例如 reception,phone")
@owner
@root_option(ROOT)
def exam(name: str, root: Path, roles: str, topics: str, **said: str) -> None:
    """Begin an exam."""
    split = {
        key: value.replace("，", ",").split(",")
        for key, value in (("roles", roles), ("topics", topics))
    }
    lists = {
        key: [one.strip() for one in values if one.strip()]
        for key, values in split.items()
    }
    write(root, "exam", name, **said, **lists)


@main.command(help="新建一张表单和它的页面，例如 visitor-log。")
@click.argument("name", metavar="编号")
@asked("--title", "表单名称", "例如 钥匙借用登记表")
@clause
@owner
@root_option(ROOT)
def form(name: str, root: Path, **said: str) -> None:
    """Begin a form."""
    write(root, "form", name, **said)


if __name__ == "__main__":
    main()
