"""Exports of form tools: read as what they are, matched for certain, or refused."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import form_exports
import openpyxl
import pytest
from building import blank, build_handbook, match, multiple, order, single, true_false
from form_exports import as_csv, as_xlsx
from fuzzing import tried
from handing_in import MORNING, answer_file
from hypothesis import given
from hypothesis import strategies as st

from handbook.grading.answer_files import checksum
from handbook.grading.grader import grade
from handbook.grading.submissions import Refusal, Submission
from handbook.papers import PaperOption, draw
from handbook.records.database.store import Store
from handbook.records.intake.hand_ins import hand_in_files
from handbook.records.intake.telling import unrecorded
from handbook.records.sheets import csv_text
from handbook.tables.choices import Choices, UnclearError
from handbook.tables.questions import form_text, paper_tag, questions
from handbook.tables.reading import REFUSALS, read_table
from handbook.tables.times import TimeError, read_span, read_time
from handbook.tables.tools import TOOLS, FormMapping, Tool, read_mapping, tool_of

NOW = MORNING + timedelta(days=1)

BOOK = build_handbook(
    [
        single("greet", right="您好，请问有什么可以帮您？", wrong=["喂", "说话"]),
        multiple(
            "tone", right=["耐心；礼貌", "放慢语速"], wrong=["大声", "抢话, 催促"]
        ),
        multiple("note", ["姓名", "电话"], ["家庭收入", "口音"], scoring="net_correct"),
        true_false("keep-word"),
        blank("rings"),
        blank("two", ["三声"], ["当日", "当天"], scoring="net_correct"),
        order("steps"),
        match("who"),
    ],
    exam={"pass_mark": "60%"},
)
PAPER = draw(BOOK, "entry", 1)
BY_ID = {item.stem: item for item in PAPER.items}


def export(tool: Tool, *documents: Mapping[str, Any]) -> list[list[str]]:
    """A whole export of the one paper."""
    return form_exports.export(tool, PAPER, *documents)


def codes(read: object) -> list[str]:
    """The codes of what was refused."""
    return [] if isinstance(read, Submission) else [refusal.code for refusal in read]


def only(raw: bytes, name: str = "结果.csv", tool: Tool | None = None) -> Any:
    """What became of the one row of a table."""
    ((_, read),) = read_table(BOOK, raw, name=name, tool=tool)
    return read


def put(rows: list[list[str]], heading: str, text: str, row: int = 1) -> bytes:
    """The export with another cell under the first heading that contains a text."""
    place = next(n for n, title in enumerate(rows[0]) if heading in title)
    rows[row][place] = text
    return as_csv(rows)


def tag_of(name: str, part: int = 0) -> str:
    """The tag of a question in an export."""
    return next(
        q.tag for q in questions(PAPER) if name in q.item.stem and q.part == part
    )


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_an_export_is_recognised_by_its_headings(tool):
    """No mapping file is needed for what the tools write by themselves."""
    document = answer_file(BOOK, minutes=0 if tool.name == "Google Forms" else 20)

    read = only(as_csv(export(tool, document)))

    assert isinstance(read, Submission), read
    assert read.via == "csv"
    assert read.person.number == "A1024"
    assert read.submitted_at == datetime.fromisoformat(document["submitted_at"])
    assert read.started_at == datetime.fromisoformat(document["started_at"])
    assert grade(BOOK, read).passed


def test_a_byte_order_mark_before_a_quoted_heading_is_none_of_it():
    """Where every cell stands in quotes the first one does too, behind the mark."""
    rows = export(TOOLS["Google Forms"], answer_file(BOOK, minutes=0))
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)

    read = only(out.getvalue().encode("utf-8-sig"))

    assert isinstance(read, Submission), read


def test_names_that_only_gb18030_holds_are_read():
    """Chinese Excel writes them; the older GBK has no 䶮."""
    rows = export(TOOLS["问卷星"], answer_file(BOOK, name="王䶮"))

    assert only(as_csv(rows, "gb18030")).person.name == "王䶮"


def test_the_same_export_again_records_nothing_twice():
    """An export only grows; rows that are on record are duplicates."""
    tool = TOOLS["问卷星"]
    first = answer_file(BOOK, number="A1")
    second = answer_file(BOOK, number="A2", begun=MORNING + timedelta(minutes=1))
    with Store("sqlite://") as store:
        for rows in (export(tool, first), export(tool, second, first)):
            outcomes = list(
                hand_in_files(
                    BOOK, store, [("r.csv", as_csv(rows))], tool=None, now=NOW
                )
            )

        assert [o.status for o in outcomes] == ["duplicate", "recorded"]
        assert len(list(store.events())) == 4


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("您好，请问有什么可以帮您？", "您好，请问有什么可以帮您？"),
        (" 您好,请问有什么可以帮您 ", "您好，请问有什么可以帮您？"),
        ("{letter}.您好，请问有什么可以帮您？", "您好，请问有什么可以帮您？"),
        ("{letter}、您好，请问有什么可以帮您", "您好，请问有什么可以帮您？"),
    ],
)
def test_options_match_by_words_and_letters(text, chosen):
    """Folded as typed answers are; a letter with words must agree with them."""
    item = next(i for i in PAPER.items if "greet" in i.stem)
    place = [o.text for o in item.options].index(chosen)
    rows = export(TOOLS["问卷星"], answer_file(BOOK))

    raw = put(rows, tag_of("greet"), text.format(letter="ABC"[place]))

    assert only(raw).answers[item.token] == (item.options[place].token,)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("greet", "你好", "A625"),
        ("greet", "Z", "A625"),
        ("greet", "喂┋说话", "A625"),
        ("tone", "大声┋小声", "A625"),
        ("tone", "大声┋大声", "A625"),
        ("keep-word", "不知道", "A625"),
    ],
)
def test_an_answer_that_is_no_option_is_an_exception(name, text, code):
    """With the row and the column; the row is never graded as if left blank."""
    rows = export(TOOLS["问卷星"], answer_file(BOOK))

    (refusal,) = only(put(rows, tag_of(name), text))

    assert refusal.code == code
    assert refusal.place.startswith("结果.csv 第 2 行 ")
    assert text[:1] in refusal.message


def test_a_letter_that_is_also_an_option_is_ambiguous():
    """`A` is the first option's letter and the words of another: nobody guesses."""
    options = (PaperOption("1" * 12, "甲"), PaperOption("2" * 12, "A"))
    choices = Choices(options, letters=True, separators=("┋",))
    words_only = Choices(options, letters=False, separators=("┋",))

    assert words_only.one("A") == "2" * 12
    assert choices.one("B.A") == "2" * 12
    with pytest.raises(UnclearError) as unclear:
        choices.one("A")
    assert unclear.value.several


