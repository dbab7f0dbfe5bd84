"""Records as JSON Lines: written out whole, and read back only if nothing is wrong."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from handbook.canonical import canonical
from handbook.grading.submissions import Person
from handbook.harmless import escaped
from handbook.records.database import chain
from handbook.records.database.rows import Stored
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.history.people import fold_number, is_theirs
from handbook.records.history.times import stored

FORMAT = "handbook-records/1"
"""What the first line of a backup says."""

CONFIDENTIAL = "机密：含每题的答案和对错，等于答案，只给可以看答案的人，用完删除。"
"""What an export is: what somebody answered and whether that was right."""

_HASHED = ("kind", "at", "person", "exam", "sitting", "digest")
_FIELDS = set(Stored._fields)


class ArchiveError(Exception):
    """A file holds no records that can be taken over; the message is in Chinese."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought."""

    events: int
    """How many were added; those on record already are not counted."""
    people: int
    named: bool
    """Whether it was a backup, with names; an export has none."""


def dump(store: Store, output: TextIO) -> int:
    """Write the events, one JSON object per line, without names; return how many."""
    count = 0
    for line in store.lines():
        output.write(_line(line))
        count += 1
    return count


def dumped(count: int, name: str) -> str:
    """Say what `dump` wrote, for a trainer.

    Args:
        count: how many events.
        name: of the file; `-` is the standard output.
    """
    where = "。" if name == "-" else f"：{name}"
    return f"已导出 {count} 条记录，不含姓名{where}\n{CONFIDENTIAL}"


def back_up(store: Store, file: Path, now: datetime) -> int:
    """Write everything, names too, beside the file and then into its place.

    Nobody but the owner may read it. A backup that breaks off leaves the one before.

    Raises:
        OSError: it cannot be written.
        StoreError: the records cannot be read.
    """
    # Who is erased meanwhile belongs to this backup still, who comes meanwhile already.
    before = {who["key"]: who for who in store.identities()}
    number, end = store.end()
    known = before | {who["key"]: who for who in store.identities()}
    head = {"format": FORMAT, "made_at": stored(now), "end": f"{number}-{end}"}
    handle, name = tempfile.mkstemp(dir=file.resolve().parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as output:
            output.write(_line(head))
            output.writelines(_line(who) for who in known.values())
            count = 0
            for event in store.lines():
                # What was recorded since the head was written is for the next backup.
                if event["sequence"] <= number:
                    output.write(_line(event))
                    count += 1
            output.flush()
            os.fsync(output.fileno())
        Path(name).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return count


def take_over(store: Store, lines: Iterable[str]) -> Taken:
    """Add the events and people of a file; all or nothing.

    The file may be a backup or an export. Its events must begin as the store's do, so
    that taking the same file over twice adds nothing the second time.

    Raises:
        ArchiveError: the file is none, is not whole, was changed, or does not fit.
        StoreError: the records failed.
    """
    reader = _Reader(lines)
    with store.taking_over() as taking:
        for event in reader.events():
            if not taking.add(event):
                raise ArchiveError(
                    f"第 {reader.line} 行：第 {event.sequence} 条和记录库里的不同。"
                    "只能恢复到空的记录库，或接着同一份记录往后补。"
                )
        for key, (person, salt) in reader.people.items():
            if not taking.add_person(key, person, salt):
                raise ArchiveError(
                    f"工号 {person.number} 在记录库里是另一个人。没有恢复任何内容。"
                )
        reader.check_end()
    return Taken(taking.added, taking.people, reader.is_backup)


def taken_over(taken: Taken) -> str:
    """Say what `take_over` brought, for a trainer."""
    told = f"已恢复 {taken.events} 条记录、{taken.people} 个人。"
    if taken.named:
        return told
    return f"{told}\n文件里没有姓名，是导出不是备份：这个记录库只能做统计。"


def _line(value: object) -> str:
    return escaped(canonical(value)) + "\n"


class _Reader:
    """Reads a file line by line, and trusts none of it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.line = 0
        self.people: dict[str, tuple[Person, str | None]] = {}
        self._named: set[str] = set()
        """Keys of who must be among the people: they did something and were not erased."""
        self._promised = ""
        self._sequence = 0
        self._hash = chain.GENESIS

    def events(self) -> Iterator[Stored]:
        for text in self._texts():
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                raise self._wrong("不是正确的 JSON，文件可能不完整") from None
            if not isinstance(found, dict):
                raise self._wrong("不是一条记录")
            if "format" in found:
                if found["format"] != FORMAT:
                    raise self._wrong(f"格式不是 {FORMAT}，请先更新本程序")
                self._promised = str(found.get("end", ""))
            elif found.keys() - {"salt"} == {"key", "number", "name"}:
                self._take_person(found)
            else:
                yield self._event(found)

    @property
    def is_backup(self) -> bool:
        """Whether its first line says that it is one."""
        return bool(self._promised)

    def _texts(self) -> Iterator[str]:
        try:
            for number, text in enumerate(self._lines, 1):
                self.line = number
                yield text
        except UnicodeDecodeError:
            self.line += 1
            raise self._wrong(
                "不是 UTF-8 编码的文字，也许用别的程序另存过；请用备份的原文件"
            ) from None

    def check_end(self) -> None:
        """Refuse what is empty, a backup whose end was cut off, or that lost a name."""
        if not (self._promised or self._sequence):
            raise ArchiveError("文件里一条记录也没有。没有恢复任何内容。")
        if self._promised and (lost := self._named - self.people.keys()):
            raise ArchiveError(
                f"文件不完整：有考试记录的人里，少了 {len(lost)} 个人的姓名。"
                "没有恢复任何内容。"
            )
        if self._promised and self._promised != f"{self._sequence}-{self._hash}":
            raise ArchiveError(
                f"文件不完整：应当到第 {self._promised.partition('-')[0]} 条，"
                f"实际到第 {self._sequence} 条。没有恢复任何内容。"
            )

    def _take_person(self, found: dict[str, Any]) -> None:
        salt = found.pop("salt", None)
        texts = [*found.values(), salt or "-"]
        if not all(isinstance(value, str) and value for value in texts):
            raise self._wrong("人员的写法不对")
        person = Person(fold_number(found["number"]), found["name"])
        if not is_theirs(found["key"], person, salt):
            raise self._wrong("工号或姓名被改过，和他的考试记录对不上")
        self.people[found["key"]] = person, salt

    def _event(self, found: dict[str, Any]) -> Stored:
        texts = [found.get(name) for name in _HASHED]
        if found.keys() != _FIELDS or not (
            all(text is None or isinstance(text, str) for text in texts)
            and isinstance(found["payload"], dict)
            and found["kind"] in set(Kind)
        ):
            raise self._wrong("不是一条记录")
        try:
            payload = canonical(found["payload"])
            datetime.fromisoformat(found["at"])
            right = chain.event_hash(
                self._hash, {name: found[name] for name in _HASHED}, payload
            )
        except (TypeError, ValueError):
            raise self._wrong("不是一条记录") from None
        if (found["sequence"], found["previous"], found["hash"]) != (
            self._sequence + 1,
            self._hash,
            right,
        ):
            raise self._wrong("和前一条接不上，或内容被改过")
        self._sequence, self._hash = found["sequence"], right
        if found["kind"] == Kind.ERASED:
            self._named.discard(found["person"])
        elif found["person"]:  # else a refusal of who knows whom
            self._named.add(found["person"])
        return Stored(**found | {"payload": payload})

    def _wrong(self, why: str) -> ArchiveError:
        return ArchiveError(f"第 {self.line} 行：{why}。没有恢复任何内容。")
