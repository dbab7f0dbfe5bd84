"""What changed of the company, the roles and the banks' names, in words for a review."""

from __future__ import annotations

from collections.abc import Iterator

from handbook.review.basics import CompanyChange
from handbook.review.comparing import How
from handbook.review.impact import Impact
from handbook.review.markup import Setting


def basics(m: Setting, change: Impact) -> Iterator[str]:
    """Yield the parts of a review that tell of them."""
    yield from _company(m, change)
    yield from _roles(m, change)
    yield from _banks(m, change)


def _company(m: Setting, change: Impact) -> Iterator[str]:
    if change.company_changes:
        yield from m.heading("公司信息")
        yield from m.table(
            ("名称", "原来", "现在", "出现在"),
            (
                (
                    m.code(one.name),
                    *m.side_by_side(one.before, one.after),
                    "、".join(_shown(one)) or "没有页面直接用到",
                )
                for one in change.company_changes
            ),
        )


def _shown(one: CompanyChange) -> Iterator[str]:
    if one.pages:
        yield f"{one.pages} 页"
    if one.elsewhere:
        yield one.elsewhere


def _roles(m: Setting, change: Impact) -> Iterator[str]:
    if not change.role_changes:
        return
    yield from m.heading("岗位和新人的路径")
    rows = [
        (
            m.escape(one.title),
            title,
            m.escape(was) or m.empty,
            m.escape(now) or m.empty,
        )
        for one in change.role_changes
        for title, was, now in one.parts
    ]
    if rows:
        yield from m.table(("岗位", "哪一部分", "去掉的", "新的"), rows)
        yield ""
    for one in change.role_changes:
        if one.how is not How.CHANGED:
            yield f"- {m.escape(one.title)} {m.code(one.place)}（{one.how}）"
        elif any(title == "要考" for title, _was, _now in one.parts):
            yield (
                f"- {m.escape(one.title)}：路径只告诉新人学什么；"
                "谁必须考哪一门，写在考试的 roles 里。"
            )


def _banks(m: Setting, change: Impact) -> Iterator[str]:
    if change.bank_changes:
        yield from m.heading("题库的名称")
        yield "练习页、试卷的组成和统计里会这样叫："
        yield ""
        yield from m.table(
            ("题库", "原来", "现在"),
            (
                (m.code(one.topic), m.escape(one.before) or m.empty,
                 m.escape(one.after) or m.empty)
                for one in change.bank_changes
            ),
        )  # fmt: skip
