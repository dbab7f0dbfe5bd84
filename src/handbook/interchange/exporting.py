"""A bank out: the file, and everything in it that the format cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from handbook.interchange.fields import Pair, WrittenBank, fields_of
from handbook.interchange.formats import Format
from handbook.interchange.notes import BLANK, note_of, restore
from handbook.interchange.readings import NOTHING, Fields, Notice, Reading
from handbook.interchange.shown import Packed, Question, ShownBank
from handbook.model.titles import ITEM_FIELDS
from handbook.reading.yaml_files import Data


@dataclass(frozen=True, slots=True)
class Exported:
    """A file for another tool."""

    content: bytes
    items: int
    notices: tuple[Notice, ...]
    """What the other tool will not see of it, item by item."""
    confidential: bool


def export(bank: WrittenBank, form: Format) -> Exported:
    """Return a bank in a format.

    It is written twice: first bare, and read as the other side reads it. What that
    reading lacks goes into notes where the format has a place for them, and into the
    notices in any case. What was written is read once more: an item that would not come
    back whole is told of, should there ever be one.
    """
    blank = {pair.shown.id: BLANK for pair in bank.pairs} if form.notes else {}
    bare = form.write(_shown(bank, blank))
    kept = [pair for pair in bank.pairs if pair.shown.id not in bare.left_out]
    seen = dict(zip((p.shown.id for p in kept), _seen(form, bare, kept), strict=True))
    notes = {
        pair.shown.id: note_of(seen[pair.shown.id], fields_of(pair.written))
        for pair in kept
    }
    whole = form.write(_shown(bank, notes)) if form.notes else bare
    notices = [
        Notice(pair.written.id, message)
        for pair in bank.pairs
        for message in _losses(pair, form, bare, seen.get(pair.shown.id))
    ]
    if form.notes and form.read:
        back = [
            restore(with_id(one), one.note)
            for one in form.read(whole.content).questions
        ]
        notices += [
            Notice(pair.written.id, "导回本手册时不能完全还原，请保留原来的题库文件")
            for pair, one in zip_longest(kept, back)
            if pair and (not one or one.fields != fields_of(pair.written))
        ]
    confidential = any(pair.shown.use == "exam" for pair in kept)
    return Exported(whole.content, len(kept), tuple(notices), confidential)


def _shown(bank: WrittenBank, notes: Mapping[str, str]) -> ShownBank:
    questions = tuple(
        Question(pair.shown, notes.get(pair.shown.id, "")) for pair in bank.pairs
    )
    return ShownBank(bank.topic, bank.title, questions)


def _seen(form: Format, packed: Packed, kept: Sequence[Pair]) -> list[Fields]:
    """Return each question as the other side reads it; nothing where it cannot."""
    read = form.read(packed.content).questions if form.read else []
    if len(read) != len(kept):
        return [NOTHING] * len(kept)
    return [with_id(one) for one in read]


def with_id(reading: Reading) -> dict[str, Data]:
    """Return a question's fields with its name in the file for an id."""
    return ({"id": reading.name} if reading.name else {}) | reading.fields


def _losses(
    pair: Pair, form: Format, packed: Packed, seen: Fields | None
) -> Iterator[str]:
    """Yield what the other tool does not get of an item."""
    if reason := packed.left_out.get(pair.shown.id):
        yield f"没有导出：{reason}"
        return
    if called := _called(pair):
        back = "，导回本手册时还原" if form.notes else ""
        yield f"{'、'.join(called)}里引用的数值换成了现在的说法{back}"
    if remark := form.remark(pair.shown):
        yield remark
    if seen is None or form.read is None:
        return
    meant = _meaning(fields_of(pair.shown))
    read = _meaning(seen)
    for name in meant:
        if meant[name] != read.get(name):
            back = "写在备注里，导回时还原，那边看不到" if form.notes else "没有带上"
            yield f"{form.title} 放不下{_SAID[name]}，{back}"


_REASONS = "reasons"
_SAID = {**ITEM_FIELDS, _REASONS: "选项解析"}


def _meaning(fields: Fields) -> dict[str, object]:
    """Return an item's fields without the ids of its options, which nobody sees."""
    found: dict[str, object] = dict(fields)
    texts: dict[str, dict[object, object]] = {"prompts": {}, "options": {}}
    for name, known in texts.items():
        told = fields.get(name)
        options = [one for one in told or () if isinstance(one, dict)]
        known |= {one["id"]: one["text"] for one in options}
        found[name] = sorted(map(str, known.values()))
        reasons = {one["text"]: one.get("rationale", "") for one in options}
        if name == "options" and any(reasons.values()):
            found[_REASONS] = reasons
    lefts, rights = texts["prompts"], texts["options"]
    key = fields.get("key")
    if isinstance(key, dict):
        found["key"] = {lefts.get(p): rights.get(o) for p, o in key.items()}
    elif isinstance(key, list) and fields.get("type") != "blank":
        right = [str(rights.get(one, one)) for one in map(str, key)]
        found["key"] = right if fields.get("type") == "order" else sorted(right)
    return found


def _called(pair: Pair) -> list[str]:
    """Return in which fields macros were filled in."""
    written, shown = fields_of(pair.written), fields_of(pair.shown)
    return [ITEM_FIELDS[name] for name in written if written[name] != shown.get(name)]


def grouped(notices: Sequence[Notice]) -> list[str]:
    """Return notices as lines for a terminal: one for each message, with all places."""
    places: dict[str, list[str]] = {}
    for notice in notices:
        cure = notice.remedy and f"。改法：{notice.remedy}"
        places.setdefault(notice.message + cure, []).append(notice.where)
    return [
        f"{message}（{len(where)} 处）\n    {'、'.join(where)}"
        for message, where in places.items()
    ]
