"""Whether pages tell of what moved, and who checked it: the rules R801 to R806."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date

from handbook.checks.exemptions import covering
from handbook.handbook import Handbook
from handbook.model.pages import Change, Clause, Phrase
from handbook.model.placeholders import Placeholder
from handbook.problems import Place, Problem, in_order
from handbook.reading.markdown_files import read_markdown
from handbook.reading.sources import read_source
from handbook.reading.yaml_files import place_of
from handbook.review.texts import new_entries, value_moved
from handbook.wordings import changed


def problems(before: Handbook, after: Handbook, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with `changes` and `reviewed` of pages since another state.

    Args:
        before: the handbook at the base.
        after: the handbook with the change.
        today: the date that an entry to be pasted bears, and after which no check can lie.
    """
    found: list[Problem] = []
    for path in after.pages:
        found += _untold(before, after, path, today)
        found += _entries(before, after, path)
        found += _checked(before, after, path, today)
    return in_order(one for one in found if not covering(one, after.exemptions))


def _checked(
    before: Handbook, after: Handbook, path: str, today: date
) -> Iterator[Problem]:
    """Yield a problem for a check whose date moved, and which tells of no check."""
    old = before.pages[path].front.reviewed if path in before.pages else None
    new = after.pages[path].front.reviewed
    if new is None or (old and old.on == new.on):
        return
    if new.on > today:
        yield Problem(
            _place(after, path, "reviewed", "on"),
            "R805",
            f"核验日期 {new.on} 还没有到",
            f"写真正核对的那一天；今天是 {today}。",
        )
    elif old and not new.evident:
        yield Problem(
            _place(after, path, "reviewed"),
            "R804",
            f"核验日期由 {old.on} 改成 {new.on}，没有写谁核对、对照了什么",
            f"写成 reviewed: {{on: {new.on}, by: 谁核对的, against: 对照了什么}}；"
            "没有真的核对，就改回原来的日期。",
        )


def _untold(
    before: Handbook, after: Handbook, path: str, today: date
) -> Iterator[Problem]:
    """Yield a problem for every clause that moved or went, and of which nobody tells."""
    entries = new_entries(before, after, path)
    told = {name for entry in entries for name in entry.clauses}
    page = after.pages[path]
    moved = [
        clause
        for clause in page.clauses
        if clause.address in before.clauses
        and before.clauses[clause.address].fingerprint != clause.fingerprint
        and clause.id not in told
    ]
    names = ", ".join(clause.id for clause in moved)
    for clause in moved:
        yield Problem(
            clause.place,
            "R801",
            f"“{clause.title}”的文字变了{_why(before, after, clause)}，"
            "这一页的变更记录没有写",
            f"在文件头的 changes 里加一条：- {{date: {today}, clauses: [{names}], "
            f"kind: material, summary: {Placeholder.SUMMARY}, before: {_before(before, moved)}}}；"
            "只改错字的，kind 写 editorial。",
        )
    gone = [
        clause.title
        for clause in (before.pages[path].clauses if path in before.pages else ())
        if clause.address not in after.clauses
    ]
    if gone and not entries:
        yield Problem(
            page.place,
            "R801",
            f"删了{'、'.join(f'“{title}”' for title in gone)}，这一页的变更记录没有写",
            f"在文件头的 changes 里加一条：- {{date: {today}, clauses: [], "
            "kind: material, summary: 写删了什么、以后按哪一条做}。",
        )


def _before(before: Handbook, moved: Iterable[Clause]) -> str:
    """Return the old sentences of moved clauses, ready to be pasted under `before`."""
    texts = {
        clause.id: changed(before.clauses[clause.address].text, clause.text)[0]
        for clause in moved
    }
    told = (
        f"{name}: {json.dumps(text, ensure_ascii=False)}"
        for name, text in texts.items()
        if text
    )
    return f"{{{', '.join(told)}}}"


