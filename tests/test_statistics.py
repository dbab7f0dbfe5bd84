"""Statistics: exact, held against naive formulas; silent where data is short."""

from __future__ import annotations

import io
import json
import math
import statistics as naive
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import chain, combinations, permutations, product
from pathlib import Path
from typing import Any

import pytest
from building import blank, build_handbook, match, multiple, order, single, true_false
from by_hand import run
from exam_on_disk import write_handbook
from fuzzing import tried
from handing_in import MORNING, answer_file, as_bytes
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from handbook.grading.answer_files import read_answers
from handbook.grading.grade import Grade
from handbook.grading.grader import grade
from handbook.grading.marks import marking_of
from handbook.grading.measures import (
    FEW,
    MINIMUM,
    Root,
    by_paper,
    consistency,
    correlation,
    discrimination,
    distribution,
    groups,
    guess_score,
    mean,
    median,
    option_counts,
    variance,
)
from handbook.grading.regrade import Policy
from handbook.grading.submissions import Submission
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.papers import item_token, option_token
from handbook.records.care.decisions import Note
from handbook.records.database.store import Store
from handbook.records.intake.hand_ins import hand_in
from handbook.records.regrading.plans import Plan, carry_out, plan
from handbook.records.statistics.analysis import exam_statistics
from handbook.records.statistics.told import as_document, as_tables

ROOT = Path(__file__).parents[1]
NAMES = ("one", "two", "three", "four", "five")
NOW = MORNING + timedelta(days=3)


def book(*items: Any, **exam: Any) -> Handbook:
    """Five single-choice items, or those given."""
    return build_handbook(
        items or [single(name) for name in NAMES],
        exam={"forms": 1, "attempts": 99, "cooldown": "0小时"} | exam,
    )


BOOK = book()


def answered(chosen: Sequence[int | None], of: Handbook = BOOK) -> dict[str, Any]:
    """Answers by item in the bank's order: the place of the option; None is blank."""
    return {
        item_token(item.id): [option_token(item.id, item.options[place].text)]
        for item, place in zip(of.items.values(), chosen, strict=True)
        if place is not None
    }


def graded(chosen: Sequence[int | None], of: Handbook = BOOK) -> Grade:
    """The grade of such answers; option 0 is the key."""
    document = answer_file(of, answers=answered(chosen, of))
    read = read_answers(as_bytes(document), name="", via="file")
    assert isinstance(read, Submission)
    marked = grade(of, read)
    assert isinstance(marked, Grade)
    return marked


CHOSEN = st.tuples(*[st.sampled_from([0, 1, 2, None])] * 5)
CLASS = st.lists(CHOSEN, min_size=3, max_size=40)
MARKS = st.sampled_from([Fraction(n, 6) for n in range(7)])


@given(pairs=st.lists(st.tuples(MARKS, MARKS), min_size=2, max_size=30))
def test_correlation_is_the_naive_one(pairs):
    """Against the standard library's, in floating point."""
    found = correlation(pairs)
    xs, ys = ([float(value) for value in side] for side in zip(*pairs, strict=True))

    if found is None:
        assert len(set(xs)) == 1 or len(set(ys)) == 1
    else:
        value = found.sign * math.sqrt(found.square)
        assert value == pytest.approx(naive.correlation(xs, ys), abs=1e-9)
        assert abs(value - found.thousandths / 1000) <= 0.0005 + 1e-9
        assert float(str(found)) == found.thousandths / 1000
        assert found.square <= 1


@given(
    sign=st.sampled_from([-1, 1]),
    square=st.fractions(0, 1, max_denominator=999),
    limit=st.fractions(-1, 1, max_denominator=99),
)
def test_a_root_is_compared_without_rounding(sign, square, limit):
    """Against floats, where these can tell."""
    root = Root(sign if square else 0, square)
    value = root.sign * math.sqrt(square)

    if abs(value - limit) > 1e-9:
        assert root.below(limit) == (value < limit)


