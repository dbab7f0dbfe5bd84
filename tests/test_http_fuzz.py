"""Whatever is sent to the server: no trace of the program, no 500, nothing made up."""

from __future__ import annotations

import asyncio
import json
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import pytest
from fuzzing import tried
from handing_in import MORNING, answer_file, small_book
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp

from handbook.grading.answer_files import checksum, read_answers
from handbook.grading.submissions import Person, Submission
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.invitations.invited import Sitting, start
from handbook.records.invitations.tokens import Invitation, invite, sign
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.exam_api import INVITATION
from handbook.server.limits import Limit
from handbook.server.policy import HEADERS
from handbook.server.sign_in import COOKIE, cookie
from handbook.server.views import PAGES as TRAINER_PAGES

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
JSON = ("content-type", b"application/json")
FORM = ("content-type", b"application/x-www-form-urlencoded")
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


@contextmanager
def living(folder: Path, records: str, door: Door) -> Iterator[Live]:
    """The application without limits on how often one may ask."""
    site = folder / "site"
    (site / "exams").mkdir(parents=True)
    (site / "index.html").write_text("<title>首页</title>", encoding="utf-8")
    (site / "exams/index.html").write_text("<title>考试</title>", encoding="utf-8")
    (folder / "secret.txt").write_text("TOP SECRET", encoding="utf-8")
    # A loop of its own thread: a browser test may have one here.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with pytest.MonkeyPatch.context() as patched, Store(records) as store:
        patched.setattr(Limit, "take", lambda *_: 0)
        patched.setattr(Limit, "wait", lambda *_: 0)
        app = create_app(BOOK, store, site, door=door, clock=lambda: NOW)
        yield Live(loop, app, store)
        ending = loop.shutdown_default_executor()
        asyncio.run_coroutine_threadsafe(ending, loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path_factory) -> Callable[[], str]:
    """Makes empty records: PostgreSQL takes fewer texts than SQLite does."""
    if request.param == "sqlite":
        return lambda: str(tmp_path_factory.mktemp("records") / "records.sqlite")
    server = request.getfixturevalue("server")
    return server.namespace


@pytest.fixture(scope="module")
def live(records: Callable[[], str], tmp_path_factory) -> Iterator[Live]:
    """As outside localhost."""
    door = Door(SECRET, invited_only=True, trainers=TRAINERS)
    with living(tmp_path_factory.mktemp("fuzzed"), records(), door) as running:
        yield running


@pytest.fixture(scope="module")
def open_house(records: Callable[[], str], tmp_path_factory) -> Iterator[Live]:
    """As on localhost, where anybody may hand in."""
    with living(tmp_path_factory.mktemp("open"), records(), Door()) as running:
        yield running


def sent(  # noqa: PLR0913 - the parts of a request
    live: Live,
    method: str,
    path: str,
    head: Head,
    body: bytes,
    *,
    cut: bool = False,
    piece: int = 10**9,
) -> Answer:
    """Send a request as uvicorn passes it on; what must hold of any answer holds.

    An error inside the application is raised here, and fails the test.

    Args:
        live: the application.
        method: of the request.
        path: with its query, percent-encoded.
        head: names and values, in their order.
        body: what follows.
        cut: whether the sender goes away before the end.
        piece: how many bytes of the body come at once.
    """
    answer = Answer()
    raw_path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": unquote(raw_path),
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), value) for name, value in head],
        "client": ("192.0.2.1", 4711), "server": ("192.0.2.2", 80),
    }  # fmt: skip
    pieces = [body[n : n + piece] for n in range(0, len(body), piece)] or [b""]
    last = len(pieces) - 1
    parts = iter(
        {"type": "http.request", "body": some, "more_body": cut or n < last}
        for n, some in enumerate(pieces)
    )

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
    for leak in (b"Traceback", b'.py"', b"sqlalchemy", b"psycopg", b"TOP SECRET"):
        assert leak not in answer.content, (method, path, head, body, answer)
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value
    given = path.startswith("/trainers/sign-") and answer.status == 303
    assert given or "set-cookie" not in answer.headers
    if path.startswith("/api/") and answer.status >= 400 and method != "HEAD":
        assert cut or answer.json()["problems"]
    return answer


