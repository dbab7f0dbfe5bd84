"""Whether the records are as the program wrote them, and what was done to them if not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy import Connection, select

from handbook.grading.submissions import Person
from handbook.records.database import outline_table
from handbook.records.database.chain import GENESIS, Fault, FaultKind, find_faults
from handbook.records.database.rows import link_from
from handbook.records.database.schema import events, head, people
from handbook.records.history.events import Kind
from handbook.records.history.people import is_theirs

_IN_ORDER = select(events).order_by(events.c.sequence)
_END = select(head.c.sequence, head.c.hash)
_AT_ONCE = 1000
"""Rows read together."""
_MADE_ANEW = (
    "名单和统计用的摘要与它不符，重算以前名单可能是错的。"
    "请马上运行 records.py verify --rebuild 重算。"
)


def faults(connection: Connection) -> tuple[Fault, ...]:
    """Return what was changed behind the program's back; empty if nothing was.

    The outlines are looked at where the chain holds: of an event that is not what it
    was, nobody can say what its outline should be.
    """
    rows = connection.execute(_IN_ORDER, execution_options={"yield_per": _AT_ONCE})
    links = [link_from(row) for row in rows]
    end = connection.execute(_END).first()
    found = find_faults(links, (end.sequence, end.hash) if end else None)
    if found:
        return found
    try:
        return tuple(_of_outlines(outline_table.differing(connection)))
    except (TypeError, ValueError):
        # Where something else stands in a column than the program writes there, what
        # the rest says is no matter: all of it is made anew.
        last = len(links)
        return (Fault(FaultKind.OUTLINE, 1, last, f"记录本身完好，{_MADE_ANEW}"),)


def end_of(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the last event."""
    row = connection.execute(_END).first()
    return (row.sequence, row.hash) if row else (0, GENESIS)


def strangers(connection: Connection) -> tuple[str, ...]:
    """Return receipts of events about a person who is gone without an erasure.

    Names stand outside the chain so that a person can be erased; a name that went
    without an `erased` event was taken out behind the program's back.
    """
    known = select(people.c.key)
    gone = select(events.c.person).where(events.c.kind == Kind.ERASED)
    query = _IN_ORDER.where(
        events.c.person.not_in(known),
        events.c.person.not_in(gone),
        events.c.person != "",  # a refusal of who knows whom
    )
    rows = connection.execute(query).all()
    return tuple(f"{row.sequence}-{row.hash[:12]}" for row in rows)


def others(connection: Connection) -> tuple[str, ...]:
    """Return staff numbers whose number or name is not that of which the events are.

    Names stand outside the chain, but the key that events carry was made of them.
    """
    rows = connection.execute(select(people).order_by(people.c.number))
    return tuple(
        row.number
        for row in rows
        if not is_theirs(row.key, Person(row.number, row.name), row.salt)
    )


def returned(connection: Connection) -> tuple[str, ...]:
    """Return staff numbers of who was erased and is there again under the same key."""
    gone = select(events.c.person).where(events.c.kind == Kind.ERASED)
    query = select(people.c.number).where(people.c.key.in_(gone))
    return tuple(connection.scalars(query.order_by(people.c.number)))


def _of_outlines(sequences: Iterable[int]) -> Iterator[Fault]:
    # Neighbours have the same difference between number and place.
    runs = groupby(enumerate(sequences), lambda one: one[1] - one[0])
    for _, run in runs:
        numbers = [sequence for _, sequence in run]
        yield Fault(
            FaultKind.OUTLINE,
            numbers[0],
            numbers[-1],
            f"记录本身完好，{_MADE_ANEW}",
        )
