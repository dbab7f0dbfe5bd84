"""The server as a browser, a learner and an attacker meet it: real uvicorn, real HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fuzzing import tried
from handing_in import MORNING, answer_file, as_bytes, small_book
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

from handbook.grading.submissions import MAX_BYTES
from handbook.records.database.queries import Wanted
from handbook.records.database.store import Store
from handbook.records.database.together import Work
from handbook.records.history.events import Kind
from handbook.server.app import create_app
from handbook.server.connection import Connection
from handbook.server.desk import Desk
from handbook.server.running import (
    LOCAL_NAMES,
    NoFreePortError,
    address,
    in_background,
    is_local,
    listen,
)

BOOK = small_book()
NOW = MORNING + timedelta(minutes=21)
HAND_IN = "/api/hand-in"
JSON = {"content-type": "application/json"}


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[tuple[str, Store]]:
    """A server on a free port with a small site; yields its address and records."""
    site = folder / "site"
    (site / "policies").mkdir(parents=True)
    (folder / "secret.txt").write_text("TOP SECRET", encoding="utf-8")
    (site / "index.html").write_text("<title>首页</title>", encoding="utf-8")
    (site / "404.html").write_text("<title>没有这一页</title>", encoding="utf-8")
    (site / "policies/complaints.html").write_text("<p>投诉</p>", encoding="utf-8")
    (site / "handbook.js").write_text("export {}", encoding="utf-8")
    (site / "link.txt").symlink_to(folder / "secret.txt")
    with Store(str(folder / "records.sqlite")) as store:
        options = {"hosts": LOCAL_NAMES, "clock": lambda: NOW} | options
        with in_background(create_app(BOOK, store, site, **options)) as base:
            yield base.rstrip("/"), store


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """One server for all tests of this module; each uses its own learner."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def web(live: tuple[str, Store]) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=live[0], trust_env=False, timeout=20) as client:
        yield client


@pytest.fixture
def store(live: tuple[str, Store]) -> Store:
    """Its records."""
    return live[1]


def count(store: Store) -> int:
    """How many events are on record."""
    return len(list(store.events()))


