"""Statistics of an exam from the records: measures, flags, and how they are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from rich.console import Group
from rich.table import Table
from rich.text import Text

from handbook.grading.grade import Grade
from handbook.grading.marks import fingerprint, key_of
from handbook.grading.measures import (
    FEW,
    MINIMUM,
    Consistency,
    Groups,
    OptionCount,
    Root,
    by_paper,
    consistency,
    discrimination,
    distribution,
    groups,
    guess_score,
    mean,
    median,
    option_counts,
    result_of,
)
from handbook.grading.verdict import decimal, percent
from handbook.handbook import Handbook
from handbook.model.items import Item, MultipleItem, SingleItem
from handbook.papers import PaperOption, item_token, option_token
from handbook.records.regrading import Sitting, sittings
from handbook.records.store import Store

FORMAT = "handbook-stats/1"
"""Names the shape of `as_document`."""

FEW_DATA = "数据不足"
ALIKE = "没有差别"
"""Where there are enough sittings, and all are the same."""

TOO_HARD = Fraction(30, 100)
TOO_EASY = Fraction(95, 100)
WEAK = Fraction(20, 100)
"""Discrimination below which R. L. Ebel and D. A. Frisbie, Essentials of Educational
Measurement (1991), call an item poor: to be rejected or improved."""

_MARGIN = 2
"""By how many the upper group must choose a wrong option oftener: one is chance."""

Attempts = Literal["first", "all"]


@dataclass(frozen=True, slots=True)
class Option:
    """An option of an item, and who chose it."""

    text: str
    right: bool
    count: OptionCount


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What the records say of one item as it reads today."""

    item: str
    topic: str
    place: str
    """File and line."""
    critical: bool
    counted: bool
    """False for an item on trial."""
    sittings: int
    others: int
    """Sittings of an earlier wording or key, which are left out."""
    facility: Fraction | None
    discrimination: Root | None
    guess: Fraction
    options: tuple[Option, ...]
    """Of types with options to choose; empty for all others."""
    grouped: bool
    """Whether there were enough sittings for an upper and a lower group."""
    flags: tuple[str, ...]
    """What to look at, in Chinese."""


@dataclass(frozen=True, slots=True)
class PaperStatistics:
    """What the records say of one paper: the same items, for everyone."""

    form: int
    items: int
    sittings: int
    consistency: Consistency | None
    guess: Fraction | None
    """Share of the score that a blind guesser would reach on average; None where an
    item is no more."""


@dataclass(frozen=True, slots=True)
class ExamStatistics:
    """What the records say of an exam."""

    exam: str
    title: str
    attempts: Attempts
    sittings: int
    passed: int
    average: Fraction | None
    middle: Fraction | None
    minutes: Fraction | None
    """Median."""
    tenths: tuple[int, ...]
    papers: tuple[PaperStatistics, ...]
    topics: Mapping[str, tuple[int, Fraction | None]]
    """Topic to answers and share of the marks."""
    items: tuple[ItemStatistics, ...]


def exam_statistics(
    handbook: Handbook, store: Store, exam: str, attempts: Attempts = "first"
) -> ExamStatistics:
    """Return the statistics of an exam of the handbook.

    By default only the first attempt of each person counts, as in Moodle's report:
    later ones were sat after re-reading, and by those who failed.
    """
    told = [
        one
        for one in sittings(store.events(exam), store.people())
        # A delta paper is another test, sat by those who know the rest.
        if not one.grade.submission.delta
    ]
    grades = [one.grade for one in (_first(told) if attempts == "first" else told)]
    enough = len(grades) >= FEW
    shares = [grade.share for grade in grades]
    items = tuple(_items(handbook, grades))
    return ExamStatistics(
        exam=exam,
        title=handbook.exams[exam].title,
        attempts=attempts,
        sittings=len(grades),
        passed=sum(grade.passed for grade in grades),
        average=mean(shares) if enough else None,
        middle=median(shares) if enough else None,
        minutes=median([_minutes(grade) for grade in grades]) if enough else None,
        tenths=distribution(shares),
        papers=tuple(
            _paper(handbook, form, same) for (form, _), same in by_paper(grades).items()
        ),
        topics=_topics(handbook, grades),
        items=items,
    )


