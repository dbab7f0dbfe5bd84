"""The review of a change, rehearsed: three rings become two, in a real git repository."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from reviewing import (
    DAY,
    REVIEW,
    ROOT,
    RULE,
    TWO_RINGS,
    entry,
    git,
    run_review,
)
from rich.cells import cell_len
from test_check import REVIEWED, plant

from handbook.loading import load
from handbook.problems import CODES, Level
from handbook.review.comment import comment
from handbook.review.comparing import How
from handbook.review.entries import problems
from handbook.review.impact import impact
from handbook.review.markup import LONGEST, Markdown
from handbook.review.texts import PhraseChange
from handbook.review.trees import BaseError, tree_at


@pytest.mark.parametrize("case", REVIEWED, ids=lambda path: path.stem)
def test_one_mistake_one_report(case, base, tmp_path):
    """A mistake between two sound states is reported once, with place and cure."""
    golden = yaml.safe_load(case.read_text(encoding="utf-8"))
    plant(base, golden.get("before", []))
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, golden["edits"])
    before, after = load(base), load(changed)

    found = "".join(f"{problem}\n" for problem in problems(before, after, DAY))

    assert (before.problems, after.problems) == ((), ())
    assert golden["expect"] == found


def test_a_rehearsed_change_blocks_until_told(tree, records):
    """Three rings to two: all that it touches is shown; without an entry it blocks."""
    plant(tree, TWO_RINGS)

    ran = run_review(tree, "--base", "main", "--db", records)

    assert ran.returncode == 1, ran.stderr
    for shown in (
        "R801",  # what is missing
        "workflows/phone.md",  # the policy
        "<del>三</del>声内（<del>3</del>声）",  # the figure
        "<ins>两</ins>声内",
        "及时接听",  # the clause
        "接听问候",  # the phrase that rests on it
        "phone-rings",  # the item that calls the figure
        "phone-gap",  # the item that has it typed by hand
        "前台上岗考试",  # the exam
        "2 人要补考（现有 2 人通过）",  # the people
        "先按实质改动算",
        "前台：",  # whom to ask
    ):
        assert shown in ran.stdout, shown
    assert "李A1" not in ran.stdout
    assert "A1" not in ran.stdout


def test_on_a_screen_it_is_plain_text(tree, records):
    """No markup and no entity of a host; what differs stands between brackets."""
    plant(tree, TWO_RINGS)
    shutil.copy(records, tree / "records.sqlite")

    ran = run_review(tree, "--base", "main", "--format", "text")

    assert not re.search(r"&#|<|\*\*|`|^#|^\|", ran.stdout, re.MULTILINE)
    for shown in (
        "■ 要先处理：",
        ": R801 ",
        "    改法：",
        "[-三-]声内（[-3-]声）",
        "{+两+}声内",
        "2 人要补考（现有 2 人通过）",  # of the records in the handbook's own folder
    ):
        assert shown in ran.stdout, shown
    assert max(map(cell_len, ran.stdout.splitlines())) <= 240


def test_told_as_material_it_passes_and_names_the_delta_exam(tree, records):
    """With an entry the change may go in, and whoever passed sits what changed."""
    plant(tree, [*TWO_RINGS, *entry("material", datetime.now(UTC).date())])

    ran = run_review(tree, "--base", "main", "--db", records)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "R80" not in ran.stdout
    today = datetime.now(UTC).date()
    assert f"补考 {today} 起的改动：2 题，40 分钟" in ran.stdout
    assert "`phone-rings`、`phone-first-words`" in ran.stdout
    assert "2 人要补考（现有 2 人通过）" in ran.stdout
    assert "实质改动 |" in ran.stdout


def test_what_nobody_is_asked_any_more_is_said(tree):
    """The rule changed and its items are gone: nobody can sit a delta paper on it."""
    bank = "quizzes/banks/phone.yml"
    plant(
        tree,
        [
            *TWO_RINGS,
            *entry("material", datetime.now(UTC).date()),
            {
                "file": bank,
                "old": "source: [workflows/phone.md#answer]\n    use: exam\n    critical",
                "new": "source: [workflows/phone.md#message]\n    use: exam\n    critical",
            },
            {
                "file": bank,
                "old": "source: [workflows/phone.md#answer]\n    use: exam\n  - id: phone-gap",
                "new": "source: [workflows/phone.md#message]\n    use: exam\n  - id: phone-gap",
            },
        ],
    )

    ran = run_review(tree, "--base", "main")

    assert "没有题再考 及时接听，考过它的人要考整门。请先出题。" in ran.stdout


def test_what_people_must_confirm_is_said(tree):
    """Who is asked, and how many items; once it is on main it is no news."""
    plant(
        tree,
        [
            *TWO_RINGS,
            *entry("material", datetime.now(UTC).date()),
            {
                "file": "content/workflows/phone.md",
                "old": "kind: material, summary: ",
                "new": "kind: material, confirm: true, summary: ",
            },
        ],
    )
    (tree / "content/exams/confirm.md").write_text(
        "---\ntitle: 确认改动\nkind: exam\nowner: front-desk\n---\n\n"
        "{{ confirmations() }}\n",
        encoding="utf-8",
    )

    ran = run_review(tree, "--base", "main")

    assert "### 要大家确认的改动" in ran.stdout, ran.stdout + ran.stderr
    assert "：前台，读过以后答 2 道题" in ran.stdout


def test_told_as_editorial_it_is_questioned(tree, records):
    """A figure that moved is no mere wording; yet nobody's pass falls by it."""
    plant(tree, [*TWO_RINGS, *entry("editorial", datetime.now(UTC).date())])

    ran = run_review(tree, "--base", "main", "--db", records)

    assert ran.returncode == 0
    assert "R802" in ran.stdout
    assert "不会：没有实质改动" in ran.stdout