def raw_request(address: str, request: bytes, *, hang_up: bool = False) -> bytes:
    """What the server answers to bytes that no client library would send."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(request)
        if hang_up:
            wire.shutdown(socket.SHUT_WR)
        parts = []
        while part := wire.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_status(web):
    """The exam page asks it whether it may offer the hand-in."""
    answer = web.get("/api/status")

    assert answer.status_code == 200
    assert answer.json() == {"handbook": "1", "hand_in": True, "invitation": False}
    assert answer.headers["cache-control"] == "no-store"


def test_hand_in_is_graded_and_recorded(web, store):
    """Receipt, time and verdict come back; the verdict tells no item and no key."""
    document = answer_file(BOOK, number="S1", name="李四", wrong=1)

    answer = web.post(HAND_IN, content=as_bytes(document), headers=JSON)

    assert answer.status_code == 200
    told = answer.json()
    assert set(told) == {
        "receipt", "duplicate", "recorded_at", "verdict", "until", "attempts_left",
        "again_at", "remaining", "certified",
    }  # fmt: skip
    assert told["certified"] is False
    assert (told["until"], told["remaining"]) == (None, None)
    assert told["attempts_left"] == BOOK.exams["entry"].attempts - 1
    assert told["duplicate"] is False
    assert told["recorded_at"] == "2026-11-23T01:21:00+00:00"
    assert told["verdict"]["score"] == "4/5"
    assert set(told["verdict"]) == {
        "exam", "title", "passed", "band", "score", "percent", "critical_missed",
        "overtime", "reread",
    }  # fmt: skip
    assert not any(item in answer.text for item in BOOK.items)
    assert not any(token in answer.text for token in document["answers"])
    event = next(e for e in store.events() if e.receipt == told["receipt"])
    assert event.payload["via"] == "server"
    assert store.verify() == ()


def test_the_second_hand_in_gets_the_first_receipt(web, store):
    """Also with better answers: nobody tries out the key through the score."""
    first = answer_file(BOOK, number="S2", wrong=1)
    better = answer_file(BOOK, number="S2", wrong=0, sitting=first["sitting"])
    one = web.post(HAND_IN, content=as_bytes(first), headers=JSON).json()
    before = count(store)

    again = web.post(HAND_IN, content=as_bytes(first), headers=JSON).json()
    other = web.post(HAND_IN, content=as_bytes(better), headers=JSON).json()

    for told in (again, other):
        assert told == one | {"duplicate": True}
    assert count(store) == before


def test_cool_down_is_a_conflict(web, store):
    """A second sitting right after a failure is refused, with when to come back."""
    failed = answer_file(BOOK, number="S3", wrong=5)
    soon = answer_file(BOOK, number="S3", begun=MORNING + timedelta(minutes=1))
    failing = web.post(HAND_IN, content=as_bytes(failed), headers=JSON)
    before = [event.hash for event in store.events()]

    answer = web.post(HAND_IN, content=as_bytes(soon), headers=JSON)

    assert answer.status_code == 409
    (problem,) = answer.json()["problems"]
    assert set(problem) == {"code", "message", "remedy"}
    assert "2026-11-24 09:21" in problem["remedy"]
    assert failing.json()["again_at"] == "2026-11-24T01:21:00+00:00"
    *same, refused = store.events()
    assert [event.hash for event in same] == before
    assert refused.kind is Kind.REFUSED


def test_two_hundred_at_once(tmp_path):
    """None lost, none doubled, while pages are still served."""
    files = [as_bytes(answer_file(BOOK, number=f"C{n}")) for n in range(200)]
    with serving(tmp_path) as (address, store):
        with (
            httpx.Client(
                base_url=address,
                trust_env=False,
                timeout=60,
                limits=httpx.Limits(max_connections=200),
            ) as web,
            ThreadPoolExecutor(200) as pool,
        ):
            answers = list(
                pool.map(
                    lambda body: web.post(HAND_IN, content=body, headers=JSON), files
                )
            )

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["receipt"] for answer in answers}) == 200
        assert count(store) == 400
        assert store.verify() == ()


HOSTILE = {
    "nothing": b"",
    "not JSON": b"hello",
    "half": b'{"format": "handbook-answers/1", ',
    "not UTF-8": b"\xff\xfe\x00",
    "a number": b"7",
    "a huge number": b"9" * 100_000,
    "not a number": b"NaN",
    "a list": b"[]",
    "null": b"null",
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "wrong types": json.dumps(
        {"format": "handbook-answers/1", "exam": 1, "form": "x", "paper": [],
         "sitting": None, "person": "me", "started_at": 5, "submitted_at": {},
         "answers": [], "checksum": 0}
    ).encode(),
    "lone surrogate": b'{"format": "handbook-answers/1", "exam": "\\ud800"}',
    "NUL": b'{"format": "handbook-answers/1", "exam": "\\u0000"}',
    "keys of another object": b'{"__proto__": {}, "constructor": 1}',
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_bodies_are_refused_in_words(web, store, what):
    """A Chinese message and a remedy; no trace of our code, nothing recorded."""
    before = count(store)

    answer = web.post(HAND_IN, content=HOSTILE[what], headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["problems"]
    for problem in answer.json()["problems"]:
        assert problem["message"]
        assert problem["remedy"]
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text
    assert count(store) == before


@tried(60)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_no_bytes_bring_the_server_down(web, body):
    """Whatever is sent, the answer is a refusal that the page can show."""
    answer = web.post(HAND_IN, content=body, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_whole_answer_file_with_one_field_broken(web, store):
    """Each field, replaced by each wrong thing: refused, never an error."""
    before = count(store)
    whole = answer_file(BOOK, number="S4")
    for field in whole:
        for wrong in (None, 7, "x", [], {}, "\ud800", {"id": 1, "name": []}):
            document = whole | {field: wrong}

            answer = web.post(
                HAND_IN, content=json.dumps(document).encode(), headers=JSON
            )

            assert answer.status_code == 422, (field, wrong)
    assert count(store) == before


def test_ten_megabytes_are_turned_away_early(web, live, store):
    """Declared or streamed without a length, no more than the limit is read."""
    before = count(store)
    declared = raw_request(
        live[0],
        f"POST {HAND_IN} HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nContent-Length: 10485760\r\n\r\n".encode(),
    )
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    streamed = raw_request(
        live[0],
        f"POST {HAND_IN} HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        + chunk * (MAX_BYTES // 0x10000 + 1),
    )

    for answer in (declared, streamed):
        assert answer.startswith(b"HTTP/1.1 413")
        assert "超过 1 MB".encode() in answer
    assert count(store) == before
    assert web.get("/api/status").status_code == 200


def test_exactly_the_limit_is_read(web):
    """The limit itself is not over it: the body is read, and found to be no file."""
    answer = web.post(HAND_IN, content=b" " * MAX_BYTES, headers=JSON)

    assert answer.status_code == 422


def test_half_a_body_is_not_recorded(web, live, store):
    """A learner whose network dies in the middle is not on record."""
    body = as_bytes(answer_file(BOOK, number="S5"))
    before = count(store)

    raw_request(
        live[0],
        f"POST {HAND_IN} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body[:-10],
        hang_up=True,
    )

    # Hand-ins go on record in their order: with this one the other would be there.
    whole = answer_file(BOOK, number="S9")
    web.post(HAND_IN, content=as_bytes(whole), headers=JSON)
    assert count(store) == before + 2
    assert "S5" not in {person.number for person in store.people().values()}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        (JSON | {"origin": "http://evil.example"}, 403),
        (JSON | {"origin": "null"}, 403),
        (JSON | {"origin": "http://["}, 403),
        (JSON | {"sec-fetch-site": "cross-site"}, 403),
        (JSON | {"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_other_sites_cannot_hand_in(web, store, headers, code):
    """What a foreign page can make a browser send is refused, with its reason."""
    before = count(store)

    answer = web.post(
        HAND_IN, content=as_bytes(answer_file(BOOK, number="S6")), headers=headers
    )

    assert answer.status_code == code
    assert answer.json()["problems"]
    assert count(store) == before


def test_our_own_page_can_hand_in(web, live):
    """With the headers that browsers add."""
    answer = web.post(
        HAND_IN,
        content=as_bytes(answer_file(BOOK, number="S7")),
        headers={
            "content-type": "application/json; charset=utf-8",
            "origin": live[0],
            "sec-fetch-site": "same-origin",
        },
    )

    assert answer.status_code == 200
    # Who has no invitation may be anybody: what else that number passed is not told.
    assert (answer.json()["until"], answer.json()["remaining"]) == ("2027-11-23", None)


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.evil.example", "[x"])
def test_other_names_do_not_reach_a_local_server(web, host):
    """A foreign name that resolves to this machine gets nothing (DNS rebinding)."""
    answer = web.get("/", headers={"host": host})

    assert answer.status_code in {400, 421}
    assert "首页" not in answer.text


def test_security_headers_are_on_every_answer(web):
    """Pages, missing pages, services, refusals and not-modified alike."""
    etag = web.get("/").headers["etag"]
    answers = [
        web.get("/"),
        web.get("/nowhere"),
        web.get("/api/status"),
        web.get("/api/nowhere"),
        web.post("/"),
        web.post(HAND_IN),
        web.get("/", headers={"if-none-match": etag}),
        web.get("/", headers={"host": "evil.example"}),
    ]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "set-cookie" not in answer.headers
        assert "server" not in answer.headers
        rules = answer.headers["content-security-policy"].split("; ")
        assert "default-src 'self'" in rules
        assert "script-src 'self'" in rules


def test_pages_scripts_and_missing_pages(web):
    """The index, a page, a script with a type browsers accept, and our own 404."""
    assert "首页" in web.get("/").text
    assert "投诉" in web.get("/policies/complaints.html").text
    assert web.get("/handbook.js").headers["content-type"].startswith("text/javascript")
    missing = web.get("/policies/nowhere.html")
    assert missing.status_code == 404
    assert "没有这一页" in missing.text
    assert missing.headers["cache-control"] == "no-cache"


def test_head_and_not_modified(web):
    """A browser's copy is asked about each time, and kept when it is still good."""
    page = web.get("/")
    head = web.head("/")
    again = web.get("/", headers={"if-none-match": page.headers["etag"]})

    assert page.headers["cache-control"] == "no-cache"
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(page.content))
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/policies/../../secret.txt",
        "/policies/%2e%2e/%2e%2e/secret.txt",
        "//secret.txt",
        "/..%5csecret.txt",
        "/%00",
        "/link.txt",
        "/records.sqlite",
        "/" + "a" * 5000,
        "/site%0d%0aX: y",
    ],
)
def test_nothing_outside_the_site_is_served(live, path):
    """Neither by dots, encoded or not, nor by a link that leads out."""
    answer = raw_request(
        live[0],
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(),
    )

    assert b"TOP SECRET" not in answer
    assert answer.split(b" ")[1] in {b"400", b"404"}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", HAND_IN, 405),
        ("PUT", HAND_IN, 405),
        ("DELETE", "/index.html", 405),
        ("POST", "/api/status", 405),
        ("GET", "/api/", 404),
        ("GET", "/api/../api/x", 404),
    ],
)
def test_other_verbs_and_services(web, method, path, code):
    """Are refused in words, and as JSON below /api/."""
    answer = web.request(method, path)

    assert answer.status_code == code
    if path.startswith("/api/"):
        assert answer.json()["problems"]


