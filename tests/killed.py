"""Hands in and records, in a process of its own that is there to be killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from handing_in import MORNING, answer_file, as_bytes, small_book
from sqlalchemy import event

from handbook.records.database.store import Store
from handbook.records.database.together import run_all
from handbook.records.intake.hand_ins import contents, hand_in_all
from handbook.records.invitations.invited import handing_in_uninvited
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.running import address, listen, run

BOOK = small_book()
NOW = MORNING + timedelta(hours=3)
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
TOKEN = "the trainers' token of the tests"  # noqa: S105 - of the tests
DOOR = Door(SECRET, invited_only=True, trainers=TOKEN)
POINTS = ("begin", "before_cursor_execute", "after_cursor_execute", "commit")


def work(url: str, mine: str, points: int, told: Connection) -> None:
    """Send each receipt when it is acknowledged, and not before; go on for ever.

    Args:
        url: of the records.
        mine: begins the staff numbers of this process.
        points: at which look at the database to die by one's own hand; 0 for never.
        told: takes receipts; an empty one when all is ready.
    """
    with Store(url) as store:
        told.send("")
        left = iter(range(points))

        def step(*_: object) -> None:
            if points and next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in POINTS:
            event.listen(store._engine, name, step)
        for number in count():
            receipts = _server if number % 2 else _run
            for receipt in receipts(store, f"{mine}-{number}"):
                step()
                told.send(receipt)


def serve(url: str, site: str, told: Connection) -> None:
    """Be one of the workers of a server; send where it is reached; go on for ever."""
    bound = listen("127.0.0.1", 0)
    with Store(url) as store:
        app = create_app(BOOK, store, Path(site), door=DOOR, clock=lambda: NOW)
        told.send(address(bound))
        run(app, bound)


def grade_folder(url: str, folder: str, told: Connection) -> None:
    """Grade a folder as a trainer does, when told to go; send what became of each."""
    with Store(url) as store:
        told.send("ready")
        told.recv()
        files = contents(sorted(Path(folder).iterdir()))
        for outcome in hand_in_all(BOOK, store, files, via="file", now=NOW):
            told.send((outcome.status, outcome.receipt.code))
        told.send("")


def _server(store: Store, who: str) -> Iterator[str]:
    """Two people hand in to the server at once."""
    steps = [
        handing_in_uninvited(BOOK, as_bytes(answer_file(BOOK, number=f"{who}{n}")), NOW)
        for n in range(2)
    ]
    for outcome in run_all(store, steps):
        yield outcome.receipt.code


def _run(store: Store, who: str) -> Iterator[str]:
    """A trainer grades four files, the first and the last the same."""
    files = [as_bytes(answer_file(BOOK, number=f"{who}{n}")) for n in range(3)]
    named = [(f"{n}.json", raw) for n, raw in enumerate([*files, files[0]])]
    for outcome in hand_in_all(BOOK, store, named, via="file", now=NOW):
        yield outcome.receipt.code