@pytest.mark.parametrize("between", ["┋", ";", "；", ", ", ","])
@given(data=st.data())
def test_a_list_of_options_is_read_back(between, data):
    """Whatever was chosen is read as chosen, even where words hold the separator."""
    item = next(i for i in PAPER.items if "tone" in i.stem)
    chosen = data.draw(
        st.lists(st.sampled_from(item.options), min_size=1, unique_by=lambda o: o.token)
    )
    choices = Choices(item.options, letters=False, separators=(between.strip(),))

    read = choices.some(between.join(o.text for o in chosen))

    assert read == tuple(sorted(o.token for o in chosen))


def test_a_list_with_two_readings_is_refused():
    """`甲;乙` may be one option or two."""
    item = next(
        i
        for i in draw(
            build_handbook([multiple("x", ["甲", "乙"], ["甲;乙"])], exam={}),
            "entry",
            1,
        ).items
    )
    choices = Choices(item.options, letters=False, separators=(";",))

    with pytest.raises(UnclearError) as unclear:
        choices.some("甲;乙")

    assert unclear.value.several


def test_a_step_named_twice_is_wrong_and_no_exception():
    """The learner's mistake is graded; it is not the table's."""
    item = next(i for i in PAPER.items if i.type == "order")
    rows = export(TOOLS["问卷星"], answer_file(BOOK))

    read = only(put(rows, tag_of("steps", 2), rows[1][heads_at(rows, "steps", 1)]))

    assert len(read.answers[item.token]) == len(item.options) - 1
    result = next(r for r in grade(BOOK, read).items if r.token == item.token)
    assert not result.correct


def heads_at(rows: list[list[str]], name: str, part: int) -> int:
    """The column of a question."""
    return next(n for n, title in enumerate(rows[0]) if tag_of(name, part) in title)


