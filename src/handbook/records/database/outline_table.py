"""Outlines in their table: written with the events, read for standing, held against them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select

from handbook.canonical import canonical
from handbook.records.database.engine import insert_rows, parts_of, refuse_changes
from handbook.records.database.rows import event_from
from handbook.records.database.schema import events, examined, outlines
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Kind
from handbook.records.history.outlines import Examined, Outline, outline_of
from handbook.records.history.times import day, stored

Told = tuple[Outline, str]
"""An outline, and when its event was recorded: ISO 8601, UTC."""

_COLUMNS = tuple(outlines.c[name] for name in Outline._fields)
ALL = select(*_COLUMNS)
_WITH_TIMES = select(*_COLUMNS, outlines.c.at).order_by(outlines.c.sequence)
_SPANS = select(
    outlines.c.person,
    func.min(outlines.c.at).label("first"),
    func.max(outlines.c.at).label("last"),
).group_by(outlines.c.person)
_NEW_EXAMINED = insert(examined)
_ABOUT = select(examined.c.id)
_BY_ID = select(examined).where(examined.c.id == bindparam("id"))
_KNOWN = select(examined.c.id).where(
    examined.c.id.in_(bindparam("ids", expanding=True))
)
_AT_ONCE = 250
"""Rows read or written together; read a thousand at a time, they fit no cache."""
_LAST = len(_COLUMNS) - 1
_SEQUENCE = Outline._fields.index("sequence")
_PASSED = Outline._fields.index("passed")
_STREAMED = {"yield_per": _AT_ONCE}


def write(connection: Connection, told: Sequence[Told]) -> None:
    """Write outlines beside the events that they were made of."""
    if not told:
        return
    about = {one.examined.id: one.examined for one, _ in told if one.examined}
    if about:
        for known in connection.scalars(_KNOWN, {"ids": list(about)}):
            del about[known]
    if about:
        rows = [
            {"id": one.id, "title": one.title, "clauses": canonical(dict(one.clauses))}
            for one in about.values()
        ]
        connection.execute(_NEW_EXAMINED, rows)
    insert_rows(connection, outlines, [_row(*one) for one in told])


def read(
    connection: Connection,
    query: Select[Any] = ALL,
    given: Mapping[str, object] = MappingProxyType({}),
) -> Iterator[Outline]:
    """Yield outlines; each person's and exam's together, in the order of their events.

    Args:
        connection: of the moment asked about.
        query: which rows of the table.
        given: the values of its parameters.
    """
    ordered = query.order_by(outlines.c.person, outlines.c.exam, outlines.c.sequence)
    about: dict[str | None, Examined | None] = {}
    make = tuple.__new__
    for part in parts_of(connection, ordered, given, _AT_ONCE):
        for row in part:
            name = row[_LAST]
            if name not in about:
                about[name] = _examined(connection, name)
                if name and about[name] is None:
                    raise BrokenEventError(row[_SEQUENCE])
            yield make(Outline, (*row[:_LAST], about[name]))


def spans(connection: Connection) -> Mapping[str, tuple[date, date]]:
    """Return, by key, the days of the first and the last thing on record of a person."""
    return {
        row.person: (
            day(datetime.fromisoformat(row.first)),
            day(datetime.fromisoformat(row.last)),
        )
        for row in connection.execute(_SPANS)
    }


def rebuild(connection: Connection) -> None:
    """Make the tables anew from the events."""
    outlines.drop(connection, checkfirst=True)
    examined.drop(connection, checkfirst=True)
    examined.create(connection)
    outlines.create(connection)
    last = 0
    while rows := connection.execute(
        select(events)
        .where(events.c.sequence > last)
        .order_by(events.c.sequence)
        .limit(_AT_ONCE)
    ).all():
        write(connection, [one for row in rows if (one := _told(row))])
        last = rows[-1].sequence
    refuse_changes(connection, outlines.name)
    refuse_changes(connection, examined.name)


def differing(connection: Connection) -> Iterator[int]:
    """Yield the sequence of each event of which the table tells something else.

    Of each of which it tells nothing, too, and of each of which it tells and that is not.
    """
    every = connection.execute(
        select(events).order_by(events.c.sequence), execution_options=_STREAMED
    )
    right = (one for row in every if (one := _told(row)))
    rows = connection.execute(_WITH_TIMES, execution_options=_STREAMED)
    about = {
        row.id: _examined(connection, row.id) for row in connection.execute(_ABOUT)
    }
    there = ((Outline._make((*told, about.get(name))), at) for *told, name, at in rows)
    expected, found = next(right, None), next(there, None)
    while expected or found:
        if expected == found:
            expected, found = next(right, None), next(there, None)
            continue
        first = min(one[0].sequence for one in (expected, found) if one)
        yield first
        if expected and expected[0].sequence == first:
            expected = next(right, None)
        if found and found[0].sequence == first:
            found = next(there, None)


def _told(row: Row[Any]) -> Told | None:
    """Return what the table should say of an event; None for what it leaves out.

    Of an event that is not as the program wrote it, the least there is to say: whoever
    asks how it ended is told that it is broken.
    """
    if row.kind == Kind.SUBMITTED:
        return None  # a grade follows in the same transaction
    try:
        event = event_from(row)
        return outline_of(event), stored(event.at)
    except BrokenEventError:
        who, what = str(row.person), str(row.exam)
        return Outline(who, what, row.sequence, str(row.kind)), str(row.at)


def _row(one: Outline, at: str) -> tuple[object, ...]:
    *columns, about = one
    columns[_PASSED] = None if one.passed is None else int(one.passed)
    return (*columns, about.id if about else None, at)


def _examined(connection: Connection, id: str | None) -> Examined | None:  # noqa: A002 - its name in the table
    """Return what a sitting was about; None where that cannot be read."""
    row = connection.execute(_BY_ID, {"id": id}).first() if id else None
    if row is None:
        return None
    try:
        clauses = json.loads(row.clauses)
    except (TypeError, ValueError):
        return None
    return Examined(row.id, row.title, clauses) if isinstance(clauses, dict) else None
