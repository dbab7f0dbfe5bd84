"""One writing transaction: what is on record already, and what is appended."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from handbook.canonical import canonical
from handbook.grading.grade import Grade
from handbook.grading.submissions import Person
from handbook.model.exams import Exam
from handbook.records.database import chain, outline_table
from handbook.records.database.engine import insert_rows
from handbook.records.database.queries import (
    BY_REFUSAL,
    BY_SITTING,
    Glance,
    Wanted,
    find_person,
    first_receipt,
    glance,
    history_of,
    named,
)
from handbook.records.database.rows import Stored, event_from
from handbook.records.database.schema import events, head, outlines, people
from handbook.records.history import payloads
from handbook.records.history.attempts import History
from handbook.records.history.events import Event, Kind
from handbook.records.history.limits import may_sit, may_start
from handbook.records.history.outlines import outline_of
from handbook.records.history.people import fold_number, key_for
from handbook.records.history.receipts import Opened, Opening, Receipt, Refusals
from handbook.records.history.refusing import Refused
from handbook.records.history.times import stored

_LAST_OF = (
    select(events.c.sequence)
    .where(events.c.exam == bindparam("exam"))
    .order_by(events.c.sequence.desc())
    .limit(1)
)
_VOIDED = select(outlines.c.sequence).where(
    outlines.c.person == bindparam("person"),
    outlines.c.exam == bindparam("exam"),
    outlines.c.voids == bindparam("voids"),
)
_HEAD = select(head.c.sequence, head.c.hash)
_NEW_HEAD = update(head).values(sequence=bindparam("to"), hash=bindparam("end"))

_TOGETHER = 250
"""Hand-ins looked up at once, and events written at once."""


class Turn:
    """The right to append, for one transaction; nobody else appends meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        end = connection.execute(_HEAD).first()
        self._noted = end is not None
        self._sequence: int = end.sequence if end else 0
        self._hash: str = end.hash if end else chain.GENESIS
        self._appended = False
        self._known = Glance()
        self._new_people: list[tuple[str, str, str, str | None]] = []
        self._new_events: list[Stored] = []
        self._new_outlines: list[outline_table.Told] = []

    @property
    def connection(self) -> Connection:
        """The connection of the transaction, on which all that was appended is seen."""
        self._write()
        return self._connection

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        return self._sequence

    def look_up(self, wanted: Collection[Wanted]) -> None:
        """Look up at once what some hand-ins and beginnings will need to know."""
        self._known = glance(self.connection, wanted)

    def record_all(
        self, grades: Iterable[tuple[Grade, Exam]], now: datetime
    ) -> list[Receipt | Refusals]:
        """Put graded hand-ins on record, each unless it is there or may not be."""
        waiting = list(grades)
        done: list[Receipt | Refusals] = []
        for start in range(0, len(waiting), _TOGETHER):
            some = waiting[start : start + _TOGETHER]
            self.look_up([Wanted.of(grade.submission) for grade, _ in some])
            done += [self.record(grade, exam, now) for grade, exam in some]
        return done

    def record(self, grade: Grade, exam: Exam, now: datetime) -> Receipt | Refusals:
        """Put one graded hand-in on record, unless it is there or may not be."""
        submission = grade.submission
        wanted = Wanted.of(submission)
        known = self._looked_up(wanted)
        if known.holds(wanted) and (
            first := first_receipt(self.connection, submission)
        ):
            return first
        key, person = known.people.get(wanted.number, ("", submission.person))
        payload = payloads.of_grade(grade, exam, now)
        begun, ended = (
            datetime.fromisoformat(payload[at]) for at in ("begun", "ended")
        )
        history = self._history(key, exam.id)
        if refusal := may_sit(exam, history, begun, ended, submission.delta):
            return (refusal,)
        key = key or self._add(person)
        columns = {
            "person": key,
            "exam": submission.exam,
            "sitting": submission.sitting,
            "digest": submission.digest,
        }
        arrived = payloads.of_submission(submission)
        self.append(Kind.SUBMITTED, now, payload=arrived, **columns)
        graded = self.append(Kind.GRADED, now, payload=payload, **columns)
        known.sittings.add(submission.sitting)
        known.digests.add(submission.digest)
        same = person.name == submission.person.name
        return Receipt(
            graded,
            duplicate=False,
            grade=grade,
            known_name="" if same else person.name,
            before_another=any(one.ended > ended for one in history.attempts),
        )

    def refuse(self, one: Refused, now: datetime) -> None:
        """Note a hand-in that was turned down, unless the very same is noted already."""
        known = self.connection.execute(BY_REFUSAL, {"digest": one.digest}).first()
        if known is None:
            self.append(
                Kind.REFUSED,
                now,
                person=self.key_of(one.person) if one.person else "",
                exam=one.exam,
                digest=one.digest,
                payload=one.payload,
            )

    def begun(self, wanted: Wanted) -> Event | None:
        """Return the event that says when a sitting by invitation began, if it did."""
        return self._looked_up(wanted).begun.get(wanted.sitting)

    def opened(self, wanted: Wanted, person: Person) -> Opened | None:
        """Return what is on record of a sitting by invitation, if it began.

        Args:
            wanted: which sitting, whose.
            person: who that is, by invitation; on record their name may be another.
        """
        if (event := self.begun(wanted)) is None:
            return None
        _, person = self._known.people.get(wanted.number, ("", person))
        sitting = {"sitting": wanted.sitting}
        handed_in = self.connection.execute(BY_SITTING, sitting).first()
        return Opened(event, person, handed_in is not None)

    def history(self, wanted: Wanted) -> History:
        """Return what somebody did about an exam; empty for who is not on record."""
        key, _ = self._looked_up(wanted).people.get(wanted.number, ("", None))
        return self._history(key, wanted.exam)

    def start(
        self, person: Person, exam: Exam, opening: Opening, now: datetime
    ) -> Opened | Refusals:
        """Put on record that a sitting by invitation begins, which it has not yet."""
        wanted = Wanted(fold_number(person.number), exam.id, opening.sitting)
        known = self._looked_up(wanted)
        key, person = known.people.get(wanted.number, ("", person))
        history = self._history(key, exam.id)
        if refusal := may_start(exam, history, now, opening.delta):
            return (refusal,)
        form = opening.form_after(len(history.attempts) + len(history.starts))
        event = self.append(
            Kind.STARTED,
            now,
            person=key or self._add(person),
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
        known.begun[opening.sitting] = event
        return Opened(event, person, handed_in=False)

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
        previous, at = self._hash, stored(now)
        fields: dict[str, str | None] = {
            "kind": kind.value,
            "at": at,
            "person": person,
            "exam": exam,
            "sitting": sitting,
            "digest": digest,
        }
        text = canonical(payload)
        self._hash = chain.event_hash(previous, fields, text)
        self._sequence += 1
        self._appended = True
        self._known.moved.add((person, exam))
        self._new_events.append(
            Stored(
                self._sequence,
                kind.value,
                at,
                person,
                exam,
                sitting,
                digest,
                text,
                previous,
                self._hash,
            )
        )
        event = Event(
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
        self._outline(event)
        return event

    def key_of(self, person: Person) -> str:
        """Return the key of a person, who is put on record if they are not."""
        known = find_person(self.connection, person.number)
        return known[0] if known else self._add(person)

    def find(self, receipt: str, kinds: Collection[Kind]) -> Event:
        """Return the event of certain kinds that a receipt names.

        Raises:
            LookupError: there is none.
        """
        row = named(self.connection, receipt)
        if row is None or row.kind not in kinds:
            raise LookupError(receipt)
        return event_from(row)

    def is_voided(self, event: Event) -> bool:
        """Whether an event was taken back or settled already."""
        given = {"person": event.person, "exam": event.exam, "voids": event.sequence}
        return self.connection.execute(_VOIDED, given).first() is not None

    def last_of(self, exam: str) -> int:
        """Return the sequence of an exam's last event; 0 if it has none."""
        row = self.connection.execute(_LAST_OF, {"exam": exam}).first()
        return row.sequence if row else 0

    def erase(self, number: str) -> str | None:
        """Remove who has a number; return the key that their events keep."""
        known = find_person(self.connection, number)
        if known is None:
            return None
        self.connection.execute(delete(people).where(people.c.key == known[0]))
        self._known = Glance()
        return known[0]

    def take(self, row: Stored) -> bool:
        """Append an event of other records as it stands; False if it does not follow.

        Raises:
            BrokenEventError: it is not as the program wrote it.
        """
        if (row.sequence, row.previous) != (self._sequence + 1, self._hash):
            return False
        self._sequence, self._hash, self._appended = row.sequence, row.hash, True
        self._new_events.append(row)
        self._outline(event_from(row))
        return True

    def note_end(self) -> None:
        """Note the last event in `head`; call it once, at the end."""
        self._write()
        if not self._appended:
            return
        if self._noted:
            end = {"to": self._sequence, "end": self._hash}
            self._connection.execute(_NEW_HEAD, end)
        else:
            first = {"id": 1, "sequence": self._sequence, "hash": self._hash}
            self._connection.execute(insert(head).values(**first))

    def _write(self) -> None:
        """Write what was appended; many rows at once cost a fraction of one by one."""
        if self._new_people:
            insert_rows(self._connection, people, self._new_people)
            self._new_people = []
        if self._new_events:
            insert_rows(self._connection, events, self._new_events)
            self._new_events = []
            outline_table.write(self._connection, self._new_outlines)
            self._new_outlines = []

    def _outline(self, event: Event) -> None:
        """Note what of an event says where people stand, beside it."""
        if event.kind is not Kind.SUBMITTED:  # a grade follows
            self._new_outlines.append((outline_of(event), stored(event.at)))
        if len(self._new_events) >= _TOGETHER:
            self._write()

    def _looked_up(self, wanted: Wanted) -> Glance:
        if wanted not in self._known.asked:
            self.look_up([wanted])
        return self._known

    def _history(self, key: str, exam: str) -> History:
        if (key, exam) in self._known.moved:
            return history_of(self.connection, key, exam)
        return self._known.histories.get((key, exam), History())

    def add_person(self, key: str, person: Person, salt: str | None) -> None:
        """Put a person on record under a key that is theirs already."""
        number = fold_number(person.number)
        self._new_people.append((key, number, person.name, salt))
        self._known.people[number] = (key, person)

    def _add(self, person: Person) -> str:
        salt = uuid.uuid4().hex
        key = key_for(person, salt)
        self.add_person(key, person, salt)
        return key
