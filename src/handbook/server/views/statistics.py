"""The page of an exam's items: how hard they are, how well they tell, what to look at."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from markupsafe import Markup

from handbook.grading.measures import FEW, MINIMUM
from handbook.handbook import Handbook
from handbook.model.code_host import code_host
from handbook.model.shares import percent
from handbook.records.database.store import Store
from handbook.records.sheets import Sheet
from handbook.records.statistics import told as statistics_told
from handbook.records.statistics.analysis import (
    TOO_EASY,
    TOO_HARD,
    WEAK,
    ExamStatistics,
    exam_statistics,
)
from handbook.rendering.plots import Caption, Column, Point, histogram, scatter
from handbook.server.views.view import Choice, View


def statistics(handbook: Handbook, store: Store, asked: Mapping[str, str]) -> View:
    """Return the statistics of the exam that was asked for; without one, the choice."""
    known = [(exam.id, exam.title) for exam in handbook.exams.values()]
    exam = asked.get("exam", "")
    every = asked.get("attempts") == "all"
    which = [("first", "每人第一次"), ("all", "每一次")]
    choices = [
        Choice("exam", "考试", exam, known, "请选一门"),
        Choice("attempts", "算哪些", asked.get("attempts", ""), which, ""),
    ]
    if exam not in handbook.exams:
        return View(
            [Sheet("题目统计", statistics_told.ITEM_COLUMNS, ())],
            choices=choices,
            told="还没有选考试。",
            about="请选一门考试。",
        )
    told = exam_statistics(handbook, store, exam, "all" if every else "first")
    links = _places(handbook, told)
    return View(
        [
            statistics_told.item_sheet(told, handbook.bank_titles),
            statistics_told.option_sheet(told),
            statistics_told.topic_sheet(told, handbook.bank_titles),
            statistics_told.paper_sheet(told),
        ],
        plots=[_scores(told), _times(told), *_items(told, links)]
        if told.sittings
        else [],
        choices=choices,
        links=links,
        about=f"{told.title}：{statistics_told.headline(told)}",
        told=f"共 {len(told.items)} 道题。",
        note=(
            f"得分率至少要 {FEW} 次考试，区分度、一致性、高低分组和提示至少要 "
            f"{MINIMUM} 次，不够的写“{statistics_told.FEW_DATA}”。得分率、区分度、瞎猜"
            "得分率按 Moodle 的统计报告，一致性按 Kuder 和 Richardson（1937），高低分组"
            "取 27%（Kelley，1939）。补考不算在内。"
        ),
    )


def _places(handbook: Handbook, told: ExamStatistics) -> dict[str, str]:
    """Return where each item stands on the code host, by its place as it is shown."""
    host = code_host(handbook.company)
    if not host:
        return {}
    places = ((item, handbook.places.get(("item", item.item))) for item in told.items)
    return {item.place: host.line(place) for item, place in places if place}


def _scores(told: ExamStatistics) -> Markup:
    mark = told.pass_mark
    return histogram(
        Caption(
            "scores",
            "成绩分布",
            f"{told.sittings} 次考试，{told.passed} 次通过，合格线 {percent(mark)}。",
        ),
        [
            Column(
                f"{n * 10}",
                f"{n * 10}% 起",
                count,
                "good" if Fraction(n, 10) >= mark else "plain",
            )
            for n, count in enumerate(told.tenths)
        ],
        axes=("得分率，%", "次数"),
        line=(mark, "合格线"),
    )


def _times(told: ExamStatistics) -> Markup:
    named = statistics_told.time_names(told.times)
    return histogram(
        Caption(
            "times",
            "用时分布",
            f"{told.sittings} 次考试{statistics_told.untimed_text(told)}，"
            f"超过限时的 {told.times[-1][1]} 次。",
        ),
        [
            Column(
                "超时" if number == len(named) - 1 else str(told.times[number][0]),
                name,
                count,
                "bad" if number == len(named) - 1 else "plain",
            )
            for number, (name, count) in enumerate(named)
        ],
        axes=("用时，分钟", "次数"),
    )


def _items(told: ExamStatistics, links: Mapping[str, str]) -> list[Markup]:
    points = [
        Point(
            item.item,
            item.facility,
            Fraction(item.discrimination.thousandths, 1000),
            "；".join(item.flags),
            links.get(item.place, ""),
        )
        for item in told.items
        if item.facility is not None and item.discrimination is not None
    ]
    if not points:
        return []
    flagged = sum(bool(point.note) for point in points)
    plot = scatter(
        Caption(
            "items",
            "题目：得分率和区分度",
            f"{len(points)} 道题有足够的数据，{flagged} 道要看一看，编了号，列在图下。",
        ),
        points,
        axes=("得分率", "区分度"),
        guides=((TOO_HARD, TOO_EASY), (WEAK,)),
    )
    return [plot]
