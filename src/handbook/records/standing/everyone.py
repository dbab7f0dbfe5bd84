"""Where everyone stands with every exam."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from handbook.grading.submissions import Person
from handbook.model.exams import Exam
from handbook.model.zone import CHINA
from handbook.papers.confirmations import PREFIX
from handbook.records.history.attempts import UNREADABLE, fold, marks
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Kind
from handbook.records.history.outlines import Outline
from handbook.records.history.times import day, stored
from handbook.records.standing.currency import UNCHANGED, Rules
from handbook.records.standing.standing import (
    SOON,
    Standing,
    absent,
    former,
    standing_of,
)


def standing(
    exams: Mapping[str, Exam],
    people: Mapping[str, Person],
    outlines: Iterable[Outline],
    now: datetime,
    rules: Rules = UNCHANGED,
) -> Iterator[Standing]:
    """Yield the standing of every person on record in every exam.

    Exams that the handbook has no more are listed for those who sat them. Events of
    people who were erased are left out.

    Args:
        exams: the handbook's, by id.
        people: by the key that events carry.
        outlines: of all events, as the store tells them: person by person.
        now: the moment asked about.
        rules: what the handbook says now, to tell which passes are out of date.
    """
    once = _Once(now, rules)

    def in_exam(person: Person, exam: Exam, mine: list[Outline] | None) -> Standing:
        if not mine:
            return absent(person, exam)
        return standing_of(person, exam, fold(mine), now, rules)

    found: dict[str, list[Standing]] = {}
    gone: dict[str, dict[str, list[Outline]]] = {}
    of_whom = itemgetter(Outline._fields.index("person"))
    for key, told in groupby(outlines, of_whom):
        if person := people.get(key):
            by_exam = _by_exam(told)
            # Most of who sits an exam sits it once: of these it is soon said how they
            # stand.
            found[key] = [
                once.standing_of(person, exam, mine[0])
                if (mine := by_exam.pop(id, None)) and len(mine) == 1
                else in_exam(person, exam, mine)
                for id, exam in exams.items()  # noqa: A001 - an exam's id
            ]
            gone[key] = by_exam
    titles = _titles(gone.values())
    for key, person in people.items():
        yield from found.get(key) or (absent(person, exam) for exam in exams.values())
        for id, title in titles.items():  # noqa: A001 - an exam's id
            if past := gone.get(key, {}).get(id):
                yield former(person, id, title, fold(past), now)


def _by_exam(told: Iterable[Outline]) -> dict[str, list[Outline]]:
    found: dict[str, list[Outline]] = {}
    for one in told:
        if (mine := found.get(one.exam)) is None:
            found[one.exam] = [one]
        else:
            mine.append(one)
    return found


def _titles(gone: Iterable[Mapping[str, Iterable[Outline]]]) -> Mapping[str, str]:
    """Return what exams that are no more were called last; confirmations are none."""
    found: dict[str, tuple[int, str]] = defaultdict(lambda: (0, ""))
    for by_exam in gone:
        for id, told in by_exam.items():  # noqa: A001 - an exam's id
            for one in told:
                if one.examined and not one.delta and not id.startswith(PREFIX):
                    found[id] = max(found[id], (one.sequence, one.examined.title))
    return {id: title for id, (_, title) in found.items()}  # noqa: A001 - an exam's id


_GRADED = Kind.GRADED.value


class _Once:
    """Standings of those who sat an exam once, as `standing_of` has them.

    A pass stands as any other does that holds, runs out or has run out like it, and
    whose clauses have changed since on the same days; a failure as any other after its
    cool-down. The rest is their own.
    """

    def __init__(self, now: datetime, rules: Rules) -> None:
        self._now = now
        self._today = day(now)
        self._rules = rules
        days = {changed for some in rules.material.values() for changed in some}
        self._changes = sorted(
            stored(datetime.combine(changed + timedelta(days=1), time(), CHINA))
            for changed in days
        )
        """The ends of the days on which something changed."""
        self._known: dict[tuple[object, ...], tuple[Any, ...]] = {}
        """By what makes it alike: the parts of a standing that are not their own."""
        self._cooled: dict[str, str] = {}
        self._days: dict[str, tuple[date | None, int, int]] = {"": (None, -1, -1)}

    def standing_of(self, person: Person, exam: Exam, one: Outline) -> Standing:
        """Return where somebody stands of whom an exam has one event.

        Raises:
            BrokenEventError: the event is not as the program wrote it.
        """
        # Unpacked, since hundreds of thousands go through here.
        (
            _,
            _,
            _,
            kind,
            _,
            begun,
            sat,
            _,
            band,
            score,
            possible,
            until,
            delta,
            _,
            about,
        ) = one
        try:
            if delta or kind != _GRADED or not (begun and sat and score and about):
                return standing_of(person, exam, fold([one]), self._now, self._rules)
            if not until and sat > self._freed(exam):
                return standing_of(person, exam, fold([one]), self._now, self._rules)
            if (counted := self._days.get(until or "")) is None:
                counted = self._days[until or ""] = self._count(until or "")
            last_day, left, phase = counted
            tested = about.id if until else ""
            since = bisect_right(self._changes, sat) if self._changes else 0
            alike = exam.id, phase, tested, since
            known = self._known.get(alike)
            if known is None:
                told = standing_of(person, exam, fold([one]), self._now, self._rules)
                holds = told.days_left is not None
                self._known[alike] = (
                    *told[1:4],
                    *told[8:11],
                    *told[12:14],
                    holds,
                    *told[15:],
                )
                return told
            # Named one by one: taking apart and putting together what is alike took longer.
            (
                id,  # noqa: A001 - an exam's id
                title,
                state,
                again_at,
                attempts,
                allowed,
                changed,
                due,
                holds,
                takes_part,
                must_resit,
            ) = known
            return tuple.__new__(
                Standing,
                (
                    person,
                    id,
                    title,
                    state,
                    band or "",
                    marks(score) if possible else None,
                    possible or 0,
                    last_day,
                    again_at,
                    attempts,
                    allowed,
                    datetime.fromisoformat(sat),
                    changed,
                    due,
                    left if holds else None,
                    takes_part,
                    must_resit,
                ),
            )
        except UNREADABLE as error:
            raise BrokenEventError(one.sequence) from error

    def _freed(self, exam: Exam) -> str:
        """Return a moment before which nobody who failed an exam is cooling down still.

        Not the last such moment: counting months back and forth differs by days.
        """
        if (found := self._cooled.get(exam.id)) is None:
            begun = exam.cooldown.before(self._now) - timedelta(days=4)
            found = self._cooled[exam.id] = stored(begun)
        return found

    def _count(self, until: str) -> tuple[date, int, int]:
        """Return a last day, how many are left, and 0 for over, 1 for soon, 2 for not."""
        last_day = date.fromisoformat(until)
        left = (last_day - self._today).days
        return last_day, left, (left >= 0) + (left > SOON)
