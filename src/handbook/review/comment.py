"""The impact of a change as a Markdown comment that any code host can show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from handbook.problems import Problem, summary
from handbook.records.plain import visible
from handbook.review.impact import How, Impact, TouchedExam
from handbook.review.passes import Outdated
from handbook.wordings import pieces

MARK = "<!-- handbook-review -->"
"""First line of the comment: by it a host's job finds the one to update in place."""

LONGEST = 60_000
"""Characters of a comment; the shortest limit of a host is 65,536."""

_JOINER = "\u2060"
"""Shows nothing, and parts what a host would take for a name or an address."""

_MARKUP = re.compile(r"[\\`*_\[\]{}<>&|=+~^#!\"'@$()-]")
_SPOKEN = re.compile(
    r"(?<=[@#!~$&])(?=\S)|(?<=(?<!\d)%)(?=\S)|(?<=:)(?=//)|(?<=www)(?=\.)",
    re.IGNORECASE,
)
"""Where a host would begin to read a name or an address; 100% and 9:00 are none."""

_TOLD = {"material": "实质改动", "editorial": "文字修订", "": "**没有写**"}


def escape(text: str) -> str:
    """Return text so that every host shows exactly it: no markup, no mention, no link."""
    parted = _SPOKEN.sub(_JOINER, visible(text))
    marked = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", parted)
    return "<br>".join(" ".join(line.split()) for line in marked.split("\n"))


def comment(
    change: Impact,
    problems: Sequence[Problem],
    *,
    site: str = "",
    people: Mapping[str, Outdated] | None = None,
) -> str:
    """Return the comment; where it would be too long, with fewer wordings in it.

    Args:
        change: what differs.
        problems: what is wrong with its entries.
        site: address of a built preview, to link into.
        people: by exam, if records were given.
    """
    text = ""
    for limit in (60, 25, 10, 3):
        text = "\n".join(_lines(change, problems, site, people, limit)) + "\n"
        if len(text) <= LONGEST:
            return text
    cut = text[:LONGEST].rpartition("\n")[0]
    return f"{cut}\n\n（太长，后面的没有列出；全文请在本地运行。）\n"


def _lines(
    change: Impact,
    problems: Sequence[Problem],
    site: str,
    people: Mapping[str, Outdated] | None,
    limit: int,
) -> Iterator[str]:
    yield MARK
    yield "## 这次改动影响什么"
    yield ""
    if change.nothing:
        yield "读者看不到变化：规则、话术、数值和题目都没有变。"
        yield from _problems(problems)
        return
    yield _counts(change, people)
    yield from _problems(problems)
    yield from _figures(change)
    yield from _clauses(change, site, limit)
    yield from _phrases(change, site, limit)
    yield from _items(change, site, limit)
    yield from _exams(change, site, people)
    yield from _confirm(change)
    yield from _pages(change, site, limit)
    yield from _owners(change)


def _counts(change: Impact, people: Mapping[str, Outdated] | None) -> str:
    parts = [
        f"{len(things)} {what}"
        for things, what in (
            (change.pages, "页"),
            (change.figures, "个数值"),
            (change.clauses, "条条款"),
            (change.phrases, "句话术"),
            (change.items, "道题目"),
            (change.exams, "门考试"),
        )
        if things
    ]
    line = f"涉及 {'、'.join(parts)}。"
    if people is not None:
        number = sum(people[e.id].outdated for e in change.exams if e.id in people)
        line += f"要重新考试或重读的成绩：{number} 份。"
    return line


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    if problems:
        yield from _heading(f"要先处理：{summary(problems).removesuffix('。')}")
    for one in problems:
        yield (
            f"- **{one.level}** {_code(str(one.place))} {one.code} "
            f"{escape(one.message)}<br>改法：{escape(one.remedy)}"
        )


def _figures(change: Impact) -> Iterator[str]:
    if change.figures:
        yield from _heading("数值")
        yield from _table(
            ("数值", "原来", "现在"),
            (
                (escape(one.name), *_side_by_side(one.before, one.after))
                for one in change.figures
            ),
        )


def _clauses(change: Impact, site: str, limit: int) -> Iterator[str]:
    if not change.clauses:
        return
    yield from _heading("条款")
    yield from _table(
        ("条款", "原来", "现在", "变更记录"),
        (
            (
                f"{_link(site, one.address, one.title, one.how)}（{one.how}）",
                *_side_by_side(one.before, one.after),
                _TOLD[one.told] if one.how is How.CHANGED else "",
            )
            for one in change.clauses[:limit]
        ),
    )
    yield from _more(change.clauses, limit)


def _phrases(change: Impact, site: str, limit: int) -> Iterator[str]:
    if change.phrases:
        yield from _heading("话术")
        yield from _table(
            ("话术", "栏", "原来", "现在"),
            (
                (
                    f"{_link(site, one.address, one.title, one.how)}（{one.how}）",
                    part,
                    *_side_by_side(before, after),
                )
                for one in change.phrases[:limit]
                for part, before, after in one.parts
            ),
        )
        yield from _more(change.phrases, limit)
    if change.resting:
        yield from _heading("依据变了、说法没有变的话术")
        yield "请看一遍，还能不能这样说："
        yield ""
        for address, title in change.resting[:limit]:
            yield f"- {_link(site, address, title)}"
        yield from _more(change.resting, limit)


