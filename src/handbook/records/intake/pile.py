"""Hand-ins that wait to be put in the order in which they were sat, however many."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from handbook.grading.submissions import Person, Submission

_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of hand-ins kept in memory, some forty thousand; more wait in a file."""


class Pile:
    """Takes hand-ins in any order and gives them back by when they were handed in.

    Limits and cool-downs count by when a sitting was, so that nothing can go on record
    before all have been read. The file has no name and goes with the process: nobody
    else can read or change what waits in it.
    """

    def __init__(self) -> None:
        self._spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._places: list[tuple[datetime, int, int]] = []
        """Of each when it was handed in, where it lies and how many bytes it has."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def __len__(self) -> int:
        return len(self._places)

    def put(self, name: str, submission: Submission) -> None:
        """Lay a hand-in on the pile, with the name of its file."""
        laid = marshal.dumps((name, *_plain(submission)))
        # The place is the order in which they came, too: what ended at once stays so.
        self._places.append((submission.submitted_at, self._spool.tell(), len(laid)))
        self._spool.write(laid)

    def in_order(self) -> Iterator[tuple[str, Submission]]:
        """Yield them, each with its file's name, as they were handed in."""
        self._places.sort()
        for submitted_at, place, size in self._places:
            self._spool.seek(place)
            name, *plain = marshal.loads(self._spool.read(size))  # noqa: S302 - nameless
            yield name, _submission(plain, submitted_at)


def _plain(submission: Submission) -> tuple[Any, ...]:
    """Return a submission as what is put aside in a third of the time."""
    return (
        submission.exam,
        submission.form,
        submission.paper,
        submission.sitting,
        submission.person.number,
        submission.person.name,
        submission.started_at.isoformat(),
        {
            item: dict(answer) if type(answer) is MappingProxyType else answer
            for item, answer in submission.answers.items()
        },
        submission.via,
        submission.digest,
        submission.delta,
    )


def _submission(plain: Sequence[Any], submitted_at: datetime) -> Submission:
    exam, form, paper, sitting, number, name, started_at, answers, *rest = plain
    for item, answer in answers.items():
        if type(answer) is dict:
            answers[item] = MappingProxyType(answer)
    return Submission(
        exam,
        form,
        paper,
        sitting,
        Person(number, name),
        datetime.fromisoformat(started_at),
        submitted_at,
        MappingProxyType(answers),
        *rest,
    )
