"""Many people invited at once: a list of them goes in, a list of links comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.harmless import tidied
from handbook.papers.confirmations import exam_of
from handbook.records.database.store import Store
from handbook.records.history.people import fold_number
from handbook.records.history.times import written
from handbook.records.invitations.inviting import notices
from handbook.records.invitations.tokens import InvitationError, invite, link, sign
from handbook.records.sheets import Sheet
from handbook.tables.cells import Cell, Row, TableError, read_cells

COLUMNS = ("工号", "姓名", "考试", "最晚开始", "链接", "请先看")
"""Headings of the list of links, in order."""

_NUMBER, _NAME = "工号", "姓名"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is the same for everyone on a list."""

    exam: str
    until: datetime
    """By when the sitting must have begun."""
    delta: bool
    """Whether only to what changed since each of them passed."""
    site: str
    """Where they open the handbook."""
    secret: str
    """Signs the invitations."""


def read_guests(raw: bytes, file: str) -> tuple[Person, ...]:
    """Return whom a CSV or XLSX file lists, each once, in its order.

    Its heading 工号 says who; 姓名 may be missing or empty for who is on record. Other
    columns are left alone, so that a list downloaded from the trainers' pages will do.

    Args:
        raw: the file.
        file: what to call it.

    Raises:
        InvitationError: it is no such list; every row that is wrong is told.
    """
    try:
        sheets = read_cells(raw)
    except TableError as error:
        raise InvitationError(f"{file}：{error.message}。{error.remedy}") from None
    for head, *rows in sheets:
        headings = [_text(cell) for cell in head.cells]
        if _NUMBER in headings:
            return _guests(headings, rows, file)
    raise InvitationError(
        f"{file} 里没有“工号”这一栏。第一行写栏名：工号、姓名；下面一行一个人。"
    )


def _guests(
    headings: Sequence[str], rows: Iterable[Row], file: str
) -> tuple[Person, ...]:
    found: dict[str, Person] = {}
    faults: list[str] = []
    for row in rows:
        said = dict(zip(headings, map(_text, row.cells), strict=False))
        number = fold_number(said.get(_NUMBER, ""))
        name = tidied(said.get(_NAME, ""))
        if not number:
            faults.append(f"{file} 第 {row.number} 行没有写工号。")
            continue
        known = found.get(number, Person(number, "")).name
        if known and name not in {"", known}:
            faults.append(
                f"{file} 第 {row.number} 行：工号 {number} 前面写的是另一个姓名。"
            )
        found[number] = Person(number, known or name)
    if faults or not found:
        raise InvitationError("\n".join(faults) or f"{file} 里一个人也没有。")
    return tuple(found.values())


def invite_all(
    handbook: Handbook,
    store: Store,
    guests: Iterable[Person],
    occasion: Occasion,
    now: datetime,
) -> Sheet:
    """Return the links of many, and beside each what to look at before sending it.

    Whoever cannot be invited gets no link, and the reason instead; the others do.

    Raises:
        InvitationError: nobody can be invited to it: exam, end or change is wrong.
        StoreError: the records cannot be read.
    """
    anyone = Person("A", "A")
    invite(handbook, anyone, occasion.exam, occasion.until, now, delta=occasion.delta)
    sat = exam_of(handbook, occasion.exam)
    title, until = sat.title if sat else occasion.exam, written(occasion.until)
    rows = []
    for guest in guests:
        person, address, doubts = _invited(handbook, store, guest, occasion, now)
        rows.append((person.number, person.name, title, until, address, doubts))
    return Sheet("邀请", COLUMNS, tuple(rows))


def _invited(
    handbook: Handbook, store: Store, guest: Person, occasion: Occasion, now: datetime
) -> tuple[Person, str, str]:
    """Return who it is, their link or none, and what to look at."""
    dossier = store.dossier(guest.number, occasion.exam)
    person = dossier.person if dossier else guest
    if not person.name:
        return person, "", "还没有登记过，请在名单的“姓名”一栏写上姓名，再发一次。"
    try:
        invitation = invite(
            handbook, person, occasion.exam, occasion.until, now, delta=occasion.delta
        )
    except InvitationError as failure:
        return person, "", str(failure)
    doubts = notices(handbook, invitation, dossier, guest.name, now, where="名单里写")
    address = link(occasion.site, occasion.exam, sign(invitation, occasion.secret))
    return person, address, " ".join(doubts)


def place(output: Path | None, exam: str) -> tuple[Path, Path | None]:
    """Return where a list of links goes, and the list that was made before it.

    No list is written over: its links stay good, and nobody would know any more whose
    they are.

    Args:
        output: the file that was named; none for one by the name of the exam, numbered
            from the second on.
        exam: its id.

    Raises:
        InvitationError: the named file is there already.
    """
    if output:
        if output.exists():
            raise InvitationError(
                f"{output} 已经有了，没有动它；里面是链接的话，仍然有效。换一个文件名。"
            )
        return output, None
    earlier, file = None, Path(f"邀请-{exam}.xlsx")
    for number in count(2):
        if not file.exists():
            break
        earlier, file = file, Path(f"邀请-{exam}-{number}.xlsx")
    return file, earlier


def told(sheet: Sheet, file: str, earlier: Path | None = None) -> Iterator[str]:
    """Yield what a trainer should know of a list of links.

    Args:
        sheet: the list.
        file: where it was written.
        earlier: the list that was made before it.
    """
    links = sum(bool(row[COLUMNS.index("链接")]) for row in sheet.rows)
    look = sum(bool(row[COLUMNS.index("请先看")]) for row in sheet.rows)
    yield f"已写好 {links} 个人的链接：{file}。一行一个人，链接只发给本人。"
    if earlier:
        yield f"上一份 {earlier} 还在，里面的链接仍然有效；已经发过的人不用再发。"
    if links < len(sheet.rows):
        yield f"有 {len(sheet.rows) - links} 个人没有链接，原因写在“请先看”一栏。"
    if look:
        yield f"有 {look} 行写着“请先看”，看清楚再发。"


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else cell.isoformat(" ")
