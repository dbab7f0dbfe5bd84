"""The check, held to its golden cases: `cases/check/` is the reference of mistakes.

Each case plants one mistake in the sound handbook of `cases/handbook/` and names the
whole report: place, code, message and cure, and nothing else.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from handbook.freshness import late
from handbook.loading import load
from handbook.problems import CODES, blocking

CASES = Path(__file__).parent / "cases"
CHECK = Path(__file__).parents[1] / "scripts/check.py"
GOLDEN = sorted((CASES / "check").glob("*.yml"))
SOUND = yaml.safe_load((CASES / "sound.yml").read_text(encoding="utf-8"))
REVIEWED = sorted((CASES / "review").glob("*.yml"))
"""Mistakes that only two states of a handbook show; `review/test_review.py` runs them."""

TEN = (
    "Y102-field-twice",
    "Y103-missing-field",
    "Y104-unknown-field",
    "P202-heading-without-id",
    "P204-unknown-term",
    "P206-unknown-system",
    "M301-unknown-figure",
    "M305-dead-anchor",
    "Q402-source-missing",
    "Q406-gaps",
)


@pytest.fixture
def tree(tmp_path):
    """A copy of the sound handbook, to spoil."""
    return Path(shutil.copytree(CASES / "handbook", tmp_path / "tree"))


def plant(tree: Path, edits: list[dict[str, str]]) -> None:
    """Apply a case's edits; an edit that changes nothing is a broken case."""
    for edit in edits:
        path = tree / edit["file"]
        if edit.get("delete"):
            path.unlink()
        elif "old" not in edit and "new" in edit:
            path.write_text(edit["new"], encoding="utf-8")
        elif "bytes" in edit:
            path.write_bytes(bytes.fromhex(edit["bytes"]))
        else:
            text = path.read_text(encoding="utf-8")
            assert edit["old"] in text, f"the case looks for {edit['old']!r}"
            path.write_text(text.replace(edit["old"], edit["new"], 1), encoding="utf-8")


def run_check(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a trainer does."""
    return subprocess.run(
        [sys.executable, CHECK, "--root", tree, *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _late(handbook, golden):
    """What only a case's day shows."""
    return late(handbook, golden["today"]) if "today" in golden else ()


def test_sound_handbook_has_no_problem(tree):
    """Nothing is wrong with the tree that every case starts from."""
    assert () == load(tree).problems


@pytest.mark.parametrize("case", GOLDEN, ids=lambda path: path.stem)
def test_one_mistake_one_report(case, tree):
    """A planted mistake is reported once, at its place, with its cure."""
    golden = yaml.safe_load(case.read_text(encoding="utf-8"))
    plant(tree, golden["edits"])

    handbook = load(tree)
    problems = [*handbook.problems, *_late(handbook, golden)]
    found = "".join(f"{problem}\n" for problem in problems)

    assert golden["expect"] == found
    assert blocking(handbook.problems) == handbook.blocking


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case["why"])
def test_no_false_alarm(case, tree):
    """What only looks like a mistake is none."""
    plant(tree, [case])

    assert "" == "".join(f"{problem}\n" for problem in load(tree).problems)


def test_at_least_eighty_mistakes_are_planted():
    """Each one is another mistake of a trainer's."""
    planted = {
        json.dumps(yaml.safe_load(p.read_text("utf-8"))["edits"]) for p in GOLDEN
    }

    assert len(planted) >= 80


def test_every_code_has_a_case():
    """The golden cases cover the table of codes, and no code is left over."""
    checked, reviewed = (
        {path.stem.partition("-")[0] for path in cases} for cases in (GOLDEN, REVIEWED)
    )

    assert set(CODES) == checked | reviewed
    assert reviewed == {code for code in CODES if code.startswith("R")}


def test_ten_mistakes_ten_reports_in_one_run(tree):
    """The script finds ten mistakes of ten kinds at once, each at its place."""
    expected = []
    for name in TEN:
        golden = yaml.safe_load((CASES / f"check/{name}.yml").read_text("utf-8"))
        plant(tree, golden["edits"])
        line, _cure = golden["expect"].splitlines()
        path, _, _, code, *_ = line.replace(": ", ":").replace(" ", ":").split(":")
        expected.append((path, code))

    ran = run_check(tree, "--format", "json")

    found = json.loads(ran.stdout)
    assert sorted(expected) == sorted((p["place"]["path"], p["code"]) for p in found)
    assert ran.returncode == 1


