"""Practice packs: keys in tokens, explanations by token, and no exam item ever."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from building import (
    SOURCE,
    blank,
    build_handbook,
    match,
    multiple,
    order,
    single,
    true_false,
)
from hypothesis import given
from hypothesis import strategies as st

from handbook.grading.marks import marking
from handbook.papers import item_token, option_token
from handbook.practice import PracticeItem, pack, practice_item


def practised(make, *args, **fields) -> PracticeItem:
    """One item as practice shows it."""
    return practice_item(make(*args, use="practice", **fields))


def test_a_pack_has_the_items_in_use_in_their_order():
    """Drafts, retired items and exam items stay out."""
    items = [
        single("b", use="practice"),
        single("secret"),
        single("draft", use="practice", status="draft"),
        single("a", use="practice"),
        single("trial", use="practice", status="pilot"),
        single("old", use="practice", status="retired"),
    ]

    made = pack(build_handbook(items), "service")

    assert (made.topic, made.title) == ("service", "service 题库")
    assert [i.token for i in made.items] == [item_token(n) for n in ("b", "a", "trial")]


def test_an_exam_item_is_refused():
    """Whoever asks, an exam key is not packed."""
    with pytest.raises(ValueError, match="secret"):
        practice_item(single("secret"))


def test_there_must_be_such_a_topic():
    """An unknown topic is the caller's mistake."""
    with pytest.raises(KeyError):
        pack(build_handbook(), "nothing")


def test_keys_are_tokens_of_what_is_shown():
    """Each type's key has the shape that answers have."""
    one = practised(single, "q", right="甲", wrong=["乙"])
    some = practised(multiple, "q", right=["甲", "乙"], wrong=["丙"])
    steps = practised(order, "q", ["一", "二", "三"])
    pairs = practised(match, "q", {"投诉": "联系", "咨询": "答复"}, ["转交"])

    assert one.key == (option_token("q", "甲"),)
    assert some.key == (option_token("q", "甲"), option_token("q", "乙"))
    assert practised(true_false, "q", "对").key == "true"
    assert practised(true_false, "q", "错").key == "false"
    assert practised(blank, "q", ("三声", "3声")).key == (("三声", "3声"),)
    assert steps.key == tuple(option_token("q", t) for t in ("一", "二", "三"))
    assert pairs.key == {
        option_token("q", "投诉"): option_token("q", "联系"),
        option_token("q", "咨询"): option_token("q", "答复"),
    }


def test_explanations_come_by_token():
    """Whoever chose an option reads why it is wrong, and where the rule is."""
    item = practised(single, "q", right="甲", wrong=["乙"], rationale="规定如此。")

    assert item.rationales[option_token("q", "乙")] == "关于“乙”的解析。"
    assert item.rationale == "规定如此。"
    assert item.sources == (SOURCE,)


def test_plain_is_json_that_the_browser_grader_reads():
    """Golden cases and packs have one shape."""
    items = [
        practised(single, "a"),
        practised(blank, "b", scoring="net_correct"),
        practised(match, "c"),
    ]

    for item in items:
        plain = json.loads(json.dumps(item.plain(), ensure_ascii=False))

        assert {"type", "options", "prompts", "gaps", "scoring", "key"} <= set(plain)
        assert {"token", "text"} == set().union(*plain["options"], {"token", "text"})


@given(st.permutations(["登记", "核实", "处理"]))
def test_steps_are_never_shown_already_in_order(steps):
    """Handing in an untouched practice item must not be right."""
    item = practised(order, "q", steps)
    marks = marking(item.type, item.key, item.scoring)
    untouched = [option.token for option in item.options]

    assert sorted(untouched) == sorted(item.key)
    assert marks.credit(untouched) == Fraction(0)
