"""Standing as rows: what the report prints, and the same for programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from handbook.harmless import visible
from handbook.model.shares import decimal, percent, score_text
from handbook.records.history.people import is_meant
from handbook.records.history.times import stored, written
from handbook.records.sheets import Sheet
from handbook.records.standing.standing import Standing, State

COLUMNS = (
    "工号",
    "姓名",
    "考试",
    "状态",
    "有效期至",
    "补考",
    "可以重考",
    "未通过次数",
    "等级",
    "得分",
    "最近一次",
)
"""Headings of the report, in the order in which a manager asks: who, which exam, may
they work, until when, and what is to be done if not."""

_TITLE = "考试情况"
_SCORE = COLUMNS.index("得分")
_MARKS = ("得分", "满分", "得分率")
SHEET_COLUMNS = (*COLUMNS[:_SCORE], *_MARKS, *COLUMNS[_SCORE + 1 :])
"""Headings of the report as a spreadsheet, which sorts and averages numbers, and would
take `2/22` for a date."""

_COLOURS = {
    State.PASSED: "green",
    State.WAIVED: "green",
    State.EXPIRING: "yellow",
    State.EXPIRED: "red",
    State.OUTDATED: "red",
    State.COOLING: "yellow",
    State.FAILED: "red",
    State.EXHAUSTED: "red",
    State.VOIDED: "red",
    State.ABSENT: "dim",
}


def resit(standing: Standing) -> str:
    """Return what somebody whose rules changed must sit; empty for who need not."""
    if not standing.must_resit:
        return ""
    return f"{standing.delta} 起的改动" if standing.delta else "整门考试"


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
        standing.until.isoformat() if standing.until else "",
        resit(standing),
        written(standing.again_at) if standing.again_at else "",
        tries,
        standing.band,
        "" if score is None else score_text(score, standing.possible),
        written(last) if last else "",
    )


def select(  # noqa: PLR0913 - one per choice
    standings: Iterable[Standing],
    *,
    exam: str | None = None,
    person: str | None = None,
    states: Collection[str] = (),
    absent: bool = False,
    asked: Collection[tuple[str, str]] = (),
) -> list[Standing]:
    """Return the standings of an exam, a person, some states; None is any.

    Nobody has to sit all exams of the house. Who never sat an exam is told of all exams
    with `absent`; of the one that is asked for; and of those that are asked of them,
    where a person or a state is. A person is a staff number, or a name as it is on
    record.

    Args:
        standings: of everyone in every exam.
        exam: its id.
        person: a staff number or a name.
        states: what 状态 says.
        absent: whether to tell of all exams who never sat them.
        asked: staff numbers and ids of exams; see `asked_for`.
    """
    absent = absent or exam is not None
    return [
        one
        for one in standings
        if (exam is None or one.exam == exam)
        and (person is None or is_meant(one.person.number, one.person.name, person))
        and (not states or one.state.value in states)
        and (
            absent
            or one.state is not State.ABSENT
            or (one.person.number, one.exam) in asked
        )
    ]


def as_table(standings: Iterable[Standing]) -> Table:
    """Return the report for a terminal; no text in it is read as markup.

    A column that says nothing of anyone is left out, and none is broken over lines.
    """
    told = list(standings)
    sheet = as_list(told).spare()
    table = Table(header_style="bold")
    for column in sheet.columns:
        table.add_column(column, no_wrap=True)
    for one, cells in zip(told, sheet.rows, strict=True):
        shown = [Text(visible(text)) for text in cells]
        shown[sheet.columns.index("状态")].stylize(_COLOURS[one.state])
        table.add_row(*shown)
    return table


def as_list(standings: Iterable[Standing]) -> Sheet:
    """Return the report to be read: marks in one column, as people say them."""
    return Sheet(_TITLE, COLUMNS, tuple(row(one) for one in standings))


def last_line(standings: Sequence[Standing]) -> str:
    """Return the line under the table."""
    if not standings:
        return "没有符合条件的考试记录。"
    ready = sum(one.state.may_work for one in standings)
    return f"共 {len(standings)} 行，其中通过或免考 {ready} 行。"


def as_sheet(standings: Iterable[Standing]) -> Sheet:
    """Return the report for a spreadsheet, marks as numbers."""
    rows = [
        (*cells[:_SCORE], *_marks(one), *cells[_SCORE + 1 :])
        for one in standings
        for cells in [row(one)]
    ]
    return Sheet(_TITLE, SHEET_COLUMNS, tuple(rows), frozenset(_MARKS))


def _marks(standing: Standing) -> tuple[str, str, str]:
    """Return marks, full marks and their share.

    To two places: to one, 79.96% of a mark of 80% would stand as 80% beside 未通过.
    """
    score, possible = standing.score, standing.possible
    if score is None:
        return "", "", ""
    return decimal(score), str(possible), percent(score / possible, 2)


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
        "changed": list(standing.changed),
        "delta": standing.delta or None,
        "days_left": standing.days_left,
    }
