"""Every way in which words of learners and authors come out: shown, and nothing more.

A learner may call himself a formula, a script or an escape sequence; so may a title or
an item that an author pasted. Each output is made for real, by the script or the page
that people use, and looked at as what opens it would: a terminal, a spreadsheet, a
browser, a code host.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import by_hand
import httpx
import pytest
from click.testing import CliRunner
from handing_in import answer_file, as_bytes, graded
from hypothesis import given
from hypothesis import strategies as st
from onlookers import READ, Browser, as_browser, as_spreadsheet, as_terminal

from handbook.finder.usage import FORMAT as USAGE
from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.harmless import armed, as_json, cell, defused, unseen, visible
from handbook.loading import load
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.invitations.invited import start
from handbook.records.invitations.tokens import invite, sign
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.running import in_background

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "cases/handbook"
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
TOKEN = "the trainers' token of the tests"  # noqa: S105 - of the tests
NOW = datetime.now(UTC)
EXAM = "front-desk"

EVIL = {
    "equals": "=cmd|' /C calc'!A1",
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(1,1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "wide": "＝1+1",
    "quoted": " '=1+1",
    "image": "<img src=x onerror=alert(1)>",
    "script": '"><script>alert(1)</script>',
    "colour": "\x1b[31m红\x1b]0;title\x07",
    "one byte": "\x9b31m红",
    "reversed": "甲\u202e乙\u2066",
    "markdown": "|`a`**b**[c](javascript:x)<!--@admin #1 http://evil.example",
    "rich": "[red]红[/red][/]",
    "jinja": "{{ 7*7 }}{% raw %}",
}
"""What a learner is called."""

TITLE = "=1+1 <img src=x onerror=alert(1)> |`b`|\u202e [red]{#x}[/] @admin"
"""What an author calls an exam, a bank, a role; YAML holds no control characters."""

STEM = "=1+1 <script>alert(1)</script> |`b`|\u202e [red][/]"
OPTION = "@x <img src=x onerror=alert(1)> \u202e|"


@dataclass(frozen=True)
class Place:
    """A handbook and records full of such words."""

    root: Path
    book: Handbook
    db: str
    folder: Path
    """For what is written."""


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """People who passed, failed, never handed in, were turned down; all called evil."""
    folder = tmp_path_factory.mktemp("evil")
    root = folder / "book"
    shutil.copytree(SMALL, root)
    for file, line, said in (
        ("quizzes/exams/front-desk.yml", "title: 前台上岗考试", TITLE),
        ("quizzes/banks/phone.yml", "title: 电话接听", TITLE),
        ("content/_data/roles.yml", "title: 前台", TITLE),
        ("quizzes/banks/phone.yml", "stem: 接起电话先报公司名称。", STEM),
        ("quizzes/banks/phone.yml", "stem: 按先后排列。", STEM),
        ("quizzes/banks/phone.yml", "text: 响五声后", OPTION),
        ("quizzes/banks/phone.yml", "rationale: 先问候，再倾听，边听边记。", OPTION),
        ("content/_data/company.yml", "name: 样例服务中心", TITLE),
    ):
        path = root / file
        before = path.read_text(encoding="utf-8")
        after = f"{line.partition(':')[0]}: {json.dumps(said)}"
        assert line in before, line
        path.write_text(before.replace(line, after, 1), encoding="utf-8")
    book = load(root)
    assert not book.blocking, [str(problem) for problem in book.blocking]
    db = str(folder / "records.sqlite")
    exam = book.exams[EXAM]
    with Store(db) as store:
        for number in range(len(EVIL)):
            begun = NOW - timedelta(days=number % 3 * 160 + 1)
            one = graded(
                book, exam=EXAM, number=f"E{number}", wrong=number % 2, begun=begun
            )
            assert store.record(one, exam, begun + timedelta(hours=1))
        for name in list(EVIL.values())[:3]:
            person = Person(f"S{len(store.people())}", name)
            until = NOW + timedelta(days=1)
            start(book, store, invite(book, person, EXAM, until, NOW), NOW)
    # Nobody comes in by such a name any more; records of before may hold one.
    with sqlite3.connect(db) as raw:
        raw.executemany(
            "UPDATE people SET name = ? WHERE number = ?",
            [(name, f"E{number}") for number, name in enumerate(EVIL.values())],
        )
        raw.execute("UPDATE people SET number = '=1+1|<b>' WHERE number = 'E0'")
    raw.close()
    out = folder / "out"
    out.mkdir()
    return Place(root, book, db, out)


def command(script: str) -> Callable[..., SimpleNamespace]:
    """A script in this process, as it would write on a terminal that takes colours."""

    def run(*arguments: object, codes: tuple[int, ...] = (0, 1)) -> SimpleNamespace:
        done = CliRunner().invoke(
            by_hand.command(script), [str(a) for a in arguments], color=True,
            catch_exceptions=False,
        )  # fmt: skip
        assert done.exit_code in codes, done.output
        return SimpleNamespace(raw=done.stdout_bytes, err=done.stderr)

    return run


# Scripts


@pytest.mark.parametrize("style", ["table", "csv", "xlsx", "json"])
@pytest.mark.parametrize(
    "view", ["--all", "--roles", "--reminders", "--unconfirmed", "--exceptions"]
)
def test_report(evil, view, style):
    """Standing and lists, by each way out."""
    done = command("report")(
        view, "--format", style, "--db", evil.db, "--root", evil.root
    )

    told = READ[style](done.raw)

    if view in {"--all", "--roles"}:
        assert "onerror" in told
        assert "SUM(1,1)" in told


@pytest.mark.parametrize("style", ["table", "json"])
def test_statistics(evil, style):
    """Titles, items and options."""
    done = command("stats")(
        EXAM,
        "--attempts",
        "all",
        "--format",
        style,
        "--db",
        evil.db,
        "--root",
        evil.root,
    )

    assert "<img" in READ[style](done.raw)


@pytest.mark.parametrize("style", ["text", "json"])
def test_regrade(evil, style):
    """The plan, person by person."""
    done = command("regrade")(
        EXAM, "phone-first-words", "--policy", "full-credit", "--dry-run",
        "--format", style, "--db", evil.db, "--root", evil.root,
    )  # fmt: skip

    assert "phone-first-words" in READ[style](done.raw)


@pytest.mark.parametrize("style", ["text", "json"])
def test_grade(evil, style):
    """Names of people and of files, known names, and the list of exceptions."""
    folder = evil.folder / style
    folder.mkdir()
    for number, name in enumerate(EVIL.values()):
        document = answer_file(evil.book, exam=EXAM, number=f"E{number}", name=name)
        safe = re.sub(r"[/\x00]", "", name)
        (folder / f"{safe}.json").write_bytes(as_bytes(document))
        (folder / f"{safe}-1.json").write_bytes(as_bytes({"format": name}))
        broken = document | {"exam": name, "person": {"id": name, "name": name}}
        (folder / f"{safe}-2.json").write_bytes(as_bytes(broken))
    list_ = evil.folder / f"{style}.csv"

    done = command("grade")(
        folder, "--dry-run", "--exceptions", list_, "--format", style,
        "--db", evil.db, "--root", evil.root,
    )  # fmt: skip

    told = READ[style](done.raw)
    as_terminal(done.err)
    assert "onerror" in told
    assert "A602" in as_spreadsheet(list_.read_bytes())


def test_records(evil):
    """What is told of people and decisions; exports and backups are JSON Lines."""
    run = command("records")
    db = evil.folder / "records.sqlite"
    shutil.copy(evil.db, db)
    about = ("--db", db, "--reason", EVIL["colour"], "--by", EVIL["reversed"])
    told = [
        run("verify", "--db", db),
        run("export", "--db", db),
        run("expire", "--db", db),
        run("backup", evil.folder / "backup.jsonl", "--db", db),
        run("void", EVIL["colour"], *about, codes=(2,)),
    ]
    for number, name in enumerate(EVIL.values()):
        who = ("--person", f"E{number}", "--name", name)
        told.append(run("waive", *who, "--exam", EXAM, *about))
        told.append(run("assign", *who, "--exam", name, *about, codes=(2,)))
    told.append(run("erase", "--person", EVIL["colour"], *about, codes=(2,)))
    told.append(run("erase", "--person", "E8", *about))

    for one in told:
        as_terminal(one.raw)
        as_terminal(one.err)
    for line in (evil.folder / "backup.jsonl").read_text(encoding="utf-8").splitlines():
        assert json.loads(line)
        assert not re.search("[\x00-\x1f]", line)


def test_invitations(evil, monkeypatch):
    """Whom a link is for, and what speaks against it."""
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)
    for number, name in enumerate(EVIL.values()):
        for who in (f"E{number}", f"N{number}"):
            done = command("invite")(
                who, EXAM, "--until", "2099-01-01", "--name", name,
                "--site", "http://kb.example", "--db", evil.db, codes=(0, 2),
            )  # fmt: skip

            as_terminal(done.err)
            assert re.fullmatch(r"[\x21-\x7e]*\n?", done.raw.decode())


def test_invitations_of_a_list(evil, monkeypatch):
    """The workbook of links that a trainer sends out one by one."""
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)
    people, file = evil.folder / "people.csv", evil.folder / "links.xlsx"
    with people.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["工号", "姓名"])
        rows.writerows([f"L{n}", name] for n, name in enumerate(EVIL.values()))

    done = command("invite")(
        people, EXAM, "--until", "2099-01-01", "--output", file, "--db", evil.db,
        codes=(0, 1, 2),
    )  # fmt: skip

    as_terminal(done.raw)
    as_terminal(done.err)
    assert "onerror" in as_spreadsheet(file.read_bytes())


@pytest.mark.parametrize("number", [f"E{n}" for n in range(2, len(EVIL), 2)])
def test_certificates(evil, monkeypatch, number):
    """The page to print, the PDF, and the line that says where they are."""
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)
    page, pdf = (evil.folder / f"{number}.{kind}" for kind in ("html", "pdf"))
    for option, file in (((), page), (("--pdf",), pdf)):
        done = command("certificate")(
            "issue", number, EXAM, *option, "--output", file,
            "--db", evil.db, "--root", evil.root, codes=(0, 2),
        )  # fmt: skip
        as_terminal(done.raw)
        as_terminal(done.err)

    if page.exists():
        assert number in as_browser(page.read_bytes())
    if pdf.exists():
        assert not re.search(
            rb"/(JavaScript|JS|URI|Launch|OpenAction)\b", pdf.read_bytes()
        )
    assert page.exists() or "过期" in done.err or "有效期" in done.err


@pytest.mark.parametrize(
    "form", ["csv", "xlsx", "gift", "moodle", "aiken", "qti21", "anki"]
)
def test_banks_for_other_tools(evil, form):
    """Cells hold no formula, XML no markup of ours; what is told fits a terminal."""
    file = evil.folder / f"bank.{form}"

    done = command("interchange")(
        "export", "phone", "--format", form, "--output", file, "--root", evil.root
    )

    as_terminal(done.raw)
    as_terminal(done.err)
    raw = file.read_bytes()
    if form in {"csv", "xlsx"}:
        assert "<script>" in as_spreadsheet(raw, marks="\u202e")
    if form == "anki":
        with zipfile.ZipFile(file) as packed:
            packed.extract("collection.anki2", evil.folder)
        with sqlite3.connect(evil.folder / "collection.anki2") as deck:
            fields = "".join(row[0] for row in deck.execute("SELECT flds FROM notes"))
        deck.close()
        assert "script>" in as_browser(fields)
    if form == "qti21":
        with zipfile.ZipFile(file) as packed:
            assert not [n for n in packed.namelist() if b"<script" in packed.read(n)]
    if form == "moodle":
        assert b"<script>" not in re.sub(
            rb"<!\[CDATA\[.*?\]\]>", b"", raw, flags=re.DOTALL
        )


def test_form_tools(evil):
    """The text to paste, and what the check says of such a handbook."""
    told = command("form_text")(EXAM, 1, "--root", evil.root).raw.decode()

    # Pasted as the author wrote it: what is chosen is compared with these very words.
    assert "<script>" in as_terminal(told.replace("\u202e", ""))


@pytest.mark.parametrize("style", ["text", "json", "annotations", "gitlab", "sarif"])
def test_what_a_check_quotes(tmp_path, style):
    """An author's words, on a terminal and in the log of a pipeline."""
    tree = tmp_path / "tree"
    shutil.copytree(SMALL, tree)
    page = tree / "content/workflows/phone.md"
    quoted = "\x1b[31m红\x9b2J甲\u202e乙\x07::error::"
    faults = f"\n## {quoted}\n\n[链接](无{quoted}.md)，{{{{ fig('{quoted}') }}}}\n"
    with page.open("a", encoding="utf-8") as open_page:
        open_page.write(faults)

    done = command("check")("--root", tree, "--format", style)

    told = as_terminal(done.raw)
    as_terminal(done.err)
    assert "P202" in told
    starts = [line for line in told.splitlines() if line.startswith("::")]
    assert all(line.startswith("::error file=") for line in starts)


