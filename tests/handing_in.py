"""Makes answer files, submissions and grades for tests of what comes after grading."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from building import blank, build_handbook, single, true_false

from handbook.grading.answer_files import checksum, read_answers
from handbook.grading.grade import Grade
from handbook.grading.grader import grade
from handbook.grading.marks import Key, key_of
from handbook.grading.submissions import Submission
from handbook.handbook import Handbook
from handbook.papers import draw, drawn_items, item_token
from handbook.records.database.store import Store
from handbook.records.history.receipts import Receipt

MORNING = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


def small_book(**exam: Any) -> Handbook:
    """A handbook with one exam, `entry`, of five items; `greet` is critical."""
    items = [
        single("greet", critical=True),
        single("calm"),
        single("thanks"),
        true_false("keep-word"),
        blank("rings"),
    ]
    return build_handbook(items, exam=exam)


def right_answer(key: Key) -> Any:
    """The answer of a learner who knows everything, as a page writes it."""
    if isinstance(key, str):
        return [key]
    if isinstance(key, Mapping):
        return dict(key)
    return [part if isinstance(part, str) else part[0] for part in key]


def answer_file(  # noqa: PLR0913 - what may differ between hand-ins
    book: Handbook,
    *,
    number: str = "A1024",
    name: str = "王小明",
    sitting: str = "",
    begun: datetime = MORNING,
    minutes: float = 20,
    wrong: int = 0,
    exam: str = "entry",
    form: int = 1,
    delta: str = "",
    **changed: Any,
) -> dict[str, Any]:
    """An answer file in which the last `wrong` items are left out."""
    paper = draw(book, exam, form, delta)
    items = list(drawn_items(book, paper))
    document: dict[str, Any] = {
        "format": "handbook-answers/1",
        "exam": exam,
        **({"delta": delta} if delta else {}),
        "form": form,
        "paper": paper.digest,
        "sitting": sitting or str(uuid.uuid4()),
        "person": {"id": number, "name": name},
        "started_at": begun.isoformat(),
        "submitted_at": (begun + timedelta(minutes=minutes)).isoformat(),
        "answers": {
            item_token(item.id): right_answer(key_of(item))
            for item in items[: len(items) - wrong]
        },
    } | changed
    return document | {"checksum": checksum(document)}


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """An answer file as it is saved."""
    return json.dumps(document, ensure_ascii=False).encode()


def graded(book: Handbook, via: str = "file", **fields: Any) -> Grade:
    """The grade of such an answer file."""
    read = read_answers(as_bytes(answer_file(book, **fields)), name="", via=via)
    assert isinstance(read, Submission), read
    marked = grade(book, read)
    assert isinstance(marked, Grade), marked
    return marked


def record_passes(store: Store, book: Handbook, people: int) -> list[Receipt]:
    """Record a pass for each of some people, `P1` and on: two events each."""
    now = MORNING + timedelta(hours=3)
    return [
        store.record(
            graded(book, number=f"P{n}", name=f"员工{n}"), book.exams["entry"], now
        )
        for n in range(1, people + 1)
    ]
