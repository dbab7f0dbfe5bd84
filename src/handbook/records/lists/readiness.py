"""Who may work today, role by role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from handbook.grading.submissions import Person
from handbook.model.data import Role
from handbook.model.exams import Exam
from handbook.records.sheets import Sheet
from handbook.records.standing.standing import Standing

TITLE = "今天谁可以上岗"
COLUMNS = ("岗位", "工号", "姓名", "今天可以上岗", "还差", "最早到期")
"""Headings of the list, in order."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """One person in one role."""

    role: str
    title: str
    person: Person
    missing: tuple[Standing, ...]
    """Exams that keep them from working."""
    until: date | None
    """The last day on which all their passes hold, as things are."""

    @property
    def ready(self) -> bool:
        """Whether they may work in this role today."""
        return not self.missing


def readiness(
    roles: Mapping[str, Role], exams: Mapping[str, Exam], standings: Iterable[Standing]
) -> Iterator[Readiness]:
    """Yield, by role, everyone who belongs to it; see `members`."""
    by_person: dict[str, dict[str, Standing]] = defaultdict(dict)
    for one in standings:
        by_person[one.person.number][one.exam] = one
    for role in roles.values():
        wanted = [exam for exam in _wanted(exams, role.id) if exam.needed_for_work]
        for person in _members(exams, role.id, by_person):
            found = by_person[person.number]
            has = [found[exam.id] for exam in wanted if exam.id in found]
            yield Readiness(
                role.id,
                role.title,
                person,
                tuple(one for one in has if not one.state.may_work),
                min((one.until for one in has if one.until), default=None),
            )


def members(
    roles: Iterable[str], exams: Mapping[str, Exam], standings: Iterable[Standing]
) -> Mapping[str, tuple[Person, ...]]:
    """Return who belongs to each role: who takes part in one of the role's own exams.

    Records do not say who works where. Nearly everyone passes the exams that all roles
    share, so only those of the fewest roles make somebody one of the role's people. A
    trainer puts a newcomer into a role by assigning such an exam, and takes who left out
    of it by releasing them from it.
    """
    by_person: dict[str, dict[str, Standing]] = defaultdict(dict)
    for one in standings:
        by_person[one.person.number][one.exam] = one
    return {role: tuple(_members(exams, role, by_person)) for role in roles}


def asked_for(
    roles: Iterable[str], exams: Mapping[str, Exam], standings: Iterable[Standing]
) -> frozenset[tuple[str, str]]:
    """Return whom which exam is asked of, as staff number and the exam's id.

    An exam is asked of who takes part in it, and of everyone in a role that it is for.
    """
    told = list(standings)
    takes_part = {(one.person.number, one.exam) for one in told if one.takes_part}
    by_role = {
        (person.number, exam.id)
        for role, people in members(roles, exams, told).items()
        for exam in _wanted(exams, role)
        for person in people
    }
    return frozenset(takes_part | by_role)


def _wanted(exams: Mapping[str, Exam], role: str) -> list[Exam]:
    return [exam for exam in exams.values() if role in exam.roles]


def _members(
    exams: Mapping[str, Exam],
    role: str,
    by_person: Mapping[str, Mapping[str, Standing]],
) -> Iterator[Person]:
    wanted = _wanted(exams, role)
    fewest = min((len(exam.roles) for exam in wanted), default=0)
    own = [exam.id for exam in wanted if len(exam.roles) == fewest]
    for found in by_person.values():
        if any(exam in found and found[exam].takes_part for exam in own):
            yield next(iter(found.values())).person


def as_sheet(found: Iterable[Readiness]) -> Sheet:
    """Return the list for people: in each role, who may not work goes first."""
    order: dict[str, int] = {}
    told = sorted(
        found, key=lambda one: (order.setdefault(one.role, len(order)), one.ready)
    )
    return Sheet(
        TITLE,
        COLUMNS,
        tuple(
            (
                one.title,
                one.person.number,
                one.person.name,
                "可以" if one.ready else "不可以",
                "；".join(
                    f"{lack.title}（{lack.state.value}）" for lack in one.missing
                ),
                one.until.isoformat() if one.until and one.ready else "",
            )
            for one in told
        ),
    )


def totals(found: Iterable[Readiness]) -> list[tuple[str, int, int]]:
    """Return each role's title, how many may work, and how many it has."""
    counts: dict[str, list[int]] = {}
    for one in found:
        count = counts.setdefault(one.title, [0, 0])
        count[0] += one.ready
        count[1] += 1
    return [(title, ready, everyone) for title, (ready, everyone) in counts.items()]
