"""Banks with their items, and exams: what `quizzes/` holds."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from handbook.handbook import Bank
from handbook.loading.data_files import entries, open_data, typed
from handbook.loading.files import yaml_paths
from handbook.loading.gathered import Gathered
from handbook.model.data import BankHead
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.model.pages import Call
from handbook.problems import Place, Problem
from handbook.reading.shapes import read_shape
from handbook.reading.yaml_files import Mapping, Node, Sequence


def read_quizzes(gathered: Gathered) -> None:
    """Read every bank and every exam."""
    for path in yaml_paths(gathered.root, "quizzes/banks"):
        _read_bank(gathered, path)
    for path in yaml_paths(gathered.root, "quizzes/exams"):
        _read_exam(gathered, path)
    gathered.exams = _as_met(gathered)


def _as_met(gathered: Gathered) -> dict[str, Exam]:
    """Return the exams as a new hire meets them: what all sit, then role by role.

    The paths of the roles say who sits what; an exam on no path comes last.
    """
    met = [
        exam
        for role in gathered.roles.values()
        for stage in role.path
        for exam in stage.exams
    ]
    often = Counter(met)
    first = {exam: place for place, exam in reversed(list(enumerate(met)))}
    order = sorted(
        gathered.exams,
        key=lambda exam: (-often[exam], first.get(exam, len(met))),
    )
    return {exam: gathered.exams[exam] for exam in order}


def _read_bank(gathered: Gathered, path: str) -> None:
    name = _stem(path)
    node, calls = open_data(gathered, path, "bank", name)
    if node is None:
        _note_empty(gathered, path, "bank", "题库")
        return
    if not isinstance(node, Mapping):
        entries(gathered, node, "items")  # says what is missing
        return
    listed = node.entries.pop("items", None)
    head, problems = read_shape(BankHead, node)
    gathered.tell("bank", name, problems)
    items = _items(gathered, node, listed, calls)
    if head is not None:
        kept = tuple(item for item in items if item is not None)
        if len(kept) < len(items):
            gathered.written.unread.add(("bank", head.topic))
        bank = Bank(head.topic, head.title, kept, node.place)
        gathered.keep("bank", head.topic, bank, node, gathered.banks)


def _items(
    gathered: Gathered, bank: Node, listed: Node | None, calls: list[Call]
) -> list[Item | None]:
    """Return a bank's items; `None` for what is none, or stands elsewhere already."""
    if isinstance(listed, Sequence):
        called = _figures_by_node(listed.items, calls)
        return [
            _item(gathered, each, figures)
            for each, figures in zip(listed.items, called, strict=True)
        ]
    gathered.problems.append(
        Problem(
            listed.place if listed else bank.place,
            "Y103" if listed is None else "Y105",
            "题库里没有题目列表 items",
            "写一行 items:，下面每道题以“- ”开头。",
        )
    )
    return []


def _item(gathered: Gathered, node: Node, figures: set[str]) -> Item | None:
    item: Item | None
    item, _problems = typed(gathered, Item, node)
    if item is None or not gathered.keep("item", item.id, item, node, gathered.items):
        return None
    gathered.item_figures[item.id] = frozenset(figures)
    return item


def _figures_by_node(nodes: list[Node], calls: list[Call]) -> list[set[str]]:
    """Return the figures called within each entry of a list, by line."""
    starts = [node.place.line for node in nodes]
    called: list[set[str]] = [set() for _ in nodes]
    for call in calls:
        number = bisect_right(starts, call.place.line) - 1
        if call.name == "fig" and call.arguments and number >= 0:
            called[number].add(call.arguments[0])
    return called


def _read_exam(gathered: Gathered, path: str) -> None:
    node, _calls = open_data(gathered, path, "exam", _stem(path))
    if node is None:
        _note_empty(gathered, path, "exam", "考试")
        return
    exam, problems = typed(gathered, Exam, node)
    gathered.note_unread("exam", _stem(path), problems)
    if exam is not None:
        gathered.keep("exam", exam.id, exam, node, gathered.exams)


def _note_empty(gathered: Gathered, path: str, kind: str, what: str) -> None:
    """Tell of a file that holds nothing; why another cannot be read is told already."""
    if (kind, _stem(path)) not in gathered.written.unread:
        told = Problem(
            Place(path),
            "Y107",
            f"这个文件是空的，里面没有{what}",
            f"从改动记录里恢复它；不要这{'个题库' if kind == 'bank' else '门考试'}了，"
            "就把文件和指向它的地方一起删掉。",
        )
        gathered.tell(kind, _stem(path), [told])


def _stem(path: str) -> str:
    """Return a file's name without its ending: what the thing in it is called."""
    return path.rpartition("/")[2].rpartition(".")[0]