@tried(60)
@given(chosen=CLASS, name=st.sampled_from(NAMES))
def test_discrimination_takes_the_item_out_of_the_total(chosen, name):
    """The oracle adds up the other items, person by person."""
    place = NAMES.index(name)
    own = [float(row[place] == 0) for row in chosen]
    rest = [float(sum(c == 0 for c in row) - (row[place] == 0)) for row in chosen]

    found = discrimination([graded(row) for row in chosen], name)

    if len(set(own)) == 1 or len(set(rest)) == 1:
        assert found is None
    else:
        value = found.sign * math.sqrt(found.square)
        assert value == pytest.approx(naive.correlation(own, rest), abs=1e-9)


@tried(60)
@given(chosen=CLASS)
def test_consistency_is_the_textbook_formula(chosen):
    """k/(k-1) · (1 - Σpq/σ²), with population variance, in floating point."""
    totals = [float(sum(c == 0 for c in row)) for row in chosen]
    rights = [sum(row[n] == 0 for row in chosen) / len(chosen) for n in range(5)]

    found = consistency([graded(row) for row in chosen])

    if len(set(totals)) == 1:
        assert found is None
    else:
        spread = naive.pvariance(totals)
        expected = 5 / 4 * (1 - sum(p * (1 - p) for p in rights) / spread)
        assert found.dichotomous
        assert float(found.value) == pytest.approx(expected, abs=1e-9)


def test_consistency_by_hand():
    """Guttman's perfect scale of three items: KR-20 is 3/4."""
    of = book(*[single(name) for name in NAMES[:3]])

    found = consistency([graded([0] * n + [1] * (3 - n), of) for n in range(4)])

    # p = 3/4, 1/2, 1/4: Σpq = 10/16; totals 0 to 3: σ² = 5/4; 3/2 · (1 - 1/2).
    assert found.value == Fraction(3, 4)


@given(values=st.lists(MARKS, min_size=1, max_size=20))
def test_means_are_exact(values):
    """Against the standard library's on fractions."""
    assert mean(values) == naive.mean(values)
    assert median(values) == naive.median(values)
    assert variance(values) == naive.pvariance(values)


@tried(60)
@given(chosen=CLASS)
def test_groups_hold_the_ends_and_part_no_equals(chosen):
    """The oracle counts for each person how many are better and worse."""
    grades = [graded(row) for row in chosen]
    size = max(1, math.floor(len(grades) * 0.27 + 0.5))
    upper = [g for g in grades if sum(o.share > g.share for o in grades) < size]
    lower = [g for g in grades if sum(o.share < g.share for o in grades) < size]

    found = groups(grades)

    if any(one is other for one in upper for other in lower):
        assert found is None
    else:
        assert list(found.upper) == upper
        assert list(found.lower) == lower


@tried(40)
@given(chosen=st.lists(CHOSEN, min_size=MINIMUM, max_size=MINIMUM + 10))
def test_options_are_counted_by_group(chosen):
    """Person by person, option by option."""
    grades = [graded(row) for row in chosen]
    parted = groups(grades)
    tokens = [option_token("one", o.text) for o in BOOK.items["one"].options]
    picked = [row[0] for row in chosen]

    counts = option_counts(grades, parted, item_token("one"), tokens)

    assert [count.chosen for count in counts] == [picked.count(n) for n in range(3)]
    for place, count in enumerate(counts):
        ends = [
            sum(
                picked[n] == place
                for n, one in enumerate(grades)
                if parted and any(one is other for other in group)
            )
            for group in (parted.upper, parted.lower)
        ] if parted else [0, 0]  # fmt: skip
        assert [count.upper, count.lower] == ends


@given(shares=st.lists(st.fractions(0, 1, max_denominator=60), max_size=30))
def test_the_distribution_loses_nobody(shares):
    """Ten tenths; the full mark stands in the last."""
    tenths = distribution(shares)

    assert len(tenths) == 10
    assert sum(tenths) == len(shares)
    for n in range(9):
        inside = [s for s in shares if Fraction(n, 10) <= s < Fraction(n + 1, 10)]
        assert tenths[n] == len(inside)


