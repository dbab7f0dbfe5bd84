"""Grading: exact marks by the golden rules, who passes, and what a verdict tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from building import (
    blank,
    build_handbook,
    make_exam,
    match,
    multiple,
    order,
    page,
    single,
    true_false,
)
from fuzzing import tried
from hypothesis import example, given
from hypothesis import strategies as st
from submitting import (
    START,
    everything,
    graded,
    right_answer,
    submit,
    ten,
)

from handbook.grading.grade import Grade, band
from handbook.grading.grader import grade
from handbook.grading.marking_sheets import GRACE
from handbook.grading.marks import Marking, fingerprint, fold, marking
from handbook.grading.submissions import Refusal
from handbook.handbook import Handbook
from handbook.model.items import Item
from handbook.papers import draw, item_token, option_token
from handbook.practice import practice_item

CASES = Path(__file__).parent / "cases/grading"
RULES = json.loads((CASES / "rules.json").read_text("utf-8"))
SHAPES = json.loads((CASES / "shapes.json").read_text("utf-8"))


# The rules


def marks_of(plain: Mapping[str, object]) -> Marking:
    """The marking of a golden case's item."""
    key = plain["key"]
    if isinstance(key, list):
        key = tuple(tuple(k) if isinstance(k, list) else k for k in key)
    options = [option["token"] for option in plain.get("options", ())]
    return marking(plain["type"], key, plain["scoring"], options)


@pytest.mark.parametrize("case", RULES, ids=lambda case: case["name"])
def test_golden_rules(case):
    """The reference of the rules; the browser's grader runs the same file."""
    marks = marks_of(case["item"])
    answer = case["answer"]
    credit = Fraction(0)
    if answer is not None:
        assert marks.fault(answer) == ""
        credit = marks.credit(answer)

    assert str(credit) == case["credit"]


@pytest.mark.parametrize("case", SHAPES, ids=lambda case: case["name"])
def test_malformed_answers_have_a_fault(case):
    """They are refused in words, never marked as zero."""
    assert marks_of(case["item"]).fault(case["answer"])


def test_golden_cases_cover_every_rule():
    """Each type with each of its scoring rules has a case of full and of no credit."""
    seen = {(c["item"]["type"], c["item"]["scoring"], c["credit"]) for c in RULES}
    rules = {
        "single": ["all_or_nothing"],
        "multiple": ["all_or_nothing", "subset", "net_correct"],
        "true_false": ["all_or_nothing"],
        "blank": ["all_or_nothing", "net_correct"],
        "order": ["all_or_nothing"],
        "match": ["all_or_nothing", "net_correct"],
    }
    wanted = {(t, r, c) for t, rs in rules.items() for r in rs for c in ("0", "1")}

    assert wanted <= seen
    assert len({case["name"] for case in RULES}) == len(RULES)


chosen = st.sets(st.sampled_from("abcdef"))
scorings = st.sampled_from(["all_or_nothing", "subset", "net_correct"])


@given(chosen.filter(bool), chosen, scorings)
def test_choices_against_a_naive_count(right, picked, scoring):
    """Credit as one would count it on fingers, whatever the order of the choices."""
    marks = marking("multiple", tuple(right), scoring, "abcdef")
    hits = [c for c in "abcdef" if c in picked and c in right]
    wrong = [c for c in "abcdef" if c in picked and c not in right]
    naive = {
        "all_or_nothing": Fraction(int(picked == right)),
        "subset": Fraction(0 if wrong else len(hits), len(right)),
        "net_correct": Fraction(max(0, len(hits) - len(wrong)), len(right)),
    }[scoring]

    assert marks.credit(sorted(picked)) == naive
    assert marks.credit(sorted(picked, reverse=True)) == naive
    assert 0 <= naive <= 1


@given(st.text(), st.sampled_from("。.!?;,、:！？；，：　 \n\u200b"))
@example("0 A¯", "。")
def test_folding_is_stable_and_forgives_the_end(text, end):
    """Folded twice is folded once; one more mark or space at the end is nothing."""
    assert fold(fold(text)) == fold(text)
    if fold(text) and fold(text)[-1] not in "。.!?;,、:":
        assert fold(text + end) == fold(text)


