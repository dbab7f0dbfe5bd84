"""Standing as rows: what the report prints, and the same for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from handbook.records.plain import cell, score_text
from handbook.records.standing import Standing
from handbook.records.times import stored, written

COLUMNS = (
    "编号",
    "姓名",
    "考试",
    "状态",
    "等级",
    "得分",
    "有效至",
    "可再考",
    "未通过次数",
    "最近一次",
)
"""Headings of the report, in order."""

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it a spreadsheet program reads Chinese in UTF-8 as gibberish."""


def row(standing: Standing) -> tuple[str, ...]:
    """Return what the report says of a standing, column by column."""
    score, last = standing.score, standing.last
    tries = str(standing.attempts) if standing.attempts else ""
    if tries and standing.allowed:
        tries = f"{tries}（最多 {standing.allowed}）"
    return (
        standing.person.number,
        standing.person.name,
        standing.title,
        standing.state.value,
        standing.band,
        "" if score is None else score_text(score, standing.possible),
        standing.until.isoformat() if standing.until else "",
        written(standing.again_at) if standing.again_at else "",
        tries,
        written(last) if last else "",
    )


def as_csv(standings: Iterable[Standing]) -> str:
    """Return the report as CSV with a byte-order mark; no cell is a formula."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for standing in standings:
        writer.writerow([cell(text) for text in row(standing)])
    return out.getvalue()


def as_data(standing: Standing) -> dict[str, Any]:
    """Return a standing for programs; times are ISO 8601 in UTC."""
    return {
        "number": standing.person.number,
        "name": standing.person.name,
        "exam": standing.exam,
        "title": standing.title,
        "state": standing.state.value,
        "may_work": standing.state.may_work,
        "band": standing.band,
        "score": (
            None
            if standing.score is None
            else score_text(standing.score, standing.possible)
        ),
        "until": standing.until.isoformat() if standing.until else None,
        "again_at": stored(standing.again_at) if standing.again_at else None,
        "attempts": standing.attempts,
        "allowed": standing.allowed,
        "last": stored(standing.last) if standing.last else None,
    }
