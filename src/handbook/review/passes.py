"""How many people hold a pass that a change would put out of date; never who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.records.history.attempts import Attempt, History, histories
from handbook.records.history.outlines import Outline
from handbook.records.history.times import day
from handbook.records.standing.currency import Rules, changed_since, rules_of


class SummaryError(Exception):
    """A file is no summary of passes; says why, in Chinese."""


class Renewal(BaseModel):
    """What a delta paper tested, and when it was passed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sat: date
    clauses: dict[str, str]


class Pass(BaseModel):
    """A pass that holds: when it was won, until when, and what it tested."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sat: date
    until: date
    clauses: dict[str, str]
    """Address to fingerprint of the clauses that were tested."""
    renewals: tuple[Renewal, ...] = ()
    """Delta papers passed since."""


class Holders(BaseModel):
    """So many people who hold the very same passes of an exam."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    exam: str
    people: Annotated[int, Field(ge=1)]
    passes: Annotated[tuple[Pass, ...], Field(min_length=1)]


class Summary(BaseModel):
    """What may leave the records for a review: counts of passes, no people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["handbook-passes/1"] = "handbook-passes/1"
    holders: tuple[Holders, ...]


@dataclass(frozen=True, slots=True)
class Outdated:
    """Of an exam: how many hold a pass, and how many of these passes would be outdated."""

    holding: int
    outdated: int


def summarise(
    exams: Iterable[str],
    people: Iterable[str],
    outlines: Iterable[Outline],
    now: datetime,
) -> Summary:
    """Return who holds which passes, as counts.

    Args:
        exams: ids of the handbook's exams.
        people: keys of everybody on record; whoever was erased is left out.
        outlines: of all events; those of one person and exam in their order.
        now: the moment asked about.
    """
    known, on_record = set(exams), set(people)
    told = (one for one in outlines if one.exam in known and one.person in on_record)
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for (_person, exam), unsettled in histories(told).items():
        history = unsettled.settled(now)
        # As text, so that the very same passes are one key of the count.
        held = sorted(
            _pass(history, one, one.until).model_dump_json()
            for one in history.attempts
            if one.until and one.until >= day(now)
        )
        if held and not history.waiver:
            counts[exam, tuple(held)] += 1
    return Summary(
        holders=tuple(
            Holders(
                exam=exam,
                people=number,
                passes=tuple(map(Pass.model_validate_json, held)),
            )
            for (exam, held), number in sorted(counts.items())
        )
    )


def _pass(history: History, one: Attempt, until: date) -> Pass:
    """Return a pass that looks the same for everyone who holds the same."""

    def in_order(clauses: Mapping[str, str]) -> dict[str, str]:
        return dict(sorted(clauses.items()))

    return Pass(
        sat=day(one.ended),
        until=until,
        clauses=in_order(one.clauses),
        renewals=tuple(
            Renewal(sat=day(later.ended), clauses=in_order(later.clauses))
            for later in history.renewals(one)
        ),
    )


def read_summary(text: str) -> Summary:
    """Read a summary that `summarise` made.

    Raises:
        SummaryError: it is none.
    """
    try:
        return Summary.model_validate_json(text)
    except ValidationError as failure:
        first = failure.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "开头"
        raise SummaryError(
            f"不是成绩汇总文件，{where} 处看不懂。"
            "请用 scripts/review.py --db 记录库 --export-summary 重新导出。"
        ) from None


def count_outdated(
    summary: Summary,
    before: Handbook,
    after: Handbook,
    untold: Iterable[str],
    today: date,
) -> Mapping[str, Outdated]:
    """Return by exam how many passes a change would put out of date.

    Counted as of the day on which the last entry of the change takes effect. A moved
    clause of which nobody tells yet counts as if its meaning had moved.

    Args:
        summary: the passes that hold.
        before: the handbook at the base.
        after: the handbook with the change.
        untold: addresses of moved clauses without an entry.
        today: the day of the review.
    """
    rules_before, rules_after = rules_of(before), rules_of(after)
    known = {day for days in rules_before.material.values() for day in days}
    coming = {day for days in rules_after.material.values() for day in days} - known
    as_of = max([today, *coming])
    material = dict(rules_after.material)
    for address in untold:
        material[address] = (*material.get(address, ()), as_of)
    rules_after = Rules(rules_after.fingerprints, material)
    found: dict[str, Outdated] = {}
    for holders in summary.holders:
        exam = after.exams.get(holders.exam)
        live = [one for one in holders.passes if one.until >= today]
        if exam is None or not live:
            continue
        so_far = found.get(exam.id, Outdated(0, 0))
        newly = (
            _asks(exam)
            and all(_changed(rules_after, one, as_of) for one in live)
            and not all(_changed(rules_before, one, today) for one in live)
        )
        found[exam.id] = Outdated(
            so_far.holding + holders.people, so_far.outdated + newly * holders.people
        )
    return found


def _asks(exam: Exam) -> bool:
    """Whether a change matters to an exam's passes at all."""
    return exam.on_change != "none"


def _changed(rules: Rules, one: Pass, today: date) -> bool:
    tested = [(one.sat, one.clauses)]
    tested += [(later.sat, later.clauses) for later in one.renewals]
    return bool(changed_since(rules, tested, today))
