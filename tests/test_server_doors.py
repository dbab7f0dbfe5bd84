"""The server's doors: proxies, crowds, connections that never end, the log."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from handing_in import MORNING, answer_file, as_bytes, graded, small_book
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from handbook.grading.submissions import Person
from handbook.records.database import schema
from handbook.records.database.store import Store
from handbook.records.invitations.invited import Sitting, start
from handbook.records.invitations.tokens import Invitation, invite, sign
from handbook.server import bodies, connection
from handbook.server.app import create_app
from handbook.server.door import OPEN, Door
from handbook.server.exam_api import INVITATION
from handbook.server.origin import asker
from handbook.server.policy import HEADERS
from handbook.server.running import LOCAL_NAMES, address, listen, make_server, names_of

ROOT = Path(__file__).parents[1]
BOOK = small_book()
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
TOKEN = "the trainers' token of the tests"  # noqa: S105 - of the tests
NOW = MORNING + timedelta(minutes=21)
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
LOCKED = Door(SECRET, invited_only=True, trainers=TOKEN)


@contextmanager
def serving(
    folder: Path,
    door: Door = OPEN,
    *,
    host: str = "127.0.0.1",
    proxy: str = "",
    book: Any = BOOK,
) -> Iterator[SimpleNamespace]:
    """A server as `scripts/serve.py` starts it: its address, a client, its records."""
    (folder / "site").mkdir()
    (folder / "site/index.html").write_text("<title>首页</title>", encoding="utf-8")
    with ExitStack() as stack:
        store = stack.enter_context(Store(str(folder / "records.sqlite")))
        bound = stack.enter_context(listen(host, 0))
        hosts = names_of(host, proxy)
        app = create_app(
            book, store, folder / "site", hosts=hosts, door=door, clock=lambda: NOW
        )
        server = make_server(app, proxied=bool(proxy))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        base = address(bound)
        web = stack.enter_context(
            httpx.Client(base_url=base, trust_env=False, timeout=20)
        )
        try:
            yield SimpleNamespace(
                base=base, at=bound.getsockname(), web=web, store=store
            )
        finally:
            server.should_exit = True
            thread.join()


def guest(number: str = "A1024", name: str = "王小明") -> Invitation:
    """Somebody invited."""
    return invite(BOOK, Person(number, name), "entry", NOW + timedelta(days=1), NOW)


def wire(live: SimpleNamespace) -> socket.socket:
    """A connection that sends what it is told, when it is told."""
    return socket.create_connection(live.at[:2], timeout=10)


def heard(line: socket.socket) -> bytes:
    """What comes back until the server hangs up."""
    parts = []
    with suppress(ConnectionResetError):
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)


# Connections that never end


def test_a_head_that_never_ends_is_hung_up_on(tmp_path, monkeypatch):
    """First or later on a connection; else a few hundred of them keep everybody out."""
    monkeypatch.setattr(connection, "PATIENCE", 0.3)
    with serving(tmp_path) as live:
        silent, slow, second = wire(live), wire(live), wire(live)
        slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
        second.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while b"</title>" not in answer:
            answer += second.recv(65536)
        time.sleep(0.05)  # until it is done with that
        second.sendall(b"GET / HTTP/1.1\r\n")
        for n in range(8):  # a byte now and then does not help
            time.sleep(0.05)
            with suppress(OSError):
                slow.sendall(b"lo"[n % 2 : n % 2 + 1])

        told = [heard(line) for line in (silent, slow, second)]

        assert told == [b"", b"", b""]


def test_a_long_answer_is_not_hung_up_on(tmp_path, monkeypatch):
    """Only the head must hurry: a body has its own time, an answer all it needs."""
    monkeypatch.setattr(connection, "PATIENCE", 0.2)
    body = as_bytes(answer_file(BOOK))
    head = (
        "POST /api/hand-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving(tmp_path) as live:
        line = wire(live)
        line.sendall(head.encode() + body[:10])
        time.sleep(0.5)
        line.sendall(body[10:])

        assert heard(line).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [
        ("/api/hand-in", "application/json", b"408"),
        ("/trainers/sign-in", FORM["content-type"], b"403"),
        ("/verify", FORM["content-type"], b"200"),
        ("/certificate", FORM["content-type"], b"403"),
    ],
)
def test_a_body_that_never_ends_is_answered(tmp_path, monkeypatch, path, kind, code):
    """As one that did not come; nothing goes on record."""
    monkeypatch.setattr(bodies, "PATIENCE", 0.2)
    with serving(tmp_path, Door(SECRET, trainers=TOKEN)) as live:
        line = wire(live)
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: {kind}\r\nContent-Length: 100\r\n\r\ntoken=".encode()
        )

        assert heard(line).split(b" ")[1] == code
        assert list(live.store.events()) == []


def test_what_is_no_http_gets_our_headers_too(tmp_path):
    """Before the application ever sees it."""
    with serving(tmp_path) as live:
        for sent in (
            b"HELLO\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        ):
            line = wire(live)
            line.sendall(sent)
            answer = heard(line)

            assert answer.startswith(b"HTTP/1.1 4"), sent
            for name, value in HEADERS.items():
                assert f"{name}: {value}".lower().encode() in answer.lower(), sent
        assert live.web.get("/").status_code == 200


# Who reaches a server for this machine alone


@pytest.mark.parametrize(
    ("host", "proxy", "names"),
    [
        ("127.0.0.1", "", LOCAL_NAMES),
        ("::1", "", LOCAL_NAMES),
        ("127.9.9.9", "", LOCAL_NAMES | {"127.9.9.9"}),
        ("0.0.0.0", "", None),  # noqa: S104 - read, not bound
        ("::", "", None),
        ("127.0.0.1", "KB.example.com", LOCAL_NAMES | {"kb.example.com"}),
        ("127.0.0.1", "https://kb.example.com:8443/", LOCAL_NAMES | {"kb.example.com"}),
        ("0.0.0.0", "kb.example.com", LOCAL_NAMES | {"kb.example.com"}),  # noqa: S104
    ],
)
def test_names_by_which_it_may_be_called(host, proxy, names):
    """Of this machine, and the one that a proxy has; from outside by any."""
    assert names_of(host, proxy) == names


def test_by_the_loopback_of_ipv6(tmp_path):
    """Names, origin and hand-in as by the other one; foreign names get nothing."""
    with serving(tmp_path, host="::1") as live:
        assert live.base.startswith("http://[::1]:")
        origin = live.base.rstrip("/")
        told = live.web.post(
            "/api/hand-in", content=as_bytes(answer_file(BOOK)),
            headers=JSON | {"origin": origin, "sec-fetch-site": "same-origin"},
        )  # fmt: skip

        assert told.status_code == 200
        assert live.web.get("/", headers={"host": "[::2]"}).status_code == 421


@pytest.mark.parametrize(
    "added",
    [
        {"x-forwarded-for": "203.0.113.9"},
        {"x-forwarded-host": "kb.example.com"},
        {"x-real-ip": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
        {"via": "1.1 proxy"},
    ],
)
def test_through_a_proxy_nobody_hands_in_without_an_invitation(tmp_path, added):
    """Whoever forgot `--proxy` has opened the door to no one."""
    body = as_bytes(answer_file(BOOK))
    with serving(tmp_path) as live:
        told = live.web.post("/api/hand-in", content=body, headers=JSON | added)
        status = live.web.get("/api/status", headers=added).json()

        assert told.status_code == 403
        assert status["invitation"] is True
        assert list(live.store.events()) == []
        assert live.web.get("/api/status").json()["invitation"] is False


def test_nor_through_one_that_only_speaks_an_old_http(tmp_path):
    """As some do unless told otherwise, and say nothing of whom they speak for."""
    body = as_bytes(answer_file(BOOK))
    with serving(tmp_path) as live:
        line = wire(live)
        line.sendall(
            b"POST /api/hand-in HTTP/1.0\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )

        assert heard(line).split(b" ")[1] == b"403"
        assert list(live.store.events()) == []


# A proxy that was told of


def test_behind_a_proxy_each_asker_counts(tmp_path):
    """By the address that the proxy saw, not by what somebody writes before it."""
    with serving(tmp_path, LOCKED, proxy="kb.example.com") as live:

        def guess(seen: str) -> int:
            headers = {"host": "kb.example.com", "x-forwarded-for": seen}
            return live.web.post("/api/start", headers=JSON | headers).status_code

        codes = [guess(f"198.51.100.{n}, 203.0.113.9") for n in range(35)]
        other = guess("203.0.113.10")

        assert codes[:30] == [403] * 30
        assert 429 in codes[30:]
        assert other == 403


def test_without_one_nobody_is_believed(tmp_path):
    """An address in a header is anybody's."""
    with serving(tmp_path, LOCKED) as live:
        codes = [
            live.web.post(
                "/api/start", headers=JSON | {"x-forwarded-for": f"203.0.113.{n}"}
            ).status_code
            for n in range(35)
        ]

        assert 429 in codes[30:]


