"""Where what arrives waits its turn: one thread works off all that waits, at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from handbook.records.database.store import Store
from handbook.records.database.together import Steps, run_all

T = TypeVar("T")

_MOST = 100
"""Pieces of work in one transaction."""


class Desk:
    """Works off what arrives, in batches, and tells each what became of it.

    Several threads would gain nothing: they wait for one another at the interpreter and
    at the database. One thread that takes all who stand in line needs one look-up and
    one wait for the disk for them together.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Steps[Any], asyncio.Future[Any]]] = []
        self._working: asyncio.Task[None] | None = None
        self._thread = anyio.CapacityLimiter(1)

    async def bring(self, steps: Steps[T]) -> T:
        """Stand in line; return what became of it, or raise what stopped it.

        Whoever goes away meanwhile has handed in all the same.
        """
        told: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((steps, told))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await told

    async def _work(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            steps = [one for one, _ in some]
            results: Sequence[Any]
            try:
                results = await anyio.to_thread.run_sync(
                    run_all, self._store, steps, limiter=self._thread
                )
            except Exception as error:  # noqa: BLE001 - it is told to whoever waits
                results = [error] * len(some)
            for (_, told), result in zip(some, results, strict=True):
                if told.done():
                    continue  # nobody waits for it any more
                if isinstance(result, Exception):
                    told.set_exception(result)
                else:
                    told.set_result(result)
