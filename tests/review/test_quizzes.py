"""A review of changed items and exams: what, where, whom it binds, and never a word of one."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest
from reviewing import (
    BANK,
    EXAM,
    changed_by,
    run_review,
)

from handbook.loading import load
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.review.comment import comment
from handbook.review.comparing import How
from handbook.review.impact import impact
from handbook.review.markup import Markdown, escape
from handbook.review.quizzes import PARTS


def test_an_edited_exam_item_is_named_and_none_of_its_words(base):
    """Id, place and parts; another key reminds to regrade. Its words stay unsaid."""
    change = changed_by(
        base,
        (BANK, "先报公司名称。", "先报自己姓名。"),
        (BANK, "key: 对", "key: 错"),
        (BANK, "让客户知道没有打错。", "新的理由。"),
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
    change = changed_by(base, (BANK, "三声内, 三声, 3声内", "三声内, 三声"))

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
    change = changed_by(base, (BANK, old, new))

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
    change = changed_by(base, (BANK, "id: phone-gap", "id: phone-hole"))

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
    change = changed_by(base, (EXAM, old, new))

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
