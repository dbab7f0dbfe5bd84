"""The trainers' pages as a browser, a trainer and an attacker meet them."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from by_hand import run
from click.testing import Result
from handing_in import MORNING, graded, small_book
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from waiting import until

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.invitations.invited import start
from handbook.records.invitations.tokens import invite
from handbook.records.sheets import Sheet, csv_text, xlsx_bytes
from handbook.server import trainers
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.running import in_background
from handbook.server.sign_in import COOKIE, LASTING, cookie, is_signed_in, is_token
from handbook.server.views import GUIDES
from handbook.server.views import PAGES as TITLES

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "src/handbook/rendering/templates"
CASE = ROOT / "tests/cases/handbook"
BOOK = small_book()
EXAM = BOOK.exams["entry"]
TOKEN = "the trainers' token of the tests"  # noqa: S105 - of the tests
EVIL = "<script>alert(1)</script>"
NOW = MORNING + timedelta(days=1)


@dataclass
class Live:
    """A server with its records and its clock."""

    web: httpx.Client
    store: Store
    now: datetime = NOW

    def sign_in(
        self, token: str = TOKEN, to: str = "", **headers: str
    ) -> httpx.Response:
        """Send the form."""
        return self.web.post(
            "/trainers/sign-in", data={"token": token, "to": to}, headers=headers
        )


@contextmanager
def serving(folder: Path, token: str, book: Handbook = BOOK) -> Iterator[Live]:
    """A server of a handbook whose trainers' pages open with a token."""
    (folder / "site").mkdir()
    with Store(str(folder / "records.sqlite")) as store:
        door = Door(trainers=token)
        app = create_app(
            book, store, folder / "site", door=door, clock=lambda: found.now
        )
        with (
            in_background(app) as base,
            httpx.Client(base_url=base, trust_env=False, timeout=20) as web,
        ):
            found = Live(web, store)
            yield found


@pytest.fixture
def live(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Live]:
    """A server whose trainers' pages open with TOKEN, or with what a test says."""
    with serving(tmp_path, getattr(request, "param", TOKEN)) as running:
        yield running


def fill(store: Store) -> None:
    """One who passed, one who failed, one who never handed in, each with odd names."""
    store.record(graded(BOOK, number="A1", name=EVIL), EXAM, NOW)
    store.record(graded(BOOK, number="B2", name="=1+1", wrong=5), EXAM, NOW)
    guest = invite(
        BOOK, Person("C3", "李四"), "entry", NOW + timedelta(days=1), MORNING
    )
    start(BOOK, store, guest, MORNING)


PAGES = [
    "roles", "standing", "reminders", "unconfirmed", "exceptions",
    "statistics?exam=entry",
]  # fmt: skip


def as_file(page: str, style: str) -> str:
    """The address of a page as a file."""
    name, mark, query = page.partition("?")
    return f"{name}.{style}{mark}{query}"


FILES = [as_file(page, style) for page in PAGES for style in ("csv", "xlsx")]


@pytest.mark.parametrize("page", ["", *PAGES, *FILES])
def test_nobody_unknown_sees_anything(live, page):
    """Each page and each file leads to the sign-in and holds no name."""
    fill(live.store)

    answer = live.web.get(f"/trainers/{page}")

    assert answer.status_code == 303
    name = re.match(r"\w*", page)[0]
    wanted = f"?to={name}" if name else ""
    assert answer.headers["location"] == f"/trainers/sign-in{wanted}"
    assert answer.content == b""


def test_the_token_opens_and_the_cookie_is_shut_away(live):
    """HttpOnly, SameSite=Strict, only for these pages, and over before long."""
    answer = live.sign_in()

    told = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert {"HttpOnly", "SameSite=strict", "Path=/trainers", "Max-Age=3600"} <= set(
        told.split("; ")
    )
    assert TOKEN not in told
    assert live.web.get("/trainers/roles").status_code == 200
    assert "set-cookie" not in live.web.get("/api/status").headers


def test_over_https_the_cookie_never_travels_in_the_clear(live):
    """A proxy that takes off TLS leaves the browser's own word for it."""
    host = live.web.base_url.netloc.decode()

    answer = live.sign_in(origin=f"https://{host}")

    assert "Secure" in answer.headers["set-cookie"].split("; ")


