"""Sittings to be measured with: a handbook of twenty exams, and answer files for them."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from handbook.grading.answer_files import FORMAT, checksum
from handbook.grading.marks import key_of
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.papers import draw, drawn_items, item_token

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
EXAMS = 20
TWO_YEARS = 2 * 365 * 24 * 60
"""Minutes."""
SKILLS = (0.95, 0.92, 0.9, 0.88, 0.7)
"""How likely it is that somebody knows the answer; the rest is guessed."""


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
