"""Questions to the events and people on record; the statements of every turn."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, literal, select, tuple_

from handbook.grading.submissions import Person, Refusal, Submission
from handbook.records import chain, payloads
from handbook.records.engine import ANSWERS, CLAUSES
from handbook.records.errors import BrokenEventError
from handbook.records.history import Event, History, Kind, fold
from handbook.records.people import fold_number
from handbook.records.receipts import Receipt, Refusals
from handbook.records.schema import events, people
from handbook.records.times import written

# Statements are made once: making one costs more than running it.
_HAND_IN = events.c.kind == literal(Kind.SUBMITTED.value, literal_execute=True)
"""Written out, not bound: else no database would use the partial indexes."""

BY_SITTING = select(events).where(_HAND_IN, events.c.sitting == bindparam("sitting"))
BY_DIGEST = select(events).where(_HAND_IN, events.c.digest == bindparam("digest"))
_REFUSED = events.c.kind == literal(Kind.REFUSED.value, literal_execute=True)
BY_REFUSAL = select(events.c.sequence).where(
    _REFUSED, events.c.digest == bindparam("digest")
)
_STARTED = events.c.kind == literal(Kind.STARTED.value, literal_execute=True)
BY_START = select(events).where(_STARTED, events.c.sitting == bindparam("sitting"))
HISTORY = (
    select(events)
    .where(events.c.person == bindparam("person"), events.c.exam == bindparam("exam"))
    .order_by(events.c.sequence)
)
BY_NUMBER = select(people).where(people.c.number == bindparam("number"))
BY_SEQUENCE = select(events).where(events.c.sequence == bindparam("sequence"))

_SITTINGS = select(events.c.sitting).where(
    _HAND_IN, events.c.sitting.in_(bindparam("sittings", expanding=True))
)
_DIGESTS = select(events.c.digest).where(
    _HAND_IN, events.c.digest.in_(bindparam("digests", expanding=True))
)
_STARTS = select(events).where(
    _STARTED, events.c.sitting.in_(bindparam("sittings", expanding=True))
)
_NUMBERS = select(people).where(
    people.c.number.in_(bindparam("numbers", expanding=True))
)
_HISTORIES = (
    select(events)
    .where(
        tuple_(events.c.person, events.c.exam).in_(bindparam("pairs", expanding=True))
    )
    .order_by(events.c.sequence)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody who hands in or begins, and what must be known before that."""

    number: str
    """Staff number, folded."""
    exam: str
    sitting: str
    digest: str = ""
    """Of what is handed in; empty for a beginning."""

    @classmethod
    def of(cls, submission: Submission) -> Wanted:
        """Return what recording a hand-in wants to know."""
        number = fold_number(submission.person.number)
        return cls(number, submission.exam, submission.sitting, submission.digest)


@dataclass(slots=True)
class Glance:
    """What is on record about some people and sittings, looked up for all together.

    One question about a hundred costs little more than one about one. A turn keeps its
    glance true to what it appends.
    """

    asked: frozenset[Wanted] = frozenset()
    people: dict[str, tuple[str, Person]] = field(default_factory=dict)
    """Key and person by folded staff number."""
    begun: dict[str, Event] = field(default_factory=dict)
    """By sitting: when it began, of those that began by invitation."""
    sittings: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    """Of the hand-ins that are on record already."""
    histories: dict[tuple[str, str], History] = field(default_factory=dict)
    """By key and exam; who is not in it has none."""
    moved: set[tuple[str, str]] = field(default_factory=set)
    """Keys and exams whose history has grown since it was looked up."""

    def holds(self, wanted: Wanted) -> bool:
        """Whether the sitting or the digest of a hand-in is on record."""
        return wanted.sitting in self.sittings or wanted.digest in self.digests


def glance(connection: Connection, wanted: Collection[Wanted]) -> Glance:
    """Look up all that some hand-ins and beginnings need to know."""
    found = Glance(frozenset(wanted))
    if handed := [one for one in wanted if one.digest]:
        sittings = {"sittings": [one.sitting for one in handed]}
        found.sittings.update(connection.scalars(_SITTINGS, sittings))
        digests = {"digests": [one.digest for one in handed]}
        found.digests.update(connection.scalars(_DIGESTS, digests))
    if begun := [one.sitting for one in wanted if not one.digest]:
        for row in connection.execute(_STARTS, {"sittings": begun}):
            found.begun[row.sitting] = event_from(row)
    numbers = sorted({one.number for one in wanted})
    for row in connection.execute(_NUMBERS, {"numbers": numbers}):
        found.people[row.number] = (row.key, Person(row.number, row.name))
    pairs = {
        (known[0], one.exam)
        for one in wanted
        if (known := found.people.get(one.number))
    }
    if pairs:
        told: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for row in connection.execute(_HISTORIES, {"pairs": sorted(pairs)}):
            told[row.person, row.exam].append(event_from(row))
        found.histories = {pair: fold(happened) for pair, happened in told.items()}
    return found


