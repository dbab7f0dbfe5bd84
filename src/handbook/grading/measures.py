"""What the answers of many say of an item and of an exam; exact, by classical theory.

Sources, cited below by name. *Moodle*: the calculations of Moodle's quiz statistics
report, docs.moodle.org/dev/Quiz_statistics_calculations. *CTT*: classical test theory as
in L. Crocker and J. Algina, Introduction to Classical and Modern Test Theory, 1986.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, factorial, isqrt

from handbook.grading.grade import Grade, ItemResult
from handbook.grading.marks import NONE, Choices, Gaps, Pairs, Steps, marking_of
from handbook.model.items import Item

FEW = 10
"""Sittings below which a share is no more than an anecdote."""

MINIMUM = 30
"""Sittings below which correlations and groups are noise: with 30, a correlation of
nought still comes out beyond ±0.36 once in twenty times."""

_SEVERAL = 2
"""Items of a paper; one has nothing to agree with."""

_GROUP = Fraction(27, 100)


@dataclass(frozen=True, slots=True)
class Root:
    """The number `sign · √square`, exact; correlations are such numbers."""

    sign: int
    square: Fraction

    @property
    def thousandths(self) -> int:
        """The number in thousandths, rounded half up without ever leaving whole numbers."""
        twice = isqrt(4_000_000 * self.square.numerator // self.square.denominator)
        return self.sign * ((twice + 1) // 2)

    def below(self, limit: Fraction) -> bool:
        """Whether it is less than a limit, without rounding."""
        mine = self.sign * self.square
        return mine < (limit * limit if limit >= 0 else -limit * limit)

    def __str__(self) -> str:
        whole, rest = divmod(abs(self.thousandths), 1000)
        return f"{'-' if self.thousandths < 0 else ''}{whole}.{rest:03d}"


@dataclass(frozen=True, slots=True)
class Consistency:
    """How well the items of one paper agree."""

    value: Fraction
    dichotomous: bool
    """Whether every mark is 0 or 1; then it is KR-20, else coefficient alpha."""


@dataclass(frozen=True, slots=True)
class OptionCount:
    """How often one option was chosen, by all and by the two ends of the ranking."""

    token: str
    chosen: int
    upper: int
    lower: int


@dataclass(frozen=True, slots=True)
class Groups:
    """The upper and the lower group of a ranking by total score."""

    upper: tuple[Grade, ...]
    lower: tuple[Grade, ...]


def mean(values: Collection[Fraction]) -> Fraction:
    """Return the arithmetic mean.

    Of the marks for one item, which are at most 1, this is its facility: the *facility
    index* of *Moodle*, the *item difficulty p* of *CTT*.
    """
    return sum(values, NONE) / len(values)


def median(values: Collection[Fraction]) -> Fraction:
    """Return the middle value; between two middle values, their mean."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2


def correlation(pairs: Iterable[tuple[Fraction, Fraction]]) -> Root | None:
    """Return Pearson's correlation, exactly; None where one side never varies."""
    counts = Counter(pairs)
    number = counts.total()
    sum_x = sum((n * x for (x, _), n in counts.items()), NONE)
    sum_y = sum((n * y for (_, y), n in counts.items()), NONE)
    cross = sum((n * x * y for (x, y), n in counts.items()), NONE)
    squares_x = sum((n * x * x for (x, _), n in counts.items()), NONE)
    squares_y = sum((n * y * y for (_, y), n in counts.items()), NONE)
    spread = (number * squares_x - sum_x**2) * (number * squares_y - sum_y**2)
    if not spread:
        return None
    together = number * cross - sum_x * sum_y
    sign = (together > 0) - (together < 0)
    return Root(sign, together**2 / spread)


def discrimination(grades: Iterable[Grade], item: str) -> Root | None:
    """Return the corrected item-total discrimination of an item.

    The correlation between the marks for the item and those for the rest of the test:
    the *discrimination index* of *Moodle*, the *corrected item-total correlation* of
    *CTT*. Corrected means that the item is taken out of the total, with which it would
    agree by itself. The rest is a share of what it could be, so that sittings of
    parallel papers can stand together. None where nobody differs.
    """
    pairs = []
    for grade in grades:
        result = result_of(grade, item)
        if result is None:
            continue
        score, possible = grade.score, grade.possible
        if result.counted:
            score, possible = score - result.credit, possible - 1
        if possible:
            pairs.append((result.credit, score / possible))
    return correlation(pairs)


def consistency(grades: Sequence[Grade]) -> Consistency | None:
    """Return how well the items of one paper agree.

    k/(k-1) · (1 - Σ item variances / variance of totals): *coefficient alpha*, *Moodle*'s
    *coefficient of internal consistency*. Where all marks are 0 or 1 an item's variance
    is p·q and it is KR-20 (G. F. Kuder and M. W. Richardson, 1937). None for fewer than
    two items, or where all totals are equal.

    Args:
        grades: sittings in which the same items counted.
    """
    names = [result.item for result in grades[0].items if result.counted]
    if len(names) < _SEVERAL:
        return None
    marks: dict[str, list[Fraction]] = {name: [] for name in names}
    for grade in grades:
        for result in grade.items:
            if result.counted:
                marks[result.item].append(result.credit)
    total = variance([grade.score for grade in grades])
    if not total:
        return None
    parts = sum((variance(column) for column in marks.values()), NONE)
    k = Fraction(len(names))
    return Consistency(
        value=k / (k - 1) * (1 - parts / total),
        dichotomous=all(m in {0, 1} for column in marks.values() for m in column),
    )


