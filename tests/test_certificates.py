"""Certificates: who gets one, what its code tells, and that it tells no more."""

from __future__ import annotations

import dataclasses
import logging
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import anyio
import httpx
import pytest
from handing_in import MORNING, answer_file, as_bytes, graded, small_book
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from tampering import tamper

from handbook.certificates.fonts import Font, find_font
from handbook.certificates.page import certificate_page
from handbook.certificates.pdf import certificate_pdf
from handbook.grading.submissions import Person
from handbook.loading import load
from handbook.records.certificates import (
    ALPHABET,
    Certificate,
    CertificateError,
    Claim,
    Issuer,
    Verdict,
    code_for,
)
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.history.payloads import of_regrade
from handbook.records.invitations.invited import start
from handbook.records.invitations.tokens import invite, sign
from handbook.records.standing.currency import UNCHANGED, Rules, rules_of
from handbook.server.app import create_app
from handbook.server.certificates import CertificatePages
from handbook.server.door import Door
from handbook.server.limits import Limit
from handbook.server.running import in_background

ROOT = Path(__file__).parents[1]
CASE = ROOT / "tests/cases/handbook"
BOOK = small_book()
EXAM = BOOK.exams["entry"]
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
NOW = MORNING + timedelta(days=1)
COMPANY = {"name": "示例公司"}
EVIL = "<script>alert(1)</script>"


def issuer(store: Store, rules: Rules = UNCHANGED, secret: str = SECRET) -> Issuer:
    """Whoever issues and verifies."""
    return Issuer(BOOK, store, rules, secret)


def passed(store: Store, number: str = "A1024", **fields) -> Certificate:
    """Put a pass on record and give its certificate."""
    store.record(graded(BOOK, number=number, **fields), EXAM, NOW)
    return issuer(store).issue(number, "entry", NOW)


# Who gets one


def test_a_pass_gives_a_certificate(store):
    """Name, exam, band, both days, and a code that holds."""
    made = passed(store)

    assert made.person == Person("A1024", "王小明")
    assert (made.title, made.band) == (EXAM.title, "优秀")
    assert (made.passed_on, made.until) == (date(2026, 11, 23), date(2027, 11, 23))
    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", made.code)
    assert re.fullmatch("[0-9A-F]{4}-[0-9A-F]{4}", made.version)
    assert issuer(store).verify(made.code, NOW) is Verdict.VALID
    assert issuer(store).issue(" a1024 ", "entry", NOW) == made


@pytest.mark.parametrize(
    ("number", "wrong", "days", "said"),
    [
        ("A1024", 5, 0, "没有通过"),
        ("B2", 0, 0, "没有工号"),
        ("A1024", 0, 400, "已经过期"),
    ],
)
def test_without_a_pass_that_holds_there_is_none(store, number, wrong, days, said):
    """And the trainer reads why."""
    store.record(graded(BOOK, wrong=wrong), EXAM, NOW)

    with pytest.raises(CertificateError, match=said):
        issuer(store).issue(number, "entry", NOW + timedelta(days=days))


def test_a_waiver_is_no_pass(store):
    """Who was excused from an exam did not pass it."""
    who = Person("A1024", "王小明")
    store.note(Kind.WAIVED, who, "entry", reason="x", by="T1", now=NOW)

    with pytest.raises(CertificateError, match="没有通过"):
        issuer(store).issue("A1024", "entry", NOW)


def test_the_version_is_that_of_the_rules_tested(store):
    """It hangs on the clauses of the record, not on the day of printing or on Git."""
    one, other = passed(store), passed(store, "B2")
    event = next(e for e in store.events() if e.kind is Kind.GRADED)
    later = dataclasses.replace(issuer(store), rules=rules_of(BOOK))

    assert one.version == other.version
    assert later.issue("A1024", "entry", NOW + timedelta(days=9)).version == one.version
    assert event.payload["clauses"]


# What a code says


def test_what_a_code_says_through_time(store):
    """Through its last day it holds; the day after it has run out."""
    code = passed(store).code
    last = datetime.fromisoformat("2027-11-23T23:59:59+08:00")

    assert issuer(store).verify(code, last) is Verdict.VALID
    assert issuer(store).verify(code, last + timedelta(seconds=1)) is Verdict.EXPIRED