@pytest.mark.parametrize("style", ["table", "json"])
def test_what_agents_looked_for(evil, style):
    """Queries that a browser exported, or somebody wrote."""
    file = evil.folder / "usage.json"
    queries = [{"text": t[:40], "count": 9, "then": {}} for t in EVIL.values()]
    found = {"format": USAGE, "queries": queries, "copied": []}
    file.write_text(json.dumps(found), encoding="utf-8")

    done = command("finder_report")(file, "--format", style, "--root", evil.root)

    assert "onerror" in READ[style](done.raw)


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_review_of_a_change(evil, tmp_path, style):
    """A comment that no host takes for markup, a mention or a link."""
    tree = tmp_path / "tree"
    shutil.copytree(SMALL, tree)
    who = ("-c", "user.name=x", "-c", "user.email=x@example")

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", tree, *who, *arguments], check=True, stdout=-3)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "Begin")
    for path in evil.root.rglob("*.yml"):
        shutil.copy(path, tree / path.relative_to(evil.root))
    page = tree / "content/workflows/phone.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("接", f"接{OPTION}", 3), encoding="utf-8")

    done = command("review")(
        "--base", "main", "--format", style, "--db", evil.db, "--root", tree
    )

    told = done.raw.decode()
    if style == "markdown":
        assert "<img" not in told
        assert "<script" not in told
        assert "@admin" not in told
        assert "onerror" in told
        told = told.replace("\u2060", "")  # parts what hosts would take for a mention
    as_terminal(told)