def _first(told: Iterable[Sitting]) -> list[Sitting]:
    first: dict[str, Sitting] = {}
    for one in told:
        known = first.get(one.newest.person)
        if known is None or _ended(one) < _ended(known):
            first[one.newest.person] = one
    return list(first.values())


def _ended(one: Sitting) -> datetime:
    return datetime.fromisoformat(one.newest.payload["ended"])


def _minutes(grade: Grade) -> Fraction:
    taken = grade.submission.submitted_at - grade.submission.started_at
    return Fraction(int(taken.total_seconds()), 60)


def _paper(handbook: Handbook, form: int, same: Sequence[Grade]) -> PaperStatistics:
    names = [result.item for result in same[0].items if result.counted]
    known = [handbook.items[name] for name in names if name in handbook.items]
    return PaperStatistics(
        form=form,
        items=len(names),
        sittings=len(same),
        consistency=consistency(same) if len(same) >= MINIMUM else None,
        guess=mean([guess_score(item) for item in known])
        if known and len(known) == len(names)
        else None,
    )


def _topics(
    handbook: Handbook, grades: Iterable[Grade]
) -> dict[str, tuple[int, Fraction | None]]:
    topic_of = _topic_of(handbook)
    marks: dict[str, list[Fraction]] = defaultdict(list)
    for grade in grades:
        for result in grade.items:
            if result.counted and result.item in topic_of:
                marks[topic_of[result.item]].append(result.credit)
    return {
        topic: (len(given), mean(given) if len(given) >= FEW else None)
        for topic, given in sorted(marks.items())
    }


def _topic_of(handbook: Handbook) -> dict[str, str]:
    return {i.id: topic for topic, b in handbook.banks.items() for i in b.items}


def _items(handbook: Handbook, grades: Sequence[Grade]) -> Iterator[ItemStatistics]:
    """Yield the items in the order of the banks, those that the handbook still has."""
    topic_of = _topic_of(handbook)
    had: dict[str, list[Grade]] = defaultdict(list)
    for grade in grades:
        for result in grade.items:
            had[result.item].append(grade)
    for name, topic in topic_of.items():
        if name in had:
            yield _item(handbook, handbook.items[name], topic, had[name])


def _item(
    handbook: Handbook, item: Item, topic: str, had: Sequence[Grade]
) -> ItemStatistics:
    today = fingerprint(item)
    results = [(grade, result_of(grade, item.id)) for grade in had]
    same = [(g, r) for g, r in results if r and r.fingerprint == today]
    grades = [grade for grade, _ in same]
    number = len(grades)
    facility = mean([r.credit for _, r in same]) if number >= FEW else None
    telling = discrimination(grades, item.id) if number >= MINIMUM else None
    parted = groups(grades) if number >= MINIMUM else None
    options = tuple(_options(item, grades, parted))
    place = handbook.places.get(("item", item.id))
    guess = guess_score(item)
    flags = _flags(item, facility, telling, guess, options) if number >= MINIMUM else ()
    return ItemStatistics(
        item=item.id,
        topic=topic,
        place=f"{place.path}:{place.line}" if place else "",
        critical=item.critical,
        counted=any(r.counted for _, r in same),
        sittings=number,
        others=len(had) - number,
        facility=facility,
        discrimination=telling,
        guess=guess,
        options=options,
        grouped=parted is not None,
        flags=tuple(flags),
    )


def _options(
    item: Item, grades: Sequence[Grade], parted: Groups | None
) -> Iterator[Option]:
    key = key_of(item)
    right = {key} if isinstance(key, str) else set(key)
    shown: list[PaperOption] = []
    if isinstance(item, SingleItem | MultipleItem):
        shown = [
            PaperOption(option_token(item.id, o.text), o.text) for o in item.options
        ]
    elif item.type == "true_false":
        shown = [PaperOption("true", "对"), PaperOption("false", "错")]
    tokens = [option.token for option in shown]
    counts = option_counts(grades, parted, item_token(item.id), tokens)
    for option, count in zip(shown, counts, strict=True):
        yield Option(option.text, option.token in right, count)