def test_a_changed_clause_outdates_it(store):
    """New words and a material entry since; an entry of before changes nothing."""
    code = passed(store).code
    event = next(e for e in store.events() if e.kind is Kind.GRADED)
    (clause, *_rest) = event.payload["clauses"]
    moved = Rules({clause: "other"}, {clause: (date(2026, 11, 24),)})
    before = Rules({clause: "other"}, {clause: (date(2026, 11, 1),)})

    assert issuer(store, moved).verify(code, NOW) is Verdict.OUTDATED
    assert issuer(store, before).verify(code, NOW) is Verdict.VALID
    with pytest.raises(CertificateError, match="实质改动"):
        issuer(store, moved).issue("A1024", "entry", NOW)


def test_voided_and_erased(store):
    """A voided sitting is said to be; of an erased person nothing is."""
    one, other = passed(store), passed(store, "B2")
    events = {e.person: e for e in store.events() if e.kind is Kind.GRADED}
    first, _second = events.values()
    store.void(first.receipt, reason="x", by="T1", now=NOW)
    store.erase("B2", reason="x", by="T1", now=NOW)

    assert issuer(store).verify(one.code, NOW) is Verdict.VOIDED
    assert issuer(store).verify(other.code, NOW) is Verdict.UNKNOWN


def test_a_regrade_that_takes_the_pass_takes_the_certificate(store):
    """The code stays that of the sitting; what counts is its newest grade."""
    made = passed(store)
    event = next(e for e in store.events() if e.kind is Kind.GRADED)
    worse = of_regrade(event.payload, graded(BOOK, wrong=5), {"policy": "new-key"})
    store.regrade("entry", event.sequence, [(event, worse)], NOW)

    assert issuer(store).verify(made.code, NOW) is Verdict.VOIDED


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE events SET payload = REPLACE(payload, '优秀', '合格') WHERE kind = 'graded'""",
        """UPDATE events SET payload = 'x' WHERE kind = 'graded'""",
        """UPDATE events SET exam = 'other' WHERE kind = 'graded'""",
        """UPDATE events SET hash = '0' WHERE kind = 'graded'""",
    ],
)
def test_an_edited_record_proves_nothing(store, place, statement):
    """Neither by its old code nor by a new one."""
    code = passed(store).code
    tamper(place, statement)

    assert issuer(store).verify(code, NOW) is Verdict.UNKNOWN
    with pytest.raises(CertificateError):
        issuer(store).issue("A1024", "entry", NOW)


def test_an_edited_voiding_does_not_bring_it_back(store, place):
    """What was edited may have been what took it away."""
    code = passed(store).code
    event = next(e for e in store.events() if e.kind is Kind.GRADED)
    store.void(event.receipt, reason="x", by="T1", now=NOW)
    tamper(place, "UPDATE events SET payload = '{}' WHERE kind = 'voided'")

    assert issuer(store).verify(code, NOW) is Verdict.UNKNOWN


def test_what_is_printed_can_be_compared(store):
    """A name or an exam that somebody changed on paper is not that of the code."""
    code = passed(store).code

    def said(**claim: str) -> Verdict:
        return issuer(store).verify(code, NOW, Claim(**claim))

    assert said(name=" 王 小明") is Verdict.VALID
    assert said(name="王小明", exam="entry") is Verdict.VALID
    assert said(name="李四") is Verdict.UNKNOWN
    assert said(exam="other") is Verdict.UNKNOWN


# The code itself


def test_a_code_is_read_as_people_type_it(store):
    """Small letters, no hyphens, full width, O for 0 and I or l for 1."""
    code = passed(store).code
    loose = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)

    assert issuer(store).verify(f"  {loose} ", NOW) is Verdict.VALID
    assert issuer(store).verify(wide, NOW) is Verdict.VALID


def test_every_changed_letter_fails(store):
    """There is no letter that does not matter."""
    code = passed(store).code
    for place, letter in enumerate(code):
        if letter == "-":
            continue
        for other in ALPHABET.replace(letter, "")[::7]:
            changed = code[:place] + other + code[place + 1 :]

            assert issuer(store).verify(changed, NOW) is Verdict.UNKNOWN


def test_another_secret_knows_no_code(store):
    """Nor does a server without one."""
    code = passed(store).code

    for secret in ("", "another secret of the tests, long"):
        assert issuer(store, secret=secret).verify(code, NOW) is Verdict.UNKNOWN
    with pytest.raises(CertificateError, match="HANDBOOK_SECRET"):
        issuer(store, secret="").issue("A1024", "entry", NOW)


def test_codes_tell_nothing_of_their_number():
    """Neighbours in the records share no more letters than strangers."""
    codes = [code_for(n, "ab" * 32, SECRET).replace("-", "") for n in range(1, 400)]
    alike = [
        sum(a == b for a, b in zip(one, other, strict=True))
        for one, other in pairwise(codes)
    ]

    assert len(set(codes)) == len(codes)
    assert sum(alike) / len(alike) < 16 * 2 / 32


EMPTY = Store("sqlite://")


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=16, max_size=16))
def test_no_text_is_a_code_by_chance(typed):
    """Whatever is typed: an answer, never an error."""
    assert issuer(EMPTY).verify(typed, NOW) is Verdict.UNKNOWN


# On paper


MADE = Certificate(
    code="8Q2F-KX7M-0TZC-W4HN",
    person=Person("A1024", "王小明"),
    exam="entry",
    title="前台上岗考试",
    band="优秀",
    passed_on=date(2026, 11, 23),
    until=date(2027, 11, 23),
    version="3F9A-1B22",
)


SAID = (
    "示例公司", "合格证", "前台上岗考试", "优秀", "2026 年 11 月 23 日",
    "2027 年 11 月 23 日", "3F9A-1B22", "8Q2F-KX7M-0TZC-W4HN", "/verify",
)  # fmt: skip
"""All that a certificate says beside whose it is."""


def test_page_says_it_all_and_runs_nothing():
    """Everything in words; what is in a name is text."""
    page = certificate_page(
        dataclasses.replace(MADE, person=Person("A1", EVIL)), COMPANY
    )

    for words in (*SAID, "A1"):
        assert words in page
    assert "A4 landscape" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(src|href)=\"(?!data:,)", page)


def read_pdf(raw: bytes) -> str:
    """The text of a page, as somebody who copies it gets it: by the font's own map."""
    streams = []
    for held in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL):
        streams.append(held)
        with suppress(zlib.error):
            streams[-1] = zlib.decompress(held)
    (page,) = (s for s in streams if b" Tj ET" in s)
    (names,) = (s for s in streams if b"beginbfchar" in s)
    letters = {
        int(glyph, 16): chr(int(letter, 16))
        for glyph, letter in re.findall(rb"<(\w{4})> <(\w{4})>\n", names)
    }
    lines = []
    for shown in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", page, re.DOTALL):
        glyphs = re.sub(rb"\\(.)", _unescaped, shown, flags=re.DOTALL)
        lines.append(
            "".join(
                letters[a << 8 | b] for a, b in zip(*[iter(glyphs)] * 2, strict=True)
            )
        )
    return "\n".join(lines)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1])