def test_an_order_in_one_column_is_read_too():
    """As ranking questions are exported."""
    item = next(i for i in PAPER.items if i.type == "order")
    document = answer_file(BOOK)
    rows = export(TOOLS["问卷星"], document)
    places = [heads_at(rows, "steps", n) for n in range(1, len(item.options) + 1)]
    texts = [rows[1][place] for place in places]
    for row, text in zip(
        rows, [f"排序 [q:{item.token}]", "→".join(texts)], strict=True
    ):
        row[places[0]] = text
        for place in reversed(places[1:]):
            del row[place]

    read = only(as_csv(rows))

    assert list(read.answers[item.token]) == document["answers"][item.token]


@pytest.mark.parametrize(
    ("heading", "text", "code"),
    [
        ("提交答卷时间", "昨天", "A624"),
        ("提交答卷时间", "2026/13/45 12:00:00", "A624"),
        ("提交答卷时间", "03/04/2026 12:00:00", "A624"),
        ("所用时间", "很久", "A624"),
        ("所用时间", "999999999999999秒", "A624"),
        ("工号", "", "A603"),
        ("姓名", "(空)", "A603"),
        ("工号", "A 1<b>", "A605"),
    ],
)
def test_a_row_that_is_not_whole_is_an_exception(heading, text, code):
    """Who and when must be certain."""
    rows = export(TOOLS["问卷星"], answer_file(BOOK))

    read = only(put(rows, heading, text))

    assert codes(read) == [code]
    assert re.fullmatch(r"结果.csv 第 2 行 [A-Z]+ 列", read[0].place)
    assert "考试页面" not in read[0].remedy


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    """Person, time and answers: a trainer asks the learner once."""
    rows = export(TOOLS["问卷星"], answer_file(BOOK))
    put(rows, "工号", "")
    put(rows, "提交答卷时间", "昨天")
    put(rows, tag_of("tone"), "小声")

    read = only(put(rows, tag_of("greet"), "你好"))

    assert sorted(codes(read)) == ["A603", "A624", "A625", "A625"]


def test_two_answers_of_one_moment_are_both_refused():
    """Which one counts is for people to say."""
    tool = TOOLS["问卷星"]
    rows = export(tool, answer_file(BOOK), answer_file(BOOK, wrong=3))

    read = read_table(BOOK, as_csv(rows), name="结果.csv")

    assert [codes(one) for _, one in read] == [["A627"], ["A627"]]


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_a_row_that_was_cut_off_is_no_failed_exam(tool):
    """What is missing is not what was left out; the other rows count."""
    rows = export(tool, answer_file(BOOK), answer_file(BOOK, number="B2"))
    del rows[2][-4:]

    (_, whole), (_, cut) = read_table(BOOK, as_csv(rows), name="结果.csv")

    assert isinstance(whole, Submission)
    (fault,) = cut
    assert (fault.code, fault.place) == ("A628", "结果.csv 第 3 行")
    assert fault.person.number == "B2"
    assert f"只有 {len(rows[2])} 格，第一行有 {len(rows[0])} 格" in fault.message


def test_a_workbook_may_leave_out_empty_cells_at_the_end():
    """It writes no commas by which they could be counted."""
    rows = export(TOOLS["问卷星"], answer_file(BOOK, wrong=1))
    del rows[1][-1]

    assert isinstance(only(as_xlsx(rows), "a.xlsx"), Submission)


def without(rows: list[list[str]], heading: str) -> list[list[str]]:
    """The export without the first column whose heading contains a text."""
    place = next(n for n, title in enumerate(rows[0]) if heading in title)
    return [row[:place] + row[place + 1 :] for row in rows]


