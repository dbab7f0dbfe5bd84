"""Rows of the events table, read as what they say and as links of the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row

from handbook.records.database import chain
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Event, Kind
from handbook.records.history.times import written


class Stored(NamedTuple):
    """An event as it stands in its table: the times and the payload are texts."""

    sequence: int
    kind: str
    at: str
    person: str
    exam: str
    sitting: str | None
    digest: str | None
    payload: str
    previous: str
    hash: str


def event_from(row: Row[Any] | Stored) -> Event:
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
            payload=orjson.loads(row.payload),
            previous=row.previous,
            hash=row.hash,
        )
    except (TypeError, ValueError) as error:
        raise BrokenEventError(row.sequence) from error


def is_intact(row: Row[Any]) -> bool:
    """Whether what a row says still gives its hash."""
    fields = {
        "kind": row.kind,
        "at": row.at,
        "person": row.person,
        "exam": row.exam,
        "sitting": row.sitting,
        "digest": row.digest,
    }
    try:
        return bool(chain.event_hash(row.previous, fields, row.payload) == row.hash)
    except (TypeError, ValueError):  # a tampered column may hold anything, bytes too
        return False


def link_from(row: Row[Any]) -> chain.Link:
    """Return what the chain needs to know of a row, whatever is in it."""
    try:
        when = written(datetime.fromisoformat(row.at))
    except (TypeError, ValueError):
        when = str(row.at)
    return chain.Link(
        sequence=row.sequence,
        previous=row.previous,
        hash=row.hash,
        intact=is_intact(row),
        label=f"{when} 的“{row.exam}”{row.kind} 记录",
    )