WORDS = st.text(max_size=40) | st.sampled_from(
    ["\ud800", "\0", "=1+1", "<script>", "A" * 5000, "../../secret.txt", "%00", "é"]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), WORDS,
    st.sampled_from([2**31, 2**63, -(2**63) - 1, 10**400, float("nan"), 1e999]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4)
    ),
    max_leaves=12,
)
PAGES = [*TRAINER_PAGES, "certificate", "sign-in", "sign-out", "nothing", ""]
PLACES = [
    "/api/status", "/api/sitting", "/api/start", "/api/hand-in", "/api/", "/api", "/trainers",
    *(f"/trainers/{page}" for page in PAGES),
    *(f"/trainers/{page}.{kind}" for page in TRAINER_PAGES for kind in ("csv", "xlsx")),
    "/verify", "/certificate", "/server.css", "/server-dark.css", "/server.js",
    "/", "/index.html", "/404.html", "/exams", "/exams/",
    "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//secret.txt",
]  # fmt: skip
"""Every route, whether or not it takes the method; `test_every_route_is_tried`."""
ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
RAW = st.sampled_from(
    ["%00", "%ff", "%ED%A0%80", "%E9%80%9A%E8%BF%87", "%", "%zz", "=", "9" * 4000]
)
ASKED = st.sampled_from(["person", "exam", "state", "attempts", "code", "a"])
CHOICES = st.sampled_from(["H0", "entry", "first", "all"])
QUERIES = st.lists(
    st.tuples(ASKED, RAW | CHOICES | WORDS.map(lambda t: quote(t, errors="replace"))),
    max_size=3,
).map(lambda pairs: "&".join("=".join(pair) for pair in pairs))
PATHS = st.builds(
    lambda place, more, query: place + more + (query and f"?{query}"),
    st.sampled_from(PLACES), st.just("") | st.just("") | ASCII, QUERIES | ASCII,
)  # fmt: skip
METHODS = st.sampled_from(["GET", "POST"]) | st.sampled_from(
    ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POTS", "get", "A" * 300]
)
INVITATIONS = st.sampled_from([*TOKENS, *FORGED, "", ".", "a.b", "x" * 3000]) | ASCII
LATIN = st.binary(max_size=30) | st.just(b"\xe9" * 20_000)
SIGNED_IN = f"{COOKIE}={cookie(TRAINERS, NOW)}"
GOOD = {
    INVITATION: INVITATIONS,
    "content-type": st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "text/plain"]
    ),
    "origin": st.sampled_from(["http://handbook.test", "http://evil.test", "null"]),
    "sec-fetch-site": st.sampled_from(["same-origin", "cross-site", "none"]),
    "cookie": st.sampled_from(
        [SIGNED_IN, SIGNED_IN, SIGNED_IN[:-1], f"{COOKIE}=1.2", f"{COOKIE}=", "=;="]
    ),
    "host": st.sampled_from(["handbook.test", "evil.test", "[", "a:b:c"]),
    "content-length": st.sampled_from(["0", "99999999999999999999", "-1", "x", "²"]),
    "if-none-match": ASCII,
    "if-modified-since": ASCII,
    "range": st.sampled_from(["bytes=0-", "bytes=9-1", "bytes=0-0,1-1,-1", "x"]),
    "x-forwarded-for": st.sampled_from(["192.0.2.7", ", ,", "[::1"]),
    "referer": st.just("http://handbook.test/exams/entry.html"),
}
"""Headers that matter to the server, with good and with senseless values."""

Head = list[tuple[str, bytes]]
HEADS = st.lists(
    st.sampled_from(sorted(GOOD)).flatmap(
        lambda name: st.tuples(
            st.just(name), GOOD[name].map(lambda v: v.encode("latin-1")) | LATIN
        )
    ),
    max_size=6,
)
"""Some of them, maybe one of them twice."""

FORMS = st.dictionaries(
    st.sampled_from(["token", "code", "name", "exam", "invitation"]),
    st.sampled_from([TRAINERS, "0000-0000-0000-0000", "entry", *TOKENS]) | WORDS,
).map(lambda fields: urlencode(fields, errors="replace").encode())
BODIES = st.one_of(
    st.binary(max_size=200),
    VALUES.map(lambda value: json.dumps(value).encode()),
    FORMS,
    st.sampled_from([b"[" * 50_000, b'{"a":' * 50_000, b"9" * 50_000, b"&" * 5000]),
)


