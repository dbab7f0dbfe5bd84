"""Look after the records: verify and export them, assign, waive and void."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from handbook.loading import load
from handbook.records.care import Note, NoteError, decide, take_back, verify_text
from handbook.records.history import Kind
from handbook.records.plain import visible
from handbook.records.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[1]
Command = Callable[..., None]

db_option = click.option(
    "--db",
    default=str(ROOT / "records.sqlite"),
    help="记录库：文件名或数据库地址。默认是手册文件夹里的 records.sqlite。",
)


def signed(command: Command) -> Command:
    """Add the options that say where, why and by whom."""
    command = click.option("--by", required=True, help="经办培训师的工号。")(command)
    why = click.option("--reason", required=True, help="原因。不要写姓名。")
    return db_option(why(command))


def whom(command: Command) -> Command:
    """Add the options that say who and which exam."""
    command = click.option("--exam", required=True, help="考试编号。")(command)
    command = click.option("--name", default="", help="姓名；第一次登记时要写。")(
        command
    )
    return click.option("--person", "number", required=True, help="工号。")(command)


@contextmanager
def told_in_chinese() -> Iterator[None]:
    """Print why something could not be done, and leave."""
    try:
        yield
    except (NoteError, StoreError) as failure:
        click.echo(visible(str(failure)), err=True)
        sys.exit(2)


@click.group(help="照管考试记录：核对、导出、安排、免考、作废。")
def main() -> None:
    """Group the commands."""


@main.command(help="核对记录有没有被改动、删去、插入或调换。有问题时退出码为 1。")
@db_option
@click.option("--expect", help="以前抄下的末尾标记或回执；可发现整条链被重新计算过。")
def verify(db: str, expect: str | None) -> None:
    """Verify the chain."""
    with told_in_chinese(), Store.existing(db) as store:
        sound, lines = verify_text(store, expect)
    click.echo(visible("\n".join(lines)))
    sys.exit(0 if sound else 1)


@main.command(help="导出全部记录，每行一条 JSON；不含姓名。")
@db_option
@click.option(
    "--output", type=click.File("w", "utf-8"), default="-", help="写到哪个文件。"
)
def export(db: str, output: TextIO) -> None:
    """Write the events as JSON Lines."""
    with told_in_chinese(), Store.existing(db) as store:
        output.writelines(
            json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
            for line in store.lines()
        )


@main.command(help="安排一个人参加考试；次数用尽以后重新安排，次数从头计算。")
@whom
@signed
def assign(db: str, reason: str, by: str, **who: str) -> None:
    """Put an assignment on record."""
    with told_in_chinese(), Store(db) as store:
        note, exams = Note(reason, by, datetime.now(UTC)), load(ROOT).exams
        click.echo(visible(decide(store, Kind.ASSIGNED, exams=exams, note=note, **who)))


@main.command(help="准许一个人免考，写明原因。")
@whom
@signed
def waive(db: str, reason: str, by: str, **who: str) -> None:
    """Put a waiver on record."""
    with told_in_chinese(), Store(db) as store:
        note, exams = Note(reason, by, datetime.now(UTC)), load(ROOT).exams
        click.echo(visible(decide(store, Kind.WAIVED, exams=exams, note=note, **who)))


@main.command(help="作废一次考试或一次免考，写明原因。记录仍在，只是不再算数。")
@click.argument("receipt", metavar="回执")
@signed
def void(receipt: str, db: str, reason: str, by: str) -> None:
    """Put a voiding on record."""
    with told_in_chinese(), Store.existing(db) as store:
        note = Note(reason, by, datetime.now(UTC))
        click.echo(visible(take_back(store, receipt, note)))


if __name__ == "__main__":
    main()