def test_pdf_embeds_its_font_and_is_the_same_each_time():
    """One page, A4 landscape, readable on a machine without Chinese fonts."""
    font = find_font()
    assert font is not None, "install fonts-noto-cjk"
    raw = certificate_pdf(MADE, COMPANY, font)

    assert raw.startswith(b"%PDF-")
    assert raw.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 841.89 595.28]" in raw
    assert b"/FontFile" in raw
    assert b"/JavaScript" not in raw
    for words in (*SAID, "王小明", "A1024"):
        assert words in read_pdf(raw)
    assert raw == certificate_pdf(MADE, COMPANY, font)


def test_pdf_refuses_what_it_cannot_print(tmp_path):
    """A box instead of a name is no certificate."""
    strange = tmp_path / "x.ttf"
    strange.write_bytes(b"no font")
    odd = dataclasses.replace(MADE, person=Person("A1", "王\U0001f600"))

    with pytest.raises(CertificateError, match="没有“😀”"):
        certificate_pdf(odd, COMPANY, find_font())
    with pytest.raises(CertificateError, match="没有找到中文字体"):
        certificate_pdf(MADE, COMPANY, None)
    with pytest.raises(CertificateError, match="读不出来"):
        certificate_pdf(MADE, COMPANY, Font(strange))


