"""The scripts that trainers type: grade.py, report.py, records.py, as they run them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from by_hand import run
from click.testing import Result
from exam_on_disk import write_handbook
from handing_in import answer_file, as_bytes

from handbook.handbook import Handbook
from handbook.loading import load
from handbook.records.database.store import Store
from handbook.records.intake.hand_ins import hand_in

ROOT = Path(__file__).parents[1]
YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole small handbook on disk."""
    return write_handbook(tmp_path_factory.mktemp("tree"))


@pytest.fixture
def book(tree: Path) -> Handbook:
    """It, loaded; sound, or no test here says anything."""
    loaded = load(tree)
    assert loaded.sound, "\n".join(map(str, loaded.problems))
    return loaded


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A trainer's folder: answers and records."""
    (tmp_path / "answers").mkdir()
    return tmp_path


def save(desk: Path, name: str, content: bytes) -> Path:
    """Put an answer file into the trainer's folder."""
    path = desk / "answers" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def grade(desk: Path, tree: Path, *more: object) -> Result:
    """Grade the folder into its own records."""
    return run(
        "grade", desk / "answers", "--db", desk / "r.sqlite", "--root", tree, *more
    )


def test_one_bad_file_never_stops_the_others(desk, tree, book):
    """Each gets its own outcome; the exit code says that some were refused."""
    good = answer_file(book, number="A1", name="王小明", begun=YESTERDAY)
    save(desk, "good.json", as_bytes(good))
    save(desk, "deeper/again.json", as_bytes(good))
    save(desk, "broken.json", b"{")
    save(desk, "big.json", b"[" * 11_000_000)
    save(desk, "empty.json", b"")
    edited = answer_file(book, number="A2", begun=YESTERDAY) | {"form": 9}
    save(desk, "edited.json", as_bytes(edited))
    save(desk, "notes.txt", b"not an answer file")

    ran = grade(desk, tree, "--format", "json")

    assert ran.exit_code == 1, ran.stderr
    told = json.loads(ran.stdout)
    assert told["format"] == "handbook-grades/1"
    assert told["summary"] == {
        "files": 6, "recorded": 1, "passed": 1, "duplicate": 1, "refused": 4,
    }  # fmt: skip
    by_name = {Path(r["file"]).name: r for r in told["results"]}
    assert {n: r["status"] for n, r in by_name.items() if n[0] in "be"} == {
        "broken.json": "refused",
        "big.json": "refused",
        "empty.json": "refused",
        "edited.json": "refused",
    }
    one, two = by_name["good.json"], by_name["again.json"]
    assert {one["status"], two["status"]} == {"recorded", "duplicate"}
    assert one["receipt"] == two["receipt"]
    assert one["verdict"]["person"] == {"id": "A1", "name": "王小明"}
    assert by_name["edited.json"]["problems"][0]["code"] == "A606"
    for result in told["results"]:
        assert set(result) == {
            "file", "status", "receipt", "recorded_at", "known_name",
            "before_another", "verdict",
            "problems",
        }  # fmt: skip


def test_text_is_for_a_trainer(desk, tree, book):
    """Verdict, receipt, refusals with their cure, and a last line that counts."""
    save(desk, "wang.json", as_bytes(answer_file(book, begun=YESTERDAY, wrong=1)))
    save(desk, "x.json", b"[]")

    ran = grade(desk, tree)

    assert ran.exit_code == 1
    assert "A1024 王小明：上岗考试" in ran.stdout
    assert "已登记。回执：3-" in ran.stdout
    assert re.search(r"^  A60[12] [^/]*$", ran.stdout, re.MULTILINE)
    assert "改法：" in ran.stdout
    assert ran.stdout.rstrip().endswith(
        "共 2 份：登记 1（其中通过 1），重复 0，没有登记 1。"
    )


def test_all_recorded_is_success_whether_passed_or_not(desk, tree, book):
    """Failing an exam is no failure of the script."""
    save(desk, "a.json", as_bytes(answer_file(book, begun=YESTERDAY, wrong=3)))

    assert grade(desk, tree).exit_code == 0
    assert "不合格" in grade(desk, tree, "--format", "json").stdout


def test_dry_run_tells_and_leaves_nothing(desk, tree, book):
    """No record, no database file; limits are applied as they would be."""
    save(desk, "a.json", as_bytes(answer_file(book, wrong=3, begun=YESTERDAY)))
    soon = answer_file(book, begun=YESTERDAY + timedelta(hours=1))
    save(desk, "b.json", as_bytes(soon))

    ran = grade(desk, tree, "--dry-run", "--format", "json")

    assert not (desk / "r.sqlite").exists()
    told = json.loads(ran.stdout)
    assert told["dry_run"] is True
    assert [(r["status"], r["receipt"]) for r in told["results"]] == [
        ("recorded", None),
        ("refused", None),
    ]
    assert told["results"][1]["problems"][0]["code"] == "A691"


