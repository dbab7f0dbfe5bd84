"""Regrade an exam after a key turned out to be wrong: who flips and why.

`--format json` prints one object, shaped as `handbook.records.regrading.told.as_document`
says. Exit codes: 0 done (or nothing to do), 1 refused, 2 wrong use.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from handbook.commands import (
    Command,
    db_option,
    format_option,
    mended_first,
    root_option,
)
from handbook.grading.regrade import Policy
from handbook.harmless import as_json, visible
from handbook.loading import load
from handbook.model.exams import no_such_exam
from handbook.records.care.decisions import Note
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.regrading.plans import Plan, carry_out, plan, refused
from handbook.records.regrading.told import as_document, as_text

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="题目的答案错了，改好题库以后，把以前的答卷重判一次。先用 --dry-run 看谁的"
    "结果会变。不写题目时，重判答案改过的每一道题。记录只增不改。",
)
@click.argument("exam", metavar="考试")
@click.argument("item", metavar="[题目]", required=False)
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    default=Policy.ACCEPT_BOTH.value,
    help="accept-both 新旧答案都算对（默认），new-key 只按新答案，"
    "full-credit 全部给分，drop-item 这道题不算。",
)
@click.option("--dry-run", is_flag=True, help="只看谁的结果会变，不登记。")
@click.option("--lower", is_flag=True, help="允许把通过改成未通过。")
@click.option("--reason", help="原因。不要写姓名。")
@click.option("--by", help="经办培训师的工号。")
@db_option(ROOT)
@format_option("text", "json")
@root_option(ROOT)
def main(  # noqa: PLR0913 - one per option
    *,
    exam: str,
    item: str | None,
    policy: str,
    dry_run: bool,
    lower: bool,
    reason: str | None,
    by: str | None,
    db: str,
    style: str,
    root: Path,
) -> None:
    """Plan, tell, and unless it is a rehearsal, record."""
    if not dry_run and not (reason and by):
        raise click.UsageError("登记重判要写 --reason 和 --by；只看结果用 --dry-run。")
    handbook = load(root)
    if exam not in handbook.exams:
        raise click.UsageError(no_such_exam(exam, handbook.exams))
    mended_first(handbook.blocking, "重判")
    note = Note(reason or "", by or "", datetime.now(UTC))
    try:
        with Store.existing(db) as store:
            planned = plan(handbook, store, exam, item, Policy(policy))
            if not isinstance(planned, Plan):
                click.echo(visible("\n".join(map(str, planned))), err=True)
                sys.exit(1)
            problem = refused(planned, lower=lower)
            recorded = (
                ()
                if problem or dry_run
                else carry_out(store, planned, note, lower=lower)
            )
    except StoreError as failure:
        click.echo(str(failure), err=True)
        sys.exit(1)
    if style == "json":
        document = as_document(handbook, planned, recorded, problem)
        click.echo(as_json(document))
    else:
        click.echo(as_text(handbook, planned))
        click.echo("试运行，没有登记。" if dry_run else f"登记 {len(recorded)} 条。")
    click.echo(visible("\n".join(map(str, problem))), err=True, nl=bool(problem))
    sys.exit(1 if problem else 0)


if __name__ == "__main__":
    main()
