"""Certificates of passes: print one, or say whether a code still holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from handbook.certificates.fonts import find_font
from handbook.certificates.page import certificate_page
from handbook.certificates.pdf import certificate_pdf
from handbook.commands import (
    Group,
    PrivateFile,
    db_option,
    leaving,
    root_option,
    unpublished,
)
from handbook.harmless import visible
from handbook.loading import load
from handbook.records.certificates import CertificateError, Claim, Issuer, Verdict
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.invitations.tokens import InvitationError, check_secret
from handbook.records.standing.currency import rules_of

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def issuer(db: str, root: Path) -> Iterator[Issuer]:
    """Open the records for certificates; print why that or anything after fails."""
    secret = os.environ.get("HANDBOOK_SECRET", "")
    handbook = load(root)
    with leaving(CertificateError, InvitationError, StoreError, OSError, told=visible):
        check_secret(secret)
        with Store.existing(db, needed=True) as store:
            yield Issuer(handbook, store, rules_of(handbook), secret)


@click.group(
    cls=Group,
    help="合格证：打印，核对。签名用环境变量 HANDBOOK_SECRET，要和启动手册时的一样。",
)
def main() -> None:
    """Group the commands."""


@main.command("issue", help="给一个人（工号）的一门考试（编号）做合格证：网页或 PDF。")
@click.argument("number", metavar="工号")
@click.argument("exam", metavar="考试")
@click.option("--pdf", is_flag=True, help="做成 PDF；不写就做成可以打印的网页。")
@click.option(
    "--output",
    type=PrivateFile(ROOT),
    help="写到哪个文件。默认是“合格证-工号-考试”。",
)
@click.option(
    "--font",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="PDF 用的中文字体文件；一般自己找得到。",
)
@db_option(ROOT)
@root_option(ROOT)
def issue_one(  # noqa: PLR0913 - one per option
    *,
    number: str,
    exam: str,
    pdf: bool,
    output: Path | None,
    font: Path | None,
    db: str,
    root: Path,
) -> None:
    """Write the certificate of a pass that holds."""
    with issuer(db, root) as desk:
        made = desk.issue(number, exam, datetime.now(UTC))
        company = desk.handbook.company
        content = (
            certificate_pdf(made, company, find_font(font))
            if pdf
            else certificate_page(made, company).encode()
        )
        name = f"合格证-{made.person.number}-{exam}.{'pdf' if pdf else 'html'}"
        path = output or unpublished(Path(name), root)
        path.write_bytes(content)
    click.echo(visible(f"合格证：{path}，验证码 {made.code}，有效期至 {made.until}。"))


@main.command("verify", help="核对一个验证码，只说有效、已失效（原因）或查不到。")
@click.argument("code", metavar="验证码")
@click.option("--name", default="", help="合格证上的姓名；写了就一起核对。")
@click.option("--exam", default="", help="合格证上的考试（编号）；写了就一起核对。")
@db_option(ROOT)
@root_option(ROOT)
def verify_one(code: str, name: str, exam: str, db: str, root: Path) -> None:
    """Say whether a code holds; exit code 0 if it does, 1 if not."""
    with issuer(db, root) as desk:
        verdict = desk.verify(code, datetime.now(UTC), Claim(name, exam))
    click.echo(verdict.value)
    sys.exit(0 if verdict is Verdict.VALID else 1)


if __name__ == "__main__":
    main()
