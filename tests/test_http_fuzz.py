"""Whatever is sent to the server: no trace of the program, no 500, nothing made up."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import unquote

import pytest
from fuzzing import tried
from handing_in import MORNING, answer_file, small_book
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp

from handbook.grading.answer_files import read_answers
from handbook.grading.submissions import Person, Submission
from handbook.records.history import Kind
from handbook.records.invitations import Invitation, invite, sign
from handbook.records.invited import start
from handbook.records.store import Store
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.exam_api import INVITATION
from handbook.server.limits import Limit
from handbook.server.policy import HEADERS
from handbook.server.sign_in import COOKIE, cookie

BOOK = small_book()
SECRET = "a-secret-of-this-module-alone"  # noqa: S105 - opens nothing else
TRAINERS = "a-token-of-this-module-alone"
NOW = MORNING + timedelta(minutes=5)
INVITED = [
    invite(BOOK, Person(f"H{n}", f"学员{n}"), "entry", NOW + timedelta(days=1), NOW)
    for n in range(3)
]
LATE = Invitation(Person("L1", "迟到"), "entry", NOW - timedelta(1), "e" * 32)
GONE = Invitation(Person("G1", "改名"), "gone", NOW + timedelta(days=1), "f" * 32)
TOKENS = [sign(one, SECRET) for one in (*INVITED, LATE, GONE)]
FORGED = [sign(INVITED[0], SECRET[::-1]), TOKENS[0][:-1], TOKENS[0].swapcase()]


@dataclass
class Live:
    """The application with its records, and who was told what by it."""

    loop: asyncio.AbstractEventLoop
    app: ASGIApp
    store: Store
    receipts: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    def json(self):
        return json.loads(self.content)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """As outside localhost, without limits on how often one may ask."""
    folder = tmp_path_factory.mktemp("fuzzed")
    site = folder / "site"
    site.mkdir()
    (site / "index.html").write_text("<title>首页</title>", encoding="utf-8")
    (folder / "secret.txt").write_text("TOP SECRET", encoding="utf-8")
    never = Limit(burst=10**9, every=0.001)
    door = Door(SECRET, True, TRAINERS, strangers=never, guests=never)  # noqa: FBT003
    loop = (
        asyncio.new_event_loop()
    )  # of its own thread: a browser test may have one here
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with Store(str(folder / "records.sqlite")) as store:
        app = create_app(BOOK, store, site, door=door, clock=lambda: NOW)
        yield Live(loop, app, store)
    asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def sent(live: Live, method: str, path: str, head: dict[str, bytes], body: bytes):
    """Send a request as uvicorn passes it on; what must hold of any answer holds.

    An error inside the application is raised here, and fails the test.
    """
    answer = Answer()
    raw_path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": unquote(raw_path),
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), value) for name, value in head.items()],
        "client": ("192.0.2.1", 4711), "server": ("192.0.2.2", 80),
    }  # fmt: skip
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive():
        return next(parts, {"type": "http.disconnect"})

    async def send(message):
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode("latin-1"): value.decode("latin-1")
                for name, value in message["headers"]
            }
        else:
            answer.content += message.get("body", b"")

    answering = live.app(scope, receive, send)
    asyncio.run_coroutine_threadsafe(answering, live.loop).result()
    assert 200 <= answer.status < 500, (method, path, head, body, answer)
    assert b"Traceback" not in answer.content
    assert b"TOP SECRET" not in answer.content
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value
    return answer


WORDS = st.text(max_size=40) | st.sampled_from(
    ["\ud800", "\0", "=1+1", "<script>", "A" * 5000, "../../secret.txt", "%00", "é"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4)
    ),
    max_leaves=12,
)
PLACES = [
    "/api/status", "/api/start", "/api/hand-in", "/api/", "/api", "/trainers",
    "/trainers/", "/trainers/sign-in", "/trainers/sign-out", "/trainers/standing.csv",
    "/trainers/standing.xlsx", "/trainers/standing", "/trainers/roles", "/trainers/statistics",
    "/trainers/exceptions.csv", "/trainers/reminders", "/", "/index.html", "/404.html",
    "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//secret.txt",
]  # fmt: skip
QUERIES = st.sampled_from(
    ["", "?", "?person=%00", "?state=%E9%80%9A&exam=entry", "?exam=%ff", "?a=1&a=2"]
)
ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
PATHS = st.builds(
    lambda place, more, query: place + more + query,
    st.sampled_from(PLACES), st.just("") | ASCII, QUERIES,
)  # fmt: skip
METHODS = st.sampled_from(
    ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POTS"]
)
INVITATIONS = st.sampled_from([*TOKENS, *FORGED, "", ".", "a.b", "x" * 3000]) | ASCII
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30).map(
    lambda text: text.encode("latin-1")
)


GOOD = {
    INVITATION: INVITATIONS,
    "content-type": st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "text/plain"]
    ),
    "origin": st.sampled_from(["http://handbook.test", "http://evil.test", "null"]),
    "sec-fetch-site": st.sampled_from(["same-origin", "cross-site", "none"]),
    "cookie": st.sampled_from(
        [f"{COOKIE}={cookie(TRAINERS, NOW)}", f"{COOKIE}=1.2", f"{COOKIE}=", "=;="]
    ),
    "host": st.sampled_from(["handbook.test", "evil.test", "[", "a:b:c"]),
    "content-length": st.sampled_from(["0", "99999999999999999999", "-1", "x"]),
    "if-none-match": ASCII,
    "range": st.sampled_from(["bytes=0-", "bytes=9-1", "x"]),
}
"""Headers that matter to the server, with good and with senseless values."""

HEADS = st.sets(st.sampled_from(sorted(GOOD)), max_size=5).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: GOOD[name].map(str.encode) | LATIN for name in sorted(names)}
    )
)
BODIES = st.one_of(
    st.binary(max_size=200),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.builds(lambda token: f"token={token}".encode(), ASCII),
)


@tried(350)
@given(METHODS, PATHS, HEADS, BODIES)
def test_any_request_is_answered_in_words(live, method, path, head, body):
    """Every route, method, header, cookie and body; nothing goes on record unasked."""
    before = live.store.end()[0]

    answer = sent(live, method, path, head, body)

    if answer.status == 200 and method == "POST" and path.startswith("/api/start"):
        sitting = answer.json()["sitting"]
        before += sitting not in live.begun
        live.begun.add(sitting)
    assert live.store.end()[0] == before


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[int, bytes]:
    """A hand-in of somebody invited, as it should be or with something changed."""
    number = draw(st.integers(0, len(INVITED) - 1))
    one = INVITED[draw(st.integers(0, len(INVITED) - 1))]
    document = answer_file(
        BOOK,
        number=one.person.number,
        name=one.person.name,
        sitting=one.sitting,
        form=draw(st.sampled_from([1, 1, 1, 2]))
        if BOOK.exams["entry"].forms > 1
        else 1,
        wrong=draw(st.integers(0, 5)),
        begun=NOW,
        minutes=0,
    )
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(document)))
        changed = {name: draw(VALUES)}
        try:
            document = answer_file(BOOK, **(document | changed))
        except (TypeError, ValueError, KeyError, AttributeError, UnicodeError):
            document |= changed
    written = json.dumps(document, ensure_ascii=draw(st.booleans()))
    raw = bytearray(written.encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return number, bytes(raw)


@tried(150)
@given(spoilt())
def test_only_what_was_invited_and_whole_goes_on_record(live, tried_one):
    """Under its own invitation, its own sitting, its own person; once."""
    number, raw = tried_one
    for one in INVITED:
        begun = start(BOOK, live.store, one, NOW)
        if not isinstance(begun, tuple):
            live.begun.add(begun.sitting)

    head = {INVITATION: TOKENS[number].encode(), "content-type": b"application/json"}
    answer = sent(live, "POST", "/api/hand-in", head, raw)

    if answer.status == 200:
        read = read_answers(raw, name="", via="invitation")
        assert isinstance(read, Submission)
        assert read.person.number == INVITED[number].person.number
        assert read.sitting == INVITED[number].sitting
        live.receipts.add(answer.json()["receipt"])
    else:
        assert all(one["remedy"] for one in answer.json()["problems"])
    events = list(live.store.events())
    graded = [e for e in events if e.kind is Kind.GRADED]
    assert {e.receipt for e in graded} == live.receipts
    assert {p.number for p in live.store.people().values()} <= {
        one.person.number for one in INVITED
    }
    assert live.store.verify() == ()
