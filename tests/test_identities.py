"""Whose results are whose cannot be changed behind the program's back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from handing_in import MORNING, graded, small_book
from tampering import tamper

from handbook.canonical import canonical
from handbook.grading.regrade import Policy
from handbook.grading.submissions import Person
from handbook.records.care.decisions import verify_text
from handbook.records.database.archive import ArchiveError, back_up, take_over
from handbook.records.database.store import Store
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Kind
from handbook.records.history.people import is_theirs, key_for
from handbook.records.regrading.plans import plan
from handbook.records.statistics.analysis import exam_statistics

BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)


@pytest.fixture
def store(place: str):
    """One who passed, one who failed."""
    with Store(place) as opened:
        opened.record(graded(BOOK, number="A1", name="过了"), EXAM, NOW)
        opened.record(graded(BOOK, number="B2", name="没过", wrong=5), EXAM, NOW)
        yield opened


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (
            [
                "UPDATE people SET number='X' WHERE number='A1'",
                "UPDATE people SET number='A1' WHERE number='B2'",
                "UPDATE people SET number='B2' WHERE number='X'",
            ],
            ["A1", "B2"],
        ),
        (["UPDATE people SET number='C3' WHERE number='A1'"], ["C3"]),
        (["UPDATE people SET name='别人' WHERE number='A1'"], ["A1"]),
        (["UPDATE people SET salt=NULL WHERE number='A1'"], ["A1"]),
        (["UPDATE people SET name='' WHERE number='A1'"], ["A1"]),
    ],
)
def test_a_pass_given_to_somebody_else_is_named(store, place, statements, named):
    """The chain is whole, and still somebody else would have passed."""
    tamper(place, *statements)

    sound, lines = verify_text(store, None)

    assert not sound
    assert [line.split()[1] for line in lines] == named
    assert all("不是他的" in line for line in lines)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["number", "name", "salt"])
def test_what_is_no_text_is_nobodys(store, place, column):
    """SQLite takes anything in any column; that is told, too, and not by a traceback."""
    tamper(place, f"UPDATE people SET {column}=x'00ff' WHERE number='A1'")  # noqa: S608 - above

    assert not verify_text(store, None)[0]


def test_who_was_erased_and_is_there_again_is_named(store, place):
    """Whoever has an old copy of the table may put a name back."""
    (old,) = (one for one in store.identities() if one["number"] == "A1")
    store.erase("A1", reason="离职", by="T1", now=NOW)

    tamper(
        place,
        "INSERT INTO people (key, number, name, salt) VALUES "  # noqa: S608 - hex digits
        f"('{old['key']}', 'A1', '过了', '{old['salt']}')",
    )
    sound, lines = verify_text(store, None)

    assert not sound
    assert lines == (
        "工号 A1 的姓名删除过，名单里又有了。请用 records.py erase 再删除一次。",
    )


def test_what_was_edited_is_not_marked_anew_and_counts_in_no_statistics(store, place):
    """Else the program itself would put an edited answer on record, with a good hash."""
    graded = [e for e in store.events("entry") if e.kind is Kind.GRADED][-1]
    edited = canonical(graded.payload).replace('"correct":false', '"correct":true')
    tamper(
        place,
        f"UPDATE events SET payload='{edited}' WHERE sequence={graded.sequence:d}",  # noqa: S608 - our own
    )

    for read in (
        lambda: plan(BOOK, store, "entry", None, Policy.NEW_KEY),
        lambda: exam_statistics(BOOK, store, "entry"),
    ):
        with pytest.raises(BrokenEventError, match=f"第 {graded.sequence} 条.*verify"):
            read()


def test_people_are_who_they_were(store):
    """Sound records say so, and the key of somebody tells nothing without its salt."""
    (one, two) = store.identities()

    assert verify_text(store, None)[0]
    assert store.others() == ()
    person = Person(one["number"], one["name"])
    assert one["key"] == key_for(person, one["salt"])
    assert one["key"] != key_for(person, two["salt"])
    assert key_for(Person(" a1 ", "过了"), "s") == key_for(Person("A1", "过了"), "s")


def altered(file: Path, change: Callable[[dict[str, Any]], dict[str, Any] | None]):
    """Lines of a backup after the first line of a person was changed or left out."""
    found = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    place = next(n for n, line in enumerate(found) if "name" in line)
    found[place : place + 1] = [one for one in [change(found[place])] if one]
    return [json.dumps(line, ensure_ascii=False) for line in found]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one | {"number": "C7"}, "被改过"),
        (lambda one: one | {"name": "别人"}, "被改过"),
        (lambda one: one | {"salt": None}, "被改过"),
        (lambda one: {n: v for n, v in one.items() if n != "salt"}, "被改过"),
        (lambda _: None, "少了 1 个人的姓名"),
    ],
)
def test_a_backup_with_other_people_in_it_is_refused(store, tmp_path, change, said):
    """As one with other events in it: nothing of it is taken over."""
    file = tmp_path / "backup.jsonl"
    back_up(store, file, NOW)

    with Store(str(tmp_path / "other.sqlite")) as other:
        with pytest.raises(ArchiveError, match=said):
            take_over(other, altered(file, change))

        assert list(other.events()) == []
        assert other.people() == {}


def test_who_was_erased_is_not_missed(store, tmp_path):
    """Their events stay, their name and what their key was made with are gone."""
    store.erase("A1", reason="离职", by="T1", now=NOW)
    file = tmp_path / "backup.jsonl"
    back_up(store, file, NOW)

    with Store(str(tmp_path / "other.sqlite")) as other:
        take_over(other, file.read_text("utf-8").splitlines())

        assert [one["number"] for one in other.identities()] == ["B2"]
        assert verify_text(other, None)[0]


def test_older_records_learn_of_salts_and_keep_their_keys(store, place):
    """Of people on record before, nobody can say more than before; nobody is accused."""
    store.close()
    tamper(
        place,
        "ALTER TABLE people DROP COLUMN salt",
        "DELETE FROM migrations WHERE name='know_salts'",
        "UPDATE people SET key=substr(key, 1, 32)",
    )

    with Store(place) as opened:
        assert opened.others() == ()
        opened.record(graded(BOOK, number="N9", name="新来的"), EXAM, NOW)
        assert [one["salt"] is None for one in opened.identities()] == [
            True,
            True,
            False,
        ]
    assert is_theirs("0" * 32, Person("A1", "谁"), None)
