"""Grade answer files and put them on record.

With `--format json` one object is printed, in this stable shape:

    {"format": "handbook-grades/1",
     "dry_run": false,
     "results": [
       {"file": "answers/wang.json",
        "status": "recorded" | "duplicate" | "refused",
        "receipt": "12-3f9a1b22c0de" | null,
        "recorded_at": "2026-11-23T01:26:03+00:00" | null,
        "known_name": "" or the name on record, if the file has another,
        "verdict": the trainer's verdict (see grading.verdict) | null,
        "problems": [{"code", "place", "message", "remedy"}]}],
     "summary": {"files": 2, "recorded": 1, "passed": 1, "duplicate": 0, "refused": 1},
     "error": "" or why the records could not be written}

In a dry run `receipt` is null and `status` says what would happen.

Exit codes: 0 every file is on record (passed or not), 1 some were refused, 2 wrong use.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from handbook.grading.submissions import MAX_BYTES
from handbook.grading.verdict import trainer_text, trainer_verdict
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.problems import blocking
from handbook.records.engine import database_url, sqlite_file
from handbook.records.intake import Outcome, hand_in_all
from handbook.records.plain import visible
from handbook.records.store import Store, StoreError
from handbook.records.times import stored

ROOT = Path(__file__).resolve().parents[1]


def answer_files(paths: tuple[Path, ...]) -> list[Path]:
    """Return the files named, and the answer files in the folders named, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def contents(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content; of what is far too long only as much as shows that."""
    for file in files:
        try:
            with file.open("rb") as stream:
                yield str(file), stream.read(MAX_BYTES + 1)
        except OSError:
            # An unreadable file is refused like an empty one; the next is read.
            yield str(file), b""


def as_data(handbook: Handbook, outcome: Outcome, *, dry_run: bool) -> dict[str, Any]:
    """Return one outcome in the shape that the module's docstring promises."""
    receipt = outcome.receipt
    told = receipt is not None and not (dry_run and not receipt.duplicate)
    return {
        "file": outcome.name,
        "status": status(outcome),
        "receipt": receipt.code if receipt and told else None,
        "recorded_at": stored(receipt.event.at) if receipt and told else None,
        "known_name": receipt.known_name if receipt else "",
        "verdict": trainer_verdict(handbook, receipt.grade) if receipt else None,
        "problems": [
            {
                "code": refusal.code,
                "place": refusal.place,
                "message": refusal.message,
                "remedy": refusal.remedy,
            }
            for refusal in outcome.refusals
        ],
    }


def status(outcome: Outcome) -> str:
    """Return `recorded`, `duplicate` or `refused`."""
    if outcome.receipt is None:
        return "refused"
    return "duplicate" if outcome.receipt.duplicate else "recorded"


def as_text(handbook: Handbook, outcome: Outcome, *, dry_run: bool) -> str:
    """Return one outcome as a trainer reads it."""
    lines = [f"■ {outcome.name}"]
    if receipt := outcome.receipt:
        lines.append(trainer_text(handbook, receipt.grade))
        if receipt.duplicate:
            lines.append(f"这份答卷以前交过，不重复登记。回执：{receipt.code}")
        elif dry_run:
            lines.append("试运行，没有登记。")
        else:
            lines.append(f"已登记。回执：{receipt.code}")
        if receipt.known_name:
            lines.append(
                f"请核对：工号 {receipt.grade.submission.person.number} "
                f"登记的姓名是“{receipt.known_name}”，与这份答卷不同。"
            )
    lines += ["没有登记："] if outcome.refusals else []
    for refusal in outcome.refusals:
        place = refusal.place.removeprefix(Path(outcome.name).name).strip()
        where = f"{place}：" if place else ""
        lines.append(f"  {refusal.code} {where}{refusal.message}")
        lines.append(f"    改法：{refusal.remedy}")
    return visible("\n".join(lines)) + "\n"


def summary(outcomes: list[Outcome]) -> dict[str, int]:
    """Count outcomes by what became of them."""
    counts = Counter(map(status, outcomes))
    return {
        "files": len(outcomes),
        "recorded": counts["recorded"],
        "passed": sum(
            1
            for outcome in outcomes
            if outcome.receipt
            and not outcome.receipt.duplicate
            and outcome.receipt.grade.passed
        ),
        "duplicate": counts["duplicate"],
        "refused": counts["refused"],
    }


@click.command(
    help="评分并登记答卷。可以写一个或多个答卷文件、文件夹；文件夹里的 .json 全部评分。"
    "一份有问题，不影响其他答卷。"
)
@click.argument(
    "paths",
    metavar="答卷...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--db",
    default=str(ROOT / "records.sqlite"),
    help="登记到哪个记录库：文件名或数据库地址。默认是手册文件夹里的 records.sqlite。",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text 给人看，json 给程序看。",
)
@click.option("--dry-run", is_flag=True, help="只看结果，不登记。")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT,
    help="手册所在的文件夹。",
)
def main(
    paths: tuple[Path, ...], db: str, style: str, root: Path, *, dry_run: bool
) -> None:
    """Grade, record and tell; exit as the module's docstring says."""
    files = answer_files(paths)
    if not files:
        raise click.UsageError("这些文件夹里没有答卷（.json 文件）。")
    handbook = load(root)
    if problems := blocking(handbook.problems):
        raise click.UsageError(
            f"手册里有 {len(problems)} 个问题要先改好，再评分。"
            "运行 python scripts/check.py 查看。"
        )
    outcomes: list[Outcome] = []
    error = ""
    try:
        # A dry run leaves no file behind.
        known = sqlite_file(database_url(db))
        absent = dry_run and known is not None and not known.exists()
        with Store("sqlite://" if absent else db) as store:
            graded = hand_in_all(
                handbook,
                store,
                contents(files),
                via="file",
                now=datetime.now(UTC),
                rehearse=dry_run,
            )
            for outcome in graded:
                outcomes.append(outcome)
                if style == "text":
                    click.echo(as_text(handbook, outcome, dry_run=dry_run))
    except StoreError as failure:
        error = str(failure)
    counts = summary(outcomes)
    if style == "json":
        document = {
            "format": "handbook-grades/1",
            "dry_run": dry_run,
            "results": [as_data(handbook, o, dry_run=dry_run) for o in outcomes],
            "summary": counts,
            "error": error,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"共 {counts['files']} 份：{'可登记' if dry_run else '登记'} "
            f"{counts['recorded']}（其中通过 {counts['passed']}），"
            f"重复 {counts['duplicate']}，没有登记 {counts['refused']}。"
        )
    if error:
        click.echo(error, err=True)
    sys.exit(1 if error or counts["refused"] else 0)


if __name__ == "__main__":
    main()