def history_of(connection: Connection, key: str, exam: str) -> History:
    """Return what one person did about one exam."""
    rows = connection.execute(HISTORY, {"person": key, "exam": exam})
    return fold(map(event_from, rows))


def find_person(connection: Connection, number: str) -> tuple[str, Person] | None:
    """Return key and person of a staff number, if it is on record."""
    row = connection.execute(BY_NUMBER, {"number": fold_number(number)}).first()
    return (row.key, Person(row.number, row.name)) if row else None


def started_event(connection: Connection, sitting: str) -> Event | None:
    """Return the event that says when a sitting by invitation began, if it did."""
    row = connection.execute(BY_START, {"sitting": sitting}).first()
    return event_from(row) if row else None


def first_receipt(
    connection: Connection, submission: Submission
) -> Receipt | Refusals | None:
    """Return what is on record of a hand-in; a refusal if it is somebody else's."""
    # One after the other: with OR between them no partial index would serve.
    first = (
        connection.execute(BY_SITTING, {"sitting": submission.sitting}).first()
        or connection.execute(BY_DIGEST, {"digest": submission.digest}).first()
    )
    if first is None:
        return None
    known = find_person(connection, submission.person.number)
    if known is None or known[0] != first.person or first.exam != submission.exam:
        return (_TAKEN,)
    history = connection.execute(HISTORY, {"person": first.person, "exam": first.exam})
    graded = next(
        event_from(row)
        for row in history
        if row.kind == Kind.GRADED and row.sitting == first.sitting
    )
    grade = payloads.grade_from(
        graded.payload,
        exam=graded.exam,
        sitting=graded.sitting,
        digest=graded.digest,
        person=known[1],
    )
    return Receipt(graded, duplicate=True, grade=grade, known_name="")


_TAKEN = Refusal(
    "A693",
    "/sitting",
    "这次考试的编号已经由另一个人或另一门考试交过卷，这份没有登记。",
    "请重新打开考试页，自己考一次再交卷。",
)


def event_from(row: Row[Any]) -> Event:
    """Return the event of a row.

    Raises:
        BrokenEventError: it is not as the program wrote it.
    """
    try:
        return Event(
            sequence=row.sequence,
            kind=Kind(row.kind),
            at=datetime.fromisoformat(row.at),
            person=row.person,
            exam=row.exam,
            sitting=row.sitting or "",
            digest=row.digest or "",
            payload=json.loads(row.payload),
            previous=row.previous,
            hash=row.hash,
        )
    except (TypeError, ValueError) as error:
        raise BrokenEventError(row.sequence) from error


def outline_from(row: Row[Any], shared: dict[str, Any]) -> Event:
    """Return the event of a row without its answers.

    Args:
        row: as `engine.outline` cut it.
        shared: clauses read so far, by their JSON: papers are few.

    Raises:
        BrokenEventError: it is not as the program wrote it.
    """
    told = event_from(row)
    if not isinstance(told.payload, dict):
        return told  # whoever reads it says that it is broken
    payload = {part: value for part, value in told.payload.items() if part != ANSWERS}
    if row.clauses is not None:
        if row.clauses not in shared:
            shared[row.clauses] = json.loads(row.clauses)
        payload[CLAUSES] = shared[row.clauses]
    return replace(told, payload=payload)


def link_from(row: Row[Any]) -> chain.Link:
    """Return what the chain needs to know of a row, whatever is in it."""
    fields = {
        "kind": row.kind,
        "at": row.at,
        "person": row.person,
        "exam": row.exam,
        "sitting": row.sitting,
        "digest": row.digest,
    }
    # A tampered column may hold anything, bytes included; then it is simply not intact.
    try:
        expected = chain.event_hash(row.previous, fields, row.payload)
    except (TypeError, ValueError):
        expected = ""
    try:
        when = written(datetime.fromisoformat(row.at))
    except (TypeError, ValueError):
        when = str(row.at)
    return chain.Link(
        sequence=row.sequence,
        previous=row.previous,
        hash=row.hash,
        intact=expected == row.hash,
        label=f"{when} 的“{row.exam}”{row.kind} 记录",
    )