def test_a_sign_in_ends(live):
    """By its time, by signing out, and by another token."""
    live.sign_in()
    value = live.web.cookies[COOKIE]
    live.now = NOW + LASTING
    over = live.web.get("/trainers/standing")
    live.now = NOW
    back = live.web.get("/trainers/standing")
    live.web.post("/trainers/sign-out")
    out = live.web.get("/trainers/standing")

    assert (over.status_code, back.status_code, out.status_code) == (303, 200, 303)
    assert is_signed_in(value, TOKEN, NOW)
    assert not is_signed_in(value, TOKEN + "!", NOW)


@given(st.text(max_size=80))
def test_no_text_is_a_cookie_by_chance(text):
    """Nor is a text the token, unless it is."""
    assert not is_signed_in(text, TOKEN, NOW)
    assert not is_token(text, TOKEN)
    assert not is_token(text, "")


def test_a_cookie_cannot_be_made_to_last():
    """A later end, a stranger's signature, an end far ahead: none opens."""
    end, _, signature = cookie(TOKEN, NOW).partition(".")
    forged = [
        f"{int(end) + 1}.{signature}",
        f"{end}.{'0' * len(signature)}",
        cookie("another token, just as long as it", NOW),
        cookie(TOKEN, NOW + timedelta(days=900)),
        f"{end}.",
        f".{signature}",
        "",
    ]

    assert is_signed_in(f"{end}.{signature}", TOKEN, NOW)
    assert not [value for value in forged if is_signed_in(value, TOKEN, NOW)]


def test_guessing_is_slowed_down(live):
    """After a few wrong tokens even the right one has to wait."""
    codes = [live.sign_in(f"guess {n}").status_code for n in range(8)]

    late = live.sign_in()

    assert codes == [403] * 5 + [429] * 3
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) >= 1
    assert "set-cookie" not in late.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ],
)
def test_another_site_signs_nobody_in(live, headers):
    """Nor out."""
    assert live.sign_in(**headers).status_code == 403
    live.sign_in()
    live.web.post("/trainers/sign-out", headers=headers)
    assert live.web.get("/trainers/roles").status_code == 200


@pytest.mark.parametrize("live", [""], indirect=True)
def test_without_a_token_they_stay_shut(live):
    """Nothing typed opens them; the page says how to set one up."""
    for typed in ("", "anything"):
        answer = live.sign_in(typed)

        assert answer.status_code == 404
        assert "HANDBOOK_TRAINERS" in answer.text
        assert "set-cookie" not in answer.headers
    assert live.web.get("/trainers/standing").status_code == 303


def test_huge_and_broken_forms_are_a_wrong_token(live):
    """Never an error."""
    longer = f"token={TOKEN.replace(' ', '+')}&more={'x' * 4096}".encode()
    for content in (longer, b"x" * 100_000, b"token=%ff%fe", b"\xff", b"=" * 50):
        answer = live.web.post(
            "/trainers/sign-in",
            content=content,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )

        assert answer.status_code in {403, 429}


def test_pages_show_names_as_text(live):
    """Markup in a name is shown, never obeyed, whatever the list."""
    fill(live.store)
    live.sign_in()

    for page in ("roles", "standing", "exceptions"):
        answer = live.web.get(f"/trainers/{page}")

        assert answer.status_code == 200
        assert "<script>" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt;"
        in live.web.get("/trainers/standing").text
    )


def test_who_may_work_today(live):
    """By role, with what is missing, and a bar."""
    fill(live.store)
    live.sign_in()

    rows = read_csv(live.web.get("/trainers/roles.csv"))
    page = live.web.get("/trainers/roles").text

    told = {row["工号"]: (row["今天可以上岗"], row["还差"]) for row in rows}
    assert told == {
        "A1": ("可以", ""),
        "B2": ("不可以", "上岗考试（冷却中）"),
        "C3": ("不可以", "上岗考试（冷却中）"),
    }
    assert re.search(r"<title>前台，可以上岗：1</title>", page)
    assert re.search(r"<title>前台，还差考试：2</title>", page)


def test_exceptions_name_the_receipt_to_void(live):
    """And say that the chain is sound, or what is wrong with it."""
    fill(live.store)
    live.sign_in()

    (row,) = read_csv(live.web.get("/trainers/exceptions.csv"))
    begun = next(e for e in live.store.events() if e.kind is Kind.STARTED)

    assert (row["什么事"], row["工号"]) == ("开始了没有交卷", "C3")
    assert begun.receipt in row["详情"]
    assert "全部完好" in live.web.get("/trainers/exceptions").text
    with live.store._engine.begin() as raw:
        raw.exec_driver_sql("DROP TRIGGER events_no_delete")
        raw.exec_driver_sql("DELETE FROM events WHERE sequence=2")
    assert "记录缺失" in live.web.get("/trainers/exceptions").text


