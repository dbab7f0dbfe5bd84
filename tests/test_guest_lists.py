"""Many are invited by one list: who is on it, what each gets, what is told at once."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import by_hand
import openpyxl
import pytest
from handing_in import MORNING, graded, small_book

from handbook.grading.submissions import Person
from handbook.records.database.store import Store
from handbook.records.invitations.guest_lists import (
    COLUMNS,
    Occasion,
    invite_all,
    read_guests,
)
from handbook.records.invitations.tokens import Invitation, InvitationError, read
from handbook.records.lists.attention import REMINDERS
from handbook.records.sheets import Sheet, csv_text, xlsx_bytes

ROOT = Path(__file__).parents[1]
BOOK = small_book()
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
NOW = MORNING + timedelta(hours=1)
OCCASION = Occasion(
    "entry", MORNING + timedelta(days=7), delta=False, site="http://kb", secret=SECRET
)


def listed(*lines: str) -> bytes:
    """A list as a trainer types it in a spreadsheet, saved by Chinese Excel."""
    return "\r\n".join(lines).encode("gb18030")


def test_each_gets_a_link_of_their_own(tmp_path):
    """Who is on record by the name there; a newcomer by the list's; one row each."""
    with Store(str(tmp_path / "records.sqlite")) as store:
        store.record(graded(BOOK), BOOK.exams["entry"], NOW)
        guests = read_guests(
            listed(
                "岗位,工号,姓名", "前台, a1024 ,", "前台,B2,李四", ",,", "前台,B2,李四"
            ),
            "名单.csv",
        )
        made = invite_all(BOOK, store, guests, OCCASION, NOW)

    invitations = [
        read(row[COLUMNS.index("链接")].partition("#invitation=")[2], SECRET)
        for row in made.rows
    ]
    assert all(isinstance(one, Invitation) for one in invitations)
    assert [one.person for one in invitations] == [
        Person("A1024", "王小明"),
        Person("B2", "李四"),
    ]
    assert {one.exam for one in invitations} == {"entry"}
    assert len({one.sitting for one in invitations}) == 2
    assert [row[COLUMNS.index("请先看")] for row in made.rows] == ["", ""]


def test_what_to_look_at_stands_beside_the_link(tmp_path):
    """Another name, no name, a number that is none: the others are invited all the same."""
    with Store(str(tmp_path / "records.sqlite")) as store:
        store.record(graded(BOOK), BOOK.exams["entry"], NOW)
        guests = read_guests(
            listed("工号,姓名", "A1024,李四", "B2,", "B 2!,赵六", "B3,钱七"), "名单.csv"
        )
        made = invite_all(BOOK, store, guests, OCCASION, NOW)

    other, nameless, no_number, fine = (
        (bool(row[COLUMNS.index("链接")]), row[COLUMNS.index("请先看")])
        for row in made.rows
    )
    assert other[0]
    assert "登记的姓名是“王小明”，和名单里写的不同" in other[1]
    assert nameless == (False, "还没有登记过，请在名单的“姓名”一栏写上姓名，再发一次。")
    assert not no_number[0]
    assert "写得不对" in no_number[1]
    assert fine == (True, "")


def test_a_list_from_the_trainers_pages_will_do():
    """Reminders as they are downloaded, as workbook and as CSV."""
    row = ("30 天内到期", "A1024", "王小明", "入职考试", "2026-12-16", "20", "")
    sheet = Sheet("到期提醒", REMINDERS, (row,))

    for raw in (xlsx_bytes(sheet), csv_text(sheet).encode()):
        assert read_guests(raw, "提醒") == (Person("A1024", "王小明"),)


def test_a_name_counts_in_whichever_of_a_persons_rows_it_stands():
    """A list of several exams has people twice, and not always with their name."""
    rows = ("A1,", "a1,李 四", "A1,", "A1,李　 四")
    guests = read_guests(listed("工号,姓名", *rows), "名单.csv")

    assert guests == (Person("A1", "李 四"),)


