"""What each of the trainers' pages shows: sheets, plots, and what may be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from handbook.grading.measures import FEW, MINIMUM
from handbook.handbook import Handbook
from handbook.model.code_host import code_host
from handbook.model.shares import percent
from handbook.records import lists, readiness, reports, statistics_told
from handbook.records.care import verify_text
from handbook.records.currency import Rules
from handbook.records.lists import Outlook, outlook
from handbook.records.sheets import Sheet
from handbook.records.standing import Standing, State
from handbook.records.statistics import (
    TOO_EASY,
    TOO_HARD,
    WEAK,
    ExamStatistics,
    exam_statistics,
)
from handbook.records.store import Store
from handbook.records.times import day
from handbook.rendering.plots import Bar, Column, Point, Tone, bars, histogram, scatter

PAGES: Mapping[str, str] = {
    "roles": lists.TITLES["roles"],
    "standing": "考试情况",
    "reminders": lists.TITLES["reminders"],
    "unconfirmed": lists.TITLES["unconfirmed"],
    "exceptions": lists.TITLES["exceptions"],
    "statistics": "题目统计",
}
"""The pages by the last part of their address."""

_MONTHS = 13
"""How far ahead the plot of passes that run out looks: this month, and those after it
up to the same one next year, in which what was passed today runs out."""

_STATES = {
    "可以上岗": (State.PASSED, State.WAIVED),
    "快到期": (State.EXPIRING,),
    "要补考或重考": (State.OUTDATED, State.EXPIRED, State.FAILED, State.COOLING),
    "次数用尽": (State.EXHAUSTED,),
}


_TONES: Mapping[str, Tone] = {
    State.PASSED.value: "good",
    State.WAIVED.value: "good",
    State.EXPIRING.value: "warn",
    State.COOLING.value: "warn",
    State.OUTDATED.value: "bad",
    State.EXPIRED.value: "bad",
    State.FAILED.value: "bad",
    State.EXHAUSTED.value: "bad",
    State.ABSENT.value: "plain",
    "可以": "good",
    "不可以": "bad",
}
"""How a cell is marked that says where somebody stands, by its text."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a page lets choose."""

    name: str
    label: str
    chosen: str
    options: Sequence[tuple[str, str]] = ()
    """Value and text; empty for something to be typed."""
    nothing: str = "全部"
    """What it says where nothing is chosen; empty where something always is."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows."""

    sheets: Sequence[Sheet]
    """The first one can be had as a file."""
    plots: Sequence[Markup] = ()
    choices: Sequence[Choice] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    """Where a cell leads, by its text."""
    tones: Mapping[str, Tone] = field(default_factory=lambda: _TONES)
    """How a cell is marked, by its text."""
    who: Collection[str] = ("工号", "姓名", "题目")
    """Columns that say of whom or what a row is."""
    certificates: Sequence[str] = ()
    """For each row of the first sheet: where its certificate is; empty if nowhere."""
    faults: Sequence[str] = ()
    sound: Sequence[str] = ()
    about: str = ""
    note: str = ""
    told: str = ""
    """How much there is, in a sentence; what it means if there is nothing."""


def view(  # noqa: PLR0913 - which page, of what, when, for whom
    name: str,
    asked: Mapping[str, str],
    *,
    handbook: Handbook,
    store: Store,
    now: datetime,
    rules: Rules,
    whole: bool,
) -> View:
    """Return a page.

    Args:
        name: one of `PAGES`.
        asked: what its form or its address chooses.
        handbook: exams, roles, items.
        store: the records.
        now: the moment asked about.
        rules: what `rules_of` says of the handbook.
        whole: whether more than the first sheet is wanted.
    """
    if name == "statistics":
        return _statistics(handbook, store, asked)
    seen = outlook(handbook, store, now, rules)
    if name == "standing":
        return _standing(seen, asked)
    sheet = seen.sheet(name)
    told = lists.last_line(name, sheet)
    match name:
        case "roles":
            return View([sheet], plots=_roles(seen), told=told)
        case "reminders":
            return View([sheet], plots=[_ending(seen)], told=told)
        case "unconfirmed":
            return View([sheet], plots=_confirmed(seen), told=told)
    sound, lines = verify_text(store, None) if whole else (True, ())
    return View(
        [sheet],
        faults=() if sound else lines,
        sound=lines if sound else (),
        told=told,
    )


def _roles(seen: Outlook) -> list[Markup]:
    totals = readiness.totals(seen.readiness())
    if not totals:
        return []
    ready = sum(able for _, able, _ in totals)
    everyone = sum(number for _, _, number in totals)
    plot = bars(
        "roles",
        "每个岗位今天可以上岗的人",
        [Bar(title, (able, number - able)) for title, able, number in totals],
        parts=[("可以上岗", "good"), ("还差考试", "bad")],
        of="岗位",
        says=f"各岗位合计 {everyone} 人次，其中 {ready} 人次可以上岗。",
    )
    return [plot]


