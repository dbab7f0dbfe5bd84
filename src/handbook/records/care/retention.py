"""How long results stand with a name, and whose time is up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.model.durations import Duration
from handbook.records.care.decisions import Note, NoteError
from handbook.records.database.store import Store
from handbook.records.history.attempts import histories
from handbook.records.history.outlines import Outline
from handbook.records.history.times import day

FIGURE = "exam-records-keep"
"""The figure of the handbook that says how long; the one setting there is."""


@dataclass(frozen=True, slots=True)
class Past:
    """Somebody whose name has been kept for long enough."""

    person: Person
    last: date
    """Day of the last thing on record of them, or on which their last pass ended."""
    until: date
    """Last day on which the name was to be kept."""


def keeping(handbook: Handbook) -> Duration:
    """Return how long results stand with a name.

    Raises:
        NoteError: the handbook does not say so.
    """
    figure = handbook.figures.get(FIGURE)
    if figure is None:
        raise NoteError(
            f"手册没有写考试成绩保存多久。请在 figures.yml 里加一条 id: {FIGURE}，"
            "例如 value: '3'、unit: 年。"
        )
    with suppress(ValueError):
        found = Duration.parse(figure.value + figure.unit)
        if not found.endless:
            return found
    raise NoteError(
        f"看不懂数值 {FIGURE} 的期限“{figure.value}{figure.unit}”。"
        "写数字和单位，例如 value: '3'、unit: 年，最多 100 年。"
    )


def past(
    people: Mapping[str, Person],
    outlines: Iterable[Outline],
    spans: Mapping[str, tuple[date, date]],
    period: Duration,
    today: date,
) -> tuple[Past, ...]:
    """Return whose names are to go, the oldest first.

    A name stays for the period after the last thing that was put on record of the
    person, and after the end of the last pass they hold: who may work is known by name.

    Args:
        people: by the key that events carry.
        outlines: of all events; those of one person and exam in their order.
        spans: by key: days of the first and the last event.
        period: how long.
        today: the day asked about.
    """
    last = {key: latest for key, (_, latest) in spans.items()}
    for (key, _), history in histories(outlines).items():
        held = history.pass_held
        if held and held.until:
            # Somebody may have come since their days were looked up.
            last[key] = max(last.get(key, held.until), held.until)
    found = [
        Past(person, last[key], until)
        for key, person in people.items()
        if key in last and (until := period.after(last[key])) < today
    ]
    return tuple(sorted(found, key=lambda one: (one.until, one.person.number)))


def expire(handbook: Handbook, store: Store, by: str, now: datetime) -> tuple[str, ...]:
    """Erase every name whose time is up, all or none; return lines for the trainer.

    Args:
        handbook: says how long.
        store: the records.
        by: the trainer's staff number; empty to find out only what would happen.
        now: the moment asked about.

    Raises:
        NoteError: the handbook does not say how long.
        StoreError: nothing was erased.
    """
    period = keeping(handbook)
    end, _ = store.end()
    found = past(store.people(), store.outlines(), store.spans(), period, day(now))
    if not found:
        return (f"没有要删除的：成绩连同姓名保存{period}，没有人满期。",)
    lines = [
        f"{one.person.number} {one.person.name}：最后登记或合格证到期 {one.last}，保存到 {one.until}。"
        for one in found
    ]
    if not by:
        lines.append(
            f"一共 {len(found)} 个人满期，还没有删除。确认无误，加上 --apply 再运行一次。"
        )
        return tuple(lines)
    note = Note(f"保存期满（{period}）", by, now)
    numbers = [one.person.number for one in found]
    store.erase_all(numbers, reason=note.reason, by=note.by, now=note.now, end=end)
    lines.append(
        f"已删除 {len(found)} 个人的姓名和工号，成绩只留作统计。"
        "以前的备份里还有，请一并处理。"
    )
    return tuple(lines)
