"""What form tools export of a paper, and any answers that a learner can give to it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import openpyxl
from hypothesis import strategies as st

from handbook.papers import Paper, PaperItem
from handbook.tables.questions import paper_tag, questions
from handbook.tables.tools import Tool


def heads(tool: Tool, paper: Paper) -> list[str]:
    """The first row of a tool's export, with the columns that we do not use."""
    number, name = f"工号 {paper_tag(paper)}", "姓名 [name]"
    asked = [f"{q.stem} {q.tag}" for q in questions(paper)]
    if tool.name == "问卷星":
        said = [number, name, *asked]
        return [
            "序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP",
            *(f"{n}、{text}" for n, text in enumerate(said, 1)), "总分",
        ]  # fmt: skip
    if tool.name == "Microsoft Forms":
        marked = [
            title
            for text in asked
            for title in (text, f"Points - {text}", f"Feedback - {text}")
        ]
        return [
            "ID", "Start time", "Completion time", "Email", "Name", "Total points",
            number, f"Points - {number}", name, *marked,
        ]  # fmt: skip
    return ["Timestamp", "Score", number, name, *asked, f"{asked[0]} [Score]"]


def said(paper: Paper, item: PaperItem, answer: Any, tool: Tool) -> list[str]:
    """What a learner's answer to one item looks like in the cells of an export."""
    words = {o.token: o.text for o in item.options} | {"true": "对", "false": "错"}
    between = {"问卷星": "┋", "Microsoft Forms": ";", "Google Forms": ", "}[tool.name]
    width = sum(1 for q in questions(paper) if q.item == item)
    if answer is None:
        return ["(空)" if tool.name == "问卷星" else ""] * width
    if item.type == "multiple":
        text = between.join(words[token] for token in answer)
        return [text + (";" if tool.name == "Microsoft Forms" else "")]
    if item.type == "blank":
        return list(answer)
    if item.type == "match":
        return [words.get(answer.get(p.token), "") for p in item.prompts]
    return [words[token] for token in answer] + [""] * (width - len(answer))


def line(tool: Tool, paper: Paper, document: Mapping[str, Any]) -> list[str]:
    """One hand-in as a row of an export."""
    begun, ended = (
        datetime.fromisoformat(document[at]) for at in ("started_at", "submitted_at")
    )
    person = [document["person"]["id"], document["person"]["name"]]
    cells = [
        text
        for item in paper.items
        for text in said(paper, item, document["answers"].get(item.token), tool)
    ]
    if tool.name == "问卷星":
        spent = f"{int((ended - begun).total_seconds())}秒"
        when = ended.strftime("%Y/%m/%d %H:%M:%S")
        return ["1", when, spent, "链接", "", "10.0.0.1(北京)", *person, *cells, "0"]
    if tool.name == "Microsoft Forms":
        marks = [cell for text in cells for cell in (text, "1", "")]
        times = [at.strftime("%Y-%m-%d %H:%M:%S") for at in (begun, ended)]
        return ["7", *times, "anonymous", "", "9", person[0], "", person[1], *marks]
    when = ended.strftime("%Y/%m/%d %I:%M:%S %p GMT+8")
    return [when, "1 / 9", *person, *cells, "1 / 1"]


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """A CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """A spreadsheet; times are what a spreadsheet calls times."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = book.active.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # `=1+1` is what someone typed, no formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def export(tool: Tool, paper: Paper, *documents: Mapping[str, Any]) -> list[list[str]]:
    """A whole export."""
    return [
        heads(tool, paper),
        *(line(tool, paper, document) for document in documents),
    ]


@st.composite
def attempts(draw_: st.DrawFn, paper: Paper) -> dict[str, Any]:
    """Any answers that a page can hand in."""
    answers: dict[str, Any] = {}
    for item in paper.items:
        if draw_(st.booleans()):
            continue
        tokens = [o.token for o in item.options]
        match item.type:
            case "single":
                answers[item.token] = [draw_(st.sampled_from(tokens))]
            case "true_false":
                answers[item.token] = [draw_(st.sampled_from(["true", "false"]))]
            case "multiple":
                some = st.lists(st.sampled_from(tokens), min_size=1, unique=True)
                answers[item.token] = draw_(some)
            case "order":
                answers[item.token] = draw_(st.permutations(tokens))
            case "match":
                some = st.lists(st.sampled_from(item.prompts), min_size=1, unique=True)
                answers[item.token] = {
                    p.token: draw_(st.sampled_from(tokens)) for p in draw_(some)
                }
            case "blank":
                words = st.sampled_from(["三声", "３声", "当天。", "十声", "=1+1"])
                texts = [draw_(words) for _ in range(item.gaps)]
                answers[item.token] = texts
    return answers
