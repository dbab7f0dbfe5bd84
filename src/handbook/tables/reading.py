"""Exports of form tools as hand-ins: columns found by tags, answers by option words."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from types import MappingProxyType

from openpyxl.utils import get_column_letter

from handbook.confirmations import exam_of
from handbook.grading.answer_files import FORMAT, checksum, read_answers
from handbook.grading.marks import fold
from handbook.grading.submissions import MAX_REFUSALS, Refusal, Submission, clean
from handbook.handbook import Handbook
from handbook.papers import Paper, draw
from handbook.problems import guess
from handbook.tables.cells import Cell, Row, TableError, read_cells
from handbook.tables.choices import Choices, UnclearError
from handbook.tables.questions import Question, questions
from handbook.tables.times import TimeError, read_span, read_time
from handbook.tables.tools import PAPER, TOOLS, Tool

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "A621": "表格读不出来",
        "A622": "表格缺少要用的列",
        "A623": "表格和试卷对不上",
        "A624": "这一行的时间看不懂",
        "A625": "答案不是这道题的选项",
        "A626": "答案有两种读法",
        "A627": "同一个人同一时间有两份不同的答卷",
    }
)
"""Every way in which a table, or a row of it, is turned down before grading."""

SUFFIXES = frozenset({".csv", ".xlsx", ".xls"})
"""Names of files that are tables; `.xls` is refused with its cure."""

_PAPER_TAG = re.compile(rf"\[ ?paper ?: ?({PAPER}) ?\]")
_ITEM_TAG = re.compile(r"\[ ?q ?: ?([0-9a-f]{12})(?:/([0-9]{1,2}))? ?\]")
_NAME_TAG = re.compile(r"\[ ?name ?\]")
_NUMBERING = re.compile(r"^\s*\d{1,3}\s*[.、]\s*")
_SITTINGS = uuid.UUID("6f0c1d3e-58c2-4b53-9a3c-2a7f5a7f8e11")
"""Namespace of sittings that have no page to name them; never changed."""
_MEND = "请找学员核对，在表格里改正这一行，再评分一次；已登记的行不会重复登记。"

Read = tuple[str, Submission | tuple[Refusal, ...]]
"""What to call a row, and what became of it."""


def is_table(name: str) -> bool:
    """Whether a file is read as a table and not as an answer file."""
    return PurePath(name).suffix.lower() in SUFFIXES


def read_table(
    handbook: Handbook, raw: bytes, *, name: str, tool: Tool | None = None
) -> list[Read]:
    """Read an export, trusting nothing in it; never raises.

    Each row that can be matched with a paper is written as an answer file and read by
    the reader of those, so that a row is held to the same rules as a hand-in.

    Args:
        handbook: draws the paper.
        raw: the file as it came.
        name: what to call it in messages.
        tool: as the mapping file says; recognised by its headings if left out.
    """
    try:
        heading, rows = _sheet(read_cells(raw))
        table = _Table.of(handbook, heading, tool)
    except TableError as error:
        return [(name, (_refusal("A621", name, error),))]
    except _UnusableError as fault:
        short = clean(PurePath(name).name, 80)
        return [(name, (Refusal(fault.code, short, fault.message, fault.remedy),))]
    found = [(f"{name} 第 {row.number} 行", table.read(row, name)) for row in rows]
    return list(_without_rivals(found))


def _refusal(code: str, name: str, error: TableError) -> Refusal:
    return Refusal(code, clean(PurePath(name).name, 80), error.message, error.remedy)


class _UnusableError(Exception):
    """A table cannot be used at all."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy


def _sheet(sheets: Sequence[Sequence[Row]]) -> tuple[Row, Sequence[Row]]:
    """Return heading and rows of the one sheet that has our tags."""
    tagged = [
        rows
        for rows in sheets
        if any(_ITEM_TAG.search(_plain(cell)) for cell in rows[0].cells)
    ]
    if not tagged:
        raise _UnusableError(
            "A622",
            "第一行里没有带 [q:…] 标记的题目",
            "题目要用 python scripts/form_text.py 印出的文字，标记留在题干里；"
            "导出时选“按文本”，不要选“按序号”或“按分数”。",
        )
    if len(tagged) > 1:
        raise _UnusableError(
            "A622", "有不止一张工作表像是答卷", "请只留一张工作表，另存以后再评分。"
        )
    return tagged[0][0], tagged[0][1:]


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", cell) if isinstance(cell, str) else ""


