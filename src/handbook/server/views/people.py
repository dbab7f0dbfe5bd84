"""Pages about people: who may work, who stands where, what runs out, who confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from handbook.records.history.times import day
from handbook.records.lists import outlook as lists
from handbook.records.lists import readiness, reports
from handbook.records.lists.outlook import Outlook
from handbook.records.standing.standing import Standing, State
from handbook.rendering.plots import Bar, Caption, Column, Tone, bars, histogram
from handbook.server.views.view import Choice, View

_MONTHS = 13
"""How far ahead the plot of passes that run out looks: this month, and those after it
up to the same one next year, in which what was passed today runs out."""

_NEAR = 2
"""Of these months those that are marked: this one and the next."""

_STATES = {
    "可以上岗": (State.PASSED, State.WAIVED),
    "快到期": (State.EXPIRING,),
    "要补考或重考": (
        State.OUTDATED,
        State.EXPIRED,
        State.FAILED,
        State.COOLING,
        State.VOIDED,
    ),
    "次数用尽": (State.EXHAUSTED,),
}


def roles(seen: Outlook, asked: Mapping[str, str]) -> View:
    """Return who may work today, of one role or of all."""
    sheet, role = seen.sheet("roles"), asked.get("role", "")
    titles = {one.id: one.title for one in seen.handbook.roles.values()}
    if role in titles:
        place = sheet.columns.index("岗位")
        rows = tuple(row for row in sheet.rows if row[place] == titles[role])
        sheet = replace(sheet, rows=rows)
    return View(
        [sheet],
        plots=_ready(seen),
        choices=[Choice("role", "岗位", role, list(titles.items()))],
        told=lists.last_line("roles", sheet),
    )


def _ready(seen: Outlook) -> list[Markup]:
    totals = readiness.totals(seen.readiness())
    if not totals:
        return []
    able_now = sum(able for _, able, _ in totals)
    everyone = sum(number for _, _, number in totals)
    plot = bars(
        Caption(
            "roles",
            "每个岗位今天可以上岗的人",
            f"各岗位合计 {everyone} 人次，其中 {able_now} 人次可以上岗。",
        ),
        [Bar(title, (able, number - able)) for title, able, number in totals],
        parts=[("可以上岗", "good"), ("还差考试", "bad")],
        of="岗位",
    )
    return [plot]


def standings(seen: Outlook, asked: Mapping[str, str]) -> View:
    """Return where people stand, with what may be chosen of it."""
    state, exam, person = (asked.get(n, "") for n in ("state", "exam", "person"))
    chosen = seen.chosen(
        exam=exam or None,
        person=person or None,
        states=(state,) if state else (),
    )
    titles = {one.exam: one.title for one in seen.standings}
    counts = Counter((one.title, one.state) for one in chosen)
    rows = [
        Bar(
            title,
            tuple(sum(counts[title, s] for s in some) for some in _STATES.values()),
        )
        for title in dict.fromkeys(titles.values())
        if any(counts[title, state] for state in State)
    ]
    tones: tuple[Tone, ...] = ("good", "warn", "bad", "plain")
    return View(
        [reports.as_list(chosen)],
        file=reports.as_sheet(chosen),
        plots=[
            bars(
                Caption(
                    "standing",
                    "每门考试的情况",
                    f"{len(rows)} 门考试，{len(chosen)} 行。没有参加的不画。",
                ),
                rows,
                parts=list(zip(_STATES, tones, strict=True)),
                of="考试",
            )
        ]
        if rows
        else [],
        choices=[
            Choice("exam", "考试", exam, list(titles.items())),
            Choice("state", "状态", state, [(s.value, s.value) for s in State]),
            Choice("person", "工号或姓名", person),
        ],
        certificates=[_certificate(one) for one in chosen],
        told=reports.last_line(chosen),
    )


def _certificate(one: Standing) -> str:
    if one.state not in {State.PASSED, State.EXPIRING}:
        return ""
    return "certificate?" + urlencode({"person": one.person.number, "exam": one.exam})


def ending(seen: Outlook) -> Markup:
    """Return when passes run out, month by month."""
    today = day(seen.now)
    first = today.replace(day=1)
    months = [first + relativedelta(months=n) for n in range(_MONTHS)]
    ends = Counter(
        one.until.replace(day=1)
        for one in seen.standings
        if one.until and one.until >= today and one.state is not State.WAIVED
    )
    soon, shown = (sum(ends[m] for m in months[:n]) for n in (_NEAR, _MONTHS))
    later = ends.total() - shown
    return histogram(
        Caption(
            "ending",
            "往后一年，每个月到期的成绩",
            f"这个月和下个月到期 {soon} 份，一年内共 {shown} 份"
            + f"，更晚的 {later} 份没有画。" * bool(later)
            + "。" * (not later),
        ),
        [_month(month, ends[month], n) for n, month in enumerate(months)],
        axes=("月份", "份数"),
    )


def _month(month: date, count: int, number: int) -> Column:
    return Column(
        f"{month.month}月",
        f"{month.year} 年 {month.month} 月",
        count,
        "warn" if number < _NEAR else "plain",
    )


def confirmed(seen: Outlook) -> list[Markup]:
    """Return how many confirmed each change; nothing where none must be."""
    counts: dict[str, list[int]] = {}
    for one in seen.asked():
        change = one.confirmation.change
        count = counts.setdefault(f"{change.date} {change.summary}", [0, 0])
        count[bool(one.state)] += 1
    if not counts:
        return []
    waiting = sum(missing for _, missing in counts.values())
    plot = bars(
        Caption(
            "confirmed",
            "每条改动有多少人确认了",
            f"{len(counts)} 条改动，还差 {waiting} 人次没有确认。",
        ),
        [Bar(label, (done, missing)) for label, (done, missing) in counts.items()],
        parts=[("已确认", "good"), ("还没有", "bad")],
        of="改动",
    )
    return [plot]
