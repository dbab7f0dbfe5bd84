"""The records: appended once, in one chain, and every tampering named."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from handing_in import MORNING, answer_file, as_bytes, graded, small_book
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert, inspect, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.exc import DBAPIError

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person
from handbook.records.care.decisions import (
    Note,
    NoteError,
    decide,
    take_back,
    verify_text,
)
from handbook.records.database import chain, schema
from handbook.records.database.engine import connect, database_url
from handbook.records.database.migrations import MIGRATIONS
from handbook.records.database.queries import BY_DIGEST, BY_SITTING
from handbook.records.database.store import Receipt, Store, StoreError
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Kind
from handbook.records.intake.hand_ins import hand_in_all

BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)
PERSON = Person("A1024", "王小明")


ONLY_SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""For what is so of a file and not of a server; the rest runs on both."""


@contextmanager
def raw_sql(place: str) -> Iterator[Connection]:
    """A connection as someone with a database tool has it: no care taken."""
    engine = create_engine(database_url(place))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def fill(store: Store, people: int = 4) -> list[Receipt]:
    """Record a pass for each of some people: two events each."""
    return [
        store.record(graded(BOOK, number=f"P{n}", name=f"员工{n}"), EXAM, NOW)
        for n in range(1, people + 1)
    ]


def tamper(place: str, *statements: str) -> None:
    """Run raw SQL as someone who owns the database would."""
    with raw_sql(place) as raw:
        on = " ON events" if raw.dialect.name == "postgresql" else ""
        for verb in ("update", "delete"):
            raw.exec_driver_sql(f"DROP TRIGGER IF EXISTS events_no_{verb}{on}")
        for statement in statements:
            raw.exec_driver_sql(statement)


def named(store: Store) -> list[tuple[str, int, int]]:
    """What verify says: kind and numbers."""
    return [(fault.kind.name, fault.first, fault.last) for fault in store.verify()]


def test_a_hand_in_is_two_events_in_one_chain(store):
    """Submitted and graded, each with the hash of the one before."""
    grade = graded(BOOK)

    receipt = store.record(grade, EXAM, NOW)

    first, second = store.events()
    assert [first.kind, second.kind] == [Kind.SUBMITTED, Kind.GRADED]
    assert first.previous == chain.GENESIS
    assert second.previous == first.hash
    assert receipt.event == second
    assert receipt.code == f"2-{second.hash[:12]}"
    assert not receipt.duplicate
    assert first.at == NOW
    assert store.verify() == ()


