"""The chain of hashes over the events, and what a look at it can tell."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from handbook.canonical import canonical

GENESIS = "0" * 64
"""What the first event has for the hash of the one before it."""


def event_hash(previous: str, fields: dict[str, str | None], payload: str) -> str:
    """Return SHA-256 over the previous hash, a line break and the canonical event.

    Args:
        previous: hash of the event before.
        fields: `kind`, `at`, `person`, `exam`, `sitting`, `digest`.
        payload: canonical JSON already; it is put in as it stands, so that even white
            space added to it shows.
    """
    before = {name: value for name, value in fields.items() if name < "payload"}
    behind = {name: value for name, value in fields.items() if name > "payload"}
    event = f'{canonical(before)[:-1]},"payload":{payload},{canonical(behind)[1:]}'
    return hashlib.sha256(f"{previous}\n{event}".encode()).hexdigest()


class FaultKind(StrEnum):
    """What was done to the records behind the program's back."""

    EDITED = "内容被改"
    REMOVED = "记录缺失"
    INSERTED = "多出记录"
    MOVED = "顺序被改"
    HEAD = "末尾对不上"
    OUTLINE = "摘要不符"
    """The event is sound; what was told of it beside the chain is not."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the chain, and the numbers of the events it is about."""

    kind: FaultKind
    first: int
    last: int
    detail: str

    def __str__(self) -> str:
        where = f"第 {self.first} 条"
        if self.last != self.first:
            where += f"到第 {self.last} 条"
        return f"{where}：{self.kind.value}。{self.detail}"


@dataclass(frozen=True, slots=True)
class Link:
    """What the chain needs to know of an event."""

    sequence: int
    previous: str
    hash: str
    intact: bool
    """Whether its content still gives its hash."""
    label: str
    """How to name it to a trainer."""


def find_faults(
    links: Sequence[Link], head: tuple[int, str] | None
) -> tuple[Fault, ...]:
    """Return what was edited, removed, inserted or reordered.

    Args:
        links: all events, by sequence.
        head: sequence and hash of the last event as the program noted it.
    """
    order, inserted, breaks = _true_order(links, head[1] if head else None)
    numbers = {link.sequence for link in links}
    strangers = {link.sequence for link in inserted}
    faults = [
        Fault(
            FaultKind.EDITED,
            link.sequence,
            link.sequence,
            f"{link.label}的内容与它的校验值不符。",
        )
        for link in links
        if not link.intact and link.sequence not in strangers
    ]
    faults += [
        Fault(
            FaultKind.INSERTED,
            link.sequence,
            link.sequence,
            f"{link.label}不是由本程序登记的。",
        )
        for link in inserted
    ]
    # From neighbours, since a forged number may be as large as the column holds.
    positive = {number for number in numbers if number > 0}
    gaps = [(a + 1, b - 1) for a, b in pairwise([0, *sorted(positive)]) if b > a + 1]
    # A gap in the numbers with no break in the chain is renumbering: nothing is lost.
    lost = [gap for gap in gaps if _breaks_at(breaks, gap)]
    faults += [_removed(first, last) for first, last in lost]
    faults += [
        Fault(
            FaultKind.REMOVED,
            before.sequence if before else after.sequence,
            after.sequence,
            "这两条之间的记录被删去，后面的序号被改。"
            if before
            else "它前面的记录被删去，后面的序号被改。",
        )
        for before, after in breaks
        if not any(_spans(before, after, gap) for gap in gaps)
    ]
    renumbered = {
        link.sequence
        for link, right in zip(
            order, sorted(link.sequence for link in order), strict=True
        )
        if link.sequence != right
    }
    renumbered |= {last + 1 for first, last in gaps if (first, last) not in lost}
    faults += [
        Fault(FaultKind.MOVED, first, last, "序号与登记的先后不一致。")
        for first, last in _runs(renumbered)
    ]
    faults += _faults_of_head(order, head)
    if not faults and head and order and head[0] != order[-1].sequence:
        # Whoever records next would go on from a number that is not the last.
        last = order[-1].sequence
        told = f"登记的末尾是第 {head[0]} 条，实际到第 {last} 条。请用备份恢复。"
        faults.append(Fault(FaultKind.HEAD, last, last, told))
    return tuple(sorted(set(faults), key=lambda fault: (fault.first, fault.kind)))


