"""The records on disk: appended in turn, read back, verified. All SQL is here."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import URL, Connection, Row, insert, literal, select, update
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person, Refusal, Submission
from handbook.model.exams import Exam
from handbook.records import chain, payloads
from handbook.records.engine import (
    DRIVER_ERRORS,
    connect,
    database_url,
    sqlite_file,
    take_turn,
    writing,
)
from handbook.records.history import Event, History, Kind, fold, may_sit
from handbook.records.people import fold_number
from handbook.records.schema import (
    NewerSchemaError,
    events,
    head,
    migrate,
    people,
)
from handbook.records.times import stored, written

Refusals = tuple[Refusal, ...]

HAND_IN = events.c.kind == literal(Kind.SUBMITTED.value, literal_execute=True)
"""Written out, not bound: else no database would use the partial indexes."""


class StoreError(Exception):
    """The records cannot be opened, read or written; the message is for a trainer."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a hand-in that is on record."""

    event: Event
    """The `graded` event; of the first hand-in, if this one is a duplicate."""
    duplicate: bool
    grade: Grade
    """As it was put on record first. A verdict comes from here: answering a second
    hand-in of a sitting by its own marks would let people try out the key."""
    known_name: str
    """The name on record for this number, where the hand-in has another; else empty."""

    @property
    def code(self) -> str:
        """What a learner keeps; see `Event.receipt`."""
        return self.event.receipt


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
            with self._writing() as connection:
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
    def existing(cls, url: str) -> Self:
        """Open records to look at; where there is no file yet, make none.

        Raises:
            StoreError: they cannot be opened.
        """
        try:
            file = sqlite_file(database_url(url))
        except ArgumentError:
            file = None  # the constructor says what is wrong
        return cls("sqlite://" if file is not None and not file.exists() else url)

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
        with self._writing(rehearse=rehearse) as connection:
            return [
                self._record(connection, grade, exam, now) for grade, exam in grades
            ]

    def first(self, submission: Submission) -> Receipt | Refusals | None:
        """Return what is on record of a hand-in already, before it is even graded.

        A page that lost the network and tries again after a new version of the handbook
        gets its receipt, not the news that its paper is out of date.
        """
        with self._reading() as connection:
            return self._first(connection, submission)

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
        """Put on record that a trainer assigns an exam to someone or waives it."""
        if kind not in {Kind.ASSIGNED, Kind.WAIVED}:
            raise ValueError(kind)
        with self._writing() as connection:
            key, known = self._key(connection, person)
            if known is None:
                self._add_person(connection, key, person)
            return self._append(
                connection,
                kind,
                now,
                person=key,
                exam=exam,
                sitting=None,
                digest=None,
                payload={"reason": reason, "by": by},
            )

    def void(self, receipt: str, *, reason: str, by: str, now: datetime) -> Event:
        """Take back the sitting or the waiver that a receipt names.

        Raises:
            LookupError: no sitting or waiver has this receipt.
        """
        with self._writing() as connection:
            number, _, start = receipt.partition("-")
            row = (
                connection.execute(
                    select(events).where(
                        events.c.sequence == int(number),
                        events.c.kind.in_(
                            [Kind.GRADED.value, Kind.REGRADED.value, Kind.WAIVED.value]
                        ),
                    )
                ).first()
                if number.isascii() and number.isdigit() and len(number) < 10  # noqa: PLR2004 - fits an INTEGER
                else None
            )
            if row is None or not start or not row.hash.startswith(start):
                raise LookupError(receipt)
            return self._append(
                connection,
                Kind.VOIDED,
                now,
                person=row.person,
                exam=row.exam,
                sitting=row.sitting,
                digest=None,
                payload={"voids": row.sequence, "reason": reason, "by": by},
            )

    def person(self, number: str) -> Person | None:
        """Return who has a staff number, as on record."""
        with self._reading() as connection:
            name = connection.scalar(
                select(people.c.name).where(people.c.number == fold_number(number))
            )
        return Person(fold_number(number), name) if name is not None else None

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
                yield _event(row)

    def verify(self) -> tuple[chain.Fault, ...]:
        """Return what was changed behind the program's back; empty if nothing was."""
        with self._reading() as connection:
            query = select(events).order_by(events.c.sequence)
            links = [
                _link(row)
                for row in connection.execution_options(yield_per=1000).execute(query)
            ]
            end = connection.execute(select(head.c.sequence, head.c.hash)).first()
        return chain.find_faults(links, (end.sequence, end.hash) if end else None)

    def end(self) -> tuple[int, str]:
        """Return number and hash of the last event.

        Whoever writes them down elsewhere can later tell that nothing before was
        rewritten, even by someone who recomputed every hash.
        """
        with self._reading() as connection:
            row = connection.execute(select(head.c.sequence, head.c.hash)).first()
        return (row.sequence, row.hash) if row else (0, chain.GENESIS)

    def agrees(self, mark: str) -> bool:
        """Whether the records still hold the event that a receipt or end mark names."""
        number, _, start = mark.partition("-")
        return bool(start) and any(
            str(event.sequence) == number and event.hash.startswith(start)
            for event in self.events()
        )

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the events as they stand, for export; without names."""
        query = select(events).order_by(events.c.sequence)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield dict(row._mapping) | {"payload": json.loads(row.payload)}  # noqa: SLF001 - SQLAlchemy's public name

    def _record(
        self, connection: Connection, grade: Grade, exam: Exam, now: datetime
    ) -> Receipt | Refusals:
        submission = grade.submission
        key, known = self._key(connection, submission.person)
        other_name = (
            known.name if known and known.name != submission.person.name else ""
        )
        if first := self._first(connection, submission):
            return first
        history = self._history(connection, key, exam.id) if known else History()
        fields = payloads.of_grade(grade, exam, now)
        begun, ended = (datetime.fromisoformat(fields[at]) for at in ("begun", "ended"))
        if refusal := may_sit(exam, history, begun, ended):
            return (refusal,)
        if known is None:
            self._add_person(connection, key, submission.person)
        columns = {
            "person": key,
            "exam": submission.exam,
            "sitting": submission.sitting,
            "digest": submission.digest,
        }
        self._append(
            connection,
            Kind.SUBMITTED,
            now,
            payload=payloads.of_submission(submission),
            **columns,
        )
        graded = self._append(connection, Kind.GRADED, now, payload=fields, **columns)
        return Receipt(graded, duplicate=False, grade=grade, known_name=other_name)

    def _first(
        self, connection: Connection, submission: Submission
    ) -> Receipt | Refusals | None:
        # One after the other: with OR between them no partial index would serve.
        for same in (
            events.c.sitting == submission.sitting,
            events.c.digest == submission.digest,
        ):
            first = connection.execute(select(events).where(HAND_IN, same)).first()
            if first is not None:
                break
        else:
            return None
        key, known = self._key(connection, submission.person)
        if first.person != key or first.exam != submission.exam or known is None:
            return (_TAKEN,)
        graded = _event(
            connection.execute(
                select(events)
                .where(
                    events.c.kind == Kind.GRADED.value,
                    events.c.sitting == first.sitting,
                    events.c.person == first.person,
                )
                .order_by(events.c.sequence)
            ).one()
        )
        grade = payloads.grade_from(
            graded.payload,
            exam=graded.exam,
            sitting=graded.sitting,
            digest=graded.digest,
            person=known,
        )
        return Receipt(graded, duplicate=True, grade=grade, known_name="")

    def _history(self, connection: Connection, key: str, exam: str) -> History:
        rows = connection.execute(
            select(events)
            .where(events.c.person == key, events.c.exam == exam)
            .order_by(events.c.sequence)
        )
        return fold(map(_event, rows))

    def _key(self, connection: Connection, person: Person) -> tuple[str, Person | None]:
        number = fold_number(person.number)
        row = connection.execute(
            select(people).where(people.c.number == number)
        ).first()
        if row is None:
            return uuid.uuid4().hex, None
        return row.key, Person(row.number, row.name)

    def _add_person(self, connection: Connection, key: str, person: Person) -> None:
        number = fold_number(person.number)
        connection.execute(
            insert(people).values(key=key, number=number, name=person.name)
        )

    def _append(  # noqa: PLR0913 - the columns of an event
        self,
        connection: Connection,
        kind: Kind,
        now: datetime,
        *,
        person: str,
        exam: str,
        sitting: str | None,
        digest: str | None,
        payload: Mapping[str, Any],
    ) -> Event:
        end = connection.execute(select(head.c.sequence, head.c.hash)).first()
        previous = end.hash if end else chain.GENESIS
        number = (end.sequence if end else 0) + 1
        fields: dict[str, str | None] = {
            "kind": kind.value,
            "at": stored(now),
            "person": person,
            "exam": exam,
            "sitting": sitting,
            "digest": digest,
        }
        text = chain.canonical(payload)
        here = chain.event_hash(previous, fields, text)
        connection.execute(
            insert(events).values(
                sequence=number, payload=text, previous=previous, hash=here, **fields
            )
        )
        if end is None:
            connection.execute(insert(head).values(id=1, sequence=number, hash=here))
        else:
            connection.execute(update(head).values(sequence=number, hash=here))
        return Event(
            sequence=number,
            kind=kind,
            at=datetime.fromisoformat(stored(now)),
            person=person,
            exam=exam,
            sitting=sitting or "",
            digest=digest or "",
            payload=payload,
            previous=previous,
            hash=here,
        )

    @contextmanager
    def _writing(self, *, rehearse: bool = False) -> Iterator[Connection]:
        with (
            self._turn,
            _in_chinese(self.url),
            writing(self._engine).connect() as connection,
            connection.begin() as transaction,
        ):
            take_turn(connection)
            yield connection
            if rehearse:
                transaction.rollback()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _in_chinese(self.url), self._engine.begin() as connection:
            yield connection


_TAKEN = Refusal(
    "A693",
    "sitting",
    "这次考试的编号已经由另一个人或另一门考试交过卷，这份没有登记。",
    "请重新打开考试页，自己考一次再交卷。",
)


@contextmanager
def _in_chinese(url: URL) -> Iterator[None]:
    try:
        yield
    except DRIVER_ERRORS as error:
        where = url.render_as_string(hide_password=True).removeprefix("sqlite:///")
        cause = str(getattr(error, "orig", error))
        known: Sequence[tuple[str, str]] = (
            (
                "locked",
                "正被别的程序占用。请稍候再试；一直这样，就关掉打开着它的程序。",
            ),
            ("not a database", "不是记录库文件。请检查 --db 写得对不对。"),
            ("unable to open", "打不开。请检查文件夹是否存在、有没有权限。"),
            ("readonly", "只能读，不能写。请检查文件权限。"),
            ("disk", "写不进去，可能是磁盘满了。"),
            ("malformed", "已经损坏。请用备份恢复。"),
        )
        hint = next((text for word, text in known if word in cause), f"出错：{cause}")
        raise StoreError(f"记录库 {where} {hint}没有登记任何内容。") from error


def _event(row: Row[Any]) -> Event:
    return Event(
        sequence=row.sequence,
        kind=Kind(row.kind),
        at=datetime.fromisoformat(row.at),
        person=row.person,
        exam=row.exam,
        sitting=row.sitting or "",
        digest=row.digest or "",
        payload=json.loads(row.payload),
        previous=row.previous,
        hash=row.hash,
    )


def _link(row: Row[Any]) -> chain.Link:
    fields = {
        "kind": row.kind,
        "at": row.at,
        "person": row.person,
        "exam": row.exam,
        "sitting": row.sitting,
        "digest": row.digest,
    }
    # A tampered column may hold anything, bytes included; then it is simply not intact.
    try:
        expected = chain.event_hash(row.previous, fields, row.payload)
    except (TypeError, ValueError):
        expected = ""
    try:
        when = written(datetime.fromisoformat(row.at))
    except (TypeError, ValueError):
        when = str(row.at)
    return chain.Link(
        sequence=row.sequence,
        previous=row.previous,
        hash=row.hash,
        intact=expected == row.hash,
        label=f"{when} 的“{row.exam}”{row.kind} 记录",
    )
