"""One writing transaction: what is on record already, and what is appended."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    literal,
    select,
    update,
)

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person, Refusal, Submission
from handbook.model.exams import Exam
from handbook.records import chain, payloads
from handbook.records.errors import BrokenEventError
from handbook.records.history import (
    Event,
    History,
    Kind,
    fold,
    may_sit,
    may_start,
)
from handbook.records.people import fold_number
from handbook.records.refusing import Refused
from handbook.records.schema import events, head, people
from handbook.records.times import stored, written

Refusals = tuple[Refusal, ...]

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
_HISTORY = (
    select(events)
    .where(events.c.person == bindparam("person"), events.c.exam == bindparam("exam"))
    .order_by(events.c.sequence)
)
_BY_NUMBER = select(people).where(people.c.number == bindparam("number"))
_BY_SEQUENCE = select(events).where(events.c.sequence == bindparam("sequence"))
_LAST_OF = (
    select(events.c.sequence)
    .where(events.c.exam == bindparam("exam"))
    .order_by(events.c.sequence.desc())
    .limit(1)
)
_HEAD = select(head.c.sequence, head.c.hash)
_NEW_EVENT = insert(events)
_NEW_PERSON = insert(people)

_LONGEST_NUMBER = 9
"""Digits of a sequence that certainly fits the column."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a hand-in that is on record."""

    event: Event
    """The `graded` event; of the first hand-in, if this one is a duplicate."""
    duplicate: bool
    grade: Grade
    """As it was put on record first. A verdict comes from here: answering a second
    hand-in of a sitting by its own marks would let people try out the key."""
    known_name: str
    """The name on record for this number, where the hand-in has another; else empty."""

    @property
    def code(self) -> str:
        """What a learner keeps; see `Event.receipt`."""
        return self.event.receipt


@dataclass(frozen=True, slots=True)
class Opening:
    """What a sitting by invitation begins with."""

    sitting: str
    papers: tuple[str, ...]
    """Digests of the exam's forms; form 1 first."""
    first: int
    """Which form a person begins with; counted from 0, different between people."""
    allowed: timedelta
    """The time allowed, with what is forgiven."""
    until: datetime
    """When the invitation runs out."""
    delta: str = ""
    """The day of a delta paper; empty for the whole exam."""

    def form_after(self, sittings: int) -> int:
        """Return the form of somebody who sat so often: never the same twice running."""
        return (self.first + sittings) % len(self.papers) + 1


