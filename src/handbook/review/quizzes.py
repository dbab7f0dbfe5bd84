"""What differs between two states of the quizzes: items by id only, exams by rule.

A comment may be read by those who sit the exams, so nothing here holds a word of an item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.model.shares import percent
from handbook.model.titles import ITEM_FIELDS
from handbook.review.comparing import How, happened, paired

PARTS: Mapping[str, str] = {
    **{name: title for name, title in ITEM_FIELDS.items() if name != "id"},
    "prompts": ITEM_FIELDS["stem"],
}
"""Title of every field of an item but its id; what stands on the left is asked, too."""

_ON_CHANGE = {
    "recertify": "条款改了要补考",
    "notify": "条款改了提醒重读",
    "none": "条款改了不用管",
}


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that itself reads otherwise than before, or came or went."""

    id: str
    topic: str
    place: str
    how: How
    parts: tuple[str, ...]
    """Titles of what changed of it; empty for one that came or went."""
    regrade: tuple[str, ...]
    """Ids of the exams that asked it and whose papers another key may mark otherwise."""


@dataclass(frozen=True, slots=True)
class ExamChange:
    """An exam with other rules, or one that came or went."""

    id: str
    title: str
    how: How
    place: str
    rules: tuple[tuple[str, str, str], ...]
    """Title of a rule that changed, what it was and what it is; only of a changed exam."""
    must: tuple[str, ...]
    """Titles of roles that must sit it once this is merged, and had not to before."""
    freed: tuple[str, ...]
    """Titles of roles that need not sit it any more."""


def item_changes(before: Handbook, after: Handbook) -> Iterator[ItemChange]:
    """Yield the items that themselves changed, in the order of the banks."""
    was, now = before.topics(), after.topics()
    for name, old, new in paired(before.items, after.items):
        parts = _parts(old, new) if old and new else ()
        moved = bool(old and new) and was.get(name) != now.get(name)
        if old and new and not (parts or moved):
            continue
        places = after.places if new else before.places
        rekeyed = old is not None and "答案" in parts
        yield ItemChange(
            id=name,
            topic=now.get(name) or was.get(name, ""),
            place=str(places.get(("item", name), "")),
            how=happened(old, new),
            parts=(*parts, *(("题库",) if moved else ())),
            regrade=tuple(_asking(before, after, old, was[name]))
            if rekeyed and old
            else (),
        )


def exam_changes(before: Handbook, after: Handbook) -> Iterator[ExamChange]:
    """Yield the exams whose rules changed, in the order of their files."""
    for name, old, new in paired(before.exams, after.exams):
        exam = new or old
        if exam is None or old == new:
            continue
        rules: tuple[tuple[str, str, str], ...] = ()
        if old and new:
            # A bank that is only called otherwise is no other blueprint.
            names = {t: b.title for h in (before, after) for t, b in h.banks.items()}
            were, are = _rules(before, old, names), _rules(after, new, names)
            rules = tuple(
                (title, were[title], are[title])
                for title in are
                if were[title] != are[title]
            )
        places = after.places if new else before.places
        asked, ask = old.roles if old else (), new.roles if new else ()
        yield ExamChange(
            id=name,
            title=exam.title,
            how=happened(old, new),
            place=str(places.get(("exam", name), "")),
            rules=rules,
            must=_titles(after, [role for role in ask if role not in asked]),
            freed=_titles(before, [role for role in asked if role not in ask]),
        )


def _parts(old: Item, new: Item) -> tuple[str, ...]:
    """Return the titles of what differs; why an option is wrong is explanation, too."""
    were, are = _fields(old), _fields(new)
    titles = [PARTS[f] for f in PARTS if were.get(f) != are.get(f)]
    return tuple(dict.fromkeys(titles))


def _fields(item: Item) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(item, name) for name in _names(item)}
    why = [item.rationale]
    for name in ("prompts", "options"):
        choices = getattr(item, name, ())
        if choices:
            fields[name] = [(one.id, one.text) for one in choices]
            why += [f"{one.id}: {one.rationale}" for one in choices if one.rationale]
    return fields | {"rationale": why}


def _names(item: Item) -> Iterator[str]:
    return (name for name in type(item).model_fields if name != "id")


def _asking(before: Handbook, after: Handbook, item: Item, topic: str) -> Iterator[str]:
    """Yield the exams whose papers may hold an item as it was, and that still exist."""
    for name, exam in before.exams.items():
        asks = item.use == "exam" and item.status in {"active", "pilot", "retired"}
        if asks and topic in exam.blueprint.topics and name in after.exams:
            yield name


_PLACES = 9
"""Two marks that differ must not read the same."""


def _rules(handbook: Handbook, exam: Exam, banks: Mapping[str, str]) -> dict[str, str]:
    """Return every field of an exam but its id: title and value, as a trainer says it."""
    topics = exam.blueprint.topics.items()
    return {
        "名称": exam.title,
        "岗位": "、".join(_titles(handbook, exam.roles)),
        "组卷": "、".join(f"{banks.get(t, t)} {count} 题" for t, count in topics),
        "关键题": "每卷全考" if exam.blueprint.critical == "all" else "抽到才考",
        "合格线": percent(exam.pass_mark, _PLACES),
        "等级": "、".join(
            f"{name} {percent(s, _PLACES)}" for name, s in exam.bands.items()
        ),
        "时间": _span(exam.time_limit.count, exam.time_limit.unit),
        "次数": f"{exam.attempts} 次",
        "间隔": _span(exam.cooldown.count, exam.cooldown.unit),
        "有效期": _span(exam.valid_for.count, exam.valid_for.unit),
        "条款改动以后": _ON_CHANGE[exam.on_change],
        "不通过能否上岗": "不能" if exam.needed_for_work else "能",
        "平行卷": f"{exam.forms} 份",
        "说明": exam.note,
    }


def _titles(handbook: Handbook, roles: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    known = handbook.roles
    return tuple(known[r].title if r in known else r for r in roles)


def _span(count: int, unit: str) -> str:
    return f"{count} {unit}"