def test_every_wrong_row_is_told_at_once():
    """With its number, as a spreadsheet program counts."""
    with pytest.raises(InvitationError) as caught:
        read_guests(listed("工号,姓名", ",王小明", "A1,李四", "a1,赵六"), "名单.csv")

    assert str(caught.value).splitlines() == [
        "名单.csv 第 2 行没有写工号。",
        "名单.csv 第 4 行：工号 A1 前面写的是另一个姓名。",
    ]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (listed("编号,姓名", "A1,李四"), "没有“工号”这一栏"),
        (listed("工号,姓名"), "一个人也没有"),
        (b"", "表格是空的"),
        (b"PK\x03\x04 broken", "打不开"),
        (b"\xd0\xcf\x11\xe0", "旧的 .xls"),
        (b"\xff\xfe\x00", "编码"),
    ],
)
def test_what_is_no_list_is_refused(raw, message):
    """In words, with the cure, and never by a traceback."""
    with pytest.raises(InvitationError, match=message):
        read_guests(raw, "名单.csv")


def test_what_is_wrong_for_everyone_is_told_once(tmp_path):
    """An exam that is none, an end that is over: no list of links at all."""
    guests = [Person(f"B{n}", "某人") for n in range(50)]
    over = Occasion(
        "entry", NOW - timedelta(days=1), delta=False, site="", secret=SECRET
    )
    none = Occasion("exit", OCCASION.until, delta=False, site="", secret=SECRET)
    with Store(str(tmp_path / "records.sqlite")) as store:
        for occasion, message in ((over, "已经过了"), (none, "没有编号为 exit")):
            with pytest.raises(InvitationError, match=message):
                invite_all(BOOK, store, guests, occasion, NOW)


def test_invited_by_hand(tmp_path):
    """As a trainer types it: a workbook that only they can read, with text for cells."""
    people = tmp_path / "名单.csv"
    people.write_bytes(listed("工号,姓名", "A1024,=1+1", "B2,李四"))
    until = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    ran = subprocess.run(
        [
            sys.executable, ROOT / "scripts/invite.py", people.name, "front-desk",
            "--until", until, "--db", "records.sqlite",
        ],
        cwd=tmp_path, env=os.environ | {"HANDBOOK_SECRET": SECRET, "PYTHONUTF8": "1"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    made = tmp_path / "邀请-front-desk.xlsx"

    assert ran.returncode == 0, ran.stderr
    assert "已写好 2 个人的链接" in ran.stdout
    assert made.stat().st_mode & 0o077 == 0
    page = openpyxl.load_workbook(io.BytesIO(made.read_bytes())).worksheets[0]
    cells = list(page.iter_rows(values_only=True))
    assert cells[0] == COLUMNS
    assert cells[1][:3] == ("A1024", "=1+1", "前台上岗考试")
    assert page["B2"].data_type == "s"


@pytest.fixture
def by_list(tmp_path, monkeypatch):
    """Invite the people of a list, standing in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)
    Path("名单.csv").write_bytes(listed("工号,姓名", "B2,李四"))
    return lambda *more: by_hand.run(
        "invite", "名单.csv", "front-desk", "--until", "2099-01-01",
        "--db", tmp_path / "records.sqlite", *more,
    )  # fmt: skip


def test_the_name_says_what_comes_into_the_file(by_list):
    """A CSV is one; another ending is refused with those that can be had."""
    done = by_list("--output", "链接.csv")
    other = by_list("--output", "链接.doc")
    nowhere = by_list("--output", "没有/链接.csv")

    assert done.exit_code == 0, done.stderr
    head, row = Path("链接.csv").read_text("utf-8-sig").splitlines()
    assert head == ",".join(COLUMNS)
    assert row.startswith("B2,李四,")
    assert Path("链接.csv").stat().st_mode & 0o077 == 0
    assert (other.exit_code, nowhere.exit_code) == (2, 2)
    assert "结尾要是 .xlsx、.csv" in other.stderr
    assert "写不进去" in nowhere.stderr


def test_no_list_of_links_is_written_over(by_list):
    """The links of an earlier one stay good: numbered by default, refused by name."""
    first, second, third = by_list(), by_list(), by_list()
    by_list("--output", "链接.csv")
    before = Path("链接.csv").read_bytes()
    refused = by_list("--output", "链接.csv")

    assert "还在" not in first.stdout
    assert "邀请-front-desk-2.xlsx" in second.stdout
    assert "上一份 邀请-front-desk.xlsx 还在，里面的链接仍然有效" in second.stdout
    assert "上一份 邀请-front-desk-2.xlsx 还在" in third.stdout
    assert len({file.read_bytes() for file in Path().glob("邀请-*.xlsx")}) == 3
    assert refused.exit_code == 2
    assert "链接.csv 已经有了，没有动它" in refused.stderr
    assert Path("链接.csv").read_bytes() == before