def every_answer(item: Any) -> list[Any]:
    """All that a blind guesser may hand in, each as likely as the other."""
    tokens = [option_token(item.id, o.text) for o in getattr(item, "options", ())]
    if item.type == "true_false":
        return [("true",), ("false",)]
    if item.type == "single":
        return [(token,) for token in tokens]
    if item.type == "multiple":
        sizes = range(1, len(tokens) + 1)
        return list(chain.from_iterable(combinations(tokens, n) for n in sizes))
    if item.type == "order":
        return list(permutations(tokens))
    prompts = [option_token(item.id, p.text) for p in item.prompts]
    return [
        dict(zip(prompts, row, strict=True))
        for row in product(tokens, repeat=len(prompts))
    ]


PAIRS = {"投诉": "当日联系", "咨询": "当场答复", "表扬": "转告本人"}


@pytest.mark.parametrize(
    "item",
    [
        single("x"),
        true_false("x"),
        *(
            multiple("x", scoring=s)
            for s in ("all_or_nothing", "subset", "net_correct")
        ),
        multiple("x", ["甲"], ["乙", "丙", "丁", "戊"], scoring="net_correct"),
        order("x"),
        *(
            match("x", PAIRS, ["另约时间"], scoring=s)
            for s in ("all_or_nothing", "net_correct")
        ),
    ],
    ids=lambda item: f"{item.type}-{getattr(item, 'scoring', '')}",
)
def test_the_guess_score_is_the_mean_over_all_answers(item):
    """The oracle hands in every answer there is."""
    answers = every_answer(item)
    credits_ = [marking_of(item).credit(answer) for answer in answers]

    assert guess_score(item) == sum(credits_) / len(answers)


def test_gaps_are_not_guessed():
    """Nobody types the right words by chance."""
    assert guess_score(blank("x")) == 0


def test_papers_are_kept_apart():
    """KR-20 wants the same items for everyone."""
    of = book(forms=2, blueprint={"topics": {"service": 3}})
    grades = []
    for form in (2, 1, 1):
        read = read_answers(as_bytes(answer_file(of, form=form)), name="", via="file")
        grades.append(grade(of, read))

    assert [(f, len(same)) for (f, _), same in by_paper(grades).items()] == [
        (1, 2), (2, 1),
    ]  # fmt: skip


@pytest.fixture
def store():
    """Empty records in memory."""
    with Store("sqlite://") as opened:
        yield opened


def sit(
    store: Store,
    rows: Sequence[Sequence[int | None]],
    of: Handbook = BOOK,
    *,
    day: int = 0,
    first: int = 0,
) -> None:
    """Record one sitting per row, each by another person."""
    for n, row in enumerate(rows, first):
        begun = MORNING + timedelta(days=day, seconds=n)
        document = answer_file(
            of, number=f"P{n}", begun=begun, answers=answered(row, of)
        )
        outcome = hand_in(of, store, as_bytes(document), via="file", now=NOW)
        assert outcome.receipt, outcome.refusals


def by_item(store: Store, of: Handbook = BOOK, **how: Any) -> dict[str, Any]:
    """The statistics of each item, as programs read them."""
    told = exam_statistics(of, store, "entry", **how)
    return {item["item"]: item for item in as_document(told)["items"]}


def mixed(number: int) -> list[list[int]]:
    """A class in which person n has n mod 6 right, the first items first."""
    return [[0 if k < n % 6 else 1 + n % 2 for k in range(5)] for n in range(number)]