def test_a_dry_run_gives_no_receipt_for_what_is_not_on_record(desk, tree, book):
    """Of two copies of a new file the second has none either; what is there has its own."""
    old = as_bytes(answer_file(book, begun=YESTERDAY))
    save(desk, "a.json", old)
    receipt = json.loads(grade(desk, tree, "--format", "json").stdout)["results"][0]
    new = as_bytes(answer_file(book, number="B2", begun=YESTERDAY))
    save(desk, "b.json", new)
    save(desk, "c.json", new)

    told = grade(desk, tree, "--dry-run").stdout
    data = json.loads(grade(desk, tree, "--dry-run", "--format", "json").stdout)

    assert told.count("回执：") == 1
    assert f"回执：{receipt['receipt']}" in told
    assert "和前面的一份是同一次考试" in told
    assert [
        (Path(one["file"]).name, one["status"], one["receipt"])
        for one in data["results"]
    ] == [
        ("a.json", "duplicate", receipt["receipt"]),
        ("b.json", "recorded", None),
        ("c.json", "duplicate", None),
    ]


def test_a_refusal_for_limits_says_what_to_do(desk, tree, book):
    """Too soon and too often: the cure stands below what is wrong."""
    for n in range(book.exams["entry"].attempts + 1):
        begun = YESTERDAY - timedelta(days=300 - 30 * n)
        document = answer_file(book, wrong=3, begun=begun)
        save(desk, f"{n}.json", as_bytes(document))
    early = YESTERDAY - timedelta(days=300) + timedelta(minutes=30)
    save(desk, "soon.json", as_bytes(answer_file(book, wrong=3, begun=early)))

    lines = grade(desk, tree).stdout.splitlines()

    for code in ("A691", "A692"):
        (at,) = [n for n, text in enumerate(lines) if f" {code} " in text]
        assert lines[at + 1].startswith("    改法：请")


def test_a_dry_run_adds_nothing_to_records_that_are_there(desk, tree, book):
    """Neither a grade nor a refusal; it knows what is on record."""
    old = save(desk, "a.json", as_bytes(answer_file(book, begun=YESTERDAY)))
    grade(desk, tree)
    new = answer_file(book, number="B2", begun=YESTERDAY)
    save(desk, "b.json", as_bytes(new))
    save(desk, "c.json", b"{")

    ran = grade(desk, tree, "--dry-run", "--format", "json")

    told = json.loads(ran.stdout)["results"]
    assert {Path(r["file"]).name: r["status"] for r in told} == {
        old.name: "duplicate", "b.json": "recorded", "c.json": "refused",
    }  # fmt: skip
    with Store(str(desk / "r.sqlite")) as store:
        assert len(list(store.events())) == 2


def test_the_same_as_the_server(desk, tree, book):
    """One attempt as a file and as a hand-in gives the same marks."""
    document = answer_file(book, number="A7", begun=YESTERDAY, wrong=1)
    save(desk, "a.json", as_bytes(document))
    by_file = json.loads(grade(desk, tree, "--format", "json").stdout)["results"][0]

    with Store(str(desk / "server.sqlite")) as store:
        outcome = hand_in(
            book, store, as_bytes(document), via="server", now=datetime.now(UTC)
        )
        with Store(str(desk / "r.sqlite")) as other:
            one, two = (list(s.events())[1].payload for s in (store, other))

    assert outcome.receipt.grade.passed == by_file["verdict"]["passed"]
    assert {k: v for k, v in one.items() if k not in {"via", "ended"}} == {
        k: v for k, v in two.items() if k not in {"via", "ended"}
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "答卷"),
        (["nowhere.json"], "nowhere.json"),
        (["{desk}/answers"], "没有答卷"),
    ],
)
def test_wrong_use_is_two(desk, tree, arguments, said):
    """Nothing given, nothing there, nothing in it."""
    given = [a.format(desk=desk) for a in arguments]

    ran = run("grade", *given, "--root", tree, "--db", desk / "r.sqlite")

    assert ran.exit_code == 2
    assert said in ran.stderr
    assert not (desk / "r.sqlite").exists()


def test_a_broken_handbook_grades_nothing(desk, tree, book):
    """Nor regrades, nor gives out a paper: keys are read from it, so it is mended first."""
    save(desk, "a.json", as_bytes(answer_file(book, begun=YESTERDAY)))
    broken = desk / "tree"
    shutil.copytree(tree, broken)
    bank = broken / "quizzes/banks/service.yml"
    bank.write_text(
        bank.read_text(encoding="utf-8").replace("key: [a]", "key: [z]", 1),
        encoding="utf-8",
    )

    for ran in (
        grade(desk, broken),
        run("regrade", "entry", "--dry-run", "--root", broken),
        run("form_text", "entry", "--root", broken),
    ):
        assert ran.exit_code == 2
        assert "个问题要先改好" in ran.stderr
        assert "check.py" in ran.stderr
    assert not (desk / "r.sqlite").exists()


