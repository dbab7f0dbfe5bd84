"""Records of a file added to those that are there, as they stand."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import delete

from handbook.grading.submissions import Person
from handbook.records.database.queries import BY_SEQUENCE, erased_keys, find_person
from handbook.records.database.rows import Stored
from handbook.records.database.schema import people
from handbook.records.database.turns import Turn
from handbook.records.history.events import Kind


class Taking:
    """Records of a file being added to those that are there, as they stand."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.added = 0
        self.people = 0

    @cached_property
    def _erased(self) -> frozenset[str]:
        """Keys of who was erased, by the records and by the file; events come first."""
        return erased_keys(self._turn.connection)

    def add(self, row: Stored) -> bool:
        """Add an event, unless it is there; False if another one is in its place.

        Whose erasure it tells of is erased here, too.

        Raises:
            BrokenEventError: it is not as the program wrote it.
        """
        if row.sequence <= self._turn.sequence:
            asked = {"sequence": row.sequence}
            found = self._turn.connection.execute(BY_SEQUENCE, asked).first()
            return found is not None and bool(found.hash == row.hash)
        taken = self._turn.take(row)
        self.added += taken
        if taken and row.kind == Kind.ERASED:
            gone = delete(people).where(people.c.key == row.person)
            self._turn.connection.execute(gone)
        return taken

    def add_person(self, key: str, person: Person, salt: str | None) -> bool:
        """Add a person, unless they are there; False if the number is another's.

        Whoever was erased since the file was written stays erased.
        """
        if key in self._erased:
            return True
        known = find_person(self._turn.connection, person.number)
        if known is None:
            self._turn.add_person(key, person, salt)
            self.people += 1
        return known is None or known[0] == key
