"""Whatever is done to the records behind the program's back is named by its number."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from handing_in import MORNING, graded, record_passes, small_book
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from tampering import raw_sql, tamper

from handbook.records.care.decisions import (
    verify_text,
)
from handbook.records.database import chain, schema
from handbook.records.database.store import Store

BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)


def named(store: Store) -> list[tuple[str, int, int]]:
    """What verify says: kind and numbers."""
    return [(fault.kind.name, fault.first, fault.last) for fault in store.verify()]


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET exam='x'", "DELETE FROM events"]
)
def test_database_itself_refuses_changes(store, place, statement):
    """Not even raw SQL changes an event while the triggers stand."""
    record_passes(store, BOOK, 1)

    with pytest.raises(DBAPIError, match="append only"), raw_sql(place) as raw:
        raw.exec_driver_sql(statement)

    assert len(list(store.events())) == 2
    assert store.verify() == ()


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_server_refuses_to_be_emptied(store, place):
    """TRUNCATE is no DELETE; it is refused all the same."""
    record_passes(store, BOOK, 1)

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
    "only the noted end renumbered": (
        ["UPDATE head SET sequence=7"],
        [("HEAD", 8, 8)],
    ),
    "renumbered as high as it goes": (
        ["UPDATE events SET sequence=2147483647 WHERE sequence=8"],
        [("MOVED", 2147483647, 2147483647)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_named(store, place, what):
    """Each edit, removal and swap is told apart and told by its number."""
    statements, expected = TAMPERINGS[what]
    record_passes(store, BOOK, 4)

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
    record_passes(store, BOOK, 4)

    forged(store, place, after=after, number=after + 1)

    faults = store.verify()
    assert [(f.kind.name, f.first) for f in faults if f.kind.name != "MOVED"] == [
        ("INSERTED", after + 1)
    ]


def test_a_forged_row_at_the_end_is_named(store, place):
    """It hangs on the chain, but the program never noted it."""
    record_passes(store, BOOK, 4)

    forged(store, place, after=8, number=9)

    assert named(store) == [("INSERTED", 9, 9)]


def test_a_row_inserted_without_a_good_hash_is_named(store, place):
    """A crude insertion at the end, as by hand in a database tool."""
    record_passes(store, BOOK, 4)

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
    receipts = record_passes(store, BOOK, 4)
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
    record_passes(store, BOOK, 1)
    sound, lines = verify_text(store, None)
    number, mark = store.end()
    record_passes(store, BOOK, 3)

    assert sound
    assert f"{number}-{mark[:12]}" in lines[1]
    assert verify_text(store, f"{number}-{mark[:12]}")[0]


@pytest.mark.parametrize("told", ["abc", "1", "1-", "1-ABC", "x-3f9a1b22c0de", "1-3f9"])
def test_what_is_no_mark_accuses_nobody(store, told):
    """A slip in copying is said to be one; nothing was rewritten."""
    record_passes(store, BOOK, 1)

    sound, (line,) = verify_text(store, told)

    assert not sound
    assert line.startswith(f"“{told}”不是末尾标记或回执")
    assert "改写" not in line


def test_a_name_taken_out_by_hand_is_found(store: Store, place: str):
    """Names stand outside the chain; only an erasure on record may take one away."""
    receipt, _ = record_passes(store, BOOK, 2)
    with raw_sql(place) as raw:
        raw.execute(schema.people.delete().where(schema.people.c.number == "P1"))

    sound, lines = verify_text(store, None)

    assert not sound
    assert any(receipt.code in line and "姓名" in line for line in lines)


def test_that_all_names_are_gone_is_told_once(store: Store, place: str):
    """Whoever read in an export knows why; nobody reads a line for each record."""
    record_passes(store, BOOK, 2)
    with raw_sql(place) as raw:
        raw.execute(schema.people.delete())

    sound, lines = verify_text(store, None)

    assert not sound
    assert len(lines) == 1
    assert "没有任何人的姓名" in lines[0]


def test_an_erased_person_is_no_fault(store: Store):
    """Whoever was erased on record is missed by nobody."""
    grade = graded(BOOK)
    store.record(grade, EXAM, NOW)

    store.erase(grade.submission.person.number, reason="离职", by="T1", now=NOW)

    assert store.strangers() == ()
    assert verify_text(store, None)[0]