def test_a_table_that_does_not_fit_is_refused_whole():
    """Missing and foreign columns, another paper, no tags, two tools at once."""
    tool = TOOLS["问卷星"]

    def rows() -> list[list[str]]:
        return export(tool, answer_file(BOOK))

    def headed(old: str, new: str) -> bytes:
        made = rows()
        made[0] = [title.replace(old, new) for title in made[0]]
        return as_csv(made)

    def more(*titles: str) -> bytes:
        heads, *answers = rows()
        return as_csv([[*heads, *titles], *([*row, *titles] for row in answers)])

    doubled = [[*row, row[8]] for row in rows()]
    merged = without(rows(), tag_of("tone"))
    merged[0] = [
        t.replace(tag_of("greet"), tag_of("greet") + tag_of("tone")) for t in merged[0]
    ]
    other = paper_tag(draw(BOOK, "entry", 2))
    cases = {
        "two tools": (more("Start time", "Completion time"), "A622"),
        "two papers": (headed("[name]", f"[name] {other}"), "A623"),
        "two numbers": (more(f"再写一次工号 {paper_tag(PAPER)}"), "A622"),
        "one item too many": (more("旧题 [q:000000000000]"), "A623"),
        "two items in a column": (as_csv(merged), "A623"),
        "no number": (as_csv(without(rows(), "工号")), "A623"),
        "no name": (as_csv(without(rows(), "姓名")), "A622"),
        "no time": (as_csv(without(rows(), "提交答卷时间")), "A622"),
        "an item missing": (as_csv(without(rows(), tag_of("greet"))), "A623"),
        "an item twice": (as_csv(doubled), "A623"),
        "no tags": (headed("[q:", "[x:"), "A622"),
        "a foreign item": (headed(tag_of("greet"), "[q:000000000000]"), "A623"),
        "another paper": (headed(PAPER.digest, "0" * 32), "A623"),
        "no such exam": (headed("entry/1", "entrance/1"), "A623"),
        "no such form": (headed("entry/1", "entry/9"), "A623"),
        "empty": (b"", "A621"),
        "binary": (b"\x00\x01" * 9, "A621"),
        "neither encoding": (b"\xff\xfe\xfa\xff", "A621"),
        "old excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "A621"),
        "broken zip": (b"PK\x03\x04" + b"\0" * 99, "A621"),
        "open quote": (as_csv(rows()) + b'"abc', "A621"),
    }

    found = {name: codes(only(raw)) for name, (raw, _) in cases.items()}

    assert found == {name: [code] for name, (_, code) in cases.items()}


def test_the_tools_own_marks_are_never_read():
    """Columns of points and feedback repeat the question, tag and all."""
    tool = TOOLS["Microsoft Forms"]
    rows = export(tool, answer_file(BOOK))

    assert sum(tag_of("greet") in title for title in rows[0]) == 3
    assert isinstance(only(as_csv(rows)), Submission)


def test_a_mapping_file_names_what_differs(tmp_path):
    """Other headings, a lost tag, another order of dates, a separator of its own."""
    file = tmp_path / "form.yml"
    file.write_text(
        f"""tool: Google Forms
paper: entry/1/{PAPER.digest}
columns:
  number: 您的工号
  name: 怎么称呼您
  submitted: 交卷
dates: 日月年
timezone: "+00:00"
separators: ["|"]
""",
        encoding="utf-8",
    )
    tool, mistakes = read_mapping(file)
    document = answer_file(BOOK)
    rows = export(TOOLS["Google Forms"], document)
    rows[0][0], rows[0][2], rows[0][3] = "交卷", "您的工号", "怎么称呼您？"
    rows[1][0] = "03/04/2026 01:30"
    rows[1][heads_at(rows, "note", 0)] = "姓名|电话"
    rows[1][heads_at(rows, "tone", 0)] = "耐心；礼貌 | 放慢语速"

    read = only(as_csv(rows), tool=tool)

    assert not mistakes
    assert read.submitted_at == datetime.fromisoformat("2026-04-03T01:30:00+00:00")
    assert grade(BOOK, read).passed


def test_a_mapping_of_columns_that_are_not_there_is_told():
    """All of them at once, though tags would do without."""
    columns = {"number": "员工号码", "name": "姓名", "started": "开考"}
    tool = tool_of(FormMapping(tool="问卷星", columns=columns))

    (fault,) = only(as_csv(export(TOOLS["问卷星"], answer_file(BOOK))), tool=tool)

    assert fault.code == "A622"
    assert "columns.number“员工号码”、columns.started“开考”" in fault.message
    assert "姓名" not in fault.message


def test_a_column_that_is_missing_is_told_by_its_heading():
    """So that a trainer can look for it in the table."""
    rows = without(export(TOOLS["问卷星"], answer_file(BOOK)), "提交答卷时间")

    (fault,) = only(as_csv(rows), tool=TOOLS["问卷星"])

    assert "找不到交卷时间那一列，标题应当是“提交答卷时间”" in fault.message


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "tool"),
        ("tool: 问卷之星", "tool"),
        ("tool: 问卷星\ncolumn: {}", "column"),
        ("tool: 问卷星\npaper: entry", "paper"),
        ("tool: 问卷星\ntimezone: 北京", "timezone"),
        ("tool: [", "form.yml"),
    ],
)
def test_a_mistake_in_a_mapping_file_has_its_place(tmp_path, source, said):
    """As every YAML file of an author."""
    file = tmp_path / "form.yml"
    file.write_text(source, encoding="utf-8")

    tool, mistakes = read_mapping(file)

    assert tool is None
    assert any(said in str(mistake) for mistake in mistakes)


