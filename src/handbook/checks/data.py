"""Data files: ids used once, names that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbook.checks.names import TITLES, At, Names
from handbook.handbook import Handbook
from handbook.model.numerals import numbers
from handbook.problems import Problem
from handbook.reading.written import Written


def ids_are_unique(_handbook: Handbook, written: Written) -> Iterator[Problem]:
    """An id names one thing; the first one written wins."""
    for kind, name, place, first in written.repeated:
        yield Problem(
            place,
            "Q403" if kind == "item" else "P209",
            f"{TITLES[kind]}编号“{name}”已经用过（{first}）",
            "换一个没有用过的编号。",
        )


def data_point_to_what_exists(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """Figures, forms, flows, events and terms name a clause; paths name pages, topics and exams."""
    names = Names(handbook, written)
    for kind, things in (
        ("figure", handbook.figures),
        ("form", handbook.forms),
        ("flow", handbook.flows),
        ("event", handbook.events),
        ("term", handbook.terms),
    ):
        for name, thing in things.items():
            if thing.clause:
                message = f"{TITLES[kind]}“{thing.id}”所属的条款不存在：{thing.clause}"
                at: At = (kind, name, "clause")
                yield from names.unknown("clause", thing.clause, "M303", at, message)
    for name, role in handbook.roles.items():
        for number, stage in enumerate(role.path):
            for field, kind, targets in (
                ("read", "page", stage.read),
                ("practice", "bank", stage.practice),
                ("exams", "exam", stage.exams),
            ):
                for position, target in enumerate(targets):
                    at = ("role", name, "path", number, field, position)
                    yield from names.unknown(kind, target, "M303", at)


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
