"""Work for the records that shares a transaction, and its one wait for the disk.

Reading and marking a hand-in takes a fraction of a millisecond, promising that it
survives a crash takes several. So what arrives at once goes on record at once: each
piece of work is a generator that yields what it wants to do within a turn, and is told
what came of it when that is on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from handbook.records.database.queries import Wanted
from handbook.records.database.turns import Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """Something to be done within a turn."""

    do: Callable[[Turn], T]
    """May be called twice, if work it shared a transaction with failed; appends
    nothing if it raises."""
    wanted: Wanted
    """What it will ask for, so that it can be looked up for many at once."""


Steps = Generator[Work[Any], Any, T]
"""From something that arrived to what became of it, by way of turns."""


class Settles(Protocol):
    """Has turns."""

    def settle(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        """Do all works in one turn; return the result or the error of each."""


def run(store: Settles, steps: Steps[T]) -> T:
    """Go all the steps; return what became of it, or raise what stopped it."""
    (result,) = run_all(store, [steps])
    if isinstance(result, Exception):
        raise result
    return result


def run_all(store: Settles, several: Sequence[Steps[T]]) -> list[T | Exception]:
    """Go the steps of several side by side; return the result or the error of each."""
    done: dict[int, T | Exception] = {}
    told: dict[int, Any] = dict.fromkeys(range(len(several)))
    while told:
        works: dict[int, Work[Any]] = {}
        for place, result in told.items():
            steps = several[place]
            try:
                works[place] = (
                    steps.throw(result)
                    if isinstance(result, Exception)
                    else steps.send(result)
                )
            except StopIteration as end:
                done[place] = end.value
            except Exception as error:  # noqa: BLE001 - it is its own and nobody else's
                done[place] = error
        told = dict(zip(works, store.settle(list(works.values())), strict=True))
    return [done[place] for place in range(len(several))]