@pytest.mark.parametrize(
    ("text", "dates", "expected"),
    [
        ("2026/09/03 12:00:00", "", "2026-09-03T12:00:00+08:00"),
        ("2026年9月3日 8:05", "", "2026-09-03T08:05:00+08:00"),
        ("2026/9/3 3:47:28 下午 GMT+8", "", "2026-09-03T15:47:28+08:00"),
        ("2026/9/3 上午 12:00:00", "", "2026-09-03T00:00:00+08:00"),
        ("2026-09-03T12:00:00.5Z", "", "2026-09-03T12:00:00+00:00"),
        ("9/13/26 12:00:00", "", "2026-09-13T12:00:00+08:00"),
        ("3/3/2026 12:00", "", "2026-03-03T12:00:00+08:00"),
        ("9/3/2026 12:00", "月日年", "2026-09-03T12:00:00+08:00"),
        ("9/3/2026 12:00", "日月年", "2026-03-09T12:00:00+08:00"),
        ("9/3/2026 12:00", "", None),
        ("2026/09/03", "", None),
        ("2026/02/30 12:00", "", None),
        ("2026/09/03 25:00", "", None),
        ("2026/09/03 13:00 PM", "", None),
        ("45000.5", "", None),
        ("", "", None),
    ],
)
def test_times_are_read_or_refused(text, dates, expected):
    """A date that may be two days is no date."""
    if expected is None:
        with pytest.raises(TimeError):
            read_time(text, dates=dates, offset="+08:00")
    else:
        read = read_time(text, dates=dates, offset="+08:00")

        assert read == datetime.fromisoformat(expected)
        assert read.utcoffset() == datetime.fromisoformat(expected).utcoffset()


def test_a_spreadsheets_own_times_are_read_to_the_second():
    """Excel keeps them as fractions of a day, which are off by microseconds."""
    cell = datetime(2026, 9, 3, 11, 59, 59, 999_997)  # noqa: DTZ001 - as a cell has it

    read = read_time(cell, dates="", offset="+08:00")

    assert read.isoformat() == "2026-09-03T12:00:00+08:00"


def test_the_last_moment_of_the_calendar_is_refused():
    """Rounding must not run over the edge."""
    with pytest.raises(TimeError):
        read_time(datetime.max, dates="", offset="+08:00")  # noqa: DTZ901 - as a cell


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("123秒", 123),
        ("2分3秒", 123),
        ("1小时2分", 3720),
        ("１２３秒", 123),
        ("90", 90),
    ],
)
def test_spans_are_read(text, seconds):
    """As 问卷星 writes the time taken."""
    assert read_span(text) == timedelta(seconds=seconds)


def test_numbers_of_a_spreadsheet_are_staff_numbers_as_shown():
    """1024 is no 1024.0."""
    rows: list[list[Any]] = export(TOOLS["问卷星"], answer_file(BOOK))
    rows[1][6] = 1024

    assert only(as_xlsx(rows), "结果.xlsx").person.number == "1024"


def test_exceptions_are_a_table_with_row_numbers():
    """One line per fault, for a spreadsheet; no cell is a formula."""
    rows = export(TOOLS["问卷星"], answer_file(BOOK), answer_file(BOOK, number="A2"))
    raw = put(rows, tag_of("greet"), '=HYPERLINK("x")', row=2)
    with Store("sqlite://") as store:
        outcomes = list(
            hand_in_files(BOOK, store, [("d/结果.csv", raw)], tool=None, now=NOW)
        )

    listed = list(csv.reader(io.StringIO(csv_text(unrecorded(outcomes)))))

    assert sorted(o.status for o in outcomes) == ["recorded", "refused"]
    assert len(listed) == 2
    assert listed[1][0] == "结果.csv 第 3 行"
    assert listed[1][1].endswith("列")
    assert listed[1][2] == "A625"
    assert not any(cell.startswith("=") for cell in listed[1])


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_the_text_to_paste_has_tags_and_no_keys(tool):
    """Every question with its tag; of a blank, not one accepted wording."""
    text = form_text(PAPER, tool)

    assert paper_tag(PAPER) in text
    for question in questions(PAPER):
        assert text.count(question.tag) == 1
        for option in question.options:
            assert option.text in text
    assert "3声" not in text
    assert ("A." in text) == tool.letters
    assert "____" not in text