def test_behind_a_proxy_with_https(tmp_path):
    """By its own name only; pages, hand-in and sign-in pass the checks of origin."""
    headers = {
        "host": "kb.example.com",
        "origin": "https://kb.example.com",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "203.0.113.9",
    }
    with serving(tmp_path, LOCKED, proxy="kb.example.com") as live:
        one = guest()
        begun = live.web.post(
            "/api/start", headers=JSON | headers | {INVITATION: sign(one, SECRET)}
        )
        signed = live.web.post(
            "/trainers/sign-in", data={"token": TOKEN}, headers=headers
        )
        strange = live.web.get("/", headers={"host": "evil.example"})

        assert begun.status_code == 200
        assert signed.status_code == 303
        assert "Secure" in signed.headers["set-cookie"].split("; ")
        assert strange.status_code == 421


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
    ],
)
def test_askers_are_counted_by_what_one_of_them_has(host, counted):
    """An address of IPv4, a network of IPv6."""
    assert asker(SimpleNamespace(client=SimpleNamespace(host=host))) == counted


# Crowds


def test_an_office_prints_its_certificates_at_once(tmp_path):
    """Two dozen from one address; whoever guesses from there has to wait."""
    with serving(tmp_path, LOCKED) as live:
        codes = []
        for n in range(24):
            one = guest(f"O{n}")
            assert isinstance(start(BOOK, live.store, one, NOW), Sitting)
            found = {"invitation": sign(one, SECRET)}
            codes.append(live.web.post("/certificate", data=found).status_code)
        forged = [
            live.web.post("/certificate", data={"invitation": f"x{n}"}).status_code
            for n in range(12)
        ]
        same = [
            live.web.post("/certificate", data=found).status_code for _ in range(12)
        ]

        assert codes == [409] * 24  # begun, not handed in: known, and told so
        assert forged[:10] == [403] * 10
        assert forged[10:] == [429] * 2
        assert 429 in same