def test_the_hash_is_what_design_says(store):
    """SHA-256 over the previous hash and the canonical event, from the export alone."""
    fill(store, 2)
    previous = "0" * 64

    for line in store.lines():
        event = {k: line[k] for k in line if k not in {"sequence", "previous", "hash"}}
        text = json.dumps(
            event, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        previous = hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()

        assert line["hash"] == previous


def test_a_graded_event_carries_all_that_regrading_needs(store):
    """Items with raw answers, exact marks, clauses, and the rule of the day."""
    grade = graded(BOOK, wrong=1)

    store.record(grade, EXAM, NOW)

    event = list(store.events())[1]
    payload = event.payload
    assert event.digest == grade.submission.digest
    assert event.sitting == grade.submission.sitting
    assert payload["score"] == "4"
    assert payload["possible"] == 5
    assert payload["share"] == "4/5"
    assert payload["rule"] == {
        "pass_mark": "4/5", "attempts": 3, "cooldown": "24小时", "valid_for": "12个月",
    }  # fmt: skip
    assert payload["clauses"] == dict(grade.clauses)
    assert [i["id"] for i in payload["items"]] == [i.item for i in grade.items]
    assert sum("answer" in i for i in payload["items"]) == 4
    assert payload["items"][0]["answer"] == list(
        grade.submission.answers[grade.items[0].token]
    )


def test_names_stay_out_of_the_events(store):
    """Only `people` knows who a key is."""
    store.record(graded(BOOK, number="Z99", name="欧阳修"), EXAM, NOW)

    exported = json.dumps(list(store.lines()), ensure_ascii=False)

    assert "欧阳修" not in exported
    assert "Z99" not in exported
    assert list(store.people().values()) == [Person("Z99", "欧阳修")]


@pytest.mark.parametrize("same", ["file", "sitting"])
def test_handed_in_twice_is_recorded_once(store, same):
    """The first receipt and the first marks come back, whatever the second says."""
    sitting = str(uuid.uuid4())
    first = graded(BOOK, wrong=1, sitting=sitting)
    second = first if same == "file" else graded(BOOK, wrong=0, sitting=sitting)
    before = store.record(first, EXAM, NOW)

    after = store.record(second, EXAM, NOW + timedelta(hours=1))

    assert after.duplicate
    assert after.code == before.code
    assert after.event.at == NOW
    # Else someone could try out answers until the score says which were right.
    assert after.grade == first
    assert len(list(store.events())) == 2


def test_twice_in_one_batch_is_recorded_once(store):
    """The same file under two names."""
    grade = graded(BOOK)

    one, two = store.record_all([(grade, EXAM), (grade, EXAM)], NOW)

    assert (one.duplicate, two.duplicate) == (False, True)
    assert one.code == two.code


def test_somebody_elses_sitting_is_refused(store):
    """A copied answer file under another number gets no receipt and no marks."""
    sitting = str(uuid.uuid4())
    store.record(graded(BOOK, sitting=sitting), EXAM, NOW)

    (refusal,) = store.record(
        graded(BOOK, number="B2", name="李四", sitting=sitting), EXAM, NOW
    )

    assert refusal.code == "A693"
    assert len(list(store.events())) == 2
    assert [p.number for p in store.people().values()] == ["A1024"]


def test_a_hand_in_whose_grade_was_taken_out_is_told_to_be_verified(store, place):
    """Whoever tries again gets no receipt for it, and no traceback."""
    grade = graded(BOOK)
    store.record(grade, EXAM, NOW)

    tamper(place, "DELETE FROM events WHERE kind='graded'")

    with pytest.raises(BrokenEventError, match="verify"):
        store.first(grade.submission)


def test_cool_down_and_attempts_hold_at_hand_in(store):
    """What may not be sat leaves no trace; in one batch as well as one by one."""
    exam = EXAM.model_copy(update={"attempts": 2})
    days = [graded(BOOK, wrong=5, begun=MORNING - timedelta(days=n)) for n in (9, 6)]
    soon = graded(BOOK, begun=MORNING - timedelta(days=8, hours=12))
    third = graded(BOOK, begun=MORNING - timedelta(days=1))

    first, refused, second, over = store.record_all(
        [(days[0], exam), (soon, exam), (days[1], exam), (third, exam)], NOW
    )

    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    assert [refused[0].code, over[0].code] == ["A691", "A692"]
    assert len(list(store.events())) == 4


def test_another_name_for_a_number_is_told(store):
    """The first name stays on record; the receipt says that they differ."""
    store.record(graded(BOOK, wrong=5, begun=MORNING - timedelta(days=5)), EXAM, NOW)

    receipt = store.record(graded(BOOK, name="王大明"), EXAM, NOW)

    assert receipt.known_name == "王小明"
    assert store.person("a1024") == PERSON


def test_rehearsal_leaves_nothing(store):
    """It decides as a real run would, then takes everything back."""
    failed = graded(BOOK, wrong=5)
    soon = graded(BOOK, begun=MORNING + timedelta(hours=1))

    one, two = store.record_all([(failed, EXAM), (soon, EXAM)], NOW, rehearse=True)

    assert isinstance(one, Receipt)
    assert two[0].code == "A691"
    assert list(store.events()) == []
    assert store.people() == {}


def test_assign_waive_void(store):
    """A trainer's decisions go on record with reason and author, and nothing else."""
    note = Note("补课完成", "T01", NOW)
    options = {"exam": "entry", "exams": BOOK.exams, "note": note}
    told = decide(store, Kind.WAIVED, number=" a1024", name="王小明", **options)
    (waived,) = store.events()

    take_back(store, waived.receipt, note)
    decide(store, Kind.ASSIGNED, number="A1024", name="", **options)

    assert waived.receipt in told
    kinds = [event.kind for event in store.events()]
    assert kinds == [Kind.WAIVED, Kind.VOIDED, Kind.ASSIGNED]
    assert waived.payload == {"reason": "补课完成", "by": "T01"}
    assert len(store.people()) == 1
    assert store.verify() == ()


@pytest.mark.parametrize(
    "receipt", ["", "9-abc", "1-", "x-y", "1", "-", "²-a", f"{10**30}-a"]
)
def test_no_such_receipt(store, receipt):
    """Whatever was typed, nothing is voided and the message says what it looks like."""
    fill(store, 1)

    with pytest.raises(NoteError, match="没有回执为"):
        take_back(store, receipt, Note("错", "T", NOW))

    assert len(list(store.events())) == 2


def test_unknown_exam_or_person_is_no_note(store):
    """Nothing is made up for a mistyped number."""
    note = Note("x", "T", NOW)
    known = {"exams": BOOK.exams, "note": note}

    with pytest.raises(NoteError, match="没有编号为 nope"):
        decide(store, Kind.WAIVED, number="A1", name="王", exam="nope", **known)
    with pytest.raises(NoteError, match="--name"):
        decide(store, Kind.WAIVED, number="A1", name=" ", exam="entry", **known)

    assert list(store.events()) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET exam='x'", "DELETE FROM events"]
)
def test_database_itself_refuses_changes(store, place, statement):
    """Not even raw SQL changes an event while the triggers stand."""
    fill(store, 1)

    with pytest.raises(DBAPIError, match="append only"), raw_sql(place) as raw:
        raw.exec_driver_sql(statement)

    assert len(list(store.events())) == 2
    assert store.verify() == ()


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_server_refuses_to_be_emptied(store, place):
    """TRUNCATE is no DELETE; it is refused all the same."""
    fill(store, 1)

    with pytest.raises(DBAPIError, match="append only"), raw_sql(place) as raw:
        raw.exec_driver_sql("TRUNCATE events")

    assert store.verify() == ()