def _items(change: Impact, site: str, limit: int) -> Iterator[str]:
    if not change.items:
        return
    yield from _heading("要看一遍的题目")
    limit *= 2
    yield from _table(
        ("题目", "位置", "因为", "题目文字"),
        (
            (
                _code(one.id) + (f" {escape(one.stem)}" if one.stem else ""),
                _code(one.place),
                "<br>".join(
                    [
                        *(_link(site, address, address) for address in one.clauses),
                        *(f"数值 {_code(name)}" for name in one.figures),
                    ]
                ),
                "跟着变了" if one.edited else "没有变，看答案还对不对",
            )
            for one in change.items[:limit]
        ),
    )
    yield from _more(change.items, limit)


def _exams(
    change: Impact, site: str, people: Mapping[str, Outdated] | None
) -> Iterator[str]:
    if not change.exams:
        return
    yield from _heading("考试和人")
    if change.untold:
        yield "有条款还没有写变更记录，下面先按实质改动算。"
        yield ""
    yield from _table(
        ("考试", "考到它的题", "成绩会失效", "补考"),
        (
            (
                _link(site, f"exams/{one.id}.md", one.title),
                f"{len(one.items)} 道",
                _outdated(one, people),
                _delta(one, change, site),
            )
            for one in change.exams
        ),
    )
    if people is None:
        yield ""
        yield "没有给出记录库或成绩汇总，人数没有算。"


def _confirm(change: Impact) -> Iterator[str]:
    if change.confirm:
        yield from _heading("要大家确认的改动")
        for one in change.confirm:
            asked = (
                f"读过以后答 {one.items} 道题" if one.items else "读过就行，没有题考到"
            )
            yield f"- {escape(one.summary)}：{escape('、'.join(one.roles))}，{asked}"


def _outdated(exam: TouchedExam, people: Mapping[str, Outdated] | None) -> str:
    if exam.on_change == "none":
        return "这门考试不因改动失效"
    if not (exam.delta or exam.unasked):
        return "不会：没有实质改动"
    if people is None:
        return "人数未知"
    count = people.get(exam.id, Outdated(0, 0))
    verb = "要补考" if exam.on_change == "recertify" else "提醒重读"
    return f"{count.outdated} 人{verb}（现有 {count.holding} 人通过）"


def _delta(exam: TouchedExam, change: Impact, site: str) -> str:
    """Say what people who passed before would sit, and what cannot be asked of them."""
    if exam.on_change != "recertify":
        return "—"
    lines = []
    if exam.paper:
        paper = exam.paper
        lines.append(
            f"补考 {paper.day} 起的改动：{paper.items} 题，{paper.minutes} 分钟，从这些题里抽："
        )
    if exam.delta:
        lines.append("、".join(_code(name) for name in exam.delta))
    if exam.unasked:
        titles = {one.address: one.title for one in change.clauses}
        links = (_link(site, a, titles.get(a, a)) for a in exam.unasked)
        lines.append(
            f"**没有题再考 {'、'.join(links)}，考过它的人要考整门。请先出题。**"
        )
    return "<br>".join(lines) or "—"


def _pages(change: Impact, site: str, limit: int) -> Iterator[str]:
    if not change.pages:
        return
    yield from _heading("页面")
    limit *= 2
    for one in change.pages[:limit]:
        yield f"- {_link(site, one.path, one.title, one.how)} {_code(one.path)}（{one.how}）"
    yield from _more(change.pages, limit)


def _owners(change: Impact) -> Iterator[str]:
    if change.owners:
        yield from _heading("请这些岗位看一遍")
        for owner in change.owners:
            shown = "、".join(_code(path) for path in owner.pages[:8])
            rest = "等" * (len(owner.pages) > 8)  # noqa: PLR2004 - one line's worth
            yield f"- {escape(owner.title)}：{shown}{rest}"


def _heading(title: str) -> tuple[str, str, str]:
    return "", f"### {title}", ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _more(things: Sequence[object], limit: int) -> Iterator[str]:
    if len(things) > limit:
        yield ""
        yield f"还有 {len(things) - limit} 项没有列出。"


def _code(text: str) -> str:
    """Return a name or a path in code; one with a mark in it as escaped text."""
    return f"`{text}`" if re.fullmatch(r"[\w./:-]+", text) else escape(text)


def _link(site: str, target: str, title: str, how: How = How.CHANGED) -> str:
    """Return a link into the preview; only the title where there is none."""
    if not site or how is How.REMOVED:
        return escape(title)
    page, hash_, anchor = target.partition("#")
    url = quote(page.removesuffix(".md") + ".html") + hash_ + quote(anchor)
    return f"[{escape(title)}](<{quote(site.rstrip('/'), safe=':/?=&%~@.-_')}/{url}>)"


def _side_by_side(before: str, after: str) -> tuple[str, str]:
    """Return both wordings with what differs marked, long stretches of the same cut."""
    if not before or not after:
        return escape(before) or "—", escape(after) or "—"
    was, now = [], []
    for piece in pieces(before, after):
        if piece.same:
            same = escape(_shortened(piece.before))
            was.append(same)
            now.append(same)
            continue
        if piece.before:
            was.append(f"<del>{escape(piece.before)}</del>")
        if piece.after:
            now.append(f"<ins>{escape(piece.after)}</ins>")
    return "".join(was), "".join(now)


_AROUND = 60


def _shortened(same: str) -> str:
    if len(same) <= 3 * _AROUND:
        return same
    return f"{same[:_AROUND]}……{same[-_AROUND:]}"