_Break = tuple[Link | None, Link]
"""Two events that stand one after the other now and did not when they were recorded."""


def _true_order(
    links: Sequence[Link], noted: str | None
) -> tuple[list[Link], list[Link], list[_Break]]:
    """Follow the hashes: the genuine order, what does not belong, where it breaks."""
    after: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        after[link.previous].append(link)
    known = {link.hash for link in links}
    seen: set[int] = set()

    def walk(start: Link) -> list[Link]:
        found: list[Link] = []
        here: Link | None = start
        while here is not None and here.sequence not in seen:
            found.append(here)
            seen.add(here.sequence)
            here = _successor(after, here.hash, noted)
        return found

    order: list[Link] = []
    inserted: list[Link] = []
    breaks: list[_Break] = []
    first = _successor(after, GENESIS, noted)
    if first is not None:
        order = walk(first)
    # What the walk from the start did not reach: pieces behind a break, or strangers.
    starts = [link for link in links if link.sequence not in seen]
    starts.sort(key=lambda link: (link.previous in known, link.sequence))
    for start in starts:
        if start.sequence in seen:
            continue
        piece = walk(start)
        end = order[-1] if order else None
        forked = start.previous in known or start.previous == GENESIS
        if (end and end.sequence > start.sequence) or (forked and start.intact):
            inserted += piece
            continue
        adjacent = start.sequence == (end.sequence if end else 0) + 1
        explained = adjacent and not (start.intact and (end is None or end.intact))
        if not explained:
            breaks.append((end, start))
        order += piece
    return order, inserted, breaks


def _successor(after: dict[str, list[Link]], of: str, noted: str | None) -> Link | None:
    """Return the genuine one of the events that claim to follow a hash."""
    candidates = after.get(of, [])
    if len(candidates) < 2:  # noqa: PLR2004 - no choice
        return candidates[0] if candidates else None

    def rank(candidate: Link) -> tuple[bool, bool, int, int]:
        """Whole before broken; what leads to the noted end; the longer line."""
        link, seen = candidate, {candidate.hash}
        while after.get(link.hash) and after[link.hash][0].hash not in seen:
            link = after[link.hash][0]
            seen.add(link.hash)
        return not candidate.intact, noted not in seen, -len(seen), candidate.sequence

    return min(candidates, key=rank)


def _faults_of_head(
    order: Sequence[Link], head: tuple[int, str] | None
) -> Iterable[Fault]:
    end = order[-1] if order else None
    if head is None:
        if end is not None:
            yield Fault(
                FaultKind.HEAD, end.sequence, end.sequence, "没有末尾记录的登记。"
            )
        return
    number, noted = head
    if end is not None and noted == end.hash:
        return
    if end is None:
        if number:
            yield _removed(1, number)
    elif number > end.sequence:
        yield _removed(end.sequence + 1, number)
    else:
        known = {link.hash: place for place, link in enumerate(order)}
        if noted in known:
            for link in order[known[noted] + 1 :]:
                yield Fault(
                    FaultKind.INSERTED,
                    link.sequence,
                    link.sequence,
                    f"{link.label}不是由本程序登记的。",
                )
        elif end.intact:
            yield Fault(
                FaultKind.HEAD,
                end.sequence,
                end.sequence,
                "最后一条与登记的末尾不符：末尾或整条链被重新计算过。",
            )


def _removed(first: int, last: int) -> Fault:
    return Fault(FaultKind.REMOVED, first, last, "登记过的记录不见了。")


def _runs(numbers: set[int]) -> Iterable[tuple[int, int]]:
    ordered = sorted(numbers)
    cuts = [0] + [i for i, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1]
    for start, end in pairwise([*cuts, len(ordered)]):
        if start < end:
            yield ordered[start], ordered[end - 1]


def _breaks_at(breaks: Sequence[_Break], gap: tuple[int, int]) -> bool:
    return any(_spans(before, after, gap) for before, after in breaks)


def _spans(before: Link | None, after: Link, gap: tuple[int, int]) -> bool:
    return (before.sequence if before else 0) < gap[0] and gap[1] < after.sequence