def _heading(cell: Cell) -> str:
    """Return a heading without numbering and tags, as headings are compared."""
    text = _plain(cell)
    for tag in (_PAPER_TAG, _ITEM_TAG, _NAME_TAG):
        text = tag.sub("", text)
    return fold(_NUMBERING.sub("", text))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row things stand."""

    number: int
    person: int
    submitted: int
    started: int | None
    taken: int | None
    questions: Mapping[tuple[str, int], int]
    """By item token and part."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose columns are known."""

    paper: Paper
    tool: Tool
    columns: _Columns
    asked: tuple[Question, ...]
    lists: frozenset[str]
    """Tokens of order items that stand in one column, as a list."""

    @classmethod
    def of(cls, handbook: Handbook, heading: Row, known: Tool | None) -> _Table:
        """Find paper and columns.

        Raises:
            _UnusableError: something is missing, or there twice.
        """
        tool = known or _recognised(heading)
        cells = [
            "" if tool.repeats and tool.repeats.search(_plain(cell).strip()) else cell
            for cell in heading.cells
        ]
        paper = _paper(handbook, cells, tool)
        tagged = _tagged(cells)
        asked = tuple(questions(paper))
        lists = frozenset(
            q.item.token
            for q in asked
            if q.item.type == "order" and (q.item.token, 0) in tagged
        )
        wanted = {(q.item.token, 0 if q.item.token in lists else q.part) for q in asked}
        _hold_against(wanted, tagged, cells)
        columns = _Columns(
            number=_column(cells, tool.number, "工号", _PAPER_TAG),
            person=_column(cells, tool.person, "姓名", _NAME_TAG),
            submitted=_column(cells, tool.submitted, "交卷时间"),
            started=_column(cells, tool.started, "开始时间") if tool.started else None,
            taken=_column(cells, tool.taken, "所用时间") if tool.taken else None,
            questions=tagged,
        )
        return cls(paper, tool, columns, asked, lists)

    def read(self, row: Row, name: str) -> Submission | tuple[Refusal, ...]:
        """Return the hand-in of a row, or everything that is wrong with it."""
        label = f"{clean(PurePath(name).name, 50)} 第 {row.number} 行"
        reading = _Reading(self, row, label)
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
            replace(refusal, remedy=_MEND)
            for refusal in read
            if not reading.faults or " /person" in refusal.place
        ]
        person = next((one.person for one in read if one.person), None)
        return tuple(
            replace(one, person=person, exam=self.paper.exam)
            for one in [*also, *reading.faults][:MAX_REFUSALS]
        )


