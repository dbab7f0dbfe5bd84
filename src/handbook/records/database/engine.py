"""The one place where SQLite and PostgreSQL differ: connecting, and who writes next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    CheckConstraint,
    Connection,
    Engine,
    Select,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import DBAPIError

DRIVER_ERRORS = (DBAPIError, sqlite3.Error)
"""What a database raises; SQLAlchemy does not wrap errors while connecting."""

_LOCK = 0x48414E44
"""PostgreSQL advisory lock of everybody who appends to the chain."""

_WRITES = "handbook_writes"
_CONNECTIONS = 20
"""Kept open: one for each of the server's threads that ask at once."""

_PAGE = 8192
"""Bytes of a page of a new SQLite file: an event with forty answers fits one."""

_LOG = 8_000
"""Pages in SQLite's log before they move into the file: 64 MB."""

_CACHE = 48_000
"""KiB of the file that a connection keeps in memory: the indexes of a large one."""

_PATIENCE = 30
"""Seconds to wait for another process that is writing."""


def database_url(text: str) -> URL:
    """Return the URL of a database given as a URL or as the path of a SQLite file.

    Raises:
        sqlalchemy.exc.ArgumentError: it looks like a URL and is none.
    """
    if "://" in text:
        return make_url(text)
    return URL.create("sqlite", database=str(Path(text)))


def sqlite_file(url: URL) -> Path | None:
    """Return the file behind a SQLite URL; None for memory and for servers."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def connect(url: URL) -> Engine:
    """Return an engine whose transactions survive a crash once they are committed.

    Its errors tell no values: they get into logs, and values are names.
    """
    if url.get_backend_name() != "sqlite":
        # A connection that a restarted server dropped is replaced before it is used.
        engine = create_engine(
            url, pool_pre_ping=True, pool_size=_CONNECTIONS, hide_parameters=True
        )
        if url.get_backend_name() == "postgresql":
            event.listen(engine, "connect", _make_patient)
        return engine
    if (file := sqlite_file(url)) and not file.exists():
        # It holds names: nobody else on the machine reads it, nor the log beside it.
        with suppress(OSError):
            file.touch(mode=0o600)
    # In memory, one connection is the database, and has no pool.
    pooled = {"pool_size": _CONNECTIONS} if sqlite_file(url) else {}
    engine = create_engine(
        url, connect_args={"timeout": _PATIENCE}, hide_parameters=True, **pooled
    )
    event.listen(engine, "connect", _make_durable)
    event.listen(engine, "begin", _begin)
    return engine


def take_turn(connection: Connection) -> None:
    """Wait until nobody else appends; call it first in a writing transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    # On SQLite the transaction already began with BEGIN IMMEDIATE.


def writing(engine: Engine) -> Engine:
    """Return a view of the engine whose transactions are about to append."""
    return engine.execution_options(**{_WRITES: True})


def reading(engine: Engine) -> Engine:
    """Return a view of the engine whose transactions see one moment throughout."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine  # SQLite's transactions do so of themselves


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows whose values stand in the order of the table's columns.

    As they are: SQLAlchemy looks at each value of each row on its way to the driver,
    which takes longer than writing them.
    """
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    marks = ", ".join(mark for _ in table.columns)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
    if rows:
        connection.exec_driver_sql(statement, list(rows))


def parts_of(
    connection: Connection,
    query: Select[Any],
    given: Mapping[str, object],
    at_once: int,
) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield the rows of a query, some at once, however many there are.

    Args:
        connection: where to ask.
        query: of columns of texts and whole numbers.
        given: the values of its parameters.
        at_once: how many rows are in memory.
    """
    if given or connection.dialect.name != "sqlite":
        streamed = {"yield_per": at_once}
        rows = connection.execute(query, given, execution_options=streamed)
        yield from rows.partitions()
        return
    # As the driver has them: SQLAlchemy makes an object of each row, and all outlines of
    # a department are hundreds of thousands.
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(str(query.compile(dialect=connection.dialect)))
        while part := cursor.fetchmany(at_once):
            yield part


def refuse_changes(connection: Connection, table: str) -> None:
    """Make the database itself refuse UPDATE and DELETE on a table."""
    if connection.dialect.name == "postgresql":
        _refuse_on_server(connection, table)
        return
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} "
            f"BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: append only'); END"
        )


def forget_traces(connection: Connection) -> None:
    """Let nothing that was removed linger in SQLite's log beside the file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def replace_check(connection: Connection, table: Table, name: str) -> None:
    """Give a table that exists a check constraint as it is defined now."""
    if connection.dialect.name == "postgresql":
        # SQLAlchemy keeps a column's own constraints with the column.
        checks = [c for column in table.columns for c in column.constraints]
        rule = next(
            check.sqltext
            for check in (*checks, *table.constraints)
            if isinstance(check, CheckConstraint) and check.name == name
        )
        connection.exec_driver_sql(
            f"ALTER TABLE {table.name} DROP CONSTRAINT {name}, "
            f"ADD CONSTRAINT {name} CHECK ({rule})"
        )
        return
    _make_anew(connection, table)


def drop_unique(connection: Connection, table: Table, column: str) -> bool:
    """Let a column hold the same value twice from now on; False if it could before."""
    found = [
        one["name"]
        for one in inspect(connection).get_unique_constraints(table.name)
        if one["column_names"] == [column]
    ]
    if connection.dialect.name == "postgresql":
        for name in found:
            connection.exec_driver_sql(
                f"ALTER TABLE {table.name} DROP CONSTRAINT {name}"
            )
    elif found:
        _make_anew(connection, table)
    return bool(found)


def _make_anew(connection: Connection, table: Table) -> None:
    """Move the rows to a table as it is defined now: SQLite alters no constraint."""
    old = f"{table.name}_before"
    connection.exec_driver_sql(f"ALTER TABLE {table.name} RENAME TO {old}")
    for index in inspect(connection).get_indexes(old):
        connection.exec_driver_sql(f"DROP INDEX {index['name']}")
    table.create(connection)
    names = ", ".join(column.name for column in table.columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {old}"  # noqa: S608 - names of ours
    )
    connection.exec_driver_sql(f"DROP TABLE {old}")


def _refuse_on_server(connection: Connection, table: str) -> None:
    """Do so on PostgreSQL, where a table can be emptied by TRUNCATE as well."""
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table}: append only'; END $$"
    )
    for verb in ("UPDATE", "DELETE", "TRUNCATE"):
        trigger = f"{table}_no_{verb.lower()}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {trigger} BEFORE {verb} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )


def _make_patient(connection: Any, _record: object) -> None:  # noqa: ANN401 - DB-API
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{_PATIENCE}s'")
    # A server may be set up to promise what it has not written yet.
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
    )
    cursor.close()
    connection.commit()


def _make_durable(connection: Any, _record: object) -> None:  # noqa: ANN401 - DB-API
    # The driver must not begin transactions on its own: `_begin` says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
    cursor.execute(f"PRAGMA page_size = {_PAGE}")  # of a file that has none yet
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    # Each commit is on disk in the log; that it moves from there into the file seldom
    # only saves writing the same pages of the indexes again and again.
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_LOG}")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
    # What is removed (a name) is overwritten and not merely let go.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # Two writers that both begin as readers would read the same last hash and fork the
    # chain, or one would fail on upgrading its lock.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
