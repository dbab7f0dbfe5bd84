"""Banks to other tools and back, and banks that other tools wrote."""

from __future__ import annotations

import io
import os
import re
import shutil
import sqlite3
import zipfile
from pathlib import Path

import by_hand
import openpyxl
import pytest
from banks import BANK, CASES, WHOLE, bank_from, packed, pairs_of
from click.testing import Result

from handbook.harmless import armed, defused
from handbook.interchange.exporting import export, grouped
from handbook.interchange.fields import (
    fields_of,
    written_bank,
)
from handbook.interchange.formats import FORMATS, format_of
from handbook.interchange.importing import bring_in
from handbook.interchange.readings import InterchangeError
from handbook.interchange.spreadsheets.columns import COLUMNS
from handbook.interchange.spreadsheets.writing import template
from handbook.loading import load
from handbook.reading.yaml_texts import scalar

ROOT = Path(__file__).parents[1]
UPDATE = bool(os.environ.get("UPDATE_CASES"))


def golden(path: Path, actual: str) -> None:
    """Hold a text against a file of the reference."""
    if UPDATE:
        path.write_text(actual, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == actual


# Out and back


@pytest.mark.parametrize("name", ["gift", "moodle", "aiken", "csv"])
def test_written_as_the_reference_shows(name):
    """The exported file, and what is told of it, are those of the reference."""
    form = FORMATS[name]
    done = export(pairs_of(BANK), form)
    told = "\n".join([*grouped(done.notices), form.about, ""])

    golden(CASES / f"bank{form.suffix}", done.content.decode().replace("\r\n", "\n"))
    golden(CASES / f"bank.{name}.told", told)


@pytest.mark.parametrize("name", ["qti21", "qti22"])
def test_package_as_the_reference_shows(name):
    """Manifest and items of a package are those of the reference, all in one file."""
    with zipfile.ZipFile(
        io.BytesIO(export(pairs_of(BANK), FORMATS[name]).content)
    ) as z:
        shown = [f"=== {n}\n{z.read(n).decode()}" for n in z.namelist()]

    golden(CASES / f"bank.{name}.txt", "\n".join(shown))


@pytest.mark.parametrize("name", WHOLE)
def test_the_same_bank_comes_back(name):
    """With its calls of figures, its ids, and every field; the file even reads alike."""
    done = export(pairs_of(BANK), FORMATS[name])
    back = bring_in(done.content, FORMATS[name], file="x")

    assert back.text == BANK
    assert not back.notices
    assert back.whole == back.items == 7


@pytest.mark.parametrize("name", WHOLE)
def test_every_bank_of_the_handbook_comes_back(name):
    """Including the words that nobody thought of in a small case."""
    book = load(ROOT)
    for topic in list(book.banks)[::5]:
        bank = written_bank(book, topic)
        done = export(bank, FORMATS[name])
        back = bring_in(done.content, FORMATS[name], file="x")

        assert (back.topic, bank_from(back.text).title) == (topic, bank.title)
        assert bank_from(back.text).items == tuple(pair.written for pair in bank.pairs)
        assert not [one for one in done.notices if "不能完全还原" in one.message]


def test_a_table_says_of_which_bank_it_is():
    """Unless its rows are of several, or the word is another tool's; --topic wins."""
    raw = export(pairs_of(BANK), FORMATS["csv"]).content.decode()
    named = raw.replace("题干", "题目", 1)
    several = raw.replace("phone 电话接听", "desk 大堂", 1)
    foreign = raw.replace("phone 电话接听", "2026年题库")

    assert bring_in(named.encode(), FORMATS["csv"], file="x").text == BANK
    assert (
        bring_in(raw.encode(), FORMATS["csv"], file="x", topic="calls").topic == "calls"
    )
    for strange in (several, foreign):
        with pytest.raises(InterchangeError, match=r"没有写明是哪一个题库.*--topic"):
            bring_in(strange.encode(), FORMATS["csv"], file="x")


def test_what_was_changed_elsewhere_stays_changed():
    """Our note never undoes what somebody edited in the other tool."""
    raw = export(pairs_of(BANK), FORMATS["gift"]).content.decode()
    edited = raw.replace("手上的事做完后", "忙完再接").replace("事事有", "每件事都有")
    back = bring_in(edited.encode(), FORMATS["gift"], file="x")
    items = {item.id: item for item in bank_from(back.text).items}

    assert [option.text for option in items["phone-rings"].options] == [
        "响五声后",
        "{{ fig('answer-rings') }}",
        "忙完再接",
    ]
    assert items["phone-rings"].key == ("b",)
    assert items["phone-two-gaps"].stem == "每件事都有____，件件有____。"
    assert [notice.where for notice in back.notices]


@pytest.mark.parametrize("name", ["gift", "moodle", "qti21"])
def test_without_our_notes_little_is_lost(name):
    """Other systems drop comments; tags, ids and feedback come back from there too."""
    whole = pairs_of(BANK)
    raw = export(whole, FORMATS[name]).content
    if name == "qti21":
        raw = packed(**{n: without_notes(c) for n, c in unpacked(raw).items()})
    else:
        raw = without_notes(raw)
    back = bring_in(raw, FORMATS[name], file="x", topic="phone", title="电话接听")
    kept = ("id", "type", "stem", "rationale", "source", "use", "status", "difficulty")

    for pair, item in zip(whole.pairs, bank_from(back.text).items, strict=True):
        shown, read = fields_of(pair.shown), fields_of(item)
        for field in (*kept, "critical", "tags", "scoring"):
            assert shown.get(field) == read.get(field), (item.id, field)
    assert "{{" not in back.text


def without_notes(raw: bytes) -> bytes:
    """Return a file as a system that keeps no comments of others hands it out."""
    text = re.sub(r"<!-- handbook-item/1.*?-->", "", raw.decode())
    return re.sub(r"(?m)^// handbook-item/1.*\n", "", text).encode()


def unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the files of a package."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_bank_in_anki_has_only_practice_items():
    """Exam items never leave by this way; the same item is the same note each time."""
    done = export(pairs_of(BANK), FORMATS["anki"])
    again = export(pairs_of(BANK), FORMATS["anki"])

    assert done.items == 5
    assert not done.confidential
    assert done.content[:2] == b"PK"
    assert "三声" in cards(done.content)
    assert "响五声" not in cards(done.content)
    assert guids(done.content) == guids(again.content)


def cards(raw: bytes) -> str:
    """Return all fields of all notes of a deck."""
    return "".join(row[0] for row in rows(raw, "SELECT flds FROM notes"))


def guids(raw: bytes) -> list[str]:
    """Return what Anki knows the notes of a deck by."""
    return [row[0] for row in rows(raw, "SELECT guid FROM notes")]


def rows(raw: bytes, query: str) -> list[tuple[str, ...]]:
    """Ask the database in a deck."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        database = sqlite3.connect(":memory:")
        database.deserialize(packed.read("collection.anki2"))
    with database:
        return database.execute(query).fetchall()


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_bank_gives_the_same_file(name):
    """No clock and no chance: a file can be compared with the one of last week."""
    assert export(pairs_of(BANK), FORMATS[name]) == export(
        pairs_of(BANK), FORMATS[name]
    )


# From other tools


FOREIGN = sorted(
    path for path in (CASES / "foreign").iterdir() if path.suffix != ".out"
)


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.name)
def test_foreign_files(path):
    """A bank to review, and every question that could not be read, with its place."""
    raw = path.read_bytes()
    done = bring_in(raw, format_of(path.name, raw), file=path.name, topic="neu")
    told = [*grouped(done.notices), "", *grouped(done.lacking("neu.yml"))]
    out = "\n".join([done.text, *told, "", done.summary("neu.yml"), ""])

    golden(path.with_name(path.name + ".out"), out)


@pytest.mark.parametrize(
    ("source", "codes"),
    [("workflows/phone.md#answer", {"P218"}), ("", {"P218", "Q409"})],
)
def test_a_draft_is_left_to_write_and_breaks_nothing(tmp_path, source, codes):
    """The check only reminds of what is missing; the rest can be published meanwhile."""
    tree = Path(shutil.copytree(CASES.parent / "handbook", tmp_path / "tree"))
    raw = (CASES / "foreign/teacher.aiken.txt").read_bytes()
    given = (source,) if source else ()
    done = bring_in(
        raw, FORMATS["aiken"], file="teacher.txt", topic="neu", source=given
    )
    (tree / "quizzes/banks/neu.yml").write_text(done.text, encoding="utf-8")

    found = load(tree)

    assert {problem.code for problem in found.problems} == codes
    assert found.sound


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_in_every_encoding_of_spreadsheets(encoding):
    """Excel in China saves CSV as GB18030 unless told otherwise."""
    text = (CASES / "foreign/online.csv").read_text(encoding="utf-8")
    same = bring_in(text.encode(), FORMATS["csv"], file="x", topic="neu")

    assert (
        bring_in(text.encode(encoding), FORMATS["csv"], file="x", topic="neu") == same
    )


def test_xml_in_gb2312():
    """Older tools declare it; expat alone does not know it."""
    raw = export(pairs_of(BANK), FORMATS["moodle"]).content.decode()
    old = raw.replace("UTF-8", "GB2312", 1).encode("gb18030")

    assert bring_in(old, FORMATS["moodle"], file="x").text == BANK


# A table to fill in


def test_template_is_read_as_it_says():
    """Its own examples are of every type, and none is misunderstood."""
    done = bring_in(template(), FORMATS["xlsx"], file="x", topic="neu")

    assert not done.notices
    assert not done.missing
    assert [item.type for item in bank_from(done.text).items] == [
        "single",
        "multiple",
        "true_false",
        "blank",
        "order",
        "match",
    ]


def test_template_offers_choices_and_help():
    """A trainer picks 题型 from a list, and reads what to fill in."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    offered = book["题目"].data_validations.dataValidation

    assert book.sheetnames == ["题目", "说明"]
    assert [cell.value for cell in book["题目"][1]] == list(COLUMNS)
    assert '"单选,多选,判断,填空,排序,匹配"' in {one.formula1 for one in offered}
    assert any("匹配写 1-B" in str(row[1].value) for row in book["说明"].rows)


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@x", "'=1", "  =1", "＝1"])
def test_no_cell_is_a_formula(evil):
    """In neither kind of table; and the words come back as they were."""
    bank = pairs_of(BANK.replace("接起电话先报公司名称。", scalar(evil)))
    book = openpyxl.load_workbook(io.BytesIO(export(bank, FORMATS["xlsx"]).content))
    lines = export(bank, FORMATS["csv"]).content.decode()

    assert {cell.data_type for row in book["题目"].rows for cell in row} == {"s", "n"}
    assert not any(
        cell.value and cell.data_type == "n"
        for row in book["题目"].rows
        for cell in row
    )
    assert f",{evil}," not in lines.replace(f",'{evil}", "")
    assert evil == armed(defused(evil))


# The script


def run(*words: object) -> Result:
    """Run the script; its exit code stands in the result."""
    return by_hand.run("interchange", *words)


@pytest.fixture
def book(tmp_path):
    """Return a small handbook that may be written into."""
    return shutil.copytree(ROOT / "tests/cases/handbook", tmp_path / "book")


def test_exported_and_imported_by_hand(book, tmp_path):
    """As a trainer types it: the bank that comes back is the bank that went."""
    out = tmp_path / "out"
    done = run("export", "phone", "--format", "moodle", "--output", out, "--root", book)
    file = out / "phone-机密.moodle.xml"

    assert done.exit_code == 0
    assert "机密" in done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    old = book / "quizzes/banks/phone.yml"
    before = bank_from(old.read_text(encoding="utf-8"))
    refused = run("import", file, "--root", book)
    assert refused.exit_code == 2
    assert "已经有了" in refused.stderr
    done = run("import", file, "--root", book, "--replace")
    assert done.exit_code == 0
    assert bank_from(old.read_text(encoding="utf-8")) == before


@pytest.mark.parametrize("folder", ["content", "content/guide", "site", "elsewhere"])
def test_never_into_the_site(book, folder):
    """Keys do not get where everyone can read them, whatever the site is called."""
    (book / folder).mkdir(parents=True, exist_ok=True)
    (book / "elsewhere").mkdir(exist_ok=True)
    (book / "elsewhere/finder.html").touch()
    done = run(
        *("export", "phone", "--format", "gift"),
        *("--output", book / folder, "--root", book),
    )

    assert done.exit_code == 2
    assert "会公开出去" in done.stderr
    assert not [*(book / folder).glob("*.txt")]


def test_unknown_bank_and_file(book, tmp_path):
    """A mistake is told in Chinese, with the cure."""
    done = run("export", "phones", "--format", "gift", "--root", book)
    strange = tmp_path / "a.doc"
    strange.write_bytes(b"\xd0\xcf\x11\xe0")

    assert "没有编号为 phones 的题库。现有：phone" in done.stderr
    assert "旧的 .xls" in run("import", strange, "--root", book, "--topic", "x").stderr


def test_import_says_what_is_missing(book):
    """Exit code 1: there is a bank, and there is something to do."""
    file = CASES / "foreign/online.csv"
    done = run("import", file, "--topic", "desk", "--root", book)

    assert done.exit_code == 1
    assert "没有导入：没有写答案" in done.stderr
    assert "desk.yml:14" in done.stderr
    lacking = {problem.place.line for problem in load(book).problems}
    assert 14 in lacking


def test_clause_for_all(book):
    """A trainer who imports one chapter names its clause once."""
    file = CASES / "foreign/teacher.aiken.txt"
    run(
        "import",
        file,
        "--topic",
        "desk",
        "--root",
        book,
        "--source",
        "workflows/phone.md#answer",
    )
    text = (book / "quizzes/banks/desk.yml").read_text(encoding="utf-8")

    assert "source: [workflows/phone.md#answer]" in text
    assert "status: draft" in text


def test_template_by_hand(book, tmp_path):
    """One file, with help inside."""
    done = run("template", tmp_path / "模板.xlsx", "--root", book)

    assert done.exit_code == 0
    assert (tmp_path / "模板.xlsx").read_bytes()[:2] == b"PK"


def test_the_first_of_the_problems_ends_with_one_full_stop():
    """Its cure ends with one of its own."""
    with pytest.raises(InterchangeError) as caught:
        bring_in("::题 1:: 先报{=姓名".encode(), FORMATS["gift"], file="x", topic="t")

    assert "花括号没有成对" in str(caught.value)
    assert "。。" not in str(caught.value)