def _flags(
    item: Item,
    facility: Fraction | None,
    telling: Root | None,
    guess: Fraction,
    options: Sequence[Option],
) -> Iterator[str]:
    if facility is not None and guess and facility <= guess:
        yield "得分率不高于瞎猜，先查答案"
    elif facility is not None and facility < TOO_HARD:
        yield "太难"
    elif facility is not None and facility > TOO_EASY and not item.critical:
        yield "太易"
    if telling is not None and telling.sign < 0:
        yield "区分度为负：分高的人反而答错，先查答案"
    elif telling is not None and telling.below(WEAK):
        yield "区分度低"
    keys = [option.count.upper for option in options if option.right]
    for option in options:
        if not option.right:
            yield from _flags_of_distractor(option, min(keys))


def _flags_of_distractor(option: Option, key: int) -> Iterator[str]:
    """Say what is odd about a wrong option.

    Args:
        option: with its counts.
        key: how many of the upper group chose the right option they chose least.
    """
    count = option.count
    if not count.chosen:
        yield f"从没有人选“{option.text}”"
    elif count.upper > key:
        yield f"高分组选“{option.text}”的比选正确项的多，先查答案"
    elif count.upper >= count.lower + _MARGIN:
        yield f"高分组选“{option.text}”的比低分组多"


def as_tables(told: ExamStatistics) -> Group:
    """Return the statistics for a terminal; no text in them is read as markup."""
    which = "每人第一次" if told.attempts == "first" else "每一次"
    head = (
        f"{told.title}（{told.exam}）：{which}考试，共 {told.sittings} 次，"
        f"通过 {told.passed} 次，平均 {_share(told.average)}，"
        f"中位 {_share(told.middle)}，用时中位 {_number(told.minutes)} 分钟。"
    )
    return Group(
        Text(head),
        _table_of_scores(told.tenths),
        _table_of_papers(told.papers),
        _table_of_topics(told.topics),
        _table_of_items(told.items),
        _table_of_options(told.items),
        Text(
            f"“{FEW_DATA}”：得分率至少要 {FEW} 次考试；"
            f"区分度、KR-20、高低分组和提示至少要 {MINIMUM} 次。"
        ),
    )


def as_document(told: ExamStatistics) -> dict[str, Any]:
    """Return the statistics for programs, in this stable shape.

        {"format": "handbook-stats/1",
         "exam", "title", "attempts": "first" | "all",
         "few", "minimum": how many sittings shares and correlations need,
         "sittings", "passed",
         "average", "median": shares, "minutes": median,
         "tenths": ten counts,
         "papers": [{"form", "items", "sittings", "consistency", "measure": "KR-20" |
                     "alpha" | null, "guess"}],
         "topics": [{"topic", "answers", "facility"}],
         "items": [{"item", "topic", "place", "critical", "counted", "sittings",
                    "others", "facility", "discrimination", "guess",
                    "options": [{"text", "right", "chosen", "upper", "lower"}],
                    "flags"}]}

    Exact numbers are texts such as "7/12"; discrimination is cut to "0.412". What
    too few sittings cannot tell is null.
    """
    return {
        "format": FORMAT,
        "exam": told.exam,
        "title": told.title,
        "attempts": told.attempts,
        "few": FEW,
        "minimum": MINIMUM,
        "sittings": told.sittings,
        "passed": told.passed,
        "average": _exact(told.average),
        "median": _exact(told.middle),
        "minutes": _exact(told.minutes),
        "tenths": list(told.tenths),
        "papers": [
            {
                "form": paper.form,
                "items": paper.items,
                "sittings": paper.sittings,
                "consistency": _exact(found.value) if found else None,
                "measure": _measure(found) if found else None,
                "guess": _exact(paper.guess),
            }
            for paper in told.papers
            for found in [paper.consistency]
        ],
        "topics": [
            {"topic": topic, "answers": number, "facility": _exact(share)}
            for topic, (number, share) in told.topics.items()
        ],
        "items": [_as_data(item) for item in told.items],
    }


