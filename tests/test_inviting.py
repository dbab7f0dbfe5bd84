"""What a trainer is told before an invitation goes out: whether it can be used at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from handing_in import MORNING, graded, small_book

from handbook.grading.submissions import Person
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.invitations.invited import start
from handbook.records.invitations.inviting import notices
from handbook.records.invitations.tokens import Invitation, invite

ROOT = Path(__file__).parents[1]
BOOK = small_book()
EXAM = BOOK.exams["entry"]
WANG = Person("A1024", "王小明")
UNTIL = MORNING + timedelta(days=7)
NOW = MORNING + timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Empty records."""
    with Store(str(tmp_path / "records.sqlite")) as opened:
        yield opened


def told(
    store: Store, name: str = "", until: datetime = UNTIL, now: datetime = NOW
) -> list[str]:
    """What is said of an invitation to Wang; and that it agrees with the server."""
    made = invite(BOOK, WANG, "entry", until, now)
    dossier = store.dossier(WANG.number, "entry")
    return list(notices(BOOK, made, dossier, name, now))


def fail(store: Store, times: int = 1) -> None:
    """Let Wang fail, long enough ago that only the last one still cools down."""
    for number in range(times):
        begun = MORNING - timedelta(days=3 * (times - 1 - number), hours=1)
        one = graded(BOOK, wrong=5, begun=begun)
        assert store.record(one, EXAM, begun + timedelta(hours=1))


def test_a_newcomer_and_who_passed_need_no_notice(store):
    """Silence is the usual case; the name on record, or none, changes nothing."""
    assert told(store) == told(store, "王小明") == []
    store.record(graded(BOOK), EXAM, NOW)

    assert told(store) == told(store, "王小明") == told(store, " 王小明 ") == []


def test_another_name_under_the_number_is_said(store):
    """It may be another person's number; and the link has the name on record."""
    store.record(graded(BOOK), EXAM, NOW)

    (line,) = told(store, "李四")

    assert line.startswith("请核对：工号 A1024 登记的姓名是“王小明”")
    assert "邀请里写的是登记的姓名" in line


def test_a_cool_down_is_said_with_its_end(store):
    """And that the invitation runs out before, if it does."""
    fail(store)
    free = "2026-11-24 08:20"

    (line,) = told(store)
    (late,) = told(store, until=NOW + timedelta(hours=2))

    assert line == f"注意：A1024 上一次没有通过，{free} 以后才能开始考。"
    assert late.startswith(line)
    assert "--until" in late
    assert told(store, now=MORNING + timedelta(days=2)) == []


def test_used_up_attempts_are_said_with_the_cure(store):
    """The command that is named makes the same invitation good."""
    fail(store, EXAM.attempts)
    later = NOW + timedelta(days=3)

    (line,) = told(store, now=later)

    assert f"已经用完（{EXAM.attempts} 次）" in line
    assert "records.py assign --person A1024 --exam entry" in line
    store.note(Kind.ASSIGNED, WANG, "entry", reason="已补课", by="T1", now=later)
    assert told(store, now=later) == []


def test_a_sitting_that_runs_is_said(store):
    """Until it is handed in or over."""
    start(BOOK, store, invite(BOOK, WANG, "entry", UNTIL, MORNING), MORNING)

    (line,) = told(store, now=MORNING + timedelta(minutes=5))

    assert "还有一次考试没有交卷（2026-11-23 09:00 开始）" in line
    (over,) = told(store, now=NOW)
    assert "上一次没有通过" in over


def test_a_delta_paper_that_suits_nobody_is_said(store):
    """A newcomer has nothing to renew, whoever is up to date needs nothing."""
    made = Invitation(WANG, "entry", UNTIL, "0" * 32, delta=True)

    def said() -> str:
        dossier = store.dossier(WANG.number, "entry")
        (line,) = notices(BOOK, made, dossier, "", NOW)
        return line

    new = said()
    store.record(graded(BOOK), EXAM, NOW)

    assert "去掉 --delta" in new
    assert "不用再考" in said()


def test_the_script_says_it_beside_the_link(handbook, tmp_path, monkeypatch):
    """On standard error: the link alone is what is copied. So does `records.py assign`."""
    monkeypatch.setenv("HANDBOOK_SECRET", "a secret of the tests, long enough")
    database = tmp_path / "r.sqlite"
    now = datetime.now(UTC)
    with Store(str(database)) as store:
        failed = graded(
            handbook, exam="front-desk", wrong=99, begun=now - timedelta(hours=1)
        )
        store.record(failed, handbook.exams["front-desk"], now)

    def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "scripts" / script, *arguments, "--db", database],
            capture_output=True, encoding="utf-8", check=True, cwd=ROOT,
        )  # fmt: skip

    made = run(
        "invite.py", "a1024", "front-desk", "--until", "2099-01-01", "--name", "李四"
    )
    assigned = run(
        "records.py", "assign", "--person", "a1024", "--exam", "front-desk",
        "--name", "李四", "--reason", "已补课", "--by", "T1",
    )  # fmt: skip

    assert made.stdout.count("\n") == 1
    assert "登记的姓名是“王小明”" in made.stderr
    assert "以后才能开始考" in made.stderr
    assert "登记的姓名是“王小明”" in assigned.stdout
