"""The records on disk: opened, brought up to date, appended to."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from sqlalchemy import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person
from handbook.model.exams import Exam
from handbook.records.database import outline_table
from handbook.records.database.asking import Records
from handbook.records.database.engine import (
    connect,
    database_url,
    forget_traces,
    sqlite_file,
    take_turn,
    writing,
)
from handbook.records.database.failures import in_chinese
from handbook.records.database.migrations import NewerSchemaError, migrate
from handbook.records.database.taking import Taking
from handbook.records.database.together import Work
from handbook.records.database.turns import Turn
from handbook.records.history.errors import BrokenEventError, StoreError
from handbook.records.history.events import Event, Kind
from handbook.records.history.receipts import Receipt, Refusals
from handbook.records.history.refusing import Refused

_VOIDABLE = frozenset(
    {Kind.GRADED, Kind.REGRADED, Kind.WAIVED, Kind.STARTED, Kind.REFUSED}
)


class Store(Records):
    """The records of one department in one database, to be added to.

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
            address = database_url(url) if isinstance(url, str) else url
            super().__init__(address, connect(address))
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
            ValueError: it was taken back or settled before.
        """
        with self._writing() as turn:
            event = turn.find(receipt, _VOIDABLE)
            if turn.is_voided(event):
                raise ValueError(receipt)
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
        # With an erasure that the file tells of, a name is taken away.
        with in_chinese(self.url), self._engine.connect() as connection:
            forget_traces(connection)

    def rebuild(self) -> None:
        """Make anew what is kept beside the chain."""
        with self._writing() as turn:
            outline_table.rebuild(turn.connection)

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
