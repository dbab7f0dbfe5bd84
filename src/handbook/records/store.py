"""The records on disk: opened, appended to, read back, verified."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from sqlalchemy import URL, Connection, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person, Submission
from handbook.model.exams import Exam
from handbook.records import chain
from handbook.records.engine import (
    DRIVER_ERRORS,
    connect,
    database_url,
    forget_traces,
    reading,
    sqlite_file,
    take_turn,
    writing,
)
from handbook.records.errors import StoreError
from handbook.records.history import Event, History, Kind
from handbook.records.refusing import Refused
from handbook.records.schema import NewerSchemaError, events, head, migrate, people
from handbook.records.turns import (
    BY_SITTING,
    Opening,
    Receipt,
    Refusals,
    Taking,
    Turn,
    event_from,
    find_person,
    first_receipt,
    link_from,
    read_history,
    started_event,
)

_VOIDABLE = frozenset(
    {Kind.GRADED, Kind.REGRADED, Kind.WAIVED, Kind.STARTED, Kind.REFUSED}
)

__all__ = ["Opening", "Receipt", "Refusals", "Store", "StoreError"]


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
                _in_chinese(self.url),
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
            return [turn.record(grade, exam, now) for grade, exam in grades]

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

    def start(
        self, person: Person, exam: Exam, opening: Opening, now: datetime
    ) -> Event | Refusals:
        """Put on record that a sitting by invitation begins now; once.

        Returns the event that says when it began, the first time and every time after,
        or why it may not begin.
        """
        with self._writing() as turn:
            return turn.start(person, exam, opening, now)

    def started(self, sitting: str) -> Event | None:
        """Return the event that says when a sitting by invitation began, if it did."""
        with self._reading() as connection:
            return started_event(connection, sitting)

    def handed_in(self, sitting: str) -> bool:
        """Whether a hand-in of this sitting is on record."""
        with self._reading() as connection:
            found = connection.execute(BY_SITTING, {"sitting": sitting}).first()
        return found is not None

    def history(self, number: str, exam: str) -> History:
        """Return what someone did about an exam; empty for who is not on record."""
        with self._reading() as connection:
            known = find_person(connection, number)
            return read_history(connection, known[0], exam) if known else History()

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
        with self._writing() as turn:
            key = turn.erase(number)
            if key is None:
                raise LookupError(number)
            payload = {"reason": reason, "by": by}
            event = turn.append(Kind.ERASED, now, person=key, exam="", payload=payload)
        with _in_chinese(self.url), self._engine.connect() as connection:
            forget_traces(connection)
        return event

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

    def verify(self) -> tuple[chain.Fault, ...]:
        """Return what was changed behind the program's back; empty if nothing was."""
        with self._reading() as connection:
            query = select(events).order_by(events.c.sequence)
            links = [
                link_from(row)
                for row in connection.execution_options(yield_per=1000).execute(query)
            ]
            end = connection.execute(select(head.c.sequence, head.c.hash)).first()
        return chain.find_faults(links, (end.sequence, end.hash) if end else None)

    def strangers(self) -> tuple[str, ...]:
        """Return receipts of events about a person who is gone without an erasure.

        Names stand outside the chain so that a person can be erased; a name that went
        without an `erased` event was taken out behind the program's back.
        """
        known = select(people.c.key)
        gone = select(events.c.person).where(events.c.kind == Kind.ERASED)
        query = (
            select(events)
            .where(
                events.c.person.not_in(known),
                events.c.person.not_in(gone),
                events.c.person != "",  # a refusal of who knows whom
            )
            .order_by(events.c.sequence)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(f"{row.sequence}-{row.hash[:12]}" for row in rows)

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

    @contextmanager
    def _writing(self, *, rehearse: bool = False) -> Iterator[Turn]:
        with (
            self._turn,
            _in_chinese(self.url),
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
        with _in_chinese(self.url), reading(self._engine).begin() as connection:
            yield connection


_ON_SERVERS = (
    ("lock timeout", "正被别的程序占用。请稍候再试。"),
    ("No space left", "写不进去，服务器的磁盘满了。"),
    ("could not extend", "写不进去，服务器的磁盘满了。"),
    ("duplicate key", "前后对不上。请运行 python scripts/records.py verify 核对。"),
    ("authentication failed", "不认这个账号或密码。请检查 --db。"),
    ("does not exist", "打不开：没有这个库或这个账号。请检查 --db。"),
    ("permission denied", "没有权限。请管理员给这个账号建表和写入的权限。"),
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
            ("UNIQUE", "前后对不上。请运行 python scripts/records.py verify 核对。"),
            *_ON_SERVERS,
        )
        lost = (
            isinstance(error, OperationalError) and url.get_backend_name() != "sqlite"
        )
        if lost and not any(word in cause for word, _ in _ON_SERVERS):
            # Whether the last commit still arrived there, nobody here can know.
            raise StoreError(
                f"记录库 {where} 连不上，或中途断开了。请稍候再试一次；"
                "已经登记的不会重复登记。"
            ) from error
        hint = next((text for word, text in known if word in cause), f"出错：{cause}")
        raise StoreError(f"记录库 {where} {hint}没有登记任何内容。") from error
