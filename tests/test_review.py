"""The review of a change, rehearsed: three rings become two, in a real git repository."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import markdown
import pytest
import yaml
from handing_in import graded
from rich.cells import cell_len
from test_check import CASES, REVIEWED, plant

from handbook.loading import load
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.problems import CODES, Level
from handbook.records.database.store import Store
from handbook.review.comment import comment
from handbook.review.comparing import How
from handbook.review.entries import problems
from handbook.review.impact import Impact, impact
from handbook.review.markup import LONGEST, Markdown, escape
from handbook.review.passes import (
    Outdated,
    Summary,
    SummaryError,
    count_outdated,
    read_summary,
    summarise,
)
from handbook.review.quizzes import PARTS
from handbook.review.terminal import Terminal
from handbook.review.texts import PageChange, PhraseChange
from handbook.review.trees import BaseError, tree_at

ROOT = Path(__file__).parents[1]
REVIEW = ROOT / "scripts/review.py"
DAY = date(2026, 11, 23)
RULE = "workflows/phone.md#answer"

TWO_RINGS = [
    {"file": "content/_data/figures.yml", "old": 'value: "3"', "new": 'value: "2"'},
    {"file": "content/_data/figures.yml", "old": "三声内", "new": "两声内"},
]


def entry(kind: str, day: date = DAY, clauses: str = "answer") -> list[dict[str, str]]:
    """The edit that writes an entry under `changes`."""
    old = ", ".join(f"{name}: 原来的话。" for name in clauses.split(", ") if name)
    line = (
        f"{{date: {day}, clauses: [{clauses}], kind: {kind}, summary: 改为两声, "
        f"before: {{{old}}}}}"
    )
    return [
        {
            "file": "content/workflows/phone.md",
            "old": "changes:",
            "new": f"changes:\n  - {line}",
        }
    ]


def git(tree: Path, *arguments: str) -> str:
    """Run git as nobody in particular."""
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    return subprocess.run(
        ["git", "-C", tree, *who, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.strip()


@pytest.fixture
def base(tmp_path):
    """The sound handbook, as it was."""
    return Path(shutil.copytree(CASES / "handbook", tmp_path / "base"))


@pytest.fixture
def tree(tmp_path):
    """The sound handbook in a git repository, committed on main, to change."""
    folder = Path(shutil.copytree(CASES / "handbook", tmp_path / "tree"))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Begin")
    return folder


@pytest.fixture
def records(tree, tmp_path):
    """Records in which two passed and one failed, yesterday."""
    book, now = load(tree), datetime.now(UTC)
    path = tmp_path / "records.sqlite"
    with Store(str(path)) as store:
        for number, wrong in (("A1", 0), ("A2", 0), ("A3", 2)):
            grade = graded(
                book,
                exam="front-desk",
                number=number,
                name=f"李{number}",
                begun=now - timedelta(days=1),
                wrong=wrong,
            )
            store.record(grade, book.exams["front-desk"], now - timedelta(hours=23))
    return path


def run_review(tree: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script as a trainer or a host's job does."""
    return subprocess.run(
        [sys.executable, REVIEW, "--root", tree, *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


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


def test_a_hostile_title_cannot_steer_the_terminal():
    """What a page calls itself is shown, and does nothing."""
    text = Terminal(80).escape("\x1b[31m红[bold]\u202e")

    assert "\x1b" not in text
    assert "[bold]" in text
    (line,) = [
        line for line in Terminal(80).table(("页面",), [(text,)]) if "红" in line
    ]
    assert "[bold]" in line


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


def test_a_summary_counts_as_the_records_do(tree, records, tmp_path):
    """A host without the records counts from a file that names nobody."""
    file = tmp_path / "passes.json"
    made = run_review(tree, "--db", records, "--export-summary", file)
    assert made.returncode == 0, made.stderr
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"A1|A2|李", text)
    plant(tree, TWO_RINGS)

    one = run_review(tree, "--base", "HEAD", "--db", records)
    other = run_review(tree, "--base", "HEAD", "--summary", file)

    assert one.stdout == other.stdout
    assert "2 人要补考" in other.stdout


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


BANK = "quizzes/banks/phone.yml"
EXAM = "quizzes/exams/front-desk.yml"


def changed_by(base: Path, *edits: dict[str, str]) -> Impact:
    """What edits of a copy of a handbook touch."""
    changed = Path(shutil.copytree(base, base.with_name("changed")))
    plant(changed, list(edits))
    return impact(load(base), load(changed))


def test_an_edited_exam_item_is_named_and_none_of_its_words(base):
    """Id, place and parts; another key reminds to regrade. Its words stay unsaid."""
    change = changed_by(
        base,
        {"file": BANK, "old": "先报公司名称。", "new": "先报自己姓名。"},
        {"file": BANK, "old": "key: 对", "new": "key: 错"},
        {"file": BANK, "old": "让客户知道没有打错。", "new": "新的理由。"},
    )

    text = comment(change, (), Markdown())

    assert "没有变" not in text
    assert "涉及 1 道改过的题目。" in text
    assert f"| `phone-first-words` | `{BANK}:16:5` | 题干、答案、解析 |" in text
    assert "`scripts/regrade.py front-desk --dry-run`" in text
    assert not re.search("公司名称|自己姓名|没有打错|新的理由|错 |对 ", text)
    assert change.item_changes[0].regrade == ("front-desk",)


def test_another_key_of_a_practice_item_asks_for_no_regrade(base):
    """Nobody was graded by it."""
    change = changed_by(
        base, {"file": BANK, "old": "三声内, 三声, 3声内", "new": "三声内, 三声"}
    )

    assert [(one.id, one.parts, one.regrade) for one in change.item_changes] == [
        ("phone-gap", ("答案",), ())
    ]
    assert "regrade" not in comment(change, (), Markdown())


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("响五声后, rationale: 客户等得太久。", "响六声后, rationale: 客户等得太久。", "选项"),
        ("rationale: 客户等得太久。", "rationale: 太久。", "解析"),
        ("    use: exam\n    critical: true", "    use: exam", "关键题"),
        ("    critical: true", "    critical: true\n    status: draft", "状态"),
        ("    use: exam\n    critical: true", "    critical: true", "用途"),
        ("{id: begin, text: 接起}", "{id: begin, text: 接}", "题干"),
        ("#answer]\n    use: exam\n    critical", "#message]\n    use: exam\n    critical",
         "依据"),
    ],
)  # fmt: skip
def test_each_part_of_an_item_has_its_title(old, new, part, base):
    """One edit, one part."""
    change = changed_by(base, {"file": BANK, "old": old, "new": new})

    assert [one.parts for one in change.item_changes if one.parts] == [(part,)]