def variance(values: Collection[Fraction]) -> Fraction:
    """Return the variance of a whole population, as KR-20 wants it."""
    counts = Counter(values)
    number = counts.total()
    total = sum((n * x for x, n in counts.items()), NONE)
    squares = sum((n * x * x for x, n in counts.items()), NONE)
    return (number * squares - total**2) / number**2


def groups(grades: Sequence[Grade]) -> Groups | None:
    """Return the best and the worst 27 % by share of the score.

    27 % is T. L. Kelley's (1939): the most telling cut for a normal distribution. Equal
    scores are never parted, so a group may be larger; None where the groups would meet.
    """
    if not grades:
        return None
    size = int(max(1, (2 * _GROUP * len(grades) + 1) // 2))
    shares = [grade.share for grade in grades]
    counts = Counter(shares)
    ordered = sorted(counts)  # many share a score: far fewer to sort
    low = _reached(ordered, counts, size)
    high = _reached(ordered[::-1], counts, size)
    if low >= high:
        return None
    bottom = {share for share in ordered if share <= low}
    top = {share for share in ordered if share >= high}
    pairs = list(zip(grades, shares, strict=True))
    return Groups(
        upper=tuple(grade for grade, share in pairs if share in top),
        lower=tuple(grade for grade, share in pairs if share in bottom),
    )


def _reached(
    ordered: Iterable[Fraction], counts: Mapping[Fraction, int], size: int
) -> Fraction:
    """Return the share at which so many sittings are gathered."""
    gathered = 0
    share = NONE
    for share in ordered:
        gathered += counts[share]
        if gathered >= size:
            break
    return share


def option_counts(
    grades: Iterable[Grade],
    parted: Groups | None,
    item_token: str,
    tokens: Iterable[str],
) -> tuple[OptionCount, ...]:
    """Return how often each option was chosen: the *distractor analysis* of *CTT*.

    Args:
        grades: sittings that had the item.
        parted: their groups, where there are any.
        item_token: the item's.
        tokens: of its options.
    """

    def chosen(of: Iterable[Grade]) -> Counter[str]:
        found = Counter[str]()
        for grade in of:
            answer = grade.submission.answers.get(item_token)
            if isinstance(answer, tuple):
                found.update(set(answer))
        return found

    everyone = chosen(grades)
    upper, lower = (
        (chosen(parted.upper), chosen(parted.lower))
        if parted
        else (Counter(), Counter())
    )
    return tuple(
        OptionCount(token, everyone[token], upper[token], lower[token])
        for token in tokens
    )


def distribution(shares: Iterable[Fraction]) -> tuple[int, ...]:
    """Return how many scored in each tenth; the last holds the full mark too."""
    counts = Counter(min(int(share * 10), 9) for share in shares)
    return tuple(counts[tenth] for tenth in range(10))


def guess_score(item: Item) -> Fraction:
    """Return what a blind guesser would get on average: *Moodle*'s random guess score.

    A guesser takes every choice that the page allows with equal chance: any one option,
    any set of options but the empty one, any order, any option for each prompt. Gaps are
    not guessed.
    """
    match marking_of(item):
        case Choices(one=True, options=options):
            return Fraction(1, len(options))
        case Choices(options=options) as choices:
            sets = [
                chosen
                for size in range(1, len(options) + 1)
                for chosen in combinations(sorted(options), size)
            ]
            return mean([choices.credit(chosen) for chosen in sets])
        case Steps(right=right):
            return Fraction(1, factorial(len(right)))
        case Pairs(right=right, options=options, scoring=scoring):
            return _guessed_pairs(len(right), len(options), scoring)
        case Gaps():
            return NONE


def _guessed_pairs(prompts: int, options: int, scoring: str) -> Fraction:
    chance = Fraction(1, options)
    if scoring != "net_correct":
        return chance**prompts
    return sum(
        (
            comb(prompts, hits)
            * chance**hits
            * (1 - chance) ** (prompts - hits)
            * Fraction(max(0, 2 * hits - prompts), prompts)
            for hits in range(prompts + 1)
        ),
        NONE,
    )


def result_of(grade: Grade, item: str) -> ItemResult | None:
    """Return what an item brought in a sitting; None if it was not on the paper."""
    return next((result for result in grade.items if result.item == item), None)


def by_paper(grades: Iterable[Grade]) -> Mapping[tuple[int, str], list[Grade]]:
    """Return sittings by form and by which items counted, in order of the form."""
    found: dict[tuple[int, str], list[Grade]] = {}
    for grade in grades:
        counted = ",".join(sorted(r.token for r in grade.items if r.counted))
        found.setdefault((grade.submission.form, counted), []).append(grade)
    return {key: found[key] for key in sorted(found)}
