"""The records on disk, read back: people, events, outlines, and whether all is sound."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import URL, Connection, Engine, select

from handbook.grading.submissions import Person, Submission
from handbook.records.database import chain, outline_table, verifying
from handbook.records.database.dossiers import Dossier, dossier_of, dossier_with
from handbook.records.database.engine import reading
from handbook.records.database.failures import in_chinese
from handbook.records.database.queries import (
    events_numbered,
    find_person,
    first_receipt,
    named,
    started_event,
    started_events,
)
from handbook.records.database.rows import event_from, is_intact
from handbook.records.database.schema import events, people
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Event
from handbook.records.history.outlines import Outline
from handbook.records.history.receipts import Receipt, Refusals


class Records:
    """The records of one department in one database, to be asked.

    Each answer is of one moment; what is recorded meanwhile is for the next.
    """

    def __init__(self, url: URL, engine: Engine) -> None:
        """Ask a database whose tables are those of today."""
        self.url = url
        self._engine = engine

    def first(self, submission: Submission) -> Receipt | Refusals | None:
        """Return what is on record of a hand-in already, before it is even graded.

        A page that lost the network and tries again after a new version of the handbook
        gets its receipt, not the news that its paper is out of date.
        """
        with self._reading() as connection:
            return first_receipt(connection, submission)

    def started(self, sitting: str) -> Event | None:
        """Return the event that says when a sitting by invitation began, if it did."""
        with self._reading() as connection:
            return started_event(connection, sitting)

    def starts(self, sittings: Collection[str]) -> Mapping[str, tuple[Event, str]]:
        """Return, of those sittings that began by invitation, when, and whose they are.

        The staff number is empty where nobody has the key of the event any more.
        """
        with self._reading() as connection:
            return started_events(connection, sittings)

    def person(self, number: str) -> Person | None:
        """Return who has a staff number, as on record."""
        with self._reading() as connection:
            found = find_person(connection, number)
        return found[1] if found else None

    def dossier(self, number: str, exam: str) -> Dossier | None:
        """Return all of one person and one exam; None if nobody has the number."""
        with self._reading() as connection:
            return dossier_of(connection, number, exam)

    def dossier_with(self, sequence: int) -> Dossier | None:
        """Return the dossier that a `graded` event stands in, if its person is known."""
        with self._reading() as connection:
            return dossier_with(connection, sequence)

    def people(self) -> Mapping[str, Person]:
        """Return everyone on record by the key that events carry."""
        with self._reading() as connection:
            return {
                row.key: Person(row.number, row.name)
                for row in connection.execute(select(people).order_by(people.c.number))
            }

    def identities(self) -> Iterator[dict[str, Any]]:
        """Yield who is who as it stands, for backup: with what keys were made with."""
        with self._reading() as connection:
            rows = connection.execute(select(people).order_by(people.c.number))
            yield from map(dict, rows.mappings())

    def others(self) -> tuple[str, ...]:
        """Return staff numbers that stand where somebody else's events are."""
        with self._reading() as connection:
            return verifying.others(connection)

    def returned(self) -> tuple[str, ...]:
        """Return staff numbers of who was erased and is known again all the same."""
        with self._reading() as connection:
            return verifying.returned(connection)

    def events(self, exam: str | None = None) -> Iterator[Event]:
        """Yield the events in their order, of one exam or of all.

        Raises:
            BrokenEventError: one was edited. What is worked out of whole events (marks
                given anew, statistics) must not make its edits genuine.
        """
        query = select(events).order_by(events.c.sequence)
        if exam is not None:
            query = query.where(events.c.exam == exam)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                if not is_intact(row):
                    raise BrokenEventError(row.sequence)
                yield event_from(row)

    def outlines(self) -> Iterator[Outline]:
        """Yield what the events say of where people stand, without any answers.

        Those of one person and one exam come together, in the order of their events.
        """
        with self._reading() as connection:
            yield from outline_table.read(connection)

    def spans(self) -> Mapping[str, tuple[date, date]]:
        """Return, by key, the days of the first and the last event of each person."""
        with self._reading() as connection:
            return outline_table.spans(connection)

    def numbered(self, sequences: Collection[int]) -> tuple[Event, ...]:
        """Return the events of some numbers, in their order."""
        with self._reading() as connection:
            return events_numbered(connection, sequences)

    def verify(self) -> tuple[chain.Fault, ...]:
        """Return what was changed behind the program's back; empty if nothing was."""
        with self._reading() as connection:
            return verifying.faults(connection)

    def strangers(self) -> tuple[str, ...]:
        """Return receipts of events about a person who is gone without an erasure."""
        with self._reading() as connection:
            return verifying.strangers(connection)

    def end(self) -> tuple[int, str]:
        """Return number and hash of the last event.

        Whoever writes them down elsewhere can later tell that nothing before was
        rewritten, even by someone who recomputed every hash.
        """
        with self._reading() as connection:
            return verifying.end_of(connection)

    def agrees(self, mark: str) -> bool:
        """Whether the records still hold the event that a receipt or end mark names."""
        with self._reading() as connection:
            return named(connection, mark) is not None

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the events as they stand, for export; without names.

        Raises:
            BrokenEventError: one is not as the program wrote it.
        """
        query = select(events).order_by(events.c.sequence)
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=1000).execute(query)
            for row in rows.mappings():
                try:
                    payload = json.loads(row["payload"])
                except (TypeError, ValueError) as error:
                    raise BrokenEventError(row["sequence"]) from error
                yield {**row, "payload": payload}

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with in_chinese(self.url), reading(self._engine).begin() as connection:
            yield connection
