"""What waits for a trainer: passes that run out, and what went wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.papers.confirmations import exam_of
from handbook.records.history.attempts import histories
from handbook.records.history.events import Event, Kind
from handbook.records.history.outlines import Outline
from handbook.records.history.refusing import cure, told, unsettled
from handbook.records.history.times import written
from handbook.records.sheets import Sheet
from handbook.records.standing.standing import Standing, State

LEVELS = (30, 14, 3)
"""Days before the end of a pass at which somebody is reminded."""

REMINDERS_TITLE = "到期提醒"
EXCEPTIONS_TITLE = "要处理的事"
REMINDERS = ("提醒", "工号", "姓名", "考试", "有效期至", "还剩几天", "说明")
EXCEPTIONS = ("什么事", "工号", "姓名", "考试", "详情", "怎么办")

_ORDER = (State.EXHAUSTED, State.OUTDATED, State.EXPIRED)
"""States in which a trainer must do something, what only they can do first."""


def level(days_left: int) -> int:
    """Return which reminder is due with so many days left; 0 if none is yet."""
    return min((days for days in LEVELS if days_left <= days), default=0)


def reminders(handbook: Handbook, standings: Iterable[Standing]) -> Sheet:
    """Return whom to remind, the most urgent first."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    for one in standings:
        changed = "、".join(_titles(handbook, one.changed))
        if one.changed:
            again = one.must_resit
            note = f"考过以后，这些条款有实质改动：{changed}"
            note += f"。{_to_sit(one)}" * again
            what = "条款已改，要补考" if again else "条款已改，请重读"
            rows.append((0 if again else LEVELS[0] + 1, _reminder(what, one, note)))
        if one.state is State.EXPIRING and one.days_left is not None:
            what = f"{level(one.days_left)} 天内到期" if one.days_left else "今天到期"
            rows.append((one.days_left + 1, _reminder(what, one, "请安排重考")))
    rows.sort(key=lambda pair: pair[0])
    return Sheet(REMINDERS_TITLE, REMINDERS, tuple(row for _, row in rows))


def _to_sit(one: Standing) -> str:
    """Say what somebody whose rules changed must sit."""
    if one.delta:
        return f"请他重读改过的条款，补考 {one.delta} 起的改动"
    return "请他重读改过的条款，考整门（补考次数用完，或者改动没有题可考）"


def _reminder(what: str, one: Standing, note: str) -> tuple[str, ...]:
    return (
        what,
        one.person.number,
        one.person.name,
        one.title,
        one.until.isoformat() if one.until else "",
        "" if one.days_left is None else str(one.days_left),
        note,
    )


def exceptions(
    handbook: Handbook,
    people: Mapping[str, Person],
    open_events: Collection[Event],
    standings: Iterable[Standing],
) -> Sheet:
    """Return what a trainer has to settle, what only a trainer can settle first.

    Args:
        handbook: knows the titles.
        people: by the key that events carry.
        open_events: the events that `waiting` found.
        standings: of everyone in every exam.
    """
    rows: list[tuple[str, ...]] = []
    for event in open_events:
        whose = people.get(event.person)
        if event.kind is Kind.REFUSED:
            rows.append(_refusal(handbook, event, whose))
    for event in open_events:
        whose = people.get(event.person)
        if event.kind is Kind.STARTED and whose:
            rows.append(_laid_aside(handbook, event, whose))
    rows += [
        (
            one.state.value,
            one.person.number,
            one.person.name,
            one.title,
            "、".join(_titles(handbook, one.changed)) or _since(one),
            _todo(handbook, one),
        )
        for one in sorted(
            (one for one in standings if one.state in _ORDER),
            key=lambda one: _ORDER.index(one.state),
        )
    ]
    return Sheet(EXCEPTIONS_TITLE, EXCEPTIONS, tuple(rows))


def waiting(outlines: Iterable[Outline], now: datetime) -> tuple[int, ...]:
    """Return the sequences of events that wait for a trainer.

    Refusals that nothing settled, and beginnings of sittings by invitation that ran out
    of time without a hand-in.

    Args:
        outlines: of all events; those of one person and exam in their order.
        now: the moment asked about.
    """
    every = list(outlines)
    found = list(unsettled(every))
    began = {(one.person, one.exam) for one in every if one.kind == Kind.STARTED}
    theirs = (one for one in every if (one.person, one.exam) in began)
    for history in histories(theirs).values():
        found += [
            start.sequence
            for start in history.starts
            if start.deadline <= now and start.sequence > history.assigned
        ]
    return tuple(sorted(found))


def _todo(handbook: Handbook, one: Standing) -> str:
    """Say what to do about a standing; and not to let work who must not."""
    if one.state is State.EXHAUSTED:
        return "请补课，再用 records.py assign 重新安排"
    todo = "请他重考" if one.state is State.EXPIRED else _to_sit(one)
    exam = handbook.exams.get(one.exam)
    if exam and not exam.needed_for_work:
        return todo
    return f"{todo}；考过以前不安排上岗"


def _refusal(handbook: Handbook, event: Event, whose: Person | None) -> tuple[str, ...]:
    person = whose or Person("", "看不出是谁")
    return (
        "没有登记的答卷",
        person.number,
        person.name,
        _exam_title(handbook, event),
        f"{written(event.at)} {told(event)}，回执 {event.receipt}",
        f"{cure(event)}；{_settled(event)}用 records.py void 写明已经处理",
    )


def _settled(event: Event) -> str:
    """Say when a trainer has to settle a refusal: a hand-in settles only its own."""
    if event.person and event.exam:
        return "不用再交的，"
    return "看不出是谁的，登记上了也不会自动去掉，处理完"


def _laid_aside(handbook: Handbook, event: Event, whose: Person) -> tuple[str, ...]:
    begun = datetime.fromisoformat(event.payload["begun"])
    return (
        "开始了没有交卷",
        whose.number,
        whose.name,
        _exam_title(handbook, event),
        f"{written(begun)} 开始，回执 {event.receipt}",
        "问清原因；有正当原因的，用 records.py void 作废，再发一份邀请",
    )


def _exam_title(handbook: Handbook, event: Event) -> str:
    exam = exam_of(handbook, event.exam)
    return exam.title if exam else event.exam


def _since(one: Standing) -> str:
    if one.state is State.EXPIRED and one.until:
        return f"有效期至 {one.until.isoformat()}"
    return f"最多 {one.allowed} 次，都没有通过" if one.allowed else ""


def _titles(handbook: Handbook, addresses: Iterable[str]) -> list[str]:
    clauses = handbook.clauses
    return [clauses[a].title if a in clauses else a for a in addresses]