def _as_data(item: ItemStatistics) -> dict[str, Any]:
    return {
        "item": item.item,
        "topic": item.topic,
        "place": item.place,
        "critical": item.critical,
        "counted": item.counted,
        "sittings": item.sittings,
        "others": item.others,
        "facility": _exact(item.facility),
        "discrimination": None
        if item.discrimination is None
        else str(item.discrimination),
        "guess": _exact(item.guess),
        "options": [
            {
                "text": option.text,
                "right": option.right,
                "chosen": option.count.chosen,
                "upper": option.count.upper if item.grouped else None,
                "lower": option.count.lower if item.grouped else None,
            }
            for option in item.options
        ],
        "flags": list(item.flags),
    }


def _table_of_scores(tenths: Sequence[int]) -> Table:
    table = Table("得分率", "次数", "", title="成绩分布", title_justify="left")
    most = max([*tenths, 1])
    for tenth, count in enumerate(tenths):
        bar = "█" * (count * 40 // most) or ("▏" if count else "")
        table.add_row(f"{tenth * 10}% 起", str(count), bar)
    return table


def _table_of_papers(papers: Iterable[PaperStatistics]) -> Table:
    table = Table(
        "试卷", "计分题", "次数", "一致性", "瞎猜得分率",
        title="试卷", title_justify="left",
    )  # fmt: skip
    for paper in papers:
        found = paper.consistency
        table.add_row(
            f"第 {paper.form} 份",
            str(paper.items),
            str(paper.sittings),
            f"{_measure(found)} {_signed(found.value)}"
            if found
            else _missing(paper.sittings),
            "题目已删去" if paper.guess is None else percent(paper.guess),
        )
    return table


def _table_of_topics(topics: Mapping[str, tuple[int, Fraction | None]]) -> Table:
    table = Table("主题", "作答", "得分率", title="主题", title_justify="left")
    for topic, (number, share) in topics.items():
        table.add_row(topic, str(number), _share(share))
    return table


def _table_of_items(items: Iterable[ItemStatistics]) -> Table:
    table = Table(title="题目", title_justify="left")
    for heading in ("题目", "次数", "得分率", "区分度", "瞎猜", "位置和提示"):
        table.add_column(heading, no_wrap=heading != "位置和提示")
    for item in items:
        older = f"（另有旧版 {item.others}）" if item.others else ""
        trial = "" if item.counted or not item.sittings else "（试测）"
        table.add_row(
            Text(item.item + trial),
            f"{item.sittings}{older}",
            _share(item.facility),
            str(item.discrimination or _missing(item.sittings)),
            percent(item.guess),
            Text("\n".join([item.place, *item.flags])),
            style="yellow" if item.flags else "",
        )
    return table


def _table_of_options(items: Iterable[ItemStatistics]) -> Table:
    table = Table(
        "题目", "选项", "次数", "高分组", "低分组", title="选项", title_justify="left"
    )
    for item in items:
        for option in item.options:
            ends = (option.count.upper, option.count.lower)
            table.add_row(
                Text(item.item),
                Text(("✓ " if option.right else "　") + option.text),
                str(option.count.chosen),
                *(str(e) if item.grouped else _missing(item.sittings) for e in ends),
            )
    return table


def _missing(number: int) -> str:
    """Say why there is no figure."""
    return FEW_DATA if number < MINIMUM else ALIKE


def _measure(found: Consistency) -> str:
    return "KR-20" if found.dichotomous else "alpha"


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def _share(share: Fraction | None) -> str:
    return FEW_DATA if share is None else percent(share)


def _number(number: Fraction | None) -> str:
    return FEW_DATA if number is None else decimal(number, 1)


def _signed(number: Fraction) -> str:
    return f"-{decimal(-number, 3)}" if number < 0 else decimal(number, 3)
