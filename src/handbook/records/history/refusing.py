"""Hand-ins that were turned down, noted so that none is forgotten; without any name."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from handbook.canonical import canonical
from handbook.grading import submissions
from handbook.grading.submissions import Person, Refusal, Submission, clean
from handbook.records.history import limits
from handbook.records.history.events import Event, Kind
from handbook.records.history.outlines import Outline
from handbook.tables import reading

TITLES: Mapping[str, str] = {
    **submissions.REFUSALS,
    **reading.REFUSALS,
    **limits.REFUSALS,
}
"""What each code says, in Chinese."""

_CURES: Mapping[str, str] = {
    "A606": "改过的答卷不收：请学员重新从浏览器保存原文件再交，交不出的请他重考",
    "A607": "请校准考试那台电脑的时钟，再请学员重考",
    "A613": "请学员用新的试卷重考",
    "A614": "请学员交浏览器保存的原文件，交不出的请他重考",
    "A615": "请学员交浏览器保存的原文件，交不出的请他重考",
    "A628": "请在问卷工具里重新导出，再评分一次",
    "A691": "请学员到了可以重考的时间再来",
    "A692": "请补课，再用 records.py assign 重新安排",
    "A693": "请学员本人重新打开考试页，自己考一次",
    "A694": "请发一份邀请，请学员凭邀请考",
    "A695": "请重新发一份邀请",
    "A696": "请重新发一份邀请",
    "A697": "请学员交自己那次考试的原文件，交不出的请重新发一份邀请",
}
"""What a trainer does about a hand-in that no mending of it makes good, by code."""

_ROW = re.compile(r" 第 (\d{1,9}) 行$")
_MOST = 20
"""Faults of one hand-in that are noted."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A hand-in that was turned down. Events can never be erased: it holds no name."""

    person: Person | None
    """Whose it was, where that could be read; goes where names go."""
    exam: str
    digest: str
    """The same for the same hand-in turned down for the same reasons."""
    payload: Mapping[str, Any]


def refused(name: str, refusals: Iterable[Refusal], of: Submission | None) -> Refused:
    """Return what is to be noted.

    Args:
        name: of the file, and of the row in it; empty for the server.
        refusals: why it was turned down.
        of: the hand-in, where it could be read.
    """
    told = list(refusals)
    short = PurePath(name).name
    row = _ROW.search(short)
    problems = [
        [one.code, one.place.removeprefix(clean(short, 80)).strip()] for one in told
    ]
    about = [of.digest if of else short, [one.code for one in told]]
    if not of:
        about.append([str(one) for one in told])
    first = next((one for one in told if one.person), None)
    via = of.via if of else "csv" if row or reading.is_table(name) else "file"
    return Refused(
        person=of.person if of else first.person if first else None,
        exam=of.exam if of else next((one.exam for one in told if one.exam), ""),
        digest=hashlib.sha256(canonical(about).encode()).hexdigest(),
        payload={"via": via, "problems": problems[:_MOST]}
        | ({"row": int(row[1])} if row else {}),
    )


def unsettled(outlines: Iterable[Outline]) -> Iterator[int]:
    """Yield the sequences of refusals that nothing settled: no hand-in, no trainer.

    Args:
        outlines: of all events; those of one person and exam in their order.
    """
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in outlines:
        sitter = one.person, one.exam
        match one.kind:
            case Kind.REFUSED:
                waiting[sitter].append(one.sequence)
            case Kind.VOIDED if one.voids in waiting[sitter]:
                waiting[sitter].remove(one.voids)
            case Kind.GRADED if one.person:
                waiting.pop(sitter, None)
    for sequences in waiting.values():
        yield from sequences


def told(event: Event) -> str:
    """Return what a refusal says, in one line."""
    ways = {"csv": "问卷表格", "file": "答卷文件"}
    where = ways.get(event.payload["via"], "网页交卷")
    if row := event.payload.get("row"):
        where += f"第 {row} 行"
    faults = dict.fromkeys(
        f"{code} {TITLES.get(code, '')}".strip()
        + (f"（{place}）" if "列" in place else "")
        for code, place in event.payload["problems"]
    )
    return f"{where}：{'；'.join(faults)}"


def cure(event: Event) -> str:
    """Return what to do about a refusal: what mending cannot cure goes before what it can."""
    codes = {code for code, _ in event.payload["problems"]}
    return next((text for code, text in _CURES.items() if code in codes), "请改好再交")