@given(st.text(st.characters(min_codepoint=1, max_codepoint=0x1FBFF)))
def test_folding_makes_no_digit(text):
    """The digits of a folded text are the digits written, at most of another width."""
    half_width = {0xFF10 + n: str(n) for n in range(10)}
    written = [c for c in text.translate(half_width) if c in "0123456789"]

    assert [c for c in fold(text) if c in "0123456789"] == written


# Whole submissions


def test_all_right_is_everything():
    """Every type, every form: full marks, best band, nothing to reread."""
    book = everything()
    for form in (1, 2):
        found = graded(book, form=form)

        assert (found.score, found.possible, found.share) == (6, 6, 1)
        assert (found.passed, found.band) == (True, "优秀")
        assert found.reread == ()
        assert all(result.correct for result in found.items)


def test_nothing_answered_is_nothing():
    """Unanswered is wrong, and no fault of the file."""
    found = graded(everything(), answers={})

    assert (found.score, found.passed, found.band) == (0, False, "不合格")
    assert not any(result.correct for result in found.items)


def test_partial_credit_is_exact():
    """Thirds stay thirds."""
    book = build_handbook(
        [
            multiple("a", right=["甲", "乙", "丙"], wrong=["丁"], scoring="subset"),
            multiple("b", right=["甲", "乙", "丙"], wrong=["丁"], scoring="subset"),
            true_false("c"),
        ],
        exam={},
    )
    answers = {
        item_token("a"): (option_token("a", "甲"),),
        item_token("b"): (option_token("b", "乙"), option_token("b", "丙")),
        item_token("c"): ("true",),
    }

    found = graded(book, answers=answers)

    assert found.score == 2
    assert found.share == Fraction(2, 3)
    by_item = {result.item: result.credit for result in found.items}
    assert by_item == {"a": Fraction(1, 3), "b": Fraction(2, 3), "c": 1}
    assert [r.correct for r in found.items if r.item != "c"] == [False, False]


@pytest.mark.parametrize(
    ("wrong", "passed", "reached"),
    [
        ((), True, "优秀"),
        (("t0",), True, "良好"),
        (("t0", "t1"), True, "合格"),
        (("t0", "t1", "t2"), False, "不合格"),
    ],
)
def test_the_mark_is_reached_exactly_or_not(wrong, passed, reached):
    """80% of ten is eight, not one less."""
    found = graded(ten(), wrong=wrong)

    assert (found.passed, found.band) == (passed, reached)


def test_a_third_more_is_not_needed():
    """A pass mark that no float can hold is met exactly."""
    book = build_handbook(
        [true_false(f"t{n}") for n in range(3)],
        exam={"pass_mark": "33.3%", "bands": {"合格": "33.3%"}},
    )

    assert graded(book, wrong=("t0", "t1")).passed
    assert not graded(book, wrong=("t0", "t1", "t2")).passed


def test_a_critical_item_decides():
    """Nine of ten and a critical item wrong is no pass, whatever the share."""
    items = [true_false(f"t{n}", critical=n == 4) for n in range(10)]
    book = build_handbook(items, exam={})

    found = graded(book, wrong=("t4",))

    assert found.share == Fraction(9, 10)
    assert (found.passed, found.band) == (False, "不合格")
    assert found.missed_critical == ("t4",)


def test_part_of_a_critical_item_is_not_enough():
    """It must be fully right."""
    items = [true_false(f"t{n}") for n in range(19)]
    book = build_handbook(
        [*items, multiple("safety", scoring="subset", critical=True)], exam={}
    )
    part = {item_token("safety"): (option_token("safety", "甲"),)}

    found = graded(book, answers=submit(book).answers | part)

    assert found.share == Fraction(39, 40)
    assert found.missed_critical == ("safety",)
    assert not found.passed


@pytest.mark.parametrize(
    ("seconds", "overtime"),
    [(0, False), (2400, False), (2400 + GRACE, False), (2400 + GRACE + 1, True)],
)
def test_overtime_fails_after_a_minutes_grace(seconds, overtime):
    """Forty minutes, and one for slow machines."""
    found = graded(ten(), minutes=seconds / 60)

    assert found.overtime is overtime
    assert found.passed is not overtime
    assert found.score == 10


