"""People who begin and hand in at once, at a server that is a process of its own.

The load comes from this machine only, to 127.0.0.1, from no more than `CROWD` people.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench_sittings import answer_files, exam_book
from of_tests import of_tests

from handbook.commands import spare_collector
from handbook.grading.answer_files import checksum
from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.invitations.tokens import invite, sign
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.running import listen, run

ROOT = Path(__file__).resolve().parents[1]
SECRET = "measured-and-thrown-away-again"  # noqa: S105 - of a server that lives for a second
CROWD = 200
Figures = dict[str, float | str]

_CHILD = "import sys; sys.path.insert(0, {scripts!r}); import bench_crowd as b; {call}"


def serve(tree: str, url: str, site: str) -> None:
    """Serve hand-ins until stopped; print the port."""
    book = exam_book(Path(tree))
    spare_collector()
    bound = listen("127.0.0.1", 0)
    sys.stdout.write(f"{bound.getsockname()[1]}\n")
    sys.stdout.flush()
    with Store(url) as store:
        door = Door(SECRET, invited_only=True)
        run(create_app(book, store, Path(site), door=door), bound)


@contextmanager
def serving(folder: Path, url: str) -> Iterator[int]:
    """Run the server as a process of its own; yield its port."""
    call = f"b.serve({str(folder / 'records-tree')!r}, {url!r}, {str(folder)!r})"
    code = _CHILD.format(scripts=str(Path(__file__).parent), call=call)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8"
    ) as server:
        try:
            assert server.stdout  # noqa: S101 - asked for above
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def hand_in_crowd(folder: Path, url: str) -> Figures:
    """Let people with invitations begin, and hand in within one second and at once."""
    book = exam_book(folder / "records-tree")
    figures: Figures = {"people": CROWD}
    with serving(folder, url) as port:
        for moment, (manner, spread) in enumerate(
            (("warm-up", 0.5), ("within_one_second", 1.0), ("at_the_same_instant", 0.0))
        ):
            cells = [(10_000 * moment + n, moment) for n in range(CROWD)]
            tokens = [_token(book, person, exam) for person, exam in cells]
            starts = [("/api/start", t, b"{}") for t in tokens]
            begun, began = asyncio.run(_crowd(port, starts, spread))
            papers = [json.loads(answer) for answer in began]
            files = answer_files(book, cells)
            hand_ins = [
                ("/api/hand-in", token, _fitted(book, cell, paper, raw))
                for token, cell, paper, raw in zip(
                    tokens, cells, papers, files, strict=True
                )
            ]
            spent, told = asyncio.run(_crowd(port, hand_ins, spread))
            receipts = {json.loads(answer)["receipt"] for answer in told}
            if manner != "warm-up":
                figures |= {
                    f"start_{manner}_p99_s": _p99(begun),
                    f"hand_in_{manner}_p50_s": sorted(spent)[CROWD // 2],
                    f"hand_in_{manner}_p99_s": _p99(spent),
                }
            if len(receipts) != CROWD:
                figures[f"lost_{manner}"] = CROWD - len(receipts)
    with Store(url) as store:
        graded = [e for e in store.events() if e.kind is Kind.GRADED]
        figures |= {
            "on_record": len(graded),
            "doubled": len(graded) - len({e.sitting for e in graded}),
            "faults_in_chain": len(store.verify()),
            "goal_p99_s": 1.0,
        }
    return figures


def _token(book: Handbook, person: int, exam: int) -> str:
    now = datetime.now(UTC)
    who = Person(f"C{person}", f"学员{person}")
    until = now + timedelta(days=1)
    return sign(invite(book, who, f"sample-{exam}", until, now), SECRET)


def _fitted(
    book: Handbook, cell: tuple[int, int], paper: dict[str, Any], raw: bytes
) -> bytes:
    """Return an answer file as the page of a sitting that began would write it."""
    document = json.loads(raw)
    if document["form"] != paper["form"]:
        other = (cell[0] + 1, cell[1])
        document = json.loads(next(answer_files(book, [other])))
    document |= {
        "person": paper["person"],
        "sitting": paper["sitting"],
        "started_at": (datetime.now(UTC) - timedelta(seconds=5)).isoformat(),
        "submitted_at": datetime.now(UTC).isoformat(),
    }
    document["checksum"] = checksum(document)
    return json.dumps(document, ensure_ascii=False).encode()


async def _crowd(
    port: int, requests: Sequence[tuple[str, str, bytes]], spread: float
) -> tuple[list[float], list[bytes]]:
    """Send each request at its moment; return seconds from there, and the answers."""
    begun = time.perf_counter() + 0.1

    async def one(number: int) -> tuple[float, bytes]:
        path, token, body = requests[number]
        moment = begun + spread * number / len(requests)
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Content-Type: application/json\r\nHandbook-Invitation: {token}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.read()
        spent = time.perf_counter() - moment
        writer.close()
        told, _, content = answer.partition(b"\r\n\r\n")
        if b" 200 " not in told.partition(b"\r\n")[0]:
            raise RuntimeError(answer.decode())
        return spent, content

    done = await asyncio.gather(*(one(number) for number in range(len(requests))))
    return [spent for spent, _ in done], [content for _, content in done]


def _p99(spent: Sequence[float]) -> float:
    return sorted(spent)[-(-len(spent) * 99 // 100) - 1]


@contextmanager
def postgresql() -> Iterator[str]:
    """Start Debian's PostgreSQL as the tests do; an empty address where there is none."""
    tests = of_tests("postgres")
    with ExitStack() as stack:
        if tests.binaries() is None:
            yield ""
        else:
            yield stack.enter_context(tests.postgres()).namespace()