def test_log_says_what_was_asked_and_not_by_whom(web, caplog):
    """Method, path, status and time; no address, no query, no line break, no name."""
    with caplog.at_level(logging.INFO, logger="handbook.server"):
        web.get("/policies/complaints.html?q=王小明")
        web.get("/a%0d%0afaked line")
        web.post(
            HAND_IN,
            content=as_bytes(answer_file(BOOK, number="S8", name="赵六")),
            headers=JSON,
        )
        # A line is written when its answer has been sent.
        until(lambda: "POST /api/hand-in 200" in caplog.text)

    lines = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("GET /policies/complaints.html 200 ") for line in lines)
    assert any(line.startswith("GET /a%0d%0afaked%20line 404 ") for line in lines)
    told = "".join(lines)
    for secret in ("王小明", "%E7%8E%8B", "赵六", "S8", "127.0.0.1", "\r", "\n"):
        assert secret not in told


def test_records_that_fail_lose_no_hand_in(tmp_path):
    """A locked database is a 503 with a way out; the same file is recorded later."""
    with serving(tmp_path) as (address, store):
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        body = as_bytes(answer_file(BOOK))
        with httpx.Client(base_url=address, trust_env=False) as web:
            answer = web.post(HAND_IN, content=body, headers=JSON)
            other.execute("ROLLBACK")
            other.close()
            later = web.post(HAND_IN, content=body, headers=JSON)

        assert answer.status_code == 503
        assert "sqlite" not in answer.text
        assert "保存答卷文件" in answer.json()["problems"][0]["remedy"]
        assert later.json()["duplicate"] is False


