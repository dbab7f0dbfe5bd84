"""The way of a hand-in from bytes to record; the same for files and the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePath
from typing import cast

from handbook.grading.answer_files import read_answers
from handbook.grading.grade import Grade
from handbook.grading.grader import exam_for, grade
from handbook.grading.submissions import MAX_BYTES, Submission, Via
from handbook.handbook import Handbook
from handbook.records.database.queries import Wanted, first_receipt
from handbook.records.database.store import Store
from handbook.records.database.together import Steps, Work
from handbook.records.database.turns import Turn
from handbook.records.history.receipts import Receipt, Refusals
from handbook.records.history.refusing import refused
from handbook.records.intake.beginnings import by_the_record
from handbook.records.intake.pile import Pile
from handbook.tables.cells import MAX_TABLE
from handbook.tables.reading import is_table, read_table
from handbook.tables.tools import Tool

_BATCH = 1000
"""Hand-ins per transaction: each costs one wait for the disk."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one hand-in: a receipt, or why not."""

    name: str
    """The file's name; empty for the server."""
    receipt: Receipt | None
    refusals: Refusals = ()
    rehearsed: bool = False
    """Whether the receipt is of a rehearsal, and nothing on record has it."""

    @property
    def status(self) -> str:
        """`recorded`, `duplicate` or `refused`."""
        if self.receipt is None:
            return "refused"
        return "duplicate" if self.receipt.duplicate else "recorded"


def hand_in(
    handbook: Handbook, store: Store, raw: bytes, *, via: Via, now: datetime
) -> Outcome:
    """Read, grade and record one hand-in.

    Raises:
        StoreError: it could not be recorded, for no fault of its own.
    """
    (outcome,) = hand_in_all(handbook, store, [("", raw)], via=via, now=now)
    return outcome


def handing_in(
    handbook: Handbook, submission: Submission, now: datetime
) -> Steps[Outcome]:
    """Grade and record one hand-in that has been read already, step by step.

    Args:
        handbook: holds the exams and keys.
        submission: what was read.
        now: when it arrived.
    """
    marked = grade(handbook, submission)
    exam = exam_for(handbook, submission.exam)

    def put_on_record(turn: Turn) -> Receipt | Refusals:
        result: Receipt | Refusals
        if isinstance(marked, Grade) and exam:
            result = turn.record(marked, exam, now)
        else:
            known = first_receipt(turn.connection, submission) if exam else None
            result = known or cast("Refusals", marked)
        if not isinstance(result, Receipt):
            turn.refuse(refused("", result, submission), now)
        return result

    result = yield Work(put_on_record, Wanted.of(submission))
    if isinstance(result, Receipt):
        return Outcome("", told_today(handbook, result))
    return Outcome("", None, result)


def hand_in_all(  # noqa: PLR0913 - the parts of a hand-in
    handbook: Handbook,
    store: Store,
    files: Iterable[tuple[str, bytes]],
    *,
    via: Via,
    now: datetime,
    rehearse: bool = False,
) -> Iterator[Outcome]:
    """Read, grade and record many, in the order in which they were sat.

    Yields an outcome for each, those that cannot be read first, and only after the
    database holds it. A bad one never stops the others.

    Args:
        handbook: holds the exams and keys.
        store: where they go.
        files: name and content of each.
        via: by which way they came.
        now: the time of recording.
        rehearse: find out what would happen and record nothing.

    Raises:
        StoreError: the records failed; what was yielded is recorded, the rest is not.
    """
    read = (
        (name, read_answers(raw, name=PurePath(name).name, via=via))
        for name, raw in files
    )
    yield from _hand_in(handbook, store, read, now, rehearse=rehearse)


