"""The lists that trainers and managers look at, by name; for terminal, file and page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.records.database.store import Store
from handbook.records.history.people import is_meant
from handbook.records.lists import attention, confirming, readiness
from handbook.records.lists.reports import select
from handbook.records.sheets import Sheet
from handbook.records.standing.currency import Rules, rules_of
from handbook.records.standing.everyone import standing
from handbook.records.standing.standing import Standing, State

TITLES: Mapping[str, str] = {
    "roles": readiness.TITLE,
    "reminders": attention.REMINDERS_TITLE,
    "unconfirmed": confirming.TITLE,
    "exceptions": attention.EXCEPTIONS_TITLE,
}
"""Their titles by name."""


_NOBODY: Mapping[str, str] = {
    "roles": "还没有人算哪个岗位的：考过岗位的考试，或者由培训师安排了，才算。",
    "reminders": "现在没有人需要提醒。",
    "unconfirmed": "没有人还要确认改动。",
    "exceptions": "没有要培训师处理的事。",
}
_SOMEBODY: Mapping[str, str] = {
    "roles": "共 {} 人次，其中今天可以上岗 {} 人次。",
    "reminders": "要提醒 {} 人次。",
    "unconfirmed": "还差 {} 人次没有确认。",
    "exceptions": "要处理 {} 件事。",
}


def last_line(name: str, sheet: Sheet, person: str | None = None) -> str:
    """Return in a sentence how much a list holds, or what it means that it is empty.

    Args:
        name: of the list.
        sheet: its rows.
        person: who alone was asked for.
    """
    if sheet.rows:
        able = sum("可以" in row for row in sheet.rows)
        return _SOMEBODY[name].format(len(sheet.rows), able)
    return f"这张表里没有“{person}”。" if person else _NOBODY[name]


@dataclass(frozen=True)
class Outlook:
    """The records as they stand at one moment, with the rules of the handbook."""

    handbook: Handbook
    store: Store
    """Asked once more for what only one of the lists tells."""
    people: Mapping[str, Person]
    standings: Collection[Standing]
    now: datetime

    def sheet(self, name: str, person: str | None = None) -> Sheet:
        """Return a list, of everyone or of one staff number or name.

        Raises:
            KeyError: there is no such list.
        """
        made = self._sheet(name)
        if person is None:
            return made
        number, called = (made.columns.index(column) for column in ("工号", "姓名"))
        rows = tuple(
            row for row in made.rows if is_meant(row[number], row[called], person)
        )
        return Sheet(made.title, made.columns, rows)

    def _sheet(self, name: str) -> Sheet:
        book, standings = self.handbook, self.standings
        match name:
            case "roles":
                return readiness.as_sheet(self.readiness())
            case "reminders":
                return attention.reminders(book, standings)
            case "unconfirmed":
                return confirming.as_sheet(self.asked())
            case "exceptions":
                waiting = attention.waiting(self.store.outlines(), self.now)
                events = self.store.numbered(waiting)
                return attention.exceptions(book, self.people, events, standings)
        raise KeyError(name)

    def chosen(
        self,
        *,
        exam: str | None = None,
        person: str | None = None,
        states: Collection[str] = (),
        absent: bool = False,
    ) -> list[Standing]:
        """Return the standings of an exam, a person, some states; see `select`."""
        book = self.handbook
        # Theirs alone: who belongs to a role is told by each person's own standings.
        theirs = select(self.standings, person=person, absent=True)
        asked: Collection[tuple[str, str]] = ()
        if person is not None or State.ABSENT.value in states:
            asked = readiness.asked_for(book.roles, book.exams, theirs)
        return select(
            theirs,
            exam=exam,
            person=person,
            states=states,
            absent=absent,
            asked=asked,
        )

    def readiness(self) -> list[readiness.Readiness]:
        """Return who may work, role by role."""
        book = self.handbook
        return list(readiness.readiness(book.roles, book.exams, self.standings))

    def asked(self) -> tuple[confirming.Asked, ...]:
        """Return who must confirm which change, and who did."""
        return confirming.asked(
            self.handbook, self.store, self.people, self.standings, self.now
        )


def outlook(
    handbook: Handbook, store: Store, now: datetime, rules: Rules | None = None
) -> Outlook:
    """Read the records once, for any of the lists.

    Args:
        handbook: holds exams, roles and rules.
        store: the records.
        now: the moment asked about.
        rules: what `rules_of` says of the handbook, where that is known already.
    """
    people = store.people()
    rules = rules or rules_of(handbook)
    found = standing(handbook.exams, people, store.outlines(), now, rules)
    return Outlook(handbook, store, people, list(found), now)