class Turn:
    """The right to append, for one transaction; nobody else appends meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        end = connection.execute(_HEAD).first()
        self._noted = end is not None
        self._sequence: int = end.sequence if end else 0
        self._hash: str = end.hash if end else chain.GENESIS
        self._appended = False

    @property
    def connection(self) -> Connection:
        """The connection of the transaction."""
        return self._connection

    def record(self, grade: Grade, exam: Exam, now: datetime) -> Receipt | Refusals:
        """Put a graded hand-in on record, unless it is there or may not be."""
        submission = grade.submission
        if first := first_receipt(self._connection, submission):
            return first
        known = find_person(self._connection, submission.person.number)
        history = self._history(known[0], exam.id) if known else History()
        payload = payloads.of_grade(grade, exam, now)
        begun, ended = (
            datetime.fromisoformat(payload[at]) for at in ("begun", "ended")
        )
        if refusal := may_sit(exam, history, begun, ended, submission.delta):
            return (refusal,)
        columns = {
            "person": known[0] if known else self._add(submission.person),
            "exam": submission.exam,
            "sitting": submission.sitting,
            "digest": submission.digest,
        }
        arrived = payloads.of_submission(submission)
        self.append(Kind.SUBMITTED, now, payload=arrived, **columns)
        graded = self.append(Kind.GRADED, now, payload=payload, **columns)
        name = known[1].name if known else submission.person.name
        return Receipt(
            graded,
            duplicate=False,
            grade=grade,
            known_name="" if name == submission.person.name else name,
        )

    def refuse(self, one: Refused, now: datetime) -> None:
        """Note a hand-in that was turned down, unless the very same is noted already."""
        known = self._connection.execute(BY_REFUSAL, {"digest": one.digest}).first()
        if known is None:
            self.append(
                Kind.REFUSED,
                now,
                person=self.key_of(one.person) if one.person else "",
                exam=one.exam,
                digest=one.digest,
                payload=one.payload,
            )

    def start(
        self, person: Person, exam: Exam, opening: Opening, now: datetime
    ) -> Event | Refusals:
        """Put on record that a sitting by invitation began, unless it did before."""
        if first := started_event(self._connection, opening.sitting):
            return first
        key = self.key_of(person)
        history = self._history(key, exam.id)
        if refusal := may_start(exam, history, now, opening.delta):
            return (refusal,)
        form = opening.form_after(len(history.attempts) + len(history.starts))
        return self.append(
            Kind.STARTED,
            now,
            person=key,
            exam=exam.id,
            sitting=opening.sitting,
            payload=({"delta": opening.delta} if opening.delta else {})
            | {
                "form": form,
                "paper": opening.papers[form - 1],
                "begun": stored(now),
                "deadline": stored(now + opening.allowed),
                "until": stored(opening.until),
                "via": "invitation",
            },
        )

    def append(  # noqa: PLR0913 - the columns of an event
        self,
        kind: Kind,
        now: datetime,
        *,
        person: str,
        exam: str,
        payload: Mapping[str, Any],
        sitting: str | None = None,
        digest: str | None = None,
    ) -> Event:
        """Append an event to the chain."""
        previous = self._hash
        fields: dict[str, str | None] = {
            "kind": kind.value,
            "at": stored(now),
            "person": person,
            "exam": exam,
            "sitting": sitting,
            "digest": digest,
        }
        text = chain.canonical(payload)
        self._hash = chain.event_hash(previous, fields, text)
        self._sequence += 1
        self._appended = True
        self._connection.execute(
            _NEW_EVENT,
            fields
            | {
                "sequence": self._sequence,
                "payload": text,
                "previous": previous,
                "hash": self._hash,
            },
        )
        return Event(
            sequence=self._sequence,
            kind=kind,
            at=now,
            person=person,
            exam=exam,
            sitting=sitting or "",
            digest=digest or "",
            payload=payload,
            previous=previous,
            hash=self._hash,
        )

    def key_of(self, person: Person) -> str:
        """Return the key of a person, who is put on record if they are not."""
        known = find_person(self._connection, person.number)
        return known[0] if known else self._add(person)

    def find(self, receipt: str, kinds: Collection[Kind]) -> Event:
        """Return the event of certain kinds that a receipt names.

        Raises:
            LookupError: there is none.
        """
        number, _, start = receipt.partition("-")
        if not (number.isascii() and number.isdigit() and start):
            raise LookupError(receipt)
        if len(number) > _LONGEST_NUMBER:
            raise LookupError(receipt)
        row = self._connection.execute(_BY_SEQUENCE, {"sequence": int(number)}).first()
        if row is None or row.kind not in kinds or not row.hash.startswith(start):
            raise LookupError(receipt)
        return event_from(row)

    def last_of(self, exam: str) -> int:
        """Return the sequence of an exam's last event; 0 if it has none."""
        row = self._connection.execute(_LAST_OF, {"exam": exam}).first()
        return row.sequence if row else 0

    def erase(self, number: str) -> str | None:
        """Remove who has a number; return the key that their events keep."""
        known = find_person(self._connection, number)
        if known is None:
            return None
        self._connection.execute(delete(people).where(people.c.key == known[0]))
        return known[0]

    def follows(self, sequence: int, previous: str) -> bool:
        """Whether an event would stand right behind the last one."""
        return (sequence, previous) == (self._sequence + 1, self._hash)

    def moved_to(self, sequence: int, end: str) -> None:
        """Take an event for the last one that was not appended here."""
        self._sequence, self._hash, self._appended = sequence, end, True

    def note_end(self) -> None:
        """Note the last event in `head`; call it once, at the end."""
        if not self._appended:
            return
        end = {"sequence": self._sequence, "hash": self._hash}
        if self._noted:
            self._connection.execute(update(head).values(**end))
        else:
            self._connection.execute(insert(head).values(id=1, **end))

    def _history(self, key: str, exam: str) -> History:
        return read_history(self._connection, key, exam)

    def _add(self, person: Person) -> str:
        key = uuid.uuid4().hex
        number = fold_number(person.number)
        self._connection.execute(
            _NEW_PERSON, {"key": key, "number": number, "name": person.name}
        )
        return key


class Taking:
    """Records of a file being added to those that are there, as they stand."""

    def __init__(self, turn: Turn) -> None:
        self._connection = turn.connection
        self._turn = turn
        self.added = 0
        self.people = 0

    def add(self, row: Mapping[str, Any]) -> bool:
        """Add an event, unless it is there; False if another one is in its place."""
        found = self._connection.execute(
            _BY_SEQUENCE, {"sequence": row["sequence"]}
        ).first()
        if found is not None:
            same: bool = found.hash == row["hash"]
            return same
        if not self._turn.follows(row["sequence"], row["previous"]):
            return False
        self._connection.execute(_NEW_EVENT, dict(row))
        self._turn.moved_to(row["sequence"], row["hash"])
        self.added += 1
        return True

    def add_person(self, key: str, person: Person) -> bool:
        """Add a person, unless they are there; False if the number is another's."""
        known = find_person(self._connection, person.number)
        if known is None:
            row = {"key": key, "number": person.number, "name": person.name}
            self._connection.execute(_NEW_PERSON, row)
            self.people += 1
        return known is None or known[0] == key


def find_person(connection: Connection, number: str) -> tuple[str, Person] | None:
    """Return key and person of a staff number, if it is on record."""
    row = connection.execute(_BY_NUMBER, {"number": fold_number(number)}).first()
    return (row.key, Person(row.number, row.name)) if row else None


def read_history(connection: Connection, key: str, exam: str) -> History:
    """Return what a person, by key, did about an exam."""
    rows = connection.execute(_HISTORY, {"person": key, "exam": exam})
    return fold(map(event_from, rows))


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
    history = connection.execute(_HISTORY, {"person": first.person, "exam": first.exam})
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
