"""Exams: blueprints that can be drawn, bands that agree with the mark, roles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from handbook.checks.names import At, Names
from handbook.handbook import Handbook
from handbook.model.exams import BANDS
from handbook.papers.deltas import material_changes, pool
from handbook.papers.drawing import supply
from handbook.problems import Problem
from handbook.reading.written import Written


def blueprints_can_be_drawn(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Each topic has enough exam items, and room for all its critical ones."""
    names = Names(handbook, written)
    for exam in handbook.exams.values():
        for topic, wanted in exam.blueprint.topics.items():
            bank = handbook.banks.get(topic)
            place = written.at("exam", exam.id, "blueprint", "topics", topic)
            if written.stands("bank", topic):
                continue  # how many items it has is not known
            if bank is None:
                yield from names.unknown("bank", topic, "E502", place)
                continue
            items = supply(handbook, topic)
            counted, critical = len(items), sum(item.critical for item in items)
            if counted < wanted:
                yield Problem(
                    place,
                    "E501",
                    f"“{bank.title}”要 {wanted} 道考试题，只有 {counted} 道可用",
                    f"再写 {wanted - counted} 道 use: exam 的题，或把数目改小。",
                )
            elif exam.blueprint.critical == "all" and critical > wanted:
                yield Problem(
                    place,
                    "E501",
                    f"“{bank.title}”有 {critical} 道关键题，试卷只给了 {wanted} 个位置",
                    f"把数目改为 {critical} 或更多，或减少 critical: true 的题。",
                )


def bands_agree_with_mark(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """合格 begins at the pass mark, and bands rise."""
    for exam in handbook.exams.values():
        if missing := [name for name in BANDS if name not in exam.bands]:
            yield Problem(
                written.at("exam", exam.id, "bands"),
                "E503",
                f"等级里少了：{'、'.join(missing)}",
                "写成 bands: {优秀: 95%, 良好: 88%, 合格: 80%}。",
            )
            continue
        if exam.bands["合格"] != exam.pass_mark:
            yield Problem(
                written.at("exam", exam.id, "bands", "合格"),
                "E503",
                "“合格”的起点和合格线 pass_mark 不一样",
                "两处写成同一个百分数。",
            )
        if not all(exam.bands[a] > exam.bands[b] for a, b in pairwise(BANDS)):
            yield Problem(
                written.at("exam", exam.id, "bands"),
                "E503",
                "等级的起点没有从高到低",
                "优秀要高于良好，良好要高于合格。",
            )


def roles_exist(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """An exam is for roles that exist."""
    names = Names(handbook, written)
    for exam in handbook.exams.values():
        for number, name in enumerate(exam.roles):
            at: At = ("exam", exam.id, "roles", number)
            yield from names.unknown("role", name, "E504", at)


def changed_clauses_are_asked(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """What changed in substance can be asked: else nobody can sit a delta paper on it.

    Told are clauses that items of an exam's banks cite, all of them drafts or retired:
    whoever passed when they were asked must then sit the whole exam.
    """
    idle: dict[str, list[tuple[str, date]]] = {}
    days = [day for some in material_changes(handbook).values() for day in some]
    for exam in handbook.exams.values():
        if exam.on_change != "recertify" or not days:
            continue
        # Nobody holds a pass that is older than this.
        since = exam.valid_for.before(max(days))
        asked = {a for item in pool(handbook, exam) for a in item.source}
        resting = [
            item
            for topic in exam.blueprint.topics
            for status in ("draft", "retired")
            for item in supply(handbook, topic, status)
        ]
        for address in dict.fromkeys(a for item in resting for a in item.source):
            if address not in asked:
                idle.setdefault(address, []).append((exam.title, since))
    for page in handbook.pages.values():
        for number, change in enumerate(page.front.changes):
            for position, name in enumerate(change.clauses):
                exams = [
                    title
                    for title, since in idle.get(f"{page.path}#{name}", [])
                    if change.date >= since
                ]
                if change.kind == "material" and exams:
                    yield Problem(
                        written.at(
                            "page", page.path, "changes", number, "clauses", position
                        ),
                        "E505",
                        f"“{name}”有实质改动，{'、'.join(exams)}考它的题都停用了，"
                        "以前考过的人没有题可以补考",
                        "写一道新题，或者把改好的题设为 status: active；"
                        "不再考它的，以前通过的人要考整门。",
                    )