def _recognised(heading: Row) -> Tool:
    """Return the one tool whose headings these are; never the likeliest of several."""
    there = {_heading(cell) for cell in heading.cells}
    fitting = [
        tool
        for tool in TOOLS.values()
        if all(
            there & set(map(fold, names))
            for names in (tool.submitted, tool.started, tool.taken)
            if names
        )
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise _UnusableError(
        "A622",
        "认不出这是哪个问卷工具导出的表格",
        f"请写一个对应文件，至少有一行 tool: {' / '.join(TOOLS)} 中的一个，"
        "评分时加上 --mapping 对应文件。",
    )


def _paper(handbook: Handbook, cells: Sequence[Cell], tool: Tool) -> Paper:
    named = {found[1] for c in cells for found in _PAPER_TAG.finditer(_plain(c))}
    if tool.paper:
        named.add(tool.paper)
    if len(named) != 1:
        raise _UnusableError(
            "A623",
            "表格里写了不止一份试卷" if named else "表格里没有写明是哪一份试卷",
            "工号那一题要带 form_text.py 印出的 [paper:…] 标记；标记丢了，"
            "就在对应文件里写 paper: 考试/卷号/标识。",
        )
    exam_id, which, digest = named.pop().split("/")
    form, _, delta = which.partition("-")
    exam = exam_of(handbook, exam_id)
    if exam is None:
        raise _UnusableError(
            "A623",
            f"手册里没有编号为 {clean(exam_id, 40)} 的考试",
            guess(exam_id, handbook.exams) or "请确认表格出自这份手册的考试。",
        )
    try:
        paper = draw(handbook, exam_id, int(form), delta)
    except (KeyError, ValueError):
        raise _UnusableError(
            "A623",
            f"现在的手册组不出“{exam.title}”的第 {form} 份试卷",
            "运行 python scripts/check.py，改好题库和考试再评分。",
        ) from None
    if paper.digest != digest:
        raise _UnusableError(
            "A623",
            f"问卷发出以后，“{exam.title}”的题目改过，这张表格对不上现在的试卷",
            "要给旧卷评分，先用 git 换回发卷时的手册版本；"
            "新的考试用 form_text.py 重新印问卷。",
        )
    return paper


def _tagged(cells: Sequence[Cell]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for place, cell in enumerate(cells):
        tags = {(t[1], int(t[2] or 0)) for t in _ITEM_TAG.finditer(_plain(cell))}
        if len(tags) > 1 or tags & found.keys():
            raise _UnusableError(
                "A623",
                f"{get_column_letter(place + 1)} 列的题目标记重复，分不清是哪一题",
                "一题一列，一列一个标记；请核对问卷，删去多出来的列。",
            )
        for tag in tags:
            found[tag] = place
    return found


def _hold_against(
    wanted: set[tuple[str, int]],
    tagged: Mapping[tuple[str, int], int],
    cells: Sequence[Cell],
) -> None:
    if strangers := [tagged[tag] for tag in tagged if tag not in wanted]:
        where = "、".join(get_column_letter(place + 1) for place in strangers[:5])
        raise _UnusableError(
            "A623",
            f"{where} 列的题目不在这份试卷上",
            "一张表格只能是一份试卷的答卷；请核对问卷是不是拼了两份试卷。",
        )
    if missing := len(wanted - tagged.keys()):
        raise _UnusableError(
            "A623",
            f"试卷有 {len(wanted)} 列答案，表格里少了 {missing} 列"
            f"（共 {len(cells)} 列）",
            "请导出全部题目；题干里的 [q:…] 标记不能删。",
        )


def _column(
    cells: Sequence[Cell],
    names: Sequence[str],
    title: str,
    tag: re.Pattern[str] | None = None,
) -> int:
    """Return the one column with a tag, else with one of some headings."""
    places = [n for n, cell in enumerate(cells) if tag and tag.search(_plain(cell))]
    if not places:
        headings = {_heading(name) for name in names}
        places = [n for n, cell in enumerate(cells) if _heading(cell) in headings]
    if len(places) == 1:
        return places[0]
    message = f"像{title}的列有 {len(places)} 个" if places else f"找不到{title}那一列"
    raise _UnusableError(
        "A622", message, "请在对应文件的 columns 里写明这一列的标题，再评分。"
    )


@dataclass(slots=True)
class _Reading:
    """One row on its way to an answer file; notes all that is wrong with it."""

    table: _Table
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
            f"{paper.exam}/{paper.form}/{paper.digest}/{_folded(number)}/{submitted}",
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
        place = f"{self.label} {get_column_letter(column + 1)} 列"
        self.faults.append(Refusal(code, place, message, remedy))


def _folded(number: str) -> str:
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def _without_rivals(found: Iterable[Read]) -> Iterator[Read]:
    """Refuse rows of one person and one moment that answer differently."""
    told = list(found)
    digests: dict[str, set[str]] = defaultdict(set)
    for _, read in told:
        if isinstance(read, Submission):
            digests[read.sitting].add(read.digest)
    for label, read in told:
        if isinstance(read, Submission) and len(digests[read.sitting]) > 1:
            place = f"{clean(PurePath(label).name, 80)}"
            message = f"工号 {read.person.number} 在同一时间交了不同的答卷"
            remedy = "请找学员核对哪一份算数，在表格里删去另一行，再评分。"
            fault = Refusal("A627", place, message, remedy, read.person, read.exam)
            yield label, (fault,)
        else:
            yield label, read