def test_places_survive_other_mistakes(tree):
    """Line and column stay right when several mistakes stand in one file."""
    bank = tree / "quizzes/banks/phone.yml"
    text = bank.read_text(encoding="utf-8")
    text = text.replace("key: [a, b]", "key: [a, z]").replace("use: exam", "use: exams")
    bank.write_text(text, encoding="utf-8")

    found = {(p.code, p.place.line, p.place.column) for p in load(tree).problems}

    lines = text.splitlines()
    expected = {
        ("Y105", number, line.index("exams") + 1)
        for number, line in enumerate(lines, 1)
        if "use: exams" in line
    }
    expected |= {
        ("Q401", number, line.index("z") + 1)
        for number, line in enumerate(lines, 1)
        if "[a, z]" in line
    }
    assert expected == found


def test_links_to_nowhere_and_in_circles_are_told_or_left_alone(tree):
    """An editor takes a file away while it is looked for; a copied tree keeps its links."""
    for link, target in (
        ("content/workflows/lost.md", "nowhere.md"),
        ("quizzes/banks/lost.yml", "nowhere.yml"),
        ("content/workflows/round", "."),
        ("content/round", "../content"),
        ("content/itself.md", "itself.md"),
    ):
        (tree / link).symlink_to(target)

    found = {(p.place.path, p.code) for p in load(tree).problems}

    assert found == {
        ("content/itself.md", "Y107"),
        ("content/workflows/lost.md", "Y107"),
        ("quizzes/banks/lost.yml", "Y107"),
    }


def test_exit_codes(tree):
    """0 when clean, 1 with a problem, 2 for a wrong call."""
    assert run_check(tree).returncode == 0

    (tree / "content/_data/company.yml").write_text('name: "', encoding="utf-8")

    assert run_check(tree).returncode == 1
    assert run_check(tree, "--format", "sonnet").returncode == 2


def test_advice_does_not_fail_and_a_reminder_does(tree):
    """Whoever is only advised may go on."""
    page = tree / "content/workflows/phone.md"
    page.write_text(page.read_text("utf-8").replace("不在时，", "不在时,"), "utf-8")

    assert run_check(tree).returncode == 0

    page.write_text(page.read_text("utf-8").replace("留言，", "留言！！"), "utf-8")
    page = tree / "content/scripts/phone.md"
    page.write_text(page.read_text("utf-8").replace("请您稍等", "请你稍等"), "utf-8")

    ran = run_check(tree)
    assert ran.returncode == 1
    assert "提醒 1，建议 2" in ran.stdout


def test_annotations_name_file_line_and_column(tree):
    """Code-hosting CI shows each problem beside the line it is on."""
    (tree / "content/_data/company.yml").write_text('name: "', encoding="utf-8")

    ran = run_check(tree, "--format", "annotations")

    assert ran.stdout.startswith("::error file=content/_data/company.yml,line=1,col=7,")
    assert "阻断 1" in ran.stderr


def test_exams_stand_as_a_new_hire_meets_them(tmp_path):
    """What the paths of all roles hold, then role by role; on no path, last."""
    tree = Path(shutil.copytree(CASES / "handbook", tmp_path / "tree"))
    exams = tree / "quizzes/exams"
    desk = (exams / "front-desk.yml").read_text("utf-8")
    for name in ("agent", "zeal", "all"):
        made = desk.replace("id: front-desk", f"id: {name}")
        (exams / f"{name}.yml").write_text(made, "utf-8")
    path = "    path: [{{id: one, title: 第一天, exams: [{}]}}]"
    roles = tree / "content/_data/roles.yml"
    roles.write_text(
        roles.read_text("utf-8").replace("[front-desk]", "[front-desk, all]")
        + "  - id: line\n    title: 热线\n    summary: 接电话。\n"
        + path.format("agent, all"),
        "utf-8",
    )

    assert list(load(tree).exams) == ["all", "front-desk", "agent", "zeal"]
