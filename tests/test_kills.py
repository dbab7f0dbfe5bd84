"""Killed at every point, two hundred times: what was told stays, nothing is half there."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import killed
import pytest
from handing_in import answer_file, as_bytes

from handbook.grading.submissions import Person
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.invitations.tokens import invite, sign
from handbook.server.exam_api import INVITATION

LATER = killed.NOW + timedelta(days=1)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")

BY_TIME = 70
"""Kills at a moment of the clock, on each database."""

ONE_ROUND = 3 + 2
"""Receipts of one run and one hand-in, after which all their points were died at."""

STEPS = {"sqlite": 1, "postgresql": 3}
"""A server is not hurt by it, and slow to ask: there every third point is enough."""


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
    before = points = 0
    step = STEPS["postgresql" if "://" in place else "sqlite"]
    while before < ONE_ROUND:
        points += step
        receipts, end = kill_one(nursery, place, f"P{points}", points=points)
        assert end == -signal.SIGKILL
        told |= set(receipts)
        if "://" not in place:
            with Store(place) as store:
                sound(store, told)
        # The later it dies, the more it had told: the points go through all of it.
        assert before <= len(set(receipts)) <= ONE_ROUND
        before = len(set(receipts))

    with Store(place) as store:
        sound(store, told)
    assert points > 40


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


def test_one_of_several_workers_is_killed(place, nursery, tmp_path):
    """Each learner asks two workers at once; those of the dead one ask the other again.

    One sitting each, one hand-in each, the same receipt from everywhere; what began at
    one goes on at another, and a trainer who signed in at one is known to all.
    """
    Store(place).close()
    workers = []

    def hire() -> str:
        ours, theirs = nursery.Pipe(duplex=False)
        process = nursery.Process(
            target=killed.serve, args=(place, str(tmp_path), theirs)
        )
        process.start()
        workers.append(process)
        return ours.recv()

    guests = [
        invite(killed.BOOK, Person(f"W{n}", "某人"), "entry", LATER, killed.NOW)
        for n in range(30)
    ]
    bases = [hire(), hire()]
    told: dict[str, list[dict]] = {guest.sitting: [] for guest in guests}

    def ask(web: httpx.Client, at: int, path: str, guest, body: bytes) -> dict:
        head = {
            "content-type": "application/json",
            INVITATION: sign(guest, killed.SECRET),
        }
        while True:
            try:
                answer = web.post(f"{bases[at]}api/{path}", content=body, headers=head)
            except httpx.TransportError:
                at = 1  # as a page does: it tries again, and somebody else answers
                continue
            assert answer.status_code == 200, answer.text
            return answer.json()

    def sit(guest) -> None:
        with (
            httpx.Client(trust_env=False, timeout=30) as web,
            ThreadPoolExecutor(2) as two,
        ):
            begun = list(
                two.map(lambda at: ask(web, at, "start", guest, b"{}"), (0, 1))
            )
            assert begun[0] == begun[1]
            body = as_bytes(
                answer_file(
                    killed.BOOK, number=guest.person.number, sitting=guest.sitting,
                    form=begun[0]["form"], begun=killed.NOW, minutes=0,
                )
            )  # fmt: skip
            told[guest.sitting] += two.map(
                lambda at: ask(web, at, "hand-in", guest, body), (0, 1)
            )

    with ThreadPoolExecutor(6) as pool:
        sitting = [pool.submit(sit, guest) for guest in guests]
        while sum(map(bool, told.values())) < 5:
            time.sleep(0.005)
        workers[0].kill()
        for one in sitting:
            one.result()
    workers[0].join(20)

    for answers in told.values():
        assert len({answer["receipt"] for answer in answers}) == 1
    with httpx.Client(trust_env=False, timeout=30) as web:
        web.post(f"{bases[1]}trainers/sign-in", data={"token": killed.TOKEN})
        third = hire()
        cookies = dict(web.cookies)
        known = httpx.get(f"{third}trainers/roles", cookies=cookies, trust_env=False)
        assert known.status_code == 200
    for worker in workers[1:]:
        worker.terminate()
        worker.join(20)
    with Store(place) as store:
        events = list(store.events())
        graded = [e for e in events if e.kind is Kind.GRADED]
        assert {e.receipt for e in graded} == {a[0]["receipt"] for a in told.values()}
        assert len(graded) == len(guests)
        assert len(events) == 3 * len(guests)
        assert {e.sitting for e in events} == set(told)
        assert store.verify() == ()


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