def test_records_that_cannot_be_written_are_said(desk, tree, book):
    """Exit 1, the reason in Chinese, and JSON is still JSON."""
    save(desk, "a.json", as_bytes(answer_file(book, begun=YESTERDAY)))
    (desk / "r.sqlite").write_bytes(b"no database " * 500)

    ran = grade(desk, tree, "--format", "json")

    assert ran.exit_code == 1
    assert "不是记录库文件" in json.loads(ran.stdout)["error"]
    assert "Traceback" not in ran.stderr


def test_hostile_names_reach_no_terminal(desk, tree, book):
    """Neither escape sequences nor markup of the table library."""
    evil = "\x1b[31m王[bold]小\u202e明[/bold]"
    save(
        desk,
        "a.json",
        as_bytes(answer_file(book, begun=YESTERDAY, person={"id": "A9", "name": evil})),
    )
    save(desk, "\x1b]0;gotcha\x07.json", b"{")

    printed = grade(desk, tree).stdout
    listed = run("report", "--db", desk / "r.sqlite", "--root", tree).stdout

    for text in (printed, listed):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\x07" not in text
    assert "[bold]" in listed


def test_report_in_three_forms(desk, tree, book):
    """Table for people, CSV for spreadsheets, JSON for programs; filters agree."""
    late = YESTERDAY - timedelta(days=500)
    save(desk, "a.json", as_bytes(answer_file(book, number="A1", begun=YESTERDAY)))
    save(desk, "b.json", as_bytes(answer_file(book, number="B2", begun=late)))
    save(
        desk, "c.json",
        as_bytes(answer_file(book, number="C3", name="=1+1", begun=late, wrong=3)),
    )  # fmt: skip
    grade(desk, tree)
    where = ("--db", desk / "r.sqlite", "--root", tree)

    table = run("report", *where).stdout
    data = json.loads(run("report", *where, "--format", "json").stdout)
    raw = run("report", *where, "--format", "csv").stdout_bytes
    expired = run("report", *where, "--format", "json", "--state", "已过期").stdout
    person = run("report", *where, "--format", "json", "--person", "c3").stdout

    assert [(d["number"], d["state"], d["may_work"]) for d in data] == [
        ("A1", "通过", True),
        ("B2", "已过期", False),
        ("C3", "未通过", False),
    ]
    assert "已过期" in table
    assert "共 3 行，其中通过或免考 1 行。" in table
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][:4] == ["工号", "姓名", "考试", "状态"]
    assert rows[3][1] == "'=1+1"
    assert raw.count(b"\r\n") == 4
    assert [d["number"] for d in json.loads(expired)] == ["B2"]
    assert [d["number"] for d in json.loads(person)] == ["C3"]


def test_report_before_the_first_exam(desk, tree):
    """Says so, and makes no file."""
    ran = run("report", "--db", desk / "r.sqlite", "--root", tree)

    assert (ran.exit_code, ran.stdout.strip()) == (0, "没有符合条件的考试记录。")
    assert not (desk / "r.sqlite").exists()


def test_report_of_an_unknown_exam(desk, tree):
    """Names the exams there are."""
    ran = run("report", "--db", desk / "r", "--root", tree, "--exam", "nope")

    assert ran.exit_code == 2
    assert "entry" in ran.stderr


def test_records_verify_and_export(desk, tree, book):
    """Sound records are 0; one edited row is 1, and is named."""
    save(desk, "a.json", as_bytes(answer_file(book, begun=YESTERDAY)))
    grade(desk, tree)
    database = desk / "r.sqlite"

    sound = run("records", "verify", "--db", database)
    exported = run("records", "export", "--db", database)
    raw = sqlite3.connect(database)
    raw.execute("DROP TRIGGER events_no_update")
    raw.execute("UPDATE events SET payload='{}' WHERE sequence=2")
    raw.commit()
    edited = run("records", "verify", "--db", database)
    still = run("report", "--db", database, "--root", tree)
    raw.execute("DROP TRIGGER outlines_no_update")
    raw.execute("UPDATE outlines SET ended=NULL")
    raw.commit()
    raw.close()
    reported = run("report", "--db", database, "--root", tree)

    assert sound.exit_code == 0
    assert "共 2 条记录，全部完好。" in sound.stdout
    assert [json.loads(line)["sequence"] for line in exported.stdout.splitlines()] == [
        1, 2,
    ]  # fmt: skip
    assert edited.exit_code == 1
    assert "第 2 条：内容被改" in edited.stdout
    # An answer that was tampered with moves nobody; how it ended stands apart.
    assert "通过" in still.stdout
    # What was tampered with there is not reported as if nothing had happened.
    assert reported.exit_code == 2
    assert "verify" in reported.stderr
    assert "Traceback" not in reported.stderr