# Over HTTP


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[httpx.Client, Store]]:
    """A server with a secret."""
    (tmp_path / "site").mkdir()
    with Store(str(tmp_path / "records.sqlite")) as store:
        door = Door(SECRET, invited_only=True, trainers="t" * 30)
        app = create_app(BOOK, store, tmp_path / "site", door=door, clock=lambda: NOW)
        with (
            in_background(app) as base,
            httpx.Client(base_url=base, trust_env=False, timeout=20) as web,
        ):
            yield web, store


def said(page: str) -> list[str]:
    """Return the answers on a page."""
    return re.findall(r'role="(?:status|alert)">([^<]*)<', page)


def test_verify_page_answers_one_word(live, caplog):
    """A verdict and nothing of the person; no code gets into the log."""
    web, store = live
    code = passed(store, name=EVIL).code
    caplog.set_level(logging.INFO)
    asked = web.get("/verify")
    good = web.post("/verify", data={"code": code})
    wrong = web.post("/verify", data={"code": code, "name": "李四", "exam": EVIL})
    none = web.post("/verify", data={"code": EVIL})

    assert asked.status_code == 200
    assert said(asked.text) == []
    assert said(good.text) == ["有效"]
    assert said(wrong.text) == said(none.text) == ["查不到"]
    for answer in (good, wrong, none):
        assert "A1024" not in answer.text
        assert "script>alert" not in answer.text.replace("&lt;script&gt;", "")
        assert answer.headers["cache-control"] == "no-store"
    assert "优秀" not in good.text
    assert code not in caplog.text


def test_guessing_is_slowed_down(live):
    """Ten tries, then a wait; a good code does not get through either."""
    web, store = live
    code = passed(store).code
    answers = [web.post("/verify", data={"code": "0" * 16}) for _ in range(12)]
    late = web.post("/verify", data={"code": code})

    assert [a.status_code for a in answers] == [200] * 10 + [429] * 2
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert said(late.text)[0].startswith("查得太多了")


def ask(pages: CertificatePages, *forms: dict[str, str]) -> list[httpx.Response]:
    """Send forms to the page without a server."""

    async def sent() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=Starlette(routes=pages.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as web:
            return [await web.post("/verify", data=form) for form in forms]

    # In this thread the loop of a browser may run, which earlier tests have opened.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, sent).result()


def test_guessing_from_many_addresses_is_slowed_down_as_well():
    """All addresses together have a limit of their own."""
    pages = CertificatePages(
        issuer(EMPTY), lambda: NOW, all_guesses=Limit(burst=2, every=60)
    )
    answers = ask(pages, *[{"code": "x"}] * 3)

    assert [answer.status_code for answer in answers] == [200, 200, 429]


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}],
)
def test_other_sites_cannot_ask(live, headers):
    """A foreign page cannot spend a visitor's tries."""
    web, _store = live

    assert web.post("/verify", data={"code": "x"}, headers=headers).status_code == 403


def test_whoever_was_invited_gets_theirs(live):
    """After the hand-in, by the invitation in the body of a form; not before."""
    web, store = live
    guest = invite(BOOK, Person("A1024", "王小明"), "entry", NOW + timedelta(1), NOW)
    token = sign(guest, SECRET)
    begun = start(BOOK, store, guest, NOW)
    early = web.post("/certificate", data={"invitation": token})
    document = answer_file(BOOK, sitting=guest.sitting, begun=NOW, form=begun.form)
    handed = web.post(
        "/api/hand-in",
        content=as_bytes(document),
        headers={"content-type": "application/json", "handbook-invitation": token},
    )
    given = web.post("/certificate", data={"invitation": token})
    forged = web.post("/certificate", data={"invitation": token[:-2] + "xx"})

    assert early.status_code == 409
    assert handed.json()["verdict"]["passed"] is True
    assert given.status_code == 200
    assert "王小明" in given.text
    assert "特发此证" in given.text
    code = re.search(r'class="code">([^<]+)<', given.text)[1]
    assert said(web.post("/verify", data={"code": code}).text) == ["有效"]
    assert forged.status_code == 403
    assert web.get("/certificate").status_code in {404, 405}