def test_what_an_assignment_settled_waits_for_nobody(live):
    """Whoever laid a paper aside and was assigned the exam anew begins anew."""
    fill(live.store)
    guest = Person("C3", "李四")
    live.store.note(Kind.ASSIGNED, guest, "entry", reason="病假", by="T1", now=NOW)
    live.sign_in()

    assert read_csv(live.web.get("/trainers/exceptions.csv")) == []


def read_csv(answer: httpx.Response) -> list[dict[str, str]]:
    """A file as a spreadsheet opens it."""
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def shown(cell: Any) -> str:
    """What a spreadsheet shows in a cell of a workbook, without idle noughts."""
    if not isinstance(cell.value, int | float):
        return cell.value or ""
    share = cell.number_format.endswith("%")
    return f"{round(cell.value * (100 if share else 1), 6):g}{'%' if share else ''}"


@pytest.mark.parametrize("page", PAGES)
def test_csv_and_workbook_hold_the_same(live, page):
    """Cell by cell; and no cell of either is a formula."""
    fill(live.store)
    live.sign_in()

    rows = read_csv(live.web.get("/trainers/" + as_file(page, "csv")))
    answer = live.web.get("/trainers/" + as_file(page, "xlsx"))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [[shown(c) for c in row] for row in sheet.iter_rows(min_row=2)]

    told = [[text.removeprefix("'") for text in row.values()] for row in rows]
    assert told == cells
    assert {c.data_type for row in sheet.iter_rows() for c in row} <= {
        "s",
        "n",
        "inlineStr",
    }
    assert not any(
        str(text).startswith(("=", "+", "@")) for row in rows for text in row.values()
    )


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_file(live, monkeypatch):
    """A page of ten thousand people would open in no browser; it says where the rest is."""
    monkeypatch.setattr(trainers, "MOST_ROWS", 1)
    fill(live.store)
    live.sign_in()

    page = live.web.get("/trainers/standing").text
    whole = live.web.get("/trainers/standing.csv").text

    assert "只列出前 1 行" in page
    assert page.count('data-label="状态"') == 1
    assert whole.count("\r\n") == 4


def test_a_workbook_has_no_formula():
    """Neither by = nor by control characters, which would break the file."""
    sheet = Sheet("名单", ("甲", "乙"), (("=1+1", "a\x00\x1bb\nc"), ("@x", "＝1")))

    read = load_workbook(io.BytesIO(xlsx_bytes(sheet))).active

    assert read["A2"].value == "=1+1"
    assert read["A2"].data_type == "s"
    assert read["B2"].value == "a\ufffd\ufffdb c"
    assert "'=1+1" in csv_text(sheet)


def test_a_workbook_is_made_of_any_title():
    """Excel forbids marks in the name of a sheet that authors write in titles."""
    titles = ["前台/电话", "[新] 考试？*: \\", "=1+1", "'", "长" * 40, "\x1b\n"]

    names = [
        load_workbook(io.BytesIO(xlsx_bytes(Sheet(t, ("甲",), ())))).sheetnames[0]
        for t in titles
    ]

    assert names == ["前台电话", "新 考试？ ", "=1+1", "表", "长" * 31, "\ufffd"]


def test_a_list_is_chosen_by_its_address(live):
    """Exam, person, state; also in the files that the page offers."""
    fill(live.store)
    live.sign_in()

    page = live.web.get("/trainers/standing", params={"state": "通过"})
    rows = read_csv(live.web.get("/trainers/standing.csv", params={"person": "b2"}))

    assert "B2" not in page.text
    assert "standing.csv?state=%E9%80%9A%E8%BF%87" in page.text
    assert [row["工号"] for row in rows] == ["B2"]


def crowd(store: Store) -> None:
    """Forty sittings, of people who know more and less."""
    for number in range(40):
        one = graded(BOOK, number=f"N{number}", wrong=number % 5, minutes=number)
        store.record(one, EXAM, NOW)


