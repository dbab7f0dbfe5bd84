"""Hand-ins that wait to be put in the order in which they were sat, however many."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from handbook.grading.submissions import Submission

_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of hand-ins kept in memory, some twenty thousand; more wait in a file."""


def _frozen(answers: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(answers)


def _reduced(answers: MappingProxyType[str, object]) -> tuple[Any, ...]:
    return _frozen, (dict(answers),)  # the type has no name to be found again by


class Pile:
    """Takes hand-ins in any order and gives them back by when they were handed in.

    Limits and cool-downs count by when a sitting was, so that nothing can go on record
    before all have been read. The file has no name and goes with the process: nobody
    else can read or change what waits in it.
    """

    def __init__(self) -> None:
        self._spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._pickler = pickle.Pickler(self._spool, pickle.HIGHEST_PROTOCOL)
        self._pickler.dispatch_table = {MappingProxyType: _reduced}
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
        self._pickler.clear_memo()
        self._pickler.dump((name, submission))

    def in_order(self) -> Iterator[tuple[str, Submission]]:
        """Yield them, each with its file's name, as they were handed in."""
        self._places.sort()
        for _, place in self._places:
            self._spool.seek(place)
            yield pickle.load(self._spool)  # noqa: S301 - written above, nameless
