"""A row of a matched table: its cells written as an answer file, and that read."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath

from openpyxl.utils import get_column_letter

from handbook.grading.answer_files import FORMAT, checksum, read_answers
from handbook.grading.submissions import (
    MAX_REFUSALS,
    Refusal,
    Submission,
    clean,
    fold_number,
)
from handbook.tables.cells import Cell, Row
from handbook.tables.choices import Choices, UnclearError
from handbook.tables.headings import Table
from handbook.tables.questions import Question
from handbook.tables.times import TimeError, read_span, read_time

_SITTINGS = uuid.UUID("6f0c1d3e-58c2-4b53-9a3c-2a7f5a7f8e11")
"""Namespace of sittings that have no page to name them; never changed."""
_MEND = "请找学员核对，在表格里改正这一行，再评分一次；已登记的行不会重复登记。"


def read_row(table: Table, row: Row, name: str) -> Submission | tuple[Refusal, ...]:
    """Return the hand-in of a row, or everything that is wrong with it."""
    label = f"{clean(PurePath(name).name, 50)} 第 {row.number} 行"
    read = _read(table, row, label)
    if row.written is None or row.written >= table.width:
        return read
    # What is missing must not count as left out.
    whose = [read] if isinstance(read, Submission) else read
    cut = Refusal(
        "A628",
        label,
        f"这一行只有 {row.written} 格，第一行有 {table.width} 格，后面的答案没有了",
        "请在问卷工具里重新导出，再评分一次；已登记的行不会重复登记。"
        "用表格软件打开改过的，请另存为 .xlsx。",
        person=next((one.person for one in whose if one.person), None),
        exam=table.paper.exam,
    )
    return (cut,)


def _read(table: Table, row: Row, label: str) -> Submission | tuple[Refusal, ...]:
    reading = _Reading(table, row, label)
    document = reading.document()
    raw = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    read = read_answers(raw, name=label, via="csv")
    if isinstance(read, Submission):
        faults = tuple(
            replace(one, person=read.person, exam=read.exam)
            for one in reading.faults[:MAX_REFUSALS]
        )
        return faults or read
    # Where a cell could not be read, the rest of the file is not as it should be
    # either; only what is said of the person is news.
    also = [
        replace(refusal, place=reading.cell_of(refusal.place), remedy=_MEND)
        for refusal in read
        if not reading.faults or " /person" in refusal.place
    ]
    person = next((one.person for one in read if one.person), None)
    return tuple(
        replace(one, person=person, exam=table.paper.exam)
        for one in [*also, *reading.faults][:MAX_REFUSALS]
    )


@dataclass(slots=True)
class _Reading:
    """One row on its way to an answer file; notes all that is wrong with it."""

    table: Table
    row: Row
    label: str
    faults: list[Refusal] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        """Return the row as an answer file, without what could not be read."""
        columns, paper = self.table.columns, self.table.paper
        number = self.text(columns.number)
        submitted = self.moment(columns.submitted)
        begun = submitted
        if columns.started is not None:
            begun = self.moment(columns.started)
        elif columns.taken is not None:
            begun = self.before(submitted, columns.taken)
        sitting = uuid.uuid5(
            _SITTINGS,
            f"{paper.exam}/{paper.form}/{paper.digest}/{fold_number(number)}/{submitted}",
        )
        delta = {"delta": paper.delta} if paper.delta else {}
        document: dict[str, object] = {
            "format": FORMAT,
            "exam": paper.exam,
            **delta,
            "form": paper.form,
            "paper": paper.digest,
            "sitting": str(sitting),
            "person": {"id": number, "name": self.text(columns.person)},
            "started_at": begun,
            "submitted_at": submitted,
            "answers": dict(self.answers()),
        }
        try:
            return document | {"checksum": checksum(document)}
        except UnicodeEncodeError:
            return document  # half a character; the reader of answer files says so

    def text(self, column: int) -> str:
        """Return a cell's text; empty for what the tool writes where nothing is."""
        cell = self.cell(column)
        text = cell if isinstance(cell, str) else cell.isoformat()
        return "" if text.strip() in self.table.tool.empty else text.strip()

    def cell(self, column: int) -> Cell:
        """Return a cell; rows may be shorter than the heading."""
        return self.row.cells[column] if column < len(self.row.cells) else ""

    def moment(self, column: int) -> str:
        """Return a time as answer files have it."""
        tool = self.table.tool
        try:
            read = read_time(self.cell(column), dates=tool.dates, offset=tool.timezone)
        except TimeError as error:
            self.refuse_time(column, error)
            return ""
        return read.isoformat()

    def before(self, submitted: str, column: int) -> str:
        """Return when a sitting began that ended then and took so long."""
        try:
            span = read_span(self.cell(column))
        except TimeError as error:
            self.refuse_time(column, error)
            return ""
        if not submitted:
            return ""
        try:
            return (datetime.fromisoformat(submitted) - span).isoformat()
        except OverflowError:
            self.refuse_time(column, TimeError("用时太长"))
            return ""

    def refuse_time(self, column: int, error: TimeError) -> None:
        """Note a time that cannot be read."""
        remedy = (
            "请在对应文件里写 dates: 年月日、月日年 或 日月年，再评分。"
            if "两种" in str(error)
            else "请核对这一格，改成例如 2026/11/23 09:25:00，再评分。"
        )
        said = clean(str(self.cell(column)), 40)
        self.refuse("A624", column, f"时间“{said}”{error}", remedy)

    def answers(self) -> Iterator[tuple[str, object]]:
        """Yield what was answered, in tokens, by item."""
        parts: dict[str, list[Question]] = defaultdict(list)
        for question in self.table.asked:
            parts[question.item.token].append(question)
        for token, asked in parts.items():
            answer = self.answer(asked)
            if answer:
                yield token, answer

    def answer(self, asked: Sequence[Question]) -> object:
        """Return the answer to an item; None if it was left out."""
        item = asked[0].item
        if item.type == "order" and item.token in self.table.lists:
            return self.chosen(replace(asked[0], part=0), "ordered")
        if item.type == "blank":
            texts = [self.text(self.place(question)) for question in asked]
            return texts if any(texts) else None
        if item.type == "multiple":
            return self.chosen(asked[0], "some")
        given = [self.chosen(question, "one") for question in asked]
        if item.type == "match":
            pairs = zip(item.prompts, given, strict=True)
            return {prompt.token: one[0] for prompt, one in pairs if one}
        # A step named twice cannot be right; without it the answer is short, and wrong.
        return list(dict.fromkeys(token for one in given for token in one))

    def place(self, question: Question) -> int:
        """Return the column of a question."""
        return self.table.columns.questions[question.item.token, question.part]

    def chosen(self, question: Question, how: str) -> list[str]:
        """Return the tokens that a cell chose; none, noted, where that is unclear."""
        column = self.place(question)
        text = self.text(column)
        if not text:
            return []
        tool = self.table.tool
        separators = tool.separators + (("→",) if how == "ordered" else ())
        choices = Choices(question.options, tool.letters, separators)
        try:
            if how == "one":
                return [choices.one(text)]
            return list(choices.some(text) if how == "some" else choices.ordered(text))
        except UnclearError as error:
            said = f"答案“{clean(text, 40)}”"
            if error.several:
                message = f"{said}可以读成不止一种选择"
                self.refuse("A626", column, message, _MEND)
            else:
                message = f"{said}不是这道题的选项"
                self.refuse("A625", column, message, _MEND)
            return []

    def refuse(self, code: str, column: int, message: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Refusal(code, self.named(column), message, remedy))

    def named(self, column: int) -> str:
        """Return what a trainer calls a cell of the row."""
        return f"{self.label} {get_column_letter(column + 1)} 列"

    def cell_of(self, place: str) -> str:
        """Return a place in the answer file as the cell it came from, if it is one's."""
        columns = self.table.columns
        came = {"/person/id": columns.number, "/person/name": columns.person}
        column = came.get(place.rpartition(" ")[2])
        return place if column is None else self.named(column)