def _silent(
    before: Handbook, after: Handbook, path: str, number: int, entry: Change
) -> Iterator[Problem]:
    """Yield a problem for every clause whose old wording a new entry does not tell."""
    for position, name in enumerate(entry.clauses):
        address = f"{path}#{name}"
        old, new = before.clauses.get(address), after.clauses.get(address)
        if name in entry.before or not old or not new or _still(before, after, address):
            continue
        if changed(old.text, new.text)[0]:
            yield Problem(
                _place(after, path, "changes", number, "clauses", position),
                "R806",
                f"“{new.title}”原来怎么写，变更记录没有说",
                f"在这一条里加上 before: {_before(before, [new])}，"
                "读的人就看得到改了什么。",
            )


def _why(before: Handbook, after: Handbook, clause: Clause) -> str:
    """Return which figures moved the words, since the page itself may look untouched."""
    changes = [
        f"{after.figures[name].name}由“{before.figures[name].wording}”"
        f"改成“{after.figures[name].wording}”"
        for name in sorted(clause.figures)
        if name in before.figures
        and name in after.figures
        and before.figures[name].wording != after.figures[name].wording
    ]
    return f"（{'、'.join(changes)}）" if changes else ""


def _entries(before: Handbook, after: Handbook, path: str) -> Iterator[Problem]:
    """Yield a problem for every new entry that does not fit what moved."""
    new = new_entries(before, after, path)
    material = {n for entry in new if entry.kind == "material" for n in entry.clauses}
    for number, entry in enumerate(after.pages[path].front.changes):
        if entry not in new:
            continue
        for position, name in enumerate(entry.clauses):
            address = f"{path}#{name}"
            if _still(before, after, address):
                yield Problem(
                    _place(after, path, "changes", number, "clauses", position),
                    "R803",
                    f"变更记录写了“{name}”，它的文字没有变",
                    "从这一条的 clauses 里去掉它；该改的还没改，先改正文。",
                )
        if entry.kind == "material":
            yield from _silent(before, after, path, number, entry)
        if entry.kind == "editorial":
            kind = _place(after, path, "changes", number, "kind")
            addresses = [f"{path}#{n}" for n in entry.clauses if n not in material]
            yield from _questioned(before, after, addresses, kind)


def _questioned(
    before: Handbook, after: Handbook, addresses: Iterable[str], place: Place
) -> Iterator[Problem]:
    """Yield a problem for every clause told of as reworded whose figures are others."""
    for address in addresses:
        old, new = before.clauses.get(address), after.clauses.get(address)
        if not old or not new:
            continue
        if figures := _other_figures(before, after, old, new):
            yield Problem(
                place,
                "R802",
                f"“{new.title}”的数值变了（{figures}），变更记录写的是 editorial",
                "做法跟着变的，把 kind 改成 material，考过的人会重新考；"
                "确实没有变的，在 summary 里写明原因。",
            )


def _other_figures(before: Handbook, after: Handbook, old: Clause, new: Clause) -> str:
    """Return the figures of a clause that have another value, or were exchanged."""
    if old.fingerprint == new.fingerprint:
        return ""
    moved = [
        after.figures[name].name
        for name in sorted(old.figures & new.figures)
        if name in before.figures
        and name in after.figures
        and value_moved(before.figures[name], after.figures[name])
    ]
    lost, won = old.figures - new.figures, new.figures - old.figures
    if lost and won:
        moved += [after.figures[name].name for name in sorted(won & set(after.figures))]
    return "、".join(moved)


def _still(before: Handbook, after: Handbook, address: str) -> bool:
    """Whether a clause or phrase is there and says what it said before."""
    if address in after.clauses:
        old = before.clauses.get(address)
        return old is not None and old.fingerprint == after.clauses[address].fingerprint
    if address in after.phrases:
        was = before.phrases.get(address)
        return was is not None and _said(was) == _said(after.phrases[address])
    return False  # a heading that is neither; nobody cites it


def _said(phrase: Phrase) -> tuple[object, ...]:
    return (
        phrase.title,
        phrase.words,
        phrase.when,
        phrase.never,
        phrase.variants,
        phrase.next_text,
        phrase.basis,
    )


def _place(after: Handbook, path: str, *location: str | int) -> Place:
    """Return where a part of a page's head is written; the page is read again for it."""
    where = f"content/{path}"
    source, _problems = read_source(after.root, where)
    front = read_markdown(source, where).front
    if front is None:
        return Place(where)
    return place_of(front, location)