def test_statistics_lead_to_the_items(tmp_path):
    """Where the code host is known: to file and line, from the list and from the plot."""
    company = {"name": "示例公司", "repository_url": "https://github.com/x/handbook"}
    with serving(tmp_path, TOKEN, replace(BOOK, company=company)) as live:
        crowd(live.store)
        live.sign_in()
        page = live.web.get("/trainers/statistics", params={"exam": "entry"}).text

    there = "https://github.com/x/handbook/blob/main/quizzes/banks/service.yml#L"
    for place in BOOK.places.values():
        if "banks" in place.path:
            assert f'href="{there}{place.line}">{place.path}:{place.line}</a>' in page
    plot = page.partition('id="plot-items"')[2].partition("</figure>")[0]
    assert f'href="{there}' in plot


def test_statistics_show_plots(live):
    """Scores, time, items, and whose definitions they follow."""
    crowd(live.store)
    live.sign_in()

    page = live.web.get("/trainers/statistics", params={"exam": "entry"}).text
    rows = read_csv(live.web.get("/trainers/statistics.csv?exam=entry"))
    empty = live.web.get("/trainers/statistics").text

    assert re.findall(r'id="plot-(\w+)"', page) == ["scores", "times", "items"]
    assert "共 40 次" in page
    assert {row["题目"] for row in rows} == set(BOOK.items)
    assert "Kuder" in page
    assert "请选一门考试" in empty


def test_the_sign_in_leads_to_the_page_that_was_wanted(live):
    """Of our own pages only; whoever is signed in is told what is wrong, on a page."""
    asked = live.web.get("/trainers/reminders.csv", follow_redirects=True)
    wanted = re.search(r'name="to" value="(\w+)"', asked.text)[1]
    there = live.sign_in(to=wanted)
    other = live.sign_in(to="//evil.example")
    told = live.web.get("/trainers/certificate?person=A1&exam=entry")

    assert there.headers["location"] == "/trainers/reminders"
    assert other.headers["location"] == "/trainers/roles"
    assert told.status_code == 404
    assert "口令" not in told.text
    assert 'aria-label="培训师页面"' in told.text


def test_a_person_is_found_by_name_and_a_role_by_itself(live):
    """Managers know names; a number leads to all exams of its person."""
    live.store.record(graded(BOOK, number="A1", name="王小明"), EXAM, NOW)
    live.store.record(graded(BOOK, number="B2", name="李四"), EXAM, NOW)
    live.sign_in()

    found = read_csv(live.web.get("/trainers/standing.csv", params={"person": "李四"}))
    ready = live.web.get("/trainers/roles?role=desk")

    assert [row["工号"] for row in found] == ["B2"]
    assert '<a href="standing?person=B2">B2</a>' in ready.text
    assert len(read_csv(live.web.get("/trainers/roles.csv?role=desk"))) == 2


def test_who_is_asked_to_sit_and_never_did_is_told_of(live):
    """They stand on the list of who may work; asked by name, they are no stranger."""
    fill(live.store)
    live.store.note(
        Kind.ASSIGNED, Person("D4", "新来的"), "entry", reason="x", by="T1", now=NOW
    )
    live.sign_in()

    def found(**asked: str) -> list[tuple[str, str]]:
        rows = read_csv(live.web.get("/trainers/standing.csv", params=asked))
        return [(row["工号"], row["状态"]) for row in rows]

    assert found(person="D4") == [("D4", "未参加")]
    assert found(person="新来的") == [("D4", "未参加")]
    assert found(state="未参加") == [("D4", "未参加")]
    assert ("D4", "未参加") not in found()


def test_every_page_leads_to_its_guide(handbook):
    """None is without one, and each is there."""
    assert set(GUIDES) == set(TITLES)
    assert {f"{page}.md" for page in GUIDES.values()} <= set(handbook.pages)


def test_a_list_says_who_and_where_they_stand_before_anything_else(live):
    """Columns as a manager asks; what says nothing of anyone is left out of the page."""
    fill(live.store)
    live.sign_in()

    page = live.web.get("/trainers/standing").text
    heads = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", page.partition("cards")[2])
    whole = read_csv(live.web.get("/trainers/standing.csv"))

    assert heads[:5] == ["工号", "姓名", "考试", "状态", "有效期至"]
    assert "补考" not in heads
    assert "补考" in whole[0]
    assert '<span class="tag tag--good">通过</span>' in page
    assert 'data-label="状态"' in page


