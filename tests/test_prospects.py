"""What lies before somebody who has just handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from building import make_exam
from handing_in import MORNING, answer_file, as_bytes, small_book

from handbook.records.database.store import Store
from handbook.records.database.together import run
from handbook.records.history.events import Kind
from handbook.records.intake.hand_ins import hand_in
from handbook.records.standing.currency import UNCHANGED
from handbook.records.standing.prospects import Prospect, Sat, prospect

ALONE = small_book(attempts=2)
TOPICS = ALONE.exams["entry"].blueprint.topics
SHARED = make_exam(TOPICS, id="common", title="通用考试", roles=["desk", "line"])
BOOK = replace(ALONE, exams={**ALONE.exams, "common": SHARED})


def after(
    store: Store, *, exam: str = "entry", at: datetime = MORNING, wrong: int = 0
) -> Prospect:
    """Hand in; return what is told then."""
    document = answer_file(BOOK, exam=exam, begun=at, wrong=wrong)
    now = at + timedelta(minutes=21)
    outcome = hand_in(BOOK, store, as_bytes(document), via="server", now=now)
    return run(store, prospect(BOOK, Sat.of(outcome.receipt), now, UNCHANGED))


@pytest.fixture
def store(tmp_path):
    """Empty records."""
    with Store(str(tmp_path / "records.sqlite")) as opened:
        yield opened


def test_a_pass_says_until_when_and_what_the_role_still_wants(store):
    """Until a year later; the exam that all share is left, until it is passed."""
    first = after(store)
    shared = after(store, exam="common", at=MORNING + timedelta(hours=1))
    again = after(store, at=MORNING + timedelta(days=1))

    assert (first.until, first.remaining) == (date(2027, 11, 23), (SHARED,))
    assert shared.remaining is None
    assert again.remaining == ()
    assert again.again_at is None


def test_a_failure_says_how_often_and_from_when(store):
    """The cool-down after the last one; no time where no sitting is left."""
    first = after(store, wrong=5)
    last = after(store, at=MORNING + timedelta(days=2), wrong=5)

    assert (first.until, first.left, first.remaining) == (None, 1, None)
    assert first.again_at == MORNING + timedelta(days=1, minutes=21)
    assert (last.left, last.again_at) == (0, None)


def test_a_waived_exam_is_not_wanted(store):
    """Nor one that was passed before."""
    after(store, at=MORNING - timedelta(days=1))
    person = store.dossier("A1024", "entry").person
    store.note(Kind.WAIVED, person, "common", reason="x", by="T1", now=MORNING)

    assert after(store).remaining == ()
