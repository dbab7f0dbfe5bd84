"""What a trainer does to the records by hand: assign, waive, take back, erase, verify."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from handbook.grading.submissions import Person
from handbook.harmless import tidied
from handbook.model.exams import no_such_exam
from handbook.records.database.chain import FaultKind
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.history.people import fold_number, other_name

_MARK = re.compile(r"[1-9]\d{0,18}-[0-9a-f]{12,64}", re.ASCII)
"""A receipt or an end mark: number, then the hash or its start."""


class NoteError(Exception):
    """What a trainer asked for cannot be recorded; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Note:
    """Who decided something, why and when."""

    reason: str
    by: str
    """The trainer's staff number."""
    now: datetime


def decide(  # noqa: PLR0913 - who, which exam, what, and why
    store: Store,
    kind: Kind,
    *,
    number: str,
    name: str,
    exam: str,
    exams: Collection[str],
    note: Note,
) -> str:
    """Put an assignment or a waiver on record; return what to tell the trainer.

    Raises:
        NoteError: the person or the exam is unknown.
    """
    if exam not in exams:
        raise NoteError(no_such_exam(exam, exams))
    known = store.person(number)
    if known is None and not (fold_number(number) and tidied(name)):
        raise NoteError(f"工号 {number} 还没有登记过，请用 --name 写上姓名。")
    person = known or Person(fold_number(number), tidied(name))
    event = store.note(kind, person, exam, reason=note.reason, by=note.by, now=note.now)
    what = _DECIDED[kind]
    told = f"{what}：{person.number} {person.name}，{exam}。回执：{event.receipt}"
    doubt = other_name(known, name, " --name 写") if known else ""
    return f"{told}\n{doubt}".rstrip()


_DECIDED = {
    Kind.ASSIGNED: "已安排考试",
    Kind.WAIVED: "已准许免考",
    Kind.RELEASED: "已不再要求这门考试",
}


def take_back(store: Store, receipt: str, note: Note) -> str:
    """Void a sitting or a waiver, or settle a refusal; return what to tell the trainer.

    Raises:
        NoteError: nothing that can be voided has this receipt, or it is already.
    """
    try:
        event = store.void(receipt, reason=note.reason, by=note.by, now=note.now)
    except LookupError:
        raise NoteError(
            f"没有回执为 {receipt} 的考试或免考。回执在评分时显示，"
            "例如 12-3f9a1b22c0de。"
        ) from None
    except ValueError:
        raise NoteError(f"{receipt} 已经作废过了，这次没有再登记。") from None
    return f"已作废 {receipt}，记录仍在，只是不再算数。回执：{event.receipt}"


def forget(store: Store, number: str, note: Note) -> str:
    """Erase a person; return what to tell the trainer.

    Raises:
        NoteError: nobody has this number.
    """
    try:
        event = store.erase(number, reason=note.reason, by=note.by, now=note.now)
    except LookupError:
        raise NoteError(f"没有工号为 {number} 的人。") from None
    return (
        f"已删除工号 {fold_number(number)} 的姓名和工号，成绩只留作统计，认不出是谁。"
        f"以前的备份里还有，请一并处理。回执：{event.receipt}"
    )


def verify_text(
    store: Store, expect: str | None, *, rebuild: bool = False
) -> tuple[bool, tuple[str, ...]]:
    """Verify the chain; return whether it is sound, and lines for a trainer.

    Args:
        store: what to verify.
        expect: an end mark or a receipt noted down earlier, if there is one.
        rebuild: make the outlines anew if nothing but they is wrong.
    """
    faults = store.verify()
    if rebuild and {fault.kind for fault in faults} == {FaultKind.OUTLINE}:
        store.rebuild()
        sound, told = verify_text(store, expect)
        return sound, ("摘要与记录不符，已按记录重算。", *told)
    lines = [str(fault) for fault in faults]
    strangers = store.strangers()
    if strangers and not store.people():
        lines.append(
            "库里没有任何人的姓名。若是用 import 读进来的导出，正是这样，记录没有问题；"
            "若不是，姓名被人删掉了，请用备份恢复。"
        )
    else:
        lines += [
            f"记录 {receipt} 的人不在名单里：姓名被人从库里删掉了。"
            for receipt in strangers
        ]
    lines += [
        f"工号 {number} 的工号或姓名被改过：这些成绩登记时不是他的。"
        for number in store.others()
    ]
    lines += [
        f"工号 {number} 的姓名删除过，名单里又有了。请用 records.py erase 再删除一次。"
        for number in store.returned()
    ]
    if expect and not _MARK.fullmatch(expect):
        lines.append(
            f"“{expect}”不是末尾标记或回执，没法核对。"
            "照抄核对时给出的一行，例如 12-3f9a1b22c0de。"
        )
    elif expect and not store.agrees(expect):
        lines.append(f"{expect} 对不上：以前的记录被改写过。")
    if lines:
        return False, tuple(lines)
    number, mark = store.end()
    summary = [f"共 {number} 条记录，全部完好。"]
    if number:
        end = f"{number}-{mark[:12]}"
        summary.append(f"末尾标记：{end}（请抄在别处，下次用 --expect {end} 核对）")
    return True, tuple(summary)