def test_time_is_told_across_zones():
    """A clock that moved to another zone has not jumped."""
    book = ten()
    east = START.astimezone(timezone(timedelta(hours=8))) + timedelta(minutes=30)

    assert not graded(book, submitted_at=east).overtime


def test_items_on_trial_do_not_count():
    """Neither for nor against, not for criticals, not for what to reread."""
    items = [true_false(f"t{n}") for n in range(4)]
    trial = true_false(
        "trial", status="pilot", critical=True, source=("policies/new.md#rule",)
    )
    book = build_handbook([*items, trial], exam={})

    found = graded(book, wrong=("trial",))

    assert len(found.items) == 5
    assert (found.score, found.possible, found.passed) == (4, 4, True)
    assert (found.missed_critical, found.reread) == ((), ())
    assert "policies/new.md#rule" not in found.clauses
    assert [r.item for r in found.items if not r.counted] == ["trial"]


def test_what_to_reread_is_what_was_missed():
    """Clauses of missed items, each once, in the handbook's order."""
    rules = page("policies/a.md", {"one": "一", "two": "二", "three": "三"})
    cite = "policies/a.md#{}".format
    items = [
        true_false("t0", source=(cite("two"), cite("one"))),
        true_false("t1", source=(cite("one"),)),
        true_false("t2", source=(cite("three"),)),
    ]
    book = build_handbook(items, exam={}, pages=[rules])

    found = graded(book, wrong=("t0",), left_out=("t1",))

    assert found.reread == (cite("one"), cite("two"))
    assert found.clauses == {c.address: c.fingerprint for c in rules.clauses}


def test_bands_start_where_the_exam_says():
    """The highest one reached; a pass below all bands is 合格."""
    exam = make_exam(
        {"service": 1}, bands={"优秀": "95%", "良好": "90%", "合格": "80%"}
    )

    shares = ["19/20", "94/100", "9/10", "89/100", "4/5", "1/2"]
    bands = [band(exam, Fraction(share)) for share in shares]

    assert bands == ["优秀", "良好", "良好", "合格", "合格", "合格"]


# What is turned down


def refusals(book: Handbook, **said) -> tuple[Refusal, ...]:
    """Why `submit(book, …)` is turned down."""
    found = grade(book, submit(book, **said))
    assert isinstance(found, tuple), found
    return found


def codes(book: Handbook, **said) -> list[tuple[str, str]]:
    """Codes and places of the refusals."""
    return [(r.code, r.place) for r in refusals(book, **said)]


def test_an_unknown_exam_is_refused_with_a_guess():
    """A typing error in an id is the usual cause."""
    (refusal,) = refusals(ten(), exam="entri")

    assert (refusal.code, refusal.place) == ("A611", "/exam")
    assert "entry" in refusal.remedy


def test_a_form_that_does_not_exist_is_refused():
    """There are as many forms as the exam says."""
    book = ten(forms=2)

    found = grade(book, replace(submit(book), form=3))

    assert [r.code for r in found] == ["A614"]


def test_another_forms_paper_is_refused_as_such():
    """The answers belong to form 1, the file says form 2."""
    book = ten(forms=2)

    (refusal,) = grade(book, replace(submit(book, form=1), form=2))

    assert refusal.code == "A614"
    assert "却是第 1 份" in refusal.message


def test_a_stale_paper_is_refused_with_what_to_do():
    """Someone answered questions that the handbook no longer asks."""
    old, new = (
        ten(),
        build_handbook(
            [true_false(f"t{n}", stem=f"新的说法 {n}") for n in range(10)], exam={}
        ),
    )

    (refusal,) = grade(new, submit(old))

    assert (refusal.code, refusal.place) == ("A613", "/paper")
    assert "手册的题目改过" in refusal.message
    assert "重新作答" in refusal.remedy


def test_a_corrected_key_makes_no_paper_stale():
    """The paper is the same, so it is marked by the key as it is now."""
    before = ten()
    after = build_handbook(
        [true_false(f"t{n}", "错" if n == 0 else "对") for n in range(10)], exam={}
    )

    found = grade(after, submit(before))

    assert isinstance(found, Grade)
    assert found.score == 9
    marks = {r.item: r.fingerprint for r in found.items}
    others = {r.item: r.fingerprint for r in graded(before).items}
    assert [i for i in marks if marks[i] != others[i]] == ["t0"]


