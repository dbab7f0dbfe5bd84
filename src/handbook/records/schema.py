"""The tables of the records, and the ordered steps that bring a database up to them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
)

from handbook.records.engine import refuse_changes, replace_check

KINDS = (
    "assigned",
    "started",
    "submitted",
    "graded",
    "regraded",
    "waived",
    "released",
    "refused",
    "voided",
    "erased",
)
"""What can be put on record."""

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("key", Text, primary_key=True, comment="random; all that events know"),
    Column("number", Text, nullable=False, unique=True, comment="staff number, folded"),
    Column("name", Text, nullable=False, comment="as first handed in"),
    comment="Who is who. The one table with names: a row can go, its events stay.",
)

events = Table(
    "events",
    metadata,
    Column(
        "sequence",
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="1, 2, 3 … without a gap; not hashed: the chain itself is the order",
    ),
    Column(
        "kind",
        Text,
        CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS)),
            name="known_kind",
        ),
        nullable=False,
    ),
    Column("at", Text, nullable=False, comment="when recorded: ISO 8601, UTC"),
    Column("person", Text, nullable=False, comment="people.key, without a constraint"),
    Column("exam", Text, nullable=False),
    Column("sitting", Text, comment="uuid of the sitting it speaks of"),
    Column("digest", Text, comment="of the submission, on submitted and graded"),
    Column("payload", Text, nullable=False, comment="canonical JSON; no name in it"),
    Column("previous", Text, nullable=False, comment="hash of the event before"),
    Column("hash", Text, nullable=False, unique=True, comment="see records.chain"),
    comment="What happened, append-only. Nothing here is ever changed or removed.",
)

history_index = Index("events_of_person", events.c.person, events.c.exam)
_submitted = events.c.kind == "submitted"
Index(
    "one_hand_in_per_sitting",
    events.c.sitting,
    unique=True,
    sqlite_where=_submitted,
    postgresql_where=_submitted,
)
Index(
    "one_hand_in_per_digest",
    events.c.digest,
    unique=True,
    sqlite_where=_submitted,
    postgresql_where=_submitted,
)
_started = events.c.kind == "started"
start_index = Index(
    "one_start_per_sitting",
    events.c.sitting,
    unique=True,
    sqlite_where=_started,
    postgresql_where=_started,
)

_refused = events.c.kind == "refused"
refusal_index = Index(
    "one_refusal_per_digest",
    events.c.digest,
    unique=True,
    sqlite_where=_refused,
    postgresql_where=_refused,
)

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("sequence", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    comment="The last event, so that events cut off at the end are missed.",
)

migrations = Table(
    "migrations",
    metadata,
    Column("name", Text, primary_key=True),
    comment="Which of MIGRATIONS this database has been through.",
)


class NewerSchemaError(Exception):
    """The database was made by a newer version of the program."""


def create_tables(connection: Connection) -> None:
    """Make all tables as they are defined above.

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
    checks = inspect(connection).get_check_constraints(events.name)
    if not any("'started'" in check["sqltext"] for check in checks):
        replace_check(connection, events, "known_kind")
    start_index.create(connection, checkfirst=True)
    refuse_changes(connection, events.name)


def know_erasures(connection: Connection) -> None:
    """Let events say that a person was erased, in databases older than that."""
    checks = inspect(connection).get_check_constraints(events.name)
    if not any("'erased'" in check["sqltext"] for check in checks):
        replace_check(connection, events, "known_kind")
        refuse_changes(connection, events.name)


def know_refusals(connection: Connection) -> None:
    """Let events tell of refusals and of who left a role, in databases older than that."""
    checks = inspect(connection).get_check_constraints(events.name)
    if not any("'refused'" in check["sqltext"] for check in checks):
        replace_check(connection, events, "known_kind")
    refusal_index.create(connection, checkfirst=True)
    refuse_changes(connection, events.name)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    create_tables,
    refuse_changed_events,
    know_starts,
    know_erasures,
    know_refusals,
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