def test_guesses_at_once_are_no_more_than_guesses_in_turn(tmp_path):
    """Thirty that all wait with the last letter of the token, then send it."""
    with serving(tmp_path, LOCKED) as live:
        guesses = [wire(live) for _ in range(30)]
        for line in guesses:
            line.sendall(
                b"POST /trainers/sign-in HTTP/1.1\r\nHost: localhost\r\n"
                b"Connection: close\r\nContent-Type: application/x-www-form-urlencoded"
                b"\r\nContent-Length: 9\r\n\r\ntoken=gu"
            )
        time.sleep(0.3)
        for line in guesses:
            line.sendall(b"e")
        codes = [heard(line).split(b" ")[1] for line in guesses]

        assert codes.count(b"403") == 5
        assert codes.count(b"429") == 25


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/", "GET, HEAD"),
        ("/verify", "GET, HEAD, POST"),
        ("/certificate", "POST"),
        ("/trainers/sign-in", "GET, HEAD, POST"),
        ("/api/hand-in", "POST"),
    ],
)
def test_a_method_that_is_not_taken_is_told_which_are(tmp_path, path, methods):
    """The site's files do not answer for what stands before them."""
    with serving(tmp_path, LOCKED) as live:
        answer = live.web.request("DELETE", path)

        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == set(methods.split(", "))


# What is not told


def test_the_policy_allows_nothing_inline(tmp_path):
    """No script, no style element but those of our own templates, each by its hash."""
    policy = dict(
        rule.split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split("; ")
    )
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["style-src"]
    one = guest()
    with serving(tmp_path, LOCKED) as live:
        begun = start(BOOK, live.store, one, NOW)
        body = answer_file(BOOK, sitting=one.sitting, form=begun.form)
        head = JSON | {INVITATION: sign(one, SECRET)}
        live.web.post("/api/hand-in", content=as_bytes(body), headers=head)
        pages = [
            live.web.post("/certificate", data={"invitation": sign(one, SECRET)}),
            live.web.get("/verify"),
            live.web.get("/trainers/sign-in"),
            live.web.get("/nowhere"),
        ]

    assert "特发此证" in pages[0].text
    for answer in pages:
        inline = r"<script(?! src=\"[./]*server\.js\"></script>)|\son\w+=|\sstyle="
        assert not re.search(inline, answer.text)
        for style in re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy["style-src"]


