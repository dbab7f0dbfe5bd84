"""Databases that fail: nothing told is lost, nothing is half there, nothing is doubled."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from handing_in import MORNING, answer_file, as_bytes, graded, small_book
from postgres import Server, postgres
from waiting import until

from handbook.grading.submissions import Person
from handbook.records.database import engine
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.history.events import Kind
from handbook.records.history.receipts import Receipt
from handbook.records.invitations.invited import hand_in_invited, start
from handbook.records.invitations.tokens import invite
from handbook.server.app import create_app
from handbook.server.running import in_background

BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)
HAND_IN = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def fragile(server: Server) -> Iterator[Server]:
    """A server of this module's own, to be broken; each test leaves it running."""
    assert server.port
    with postgres() as own:
        yield own


@contextmanager
def serving(store: Store, folder: Path) -> Iterator[str]:
    """The hand-in server on a free port, over records that may be broken."""
    folder.mkdir(parents=True, exist_ok=True)
    with in_background(create_app(BOOK, store, folder, clock=lambda: NOW)) as base:
        yield base


def sound(store: Store, receipts: set[str]) -> None:
    """Assert that every receipt told is on record once, and the chain is whole."""
    events = list(store.events())
    there = [e.receipt for e in events if e.kind is Kind.GRADED]
    assert receipts <= set(there)
    assert len(there) == len(set(there))
    assert len({e.sitting for e in events}) == len(there)
    assert len(events) == 2 * len(there)
    assert store.verify() == ()