def test_too_few_sittings_say_nothing(store):
    """Below FEW no share, below MINIMUM no correlation, no groups, no flags."""
    sit(store, mixed(FEW - 1))
    little = by_item(store)["one"]
    sit(store, mixed(FEW)[-1:], first=FEW - 1)
    some = by_item(store)["one"]
    sit(store, mixed(MINIMUM - 1)[FEW:], first=FEW)
    nearly = exam_statistics(BOOK, store, "entry")
    sit(store, mixed(MINIMUM)[-1:], first=MINIMUM - 1)
    enough = exam_statistics(BOOK, store, "entry")

    assert little["facility"] is None
    assert some["facility"] == "4/5"
    assert some["discrimination"] is None
    assert nearly.papers[0].consistency is None
    assert not any(i.discrimination or i.grouped or i.flags for i in nearly.items)
    assert enough.papers[0].consistency is not None
    assert all(i.discrimination and i.grouped for i in enough.items)


def test_an_empty_exam_has_statistics_too(store):
    """Nobody sat it."""
    told = as_document(exam_statistics(BOOK, store, "entry"))

    assert told["sittings"] == 0
    assert told["average"] is None
    assert told["items"] == told["papers"] == told["topics"] == []


def test_flags_say_what_is_wrong_and_where(store):
    """A wrong key, a dead distractor, one too easy, each with file and line."""
    rows = []
    for n in range(40):
        able = n % 2 == 0
        rows.append(
            [
                1 if able else 0,  # the able choose a "wrong" option
                0,  # everyone gets it
                0 if able else 1,  # tells them apart; option 3 is never chosen
                0 if able or n % 3 else 2,
                0 if able else None,
            ]
        )
    sit(store, rows)

    found = by_item(store)

    assert found["one"]["place"] == "quizzes/banks/service.yml:4"
    assert any("区分度为负" in flag for flag in found["one"]["flags"])
    assert any("先查答案" in f and "错的一" in f for f in found["one"]["flags"])
    assert "太易" in found["two"]["flags"]
    assert found["two"]["discrimination"] is None  # all alike
    assert found["three"]["flags"] == ["从没有人选“错的二”"]
    assert found["three"]["options"][0] == {
        "text": "对的", "right": True, "chosen": 20, "upper": 20, "lower": 0,
    }  # fmt: skip
    assert found["five"]["discrimination"].startswith("0.")


FOUR = book(
    single("one", wrong=["错的一", "错的二", "错的三"]), *[single(n) for n in NAMES[1:]]
)
"""Of five items the first has four options: a guesser is right once in four times."""


@pytest.mark.parametrize(
    ("able", "others", "flags"),
    [
        ([11, 3, 3, 3], [0, 7, 7, 6], ["太难"]),
        ([10, 4, 3, 3], [0, 7, 7, 6], ["得分率不高于瞎猜，先查答案"]),
        ([12, 3, 3, 2], [11, 3, 3, 3], ["区分度低"]),
        ([10, 10, 0, 0], [4, 0, 8, 8], ["高分组选“错的一”的比低分组多"]),
        ([8, 12, 0, 0], [4, 0, 8, 8], ["高分组选“错的一”的比选正确项的多，先查答案"]),
        ([18, 1, 1, 0], [6, 5, 5, 4], []),
    ],
)
def test_each_flag_has_its_reason(store, able, others, flags):
    """Twenty who know all else, and twenty who know nothing, choose among four options."""
    rows = [
        [place, *rest]
        for rest, chosen in (([0] * 4, able), ([1] * 4, others))
        for place, times in enumerate(chosen)
        for _ in range(times)
    ]
    sit(store, rows, FOUR)

    assert by_item(store, FOUR)["one"]["flags"] == flags


def test_an_option_that_is_a_quotation_is_quoted_once(store):
    """Phrases are options often: “请稍等” stands between its own marks."""
    of = book(
        single("one", wrong=["“请稍等”", "错的二", "错的三"]),
        *[single(n) for n in NAMES[1:]],
    )
    sit(store, [[n % 2 * 3, *[n % 2] * 4] for n in range(MINIMUM)], of)

    flags = by_item(store, of)["one"]["flags"]

    assert "从没有人选“‘请稍等’”" in flags
    assert "从没有人选“错的二”" in flags