def test_every_field_has_a_title():
    """A field that is added to the items or exams cannot be forgotten here."""
    kinds = get_args(get_args(Item)[0])

    assert {f for kind in kinds for f in kind.model_fields} - {"id"} == set(PARTS)
    assert {*Exam.model_fields} - {"id"} == {
        *(
            "title",
            "roles",
            "blueprint",
            "pass_mark",
            "bands",
            "time_limit",
            "attempts",
        ),
        *("cooldown", "valid_for", "on_change", "needed_for_work", "forms", "note"),
    }


def test_items_come_and_go(base):
    """Both are named, each where it is or was."""
    change = changed_by(
        base, {"file": BANK, "old": "id: phone-gap", "new": "id: phone-hole"}
    )

    assert [(one.id, one.how, one.place) for one in change.item_changes] == [
        ("phone-hole", How.ADDED, f"{BANK}:23:5"),
        ("phone-gap", How.REMOVED, f"{BANK}:23:5"),
    ]
    assert "| 新增 |" in comment(change, (), Markdown())


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("pass_mark: 80%", "pass_mark: 60%", ("合格线", "80%", "60%")),
        ("pass_mark: 80%", "pass_mark: 80.04%", ("合格线", "80%", "80.04%")),
        ("良好: 88%", "良好: 90%",
         ("等级", "优秀 95%、良好 88%、合格 80%", "优秀 95%、良好 90%、合格 80%")),
        ("40分钟", "1小时", ("时间", "40 分钟", "1 小时")),
        ("forms: 1", "forms: 1\nattempts: 5", ("次数", "3 次", "5 次")),
        ("forms: 1", "forms: 1\ncooldown: 2天", ("间隔", "24 小时", "2 天")),
        ("forms: 1", "forms: 1\nvalid_for: 2年", ("有效期", "12 个月", "2 年")),
        ("forms: 1", "forms: 2", ("平行卷", "1 份", "2 份")),
        ("phone: 2", "phone: 1", ("组卷", "电话接听 2 题", "电话接听 1 题")),
        ("phone: 2", "phone: 2\n  critical: draw", ("关键题", "每卷全考", "抽到才考")),
        ("forms: 1", "forms: 1\non_change: none",
         ("条款改动以后", "条款改了要补考", "条款改了不用管")),
        ("forms: 1", "forms: 1\nnote: 新", ("说明", "", "新")),
        ("前台上岗考试", "前台考试", ("名称", "前台上岗考试", "前台考试")),
    ],
)  # fmt: skip
def test_each_rule_of_an_exam_is_told(old, new, rule, base):
    """What it was and what it is; never that nothing changed."""
    change = changed_by(base, {"file": EXAM, "old": old, "new": new})

    text = comment(change, (), Markdown())

    assert [one.rules for one in change.exam_changes] == [(rule,)]
    assert "没有变" not in text
    assert f"| {rule[0]} | {escape(rule[1]) or '—'} | {escape(rule[2])} |" in text
    assert "1 门改过的考试" in text


