"""Invented people who sat the exams, for pictures of the trainers' pages."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from handbook.grading.answer_files import checksum
from handbook.grading.marks import Key, key_of
from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.papers import Paper, draw, drawn_items, item_token
from handbook.papers.confirmations import confirmations
from handbook.records.database.store import Store
from handbook.records.intake.hand_ins import hand_in, hand_in_files
from handbook.records.invitations.invited import start
from handbook.records.invitations.tokens import invite

_BEST = 1.04
_SPREAD = 6
"""How much further apart people are in what they all sit: its statistics are shown."""

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
PEOPLE = 72
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
        name = (
            SURNAMES[number % len(SURNAMES)]
            + GIVEN[(number + number // len(SURNAMES)) % len(GIVEN)]
        )
        person = {"id": f"A{1001 + number}", "name": name}
        ability = random_.choice([1.03, 1.03, 1.02, 1.01, 0.99, 0.95])
        first = now - timedelta(days=random_.choice([3, 8, 20, 45, 90, 200, 345, 400]))
        for exam in (*everyones, posts[number % len(posts)]):
            spread = _SPREAD if exam in everyones else 1
            begun, right = first, _BEST - (_BEST - ability) * spread
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


def right_answers(handbook: Handbook, paper: Paper) -> dict[str, Any]:
    """Return the right answers of a paper, by item token, as an answer file has them."""
    return {
        item_token(item.id): _right(key_of(item))
        for item in drawn_items(handbook, paper)
    }


def trouble(handbook: Handbook, store: Store, now: datetime) -> None:
    """Record what waits for a trainer: attempts used up, no hand-in, a file altered."""
    exam = "front-desk"
    used_up = Person("A2002", "韩一诺")
    for days in (9, 6, 3):
        raw = answer_file(handbook, used_up, exam, {}, now - timedelta(days=days))
        hand_in(handbook, store, raw, via="file", now=now - timedelta(days=days))
    altered = json.loads(answer_file(handbook, Person("A2003", "顾南"), exam, {}, now))
    raw = json.dumps(altered | {"checksum": "0" * 64}).encode()
    list(hand_in_files(handbook, store, [("答卷.json", raw)], tool=None, now=now))
    earlier = now - timedelta(days=1)
    guest = invite(handbook, Person("A2004", "秦悦"), exam, now, earlier)
    start(handbook, store, guest, earlier)


def confirm(
    handbook: Handbook, store: Store, people: Sequence[Person], now: datetime
) -> None:
    """Let people confirm every change that the handbook wants confirmed."""
    for exam in confirmations(handbook):
        answers = right_answers(handbook, draw(handbook, exam, 1))
        for person in people:
            raw = answer_file(handbook, person, exam, answers, now)
            hand_in(handbook, store, raw, via="file", now=now)


def answer_file(
    handbook: Handbook,
    person: Person,
    exam: str,
    answers: Mapping[str, Any],
    ended: datetime,
) -> bytes:
    """Return the answer file of a sitting on the exam's first form."""
    document: dict[str, Any] = {
        "format": "handbook-answers/1",
        "exam": exam,
        "form": 1,
        "paper": draw(handbook, exam, 1).digest,
        "sitting": str(uuid.uuid4()),
        "person": {"id": person.number, "name": person.name},
        "started_at": (ended - timedelta(minutes=3)).isoformat(),
        "submitted_at": ended.isoformat(),
        "answers": dict(answers),
    }
    return json.dumps(document | {"checksum": checksum(document)}).encode()


def _right(key: Key) -> Any:  # noqa: ANN401 - as each type of item is answered
    if isinstance(key, str):
        return [key]
    if isinstance(key, Mapping):
        return dict(key)
    return [part if isinstance(part, str) else part[0] for part in key]
