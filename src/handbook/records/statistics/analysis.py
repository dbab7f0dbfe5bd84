"""Statistics of an exam from the records: measures, and what to look at."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

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
from handbook.handbook import Handbook
from handbook.model.items import Item, MultipleItem, SingleItem
from handbook.papers import PaperOption, item_token, option_token
from handbook.records.database.store import Store
from handbook.records.history.sittings import Sitting, sittings

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
    """Median of the sittings whose time is known."""
    untimed: int
    """Sittings of which only the hand-in is known, such as rows of a form."""
    tenths: tuple[int, ...]
    """Sittings by tenth of the score."""
    pass_mark: Fraction
    times: tuple[tuple[int, int], ...]
    """From which minute on, and how many sittings took so long; the last is beyond the
    time allowed."""
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
    taken = [time for grade in grades if (time := _minutes(grade)) is not None]
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
        minutes=median(taken) if len(taken) >= FEW else None,
        untimed=len(grades) - len(taken),
        tenths=distribution(shares),
        pass_mark=handbook.exams[exam].pass_mark,
        times=_times(taken, handbook.exams[exam].time_limit.seconds // 60),
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


def _minutes(grade: Grade) -> Fraction | None:
    """Return how long a sitting took; None where nobody knows."""
    taken = grade.submission.taken
    return Fraction(int(taken.total_seconds()), 60) if taken else None


_TIMES = 8
"""Into how many equal parts the time allowed is cut."""


def _times(taken: Iterable[Fraction], limit: int) -> tuple[tuple[int, int], ...]:
    width = max(1, -(-limit // _TIMES))
    starts = [*range(0, limit, width), limit]
    counts = Counter(bisect_right(starts, minutes) - 1 for minutes in taken)
    return tuple((start, counts[number]) for number, start in enumerate(starts))


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
    topic_of = handbook.topics()
    marks: dict[str, list[Fraction]] = defaultdict(list)
    for grade in grades:
        for result in grade.items:
            if result.counted and result.item in topic_of:
                marks[topic_of[result.item]].append(result.credit)
    return {
        topic: (len(given), mean(given) if len(given) >= FEW else None)
        for topic, given in sorted(marks.items())
    }


def _items(handbook: Handbook, grades: Sequence[Grade]) -> Iterator[ItemStatistics]:
    """Yield the items in the order of the banks, those that the handbook still has."""
    topic_of = handbook.topics()
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
    wrong = [option for option in options if not option.right]
    for option in wrong:
        yield from _flags_of_distractor(option, min(keys), alone=len(wrong) == 1)


def _flags_of_distractor(option: Option, key: int, *, alone: bool) -> Iterator[str]:
    """Say what is odd about a wrong option.

    Nobody choosing it is a fault of one among several: the others carry the item, and it
    can be replaced (T. M. Haladyna and S. M. Downing, How Many Options is Enough for a
    Multiple-Choice Test Item?, 1993). The only one, such as 错 of a true-or-false item,
    cannot be replaced there, and that everybody was right is what the facility says.

    Args:
        option: with its counts.
        key: how many of the upper group chose the right option they chose least.
        alone: whether it is the only wrong one.
    """
    count = option.count
    if not count.chosen:
        if not alone:
            yield f"从没有人选{_quoted(option.text)}"
    elif count.upper > key:
        yield f"高分组选{_quoted(option.text)}的比选正确项的多，先查答案"
    elif count.upper >= count.lower + _MARGIN:
        yield f"高分组选{_quoted(option.text)}的比低分组多"


def _quoted(text: str) -> str:
    """Quote a text; what it quotes itself stands between single marks (GB/T 15834)."""
    return f"“{text.translate(_WITHIN)}”"


_WITHIN = str.maketrans("“”", "‘’")
