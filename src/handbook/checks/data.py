"""Data files: ids used once, names that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbook.handbook import Handbook
from handbook.model.numerals import numbers
from handbook.problems import Problem, guess
from handbook.reading.written import Written

_NAMES = {
    "figure": "数值",
    "system": "制度",
    "role": "岗位",
    "form": "表单",
    "bank": "题库",
    "item": "题目",
    "exam": "考试",
    "flow": "分步指引",
    "event": "周期工作",
    "term": "术语",
}


def ids_are_unique(_handbook: Handbook, written: Written) -> Iterator[Problem]:
    """An id names one thing; the first one written wins."""
    for kind, name, place, first in written.repeated:
        yield Problem(
            place,
            "Q403" if kind == "item" else "P209",
            f"{_NAMES[kind]}编号“{name}”已经用过（{first}）",
            "换一个没有用过的编号。",
        )


def data_point_to_what_exists(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """Figures, forms, flows, events and terms name a clause; paths name pages, topics and exams."""
    for kind, things in (
        ("figure", handbook.figures),
        ("form", handbook.forms),
        ("flow", handbook.flows),
        ("event", handbook.events),
        ("term", handbook.terms),
    ):
        for name, thing in things.items():
            if (
                thing.clause
                and thing.clause not in handbook.clauses
                and not written.stands("clause", thing.clause)
            ):
                yield Problem(
                    written.at(kind, name, "clause"),
                    "M303",
                    f"{_NAMES[kind]}“{thing.id}”所属的条款不存在：{thing.clause}",
                    guess(thing.clause, handbook.clauses)
                    or "写成 policies/complaints.md#same-day-check 这样的地址。",
                    missing=thing.clause,
                )
    for name, role in handbook.roles.items():
        for number, stage in enumerate(role.path):
            for field, targets, known, what, kind in (
                (
                    "read",
                    stage.read,
                    {*handbook.pages, *handbook.clauses},
                    "页面或条款",
                    "page",
                ),
                ("practice", stage.practice, set(handbook.banks), "题库", "bank"),
                ("exams", stage.exams, set(handbook.exams), "考试", "exam"),
            ):
                for position, target in enumerate(targets):
                    if target not in known and not written.stands(kind, target):
                        yield Problem(
                            written.at("role", name, "path", number, field, position),
                            "M303",
                            f"没有这个{what}：{target}",
                            guess(target, known) or "检查编号，或先建好它。",
                            missing=target if field == "read" else f"{kind}:{target}",
                        )


def figures_say_their_value(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """`value` and `wording` are one number written twice; both change together."""
    for name, figure in handbook.figures.items():
        if re.search("[“”‘’]", figure.value):
            yield Problem(
                written.at("figure", name, "value"),
                "P212",
                f"value 里有中文引号：{figure.value}",
                '去掉它；要加引号就用英文的，例如 "3"。',
            )
        said = numbers(figure.wording)
        missing = [number for number in numbers(figure.value) if number not in said]
        # 0 is said as 当天, and 半 is no number.
        if any(missing) and (said or "半" not in figure.wording):
            yield Problem(
                written.at("figure", name, "wording"),
                "P212",
                f"value 是“{figure.value}”，wording 却写“{figure.wording}”",
                "两处改成同一个数；页面和话术里读到的是 wording。",
            )
