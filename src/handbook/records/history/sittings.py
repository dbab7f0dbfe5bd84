"""Sittings as they stand on record: what was first made of each, and what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person
from handbook.records.history import payloads
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Event, Kind

GONE = Person("", "（已删除）")
"""Stands for whoever was erased."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting as it stands on record; voided ones are none."""

    newest: Event
    """Its last `graded` or `regraded` event."""
    first: Grade
    """By the key of the day on which it was handed in."""
    grade: Grade
    """The one that counts."""


def sittings(events: Iterable[Event], people: Mapping[str, Person]) -> list[Sitting]:
    """Return the sittings that count, in the order in which they were recorded."""
    found: dict[str, Sitting] = {}
    for event in events:
        if event.kind is Kind.GRADED:
            grade = grade_of(event, people.get(event.person, GONE))
            found[event.sitting] = Sitting(event, grade, grade)
        elif event.kind is Kind.REGRADED and event.sitting in found:
            grade = grade_of(event, people.get(event.person, GONE))
            found[event.sitting] = Sitting(event, found[event.sitting].first, grade)
        elif event.kind is Kind.VOIDED:
            found.pop(event.sitting, None)
    return list(found.values())


def grade_of(event: Event, person: Person) -> Grade:
    """Return the grade that a `graded` or `regraded` event put on record.

    Raises:
        BrokenEventError: the event is not as the program wrote it.
    """
    try:
        return payloads.grade_from(
            event.payload,
            exam=event.exam,
            sitting=event.sitting,
            digest=event.digest,
            person=person,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BrokenEventError(event.sequence) from error