# Eight events: 1/2 of P1, 3/4 of P2, 5/6 of P3, 7/8 of P4.
TAMPERINGS = {
    "edited payload": (
        ["UPDATE events SET payload=replace(payload,'\"passed\":true','\"passed\":false') "
         "WHERE sequence=4"],
        [("EDITED", 4, 4)],
    ),
    "edited by a space": (
        ["UPDATE events SET payload=payload||' ' WHERE sequence=8"],
        [("EDITED", 8, 8)],
    ),
    "edited time": (
        ["UPDATE events SET at='2020-01-01T00:00:00+00:00' WHERE sequence=1"],
        [("EDITED", 1, 1)],
    ),
    "another person": (
        ["UPDATE events SET person=(SELECT person FROM events WHERE sequence=1) "
         "WHERE sequence=6"],
        [("EDITED", 6, 6)],
    ),
    "no text any more": (
        ["UPDATE events SET payload=x'00ff', at=7 WHERE sequence=5"],
        [("EDITED", 5, 5)],
    ),
    "edited hash": (
        ["UPDATE events SET hash='ab' WHERE sequence=3"],
        [("EDITED", 3, 3)],
    ),
    "edited hash of the last": (
        ["UPDATE events SET hash='ab' WHERE sequence=8"],
        [("EDITED", 8, 8)],
    ),
    "edited previous": (
        ["UPDATE events SET previous='ab' WHERE sequence=5"],
        [("EDITED", 5, 5)],
    ),
    "edited previous to an earlier one": (
        ["UPDATE events SET previous=(SELECT hash FROM events WHERE sequence=2) "
         "WHERE sequence=6"],
        [("EDITED", 6, 6)],
    ),
    "two edited": (
        ["UPDATE events SET exam='x' WHERE sequence IN (2, 7)"],
        [("EDITED", 2, 2), ("EDITED", 7, 7)],
    ),
    "removed": (
        ["DELETE FROM events WHERE sequence=5"],
        [("REMOVED", 5, 5)],
    ),
    "removed several": (
        ["DELETE FROM events WHERE sequence IN (2, 3, 6)"],
        [("REMOVED", 2, 3), ("REMOVED", 6, 6)],
    ),
    "removed first": (
        ["DELETE FROM events WHERE sequence=1"],
        [("REMOVED", 1, 1)],
    ),
    "removed last": (
        ["DELETE FROM events WHERE sequence>6"],
        [("REMOVED", 7, 8)],
    ),
    "removed all": (
        ["DELETE FROM events"],
        [("REMOVED", 1, 8)],
    ),
    "removed and renumbered": (
        ["DELETE FROM events WHERE sequence=3",
         "UPDATE events SET sequence=-sequence WHERE sequence>3",
         "UPDATE events SET sequence=-sequence-1 WHERE sequence<0",
         "UPDATE head SET sequence=7"],
        [("REMOVED", 2, 3)],
    ),
    "swapped neighbours": (
        ["UPDATE events SET sequence=-4 WHERE sequence=4",
         "UPDATE events SET sequence=4 WHERE sequence=5",
         "UPDATE events SET sequence=5 WHERE sequence=-4"],
        [("MOVED", 4, 5)],
    ),
    "swapped far": (
        ["UPDATE events SET sequence=-2 WHERE sequence=2",
         "UPDATE events SET sequence=2 WHERE sequence=7",
         "UPDATE events SET sequence=7 WHERE sequence=-2"],
        [("MOVED", 2, 2), ("MOVED", 7, 7)],
    ),
    "renumbered": (
        ["UPDATE events SET sequence=9 WHERE sequence=8"],
        [("MOVED", 9, 9)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_named(store, place, what):
    """Each edit, removal and swap is told apart and told by its number."""
    statements, expected = TAMPERINGS[what]
    fill(store)

    tamper(place, *statements)

    assert named(store) == expected


def links(count: int) -> list[chain.Link]:
    """A sound chain without a database."""
    hashes = [chain.GENESIS, *(f"{n:064x}" for n in range(1, count + 1))]
    return [
        chain.Link(n, hashes[n - 1], hashes[n], intact=True, label=str(n))
        for n in range(1, count + 1)
    ]


@given(st.data())
def test_exactly_what_was_removed_is_named(data):
    """Whatever is cut out, each missing number is told and no other."""
    whole = links(data.draw(st.integers(1, 12)))
    lost = data.draw(st.sets(st.integers(1, len(whole)), min_size=1))

    faults = chain.find_faults(
        [link for link in whole if link.sequence not in lost],
        (len(whole), whole[-1].hash),
    )

    assert {fault.kind for fault in faults} == {chain.FaultKind.REMOVED}
    assert sorted(n for f in faults for n in range(f.first, f.last + 1)) == sorted(lost)


@given(st.permutations(range(1, 9)))
def test_exactly_what_was_reordered_is_named(order):
    """Whatever the new order, each event out of its place is told and no other."""
    whole = links(8)
    moved = [
        chain.Link(place, link.previous, link.hash, intact=True, label="")
        for place, link in enumerate((whole[n - 1] for n in order), 1)
    ]

    faults = chain.find_faults(moved, (8, whole[-1].hash))

    assert {fault.kind for fault in faults} <= {chain.FaultKind.MOVED}
    assert [n for f in faults for n in range(f.first, f.last + 1)] == [
        place for place, n in enumerate(order, 1) if place != n
    ]


@given(st.data())
def test_exactly_what_was_edited_is_named(data):
    """Whatever rows no longer match their hash, they are told and no other."""
    whole = links(data.draw(st.integers(1, 12)))
    touched = data.draw(st.sets(st.integers(1, len(whole))))

    faults = chain.find_faults(
        [replace(link, intact=link.sequence not in touched) for link in whole],
        (len(whole), whole[-1].hash),
    )

    assert [(f.kind, f.first) for f in faults] == [
        (chain.FaultKind.EDITED, n) for n in sorted(touched)
    ]


def forged(store: Store, place: str, *, after: int, number: int) -> None:
    """Insert an event that is hashed correctly behind another one."""
    base = list(store.events())[after - 1]
    fields = {
        "kind": "graded", "at": "2026-11-23T04:00:00+00:00", "person": "x",
        "exam": "entry", "sitting": str(uuid.uuid4()), "digest": None,
    }  # fmt: skip
    payload = '{"passed":true}'
    here = chain.event_hash(base.hash, fields, payload)
    tamper(
        place,
        f"UPDATE events SET sequence=-sequence WHERE sequence>={number:d}",  # noqa: S608 - a number
        "UPDATE events SET sequence=-sequence+1 WHERE sequence<0",
    )
    row = fields | {
        "sequence": number, "payload": payload, "previous": base.hash, "hash": here,
    }  # fmt: skip
    with raw_sql(place) as raw:
        raw.execute(insert(schema.events), row)


@pytest.mark.parametrize("after", [1, 4, 7])
def test_a_forged_row_in_the_middle_is_named(store, place, after):
    """Even with a correct hash; what follows it is not accused."""
    fill(store)

    forged(store, place, after=after, number=after + 1)

    faults = store.verify()
    assert [(f.kind.name, f.first) for f in faults if f.kind.name != "MOVED"] == [
        ("INSERTED", after + 1)
    ]


def test_a_forged_row_at_the_end_is_named(store, place):
    """It hangs on the chain, but the program never noted it."""
    fill(store)

    forged(store, place, after=8, number=9)

    assert named(store) == [("INSERTED", 9, 9)]


def test_a_row_inserted_without_a_good_hash_is_named(store, place):
    """A crude insertion at the end, as by hand in a database tool."""
    fill(store)

    tamper(
        place,
        "INSERT INTO events SELECT 9, kind, at, person, exam, 'new', NULL, payload, "
        "'aa', 'bb' FROM events WHERE sequence=2",
    )

    assert [f for f in named(store) if f[1] == 9]


def rehash(place: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Rewrite all events with fresh hashes: an attacker who knows the algorithm."""
    tamper(place)
    table = schema.events
    with raw_sql(place) as raw:
        previous = chain.GENESIS
        for row in raw.execute(select(table).order_by(table.c.sequence)).all():
            fields = change(dict(row._mapping))
            hashed = {
                k: fields[k]
                for k in ("kind", "at", "person", "exam", "sitting", "digest")
            }
            here = chain.event_hash(previous, hashed, fields["payload"])
            raw.execute(
                update(table)
                .where(table.c.sequence == row.sequence)
                .values(payload=fields["payload"], previous=previous, hash=here)
            )
            previous = here


def test_a_rewritten_chain_no_longer_ends_where_it_did(store, place):
    """Recomputed hashes disagree with the noted end, and with every receipt."""
    receipts = fill(store)
    number, mark = store.end()

    rehash(place, lambda row: row | {"payload": row["payload"].replace("5", "6")})

    assert named(store) == [("HEAD", 8, 8)]
    tamper(place, "UPDATE head SET hash=(SELECT hash FROM events WHERE sequence=8)")
    assert {kind for kind, *_ in named(store)} == {"OUTLINE"}
    store.rebuild()
    assert store.verify() == ()
    for told in (receipts[0].code, f"{number}-{mark[:12]}"):
        sound, lines = verify_text(store, told)
        assert not sound
        assert told in lines[0]


def test_verify_text_of_sound_records(store):
    """It gives a mark that agrees with itself later, when more was recorded."""
    fill(store, 1)
    sound, lines = verify_text(store, None)
    number, mark = store.end()
    fill(store, 3)

    assert sound
    assert f"{number}-{mark[:12]}" in lines[1]
    assert verify_text(store, f"{number}-{mark[:12]}")[0]


@pytest.mark.parametrize("told", ["abc", "1", "1-", "1-ABC", "x-3f9a1b22c0de", "1-3f9"])
def test_what_is_no_mark_accuses_nobody(store, told):
    """A slip in copying is said to be one; nothing was rewritten."""
    fill(store, 1)

    sound, (line,) = verify_text(store, told)

    assert not sound
    assert line.startswith(f"“{told}”不是末尾标记或回执")
    assert "改写" not in line


WRITER = """
import sys
from datetime import timedelta
sys.path.insert(0, {tests!r})
from handing_in import MORNING, graded, small_book
from handbook.records.database.store import Store
book = small_book()
who, count = sys.argv[2], int(sys.argv[3])
grades = [graded(book, number=f"{{who}}{{n}}", name="某人") for n in range(count)]
store = Store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for grade in grades:
    receipt = store.record(grade, book.exams["entry"], MORNING + timedelta(hours=1))
    print(receipt.code, flush=True)
"""


def writer(place: str, who: str, count: int) -> subprocess.Popen[str]:
    """Another process that records, and tells each receipt once it has it."""
    code = WRITER.format(tests=str(Path(__file__).parent))
    started = subprocess.Popen(
        [sys.executable, "-c", code, place, who, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout.readline() == "ready\n"
    return started


def test_two_processes_never_fork_the_chain(place):
    """Both record fifty at once into a database neither found: none lost or doubled."""
    both = [writer(place, who, 50) for who in "AB"]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()

    receipts = [line for p in both for line in p.communicate()[0].split()]

    with Store(place) as store:
        assert store.verify() == ()
        graded_events = [e for e in store.events() if e.kind is Kind.GRADED]
        assert len(receipts) == 100
        assert {e.receipt for e in graded_events} == set(receipts)
        assert len(store.people()) == 100


def test_threads_of_one_process_take_turns(store):
    """As in the server: forty at once, one chain."""
    grades = [graded(BOOK, number=f"T{n}") for n in range(40)]
    found: list[Receipt] = []

    def work(grade: Grade) -> None:
        found.append(store.record(grade, EXAM, NOW))

    threads = [threading.Thread(target=work, args=(grade,)) for grade in grades]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({receipt.code for receipt in found}) == 40
    assert store.verify() == ()


def test_the_same_hand_in_from_many_threads_is_one_record(store):
    """A learner who clicks twenty times."""
    grade = graded(BOOK)
    found: list[Receipt] = []
    threads = [
        threading.Thread(target=lambda: found.append(store.record(grade, EXAM, NOW)))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(not receipt.duplicate for receipt in found) == 1
    assert len({receipt.code for receipt in found}) == 1


def test_records_outlive_the_process(place):
    """What one store recorded another reads; opening again changes nothing."""
    with Store(place) as store:
        fill(store, 2)
        before = list(store.lines())

    with Store(place) as again:
        assert list(again.lines()) == before
        assert again.verify() == ()


@ONLY_SQLITE
def test_looking_makes_no_file(place):
    """A report on records that do not exist yet leaves no empty database behind."""
    with Store.existing(place) as store:
        assert list(store.events()) == []

    assert not Path(place).exists()


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


def test_a_clock_set_back_does_no_harm(store):
    """Order is the chain's, not the clock's."""
    store.record(graded(BOOK, number="A1"), EXAM, NOW)
    store.record(graded(BOOK, number="A2"), EXAM, NOW - timedelta(days=400))

    assert store.verify() == ()


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (BY_SITTING, "one_hand_in_per_sitting"),
        (BY_DIGEST, "one_hand_in_per_digest"),
    ],
)
def test_duplicates_are_found_by_index(store, query, index):
    """Not by reading all events: the partial indexes are used."""
    query = query.params(sitting="a", digest="a")
    text = str(query.compile(store._engine, compile_kwargs={"literal_binds": True}))

    with store._engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").fetchall()

    assert f"SEARCH events USING INDEX {index}" in " ".join(str(s[-1]) for s in plan)


def test_schema_is_good_for_postgresql():
    """Every table and index compiles for it, with the comments."""
    said: list[str] = []

    def hear(statement: Any, *_: object) -> None:
        said.append(str(statement.compile(dialect=postgresql.dialect())))

    server = MockConnection(postgresql.dialect(), hear)
    schema.metadata.create_all(server, checkfirst=False)

    told = " ".join(said)
    assert "WHERE kind = 'submitted'" in told
    assert "COMMENT ON TABLE events" in told


def test_engine_keeps_urls_and_paths_apart():
    """A Windows path is a path; a URL is a URL."""
    assert database_url("a b/记录.sqlite").database == "a b/记录.sqlite"
    assert database_url(r"C:\手册\r.sqlite").get_backend_name() == "sqlite"
    assert database_url("sqlite:///x.db").database == "x.db"
    with connect(database_url("sqlite://")).connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_files_count_by_when_they_were_sat(store):
    """Of two files the earlier sitting is recorded first, whatever they are called."""
    late = answer_file(BOOK, begun=MORNING - timedelta(days=2), wrong=5)
    early = answer_file(BOOK, begun=MORNING - timedelta(days=5), wrong=5)
    files = [("a.json", as_bytes(late)), ("b.json", as_bytes(early)), ("c.json", b"{")]

    outcomes = list(hand_in_all(BOOK, store, files, via="file", now=NOW))

    assert [(o.name, o.status) for o in outcomes] == [
        ("c.json", "refused"),
        ("b.json", "recorded"),
        ("a.json", "recorded"),
    ]


def test_now_is_stored_in_utc(store):
    """Whatever zone the recording machine keeps."""
    store.record(graded(BOOK), EXAM, NOW)

    assert next(store.events()).at == NOW.astimezone(UTC)
    assert next(iter(store.lines()))["at"] == "2026-11-23T04:00:00+00:00"
    assert datetime.fromisoformat(next(store.lines())["at"]).tzinfo is not None


def test_a_name_taken_out_by_hand_is_found(store: Store, place: str):
    """Names stand outside the chain; only an erasure on record may take one away."""
    receipt = store.record(graded(BOOK), EXAM, NOW)
    assert isinstance(receipt, Receipt)
    with raw_sql(place) as connection:
        connection.execute(schema.people.delete())
        connection.commit()

    sound, lines = verify_text(store, None)

    assert not sound
    assert any(receipt.code in line and "姓名" in line for line in lines)


def test_an_erased_person_is_no_fault(store: Store):
    """Whoever was erased on record is missed by nobody."""
    grade = graded(BOOK)
    store.record(grade, EXAM, NOW)

    store.erase(grade.submission.person.number, reason="离职", by="T1", now=NOW)

    assert store.strangers() == ()
    assert verify_text(store, None)[0]


@ONLY_SQLITE
def test_records_that_are_needed_must_be_there(tmp_path: Path, place: str):
    """Nobody is told that records are whole which are not there at all."""
    assert place
    with pytest.raises(StoreError, match="找不到记录库"):
        Store.existing(str(tmp_path / "no.sqlite"), needed=True)
