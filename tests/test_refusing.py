"""Hand-ins that were turned down: noted once, without names, until they are settled."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from handing_in import MORNING, answer_file, as_bytes, graded, small_book
from rich.console import Console
from sqlalchemy.exc import DatabaseError
from tampering import raw_sql

from handbook.grading.submissions import Person
from handbook.papers import draw
from handbook.records.database.archive import back_up, take_over
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.intake.hand_ins import hand_in, hand_in_files
from handbook.records.lists.outlook import outlook
from handbook.records.sheets import sheet_table
from handbook.tables.questions import form_text
from handbook.tables.tools import TOOLS

BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)


def files(store: Store, *given: tuple[str, bytes], **more: bool) -> list[str]:
    """Grade files as a trainer does; return what became of each."""
    told = hand_in_files(BOOK, store, given, tool=None, now=NOW, **more)
    return [outcome.status for outcome in told]


def waiting(store: Store) -> list[tuple[str, ...]]:
    """What of refused hand-ins the trainers' list shows: number, exam, detail."""
    rows = outlook(BOOK, store, NOW).sheet("exceptions").rows
    return [(r[1], r[3], r[4]) for r in rows if r[0] == "没有登记的答卷"]


def table(*rows: tuple[str, ...]) -> bytes:
    """An export of 问卷星: who, then one cell for each question."""
    text = form_text(draw(BOOK, "entry", 1), TOOLS["问卷星"])
    heads = [line.rsplit("[", 1)[0] for line in text.splitlines() if "题]" in line]
    out = io.StringIO()
    out.write(",".join(["序号", "提交答卷时间", "所用时间", *heads]) + "\n")
    for number, row in enumerate(rows, 1):
        out.write(",".join([str(number), "2026/11/23 09:20:00", "600秒", *row]) + "\n")
    return out.getvalue().encode()


def test_rows_that_could_not_be_read_wait_for_a_trainer(store):
    """With row and column, who and why; a second run of the same file adds nothing."""
    made = ("前台考试.csv", table(("A1", "王小明", *["说不清"] * 5)))

    assert files(store, made) == ["refused"]
    assert files(store, made) == ["refused"]
    (row,) = waiting(store)

    assert row[:2] == ("A1", "上岗考试")
    assert "问卷表格第 2 行：A625" in row[2]
    assert "列）" in row[2]
    assert len(list(store.events())) == 1


def test_a_later_hand_in_settles_it(store):
    """The same person, the same exam: nothing is left to do."""
    files(store, ("表.csv", table(("A1", "王小明", *["说不清"] * 5))))
    assert waiting(store)

    assert files(store, ("a.json", as_bytes(answer_file(BOOK, number="A1")))) == [
        "recorded"
    ]
    assert waiting(store) == []


def test_a_trainer_settles_what_nobody_hands_in_again(store):
    """By its receipt; a waiver of the same person and exam stays."""
    store.note(
        Kind.WAIVED, Person("A1", "王小明"), "entry", reason="x", by="T1", now=NOW
    )
    files(store, ("表.csv", table(("A1", "王小明", *["说不清"] * 5))))
    (event,) = [e for e in store.events() if e.kind is Kind.REFUSED]

    store.void(event.receipt, reason="重填过", by="T1", now=NOW)

    assert waiting(store) == []
    (found,) = outlook(BOOK, store, NOW).standings
    assert found.state.value == "免考"
    assert store.verify() == ()


def test_no_name_gets_into_an_event(store):
    """Neither from a file's name nor from what stands in it; names can be erased."""
    odd = answer_file(BOOK, number="A1", name="王小明") | {"checksum": "0" * 64}
    files(store, ("答卷-王小明-A1.json", as_bytes(odd)), ("李四.json", b"{"))

    events = list(store.events())
    text = json.dumps([dict(e.payload) for e in events], ensure_ascii=False)

    assert len(events) == 2
    assert "王小明" not in text
    assert "李四" not in text
    assert {person.name for person in store.people().values()} == {"王小明"}
    assert sorted(row[0] for row in waiting(store)) == ["", "A1"]
    assert store.strangers() == ()


def test_the_advice_fits_what_was_wrong(store):
    """A table's cell is mended; a file that was altered is refused for good."""
    odd = answer_file(BOOK, number="A1") | {"checksum": "0" * 64}
    files(store, ("a.json", as_bytes(odd)))
    files(store, ("表.csv", table(("B2", "李四", *["说不清"] * 5))))

    rows = outlook(BOOK, store, NOW).sheet("exceptions").rows
    altered, mendable = sorted((row[1], row[-1]) for row in rows)

    assert altered[1].startswith("改过的答卷不收：请学员重新从浏览器保存原文件")
    assert "改好再交" not in altered[1]
    assert mendable[1].startswith("请改好再交")
    assert all("records.py void" in text for _, text in (altered, mendable))