def test_the_check_tells_it_too(tree):
    """`check.py --base` adds what is not told to what is wrong by itself."""
    plant(tree, TWO_RINGS)
    check = [sys.executable, REVIEW.with_name("check.py"), "--root", tree]

    alone = subprocess.run(check, capture_output=True, encoding="utf-8", check=False)
    compared, unknown = (
        subprocess.run(
            [*check, "--base", base], capture_output=True, encoding="utf-8", check=False
        )
        for base in ("main", "no-such-branch")
    )

    assert "R801" not in alone.stdout
    assert "R801" in compared.stdout
    assert compared.returncode == 1
    assert unknown.returncode == 2
    assert "没有“no-such-branch”" in unknown.stderr


def test_a_question_may_be_answered_in_place(base, tmp_path):
    """`editorial` beside a moved figure, with the reason on its line, is let be."""
    golden = yaml.safe_load(
        next(p for p in REVIEWED if p.stem == "R802-editorial-on-figure").read_text(
            encoding="utf-8"
        )
    )
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, golden["edits"])
    page = changed / "content/workflows/phone.md"
    text = page.read_text(encoding="utf-8")
    reason = "  # 检查：允许 R802，理由：一直按两声做，数值写错了"
    page.write_text(
        text.replace("summary: 两声内接听}", "summary: 两声内接听}" + reason), "utf-8"
    )

    assert problems(load(base), load(changed), DAY) == ()
    assert load(changed).problems == ()


def test_compared_is_where_the_branch_began(tree):
    """What others merged meanwhile is no part of the change."""
    git(tree, "checkout", "-q", "-b", "mine")
    git(tree, "checkout", "-q", "main")
    plant(tree, TWO_RINGS)
    git(tree, "commit", "-q", "-am", "Two rings")
    git(tree, "checkout", "-q", "mine")

    ran = run_review(tree, "--base", "main", "--format", "json")

    assert json.loads(ran.stdout)["figures"] == []
    assert ran.returncode == 0


