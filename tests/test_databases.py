"""The database beneath the records: opened, migrated, locked, and what it promises."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from handing_in import MORNING, graded, record_passes, small_book
from sqlalchemy import inspect, select
from sqlalchemy.event import listen
from tampering import raw_sql

from handbook.grading.submissions import Person
from handbook.records.database import schema
from handbook.records.database.engine import connect, database_url
from handbook.records.database.migrations import MIGRATIONS
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.history.events import Kind
from handbook.records.intake.hand_ins import hand_in_all
from handbook.records.invitations.invited import start
from handbook.records.invitations.tokens import invite

BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)

ONLY_SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
ONLY_SERVER = pytest.mark.parametrize("place", ["postgresql"], indirect=True)
"""For what is so of one kind of database; the rest runs on both."""


def test_records_outlive_the_process(place):
    """What one store recorded another reads; opening again changes nothing."""
    with Store(place) as store:
        record_passes(store, BOOK, 2)
        before = list(store.lines())

    with Store(place) as again:
        assert list(again.lines()) == before
        assert again.verify() == ()


def test_starts_are_found_with_whose_they_are(place):
    """Of many sittings asked for at once; whose an erased one was, nobody says."""
    people = [Person("A1", "王小明"), Person("B2", "李小红")]
    made = [invite(BOOK, one, "entry", NOW, MORNING) for one in people]
    others = {str(uuid.uuid4()) for _ in range(1200)}
    with Store(place) as store:
        for one in made:
            start(BOOK, store, one, MORNING)
        store.erase("B2", reason="离职", by="T1", now=NOW)

        found = store.starts(others | {one.sitting for one in made})

    assert {sitting: number for sitting, (_, number) in found.items()} == {
        made[0].sitting: "A1",
        made[1].sitting: "",
    }
    assert {event.kind for event, _ in found.values()} == {Kind.STARTED}


@ONLY_SQLITE
def test_looking_makes_no_file(place):
    """A report on records that do not exist yet leaves no empty database behind."""
    with Store.existing(place) as store:
        assert list(store.events()) == []

    assert not Path(place).exists()


@ONLY_SQLITE
def test_records_that_are_needed_must_be_there(tmp_path: Path, place: str):
    """Nobody is told that records are whole which are not there at all."""
    assert place
    with pytest.raises(StoreError, match="找不到记录库"):
        Store.existing(str(tmp_path / "no.sqlite"), needed=True)


@ONLY_SQLITE
def test_every_commit_waits_for_the_disk(store):
    """WAL with synchronous FULL: an acknowledged record survives a power cut."""
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_migrations_run_once_and_make_the_tables_of_the_schema(store):
    """The database has the columns that the statements use, and a record of how."""
    found = inspect(store._engine)

    for table in schema.metadata.tables.values():
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert columns == set(table.columns.keys())
    with store._engine.connect() as connection:
        names = list(connection.scalars(select(schema.migrations.c.name)))
    assert sorted(names) == sorted(step.__name__ for step in MIGRATIONS)


def test_older_records_let_go_of_the_index_of_hashes(store, place):
    """The events stay as they are, and as protected as they were."""
    record_passes(store, BOOK, 2)
    before = list(store.events())
    store.close()
    with raw_sql(place) as raw:
        if raw.dialect.name == "postgresql":
            raw.exec_driver_sql("ALTER TABLE events ADD UNIQUE (hash)")
        else:
            told = "SELECT sql FROM sqlite_master WHERE name='events'"
            made = str(raw.exec_driver_sql(told).scalar_one())
            raw.exec_driver_sql("ALTER TABLE events RENAME TO moved")
            raw.exec_driver_sql(f"{made.rstrip().rstrip(')')}, UNIQUE (hash))")
            raw.exec_driver_sql("INSERT INTO events SELECT * FROM moved")
            raw.exec_driver_sql("DROP TABLE moved")
        raw.exec_driver_sql("DELETE FROM migrations WHERE name='index_no_hashes'")
        assert inspect(raw).get_unique_constraints("events")

    with Store(place) as opened:
        assert inspect(opened._engine).get_unique_constraints("events") == []
        assert list(opened.events()) == before
        assert opened.verify() == ()
        indexes = {one["name"] for one in inspect(opened._engine).get_indexes("events")}
        assert {"events_of_person", "one_hand_in_per_sitting"} <= indexes
    with pytest.raises(Exception, match="append only"), raw_sql(place) as raw:
        raw.exec_driver_sql("DELETE FROM events")


def test_records_of_a_newer_program_are_left_alone(place):
    """An older program says so instead of writing what the newer one cannot read."""
    Store(place).close()
    with raw_sql(place) as raw:
        raw.exec_driver_sql("INSERT INTO migrations VALUES ('from_the_future')")

    with pytest.raises(StoreError, match="更新版本"):
        Store(place)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("{folder}/missing/records.sqlite", "打不开"),
        ("{folder}/text.sqlite", "不是记录库文件"),
        ("{folder}", "打不开"),
        ("postgresql+psycopg://user:geheim@127.0.0.1:1/db", "连不上"),
        ("mysql+pymysql://user:geheim@localhost/db", "pip install pymysql"),
        ("nosuch://x", "看不懂"),
        ("://", "看不懂"),
    ],
)
def test_records_that_cannot_be_opened(tmp_path, url, said):
    """Each reason in Chinese, without a password, and nothing is left behind."""
    (tmp_path / "text.sqlite").write_text("这不是数据库" * 200, encoding="utf-8")

    with pytest.raises(StoreError, match=said) as caught:
        Store(url.format(folder=tmp_path))

    assert "geheim" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["text.sqlite"]


@ONLY_SQLITE
def test_a_locked_database_is_reported_and_nothing_recorded(store, place):
    """Another program that holds the file open for writing is named as the cause."""
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    raw = sqlite3.connect(place, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match="占用"):
        store.record(graded(BOOK), EXAM, NOW)

    raw.execute("ROLLBACK")
    raw.close()
    assert list(store.events()) == []


@ONLY_SQLITE
def test_half_a_file_is_called_damaged(place):
    """And not taken for a full disk: what helps is a backup."""
    with Store(place) as store:
        record_passes(store, BOOK, 30)
    file = Path(place)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    with pytest.raises(StoreError, match="备份"), Store(place) as store:
        store.verify()


@ONLY_SQLITE
def test_what_happens_all_day_reads_no_whole_table(store):
    """However long the records are: what SQLite plans for each of its questions says so."""
    asked: list[tuple[str, Any]] = []
    listen(
        store._engine,
        "before_cursor_execute",
        lambda _c, _u, statement, values, *_: asked.append((statement, values)),
    )
    grades = [graded(BOOK, number=f"P{n}") for n in range(3)]
    again = [graded(BOOK, number=f"P{n}") for n in range(3)]
    store.record_all([(one, EXAM) for one in grades], NOW)
    store.record_all([(one, EXAM) for one in (*grades, *again)], NOW)
    (outcome,) = hand_in_all(BOOK, store, [("x.json", b"{}")], via="file", now=NOW)
    assert outcome.status == "refused"
    about = {"reason": "x", "by": "T1", "now": NOW}
    waived = store.note(Kind.WAIVED, grades[0].submission.person, EXAM.id, **about)
    store.void(waived.receipt, **about)

    questions = [one for one in asked if one[0].startswith("SELECT")]
    with store._engine.connect() as connection:
        plans = [
            str(step[-1])
            for statement, values in questions
            for step in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", values
            )
        ]
    whole = {step for step in plans if step.startswith("SCAN")}
    assert whole <= {"SCAN head"}  # it has one row
    for index in ("one_hand_in_per_sitting", "one_hand_in_per_digest"):
        assert any(f"SEARCH events USING INDEX {index}" in step for step in plans)
    assert any("SEARCH outlines USING PRIMARY KEY" in step for step in plans)


@ONLY_SERVER
def test_tables_of_a_server_say_what_they_hold(store):
    """To whoever opens them with a database tool: each table and each odd column."""
    found = inspect(store._engine)

    for table in schema.metadata.tables.values():
        assert found.get_table_comment(table.name)["text"] == table.comment
        told = {one["name"]: one["comment"] for one in found.get_columns(table.name)}
        assert told == {column.name: column.comment for column in table.columns}


@ONLY_SERVER
def test_a_server_that_promises_too_early_is_told_otherwise(place):
    """Set up not to wait for its disk, it waits for records all the same."""
    eager = f"{place}%20-csynchronous_commit%3Doff"
    with raw_sql(eager) as raw, Store(eager) as other:
        asked = "SHOW synchronous_commit"
        with other._engine.connect() as connection:
            told = connection.exec_driver_sql(asked).scalar()

        assert (raw.exec_driver_sql(asked).scalar(), told) == ("off", "on")


def test_engine_keeps_urls_and_paths_apart():
    """A Windows path is a path; a URL is a URL."""
    assert database_url("a b/记录.sqlite").database == "a b/记录.sqlite"
    assert database_url(r"C:\手册\r.sqlite").get_backend_name() == "sqlite"
    assert database_url("sqlite:///x.db").database == "x.db"
    with connect(database_url("sqlite://")).connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
