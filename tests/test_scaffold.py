"""`scripts/new.py`: what is begun lacks only its own words, and nothing there is touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import by_hand
import pytest
import yaml
from click.testing import Result

from handbook.loading import load
from handbook.scaffold import TYPES

ROOT = Path(__file__).parents[1]
CLAUSE = ["--clause", "workflows/phone.md#message"]
MADE = {
    "policy": ["page", "policies/visits.md", "--title", "参观接待", "--description", "参观怎么接", "--owner", "front-desk"],
    "workflow": ["page", "workflows/visits.md", "--title", "参观：怎么接", "--description", "参观怎么接", "--owner", "front-desk"],
    "script": ["page", "scripts/visits.md", "--title", "参观话术", "--description", "参观怎么说", "--owner", "front-desk", *CLAUSE],
    "lesson": ["page", "lessons/visits.md", "--title", "参观课", "--description", "参观怎么学", "--owner", "front-desk"],
    "guide": ["page", "guide/visits.md", "--title", "参观指南", "--description", "参观怎么改", "--owner", "front-desk"],
    "phrase": ["phrase", "scripts/phone.md", "leave-message", "--title", "请留言", "--words", "【称呼】，请您留个言，好吗？", *CLAUSE],
    "exam": ["exam", "night-desk", "--title", "夜班考试", "--roles", "front-desk", "--topics", "phone", "--owner", "front-desk"],
    "form": ["form", "visit-log", "--title", "参观登记", "--owner", "front-desk", *CLAUSE],
} | {
    f"item-{kind}": ["item", "phone", f"new-{kind.replace('_', '-')}", "--type", kind, "--stem", f"留言时{kind}？", *CLAUSE]
    for kind in TYPES
}  # fmt: skip

OWN_PAGE = ["第一条", "写明谁、做什么、什么时候做完。一条只说一件事。"]
PHRASE = ["写什么时候说", "写说完以后做什么"]
WHY = "写一句为什么。"
UNWRITTEN = {
    page: ["这一页管什么事，写一句。", *OWN_PAGE]
    for page in ("policy", "workflow", "lesson", "guide")
} | {
    "script": ["这一页的话什么时候说，写一句。", "场景", "第一句", *PHRASE],
    "phrase": PHRASE,
    "exam": [],
    "form": ["写谁保管、保管多久"],
    "item-single": ["写正确的做法", "写常见的错误做法", "写为什么不对。", "写另一种错误做法", "写为什么不对。", WHY],
    "item-multiple": ["写一个正确的", "写另一个正确的", "写一个错误的", "写为什么不对。", WHY],
    "item-true_false": [WHY],
    "item-blank": ["写标准答案", "写也算对的写法", WHY],
    "item-order": ["写第一步", "写第二步", "写第三步", WHY],
    "item-match": ["写左边第一项", "写左边第二项", "写右边第一项", "写右边第二项", WHY],
}  # fmt: skip
"""What each leaves to be written, in the order of the file."""


@pytest.fixture
def tree(tmp_path) -> Path:
    """The small handbook."""
    return Path(shutil.copytree(ROOT / "tests/cases/handbook", tmp_path / "book"))


def run(tree: Path, *words: str, answers: str = "") -> Result:
    """Run the script as a trainer does, in this process."""
    return by_hand.run("new", *words, "--root", tree, answers=answers)


def contents(tree: Path) -> dict[str, str]:
    """Every file of a tree."""
    return {
        path.relative_to(tree).as_posix(): path.read_text(encoding="utf-8")
        for path in tree.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", MADE)
def test_what_is_begun_passes_the_check(tree, name):
    """Nothing is left but to write what it says, and it says what to do next."""
    before = contents(tree)

    ran = run(tree, *MADE[name])

    assert ran.exit_code == 0, ran.stderr
    found = load(tree).problems
    assert {"P218"} >= {problem.code for problem in found}
    assert UNWRITTEN[name] == [problem.message.split("”")[0][1:] for problem in found]
    assert all(f"  {one.place} {one.message}\n" in ran.stdout for one in found)
    assert ("接下来写" in ran.stdout) == bool(found)
    assert "接下来：" in ran.stdout
    assert ran.stdout.endswith("检查：没有发现问题。\n")
    for path, text in contents(tree).items():
        assert text.startswith(before.get(path, "").rstrip("\n")), path


def test_all_of_it_together_passes_the_check(tree):
    """One after the other, in one handbook."""
    for words in MADE.values():
        assert run(tree, *words).exit_code == 0

    found = [problem.code for problem in load(tree).problems]
    assert found == ["P218"] * sum(map(len, UNWRITTEN.values()))


def test_a_sentence_that_says_the_same_is_left_alone(tree):
    """Only what stands alone is a placeholder."""
    page = tree / "content/workflows/phone.md"
    page.write_text(
        f"{page.read_text(encoding='utf-8').rstrip()}写第一步，再写为什么不对。\n",
        encoding="utf-8",
    )

    assert "P218" not in {problem.code for problem in load(tree).problems}


@pytest.mark.parametrize("name", ["policy", "phrase", "item-single", "exam", "form"])
def test_nothing_that_is_there_is_touched(tree, name):
    """A second time, the name is taken."""
    run(tree, *MADE[name])
    before = contents(tree)

    ran = run(tree, *MADE[name])

    assert ran.exit_code == 2
    assert "换一个" in ran.stderr
    assert before == contents(tree)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["page", "forms/x.md", "--title", "a", "--description", "b"], "policies"),
        (["page", "policies/X y.md", "--title", "a", "--description", "b"], "小写英文"),
        (["page", "policies/x.md", "--title", "a", "--description", "b", "--owner", "front-dsk"], "是不是想写 front-desk"),
        (["page", "scripts/x.md", "--title", "a", "--description", "b", "--owner", "front-desk"], "--clause"),
        (["phrase", "scripts/fone.md", "x", "--title", "a", "--words", "b", *CLAUSE], "是不是想写 scripts/phone.md"),
        (["item", "phone", "x", "--stem", "a", "--type", "single", "--clause", "workflows/phone.md#massage"], "#message"),
        (["exam", "x", "--title", "a", "--roles", "front-desk", "--topics", "fone", "--owner", "front-desk"], "是不是想写 phone"),
        (["form", "x", "--title", "a", "--clause", "nowhere", "--owner", "front-desk"], "没有“nowhere”这个条款"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_said_in_chinese(tree, words, said):
    """With the nearest name; nothing is written."""
    before = contents(tree)

    ran = run(tree, *words)

    assert ran.exit_code == 2
    assert said in ran.stderr
    assert before == contents(tree)


def test_it_asks_for_what_was_not_given(tree):
    """A trainer who types only the id is asked the rest, in Chinese."""
    ran = run(
        tree,
        "item",
        "phone",
        "asked",
        answers="true_false\n留言要写姓名。\nworkflows/phone.md#message\n",
    )

    assert ran.exit_code == 0, ran.stderr
    assert "题干" in ran.stdout
    bank = yaml.safe_load((tree / "quizzes/banks/phone.yml").read_text("utf-8"))
    assert bank["items"][-1]["stem"] == "留言要写姓名。"


@pytest.mark.parametrize("title", ["# {\"a\": [b]} 'c' | x: y", "2026", "no"])
def test_hostile_words_stay_words(tree, title):
    """What YAML and Markdown would read otherwise is quoted, for other readers too."""
    ran = run(tree, "form", "odd", "--title", title, "--owner", "front-desk", *CLAUSE)

    assert ran.exit_code == 0, ran.stderr
    assert load(tree).forms["odd"].title == title
    written = (tree / "content/_data/forms.yml").read_text("utf-8")
    assert yaml.safe_load(written)["forms"][-1]["title"] == title


def test_a_draft_is_asked_of_nobody(tree):
    """Its placeholders reach no paper and no practice page."""
    run(tree, *MADE["item-single"])

    assert load(tree).items["new-single"].status == "draft"
