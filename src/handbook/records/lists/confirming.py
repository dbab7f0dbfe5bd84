"""Who has not confirmed a change that people must have read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.papers.confirmations import PREFIX, Confirmation, confirmations
from handbook.records.database.store import Store
from handbook.records.history.attempts import History, histories
from handbook.records.history.limits import may_sit
from handbook.records.history.outlines import Outline
from handbook.records.history.times import day, written
from handbook.records.lists.readiness import members
from handbook.records.sheets import Sheet
from handbook.records.standing.standing import Standing

_NEVER = (date.max, date.max)
TITLE = "谁还没确认改动"
COLUMNS = (
    "工号",
    "姓名",
    "岗位",
    "改动",
    "改动日期",
    "过了几天",
    "情况",
    "改动编号",
)
"""Headings of the list, in order."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One person who must confirm one change."""

    confirmation: Confirmation
    roles: tuple[str, ...]
    """Titles of the roles for which they must."""
    person: Person
    days: int
    """Since the day of the change."""
    state: str
    """What is wanting, in Chinese; empty where it is confirmed."""


def asked(
    handbook: Handbook,
    store: Store,
    people: Mapping[str, Person],
    standings: Iterable[Standing],
    now: datetime,
) -> tuple[Asked, ...]:
    """Return who must confirm what, and who did, the newest change first.

    Asked are the people of the page's roles, from the day of the change on; not those
    who came later, to whom nothing changed. Whoever was examined on all of its clauses
    since, in the words of today, need not confirm it too: passing an exam or a delta
    paper proves more.
    """
    today = day(now)
    due = [c for c in confirmations(handbook).values() if c.change.date <= today]
    if not due:
        return ()
    told, spans = _by_person(store.outlines()), store.spans()
    wanted = {role for one in due for role in one.exam.roles}
    belongs = members(wanted, handbook.exams, standings)
    key_of = {person.number: key for key, person in people.items()}
    found = []
    for one in due:
        roles: dict[str, list[str]] = defaultdict(list)
        who: dict[str, Person] = {}
        for role in one.exam.roles:
            for person in belongs[role]:
                title = handbook.roles[role].title if role in handbook.roles else role
                roles[person.number].append(title)
                who[person.number] = person
        for number, person in who.items():
            key = key_of[number]
            if spans.get(key, _NEVER)[0] > one.change.date:
                continue
            histories = told.get(key, {})
            state = _state(handbook, one, histories, now)
            days = (today - one.change.date).days
            found.append(Asked(one, tuple(roles[number]), person, days, state))
    return tuple(found)


def as_sheet(found: Iterable[Asked]) -> Sheet:
    """Return who has not confirmed what, for people."""
    return Sheet(
        TITLE,
        COLUMNS,
        tuple(
            (
                one.person.number,
                one.person.name,
                "、".join(one.roles),
                one.confirmation.change.summary,
                one.confirmation.change.date.isoformat(),
                str(one.days),
                one.state,
                one.confirmation.exam.id,
            )
            for one in found
            if one.state
        ),
    )


def _by_person(outlines: Iterable[Outline]) -> dict[str, dict[str, History]]:
    """Return each person's histories, by key and exam."""
    found: dict[str, dict[str, History]] = defaultdict(dict)
    for (person, exam), history in histories(outlines).items():
        found[person][exam] = history
    return found


def _state(
    handbook: Handbook,
    one: Confirmation,
    histories: Mapping[str, History],
    now: datetime,
) -> str:
    """Return what somebody did about a change; empty if it is confirmed."""
    history = histories.get(one.exam.id, History()).settled(now)
    if history.waiver or any(attempt.passed for attempt in history.attempts):
        return ""
    if _examined(handbook, one, histories):
        return ""
    if not history.counted:
        return "没有确认"
    if len(history.counted) >= one.exam.attempts:
        return f"{len(history.counted)} 次没有答对，次数用完"
    waits = may_sit(one.exam, history, now)
    last = history.counted[-1].ended
    return f"没有答对（{written(last)}）" + ("，现在可以再试" if not waits else "")


def _examined(
    handbook: Handbook, one: Confirmation, histories: Mapping[str, History]
) -> bool:
    """Whether exams passed since the change tested all its clauses as they read now."""
    wanted = {
        address: handbook.clauses[address].fingerprint
        for address in one.sources
        if address in handbook.clauses
    }
    tested: dict[str, str] = {}
    for exam, history in histories.items():
        if not exam.startswith(PREFIX):
            for attempt in history.attempts:
                if attempt.passed and day(attempt.ended) >= one.change.date:
                    tested |= attempt.clauses
    return len(wanted) == len(one.sources) and all(
        tested.get(address) == mark for address, mark in wanted.items()
    )
