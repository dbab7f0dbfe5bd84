"""Measure what an exam day asks of the records: grade, record, hand in, tell.

Nothing is simulated: answer files as a page writes them, a database on disk with every
commit awaited, a server that is a process of its own.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any, cast

from bench_crowd import Figures, hand_in_crowd, postgresql
from bench_sittings import EXAMS, NOW, answer_files, exam_book
from bench_tree import write_tree

from handbook.commands import spare_collector
from handbook.grading.answer_files import read_answers
from handbook.grading.grade import Grade
from handbook.grading.grader import Grader
from handbook.grading.submissions import Submission
from handbook.records.database.store import Store
from handbook.records.intake.hand_ins import hand_in_all
from handbook.records.standing.currency import rules_of
from handbook.records.standing.everyone import standing

PEOPLE = 10_000
SITTINGS = 100_000
COMMIT_EVERY = 250

_CHILD = (
    "import sys; sys.path.insert(0, {scripts!r}); import bench_records as b; {call}"
)


def in_child(call: str) -> dict[str, Any]:
    """Run a function of this module in a process of its own; return its JSON."""
    scripts = str(Path(__file__).parent)
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD.format(scripts=scripts, call=call)],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return cast("dict[str, Any]", json.loads(ran.stdout))


def measure_records(folder: Path, sittings: int = SITTINGS) -> dict[str, Figures]:
    """Measure grading, recording, handing in and telling, one after the other."""
    tree = folder / "records-tree"
    tree.mkdir()
    write_tree(tree, pages=20, items=1000)
    book = exam_book(tree)
    people = sittings * PEOPLE // SITTINGS
    half = sittings // people
    figures = {}
    for part, exams in (("first", range(half)), ("rest", range(half, EXAMS))):
        with (folder / f"{part}.jsonl").open("wb") as lines:
            cells = ((person, exam) for exam in exams for person in range(people))
            for raw in answer_files(book, cells):
                lines.write(raw + b"\n")
    figures["grading"] = in_child(f"b.tell_grading({str(folder)!r})")
    figures["recording"] = in_child(f"b.tell_recording({str(folder)!r}, 'first')")
    figures["recording"] |= plain_inserts(folder)
    in_child(f"b.tell_recording({str(folder)!r}, 'rest')")
    figures["standing"] = in_child(f"b.tell_standing({str(folder)!r})")
    for one in ("first.jsonl", "rest.jsonl", "records.sqlite"):
        (folder / one).unlink()
    figures["hand-in, SQLite"] = hand_in_crowd(folder, str(folder / "crowd.sqlite"))
    with postgresql() as url:
        figures["hand-in, PostgreSQL"] = (
            hand_in_crowd(folder, url) if url else {"not measured": "no PostgreSQL"}
        )
    return figures


def tell_grading(folder: str) -> None:
    """Print how many submissions of 40 items are read, and graded, in a second."""
    grader = Grader(exam_book(Path(folder) / "records-tree"))
    reading = grading = 0.0
    count = passed = 0
    with (Path(folder) / "first.jsonl").open("rb") as lines:
        while some := list(islice(lines, 1000)):
            begun = time.perf_counter()
            read = [read_answers(raw, name="", via="file") for raw in some]
            between = time.perf_counter()
            graded = [grader.grade(s) for s in read if isinstance(s, Submission)]
            grading += time.perf_counter() - between
            reading += between - begun
            count += len(some)
            passed += sum(g.passed for g in graded if isinstance(g, Grade))
    figures = {
        "submissions": count,
        "of them passed": passed,
        "read_and_checked_per_second": count / reading,
        "graded_per_second": count / grading,
        "goal_graded_per_second": 5000,
    }
    sys.stdout.write(json.dumps(figures))


def tell_recording(folder: str, part: str) -> None:
    """Print how many answer files are read, graded and on disk in a second."""
    book = exam_book(Path(folder) / "records-tree")
    spare_collector()  # as `grade.py` and the server do
    with (
        Store(f"{folder}/records.sqlite") as store,
        (Path(folder) / f"{part}.jsonl").open("rb") as lines,
    ):
        begun = time.perf_counter()
        files = ((str(number), raw) for number, raw in enumerate(lines))
        told = Counter(
            outcome.status
            for outcome in hand_in_all(book, store, files, via="file", now=NOW)
        )
        spent = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {
        **told,
        "read_graded_recorded_per_second": told.total() / spent,
        "goal_graded_recorded_per_second": 2000,
        "peak_mb": peak,
        "goal_peak_mb": 300,
    }
    sys.stdout.write(json.dumps(figures))


def plain_inserts(folder: Path) -> Figures:
    """Insert the same rows by hand: no reading, marking, chain or check of anything."""
    rows = "SELECT * FROM events ORDER BY sequence"
    plain = sqlite3.connect(folder / "plain.sqlite")
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = FULL")
    source = sqlite3.connect(folder / "records.sqlite")
    schema = "SELECT sql FROM sqlite_master WHERE tbl_name = 'events' AND sql > ''"
    for (statement,) in source.execute(schema):
        plain.execute(statement)
    spent = 0.0
    count = 0
    cursor = source.execute(rows)
    width = len(cursor.description)
    insert = f"INSERT INTO events VALUES ({', '.join('?' * width)})"  # noqa: S608 - marks
    while some := cursor.fetchmany(2 * COMMIT_EVERY):
        begun = time.perf_counter()
        plain.executemany(insert, some)
        plain.commit()
        spent += time.perf_counter() - begun
        count += len(some) // 2
    source.close()
    plain.close()
    (folder / "plain.sqlite").unlink()
    return {"peer_same_rows_by_plain_sqlite3_per_second": count / spent}


def tell_standing(folder: str) -> None:
    """Print how long it takes to say where everyone stands in every exam."""
    book = exam_book(Path(folder) / "records-tree")
    spare_collector()  # as `report.py` and the server do
    with Store(f"{folder}/records.sqlite") as store:
        begun = time.perf_counter()
        found = Counter(
            one.state
            for one in standing(
                book.exams, store.people(), store.outlines(), NOW, rules_of(book)
            )
        )
        spent = time.perf_counter() - begun
    figures: dict[str, object] = {
        "people_times_exams": found.total(),
        **{state.value: count for state, count in found.items()},
        "standing_s": spent,
        "goal_s": 1.0,
    }
    sys.stdout.write(json.dumps(figures))
