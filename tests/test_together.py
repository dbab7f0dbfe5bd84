"""Work that shares a transaction: nobody suffers from what is wrong with another's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from handing_in import MORNING, graded, small_book

from handbook.records.database.queries import Wanted
from handbook.records.database.together import Work, run, run_all
from handbook.records.history.events import Kind
from handbook.records.history.receipts import Receipt
from handbook.server import desk

T = TypeVar("T")
BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)


def recording(number: str, fault: Exception | None = None):
    """Steps of somebody who hands in; with a fault, which shows after the record."""
    grade = graded(BOOK, number=number)

    def put(turn) -> Receipt:
        receipt = turn.record(grade, EXAM, NOW)
        if fault:
            raise fault
        return receipt

    return (yield Work(put, Wanted.of(grade.submission)))


def test_one_that_fails_takes_nobody_with_it(store):
    """It gets its own error and leaves no trace; the others are on record, once each."""
    fault = ValueError("of its own")

    first, failed, last = run_all(
        store, [recording("A1"), recording("A2", fault), recording("A3")]
    )

    assert failed is fault
    graded_ = [e for e in store.events() if e.kind is Kind.GRADED]
    assert [e.receipt for e in graded_] == [first.code, last.code]
    assert {p.number for p in store.people().values()} == {"A1", "A3"}
    assert store.verify() == ()


def test_alone_it_raises_what_stopped_it(store):
    """As a function would."""
    with pytest.raises(KeyError, match="A1"):
        run(store, recording("A1", KeyError("A1")))

    assert list(store.events()) == []


def test_steps_may_take_several_turns(store):
    """What one turn found out decides what the next one does."""

    def twice():
        before = yield Work(lambda turn: turn.sequence, Wanted("a1", "entry", ""))
        receipt = yield from recording("A1")
        after = yield Work(lambda turn: turn.sequence, Wanted("a1", "entry", ""))
        return before, receipt.event.sequence, after

    assert run(store, twice()) == (0, 2, 2)


# The server's line


def test_nobody_in_a_long_line_is_forgotten(store, monkeypatch):
    """More than go into one transaction; each is told their own receipt."""
    monkeypatch.setattr(desk, "_MOST", 3)

    async def crowd() -> list[Receipt]:
        line = desk.Desk(store)
        everyone = [line.bring(recording(f"L{n}")) for n in range(10)]
        return await asyncio.wait_for(asyncio.gather(*everyone), 20)

    told = in_a_loop_of_its_own(crowd)

    numbers = [store.people()[one.event.person].number for one in told]
    assert numbers == [f"L{n}" for n in range(10)]
    assert len({one.code for one in told}) == 10


def test_whoever_goes_away_keeps_nobody_from_being_told(store):
    """A browser that was closed handed in all the same; those behind it get theirs."""

    async def crowd() -> list[Receipt]:
        line = desk.Desk(store)
        gone, *others = (
            asyncio.ensure_future(line.bring(recording(f"L{n}"))) for n in range(3)
        )
        await asyncio.sleep(0)  # all stand in line
        gone.cancel()
        return await asyncio.wait_for(asyncio.gather(*others), 20)

    told = in_a_loop_of_its_own(crowd)

    assert len(told) == 2
    assert {p.number for p in store.people().values()} == {"L0", "L1", "L2"}


def in_a_loop_of_its_own(work: Callable[[], Awaitable[T]]) -> T:
    """Run it where no loop of a browser runs, which earlier tests have opened."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work()).result()