def test_a_new_exam_names_who_must_sit_it(tree):
    """Whoever merges reads which roles it binds; so do programs."""
    text = (tree / EXAM).read_text(encoding="utf-8")
    (tree / EXAM).with_name("second.yml").write_text(
        text.replace("id: front-desk", "id: second").replace("前台上岗", "第二"),
        "utf-8",
    )

    said = run_review(tree, "--base", "main").stdout
    data = json.loads(run_review(tree, "--base", "main", "--format", "json").stdout)

    assert "（新增）：合并以后，这些岗位都要考：前台\n" in said
    assert [(one["id"], one["must"]) for one in data["exam_changes"]] == [
        ("second", ["前台"])
    ]
    assert data["item_changes"] == []


def test_a_removed_exam_frees_its_roles(base):
    """What went is told as what came."""
    changed = Path(shutil.copytree(base, base.with_name("changed")))
    (changed / EXAM).unlink()

    text = comment(impact(load(base), load(changed)), (), Markdown())

    assert "（删除）：合并以后，这些岗位不用考了：前台\n" in text


def test_links_lead_into_the_preview(base, tmp_path):
    """With a site given, pages and clauses are links to where the build puts them."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, TWO_RINGS)

    text = comment(
        impact(load(base), load(changed)), (), Markdown("https://p.example/42/")
    )

    assert "](<https://p.example/42/workflows/phone.html#answer>)" in text
    assert "](<https://p.example/42/exams/front-desk.html>)" in text


HOSTILE = (
    "<script>alert(1)</script>",
    "<!-- handbook-review -->",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "| a | b |",
    "`code` *b* _i_ ~~s~~",
    "@everyone #12 !34 https://evil.example www.evil.example",
    "&lt;b&gt; &#60;",
    "a\n/close\n# h\n- x",
    "\u202egnp.exe\x1b[31m",
    "$x^2$",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_text(hostile):
    """What an author wrote is shown as written: no tag, link, mention or command."""
    shown = markdown.markdown(
        f"| a |\n|---|\n| {escape(hostile)} |", extensions=["tables"]
    )

    cell = re.search(r"<td>(.*)</td>", shown, re.DOTALL)[1]
    assert re.sub(r"<br ?/?>", "", cell).count("<") == 0
    said = html.unescape(cell)
    assert not re.search(r"[@#!$](?=\w)|://|www\.", said)
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    assert "\n" not in escape(hostile)


@pytest.mark.parametrize("text", ["满意率100%的月份", "9:00到10:30", "三声内（含）"])
def test_harmless_words_can_be_copied(text):
    """What hosts take for nothing special comes out of the comment as it went in."""
    assert html.unescape(escape(text)) == text


@pytest.mark.parametrize("hostile", HOSTILE[:6])
def test_hostile_titles_and_clauses_stay_text(hostile, base, tmp_path):
    """The same of a whole summary, made from files."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    figures = changed / "content/_data/figures.yml"
    data = yaml.safe_load(figures.read_text(encoding="utf-8"))
    data["figures"][0] |= {"name": hostile, "wording": hostile + "3"}
    figures.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    before, after = load(base), load(changed)

    text = comment(impact(before, after), problems(before, after, DAY), Markdown())

    page = markdown.markdown(text, extensions=["tables"])
    assert text.count("<!--") == 1
    assert not re.search(r"<(script|img|a)\b", page)