def test_an_invitation_opens_no_certificate_of_before(live):
    """Whoever has a link that was never used learns nothing of whom it is for."""
    web, store = live
    passed(store, begun=NOW - timedelta(days=3))
    again = invite(BOOK, Person("A1024", "王小明"), "entry", NOW + timedelta(1), NOW)

    answer = web.post("/certificate", data={"invitation": sign(again, SECRET)})

    assert answer.status_code == 409
    assert "特发此证" not in answer.text


def test_trainers_pages_link_them(live):
    """Behind the sign-in, for passes that hold; to nobody else."""
    web, store = live
    passed(store)
    store.record(graded(BOOK, number="B2", wrong=5), EXAM, NOW)
    there = "/trainers/certificate?person=A1024&exam=entry"

    assert web.get(there).status_code == 303
    web.post("/trainers/sign-in", data={"token": "t" * 30})
    listed = web.get("/trainers/standing").text
    assert re.findall(r'href="(certificate[^"]*)"', listed) == [
        "certificate?person=A1024&amp;exam=entry"
    ]
    assert "王小明" in web.get(there).text
    assert web.get(there.replace("A1024", "B2")).status_code == 404


def test_without_a_secret_it_is_shut():
    """A page that says so, and no form that would always answer 查不到."""
    pages = CertificatePages(issuer(EMPTY, secret=""), lambda: NOW)
    (answer,) = ask(pages, {})

    assert answer.status_code == 404
    assert "HANDBOOK_SECRET" in said(answer.text)[0]
    assert "<form" not in answer.text


# By hand


def run(*words: object, secret: str = SECRET) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(
        [sys.executable, ROOT / "scripts/certificate.py", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={"HANDBOOK_SECRET": secret, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )


@pytest.fixture
def records(tmp_path: Path) -> str:
    """A pass in the small handbook of the cases."""
    book = load(CASE)
    exam = book.exams["front-desk"]
    now = datetime.now(UTC)
    grade = graded(book, exam="front-desk", begun=now - timedelta(hours=1))
    with Store(str(tmp_path / "records.sqlite")) as store:
        store.record(grade, exam, now)
    return str(tmp_path / "records.sqlite")


def test_issued_and_verified_by_hand(records, tmp_path):
    """As a trainer types it: a page, its code, and one word with its exit code."""
    there = ("--db", records, "--root", CASE)
    file = tmp_path / "certificate.html"
    issued = run("issue", "a1024", "front-desk", "--output", file, *there)
    code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", issued.stdout)[0]
    good = run("verify", code, *there)
    wrong = run("verify", code, "--name", "李四", *there)

    assert issued.returncode == 0
    assert code in file.read_text(encoding="utf-8")
    assert (good.returncode, good.stdout) == (0, "有效\n")
    assert (wrong.returncode, wrong.stdout) == (1, "查不到\n")


@pytest.mark.parametrize(
    ("words", "secret", "told"),
    [
        (("issue", "B2", "front-desk"), SECRET, "没有工号为 B2 的人"),
        (
            ("issue", "a1024", "front-desk", "--output", "/nowhere/x.html"),
            SECRET,
            "/nowhere/x.html 打不开或写不进去（没有这个文件或文件夹）",
        ),
        (("verify", "x"), "", "HANDBOOK_SECRET 没有设置"),
    ],
)
def test_why_there_is_none(records, words, secret, told):
    """In Chinese, with exit code 2."""
    done = run(*words, "--db", records, "--root", CASE, secret=secret)

    assert done.returncode == 2
    assert told in done.stderr