def test_records_void_takes_a_pass_back(desk, tree, book):
    """By the receipt that grading printed; a wrong receipt changes nothing."""
    save(desk, "a.json", as_bytes(answer_file(book, begun=YESTERDAY)))
    told = json.loads(grade(desk, tree, "--format", "json").stdout)
    receipt = told["results"][0]["receipt"]
    why = ("--db", desk / "r.sqlite", "--reason", "代考", "--by", "T1")

    wrong = run("records", "void", "2-000000000000", *why)
    voided = run("records", "void", receipt, *why)
    again = run("records", "void", receipt, *why)

    assert wrong.exit_code == 2
    assert "没有回执为" in wrong.stderr
    assert voided.exit_code == 0, voided.stderr
    report = run(
        "report", "--db", desk / "r.sqlite", "--root", tree, "--format", "json", "--all"
    )
    assert json.loads(report.stdout)[0]["state"] == "已作废"
    assert again.exit_code == 2
    assert "已经作废过" in again.stderr


def test_a_form_goes_out_as_text_and_comes_back_as_a_table(desk, tree):
    """Printed, filled in, exported, graded: what cannot be matched is listed."""
    printed = run("form_text", "entry", 1, "--root", tree).stdout
    heads = re.findall(r"^\d+、(.+?)\[(?:单选题|填空题)\]$", printed, re.MULTILINE)
    right = [re.search(r"关于(\w+)，", head) for head in heads]
    answers = [f"{found[1]}对" for found in right if found]
    when = YESTERDAY.strftime("%Y/%m/%d %H:%M:%S")
    rows = [
        ["序号", "提交答卷时间", "所用时间", *heads],
        ["1", when, "300秒", "A1", "王小明", *answers],
        ["2", when, "300秒", "A2", "李小红", *answers[:-1], "看不懂"],
    ]
    table = desk / "export.csv"
    with table.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    mapping = desk / "form.yml"
    mapping.write_text('tool: 问卷星\ntimezone: "+00:00"\n', encoding="utf-8")

    ran = run(
        "grade", table, "--mapping", mapping, "--exceptions", desk / "例外.csv",
        "--db", desk / "r.sqlite", "--root", tree,
    )  # fmt: skip

    assert len(heads) == 5
    assert ran.exit_code == 1, ran.stderr
    assert "共 2 份：登记 1（其中通过 1），重复 0，没有登记 1。" in ran.stdout
    listed = (desk / "例外.csv").read_text(encoding="utf-8-sig")
    assert "export.csv 第 3 行,H 列,A625" in listed


def test_a_time_that_nobody_noted_is_not_nought(desk, tree):
    """Google Forms knows no beginning; its rows are recorded as begun when they ended."""
    save(desk, "a.json", as_bytes(answer_file(load(tree), begun=YESTERDAY, minutes=0)))

    told = grade(desk, tree, "--dry-run").stdout
    data = json.loads(grade(desk, tree, "--dry-run", "--format", "json").stdout)

    assert "用时不详，限时" in told
    assert data["results"][0]["verdict"]["minutes"] is None


def test_a_wrong_mapping_file_is_wrong_use(desk, tree):
    """Before anything is read or recorded."""
    (desk / "form.yml").write_text("tool: 别的", encoding="utf-8")
    save(desk, "a.json", b"{}")

    ran = grade(desk, tree, "--mapping", desk / "form.yml")

    assert ran.exit_code == 2
    assert "form.yml:1" in ran.stderr
    assert not (desk / "r.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "said"), [(["nope"], "entry"), (["entry", "2"], "第 1 到第 1 份")]
)
def test_a_form_that_is_not_there_is_wrong_use(tree, arguments, said):
    """Names what there is."""
    ran = run("form_text", *arguments, "--root", tree)

    assert ran.exit_code == 2
    assert said in ran.stderr


def test_a_list_of_exceptions_that_cannot_be_written_is_said(desk, tree, book):
    """The answers are on record by then; so it says, and no traceback."""
    save(desk, "a.json", as_bytes(answer_file(book)))

    ran = grade(desk, tree, "--exceptions", desk / "没有/例外.csv", "--format", "json")

    assert ran.exit_code == 1
    assert "例外.csv 写不进去（没有这个文件或文件夹）" in ran.stderr
    told = json.loads(ran.stdout)
    assert "例外.csv 写不进去" in told["error"]
    assert told["summary"]["recorded"] == 1
