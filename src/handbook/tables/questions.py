"""A paper as the questions of a form: one per column of its export, each with its tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handbook.model.items import GAP
from handbook.papers import Paper, PaperItem, PaperOption
from handbook.tables.choices import TRUE_FALSE
from handbook.tables.tools import Tool

NAME_TAG = "[name]"

_KINDS = {
    "single": "one",
    "multiple": "some",
    "true_false": "one",
    "blank": "text",
    "order": "one",
    "match": "one",
}
_TYPES = {"one": "单选题", "some": "多选题", "text": "填空题"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form."""

    item: PaperItem
    part: int
    """Which gap, step or prompt of the item, from 1; 0 for an item of one question."""
    kind: str
    """`one` or `some` of the options, or a `text`."""
    stem: str
    options: tuple[PaperOption, ...]

    @property
    def tag(self) -> str:
        """What names the question in the form's export."""
        part = f"/{self.part}" if self.part else ""
        return f"[q:{self.item.token}{part}]"


def paper_tag(paper: Paper) -> str:
    """Return what names the paper; it stands in the question for the staff number."""
    form = f"{paper.form}-{paper.delta}" if paper.delta else str(paper.form)
    return f"[paper:{paper.exam}/{form}/{paper.digest}]"


def questions(paper: Paper) -> Iterator[Question]:
    """Yield the questions of a paper, in its order."""
    for item in paper.items:
        stem = " ".join(item.stem.split())
        options = TRUE_FALSE if item.type == "true_false" else item.options
        kind = _KINDS[item.type]
        parts = list(_parts(item))
        if not parts:
            yield Question(item, 0, kind, stem, options)
        for number, part in enumerate(parts, 1):
            yield Question(item, number, kind, f"{stem}（{part}）", options)


def _parts(item: PaperItem) -> Iterator[str]:
    """Yield what is asked one by one of an item that is several questions."""
    if item.gaps > 1:
        yield from (f"第 {gap} 空" for gap in range(1, item.gaps + 1))
    elif item.type == "order":
        yield from (f"第 {step} 步" for step in range(1, len(item.options) + 1))
    else:
        yield from (f"“{prompt.text}”对应哪一项" for prompt in item.prompts)


def form_text(paper: Paper, tool: Tool) -> str:
    """Return the text to paste into a form tool: questions with tags, no keys."""
    lines = [
        f"{paper.title}（第 {paper.form} 份试卷）",
        f"限时 {paper.seconds // 60} 分钟。方括号里的标记请保留，不要改。",
        "",
        f"1、工号 {paper_tag(paper)}{_type('text', tool)}",
        "",
        f"2、姓名 {NAME_TAG}{_type('text', tool)}",
    ]
    for number, question in enumerate(questions(paper), 3):
        stem = question.stem.replace(GAP, "（　　）")
        kind = _type(question.kind, tool)
        lines += ["", f"{number}、{stem} {question.tag}{kind}"]
        for letter, option in zip("ABCDEFGHIJ", question.options, strict=False):
            text = " ".join(option.text.split())
            lines.append(f"{letter}.{text}" if tool.letters else text)
    return "\n".join(lines) + "\n"


def _type(kind: str, tool: Tool) -> str:
    """Return the type as 问卷星 reads it from pasted text; elsewhere a trainer does."""
    return f"[{_TYPES[kind]}]" if tool.name == "问卷星" else f"（{_TYPES[kind]}）"
