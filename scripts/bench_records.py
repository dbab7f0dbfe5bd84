"""Measure what an exam day asks of the records: grade, record, hand in, tell.

Nothing is simulated: answer files as a page writes them, a database on disk with every
commit awaited, a server that is a process of its own. The load comes from this machine
only, to 127.0.0.1, from no more than `CROWD` people.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import random
import resource
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

from bench_tree import write_tree

from handbook.commands import spare_collector
from handbook.grading.answer_files import FORMAT, checksum, read_answers
from handbook.grading.grade import Grade
from handbook.grading.grader import Grader
from handbook.grading.marks import key_of
from handbook.grading.submissions import Person, Submission
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.papers import draw, drawn_items, item_token
from handbook.records.currency import rules_of
from handbook.records.events import Kind
from handbook.records.everyone import standing
from handbook.records.intake import hand_in_all
from handbook.records.invitations import invite, sign
from handbook.records.store import Store
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.running import listen, run

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
SECRET = "measured-and-thrown-away-again"  # noqa: S105 - of a server that lives for a second
EXAMS = 20
PEOPLE = 10_000
SITTINGS = 100_000
TWO_YEARS = 2 * 365 * 24 * 60
"""Minutes."""
SKILLS = (0.95, 0.92, 0.9, 0.88, 0.7)
"""How likely it is that somebody knows the answer; the rest is guessed."""
CROWD = 200
COMMIT_EVERY = 250
Figures = dict[str, float | str]

_CHILD = (
    "import sys; sys.path.insert(0, {scripts!r}); import bench_records as b; {call}"
)


def exam_book(tree: Path) -> Handbook:
    """Return the generated handbook with its exam of 40 items twenty times."""
    book = load(tree)
    exam = book.exams["sample"]
    names = [f"sample-{number}" for number in range(EXAMS)]
    return replace(
        book, exams={name: exam.model_copy(update={"id": name}) for name in names}
    )


def answer_files(
    book: Handbook, cells: Iterable[tuple[int, int]], *, seed: int = 1
) -> Iterator[bytes]:
    """Yield answer files of people (by number) in exams (by number).

    Sat on any day of two years; one in five by somebody who will not do.
    """
    chance = random.Random(seed)  # noqa: S311 - answers, not secrets
    exams = list(book.exams)
    papers: dict[tuple[str, int], tuple[str, list[tuple[str, list[str], list[str]]]]]
    papers = {}
    for person, exam_number in cells:
        begun = NOW - timedelta(minutes=chance.randrange(60, TWO_YEARS))
        skill = chance.choice(SKILLS)
        exam, form = exams[exam_number], person % 2 + 1
        if (exam, form) not in papers:
            paper = draw(book, exam, form)
            lines = [
                (
                    item_token(item.id),
                    list(cast("tuple[str, ...]", key_of(item))),
                    [option.token for option in shown.options],
                )
                for item, shown in zip(
                    drawn_items(book, paper), paper.items, strict=True
                )
            ]
            papers[exam, form] = paper.digest, lines
        digest, lines = papers[exam, form]
        ended = begun + timedelta(minutes=20, seconds=chance.randrange(600))
        document: dict[str, Any] = {
            "format": FORMAT,
            "exam": exam,
            "form": form,
            "paper": digest,
            "sitting": str(uuid.UUID(int=person * EXAMS + exam_number, version=4)),
            "person": {"id": f"P{person}", "name": f"学员{person}"},
            "started_at": begun.isoformat(),
            "submitted_at": ended.isoformat(),
            "answers": {
                token: right if chance.random() < skill else [chance.choice(options)]
                for token, right, options in lines
            },
        }
        document["checksum"] = checksum(document)
        yield json.dumps(document, ensure_ascii=False).encode()


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
    with Store(f"{folder}/records.sqlite") as store:
        begun = time.perf_counter()
        found = Counter(
            one.state.value
            for one in standing(
                book.exams, store.people(), store.outlines(), NOW, rules_of(book)
            )
        )
        spent = time.perf_counter() - begun
    figures = {
        "people_times_exams": found.total(),
        **found,
        "standing_s": spent,
        "goal_s": 1.0,
    }
    sys.stdout.write(json.dumps(figures))


def serve(tree: str, url: str, site: str) -> None:
    """Serve hand-ins until stopped; print the port."""
    book = exam_book(Path(tree))
    spare_collector()
    bound = listen("127.0.0.1", 0)
    sys.stdout.write(f"{bound.getsockname()[1]}\n")
    sys.stdout.flush()
    with Store(url) as store:
        door = Door(SECRET, invited_only=True)
        run(create_app(book, store, Path(site), door=door), bound)


@contextmanager
def serving(folder: Path, url: str) -> Iterator[int]:
    """Run the server as a process of its own; yield its port."""
    call = f"b.serve({str(folder / 'records-tree')!r}, {url!r}, {str(folder)!r})"
    code = _CHILD.format(scripts=str(Path(__file__).parent), call=call)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8"
    ) as server:
        try:
            assert server.stdout  # noqa: S101 - asked for above
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def hand_in_crowd(folder: Path, url: str) -> Figures:
    """Let people with invitations begin, and hand in within one second and at once."""
    book = exam_book(folder / "records-tree")
    figures: Figures = {"people": CROWD}
    with serving(folder, url) as port:
        for moment, (manner, spread) in enumerate(
            (("warm-up", 0.5), ("within_one_second", 1.0), ("at_the_same_instant", 0.0))
        ):
            cells = [(10_000 * moment + n, moment) for n in range(CROWD)]
            tokens = [_token(book, person, exam) for person, exam in cells]
            starts = [("/api/start", t, b"{}") for t in tokens]
            begun, began = asyncio.run(_crowd(port, starts, spread))
            papers = [json.loads(answer) for answer in began]
            files = answer_files(book, cells)
            hand_ins = [
                ("/api/hand-in", token, _fitted(book, cell, paper, raw))
                for token, cell, paper, raw in zip(
                    tokens, cells, papers, files, strict=True
                )
            ]
            spent, told = asyncio.run(_crowd(port, hand_ins, spread))
            receipts = {json.loads(answer)["receipt"] for answer in told}
            if manner != "warm-up":
                figures |= {
                    f"start_{manner}_p99_s": _p99(begun),
                    f"hand_in_{manner}_p50_s": sorted(spent)[CROWD // 2],
                    f"hand_in_{manner}_p99_s": _p99(spent),
                }
            if len(receipts) != CROWD:
                figures[f"lost_{manner}"] = CROWD - len(receipts)
    with Store(url) as store:
        graded = [e for e in store.events() if e.kind is Kind.GRADED]
        figures |= {
            "on_record": len(graded),
            "doubled": len(graded) - len({e.sitting for e in graded}),
            "faults_in_chain": len(store.verify()),
            "goal_p99_s": 1.0,
        }
    return figures


def _token(book: Handbook, person: int, exam: int) -> str:
    now = datetime.now(UTC)
    who = Person(f"C{person}", f"学员{person}")
    until = now + timedelta(days=1)
    return sign(invite(book, who, f"sample-{exam}", until, now), SECRET)


def _fitted(
    book: Handbook, cell: tuple[int, int], paper: dict[str, Any], raw: bytes
) -> bytes:
    """Return an answer file as the page of a sitting that began would write it."""
    document = json.loads(raw)
    if document["form"] != paper["form"]:
        other = (cell[0] + 1, cell[1])
        document = json.loads(next(answer_files(book, [other])))
    document |= {
        "person": paper["person"],
        "sitting": paper["sitting"],
        "started_at": (datetime.now(UTC) - timedelta(seconds=5)).isoformat(),
        "submitted_at": datetime.now(UTC).isoformat(),
    }
    document["checksum"] = checksum(document)
    return json.dumps(document, ensure_ascii=False).encode()


async def _crowd(
    port: int, requests: Sequence[tuple[str, str, bytes]], spread: float
) -> tuple[list[float], list[bytes]]:
    """Send each request at its moment; return seconds from there, and the answers."""
    begun = time.perf_counter() + 0.1

    async def one(number: int) -> tuple[float, bytes]:
        path, token, body = requests[number]
        moment = begun + spread * number / len(requests)
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Content-Type: application/json\r\nHandbook-Invitation: {token}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.read()
        spent = time.perf_counter() - moment
        writer.close()
        told, _, content = answer.partition(b"\r\n\r\n")
        if b" 200 " not in told.partition(b"\r\n")[0]:
            raise RuntimeError(answer.decode())
        return spent, content

    done = await asyncio.gather(*(one(number) for number in range(len(requests))))
    return [spent for spent, _ in done], [content for _, content in done]


def _p99(spent: Sequence[float]) -> float:
    return sorted(spent)[-(-len(spent) * 99 // 100) - 1]


@contextmanager
def postgresql() -> Iterator[str]:
    """Start Debian's PostgreSQL as the tests do; an empty address where there is none."""
    sys.path.insert(0, str(ROOT / "tests"))
    tests: Any = importlib.import_module("postgres")
    with ExitStack() as stack:
        if tests.binaries() is None:
            yield ""
        else:
            yield stack.enter_context(tests.postgres()).namespace()


__all__ = ["measure_records"]
