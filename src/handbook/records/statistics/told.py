"""Statistics of an exam, told: tables for a terminal, a sheet, a stable document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from handbook.grading.measures import FEW, MINIMUM, Consistency
from handbook.harmless import visible
from handbook.model.shares import decimal, percent
from handbook.records.sheets import Sheet, sheet_table
from handbook.records.statistics.analysis import (
    ExamStatistics,
    ItemStatistics,
    PaperStatistics,
)

FORMAT = "handbook-stats/1"
"""Names the shape of `as_document`."""

FEW_DATA = "数据不足"
ALIKE = "没有差别"
"""Where there are enough sittings, and all are the same."""

ITEM_COLUMNS = ("题目", "主题", "次数", "得分率", "区分度", "瞎猜", "要看的", "位置")
"""Headings of the sheet of items, in order."""


def headline(told: ExamStatistics) -> str:
    """Return the exam in one sentence."""
    which = "每人第一次" if told.attempts == "first" else "每一次"
    return (
        f"{which}考试，共 {told.sittings} 次，"
        f"通过 {told.passed} 次，平均 {_share(told.average)}，"
        f"中位 {_share(told.middle)}，用时中位 {_number(told.minutes)} 分钟"
        + untimed_text(told)
        + "。"
    )


def untimed_text(told: ExamStatistics) -> str:
    """Return how many sittings are in no figure of time; empty where all are."""
    return f"（{told.untimed} 次不知道何时开考，不算）" if told.untimed else ""


def time_names(times: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
    """Return each stretch of time in words, with how many took so long."""
    ends = [start for start, _ in times[1:]]
    names = [
        f"{start}—{end} 分钟" for (start, _), end in zip(times, ends, strict=False)
    ]
    names.append(f"超过 {times[-1][0]} 分钟" if times else "")
    return list(zip(names, (count for _, count in times), strict=False))


def item_sheet(told: ExamStatistics, topics: Mapping[str, str]) -> Sheet:
    """Return what the records say of each item, those to look at first.

    Args:
        told: the statistics.
        topics: titles by topic.
    """
    ordered = sorted(told.items, key=lambda item: -len(item.flags))
    return Sheet(
        f"{told.title}：题目",
        ITEM_COLUMNS,
        tuple(
            (
                item.item + ("" if item.counted or not item.sittings else "（试测）"),
                topics.get(item.topic, item.topic),
                f"{item.sittings}" + (f"（旧版 {item.others}）" if item.others else ""),
                _share(item.facility),
                str(item.discrimination or _missing(item.sittings)),
                percent(item.guess),
                "；".join(item.flags),
                item.place,
            )
            for item in ordered
        ),
        frozenset({"次数", "得分率", "区分度", "瞎猜"}),
    )


def option_sheet(told: ExamStatistics) -> Sheet:
    """Return who chose which option, item by item."""
    return Sheet(
        f"{told.title}：选项",
        ("题目", "选项", "对错", "次数", "高分组", "低分组"),
        tuple(
            (
                item.item,
                option.text,
                "对" if option.right else "",
                str(option.count.chosen),
                *(
                    str(end) if item.grouped else _missing(item.sittings)
                    for end in (option.count.upper, option.count.lower)
                ),
            )
            for item in told.items
            for option in item.options
        ),
        frozenset({"次数", "高分组", "低分组"}),
    )


def paper_sheet(told: ExamStatistics) -> Sheet:
    """Return how well the items of each paper agree."""
    return Sheet(
        f"{told.title}：试卷",
        ("试卷", "计分题", "次数", "一致性", "瞎猜得分率"),
        tuple(
            (
                f"第 {paper.form} 份",
                str(paper.items),
                str(paper.sittings),
                consistency_text(paper),
                "题目已删去" if paper.guess is None else percent(paper.guess),
            )
            for paper in told.papers
        ),
        frozenset({"计分题", "次数", "瞎猜得分率"}),
    )


def topic_sheet(told: ExamStatistics, topics: Mapping[str, str]) -> Sheet:
    """Return which share of the marks each topic brought."""
    return Sheet(
        f"{told.title}：主题",
        ("主题", "作答", "得分率"),
        tuple(
            (topics.get(topic, topic), str(number), _share(share))
            for topic, (number, share) in told.topics.items()
        ),
        frozenset({"作答", "得分率"}),
    )


def consistency_text(paper: PaperStatistics) -> str:
    """Return KR-20 or alpha of a paper, or why there is none."""
    found = paper.consistency
    if found is None:
        return _missing(paper.sittings)
    return f"{_measure(found)} {_signed(found.value)}"


def as_tables(told: ExamStatistics, topics: Mapping[str, str]) -> Group:
    """Return the statistics for a terminal; no text in them is read as markup.

    Args:
        told: the statistics.
        topics: titles by topic.
    """
    return Group(
        Text(visible(f"{told.title}（{told.exam}）：{headline(told)}")),
        _table_of_scores(told.tenths),
        _table_of_times(told.times),
        sheet_table(paper_sheet(told), "试卷"),
        sheet_table(topic_sheet(told, topics), "主题"),
        _table_of_items(told.items),
        _table_of_options(told.items),
        Text(
            f"“{FEW_DATA}”：得分率至少要 {FEW} 次考试；"
            f"区分度、KR-20、高低分组和提示至少要 {MINIMUM} 次。"
        ),
    )


def as_document(told: ExamStatistics) -> dict[str, Any]:
    """Return the statistics for programs, in this stable shape.

        {"format": "handbook-stats/1",
         "exam", "title", "attempts": "first" | "all",
         "few", "minimum": how many sittings shares and correlations need,
         "sittings", "passed",
         "average", "median": shares, "minutes": median,
         "untimed": sittings of no known beginning, in no figure of time,
         "tenths": ten counts,
         "times": [{"from": minute, "sittings"}], the last beyond the time allowed,
         "papers": [{"form", "items", "sittings", "consistency", "measure": "KR-20" |
                     "alpha" | null, "guess"}],
         "topics": [{"topic", "answers", "facility"}],
         "items": [{"item", "topic", "place", "critical", "counted", "sittings",
                    "others", "facility", "discrimination", "guess",
                    "options": [{"text", "right", "chosen", "upper", "lower"}],
                    "flags"}]}

    Exact numbers are texts such as "7/12"; discrimination is rounded to "0.412". What
    too few sittings cannot tell is null.
    """
    return {
        "format": FORMAT,
        "exam": told.exam,
        "title": told.title,
        "attempts": told.attempts,
        "few": FEW,
        "minimum": MINIMUM,
        "sittings": told.sittings,
        "passed": told.passed,
        "average": _exact(told.average),
        "median": _exact(told.middle),
        "minutes": _exact(told.minutes),
        "untimed": told.untimed,
        "tenths": list(told.tenths),
        "times": [{"from": start, "sittings": n} for start, n in told.times],
        "papers": [
            {
                "form": paper.form,
                "items": paper.items,
                "sittings": paper.sittings,
                "consistency": _exact(found.value) if found else None,
                "measure": _measure(found) if found else None,
                "guess": _exact(paper.guess),
            }
            for paper in told.papers
            for found in [paper.consistency]
        ],
        "topics": [
            {"topic": topic, "answers": number, "facility": _exact(share)}
            for topic, (number, share) in told.topics.items()
        ],
        "items": [_as_data(item) for item in told.items],
    }


def _as_data(item: ItemStatistics) -> dict[str, Any]:
    return {
        "item": item.item,
        "topic": item.topic,
        "place": item.place,
        "critical": item.critical,
        "counted": item.counted,
        "sittings": item.sittings,
        "others": item.others,
        "facility": _exact(item.facility),
        "discrimination": None
        if item.discrimination is None
        else str(item.discrimination),
        "guess": _exact(item.guess),
        "options": [
            {
                "text": option.text,
                "right": option.right,
                "chosen": option.count.chosen,
                "upper": option.count.upper if item.grouped else None,
                "lower": option.count.lower if item.grouped else None,
            }
            for option in item.options
        ],
        "flags": list(item.flags),
    }


def _table_of_scores(tenths: Sequence[int]) -> Table:
    table = Table("得分率", "次数", "", title="成绩分布", title_justify="left")
    most = max([*tenths, 1])
    for tenth, count in enumerate(tenths):
        bar = "█" * (count * 40 // most) or ("▏" if count else "")
        table.add_row(f"{tenth * 10}% 起", str(count), bar)
    return table


def _table_of_times(times: Sequence[tuple[int, int]]) -> Table:
    table = Table("用时", "次数", title="用时", title_justify="left")
    for name, count in time_names(times):
        table.add_row(name, str(count))
    return table


def _table_of_items(items: Iterable[ItemStatistics]) -> Table:
    table = Table(title="题目", title_justify="left")
    for heading in ("题目", "次数", "得分率", "区分度", "瞎猜", "位置和提示"):
        table.add_column(heading, no_wrap=heading != "位置和提示")
    for item in items:
        older = f"（另有旧版 {item.others}）" if item.others else ""
        trial = "" if item.counted or not item.sittings else "（试测）"
        table.add_row(
            Text(visible(item.item + trial)),
            f"{item.sittings}{older}",
            _share(item.facility),
            str(item.discrimination or _missing(item.sittings)),
            percent(item.guess),
            Text(visible("\n".join([item.place, *item.flags]))),
            style="yellow" if item.flags else "",
        )
    return table


def _table_of_options(items: Iterable[ItemStatistics]) -> Table:
    table = Table(
        "题目", "选项", "次数", "高分组", "低分组", title="选项", title_justify="left"
    )
    for item in items:
        for option in item.options:
            ends = (option.count.upper, option.count.lower)
            table.add_row(
                Text(visible(item.item)),
                Text(visible(("✓ " if option.right else "　") + option.text)),
                str(option.count.chosen),
                *(str(e) if item.grouped else _missing(item.sittings) for e in ends),
            )
    return table


def _missing(number: int) -> str:
    """Say why there is no figure."""
    return FEW_DATA if number < MINIMUM else ALIKE


def _measure(found: Consistency) -> str:
    return "KR-20" if found.dichotomous else "alpha"


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def _share(share: Fraction | None) -> str:
    return FEW_DATA if share is None else percent(share)


def _number(number: Fraction | None) -> str:
    return FEW_DATA if number is None else decimal(number, 1)


def _signed(number: Fraction) -> str:
    return decimal(number, 3)
