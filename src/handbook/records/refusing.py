"""Hand-ins that were turned down, noted so that none is forgotten; without any name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from handbook.grading import submissions
from handbook.grading.submissions import Person, Refusal, Submission, clean
from handbook.records import history
from handbook.records.chain import canonical
from handbook.records.history import Event, Kind
from handbook.tables import reading

TITLES: Mapping[str, str] = {
    **submissions.REFUSALS,
    **reading.REFUSALS,
    **history.REFUSALS,
}
"""What each code says, in Chinese."""

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


def unsettled(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the refusals that nothing settled: no later hand-in, and no trainer."""
    waiting: dict[int, Event] = {}
    by_sitter: dict[tuple[str, str], list[int]] = {}
    for event in events:
        if event.kind is Kind.REFUSED:
            waiting[event.sequence] = event
            if event.person:
                sitter = (event.person, event.exam)
                by_sitter.setdefault(sitter, []).append(event.sequence)
        elif event.kind is Kind.VOIDED:
            waiting.pop(event.payload.get("voids", 0), None)
        elif event.kind is Kind.GRADED:
            for sequence in by_sitter.pop((event.person, event.exam), []):
                waiting.pop(sequence, None)
    yield from waiting.values()


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
