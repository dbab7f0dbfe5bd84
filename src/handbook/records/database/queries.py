"""Questions to the events and people on record; the statements of every turn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, literal, select

from handbook.grading.submissions import Person, Refusal, Submission
from handbook.records.database import outline_table
from handbook.records.database.rows import event_from
from handbook.records.database.schema import events, outlines, people
from handbook.records.history.attempts import History, fold, histories
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Event, Kind
from handbook.records.history.people import fold_number
from handbook.records.history.receipts import Receipt, Refusals
from handbook.records.history.sittings import grade_of

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
DOSSIER = (
    select(events)
    .where(events.c.person == bindparam("person"), events.c.exam == bindparam("exam"))
    .order_by(events.c.sequence)
)
"""All that is on record of one person and one exam, answers too."""
_HISTORY = outline_table.ALL.where(
    outlines.c.person == bindparam("person"), outlines.c.exam == bindparam("exam")
)
_ERASED = select(events.c.person).where(events.c.kind == Kind.ERASED.value)
BY_NUMBER = select(people).where(people.c.number == bindparam("number"))
_NUMBERED = (
    select(events)
    .where(events.c.sequence.in_(bindparam("sequences", expanding=True)))
    .order_by(events.c.sequence)
)
_AT_ONCE = 500
"""Events asked for in one question."""
_LONGEST_NUMBER = 9
"""Digits of a sequence that certainly fits the column."""
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
_OWNED_STARTS = (
    select(events, people.c.number)
    .outerjoin_from(events, people, people.c.key == events.c.person)
    .where(_STARTED, events.c.sitting.in_(bindparam("sittings", expanding=True)))
)
_NUMBERS = select(people).where(
    people.c.number.in_(bindparam("numbers", expanding=True))
)
_HISTORIES = outline_table.ALL.where(
    outlines.c.person.in_(bindparam("people", expanding=True)),
    outlines.c.exam.in_(bindparam("exams", expanding=True)),
)
"""Of some people in some exams: more than was asked, since for pairs of the two SQLite
reads the whole table."""


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
        keys, exams = ({pair[part] for pair in pairs} for part in (0, 1))
        wide = {"people": sorted(keys), "exams": sorted(exams)}
        told = outline_table.read(connection, _HISTORIES, wide)
        found.histories = histories(
            one for one in told if (one.person, one.exam) in pairs
        )
    return found


def history_of(connection: Connection, key: str, exam: str) -> History:
    """Return what one person did about one exam."""
    whose = {"person": key, "exam": exam}
    return fold(outline_table.read(connection, _HISTORY, whose))


def find_person(connection: Connection, number: str) -> tuple[str, Person] | None:
    """Return key and person of a staff number, if it is on record."""
    row = connection.execute(BY_NUMBER, {"number": fold_number(number)}).first()
    return (row.key, Person(row.number, row.name)) if row else None


def erased_keys(connection: Connection) -> frozenset[str]:
    """Return the keys of everybody who was forgotten: whose they were, nobody may say."""
    return frozenset(connection.scalars(_ERASED))


def started_event(connection: Connection, sitting: str) -> Event | None:
    """Return the event that says when a sitting by invitation began, if it did."""
    row = connection.execute(BY_START, {"sitting": sitting}).first()
    return event_from(row) if row else None


def started_events(
    connection: Connection, sittings: Collection[str]
) -> dict[str, tuple[Event, str]]:
    """Return, by sitting, the start of each that began and the number of whose it is."""
    wanted = sorted(sittings)
    return {
        row.sitting: (event_from(row), row.number or "")
        for at in range(0, len(wanted), _AT_ONCE)
        for row in connection.execute(
            _OWNED_STARTS, {"sittings": wanted[at : at + _AT_ONCE]}
        )
    }


def first_receipt(
    connection: Connection, submission: Submission
) -> Receipt | Refusals | None:
    """Return what is on record of a hand-in; a refusal if it is somebody else's.

    Raises:
        BrokenEventError: what is on record of it is not as the program wrote it.
    """
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
    history = connection.execute(DOSSIER, {"person": first.person, "exam": first.exam})
    for row in history:
        if row.kind == Kind.GRADED and row.sitting == first.sitting:
            graded = event_from(row)
            grade = grade_of(graded, known[1])
            return Receipt(graded, duplicate=True, grade=grade, known_name="")
    raise BrokenEventError(first.sequence)  # its grade is gone


_TAKEN = Refusal(
    "A693",
    "/sitting",
    "这次考试的编号已经由另一个人或另一门考试交过卷，这份没有登记。",
    "请重新打开考试页，自己考一次再交卷。",
)


def named(connection: Connection, mark: str) -> Row[Any] | None:
    """Return the row of the event that a receipt or an end mark names, if there is one.

    Args:
        connection: of the moment asked about.
        mark: number and start of the hash: `12-3f9a1b22c0de`.
    """
    number, _, start = mark.partition("-")
    if not (number.isascii() and number.isdigit() and start):
        return None
    if len(number) > _LONGEST_NUMBER:
        return None
    row = connection.execute(BY_SEQUENCE, {"sequence": int(number)}).first()
    return row if row and row.hash.startswith(start) else None


def events_numbered(
    connection: Connection, sequences: Collection[int]
) -> tuple[Event, ...]:
    """Return the events of some numbers, in their order."""
    wanted = sorted(sequences)
    parts = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    return tuple(
        event_from(row)
        for part in parts
        for row in connection.execute(_NUMBERED, {"sequences": part})
    )