def test_a_long_summary_fits_into_a_comment(base):
    """Hosts refuse a comment of more than 65,536 characters."""
    many = tuple(
        PhraseChange(f"scripts/phone.md#p{n}", f"第{n}句", How.CHANGED,
                     (("说法", "旧" * 200, "新" * 200),))
        for n in range(900)
    )  # fmt: skip
    page = PageChange("scripts/phone.md", "电话", How.CHANGED, "scripts/phone.html")
    change = replace(impact(load(base), load(base)), phrases=many, pages=(page,))

    text = comment(change, (), Markdown())

    assert len(text) <= LONGEST
    assert "没有列出" in text


def passed(*sat: date, fingerprint: str, until: date = date(2027, 11, 22)) -> Summary:
    """So many people who passed on these days, one pass each."""
    return Summary.model_validate(
        {
            "holders": [
                {
                    "exam": "front-desk",
                    "people": 1,
                    "passes": [
                        {"sat": day, "until": until, "clauses": {RULE: fingerprint}}
                    ],
                }
                for day in sat
            ]
        }
    )


@pytest.mark.parametrize(
    ("sat", "until", "told", "expected"),
    [
        (date(2026, 11, 22), date(2027, 11, 22), DAY, Outdated(1, 1)),
        (DAY, date(2027, 11, 22), DAY, Outdated(1, 1)),
        (DAY, date(2027, 11, 22), date(2026, 11, 22), Outdated(1, 0)),
        (date(2026, 11, 22), date(2026, 11, 22), DAY, None),
        (date(2026, 11, 22), date(2027, 11, 22), date(2026, 12, 1), Outdated(1, 1)),
    ],
    ids=["before", "the same day", "entry too old", "expired", "entry to come"],
)
def test_people_are_counted_as_the_standing_will_count_them(  # noqa: PLR0913, PLR0917
    sat, until, told, expected, base, tmp_path
):
    """A pass falls by an entry of its day or later, not by an older one."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, [*TWO_RINGS, *entry("material", told)])
    before, after = load(base), load(changed)
    held = passed(sat, fingerprint=before.clauses[RULE].fingerprint, until=until)

    counts = count_outdated(held, before, after, (), DAY)

    assert counts.get("front-desk") == expected


def test_who_passed_on_the_new_words_is_not_counted(base, tmp_path):
    """A pass that tested today's words stands."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, [*TWO_RINGS, *entry("material")])
    before, after = load(base), load(changed)
    held = passed(DAY, fingerprint=after.clauses[RULE].fingerprint)

    counts = count_outdated(held, before, after, (), DAY)

    assert counts["front-desk"] == Outdated(1, 0)


def test_a_waived_or_erased_person_is_not_counted(records, tree):
    """Only passes that hold, of people who are on record."""
    book, now = load(tree), datetime.now(UTC)
    with Store(str(records)) as store:
        people, outlines = list(store.people()), list(store.outlines())

    whole = summarise(book.exams, people, outlines, now)
    later = summarise(book.exams, people, outlines, now + timedelta(days=800))

    assert sum(one.people for one in whole.holders) == 2
    assert summarise(book.exams, [], outlines, now).holders == ()
    assert later.holders == ()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "x", "holders": []}'])
def test_a_wrong_summary_is_refused(text):
    """Anything else than a summary is told, never half read."""
    with pytest.raises(SummaryError, match="不是成绩汇总"):
        read_summary(text)


def test_review_codes_weigh_as_agreed():
    """An untold change blocks; what may be meant is asked."""
    assert [CODES[code].level for code in ("R801", "R802", "R803")] == [
        Level.BLOCK,
        Level.WARN,
        Level.WARN,
    ]


def test_this_handbook_is_reviewed_within_ten_seconds(handbook, tmp_path):
    """The largest change there is: every clause of the handbook is new wording."""
    copy = tmp_path / "copy"
    for part in ("content", "quizzes"):
        shutil.copytree(ROOT / part, copy / part)
    company = copy / "content/_data/figures.yml"
    text = company.read_text(encoding="utf-8")
    company.write_text(re.sub(r"(wording: \"?)", r"\1约", text), encoding="utf-8")
    began = time.process_time()

    after = load(copy)
    change = impact(handbook, after)
    said = comment(change, problems(handbook, after, DAY), Markdown())

    assert time.process_time() - began < 10
    assert len(change.figures) == len(handbook.figures)
    assert len(said) <= LONGEST