# The server's pages


@pytest.fixture(scope="module")
def web(
    evil: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A trainer's browser, signed in."""
    door = Door(SECRET, invited_only=True, trainers=TOKEN)
    site = tmp_path_factory.mktemp("site")
    with Store(evil.db) as store:
        app = create_app(evil.book, store, site, door=door)
        with (
            in_background(app) as base,
            httpx.Client(base_url=base, trust_env=False, timeout=20) as client,
        ):
            client.post("/trainers/sign-in", data={"token": TOKEN})
            yield client


@pytest.mark.parametrize("style", ["", ".csv", ".xlsx"])
@pytest.mark.parametrize(
    "page",
    ["roles", "standing", "reminders", "unconfirmed", "exceptions", "statistics"],
)
def test_trainers_pages(web, page, style):
    """Lists and plots in a browser; the same as files."""
    answer = web.get(f"/trainers/{page}{style}?exam={EXAM}&attempts=all")

    told = as_spreadsheet(answer.content) if style else as_browser(answer.text)

    assert answer.status_code == 200
    if page in {"roles", "standing"}:
        assert "onerror" in told


@pytest.mark.parametrize("name", EVIL)
def test_what_is_asked_for_comes_back_as_text(web, name):
    """In a query, in a form, as a path; also when nothing is found."""
    said = EVIL[name]
    for answer in (
        web.get(
            "/trainers/standing", params={"person": said, "exam": said, said: said}
        ),
        web.get("/trainers/certificate", params={"person": said, "exam": said}),
        web.post("/verify", data={"code": said, "name": said, "exam": said}),
        web.post("/certificate", data={"invitation": said}),
    ):
        assert answer.status_code in {200, 403, 404, 429}
        page = Browser()
        page.feed(answer.text)
        assert page.bad == []
    for answer in (
        web.get(f"/{quote(said)}"),
        web.post("/api/start", headers={"handbook-invitation": said.encode().hex()}),
    ):
        assert not answer.headers["content-type"].startswith("text/html")


def test_what_a_learner_is_told(web, evil):
    """Who was invited by such a name gets it back as JSON, never as a page."""
    one = invite(evil.book, Person("Z1", EVIL["image"]), EXAM, NOW + timedelta(1), NOW)
    headers = {
        "content-type": "application/json",
        "handbook-invitation": sign(one, SECRET),
    }

    answer = web.post("/api/start", headers=headers)

    assert answer.json()["person"]["name"] == EVIL["image"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


# The functions all of them use


@given(st.text(max_size=40))
def test_harmless_words_stay_as_they_are(text):
    """What is made harmless can be seen; what was harmless before is not changed."""
    assert not any(unseen(c) for c in visible(text) if c != "\n")
    assert len(visible(text)) == len(text)
    assert armed(defused(text)) == text
    assert not cell(text).lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert json.loads(as_json(text)) == text
    assert not any(unseen(c) for c in as_json(text))
    if text.isprintable():
        assert visible(text) == text


@pytest.mark.parametrize(
    "name", ["王\U00031350", "\U0002ebf0某", "赵\ue863", "欧阳 修"]
)
def test_rare_characters_of_names_stay(evil, name):
    """Newer than this Python, or from an older system: they are somebody's name."""
    assert visible(name) == cell(name) == name
    with Store("sqlite://") as store:
        one = graded(evil.book, exam=EXAM, number="R1", name=name)
        store.record(one, evil.book.exams[EXAM], NOW)

        assert store.person("R1").name == name
        assert unicodedata.category(name[-1]) not in {"Cc", "Cf"}
        assert [e.kind for e in store.events()] == [Kind.SUBMITTED, Kind.GRADED]
