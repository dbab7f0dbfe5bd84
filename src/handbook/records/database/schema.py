"""The tables of the records."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from handbook.records.history.events import Kind

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column(
        "key",
        Text,
        primary_key=True,
        comment="all that events know: records.history.people",
    ),
    Column("number", Text, nullable=False, unique=True, comment="staff number, folded"),
    Column("name", Text, nullable=False, comment="as first handed in"),
    Column("salt", Text, comment="what the key was made with; none in older records"),
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
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in Kind)),
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
    # No index: the chain is what says that there is none twice, and keeping one in order
    # took a sixth of the time of recording.
    Column("hash", Text, nullable=False, comment="see records.database.chain"),
    comment="What happened, append-only. Nothing here is ever changed or removed.",
)

Index("events_of_person", events.c.person, events.c.exam)


def _one(name: str, column: Column[str], kind: Kind) -> Index:
    """Let there be one event of a kind with a value, and find it by that."""
    of_kind = events.c.kind == kind.value
    return Index(
        name, column, unique=True, sqlite_where=of_kind, postgresql_where=of_kind
    )


_one("one_hand_in_per_sitting", events.c.sitting, Kind.SUBMITTED)
_one("one_hand_in_per_digest", events.c.digest, Kind.SUBMITTED)
start_index = _one("one_start_per_sitting", events.c.sitting, Kind.STARTED)
refusal_index = _one("one_refusal_per_digest", events.c.digest, Kind.REFUSED)

outlines = Table(
    "outlines",
    metadata,
    Column("person", Text, primary_key=True),
    Column("exam", Text, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("sitting", Text),
    Column("begun", Text),
    Column("ended", Text),
    Column("passed", Integer, comment="1 or 0"),
    Column("band", Text),
    Column("score", Text),
    Column("possible", Integer),
    Column("until", Text),
    Column("delta", Text),
    Column("voids", Integer),
    Column("examined", Text, comment="examined.id"),
    Column("at", Text, nullable=False, comment="when recorded"),
    comment="Of every event but `submitted` what standing asks for: records.history.outlines.",
    # Kept in the order in which it is read: by person and exam.
    sqlite_with_rowid=False,
)

examined = Table(
    "examined",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False, comment="of the exam, in its time"),
    Column("clauses", Text, nullable=False, comment="JSON: address to fingerprint"),
    comment="What sittings were about; once for all who sat the same paper.",
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
