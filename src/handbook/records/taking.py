"""Records of a file added to those that are there, as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handbook.grading.submissions import Person
from handbook.records.queries import BY_SEQUENCE, find_person
from handbook.records.turns import NEW_EVENT, NEW_PERSON, Turn


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
            BY_SEQUENCE, {"sequence": row["sequence"]}
        ).first()
        if found is not None:
            same: bool = found.hash == row["hash"]
            return same
        if not self._turn.follows(row["sequence"], row["previous"]):
            return False
        self._connection.execute(NEW_EVENT, dict(row))
        self._turn.moved_to(row["sequence"], row["hash"])
        self.added += 1
        return True

    def add_person(self, key: str, person: Person) -> bool:
        """Add a person, unless they are there; False if the number is another's."""
        known = find_person(self._connection, person.number)
        if known is None:
            row = {"key": key, "number": person.number, "name": person.name}
            self._connection.execute(NEW_PERSON, row)
            self.people += 1
        return known is None or known[0] == key