def test_what_is_nobodys_says_that_it_stays_until_it_is_settled(store):
    """A row without a number is mended and recorded: nothing tells that it was that row."""
    files(store, ("表.csv", table(("", "王小明", *["说不清"] * 5))))
    files(store, ("a.json", as_bytes(answer_file(BOOK, number="A1"))))

    (row,) = outlook(BOOK, store, NOW).sheet("exceptions").rows
    (noted,) = (one for one in store.events() if one.kind is Kind.REFUSED)
    assert noted.receipt in row[4]
    assert "登记上了也不会自动去掉，处理完用 records.py void" in row[5]

    store.void(noted.receipt, reason="已经补登记", by="T01", now=NOW)
    assert waiting(store) == []


def test_limits_and_another_paper_are_noted_too(store):
    """Whole hand-ins that may not count: cool-down, a paper of yesterday's handbook."""
    store.record(graded(BOOK, number="A1", wrong=5), EXAM, NOW)
    soon = answer_file(BOOK, number="A1", begun=MORNING + timedelta(hours=1))
    stale = answer_file(BOOK, number="B2", paper="0" * 32)

    for made in (soon, stale):
        assert hand_in(BOOK, store, as_bytes(made), via="server", now=NOW).refusals

    assert [(who, what.partition("：")[2][:4]) for who, _, what in waiting(store)] == [
        ("A1", "A691"), ("B2", "A613"),
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": "x"}'])
def test_what_comes_over_the_network_and_is_no_hand_in_leaves_no_trace(store, raw):
    """Else whoever reaches the server fills the records."""
    assert hand_in(BOOK, store, raw, via="server", now=NOW).refusals
    assert list(store.events()) == []


def test_a_rehearsal_notes_nothing(store):
    """`--dry-run` looks only."""
    assert files(store, ("x.json", b"{"), rehearse=True) == ["refused"]
    assert list(store.events()) == []


def test_refusals_go_into_a_backup_and_back(store, tmp_path: Path):
    """One format, nothing lost, whosever they are."""
    files(store, ("李四.json", b"{"), ("a.json", as_bytes(answer_file(BOOK))))
    back_up(store, tmp_path / "b.jsonl", datetime.fromisoformat("2026-11-24T00:00Z"))

    with (
        Store(str(tmp_path / "again.sqlite")) as other,
        (tmp_path / "b.jsonl").open(encoding="utf-8") as lines,
    ):
        take_over(other, lines)

        assert waiting(other) == waiting(store)
        assert other.verify() == ()


def make_older(place: str) -> None:
    """Take a database back to before there were refusals, with a database tool."""
    words = ", ".join(
        f"'{kind}'" for kind in Kind if kind not in {"released", "refused"}
    )
    with raw_sql(place) as raw:
        raw.exec_driver_sql("DELETE FROM migrations WHERE name='know_refusals'")
        raw.exec_driver_sql("DROP INDEX one_refusal_per_digest")
        if raw.dialect.name == "postgresql":
            raw.exec_driver_sql("ALTER TABLE events DROP CONSTRAINT known_kind")
            raw.exec_driver_sql(
                "ALTER TABLE events ADD CONSTRAINT known_kind "
                f"CHECK (kind IN ({words}))"
            )
        else:
            sql = raw.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE name='events'"
            ).scalar()
            raw.exec_driver_sql("PRAGMA writable_schema = ON")
            raw.exec_driver_sql(
                "UPDATE sqlite_master SET sql=? WHERE name='events'",
                (sql.replace("'released', 'refused', ", ""),),
            )


def test_older_records_learn_of_refusals(place):
    """A database made before keeps every event and its protection."""
    with Store(place) as store:
        store.record(graded(BOOK, number="A1"), EXAM, NOW)
        before = list(store.lines())
    make_older(place)

    with Store(place) as store:
        assert list(store.lines()) == before
        assert files(store, ("x.json", b"{")) == ["refused"]
        assert files(store, ("x.json", b"{")) == ["refused"]
        assert [e.kind for e in store.events()][2:] == [Kind.REFUSED]
        assert store.verify() == ()
        with pytest.raises(DatabaseError), store._engine.begin() as raw:
            raw.exec_driver_sql("DELETE FROM events")


def test_a_narrow_terminal_shows_every_word_of_the_advice(store):
    """Chinese has no spaces to break at: a long sentence goes on in the next line."""
    odd = answer_file(BOOK, number="A1") | {"checksum": "0" * 64}
    files(store, ("a.json", as_bytes(odd)))
    sheet = outlook(BOOK, store, NOW).sheet("exceptions")

    shown = io.StringIO()
    Console(file=shown, width=90).print(sheet_table(sheet))
    cells = [re.split("[│┃]", line) for line in shown.getvalue().splitlines()]
    advice = "".join(cell[-2].strip() for cell in cells if len(cell) > 2)

    assert advice.replace(" ", "") == f"怎么办{sheet.rows[0][-1]}".replace(" ", "")