def test_a_server_restarted_in_the_middle_loses_and_doubles_nothing(fragile):
    """Cut off twice while four learners hand in without pause; they try again."""
    told: set[str] = set()
    failures: list[StoreError] = []
    stop = threading.Event()

    def work(who: int, store: Store) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            grade = graded(BOOK, number=f"R{who}-{number}", name="某人")
            while not stop.is_set():
                try:
                    told.add(store.record(grade, EXAM, NOW).code)
                    break
                except StoreError as error:
                    failures.append(error)
                    time.sleep(0.02)

    with Store(fragile.namespace()) as store:
        threads = [threading.Thread(target=work, args=(who, store)) for who in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            before, failed = len(told), len(failures)
            until(lambda before=before: len(told) > before + 10)
            fragile.stop()
            until(lambda failed=failed: len(failures) > failed)
            fragile.start()
        before = len(told)
        until(lambda: len(told) > before + 10)
        stop.set()
        for thread in threads:
            thread.join()

        sound(store, told)
        assert all("连不上" in str(one) for one in failures)


def test_a_learner_hands_in_while_the_server_restarts(fragile, tmp_path):
    """503 with what to do, then the receipt: the page tries again until it has one."""
    body = as_bytes(answer_file(BOOK))
    with (
        Store(fragile.namespace()) as store,
        serving(store, tmp_path / "site") as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as web,
    ):
        fragile.stop()
        lost = web.post("/api/hand-in", content=body, headers=HAND_IN)
        fragile.start()
        found = web.post("/api/hand-in", content=body, headers=HAND_IN)
        fragile.stop()
        fragile.start()  # nobody asked meanwhile: whoever comes next notices nothing
        again = web.post("/api/hand-in", content=body, headers=HAND_IN)

        assert lost.status_code == 503
        assert "保存答卷文件" in lost.json()["problems"][0]["remedy"]
        assert found.status_code == again.status_code == 200
        sound(store, {found.json()["receipt"]})


def test_a_connection_cut_at_commit_is_no_second_record(fragile):
    """Nobody knows whether it arrived; trying again gives one record either way."""
    with Store(fragile.namespace()) as store:
        for number in range(15):
            grade = graded(BOOK, number=f"C{number}")
            cutter = threading.Thread(
                target=cut_connections, args=(fragile, 0.001 * number)
            )
            cutter.start()
            with suppress(StoreError):
                store.record(grade, EXAM, NOW)
            cutter.join()
            while True:
                with suppress(StoreError):
                    receipt = store.record(grade, EXAM, NOW)
                    break
            assert isinstance(receipt, Receipt)

        events = list(store.events())
        assert len(events) == 30
        assert store.verify() == ()


def cut_connections(server: Server, after: float) -> None:
    """End every connection but one's own, as an administrator does."""
    time.sleep(after)
    with psycopg.connect(server.plain_url(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def test_a_server_in_use_by_another_is_said(server, monkeypatch):
    """Whoever holds the turn for too long is named as the cause; then all goes on."""
    monkeypatch.setattr(engine, "_PATIENCE", 1)
    url = server.namespace()
    with Store(url) as store, psycopg.connect(server.plain_url()) as other:
        other.execute(f"SELECT pg_advisory_lock({engine._LOCK})")

        with pytest.raises(StoreError, match="占用"):
            store.record(graded(BOOK), EXAM, NOW)

        other.execute(f"SELECT pg_advisory_unlock({engine._LOCK})")
        assert isinstance(store.record(graded(BOOK), EXAM, NOW), Receipt)
        sound(store, set())


def test_two_hand_in_servers_over_one_database(server, tmp_path):
    """Two hundred at once, each sent to both: none lost, none doubled, one chain."""
    url = server.namespace()
    files = [as_bytes(answer_file(BOOK, number=f"W{n}")) for n in range(200)]
    with ExitStack() as stack:
        stores = [stack.enter_context(Store(url)) for _ in range(2)]
        bases = [
            stack.enter_context(serving(store, tmp_path / str(n)))
            for n, store in enumerate(stores)
        ]
        limits = httpx.Limits(max_connections=100)
        web = stack.enter_context(
            httpx.Client(trust_env=False, timeout=60, limits=limits)
        )
        pool = stack.enter_context(ThreadPoolExecutor(100))

        def send(pair: tuple[bytes, str]) -> httpx.Response:
            return web.post(pair[1] + "api/hand-in", content=pair[0], headers=HAND_IN)

        answers = list(pool.map(send, [(f, b) for f in files for b in bases]))

        assert {answer.status_code for answer in answers} == {200}
        told = [answer.json() for answer in answers]
        assert sum(not one["duplicate"] for one in told) == 200
        receipts = {one["receipt"] for one in told}
        assert len(receipts) == 200
        sound(stores[0], receipts)


# A full disk

FILLER = """
import resource, signal, sys
from datetime import timedelta
sys.path.insert(0, {tests!r})
from handing_in import MORNING, graded, small_book
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
book = small_book()
with Store(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
    for n in range(2000):
        grade = graded(book, number=f"D{{n}}", name="某人")
        try:
            receipt = store.record(grade, book.exams["entry"], MORNING + timedelta(1))
        except StoreError as error:
            print("FULL", error, flush=True)
            break
        print(receipt.code, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are POSIX")
@pytest.mark.parametrize("size", [60_000, 200_000, 333_333])
def test_a_full_disk_loses_nothing_told(tmp_path, size):
    """The file may not grow: said in Chinese; what was told stays; room helps at once."""
    file = str(tmp_path / "records.sqlite")
    Store(file).close()
    code = FILLER.format(tests=str(Path(__file__).parent), size=size)

    ran = subprocess.run(
        [sys.executable, "-c", code, file],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip

    *receipts, last = ran.stdout.splitlines()
    assert last.startswith("FULL")
    assert "磁盘满" in last
    assert "没有登记任何内容" in last
    with Store(file) as store:
        sound(store, set(receipts))
        assert len(list(store.events())) == 2 * len(receipts)
        assert isinstance(store.record(graded(BOOK), EXAM, NOW), Receipt)
        assert store.verify() == ()


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="NOT TESTED: no prlimit")
def test_a_full_disk_of_the_server_loses_nothing_told(fragile):
    """No table of the server may grow: said; what was told stays; room helps at once."""
    url = fragile.namespace()
    told: set[str] = set()
    fragile.stop()
    fragile.start(largest=1024 * 1024)  # as much as a piece of the server's log

    def fill() -> None:
        with Store(url) as store:
            for n in range(4000):
                told.add(store.record(graded(BOOK, number=f"F{n}"), EXAM, NOW).code)

    with pytest.raises(StoreError, match="磁盘满"):
        fill()
    fragile.stop()
    fragile.start()

    with Store(url) as store:
        sound(store, told)
        assert len(list(store.events())) == 2 * len(told)
        assert isinstance(store.record(graded(BOOK), EXAM, NOW), Receipt)
        assert store.verify() == ()


# A clock set back


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(days=3)])
def test_a_clock_set_back_gives_nobody_another_try(place, back):
    """A failure recorded before stands before, whatever the clock says now."""
    with Store(place) as store:
        person, later = Person("A1", "王"), NOW + timedelta(days=30)
        first, second = (
            invite(BOOK, person, "entry", later, MORNING) for _ in range(2)
        )
        begun = start(BOOK, store, first, NOW)
        raw = as_bytes(
            answer_file(
                BOOK, number="A1", name="王", wrong=5, sitting=first.sitting,
                form=begun.form,
            )
        )  # fmt: skip
        hand_in_invited(BOOK, store, first, raw, NOW + timedelta(minutes=20))

        refused = start(BOOK, store, second, NOW - back)
        allowed = start(BOOK, store, second, NOW + timedelta(days=2))

        assert refused[0].code == "A691"
        assert allowed.spent == 0
        assert store.verify() == ()