def test_of_two_options_nobody_need_choose_the_wrong_one(store):
    """There is no other to put in its place; that all were right the facility says."""
    of = book(true_false("one"), single("two"))
    items = [item_token(name) for name in of.items]
    right = option_token("two", of.items["two"].options[0].text)
    for n in range(MINIMUM):
        answers = {items[0]: ["true"]} | ({items[1]: [right]} if n % 2 else {})
        document = answer_file(of, number=f"N{n}", answers=answers)
        hand_in(of, store, as_bytes(document), via="file", now=NOW)

    found = by_item(store, of)

    assert found["one"]["flags"] == ["太易"]
    assert {"从没有人选“错的一”", "从没有人选“错的二”"} <= set(found["two"]["flags"])


def test_a_critical_item_may_be_easy(store):
    """Everyone is meant to know it."""
    of = book(single("one", critical=True), single("two"))
    sit(store, [[0, n % 2] for n in range(MINIMUM)], of)

    assert "太易" not in by_item(store, of)["one"]["flags"]


def test_first_attempts_count_unless_all_are_asked_for(store):
    """Whoever comes again has re-read."""
    sit(store, [[1] * 5] * FEW)
    sit(store, [[0] * 5] * FEW, day=1)

    first, every = (
        exam_statistics(BOOK, store, "entry", attempts) for attempts in ("first", "all")
    )

    assert (first.sittings, first.passed, first.average) == (FEW, 0, 0)
    assert (every.sittings, every.passed, every.average) == (
        2 * FEW, FEW, Fraction(1, 2),
    )  # fmt: skip
    assert every.tenths == (FEW, 0, 0, 0, 0, 0, 0, 0, 0, FEW)


def test_first_is_by_when_it_was_sat(store):
    """Files may be recorded in another order."""
    sit(store, [[0] * 5] * FEW, day=1)
    sit(store, [[1] * 5] * FEW, day=0)

    assert exam_statistics(BOOK, store, "entry").average == 0


def test_an_earlier_wording_is_left_out_and_counted(store):
    """Marks for another text say nothing of this one."""
    sit(store, mixed(12))
    now = book(
        single("one", stem="换了问法，怎么办？"), *[single(n) for n in NAMES[1:]]
    )

    found = by_item(store, now)

    assert (found["one"]["sittings"], found["one"]["others"]) == (0, 12)
    assert found["one"]["facility"] is None
    assert (found["two"]["sittings"], found["two"]["others"]) == (12, 0)


def test_topics_and_guesses(store):
    """A topic's share of the marks; what a blind guesser reaches on the paper."""
    of = build_handbook(
        {"desk": [single("one"), true_false("two")], "phone": [single("three")]},
        exam={"forms": 1},
    )
    for n in range(FEW):
        document = answer_file(of, number=f"P{n}")
        document["answers"].pop(item_token("three"))
        hand_in(
            of, store,
            as_bytes(answer_file(of, number=f"P{n}", answers=document["answers"])),
            via="file", now=NOW,
        )  # fmt: skip

    told = exam_statistics(of, store, "entry")

    assert told.topics == {"desk": (2 * FEW, 1), "phone": (FEW, 0)}
    assert told.papers[0].guess == Fraction(7, 18)  # (1/3 + 1/2 + 1/3) / 3
    assert told.minutes == 20


def test_the_middle_is_no_mean_and_every_time_has_its_place(store):
    """One who knew nothing and took for ever moves the mean alone."""
    for n, minutes in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 50]):
        raw = answer_file(BOOK, number=f"P{n}", minutes=minutes, wrong=5 * (n == 0))
        hand_in(BOOK, store, as_bytes(raw), via="file", now=NOW)

    told = exam_statistics(BOOK, store, "entry")

    # Overtime fails, and the answers are right all the same.
    assert (told.average, told.middle) == (Fraction(9, 10), 1)
    assert told.minutes == Fraction(11, 2)
    counts = [4, 5, 0, 0, 0, 0, 0, 0, 1]
    assert told.times == tuple(zip(range(0, 41, 5), counts, strict=True))


