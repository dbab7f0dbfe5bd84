"""The records: appended once, in one chain, and every tampering named."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from handing_in import MORNING, answer_file, as_bytes, graded, record_passes, small_book
from tampering import tamper

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person
from handbook.grading.verdict import learner_verdict
from handbook.records.care.decisions import (
    Note,
    NoteError,
    decide,
    take_back,
)
from handbook.records.database import chain
from handbook.records.database.store import Store
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Kind
from handbook.records.history.receipts import Receipt
from handbook.records.intake import hand_ins
from handbook.records.intake.hand_ins import Outcome, hand_in, hand_in_all
from handbook.records.intake.telling import as_text

BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)
PERSON = Person("A1024", "王小明")


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
    record_passes(store, BOOK, 2)
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


def test_what_was_to_be_read_again_and_is_no_more_is_not_told(store):
    """A second hand-in gets the first marks; links lead to clauses that there are."""
    raw = as_bytes(answer_file(BOOK, wrong=5))
    first = hand_in(BOOK, store, raw, via="server", now=NOW)

    shorter = replace(BOOK, clauses={})
    again = hand_in(shorter, store, raw, via="server", now=NOW)

    assert learner_verdict(BOOK, first.receipt.grade)["reread"]
    assert again.status == "duplicate"
    assert learner_verdict(shorter, again.receipt.grade)["reread"] == []


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


def test_a_file_that_says_to_be_from_before_is_told(store):
    """Its time is as the learner says: with it nobody quietly sits out no cool-down."""
    store.record(graded(BOOK, wrong=5), EXAM, NOW)

    early = graded(BOOK, begun=MORNING - timedelta(days=3))
    receipt = store.record(early, EXAM, NOW)

    assert receipt.before_another
    told = as_text(BOOK, Outcome("x.json", receipt))
    assert "请核对" in told
    assert f"records.py void {receipt.code}" in told
    late = store.record(
        graded(BOOK, begun=MORNING + timedelta(days=2)), EXAM, NOW + timedelta(days=3)
    )
    assert not late.before_another


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


def test_a_long_rehearsal_decides_as_one_run(store, monkeypatch):
    """What would be on record by then counts, in however many pieces a run records."""
    monkeypatch.setattr(hand_ins, "_BATCH", 1)
    failed = answer_file(BOOK, wrong=5)
    soon = answer_file(BOOK, begun=MORNING + timedelta(hours=1))
    files = [(f"{n}.json", as_bytes(one)) for n, one in enumerate((failed, soon))]

    told = hand_in_all(BOOK, store, files, via="file", now=NOW, rehearse=True)

    assert [outcome.status for outcome in told] == ["recorded", "refused"]
    assert list(store.events()) == []


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
    record_passes(store, BOOK, 1)

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


def test_a_clock_set_back_does_no_harm(store):
    """Order is the chain's, not the clock's."""
    store.record(graded(BOOK, number="A1"), EXAM, NOW)
    store.record(graded(BOOK, number="A2"), EXAM, NOW - timedelta(days=400))

    assert store.verify() == ()


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