def test_the_repository_is_only_read(tree):
    """Neither the work tree nor git's own files change, the index included."""
    plant(tree, TWO_RINGS)
    (tree / "content/new.txt").write_text("x", encoding="utf-8")

    def state():
        files = (p for p in tree.rglob("*") if p.is_file() and ".cache" not in p.parts)
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in files}

    before = state()
    run_review(tree, "--base", "HEAD")

    assert before == state()


def test_json_says_the_same(tree, records):
    """Programs get the values, counts and problems."""
    plant(tree, TWO_RINGS)

    ran = run_review(tree, "--base", "HEAD", "--db", records, "--format", "json")

    data = json.loads(ran.stdout)
    assert [one["address"] for one in data["clauses"]] == [RULE]
    assert data["people"] == {"front-desk": {"holding": 2, "outdated": 2}}
    assert [(one["code"], one["level"]) for one in data["problems"]] == [
        ("R801", "阻断")
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "缺少选项 --base"),
        (("--base", "no-such-branch"), "没有“no-such-branch”这个分支"),
        (("--base", "--output=x"), "没有“--output=x”"),
        (("--base", "HEAD", "--site", "javascript:alert(1)"), "https://"),
        (("--base", "HEAD", "--format", "sonnet"), "sonnet"),
        (("--base", "HEAD", "--summary", "content/_data/company.yml"), "不是成绩汇总"),
    ],
)
def test_wrong_calls_end_with_two(tree, options, says):
    """A wrong call is told in Chinese, and nothing else is printed."""
    given = [str(tree / o) if o.startswith("content/") else o for o in options]

    ran = run_review(tree, *given)

    assert ran.returncode == 2
    assert says in ran.stderr
    assert ran.stdout == ""


def test_no_repository_is_told(base):
    """A folder that is in no git repository has no base."""
    with pytest.raises(BaseError, match="git"), tree_at(base, "HEAD"):
        pass


def test_a_broken_handbook_is_no_pass(tree):
    """Where files cannot be read the review is not whole, and says so."""
    (tree / "content/_data/company.yml").write_text('name: "', encoding="utf-8")

    ran = run_review(tree, "--base", "HEAD")

    assert ran.returncode == 1
    assert "scripts/check.py" in ran.stderr


def test_the_same_state_touches_nothing(base):
    """No change, no word."""
    book = load(base)

    change = impact(book, book)

    assert change.nothing
    assert problems(book, book, DAY) == ()
    assert "读者看不到变化" in comment(change, (), Markdown())


def test_phrases_before_and_after(base, tmp_path):
    """A phrase is compared part by part; an item of it is none of its parts."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(
        changed,
        [
            {
                "file": "content/scripts/phone.md",
                "old": "请问怎么称呼您？",
                "new": "请问您贵姓？",
            }
        ],
    )

    change = impact(load(base), load(changed))

    assert change.phrases == (
        PhraseChange(
            "scripts/phone.md#greeting",
            "接听问候",
            How.CHANGED,
            (
                (
                    "说法",
                    "您好，样例服务中心，请问怎么称呼您？",
                    "您好，样例服务中心，请问您贵姓？",
                ),
            ),
        ),
    )
    assert change.items == ()


def test_review_codes_weigh_as_agreed():
    """An untold change blocks; what may be meant is asked."""
    assert [CODES[code].level for code in ("R801", "R802", "R803")] == [
        Level.BLOCK,
        Level.WARN,
        Level.WARN,
    ]


def test_a_change_of_every_figure_is_told_in_one_comment(handbook, tmp_path):
    """The largest change there is, of this whole handbook: every wording is another."""
    copy = tmp_path / "copy"
    for part in ("content", "quizzes"):
        shutil.copytree(ROOT / part, copy / part)
    company = copy / "content/_data/figures.yml"
    text = company.read_text(encoding="utf-8")
    company.write_text(re.sub(r"(wording: \"?)", r"\1约", text), encoding="utf-8")

    after = load(copy)
    change = impact(handbook, after)
    said = comment(change, problems(handbook, after, DAY), Markdown())

    assert len(change.figures) == len(handbook.figures)
    assert len(said) <= LONGEST