def test_items_on_trial_are_in_no_topic(store):
    """Their marks count for nobody."""
    of = book(single("one"), single("two", status="pilot"), forms=1)
    for n in range(FEW):
        raw = answer_file(of, number=f"P{n}", answers=answered([0, 1], of))
        hand_in(of, store, as_bytes(raw), via="file", now=NOW)

    told = exam_statistics(of, store, "entry")

    assert told.topics == {"service": (FEW, 1)}
    assert [item.counted for item in told.items] == [True, False]


def test_sittings_without_a_known_beginning_are_in_no_time(store):
    """Google Forms says only when somebody handed in: that is not 0 minutes."""
    for n in range(2 * FEW):
        document = answer_file(BOOK, number=f"P{n}", minutes=20 if n < FEW else 0)
        hand_in(BOOK, store, as_bytes(document), via="file", now=NOW)

    told = exam_statistics(BOOK, store, "entry")

    assert (told.sittings, told.untimed, told.minutes) == (2 * FEW, FEW, 20)
    assert sum(count for _, count in told.times) == FEW
    assert f"（{FEW} 次不知道何时开考，不算）" in printed(told)


def test_the_newest_grade_counts(store):
    """After a regrade the statistics speak of the marks that count."""
    sit(store, [[1, 0, 0, 0, 0]] * FEW)
    made = plan(BOOK, store, "entry", "one", Policy.DROP_ITEM)
    assert isinstance(made, Plan)
    carry_out(store, made, Note("题目作废", "T1", NOW), lower=False)

    told = exam_statistics(BOOK, store, "entry")

    assert told.average == 1
    assert told.papers[0].items == 4
    assert not next(item for item in told.items if item.item == "one").counted


def printed(told: Any) -> str:
    """What the terminal shows."""
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(as_tables(told, BOOK.bank_titles))
    return console.export_text()


def test_the_tables_say_all_of_it(store):
    """Scores, papers, topics, items with their places, options; and the minimum."""
    sit(store, mixed(MINIMUM + 6))

    text = printed(exam_statistics(BOOK, store, "entry"))

    assert "上岗考试（entry）：每人第一次考试，共 36 次" in text
    for part in (
        "成绩分布",
        "KR-20",
        BOOK.banks["service"].title,
        "quizzes/banks/service.yml:4",
        "✓ 对的",
    ):
        assert part in text
    assert "区分度、KR-20、高低分组和提示至少要 30 次" in text
    assert text.count("数据不足") == 1  # only where it is explained


def test_options_that_look_like_markup_are_text(store):
    """Square brackets of an author are no colours."""
    of = book(single("one", right="[red]对[/red]"), single("two"))
    sit(store, [[0, 1]] * 3, of)

    assert "[red]对[/red]" in printed(exam_statistics(of, store, "entry"))


def test_the_script_in_both_forms(tmp_path):
    """Before the first exam, after it, and for an exam that is not there."""

    write_handbook(tmp_path)
    none = run("stats", "entry", "--root", tmp_path)
    with Store(str(tmp_path / "records.sqlite")) as store:
        raw = as_bytes(answer_file(load(tmp_path)))
        hand_in(load(tmp_path), store, raw, via="server", now=NOW)
    table = run("stats", "entry", "--root", tmp_path)
    data = json.loads(
        run("stats", "entry", "--root", tmp_path, "--format", "json").stdout
    )
    wrong = run("stats", "nope", "--root", tmp_path)

    assert "还没有人考过" in none.stdout
    assert "数据不足" in table.stdout
    assert data["format"] == "handbook-stats/1"
    assert data["sittings"] == 1
    place, line = data["items"][0]["place"].split(":")
    at = (tmp_path / place).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert data["items"][0]["item"] in at
    assert wrong.exit_code == 2
    assert "entry" in wrong.stderr
