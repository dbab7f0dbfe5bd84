"""A review tells of the company, of roles and of banks' names, shown on pages or not."""

from __future__ import annotations

from reviewing import BANK, changed_by
from test_check import plant

from handbook.review.basics import BankChange, CompanyChange, RoleChange
from handbook.review.comment import comment
from handbook.review.comparing import How
from handbook.review.markup import Markdown
from handbook.review.terminal import Terminal

COMPANY = "content/_data/company.yml"
ROLES = "content/_data/roles.yml"


def test_company(base):
    """What pages call is counted; what only the program shows is said; others, too."""
    change = changed_by(
        base,
        (
            COMPANY,
            "name: 样例服务中心",
            "name: 样例客服中心\nparking: 东侧\nhandbook_url: https://h.example.com/",
        ),
    )

    text = comment(change, (), Markdown())

    assert change.company_changes == (
        CompanyChange(
            "name", "样例服务中心", "样例客服中心", 2, "页眉、表单、合格证和收卷的页面"
        ),
        CompanyChange("parking", "", "东侧", 0, ""),
        CompanyChange(
            "handbook_url", "", "https://h.example.com/", 0, "订阅和合格证上的网址"
        ),
    )
    assert "3 项公司信息" in text
    assert "| 2 页、页眉、表单、合格证和收卷的页面 |" in text
    assert "| 没有页面直接用到 |" in text


def test_roles(base):
    """What a newcomer no longer learns, and learns now, by the names people know."""
    change = changed_by(
        base,
        (ROLES, "summary: 接待来访和来电。", "summary: 接待来访人。"),
        (
            ROLES,
            "read: [workflows/phone.md]",
            "read: [workflows/phone.md#answer, scripts/phone.md]",
        ),
        (ROLES, "exams: [front-desk]", "exams: []"),
    )

    text = comment(change, (), Markdown())

    (role,) = change.role_changes
    assert role.parts == (
        ("简介", "接待来访和来电。", "接待来访人。"),
        ("要读", "第一天：电话接听", "第一天：及时接听\n第一天：电话话术"),
        ("要考", "第一天：前台上岗考试", ""),
    )
    assert "谁必须考哪一门，写在考试的 roles 里" in text
    assert "paths/front-desk.md" in text  # whose owner is asked
    assert "没有变" not in text


def test_a_path_in_another_order(base):
    """Nobody learns more or less; it is said all the same."""
    both = "read: [scripts/phone.md, workflows/phone.md]"
    plant(base, [{"file": ROLES, "old": "read: [workflows/phone.md]", "new": both}])

    change = changed_by(
        base, (ROLES, both, "read: [workflows/phone.md, scripts/phone.md]")
    )

    assert [one.parts for one in change.role_changes] == [(("路径", "", "只换了先后"),)]


def test_a_role_comes(base):
    """A new role has no part that changed."""
    change = changed_by(
        base,
        (ROLES, "roles:\n", "roles:\n  - {id: guard, title: 护卫员, summary: 看门}\n"),
    )

    assert change.role_changes == (
        RoleChange("guard", "护卫员", How.ADDED, f"{ROLES}:2:5", ()),
    )
    assert "护卫员 `content/_data/roles.yml:2:5`（新增）" in comment(
        change, (), Markdown()
    )


def test_a_bank_is_called_otherwise(base):
    """It is told once: the exam that draws from it has the same rules."""
    change = changed_by(base, (BANK, "title: 电话接听", "title: 接电话"))

    assert change.bank_changes == (
        BankChange("phone", How.CHANGED, "电话接听", "接电话"),
    )
    assert change.exam_changes == ()
    for setting in (Markdown(), Terminal(100)):
        text = comment(change, (), setting)
        assert "题库的名称" in text
        assert "接电话" in text
        assert "没有变" not in text