@tried(250)
@given(METHODS, PATHS, HEADS, BODIES, st.booleans(), st.sampled_from([7, 10**9]))
def test_any_request_is_answered_in_words(live, method, path, head, body, cut, piece):  # noqa: PLR0913, PLR0917 - the parts of a request
    """Every route, method, header, cookie and body; nothing goes on record unasked."""
    before = live.store.end()[0]

    answer = sent(live, method, path, head, body, cut=cut, piece=piece)

    if answer.status == 200 and method == "POST" and path.startswith("/api/start"):
        sitting = answer.json()["sitting"]
        before += sitting not in live.begun
        live.begun.add(sitting)
    assert live.store.end()[0] == before


NASTY = [
    "%00", "H0%00", "%ff", "%ED%A0%80", "%F0%9F%98%80", "%", "%25", "%27%3B--", "A" * 4000,
    "9" * 400, "H0", "h0",
]  # fmt: skip
"""Texts that databases, encodings and readers of numbers stumble over."""


@pytest.mark.parametrize("page", [*TRAINER_PAGES, "certificate"])
def test_whatever_a_trainer_asks_is_answered(live, page):
    """Behind the sign-in, where a query reaches the records: a page, or a 404."""
    head = [("cookie", SIGNED_IN.encode())]
    for nasty in NASTY:
        query = f"person={nasty}&exam=entry&state={nasty}&attempts={nasty}"
        answer = sent(live, "GET", f"/trainers/{page}?{query}", head, b"")

        assert answer.status in {200, 404}, query
    for kind in ("", ".csv", ".xlsx"):
        query = "person=H0%00&exam=%00"
        answer = sent(live, "GET", f"/trainers/{page}{kind}?{query}", head, b"")

        assert answer.status in {200, 404}, query


@pytest.mark.parametrize("path", ["/verify", "/certificate", "/trainers/sign-in"])
@pytest.mark.parametrize("field", ["code", "name", "exam", "invitation", "token"])
def test_whatever_is_typed_into_a_form_is_answered(live, path, field):
    """Where a text reaches the records without any sign-in."""
    for nasty in NASTY:
        form = f"code=0000-0000-0000-0000&invitation={TOKENS[0]}&{field}={nasty}"

        answer = sent(live, "POST", path, [FORM], form.encode())

        assert answer.status in {200, 403, 409}


def test_every_route_is_tried(live):
    """A route that is added is fuzzed as well."""
    told = set()

    def look(routes, before=""):
        for route in routes:
            told.add(before + route.path)
            look(getattr(route, "routes", None) or [], before + route.path)

    look(live.app._app.routes)
    known = {place.rstrip("/") for place in PLACES} | {"/trainers/{name}"}

    assert {path.rstrip("/") for path in told} <= known


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
        parts = [document, document["person"], document["answers"]]
        within = draw(st.sampled_from([part for part in parts if part]))
        within[draw(st.sampled_from(sorted(within)) | WORDS)] = draw(VALUES)
        if draw(st.integers(0, 3)):  # else the checksum tells
            with suppress(ValueError):
                document["checksum"] = checksum(document)
    written = json.dumps(document, ensure_ascii=draw(st.booleans()))
    raw = bytearray(written.encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return number, bytes(raw)


@tried(90)
@given(spoilt())
def test_only_what_was_invited_and_whole_goes_on_record(live, tried_one):
    """Under its own invitation, its own sitting, its own person; once."""
    number, raw = tried_one
    for one in INVITED:
        begun = start(BOOK, live.store, one, NOW)
        if isinstance(begun, Sitting):
            live.begun.add(begun.sitting)

    head = [(INVITATION, TOKENS[number].encode()), JSON]
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


@tried(90)
@given(spoilt())
def test_an_open_house_records_nothing_that_harms(open_house, tried_one):
    """Whoever comes by whatever name: what is recorded is whole, once, and visible."""
    _, raw = tried_one

    answer = sent(open_house, "POST", "/api/hand-in", [JSON], raw)

    if answer.status == 200:
        open_house.receipts.add(answer.json()["receipt"])
    graded = [e for e in open_house.store.events() if e.kind is Kind.GRADED]
    assert {e.receipt for e in graded} == open_house.receipts
    for person in open_house.store.people().values():
        kinds = {unicodedata.category(c) for c in person.number + person.name}
        assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}, person
    assert open_house.store.verify() == ()