def hand_in_files(  # noqa: PLR0913 - the parts of a hand-in
    handbook: Handbook,
    store: Store,
    files: Iterable[tuple[str, bytes]],
    *,
    tool: Tool | None,
    now: datetime,
    rehearse: bool = False,
) -> Iterator[Outcome]:
    """Read, grade and record answer files and tables of form tools, in one go.

    Each row of a table is a hand-in of its own; see `hand_in_all`.

    Args:
        handbook: holds the exams and keys.
        store: where they go.
        files: name and content of each; the name says which are tables.
        tool: what wrote the tables; recognised by their headings if None.
        now: the time of recording.
        rehearse: find out what would happen and record nothing.

    Raises:
        StoreError: the records failed; what was yielded is recorded, the rest is not.
    """
    read = (
        one
        for name, raw in files
        for one in (
            read_table(handbook, raw, name=name, tool=tool)
            if is_table(name)
            else [(name, read_answers(raw, name=PurePath(name).name, via="file"))]
        )
    )
    yield from _hand_in(handbook, store, read, now, rehearse=rehearse)


def _hand_in(
    handbook: Handbook,
    store: Store,
    read: Iterable[tuple[str, Submission | Refusals]],
    now: datetime,
    *,
    rehearse: bool,
) -> Iterator[Outcome]:
    unread: list[tuple[str, Refusals]] = []
    with Pile() as pile:
        for name, one in read:
            if isinstance(one, Submission):
                pile.put(name, one)
            else:
                unread.append((name, one))
        # What comes over the network and is no hand-in leaves no trace; a file does,
        # since some trainer was given it.
        if not rehearse:
            store.refuse_all(
                (refused(name, one, None) for name, one in unread if name), now
            )
        yield from (Outcome(name, None, one) for name, one in unread)
        size = max(len(pile), 1) if rehearse else _BATCH
        ordered = pile.in_order()
        while batch := list(islice(ordered, size)):
            yield from _grade_and_record(handbook, store, batch, now, rehearse=rehearse)


def _grade_and_record(
    handbook: Handbook,
    store: Store,
    batch: Sequence[tuple[str, Submission]],
    now: datetime,
    *,
    rehearse: bool,
) -> Iterator[Outcome]:
    end = store.end()[0] if rehearse else 0
    settled: dict[int, Receipt | Refusals] = {}
    graded: dict[int, Grade] = {}
    timed = by_the_record(store, [submission for _, submission in batch])
    for place, submission in enumerate(timed):
        found = (
            grade(handbook, submission)
            if isinstance(submission, Submission)
            else (submission,)
        )
        if isinstance(found, Grade):
            graded[place] = found  # if it is on record already, recording finds that
        else:
            settled[place] = _known(handbook, store, batch[place][1]) or found
    recorded = store.record_all(
        [
            (g, exam)
            for g in graded.values()
            if (exam := exam_for(handbook, g.submission.exam))
        ],
        now,
        rehearse=rehearse,
    )
    settled |= dict(zip(graded, recorded, strict=True))
    if not rehearse:
        store.refuse_all(
            (
                refused(batch[place][0], found, batch[place][1])
                for place, found in settled.items()
                if not isinstance(found, Receipt)
            ),
            now,
        )
    for place, (name, _) in enumerate(batch):
        result = settled[place]
        if isinstance(result, Receipt):
            rehearsed = rehearse and result.event.sequence > end
            yield Outcome(name, told_today(handbook, result), rehearsed=rehearsed)
        else:
            yield Outcome(name, None, result)


def contents(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of files; of one far too long only what shows that.

    A file that cannot be opened comes as empty, and is refused like an empty one.
    """
    for file in files:
        raw = b""
        with suppress(OSError), file.open("rb") as stream:
            raw = stream.read((MAX_TABLE if is_table(file.name) else MAX_BYTES) + 1)
        yield str(file), raw


def _known(
    handbook: Handbook, store: Store, submission: Submission
) -> Receipt | Refusals | None:
    """Return what is on record of it; for an exam that is no more, grading speaks."""
    return store.first(submission) if exam_for(handbook, submission.exam) else None


def told_today(handbook: Handbook, receipt: Receipt) -> Receipt:
    """Leave out of an old grade the clauses that the handbook has no more."""
    there = tuple(a for a in receipt.grade.reread if a in handbook.clauses)
    if there == receipt.grade.reread:
        return receipt
    return replace(receipt, grade=replace(receipt.grade, reread=there))
