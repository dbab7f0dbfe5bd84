"""Invite someone to an exam: print the link that only they should get."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from handbook.commands import (
    Command,
    db_option,
    for_owner,
    output_option,
    root_option,
    unpublished,
)
from handbook.grading.submissions import Person
from handbook.harmless import visible
from handbook.loading import load
from handbook.problems.files import reason, unwritten
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.history.times import written
from handbook.records.invitations.guest_lists import (
    Occasion,
    invite_all,
    place,
    read_guests,
    told,
)
from handbook.records.invitations.inviting import notices
from handbook.records.invitations.tokens import (
    InvitationError,
    check_secret,
    invite,
    link,
    read_until,
    sign,
)
from handbook.records.sheets import csv_text, xlsx_bytes
from handbook.tables.reading import is_table

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="邀请一个人（工号）参加一门考试（编号），打印考试链接；邀请一批人，把工号"
    "换成名单（.xlsx 或 .csv，有“工号”“姓名”两栏），链接写成一张表。"
    "签名用环境变量 HANDBOOK_SECRET，要和启动手册时的一样。",
)
@click.argument("number", metavar="工号或名单")
@click.argument("exam", metavar="考试")
@click.option(
    "--until", required=True, help="最晚什么时候开始考，例如 2026-12-01（当天有效）。"
)
@click.option(
    "--delta", is_flag=True, help="只补考改动部分：这个人考过以后改过的条款。"
)
@click.option("--name", default="", help="姓名；还没有登记过的人要写。")
@click.option(
    "--site",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="学员打开手册的地址。",
)
@output_option(
    ROOT,
    "xlsx",
    "csv",
    what="邀请一批人时，链接",
    unsaid="默认是“邀请-考试.xlsx”；已经有的名单不覆盖",
)
@db_option(ROOT, "记录库，用来查姓名")
@root_option(ROOT)
def main(  # noqa: PLR0913 - one per option
    *,
    number: str,
    exam: str,
    until: str,
    delta: bool,
    name: str,
    site: str,
    output: Path | None,
    db: str,
    root: Path,
) -> None:
    """Sign an invitation and print its link, or those of a list."""
    secret = os.environ.get("HANDBOOK_SECRET", "")
    try:
        check_secret(secret)
        if is_table(number):
            occasion = Occasion(exam, read_until(until), delta, site, secret)
            invite_list(root, Path(number), occasion, output, db)
            return
        with Store.existing(db) as store:
            dossier = store.dossier(number, exam)
        person = dossier.person if dossier else Person(number, name)
        now, last, handbook = datetime.now(UTC), read_until(until), load(root)
        invitation = invite(handbook, person, exam, last, now, delta=delta)
        doubts = list(notices(handbook, invitation, dossier, name, now))
    except (InvitationError, StoreError) as failure:
        click.echo(visible(str(failure)), err=True)
        sys.exit(2)
    whom = f"{invitation.person.number} {invitation.person.name}"
    lines = [*doubts, f"{whom}，{exam}，{written(last)} 以前开始。只发给本人："]
    click.echo(visible("\n".join(lines)), err=True)
    click.echo(link(site, exam, sign(invitation, secret)))


def invite_list(
    root: Path, people: Path, occasion: Occasion, output: Path | None, db: str
) -> None:
    """Write the links of everyone on a list into a table that only its owner reads."""
    file, earlier = place(output, occasion.exam)
    unpublished(file, root)
    try:
        guests = read_guests(people.read_bytes(), people.name)
    except OSError as failure:
        message = f"{people} 打不开（{reason(failure)}）。请核对文件名。"
        raise InvitationError(message) from None
    with Store.existing(db) as store:
        made = invite_all(load(root), store, guests, occasion, datetime.now(UTC))
    csv = file.suffix == ".csv"
    try:
        with for_owner(file) as table:
            table.write(csv_text(made).encode() if csv else xlsx_bytes(made))
    except OSError as failure:
        raise InvitationError(unwritten(file, failure)) from None
    click.echo(visible("\n".join(told(made, str(file), earlier))))


if __name__ == "__main__":
    main()
