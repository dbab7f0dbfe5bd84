"""What learners and trainers are told of a grade: enough to act on, and never a key."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

from building import (
    blank,
    build_handbook,
    multiple,
    single,
    true_false,
)
from submitting import (
    everything,
    graded,
    submit,
    ten,
)

from handbook.grading.grade import Grade
from handbook.grading.verdict import (
    learner_verdict,
    trainer_text,
    trainer_verdict,
)
from handbook.handbook import Handbook
from handbook.model.shares import percent
from handbook.papers import item_token, option_token


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
