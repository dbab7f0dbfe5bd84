"""Invented people who sat the exams, for pictures of the trainers' pages."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from handbook.grading.answer_files import checksum
from handbook.grading.marks import Key, key_of
from handbook.handbook import Handbook
from handbook.papers import draw, drawn_items, item_token
from handbook.records.intake import hand_in
from handbook.records.store import Store

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
PEOPLE = 36
GIVEN = ("小明", "晓琳", "思远", "雨桐", "建国", "佳怡", "子轩", "美玲", "志强", "欣然")


def fill_records(handbook: Handbook, store: Store, now: datetime) -> None:
    """Record sittings of a year: people of different ability, each exam now and then."""
    for raw, ended in sorted(sittings(handbook, now), key=lambda one: one[1]):
        hand_in(handbook, store, raw, via="file", now=ended + timedelta(minutes=5))


def sittings(handbook: Handbook, now: datetime) -> Iterator[tuple[bytes, datetime]]:
    """Yield answer files with the time at which each ended; the same for the same day."""
    random_ = random.Random(11)  # noqa: S311 - invented people, no secret
    posts = [
        name
        for name, exam in handbook.exams.items()
        if len(exam.roles) == 1 and exam.roles[0] in handbook.roles
    ][:4]
    everyones = [name for name, exam in handbook.exams.items() if len(exam.roles) > 1]
    for number in range(PEOPLE):
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
        person = {"id": f"A{1001 + number}", "name": name}
        ability = random_.choice([1.03, 1.03, 1.02, 1.01, 0.99, 0.95])
        first = now - timedelta(days=random_.choice([3, 8, 20, 45, 90, 200, 345, 400]))
        for exam in (*everyones, posts[number % len(posts)]):
            begun, right = first, ability
            while begun < now:
                document, passed = _answers(handbook, exam, right, random_)
                ended = begun + timedelta(minutes=random_.randrange(9, 29))
                document |= {
                    "sitting": str(uuid.UUID(int=random_.getrandbits(128), version=4)),
                    "person": person,
                    "started_at": begun.isoformat(),
                    "submitted_at": ended.isoformat(),
                }
                raw = json.dumps(document | {"checksum": checksum(document)})
                yield raw.encode(), ended
                if passed or right > ability:
                    break
                begun, right = begun + timedelta(days=2), ability + 0.05
            first += timedelta(hours=2)


def _answers(
    handbook: Handbook, exam: str, ability: float, random_: random.Random
) -> tuple[dict[str, Any], bool]:
    """Return an answer file so far, and whether every answer in it is right."""
    form = random_.randrange(1, handbook.exams[exam].forms + 1)
    paper = draw(handbook, exam, form)
    answers, right = {}, True
    for item, shown in zip(drawn_items(handbook, paper), paper.items, strict=True):
        known = random_.random() < ability - 0.03 * item.difficulty
        if known:
            answers[item_token(item.id)] = _right(key_of(item))
        elif shown.options and shown.type in {"single", "multiple"}:
            answers[item_token(item.id)] = [random_.choice(shown.options).token]
        right = right and known
    document = {
        "format": "handbook-answers/1",
        "exam": exam,
        "form": form,
        "paper": paper.digest,
        "answers": answers,
    }
    return document, right


def _right(key: Key) -> Any:  # noqa: ANN401 - as each type of item is answered
    if isinstance(key, str):
        return [key]
    if isinstance(key, Mapping):
        return dict(key)
    return [part if isinstance(part, str) else part[0] for part in key]