@tried(150)
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_refused_in_words(raw):
    """No traceback, whatever the file is called."""
    for name in ("a.csv", "a.xlsx"):
        for _, read in read_table(BOOK, raw, name=name):
            assert set(codes(read)) <= set(REFUSALS)


WORKBOOK = as_xlsx(export(TOOLS["问卷星"], answer_file(BOOK)))
"""Made once: it holds the time of its making, and what is drawn must not move with it."""


@tried(60)
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused_in_words(data):
    """Cut short, or with bytes changed."""
    raw = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(raw) // 2, len(raw)))

    for _, read in read_table(BOOK, bytes(raw[:cut]), name="a.xlsx"):
        assert isinstance(read, Submission) or all(one.remedy for one in read)


def test_a_formula_is_no_blank():
    """What it would come to is not known; the row is an exception."""
    rows: list[list[Any]] = export(TOOLS["问卷星"], answer_file(BOOK))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows)))
    column = next(n for n, title in enumerate(rows[0], 1) if tag_of("greet") in title)
    book.active.cell(2, column).value = '="喂"'
    out = io.BytesIO()
    book.save(out)

    assert codes(only(out.getvalue(), "a.xlsx")) == ["A625"]


def test_a_wrong_size_in_a_workbook_hides_nothing():
    """Some exporters say that the sheet is one cell."""
    raw = as_xlsx(export(TOOLS["问卷星"], answer_file(BOOK)))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                start, end = text.index(b"<dimension"), text.index(b"<sheetViews")
                text = text[:start] + b'<dimension ref="A1"/>' + text[end:]
            new.writestr(part, text)

    assert isinstance(only(out.getvalue(), "a.xlsx"), Submission)


def test_the_sheet_with_tags_is_the_one():
    """A cover sheet does not matter; two sheets of answers do."""
    rows = export(TOOLS["问卷星"], answer_file(BOOK))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows)))
    book.create_sheet("说明", 0).append(["答卷汇总"])
    one, two = io.BytesIO(), io.BytesIO()
    book.save(one)
    book.copy_worksheet(book.worksheets[1])
    book.save(two)

    assert isinstance(only(one.getvalue(), "a.xlsx"), Submission)
    assert codes(only(two.getvalue(), "a.xlsx")) == ["A622"]


CELLS = st.text(max_size=12) | st.sampled_from(
    ["对", "喂", "A", "┋", "2026/09/03 12:00:00", "123秒", "=1", "\ud800", "9" * 400]
)


@tried(100)
@given(cells=st.lists(CELLS, max_size=24))
def test_any_cells_are_graded_or_refused_in_words(cells):
    """Under the right headings anything may stand."""
    rows = [form_exports.heads(TOOLS["问卷星"], PAPER), [*cells, "x"]]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    raw = out.getvalue().encode("utf-8", "replace")

    for _, read in read_table(BOOK, raw, name="a.csv"):
        assert isinstance(read, Submission) or all(
            isinstance(one, Refusal) and one.remedy for one in read
        )


def test_a_hostile_workbook_is_refused(tmp_path: Path):
    """A small file that unpacks to gigabytes is not unpacked."""
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        for n in range(21):
            packed.writestr(f"xl/{n}.xml", b"0" * 10_000_000)

    (refusal,) = only(bomb.read_bytes(), "bomb.xlsx")

    assert refusal.code == "A621"
    assert "太大" in refusal.message


def test_a_row_is_an_answer_file_that_checks_out():
    """Its digest is that of the canonical answer file, as DESIGN.md has it."""
    document = answer_file(BOOK)
    read = only(as_csv(export(TOOLS["问卷星"], document)))
    same = document | {"sitting": read.sitting}
    same["answers"] = {
        token: dict(answer) if isinstance(answer, Mapping) else list(answer)
        for token, answer in read.answers.items()
    }

    assert read.digest == checksum(json.loads(json.dumps(same)))


def test_letters_can_be_switched_off_by_the_mapping():
    """Then `A` is only what an option says."""
    tool = tool_of(FormMapping(tool="问卷星", letters=False))

    assert not tool.letters
    assert tool.separators == ("┋",)