def _standing(seen: Outlook, asked: Mapping[str, str]) -> View:
    state, exam, number = (asked.get(n, "") for n in ("state", "exam", "person"))
    chosen = reports.select(
        seen.standings,
        exam=exam or None,
        number=number or None,
        states=(state,) if state else (),
    )
    titles = dict.fromkeys((one.exam, one.title) for one in seen.standings)
    counts = Counter((one.title, one.state) for one in chosen)
    rows = [
        Bar(
            title,
            tuple(sum(counts[title, s] for s in some) for some in _STATES.values()),
        )
        for title in dict.fromkeys(one.title for one in chosen)
    ]
    tones: tuple[Tone, ...] = ("good", "warn", "bad", "plain")
    return View(
        [reports.as_sheet(chosen)],
        plots=[
            bars(
                "standing",
                "每门考试的情况",
                rows,
                parts=list(zip(_STATES, tones, strict=True)),
                of="考试",
                says=f"{len(rows)} 门考试，{len(chosen)} 行。没有参加的不画。",
            )
        ]
        if rows
        else [],
        choices=[
            Choice("exam", "考试", exam, list(titles)),
            Choice("state", "状态", state, [(s.value, s.value) for s in State]),
            Choice("person", "工号", number),
        ],
        certificates=[_certificate(one) for one in chosen],
        told=reports.last_line(chosen),
    )


def _certificate(one: Standing) -> str:
    if one.state not in {State.PASSED, State.EXPIRING}:
        return ""
    return "certificate?" + urlencode({"person": one.person.number, "exam": one.exam})


def _ending(seen: Outlook) -> Markup:
    today = day(seen.now)
    first = today.replace(day=1)
    months = [first + relativedelta(months=n) for n in range(_MONTHS)]
    ends = Counter(
        one.until.replace(day=1)
        for one in seen.standings
        if one.until and one.until >= today and one.state is not State.WAIVED
    )
    soon, shown = (sum(ends[m] for m in months[:n]) for n in (2, _MONTHS))
    later = ends.total() - shown
    return histogram(
        "ending",
        "往后一年，每个月到期的成绩",
        [_month(month, ends[month], n) for n, month in enumerate(months)],
        axes=("月份", "份数"),
        says=f"这个月和下个月到期 {soon} 份，一年内共 {shown} 份"
        + f"，更晚的 {later} 份没有画。" * bool(later)
        + "。" * (not later),
    )


def _month(month: date, count: int, number: int) -> Column:
    near = 2
    return Column(
        f"{month.month}月",
        f"{month.year} 年 {month.month} 月",
        count,
        "warn" if number < near else "plain",
    )


def _confirmed(seen: Outlook) -> list[Markup]:
    counts: dict[str, list[int]] = {}
    for one in seen.asked():
        change = one.confirmation.change
        count = counts.setdefault(f"{change.date} {change.summary}", [0, 0])
        count[bool(one.state)] += 1
    if not counts:
        return []
    waiting = sum(missing for _, missing in counts.values())
    plot = bars(
        "confirmed",
        "每条改动有多少人确认了",
        [Bar(label, (done, missing)) for label, (done, missing) in counts.items()],
        parts=[("已确认", "good"), ("还没有", "bad")],
        of="改动",
        says=f"{len(counts)} 条改动，还差 {waiting} 人次没有确认。",
    )
    return [plot]


def _statistics(handbook: Handbook, store: Store, asked: Mapping[str, str]) -> View:
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
    topics = {topic: bank.title for topic, bank in handbook.banks.items()}
    links = _places(handbook, told)
    return View(
        [
            statistics_told.item_sheet(told, topics),
            statistics_told.option_sheet(told),
            statistics_told.topic_sheet(told, topics),
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
        "scores",
        "成绩分布",
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
        says=f"{told.sittings} 次考试，{told.passed} 次通过，合格线 {percent(mark)}。",
        line=(mark, "合格线"),
    )


def _times(told: ExamStatistics) -> Markup:
    named = statistics_told.time_names(told.times)
    return histogram(
        "times",
        "用时分布",
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
        says=f"{told.sittings} 次考试，超过限时的 {told.times[-1][1]} 次。",
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
        "items",
        "题目：得分率和区分度",
        points,
        axes=("得分率", "区分度"),
        guides=((TOO_HARD, TOO_EASY), (WEAK,)),
        says=f"{len(points)} 道题有足够的数据，{flagged} 道要看一看，编了号，列在图下。",
    )
    return [plot]