def test_a_pass_of_today_stands_in_the_plot_of_what_runs_out(live):
    """A year from today is the same month next year, and is drawn too."""
    live.store.record(graded(BOOK, number="A1"), EXAM, NOW)
    live.sign_in()

    page = live.web.get("/trainers/reminders").text

    assert '<th scope="row">2027 年 11 月</th><td>1</td>' in page
    assert "现在没有人需要提醒。" in page


def test_server_pages_have_the_colours_of_the_handbook():
    """One family: light and dark of both style sheets are the same."""
    theme = (ROOT / "src/handbook/theme/assets/handbook.css").read_text("utf-8")
    own = (TEMPLATES / "server.css").read_text("utf-8")
    dark = (TEMPLATES / "server-dark.css").read_text("utf-8")

    def colours(text: str, start: str) -> dict[str, str]:
        block = text[text.index(start) :].partition("}")[0]
        return dict(re.findall(r"--(?:hb-|md-)?([\w-]+): ?([^;]+);", block))

    for ours, theirs in (
        (own, ":root {"),
        (dark, '[data-md-color-scheme="slate"] {'),
    ):
        mine, named = colours(ours, ":root {"), colours(theme, theirs)
        shared = {"ink", "ink-soft", "ink-line", "warm", "never", "never-soft", "paper"}
        assert {n: mine[n] for n in shared} == {n: named[n] for n in shared}
    fonts = re.search(r"--md-text-font-family: ([^;]+);", theme)
    assert " ".join(fonts[1].split()) in own


def test_pages_have_no_style_of_their_own(live):
    """Styles and the script come from files, so that the strict policy holds."""
    fill(live.store)
    live.sign_in()
    for name, kind in (
        ("server.css", "text/css"),
        ("server-dark.css", "text/css"),
        ("server.js", "text/javascript"),
    ):
        answer = live.web.get(f"/{name}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.text == (TEMPLATES / name).read_text("utf-8")
    for page in [*(f"/trainers/{name}" for name in PAGES), "/verify"]:
        text = live.web.get(page).text
        assert 'server.css"' in text
        assert "<style" not in text
        assert "style=" not in text
        assert re.findall("<script[^>]*>(.*?)</script>", text) == [""]


@pytest.mark.parametrize(
    "path", ["nothing", "standing.exe", "standing.csv.csv", "..%2f..", "roles.", "%00"]
)
def test_other_pages_are_not_there(live, path):
    """Said on a page, without an error."""
    live.sign_in()

    answer = live.web.get(f"/trainers/{path}")

    assert answer.status_code in {200, 404}
    assert (answer.status_code == 200) == (path == "roles.")


def test_the_log_knows_neither_token_nor_person(live, caplog):
    """Nor what was asked for."""
    fill(live.store)
    with caplog.at_level(logging.INFO):
        live.sign_in()
        live.web.get("/trainers/standing?person=B2")
        # A request is logged when its answer has been sent.
        until(lambda: "GET /trainers/standing 200" in caplog.text)

    ours = [r.getMessage() for r in caplog.records if r.name[:4] != "http"]
    assert not [line for line in ours if TOKEN in line or "B2" in line]


def test_the_same_lists_by_command(tmp_path):
    """`report.py` gives roles and reminders as table, JSON, CSV and workbook."""
    book, database = load(CASE), tmp_path / "records.sqlite"
    long_ago = datetime.now(UTC) - timedelta(days=350)
    one = graded(book, exam="front-desk", number="A1", name=EVIL, begun=long_ago)
    with Store(str(database)) as store:
        store.record(one, book.exams["front-desk"], long_ago + timedelta(hours=1))

    def report(*options: str) -> Result:
        return run("report", "--db", database, "--root", CASE, *options)

    roles = json.loads(report("--roles", "--format", "json").stdout)
    (row,) = json.loads(report("--reminders", "--format", "json").stdout)
    raw = report("--reminders", "--format", "xlsx").stdout_bytes
    sheet = load_workbook(io.BytesIO(raw)).active

    assert [(r["岗位"], r["今天可以上岗"]) for r in roles] == [("前台", "可以")]
    assert (row["工号"], row["姓名"]) == ("A1", EVIL)
    assert [cell.value for cell in sheet[2]] == [text or None for text in row.values()]
    told = report("--reminders", "--format", "csv").stdout_bytes
    assert told.startswith(b"\xef\xbb\xbf")
    assert "要提醒 1 人次。" in report("--reminders").stdout
    assert "这张表里没有“c9”。" in report("--reminders", "--person", "c9").stdout
    assert "没有人还要确认改动。" in report("--unconfirmed").stdout