def test_an_error_of_ours_shows_no_trace(tmp_path):
    """What nobody foresaw is a plain 500 in Chinese, and the next request works."""
    clock = iter([])
    with serving(tmp_path, clock=lambda: next(clock)) as (address, _):
        answer = httpx.post(
            address + HAND_IN, content=b"{}", headers=JSON, trust_env=False
        )
        after = httpx.get(address, trust_env=False)

    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert answer.json()["problems"][0]["message"].startswith("服务器出错了")
    assert answer.headers["x-frame-options"] == "DENY"
    assert after.status_code == 200


def test_a_taken_port_moves_to_the_next():
    """And when none is left, that is said, not guessed."""
    first = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    second = listen("127.0.0.1", port)

    assert port < second.getsockname()[1] < port + 50
    with pytest.raises(NoFreePortError):
        listen("127.0.0.1", port, tries=1)
    assert address(second) == f"http://127.0.0.1:{second.getsockname()[1]}/"
    first.close()
    second.close()


def test_answers_are_sent_at_once(tmp_path, monkeypatch):
    """On a connection that is kept as well: each waited for 40 ms (Nagle's algorithm)."""
    sent_at_once = []

    def made(self, transport):
        wire = transport.get_extra_info("socket")
        sent_at_once.append(wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        plainly(self, transport)

    plainly = Connection.connection_made
    monkeypatch.setattr(Connection, "connection_made", made)
    with (
        Store("sqlite://") as store,
        in_background(create_app(BOOK, store, tmp_path)) as base,
        httpx.Client(base_url=base, trust_env=False) as web,
    ):
        web.get("/api/status")

    assert sent_at_once == [1]


def test_what_is_local():
    """Only addresses of this machine."""
    assert all(map(is_local, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_local, ("0.0.0.0", "192.168.1.5", "::", "example.com")))  # noqa: S104


def test_whoever_stands_in_line_is_told_where_a_batch_breaks():
    """Else a page would wait until its learner gives up; who comes next is served."""

    class Moody:
        """Records that are out of memory once."""

        broken = True

        def settle(self, works):
            if self.broken and works:
                self.broken = False
                raise MemoryError
            return [work.do(None) for work in works]

    def steps():
        return (yield Work(lambda _turn: "登记了", Wanted("A1", "entry", "s")))

    async def two_of_them() -> tuple[object, ...]:
        desk = Desk(Moody())
        first = await asyncio.gather(desk.bring(steps()), return_exceptions=True)
        return (*first, await desk.bring(steps()))

    told = asyncio.run(asyncio.wait_for(two_of_them(), timeout=5))

    assert (type(told[0]), told[1]) == (MemoryError, "登记了")