def test_a_paper_that_cannot_be_drawn_is_refused():
    """The trainer is sent to the check; the answer file is not lost."""
    sound = ten()
    short = build_handbook([true_false("t0")], make_exam({"service": 10}))
    sourceless = replace(sound, clauses={})

    for book in (short, sourceless):
        (refusal,) = grade(book, submit(sound))

        assert refusal.code == "A612"
        assert "scripts/check.py" in refusal.remedy


def test_unknown_items_and_options_are_refused_together():
    """Never silently zero; all faults at once, each at its place."""
    book = build_handbook([single("a"), single("b"), true_false("c")], exam={})
    answers = {
        "0" * 12: ("x",),
        item_token("a"): (option_token("b", "对的"),),
        item_token("b"): (option_token("b", "对的"), option_token("b", "错的一")),
        item_token("c"): ("true",),
    }

    assert codes(book, answers=answers) == [
        ("A615", "/answers/" + "0" * 12),
        ("A616", "/answers/" + item_token("a")),
        ("A616", "/answers/" + item_token("b")),
    ]


def test_refusals_never_tell_a_key():
    """Trying shapes must not be a way to ask for answers."""
    book = everything()
    for item in book.items.values():
        said = refusals(book, answers={item_token(item.id): ("x",) * 3})
        text = " ".join(map(str, said))

        assert item.id not in text
        assert not any(o.text in text for o in getattr(item, "options", ()))


@tried(200)
@given(st.data())
def test_any_well_typed_answers_are_graded_or_refused(data):
    """Never an exception, never more than there is to get."""
    book = everything()
    paper = draw(book, "entry", 1)
    tokens = [o.token for i in paper.items for o in (*i.options, *i.prompts)]
    part = st.sampled_from([*tokens, "true", "false", "三声", "", "x"])
    answer = st.lists(part, max_size=5).map(tuple) | st.dictionaries(
        part, part, max_size=3
    )
    names = st.sampled_from([*(i.token for i in paper.items), "0" * 12])
    answers = data.draw(st.dictionaries(names, answer, max_size=6))

    found = grade(book, submit(book, answers=answers))

    if isinstance(found, Grade):
        assert 0 <= found.score <= found.possible
        assert all(0 <= result.credit <= 1 for result in found.items)
        assert found.score == sum(r.credit for r in found.items if r.counted)
    else:
        assert {r.code for r in found} <= {"A615", "A616"}


def test_practice_and_exam_mark_alike():
    """A practice item's key, put through the same rules, gives the same credit."""
    for item in everything().items.values():
        shown = practice_item(item.model_copy(update={"use": "practice"}))
        tokens = [option.token for option in shown.options]
        marks = marking(shown.type, shown.key, shown.scoring, tokens)

        assert marks.fault(right_answer(item)) == ""
        assert marks.credit(right_answer(item)) == 1


# Fingerprints


def test_a_fingerprint_moves_with_what_grading_uses():
    """Stem, words of options, key, rule."""
    plain = multiple("q")
    others: list[Item] = [
        multiple("q", stem="别的问法？"),
        multiple("q", right=["甲", "戊"]),
        multiple("q", right=["甲"], wrong=["乙", "丙", "丁"]),
        multiple("q", scoring="subset"),
        blank("q", ("三声",)),
        blank("q", ("三声", "3声")),
        true_false("q", "对"),
        true_false("q", "错"),
        order("q", ["一", "二", "三"]),
        order("q", ["二", "一", "三"]),
        match("q", {"甲": "一", "乙": "二"}),
        match("q", {"甲": "二", "乙": "一"}),
    ]

    assert len({fingerprint(item) for item in [plain, *others]}) == len(others) + 1


def test_a_fingerprint_stays_with_all_else():
    """Explanations, sources, tags, difficulty and the order of options do not count."""
    plain = multiple("q", right=["甲", "乙"], wrong=["丙"])
    other = multiple(
        "q", right=["乙", "甲"], wrong=["丙"], rationale="别的", difficulty=3,
        source=("policies/b.md#c",), tags=("新",), status="pilot",
    )  # fmt: skip

    assert fingerprint(other) == fingerprint(plain)
    assert len(fingerprint(plain)) == 16
