"""The ordered steps that bring a database up to the tables of today."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, inspect, select

from handbook.records.database.engine import (
    drop_unique,
    refuse_changes,
    replace_check,
)
from handbook.records.database.outline_table import rebuild
from handbook.records.database.schema import (
    events,
    head,
    metadata,
    migrations,
    people,
    refusal_index,
    start_index,
)
from handbook.records.history.events import Kind


class NewerSchemaError(Exception):
    """The database was made by a newer version of the program."""


def create_tables(connection: Connection) -> None:
    """Make people, events and head as `schema` defines them.

    A new database therefore starts with the newest shape; a later migration that adds
    to a table first looks whether the addition is there already.
    """
    metadata.create_all(connection, tables=[people, events, head])


def refuse_changed_events(connection: Connection) -> None:
    """Let the database itself refuse to change or remove an event."""
    refuse_changes(connection, events.name)


def know_starts(connection: Connection) -> None:
    """Let events say that a sitting began, in databases older than that.

    PostgreSQL also begins to refuse changes here: the step before once left it out.
    """
    _allow(connection, Kind.STARTED)
    start_index.create(connection, checkfirst=True)


def know_erasures(connection: Connection) -> None:
    """Let events say that a person was erased, in databases older than that."""
    _allow(connection, Kind.ERASED)


def know_refusals(connection: Connection) -> None:
    """Let events tell of refusals and of who left a role, in databases older than that."""
    _allow(connection, Kind.REFUSED)
    refusal_index.create(connection, checkfirst=True)


def know_outlines(connection: Connection) -> None:
    """Keep beside the chain what standing asks for, in databases older than that."""
    rebuild(connection)


def know_salts(connection: Connection) -> None:
    """Let people be bound to their keys, in databases older than that."""
    columns = {one["name"] for one in inspect(connection).get_columns(people.name)}
    if people.c.salt.name not in columns:
        connection.exec_driver_sql(f"ALTER TABLE {people.name} ADD COLUMN salt TEXT")


def _allow(connection: Connection, kind: Kind) -> None:
    """Let events be of a kind, where the table was made before there was such a kind."""
    checks = inspect(connection).get_check_constraints(events.name)
    if not any(f"'{kind}'" in check["sqltext"] for check in checks):
        replace_check(connection, events, "known_kind")
    refuse_changes(connection, events.name)


def index_no_hashes(connection: Connection) -> None:
    """Let go of the index of hashes, in databases older than that: nothing asked it."""
    if drop_unique(connection, events, events.c.hash.name):
        refuse_changes(connection, events.name)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    create_tables,
    refuse_changed_events,
    know_starts,
    know_erasures,
    know_refusals,
    know_outlines,
    know_salts,
    index_no_hashes,
)
"""In order. Each runs once per database; its name is its record. Only ever append."""


def migrate(connection: Connection) -> None:
    """Run the migrations that a database has not been through; all or none.

    Raises:
        NewerSchemaError: it has been through migrations that this version lacks.
    """
    done: set[str] = set()
    if inspect(connection).has_table(migrations.name):
        done = set(connection.scalars(select(migrations.c.name)))
    else:
        migrations.create(connection)
    if unknown := done - {step.__name__ for step in MIGRATIONS}:
        raise NewerSchemaError("、".join(sorted(unknown)))
    for step in MIGRATIONS:
        if step.__name__ not in done:
            step(connection)
            connection.execute(insert(migrations).values(name=step.__name__))
