"""Grading: exact marks by the golden rules, who passes, and what a verdict tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
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
    token,
    true_false,
)
from fuzzing import tried
from hypothesis import example, given
from hypothesis import strategies as st

from handbook.grading.grade import Grade, band
from handbook.grading.grader import grade
from handbook.grading.marking_sheets import GRACE
from handbook.grading.marks import Marking, fingerprint, fold, key_of, marking
from handbook.grading.submissions import Person, Refusal, Submission
from handbook.grading.verdict import (
    learner_verdict,
    trainer_text,
    trainer_verdict,
)
from handbook.handbook import Handbook
from handbook.model.items import Item
from handbook.model.shares import percent
from handbook.papers import draw, item_token, option_token
from handbook.practice import practice_item

CASES = Path(__file__).parent / "cases/grading"
RULES = json.loads((CASES / "rules.json").read_text("utf-8"))
SHAPES = json.loads((CASES / "shapes.json").read_text("utf-8"))

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


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


def right_answer(item: Item) -> object:
    """The fully right answer to an item, as an answer file has it."""
    key = key_of(item)
    if isinstance(key, str):
        return (key,)
    if isinstance(key, Mapping):
        return dict(key)
    return tuple(part if isinstance(part, str) else part[0] for part in key)


def wrong_answer(item: Item) -> object:
    """A well-formed answer to a single-choice or true-false item that is wrong."""
    if item.type == "true_false":
        return ("false" if item.key == "对" else "true",)
    (other, *_) = (o for o in item.options if o.id not in item.key)
    return (option_token(item.id, other.text),)


def submit(
    book: Handbook,
    *,
    form: int = 1,
    wrong: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
    minutes: float = 20,
    **changes: object,
) -> Submission:
    """A submission that is right but for the items named."""
    paper = draw(book, "entry", form)
    on_paper = {item.token for item in paper.items}
    answers = {
        item_token(i.id): wrong_answer(i) if i.id in wrong else right_answer(i)
        for i in book.items.values()
        if item_token(i.id) in on_paper and i.id not in left_out
    }
    made = Submission(
        exam="entry",
        form=form,
        paper=paper.digest,
        sitting="3f0e9a5c-1b7d-4c1e-9a53-6d2f8e4b7a10",
        person=Person("A1024", "王小明"),
        started_at=START,
        submitted_at=START + timedelta(minutes=minutes),
        answers=answers,
        via="file",
        digest=token("submission"),
    )
    return replace(made, **changes)


def graded(book: Handbook, **said) -> Grade:
    """The grade of `submit(book, …)`."""
    found = grade(book, submit(book, **said))
    assert isinstance(found, Grade), found
    return found


def ten(**exam: object) -> Handbook:
    """Ten true-or-false items, ten marks: t0 … t9."""
    return build_handbook([true_false(f"t{n}") for n in range(10)], exam=exam)


def everything() -> Handbook:
    """An item of each type, with partial credit where there is any."""
    items = [
        single("greet"),
        multiple("calm", scoring="subset"),
        true_false("promise", "错"),
        blank("rings", ("三声", "3声"), ("十秒",), scoring="net_correct"),
        order("steps"),
        match("who", spare=["转财务"], scoring="net_correct"),
    ]
    return build_handbook(items, exam={"forms": 2})


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


# Verdicts


def some_grade(**said) -> tuple[Handbook, Grade]:
    """A failed sitting: a partial, a wrong critical item, two unanswered, overtime."""
    items = [
        single("secret-greet", right="三声内接听", wrong=["五声内接听", "响完再接"]),
        single("secret-key", critical=True, right="先安抚", wrong=["先解释"]),
        multiple(
            "secret-half", right=["登记", "回访"], wrong=["转走"], scoring="subset"
        ),
        true_false("secret-true"),
        blank("secret-gap", ("二十四小时",)),
        true_false("secret-trial", status="pilot"),
    ]
    book = build_handbook(items, exam={"pass_mark": "80%"})
    answers = submit(book, wrong=("secret-key",), **said).answers
    answers = {
        t: a
        for t, a in answers.items()
        if t not in {item_token("secret-true"), item_token("secret-trial")}
    }
    half = (option_token("secret-half", "登记"),)
    answers[item_token("secret-half")] = half
    return book, graded(book, answers=answers, minutes=45)


def test_learner_verdict():
    """The outcome and what to reread; nothing by item."""
    book, found = some_grade()

    assert learner_verdict(book, found) == {
        "exam": "entry",
        "title": "上岗考试",
        "passed": False,
        "band": "不合格",
        "score": "2.5/5",
        "percent": "50%",
        "critical_missed": 1,
        "overtime": True,
        "reread": [
            {
                "address": "policies/service.md#promise",
                "title": "promise 的规定",
                "page": "policies/service.md 的标题",
                "url": "policies/service.html#promise",
            }
        ],
    }


def key_texts(book: Handbook) -> set[str]:
    """All that is right in a handbook, in words and in tokens, and why."""
    words: set[str] = set()
    for item in book.items.values():
        words.add(item.rationale)
        for option in getattr(item, "options", ()):
            words |= {option.text, option.rationale, option_token(item.id, option.text)}
        if item.type == "blank":
            words |= {wording for gap in item.key for wording in gap}
    return words


def test_no_verdict_tells_a_key():
    """Neither learner nor trainer is shown an option, an explanation or a token."""
    book, found = some_grade()
    texts = [
        json.dumps(learner_verdict(book, found), ensure_ascii=False),
        json.dumps(trainer_verdict(book, found), ensure_ascii=False),
        trainer_text(book, found),
    ]

    for text in texts:
        assert not [word for word in key_texts(book) if word in text]


def test_a_learner_is_told_of_no_item():
    """No id, no token, no credit of any one item."""
    book, found = some_grade()
    text = json.dumps(learner_verdict(book, found), ensure_ascii=False)

    for item in book.items.values():
        assert item.id not in text
        assert item_token(item.id) not in text


def test_two_learners_who_missed_other_items_of_a_clause_read_the_same():
    """A verdict is a function of marks and clauses, not of which item it was."""
    book = ten()

    assert learner_verdict(book, graded(book, wrong=("t1",))) == learner_verdict(
        book, graded(book, wrong=("t7",))
    )


def test_trainer_verdict():
    """Wrong items by id and line, and why it was no pass."""
    book, found = some_grade()
    told = trainer_verdict(book, found)

    assert told | learner_verdict(book, found) == told
    assert told["person"] == {"id": "A1024", "name": "王小明"}
    assert (told["form"], told["via"], told["minutes"]) == (1, "file", 45)
    assert told["pass_mark"] == percent(book.exams["entry"].pass_mark)
    assert told["reasons"] == [
        "得分率 50%，低于合格线 80%",
        "关键题没有全对（1 题）",
        "超过限时 40分钟",
    ]
    wrong = {w["item"]: w for w in told["wrong"]}
    assert set(wrong) == {"secret-key", "secret-half", "secret-true", "secret-trial"}
    assert wrong["secret-half"] == {
        "item": "secret-half",
        "place": "quizzes/banks/service.yml:24",
        "credit": "1/2",
        "critical": False,
        "counted": True,
    }
    assert wrong["secret-key"]["critical"]
    assert not wrong["secret-trial"]["counted"]
    json.dumps(told)


def test_trainer_text():
    """The same in lines for a terminal."""
    book, found = some_grade()
    lines = trainer_text(book, found).splitlines()

    assert lines[0] == "A1024 王小明：上岗考试（第 1 份试卷） 未通过"
    assert lines[1] == "  得分 2.5/5（50%），用时 45 分钟，限时 40分钟。"
    assert "  原因：关键题没有全对（1 题）。" in lines
    assert "    quizzes/banks/service.yml:14 secret-key（关键题）" in lines
    assert "    quizzes/banks/service.yml:24 secret-half（得 1/2）" in lines
    assert lines[-1] == "    promise 的规定（policies/service.md#promise）"


def test_trainer_text_of_a_pass_is_short():
    """Two lines when there is nothing to mend."""
    book = everything()
    text = trainer_text(book, graded(book))

    assert text.splitlines() == [
        "A1024 王小明：上岗考试（第 1 份试卷） 通过，优秀",
        "  得分 6/6（100%），用时 20 分钟，限时 40分钟。",
    ]


def test_a_verdict_never_shows_a_mark_that_was_not_reached():
    """7,999 of 10,000 rounds to 80% and stands as 79.99% beside the mark of 80%."""
    book, found = some_grade()
    told = trainer_verdict(book, replace(found, score=Fraction(7999), possible=10000))

    assert told["percent"] == "79.99%"
    assert "得分率 79.99%，低于合格线 80%" in told["reasons"]
