"""The records on disk: opened, appended to, read back, verified."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import URL, Connection, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person, Submission
from handbook.model.exams import Exam
from handbook.records import chain, outline_table, verifying
from handbook.records.dossiers import Dossier, dossier_of, dossier_with
from handbook.records.engine import (
    connect,
    database_url,
    forget_traces,
    reading,
    sqlite_file,
    take_turn,
    writing,
)
from handbook.records.errors import BrokenEventError, StoreError, in_chinese
from handbook.records.events import Event, Kind
from handbook.records.migrations import NewerSchemaError, migrate
from handbook.records.outlines import Outline
from handbook.records.queries import (
    events_numbered,
    find_person,
    first_receipt,
    named,
    started_event,
)
from handbook.records.receipts import Receipt, Refusals
from handbook.records.refusing import Refused
from handbook.records.rows import event_from
from handbook.records.schema import events, people
from handbook.records.taking import Taking
from handbook.records.together import Work
from handbook.records.turns import Turn

_VOIDABLE = frozenset(
    {Kind.GRADED, Kind.REGRADED, Kind.WAIVED, Kind.STARTED, Kind.REFUSED}
)

__all__ = ["Receipt", "Refusals", "Store", "StoreError"]


class Store:
    """The records of one department in one database.

    Every writing transaction takes its turn before it reads the last hash, so the chain
    never forks, whichever processes and machines write. A method returns only after the
    database has promised that what it wrote survives a crash.
    """

    def __init__(self, url: str | URL) -> None:
        """Open the records, making or updating the tables.

        Args:
            url: a database URL, or the path of a SQLite file.

        Raises:
            StoreError: they cannot be opened.
        """
        try:
            self.url = database_url(url) if isinstance(url, str) else url
            self._engine = connect(self.url)
        except (ArgumentError, NoSuchModuleError, ValueError):
            raise StoreError(
                f"看不懂记录库的地址“{url}”。写文件名，例如 records.sqlite，"
                "或数据库地址，例如 postgresql+psycopg://用户@主机/库名。"
            ) from None
        except ModuleNotFoundError as missing:
            raise StoreError(
                f"连接这种记录库要先安装 {missing.name}：pip install {missing.name}"
            ) from None
        # Threads of one process queue here rather than by polling the database's lock.
        self._turn = threading.Lock()
        try:
            with (
                in_chinese(self.url),
                writing(self._engine).begin() as connection,
            ):
                take_turn(connection)
                migrate(connection)
        except NewerSchemaError as newer:
            self.close()
            raise StoreError(
                f"记录库由更新版本的程序建立（{newer}），请先更新本程序。"
            ) from None
        except StoreError:
            self.close()
            raise

    @classmethod
    def existing(cls, url: str, *, needed: bool = False) -> Self:
        """Open records to look at; where there is no file yet, make none.

        Args:
            url: a file's name or a database's address.
            needed: whether a missing file is a mistake, and not just an empty record.

        Raises:
            StoreError: they cannot be opened, or are needed and not there.
        """
        try:
            file = sqlite_file(database_url(url))
        except ArgumentError:
            file = None  # the constructor says what is wrong
        missing = file is not None and not file.exists()
        if missing and needed:
            raise StoreError(f"找不到记录库 {file}。请检查 --db 的写法。")
        return cls("sqlite://" if missing else url)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(self, grade: Grade, exam: Exam, now: datetime) -> Receipt | Refusals:
        """Put one graded hand-in on record, once; see `record_all`."""
        return self.record_all([(grade, exam)], now)[0]

    def record_all(
        self,
        grades: Iterable[tuple[Grade, Exam]],
        now: datetime,
        *,
        rehearse: bool = False,
    ) -> list[Receipt | Refusals]:
        """Put graded hand-ins on record in one transaction, each once.

        A hand-in with the sitting or the digest of one on record is a duplicate:
        it gets the first receipt and nothing is written. One that limits or cool-down
        forbid is refused and nothing of it is written.

        Args:
            grades: with the exam's rule of today, in the order of sitting.
            now: the time of recording.
            rehearse: do everything, then take it back.

        Raises:
            StoreError: nothing was recorded.
        """
        with self._writing(rehearse=rehearse) as turn:
            return turn.record_all(grades, now)

    def refuse_all(self, turned_down: Iterable[Refused], now: datetime) -> None:
        """Note hand-ins that were turned down, each once; for trainers to settle."""
        noted = list(turned_down)
        if noted:
            with self._writing() as turn:
                for one in noted:
                    turn.refuse(one, now)

    def first(self, submission: Submission) -> Receipt | Refusals | None:
        """Return what is on record of a hand-in already, before it is even graded.

        A page that lost the network and tries again after a new version of the handbook
        gets its receipt, not the news that its paper is out of date.
        """
        with self._reading() as connection:
            return first_receipt(connection, submission)

    def settle(self, works: Sequence[Work[Any]]) -> list[Any]:
        """Do all works in one transaction; return the result or the error of each.

        Where one of them fails by its own fault, each is done in a transaction of its
        own. Where the database fails, they all have its error.
        """
        if not works:
            return []
        try:
            with self._writing() as turn:
                turn.look_up([work.wanted for work in works])
                return [work.do(turn) for work in works]
        except Exception as error:  # noqa: BLE001 - returned to whoever it belongs to
            of_all = isinstance(error, StoreError) and not isinstance(
                error, BrokenEventError
            )
            if of_all or len(works) == 1:
                return [error] * len(works)
        return [self.settle([work])[0] for work in works]

    def started(self, sitting: str) -> Event | None:
        """Return the event that says when a sitting by invitation began, if it did."""
        with self._reading() as connection:
            return started_event(connection, sitting)

    def note(  # noqa: PLR0913 - a record of who, what, why and when
        self,
        kind: Kind,
        person: Person,
        exam: str,
        *,
        reason: str,
        by: str,
        now: datetime,
    ) -> Event:
        """Put on record that a trainer assigns, waives or takes an exam off someone."""
        if kind not in {Kind.ASSIGNED, Kind.WAIVED, Kind.RELEASED}:
            raise ValueError(kind)
        with self._writing() as turn:
            return turn.append(
                kind,
                now,
                person=turn.key_of(person),
                exam=exam,
                payload={"reason": reason, "by": by},
            )

    def void(self, receipt: str, *, reason: str, by: str, now: datetime) -> Event:
        """Take back the sitting or waiver, or settle the refusal, that a receipt names.

        Raises:
            LookupError: nothing of the kind has this receipt.
        """
        with self._writing() as turn:
            event = turn.find(receipt, _VOIDABLE)
            return turn.append(
                Kind.VOIDED,
                now,
                person=event.person,
                exam=event.exam,
                sitting=event.sitting or None,
                payload={"voids": event.sequence, "reason": reason, "by": by}
                | ({"what": Kind.REFUSED} if event.kind is Kind.REFUSED else {}),
            )

    def regrade(
        self,
        exam: str,
        last: int,
        grades: Iterable[tuple[Event, Mapping[str, Any]]],
        now: datetime,
    ) -> tuple[Event, ...]:
        """Append a `regraded` event for each of some sittings, all or none.

        Args:
            exam: whose sittings they are.
            last: sequence of the exam's last event when the grades were worked out.
            grades: the newest event of each sitting, and what the new one carries.
            now: the time of recording.

        Raises:
            StoreError: the exam has had events since, or the records failed.
        """
        with self._writing() as turn:
            if turn.last_of(exam) != last:
                raise StoreError(
                    "重判期间这门考试有了新的记录，没有登记任何内容。请再运行一次。"
                )
            return tuple(
                turn.append(
                    Kind.REGRADED,
                    now,
                    person=before.person,
                    exam=exam,
                    sitting=before.sitting,
                    digest=before.digest,
                    payload=payload,
                )
                for before, payload in grades
            )

    def erase(self, number: str, *, reason: str, by: str, now: datetime) -> Event:
        """Forget who has a staff number; what they did stays, under a key of nobody.

        Raises:
            LookupError: nobody has this number.
        """
        return self.erase_all([number], reason=reason, by=by, now=now)[0]

    def erase_all(
        self,
        numbers: Iterable[str],
        *,
        reason: str,
        by: str,
        now: datetime,
        end: int | None = None,
    ) -> tuple[Event, ...]:
        """Forget several people in one transaction, all or none.

        Args:
            numbers: their staff numbers.
            reason: why; without names.
            by: the trainer's staff number.
            now: the time of recording.
            end: sequence of the last event when it was decided; None if it is no matter.

        Raises:
            LookupError: nobody has one of the numbers.
            StoreError: there have been events since, or the records failed.
        """
        erased = []
        payload = {"reason": reason, "by": by}
        with self._writing() as turn:
            if end not in {None, turn.sequence}:
                raise StoreError("这期间有了新的记录，没有删除任何内容。请再运行一次。")
            for number in numbers:
                key = turn.erase(number)
                if key is None:
                    raise LookupError(number)
                erased.append(
                    turn.append(Kind.ERASED, now, person=key, exam="", payload=payload)
                )
        with in_chinese(self.url), self._engine.connect() as connection:
            forget_traces(connection)
        return tuple(erased)

    @contextmanager
    def taking_over(self) -> Iterator[Taking]:
        """Let records of a file be added as they stand; an error adds none."""
        with self._writing() as turn:
            yield Taking(turn)

    def person(self, number: str) -> Person | None:
        """Return who has a staff number, as on record."""
        with self._reading() as connection:
            found = find_person(connection, number)
        return found[1] if found else None

    def dossier(self, number: str, exam: str) -> Dossier | None:
        """Return all of one person and one exam; None if nobody has the number."""
        with self._reading() as connection:
            return dossier_of(connection, number, exam)

    def dossier_with(self, sequence: int) -> Dossier | None:
        """Return the dossier that a `graded` event stands in, if its person is known."""
        with self._reading() as connection:
            return dossier_with(connection, sequence)

    def people(self) -> Mapping[str, Person]:
        """Return everyone on record by the key that events carry."""
        with self._reading() as connection:
            return {
                row.key: Person(row.number, row.name)
                for row in connection.execute(select(people).order_by(people.c.number))
            }

    def events(self, exam: str | None = None) -> Iterator[Event]:
        """Yield the events in their order, of one exam or of all."""
        query = select(events).order_by(events.c.sequence)
        if exam is not None:
            query = query.where(events.c.exam == exam)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield event_from(row)

    def outlines(self) -> Iterator[Outline]:
        """Yield what the events say of where people stand, without any answers.

        Those of one person and one exam come together, in the order of their events.
        """
        with self._reading() as connection:
            yield from outline_table.read(connection)

    def spans(self) -> Mapping[str, tuple[date, date]]:
        """Return, by key, the days of the first and the last event of each person."""
        with self._reading() as connection:
            return outline_table.spans(connection)

    def numbered(self, sequences: Collection[int]) -> tuple[Event, ...]:
        """Return the events of some numbers, in their order."""
        with self._reading() as connection:
            return events_numbered(connection, sequences)

    def verify(self) -> tuple[chain.Fault, ...]:
        """Return what was changed behind the program's back; empty if nothing was."""
        with self._reading() as connection:
            return verifying.faults(connection)

    def strangers(self) -> tuple[str, ...]:
        """Return receipts of events about a person who is gone without an erasure."""
        with self._reading() as connection:
            return verifying.strangers(connection)

    def end(self) -> tuple[int, str]:
        """Return number and hash of the last event.

        Whoever writes them down elsewhere can later tell that nothing before was
        rewritten, even by someone who recomputed every hash.
        """
        with self._reading() as connection:
            return verifying.end_of(connection)

    def agrees(self, mark: str) -> bool:
        """Whether the records still hold the event that a receipt or end mark names."""
        with self._reading() as connection:
            return named(connection, mark) is not None

    def rebuild(self) -> None:
        """Make anew what is kept beside the chain."""
        with self._writing() as turn:
            outline_table.rebuild(turn.connection)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the events as they stand, for export; without names."""
        query = select(events).order_by(events.c.sequence)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield dict(row._mapping) | {"payload": json.loads(row.payload)}  # noqa: SLF001 - SQLAlchemy's public name

    @contextmanager
    def _writing(self, *, rehearse: bool = False) -> Iterator[Turn]:
        with (
            self._turn,
            in_chinese(self.url),
            writing(self._engine).connect() as connection,
            connection.begin() as transaction,
        ):
            take_turn(connection)
            turn = Turn(connection)
            yield turn
            turn.note_end()
            if rehearse:
                transaction.rollback()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with in_chinese(self.url), reading(self._engine).begin() as connection:
            yield connection
