"""Makes submissions and their grades straight from values, without a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from building import (
    blank,
    build_handbook,
    match,
    multiple,
    order,
    single,
    token,
    true_false,
)

from handbook.grading.grade import Grade
from handbook.grading.grader import grade
from handbook.grading.marks import key_of
from handbook.grading.submissions import Person, Submission
from handbook.handbook import Handbook
from handbook.model.items import Item
from handbook.papers import draw, item_token, option_token

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


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
