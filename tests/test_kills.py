"""Killed at every point, two hundred times: what was told stays, nothing is half there."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path

import killed
import pytest
from handing_in import answer_file, as_bytes

from handbook.records.events import Kind
from handbook.records.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")

BY_TIME = 60
"""Kills at a moment of the clock, on each database."""

ONE_ROUND = 78
"""Looks at the database of a run and of a hand-in together, and a few more."""


@pytest.fixture(scope="module")
def nursery():
    """Makes processes that have everything loaded, in a few milliseconds each."""
    context = multiprocessing.get_context("forkserver")
    folder = str(Path(__file__).parent)
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, before)))
    context.set_forkserver_preload(["killed"])
    yield context
    os.environ["PYTHONPATH"] = before


def kill_one(nursery, url: str, mine: str, *, points: int = 0, after: float = 0):
    """Let a process work until it is killed; return what it told, and how it ended.

    It dies by its own hand after so many points, or else by ours so many seconds after
    its first receipt.
    """
    ours, theirs = nursery.Pipe(duplex=False)
    process = nursery.Process(target=killed.work, args=(url, mine, points, theirs))
    process.start()
    theirs.close()
    told = []
    try:
        assert ours.recv() == ""
        if not points:
            told.append(ours.recv())
            time.sleep(after)
            process.kill()
        while True:
            told.append(ours.recv())
    except (EOFError, OSError):
        pass  # it is gone, maybe in the middle of a word
    process.join(20)
    return told, process.exitcode


def sound(store: Store, told: set[str]) -> None:
    """Assert that all that was told is there, whole and once, and the chain too."""
    events = list(store.events())
    graded = [e for e in events if e.kind is Kind.GRADED]
    assert told <= {e.receipt for e in graded}
    assert len(events) == 2 * len(graded)
    assert len({e.sitting for e in graded}) == len(graded)
    assert {e.person for e in events} == set(store.people())
    assert store.verify() == ()


def test_killed_at_every_look_at_the_database(place, nursery):
    """Before and after each statement and commit, of a hand-in and of a run."""
    told: set[str] = set()
    Store(place).close()
    before = -1
    # A server is not hurt by it, and slow to ask: there every third point is enough.
    for points in range(1, ONE_ROUND, 3 if "://" in place else 1):
        receipts, end = kill_one(nursery, place, f"P{points}", points=points)
        assert end == -signal.SIGKILL
        told |= set(receipts)
        if "://" not in place:
            with Store(place) as store:
                sound(store, told)
        # The later it dies, the more it had told: the points go through all of it.
        assert len(set(receipts)) >= before
        before = len(set(receipts))

    with Store(place) as store:
        sound(store, told)
    assert before == 3 + 2


def test_killed_at_any_moment(place, nursery):
    """By the clock, which knows nothing of statements; each goes on where one died."""
    chance = random.Random(1)  # noqa: S311 - moments, not secrets
    told: set[str] = set()
    Store(place).close()
    for number in range(BY_TIME):
        after = chance.uniform(0, 0.03)
        receipts, end = kill_one(nursery, place, f"T{number}", after=after)
        assert end == -signal.SIGKILL
        told |= set(receipts)
        if number % 10 == 0:
            with Store(place) as store:
                sound(store, told)

    with Store(place) as store:
        sound(store, told)
        assert len(told) >= BY_TIME


def test_two_graders_at_once_on_one_folder(place, nursery, tmp_path):
    """Each file goes on record once, also under two names; both are told its receipt."""
    folder = tmp_path / "answers"
    folder.mkdir()
    for number in range(60):
        raw = as_bytes(answer_file(killed.BOOK, number=f"G{number}"))
        (folder / f"{number}.json").write_bytes(raw)
        (folder / f"{number} (1).json").write_bytes(raw)
    Store(place).close()
    ends = []
    for _ in range(2):
        ours, theirs = nursery.Pipe()
        given = (place, str(folder), theirs)
        process = nursery.Process(target=killed.grade_folder, args=given)
        process.start()
        ends.append((ours, process))
    for ours, _ in ends:
        assert ours.recv() == "ready"
    for ours, _ in ends:
        ours.send("go")

    told = [one for ours, _ in ends for one in iter(ours.recv, "")]
    for _, process in ends:
        process.join(20)

    assert len(told) == 4 * 60
    assert sum(status == "recorded" for status, _ in told) == 60
    assert len({receipt for _, receipt in told}) == 60
    with Store(place) as store:
        sound(store, {receipt for _, receipt in told})
