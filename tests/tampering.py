"""Changes records behind the program's back, as whoever owns the database can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine

from handbook.records.database.engine import database_url

APPEND_ONLY = ("events", "outlines", "examined")
"""Tables that the database itself keeps from being changed."""


@contextmanager
def raw_sql(place: str) -> Iterator[Connection]:
    """A connection as someone with a database tool has it: no care taken."""
    engine = create_engine(database_url(place))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def tamper(place: str, *statements: str) -> None:
    """Take the protection off, and run SQL."""
    with raw_sql(place) as raw:
        for table in APPEND_ONLY:
            on = f" ON {table}" if raw.dialect.name == "postgresql" else ""
            for verb in ("update", "delete"):
                raw.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
        for statement in statements:
            raw.exec_driver_sql(statement)
