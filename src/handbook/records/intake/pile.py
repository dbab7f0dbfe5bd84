"""Hand-ins that wait to be put in the order in which they were sat, however many."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from handbook.grading.submissions import Person, Submission

_FIELDS = tuple(field.name for field in fields(Submission))
_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of hand-ins kept in memory, some twenty thousand; more wait in a file."""


class Pile:
    """Takes hand-ins in any order and gives them back by when they were handed in.

    Limits and cool-downs count by when a sitting was, so that nothing can go on record
    before all have been read. The file has no name and goes with the process: nobody
    else can read or change what waits in it.
    """

    def __init__(self) -> None:
        self._spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._places: list[tuple[datetime, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def __len__(self) -> int:
        return len(self._places)

    def put(self, name: str, submission: Submission) -> None:
        """Lay a hand-in on the pile, with the name of its file."""
        # The place is the order in which they came, too: what ended at once stays so.
        self._places.append((submission.submitted_at, self._spool.tell()))
        pickle.dump((name, _plain(submission)), self._spool, pickle.HIGHEST_PROTOCOL)

    def in_order(self) -> Iterator[tuple[str, Submission]]:
        """Yield them, each with its file's name, as they were handed in."""
        self._places.sort()
        for _, place in self._places:
            self._spool.seek(place)
            name, plain = pickle.load(self._spool)  # noqa: S301 - written above, nameless
            yield name, _submission(plain)


def _plain(submission: Submission) -> tuple[Any, ...]:
    """Return a submission as what is put aside in a third of the time."""
    told = {one: getattr(submission, one) for one in _FIELDS}
    told["person"] = (submission.person.number, submission.person.name)
    told["answers"] = {
        item: dict(answer) if isinstance(answer, MappingProxyType) else answer
        for item, answer in submission.answers.items()
    }
    return tuple(told.values())


def _submission(plain: tuple[Any, ...]) -> Submission:
    told = dict(zip(_FIELDS, plain, strict=True))
    told["person"] = Person(*told["person"])
    told["answers"] = MappingProxyType(
        {
            item: MappingProxyType(answer) if isinstance(answer, dict) else answer
            for item, answer in told["answers"].items()
        }
    )
    return Submission(**told)