def test_a_cookie_comes_from_the_sign_in_alone(tmp_path):
    """Nobody who reads, searches, sits an exam or checks a certificate gets one."""
    one = guest()
    headers = JSON | {INVITATION: sign(one, SECRET)}
    with serving(tmp_path, LOCKED) as live:
        begun = live.web.post("/api/start", headers=headers).json()
        answers = answer_file(
            BOOK, name="王小明", sitting=one.sitting, form=begun["form"]
        )
        asked = [
            live.web.get("/"),
            live.web.get("/nowhere"),
            live.web.get("/api/status"),
            live.web.post("/api/hand-in", content=as_bytes(answers), headers=headers),
            live.web.get("/verify"),
            live.web.post("/verify", data={"code": "0" * 16}),
            live.web.post("/certificate", data={"invitation": sign(one, SECRET)}),
            live.web.get("/trainers/"),
            live.web.get("/trainers/sign-in"),
            live.web.post("/trainers/sign-in", data={"token": "wrong"}),
        ]

        assert 500 > max(answer.status_code for answer in asked)
        assert not [a for a in asked if "set-cookie" in a.headers]


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX")
def test_records_are_read_by_their_owner_alone(tmp_path):
    """They hold names; so does the log of the database beside them."""
    file = tmp_path / "records.sqlite"
    with Store(str(file)) as store:
        store.record(graded(BOOK), BOOK.exams["entry"], NOW)
        modes = {f.name: f.stat().st_mode & 0o777 for f in tmp_path.iterdir()}

    assert modes.keys() >= {"records.sqlite", "records.sqlite-wal"}
    assert set(modes.values()) == {0o600}


def test_errors_of_the_database_tell_no_values(place):
    """They get into the log of a server that something unforeseen happened to."""
    with Store(place) as store:
        store.record(graded(BOOK, number="A1", name="王小明"), BOOK.exams["entry"], NOW)
        row = {"key": "k", "number": "A1", "name": "李四的真名"}

        with pytest.raises(IntegrityError) as raised, store._engine.begin() as raw:
            raw.execute(insert(schema.people), row)

    assert "李四的真名" not in str(raised.value)


def test_the_log_of_the_real_server_knows_nobody(tmp_path, handbook, monkeypatch):
    """All that `serve.py` prints, while people sit, sign in, look, guess and fail."""
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)
    monkeypatch.setenv("HANDBOOK_TRAINERS", TOKEN)
    (tmp_path / "index.html").write_text("<title>首页</title>", encoding="utf-8")
    now = datetime.now(UTC)
    one = invite(
        handbook, Person("Q9876", "赵钱孙"), "front-desk", now + timedelta(days=1), now
    )
    token = sign(one, SECRET)
    process = subprocess.Popen(
        [sys.executable, ROOT / "scripts/serve.py", "--no-build", "--port", "0",
         "--invited", "--db", tmp_path / "r.sqlite", "--site-dir", tmp_path],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    lines = [""]
    while "按 Ctrl+C" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], lines
    base = re.search(r"http://\S+/", "".join(lines))[0]
    with httpx.Client(base_url=base, trust_env=False, timeout=20) as web:
        headers = JSON | {INVITATION: token, "referer": f"{base}x#invitation={token}"}
        begun = web.post("/api/start", headers=headers).json()
        document = answer_file(
            handbook, exam="front-desk", number="Q9876", name="赵钱孙",
            sitting=one.sitting, form=begun["form"],
        )  # fmt: skip
        told = web.post("/api/hand-in", content=as_bytes(document), headers=headers)
        web.post("/api/hand-in", content=as_bytes(document | {"form": "赵钱孙"}))
        web.post("/certificate", data={"invitation": token})
        web.post("/verify", data={"code": "0" * 16, "name": "赵钱孙"})
        web.post("/trainers/sign-in", data={"token": TOKEN + "x"})
        web.post("/trainers/sign-in", data={"token": TOKEN})
        looked = web.get("/trainers/standing?person=Q9876&name=赵钱孙")
        web.get("/trainers/certificate?person=Q9876&exam=front-desk")
        web.get(f"/exams/front-desk.html?invitation={token}")
        with socket.create_connection((web.base_url.host, web.base_url.port)) as bad:
            bad.sendall(b"Q9876\r\n\r\n")
            heard(bad)
        cookies = list(web.cookies.jar)
    process.terminate()
    log = "".join(lines) + process.communicate(timeout=20)[0]

    assert told.status_code == looked.status_code == 200
    assert "POST /api/hand-in 200" in log
    assert "GET /trainers/standing 200" in log
    secrets = ["Q9876", "赵钱孙", "%E8%B5%B5", "127.0.0.1", token]
    secrets += [token.partition(".")[0], TOKEN, SECRET, one.sitting]
    secrets += [cookie.value for cookie in cookies]
    after = log.partition("按 Ctrl+C")[2]
    assert not [secret for secret in secrets if secret in after]
