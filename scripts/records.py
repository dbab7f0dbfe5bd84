"""Look after the records: verify, export, back up, restore; decide about people."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TextIO

import click

from handbook.commands import Group, PrivateFile, db_option, leaving, text_for_owner
from handbook.harmless import visible
from handbook.loading import load
from handbook.papers.confirmations import sittable
from handbook.records.care.decisions import (
    Note,
    NoteError,
    decide,
    forget,
    take_back,
    verify_text,
)
from handbook.records.care.retention import expire as expire_names
from handbook.records.database.archive import (
    ArchiveError,
    back_up,
    dump,
    dumped,
    take_over,
    taken_over,
)
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.history.events import Kind

ROOT = Path(__file__).resolve().parents[1]
Command = Callable[..., None]


by_option = click.option("--by", required=True, help="经办培训师的工号。")
why_option = click.option("--reason", required=True, help="原因。不要写姓名。")
who_option = click.option("--person", "number", required=True, help="工号。")


def signed(command: Command) -> Command:
    """Add the options that say where, why and by whom."""
    return db_option(ROOT)(why_option(by_option(command)))


def whom(command: Command) -> Command:
    """Add the options that say who and which exam."""
    return who_option(
        click.option("--name", default="", help="姓名；第一次登记时要写。")(
            click.option("--exam", required=True, help="考试编号。")(command)
        )
    )


told_in_chinese = partial(
    leaving, NoteError, ArchiveError, StoreError, OSError, told=visible
)


@click.group(
    cls=Group,
    help="照管考试记录：核对、导出、备份、恢复、安排、免考、转岗离职、作废、删除姓名。",
)
def main() -> None:
    """Group the commands."""


@main.command(help="核对记录有没有被改动、删去、插入或调换。有问题时退出码为 1。")
@db_option(ROOT)
@click.option("--expect", help="以前抄下的末尾标记或回执；可发现整条链被重新计算过。")
@click.option("--rebuild", is_flag=True, help="摘要与记录不符时，按记录重算摘要。")
def verify(db: str, expect: str | None, *, rebuild: bool) -> None:
    """Verify the chain."""
    with told_in_chinese(), Store.existing(db, needed=True) as store:
        sound, lines = verify_text(store, expect, rebuild=rebuild)
    click.echo(visible("\n".join(lines)))
    sys.exit(0 if sound else 1)


@main.command(help="导出全部记录，每行一条 JSON；不含姓名，但等于答案，按机密保管。")
@db_option(ROOT)
@click.option(
    "--output",
    type=PrivateFile(ROOT, allow_dash=True),
    default="-",
    help="写到哪个文件。不写就打印出来。",
)
def export(db: str, output: Path) -> None:
    """Write the events as JSON Lines; how many is no part of what may be piped."""
    with told_in_chinese(), Store.existing(db, needed=True) as store:
        with text_for_owner(output) as file:
            count = dump(store, file)
        click.echo(visible(dumped(count, str(output))), err=True)


@main.command(help="备份全部记录，连同姓名。文件只有本人能读，请放到另一台机器上。")
@click.argument("file", metavar="文件", type=PrivateFile(ROOT))
@db_option(ROOT)
def backup(file: Path, db: str) -> None:
    """Write everything into a file."""
    with told_in_chinese(), Store.existing(db, needed=True) as store:
        click.echo(f"已备份 {back_up(store, file, datetime.now(UTC))} 条记录：{file}")


@main.command(help="从备份或导出的文件恢复。只能恢复到空的记录库，或往后补同一份记录。")
@click.argument("file", metavar="文件", type=click.File("r", "utf-8"))
@db_option(ROOT)
def restore(file: TextIO, db: str) -> None:
    """Take over the events and people of a file."""
    with told_in_chinese(), Store(db) as store:
        click.echo(taken_over(take_over(store, file)))


main.add_command(restore, "import")


@main.command(help="删除一个人的姓名和工号，成绩只留作统计。不能撤销。")
@who_option
@signed
def erase(number: str, db: str, reason: str, by: str) -> None:
    """Forget a person and keep the statistics."""
    with told_in_chinese(), Store.existing(db, needed=True) as store:
        click.echo(visible(forget(store, number, Note(reason, by, datetime.now(UTC)))))


@main.command(
    help="列出姓名保存满期的人（从最后一次登记、最后一张合格证到期算起）；加上 --apply 和工号，删除他们的姓名和工号。"
)
@click.option("--apply", "by", default="", help="您的工号；写上才真的删除。")
@db_option(ROOT)
def expire(by: str, db: str) -> None:
    """Erase every name whose time is up, or list them."""
    with told_in_chinese(), Store.existing(db, needed=True) as store:
        lines = expire_names(load(ROOT), store, by, datetime.now(UTC))
    click.echo(visible("\n".join(lines)))


def deciding(name: str, kind: Kind, text: str) -> None:
    """Add a command that puts a trainer's decision about one person on record."""

    @main.command(name, help=text)
    @whom
    @signed
    def decision(db: str, reason: str, by: str, **who: str) -> None:
        with told_in_chinese(), Store(db) as store:
            note, exams = Note(reason, by, datetime.now(UTC)), sittable(load(ROOT))
            click.echo(visible(decide(store, kind, exams=exams, note=note, **who)))


deciding(
    "assign",
    Kind.ASSIGNED,
    "安排一个人参加考试，新来的人从此算这个岗位的；次数用尽以后重新安排，次数从头计算。",
)
deciding("waive", Kind.WAIVED, "准许一个人免考，写明原因。")
deciding(
    "release",
    Kind.RELEASED,
    "一个人不再需要这门考试：转岗或离职，从此不算这个岗位的人。成绩仍在。",
)


@main.command(
    help="作废一次考试或一次免考，或者写明一次退回已经处理。记录仍在，只是不再算数。"
)
@click.argument("receipt", metavar="回执")
@signed
def void(receipt: str, db: str, reason: str, by: str) -> None:
    """Put a voiding on record."""
    with told_in_chinese(), Store.existing(db, needed=True) as store:
        click.echo(
            visible(take_back(store, receipt, Note(reason, by, datetime.now(UTC))))
        )


if __name__ == "__main__":
    main()
