"""All that is on record of one person and one exam, and whether it is untouched."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, bindparam, literal, select

from handbook.grading.submissions import Person
from handbook.records.database.queries import BY_NUMBER, DOSSIER
from handbook.records.database.rows import event_from, is_intact
from handbook.records.database.schema import events, people
from handbook.records.history.attempts import History, fold
from handbook.records.history.events import Event, Kind
from handbook.records.history.outlines import outline_of
from handbook.records.history.people import fold_number
from handbook.records.history.receipts import Receipt
from handbook.records.history.sittings import sittings

# A whole number is bound as such on both databases; a larger one than the column holds
# would be an error on PostgreSQL.
LARGEST_SEQUENCE = 2**31 - 1
_BY_SEQUENCE = select(events.c.person, events.c.exam).where(
    events.c.sequence == bindparam("sequence"),
    events.c.kind == literal(Kind.GRADED.value),
)
_BY_KEY = select(people).where(people.c.key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Dossier:
    """One person, one exam."""

    person: Person
    exam: str
    events: tuple[Event, ...]
    """In their order."""
    edited: frozenset[int]
    """Sequences of events whose content no longer gives their hash."""

    @property
    def history(self) -> History:
        """What the events that are untouched add up to."""
        return fold(
            outline_of(event)
            for event in self.events
            if event.kind is not Kind.SUBMITTED
        )

    def handed_in(self, sitting: str) -> bool:
        """Whether a hand-in of a sitting is among them."""
        return any(
            event.kind is Kind.SUBMITTED and event.sitting == sitting
            for event in self.events
        )

    def receipt_of(self, sitting: str) -> Receipt | None:
        """Return a sitting's first receipt, with the grade that counts today.

        None if nothing was handed in, or a trainer took it back.
        """
        people = {event.person: self.person for event in self.events}
        for one in sittings(self.events, people):
            if one.newest.sitting == sitting:
                first = next(
                    event
                    for event in self.events
                    if event.kind is Kind.GRADED and event.sitting == sitting
                )
                return Receipt(first, duplicate=False, grade=one.grade, known_name="")
        return None


def dossier_of(connection: Connection, number: str, exam: str) -> Dossier | None:
    """Return what is on record of a staff number and an exam; None if nobody has it."""
    if "\0" in number + exam:
        return None  # nobody's; and PostgreSQL refuses to be asked for it
    row = connection.execute(BY_NUMBER, {"number": fold_number(number)}).first()
    return _dossier(connection, row, exam) if row else None


def dossier_with(connection: Connection, sequence: int) -> Dossier | None:
    """Return the dossier that a `graded` event stands in.

    None if there is no such event, or nobody is known by its key: they were erased.
    """
    if not 0 < sequence <= LARGEST_SEQUENCE:
        return None
    found = connection.execute(_BY_SEQUENCE, {"sequence": sequence}).first()
    if found is None:
        return None
    row = connection.execute(_BY_KEY, {"key": found.person}).first()
    return _dossier(connection, row, found.exam) if row else None


def _dossier(
    connection: Connection, person: Row[tuple[object, ...]], exam: str
) -> Dossier:
    rows = connection.execute(DOSSIER, {"person": person.key, "exam": exam}).all()
    edited = frozenset(row.sequence for row in rows if not is_intact(row))
    # What was edited may not even be readable any more; whoever asks sees that it was.
    readable = (event_from(row) for row in rows if row.sequence not in edited)
    return Dossier(Person(person.number, person.name), exam, tuple(readable), edited)
