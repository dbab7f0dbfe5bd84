"""Look after the records: verify and export them, assign, waive and void."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from handbook.grading.submissions import Person
from handbook.loading import load
from handbook.records.engine import database_url, sqlite_file
from handbook.records.history import Event
from handbook.records.people import fold_number
from handbook.records.plain import visible
from handbook.records.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[1]

db_option = click.option(
    "--db",
    default=str(ROOT / "records.sqlite"),
    help="记录库：文件名或数据库地址。默认是手册文件夹里的 records.sqlite。",
)
reason_option = click.option("--reason", required=True, help="原因。不要写姓名。")
by_option = click.option("--by", required=True, help="经办的培训师的工号。")
person_option = click.option("--person", "number", required=True, help="学员的工号。")
name_option = click.option("--name", default="", help="学员的姓名；第一次登记时要写。")
exam_option = click.option("--exam", required=True, help="考试编号。")


@contextmanager
def opened(db: str, *, make: bool = False) -> Iterator[Store]:
    """Open the records; a mistake in `--db` makes no new file unless asked."""
    try:
        file = sqlite_file(database_url(db))
        if not make and file is not None and not file.exists():
            click.echo(f"没有记录库 {file}。请检查 --db，或先登记一份答卷。", err=True)
            sys.exit(2)
        with Store(db) as store:
            yield store
    except StoreError as failure:
        click.echo(str(failure), err=True)
        sys.exit(2)


@click.group(help="照管考试记录：核对、导出、安排、免考、作废。")
def main() -> None:
    """Group the commands."""


@main.command(help="核对记录有没有被改动、删去、插入或调换。有问题退出码为 1。")
@db_option
@click.option(
    "--expect",
    help="以前核对时记下的末尾标记，例如 12-3f9a1b22c0de；"
    "可以发现有人把整条链重新计算过。",
)
def verify(db: str, expect: str | None) -> None:
    """Verify the chain."""
    with opened(db) as store:
        faults = store.verify()
        number, mark = store.end()
        agrees = expect is None or store.agrees(expect)
    for fault in faults:
        click.echo(visible(str(fault)))
    if not agrees:
        click.echo(
            f"记录与末尾标记 {visible(expect or '')} 对不上：以前的记录被改写过。"
        )
    if faults or not agrees:
        sys.exit(1)
    click.echo(f"共 {number} 条记录，全部完好。")
    if number:
        click.echo(
            f"末尾标记：{number}-{mark[:12]}（请抄在别处，下次用 --expect 核对）"
        )


@main.command(help="导出全部记录，每行一条 JSON；不含姓名。")
@db_option
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="写到哪个文件；默认显示在屏幕上。",
)
def export(db: str, output: TextIO) -> None:
    """Write the events as JSON Lines."""
    with opened(db) as store:
        output.writelines(
            json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
            for line in store.lines()
        )


@main.command(help="安排一个人参加考试；次数用尽以后重新安排，次数从头计算。")
@db_option
@person_option
@name_option
@exam_option
@reason_option
@by_option
def assign(  # noqa: PLR0913 - one per option
    *, db: str, number: str, name: str, exam: str, reason: str, by: str
) -> None:
    """Put an assignment on record."""
    with opened(db, make=True) as store:
        person = _person(store, number, name)
        event = store.assign(
            person, _exam(exam), reason=reason, by=by, now=datetime.now(UTC)
        )
    _told("已安排", person, event)


@main.command(help="准许一个人免考，写明原因。")
@db_option
@person_option
@name_option
@exam_option
@reason_option
@by_option
def waive(  # noqa: PLR0913 - one per option
    *, db: str, number: str, name: str, exam: str, reason: str, by: str
) -> None:
    """Put a waiver on record."""
    with opened(db, make=True) as store:
        person = _person(store, number, name)
        event = store.waive(
            person, _exam(exam), reason=reason, by=by, now=datetime.now(UTC)
        )
    _told("已准许免考", person, event)


@main.command(help="作废一次考试或一次免考，写明原因。记录仍在，只是不再算数。")
@db_option
@click.argument("receipt", metavar="回执")
@reason_option
@by_option
def void(db: str, receipt: str, reason: str, by: str) -> None:
    """Put a voiding on record."""
    with opened(db) as store:
        try:
            event = store.void(receipt, reason=reason, by=by, now=datetime.now(UTC))
        except LookupError:
            raise click.UsageError(
                f"没有回执为 {visible(receipt)} 的考试或免考。"
                "回执在评分时显示，例如 12-3f9a1b22c0de。"
            ) from None
    click.echo(f"已作废 {visible(receipt)}。回执：{event.receipt}")


def _person(store: Store, number: str, name: str) -> Person:
    known = store.person(number)
    if known is None and not name.strip():
        raise click.UsageError(
            f"工号 {visible(number)} 还没有登记过，请用 --name 写上姓名。"
        )
    return known or Person(fold_number(number), name.strip())


def _exam(exam: str) -> str:
    known = load(ROOT).exams
    if exam not in known:
        raise click.UsageError(
            f"没有编号为 {visible(exam)} 的考试。现有：{'、'.join(known)}"
        )
    return exam


def _told(what: str, person: Person, event: Event) -> None:
    click.echo(
        visible(
            f"{what}：{person.number} {person.name}，{event.exam}。"
            f"回执：{event.receipt}"
        )
    )


if __name__ == "__main__":
    main()
