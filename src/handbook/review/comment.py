"""The impact of a change in words, for a comment on a code host and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handbook.problems import Problem, summary
from handbook.review.basics_told import basics
from handbook.review.comparing import How
from handbook.review.impact import Impact
from handbook.review.markup import Setting, more
from handbook.review.passes import Outdated
from handbook.review.texts import ClauseChange
from handbook.review.touched import TouchedExam

_ON_A_LINE = 8
"""Pages of an owner that are named."""

_TOLD = {"material": "实质改动", "editorial": "文字修订", "": "没有写"}


def comment(
    change: Impact,
    problems: Sequence[Problem],
    setting: Setting,
    *,
    people: Mapping[str, Outdated] | None = None,
) -> str:
    """Return the review; where it would be too long, with fewer wordings in it.

    Args:
        change: what differs.
        problems: what is wrong with its entries.
        setting: how it is set.
        people: by exam, if records were given.
    """
    text = ""
    for limit in (60, 25, 10, 3):
        text = "\n".join(_lines(setting, change, problems, people, limit)) + "\n"
        if len(text) <= setting.longest:
            return text
    cut = text[: setting.longest].rpartition("\n")[0]
    return f"{cut}\n\n（太长，后面的没有列出；全文请在本地运行。）\n"


def _lines(
    m: Setting,
    change: Impact,
    problems: Sequence[Problem],
    people: Mapping[str, Outdated] | None,
    limit: int,
) -> Iterator[str]:
    yield from m.title("这次改动影响什么")
    if change.nothing:
        yield "读者看不到变化：规则、话术、数值、题目、考试、岗位和公司信息都没有变。"
        yield from _problems(m, problems)
        return
    yield _counts(change, people)
    yield from _problems(m, problems)
    yield from _figures(m, change)
    yield from _clauses(m, change, limit)
    yield from _phrases(m, change, limit)
    yield from _item_changes(m, change, limit)
    yield from _items(m, change, limit)
    yield from _exam_changes(m, change)
    yield from _exams(m, change, people)
    yield from _confirm(m, change)
    yield from basics(m, change)
    yield from _pages(m, change, limit)
    yield from _owners(m, change)


def _counts(change: Impact, people: Mapping[str, Outdated] | None) -> str:
    parts = [
        f"{len(things)} {what}"
        for things, what in (
            (change.pages, "页"),
            (change.figures, "个数值"),
            (change.clauses, "条条款"),
            (change.phrases, "句话术"),
            (change.item_changes, "道改过的题目"),
            (change.items, "道要看一遍的题目"),
            (change.exam_changes, "门改过的考试"),
            (change.exams, "门考到改动的考试"),
            (change.company_changes, "项公司信息"),
            (change.role_changes, "个岗位"),
            (change.bank_changes, "个题库的名称"),
        )
        if things
    ]
    line = f"涉及 {'、'.join(parts)}。"
    if people is not None:
        number = sum(people[e.id].outdated for e in change.exams if e.id in people)
        line += f"要补考或重读的成绩：{number} 份。"
    return line


def _problems(m: Setting, problems: Sequence[Problem]) -> Iterator[str]:
    if problems:
        yield from m.heading(f"要先处理：{summary(problems).removesuffix('。')}")
    for one in problems:
        yield m.problem(one)


def _figures(m: Setting, change: Impact) -> Iterator[str]:
    if change.figures:
        yield from m.heading("数值")
        yield from m.table(
            ("数值", "原来", "现在"),
            (
                (m.escape(one.name), *m.side_by_side(one.before, one.after))
                for one in change.figures
            ),
        )


def _clauses(m: Setting, change: Impact, limit: int) -> Iterator[str]:
    if not change.clauses:
        return
    yield from m.heading("条款")
    yield from m.table(
        ("条款", "原来", "现在", "变更记录"),
        (
            (
                f"{m.link(one.address, one.title, one.how)}（{one.how}）",
                *m.side_by_side(one.before, one.after),
                _told(m, one),
            )
            for one in change.clauses[:limit]
        ),
    )
    yield from more(change.clauses, limit)


def _told(m: Setting, one: ClauseChange) -> str:
    if one.how is not How.CHANGED:
        return ""
    return _TOLD[one.told] if one.told else m.strong(_TOLD[""])


def _phrases(m: Setting, change: Impact, limit: int) -> Iterator[str]:
    if change.phrases:
        yield from m.heading("话术")
        yield from m.table(
            ("话术", "栏", "原来", "现在"),
            (
                (
                    f"{m.link(one.address, one.title, one.how)}（{one.how}）",
                    part,
                    *m.side_by_side(before, after),
                )
                for one in change.phrases[:limit]
                for part, before, after in one.parts
            ),
        )
        yield from more(change.phrases, limit)
    if change.resting:
        yield from m.heading("依据变了、说法没有变的话术")
        yield "请看一遍，还能不能这样说："
        yield ""
        for address, title in change.resting[:limit]:
            yield f"- {m.link(address, title)}"
        yield from more(change.resting, limit)


def _item_changes(m: Setting, change: Impact, limit: int) -> Iterator[str]:
    """Name what changed of items, never their words: who sits them may read it."""
    if not change.item_changes:
        return
    yield from m.heading("改过的题目")
    limit *= 2
    yield from m.table(
        ("题目", "位置", "改了什么"),
        (
            (m.code(one.id), m.code(one.place), "、".join(one.parts) or one.how)
            for one in change.item_changes[:limit]
        ),
    )
    yield from more(change.item_changes, limit)
    exams = dict.fromkeys(exam for one in change.item_changes for exam in one.regrade)
    if exams:
        yield ""
        yield (
            "考试题的答案变了。原来的答案是错的，合并以后要重判，先看谁的结果会变；"
            "规定变了、答案跟着变的，不用重判。"
        )
        yield ""
        for exam in exams:
            yield f"- {m.code(f'scripts/regrade.py {exam} --dry-run')}"


def _exam_changes(m: Setting, change: Impact) -> Iterator[str]:
    if not change.exam_changes:
        return
    yield from m.heading("改过的考试")
    rows = [
        (m.escape(one.title), title, m.escape(was) or m.empty, m.escape(now) or m.empty)
        for one in change.exam_changes
        for title, was, now in one.rules
    ]
    if rows:
        yield from m.table(("考试", "规定", "原来", "现在"), rows)
        yield ""
    for one in change.exam_changes:
        name = f"{m.escape(one.title)} {m.code(one.place)}（{one.how}）"
        if one.must:
            yield f"- {name}：合并以后，这些岗位都要考：{m.escape('、'.join(one.must))}"
        if one.freed:
            yield f"- {name}：合并以后，这些岗位不用考了：{m.escape('、'.join(one.freed))}"


def _items(m: Setting, change: Impact, limit: int) -> Iterator[str]:
    if not change.items:
        return
    yield from m.heading("要看一遍的题目")
    limit *= 2
    yield from m.table(
        ("题目", "位置", "因为", "题目文字"),
        (
            (
                m.code(one.id) + (f" {m.escape(one.stem)}" if one.stem else ""),
                m.code(one.place),
                m.lines(
                    [
                        *(m.link(address, address) for address in one.clauses),
                        *(f"数值 {m.code(name)}" for name in one.figures),
                    ]
                ),
                "跟着变了" if one.edited else "没有变，看答案还对不对",
            )
            for one in change.items[:limit]
        ),
    )
    yield from more(change.items, limit)


def _exams(
    m: Setting, change: Impact, people: Mapping[str, Outdated] | None
) -> Iterator[str]:
    if not change.exams:
        return
    yield from m.heading("考试和人")
    if change.untold:
        yield "有条款还没有写变更记录，下面先按实质改动算。"
        yield ""
    yield from m.table(
        ("考试", "考到它的题", "成绩会失效", "补考"),
        (
            (
                m.link(f"exams/{one.id}.md", one.title),
                f"{len(one.items)} 道",
                _outdated(one, people),
                _delta(m, one, change),
            )
            for one in change.exams
        ),
    )
    if people is None:
        yield ""
        yield "没有给出记录库或成绩汇总，人数没有算。"


def _confirm(m: Setting, change: Impact) -> Iterator[str]:
    if change.confirm:
        yield from m.heading("要大家确认的改动")
        for one in change.confirm:
            asked = (
                f"读过以后答 {one.items} 道题" if one.items else "读过就行，没有题考到"
            )
            yield f"- {m.escape(one.summary)}：{m.escape('、'.join(one.roles))}，{asked}"


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


def _delta(m: Setting, exam: TouchedExam, change: Impact) -> str:
    """Say what people who passed before would sit, and what cannot be asked of them."""
    if exam.on_change != "recertify":
        return m.empty
    lines = []
    if exam.paper:
        paper = exam.paper
        lines.append(
            f"补考 {paper.day} 起的改动：{paper.items} 题，{paper.minutes} 分钟，从这些题里抽："
        )
    if exam.delta:
        lines.append("、".join(m.code(name) for name in exam.delta))
    if exam.unasked:
        titles = {one.address: one.title for one in change.clauses}
        links = (m.link(a, titles.get(a, a)) for a in exam.unasked)
        lines.append(
            m.strong(f"没有题再考 {'、'.join(links)}，考过它的人要考整门。请先出题。")
        )
    return m.lines(lines) or m.empty


def _pages(m: Setting, change: Impact, limit: int) -> Iterator[str]:
    if not change.pages:
        return
    yield from m.heading("页面")
    limit *= 2
    for one in change.pages[:limit]:
        yield f"- {m.link(one.path, one.title, one.how)} {m.code(one.path)}（{one.how}）"
    yield from more(change.pages, limit)


def _owners(m: Setting, change: Impact) -> Iterator[str]:
    if change.owners:
        yield from m.heading("请这些岗位看一遍")
        for owner in change.owners:
            shown = "、".join(m.code(path) for path in owner.pages[:_ON_A_LINE])
            rest = "等" * (len(owner.pages) > _ON_A_LINE)
            yield f"- {m.escape(owner.title)}：{shown}{rest}"
