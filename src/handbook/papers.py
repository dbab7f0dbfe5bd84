"""Exam papers: what each parallel form shows of the items it draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handbook import deltas
from handbook.confirmations import confirmation_paper, exam_of
from handbook.drawing import keyed_hash, shortfall, whole_paper
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.items import (
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    Option,
    OrderItem,
    SingleItem,
)

_TOKEN = 12
"""Hex digits of a token: enough for a bank, short enough to read aloud."""


@dataclass(frozen=True, slots=True)
class PaperOption:
    """A choice, a step, a prompt or its counterpart, as the learner sees it."""

    token: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperItem:
    """An item as the learner sees it: no id, no key, no author's order."""

    token: str
    type: str
    stem: str
    options: tuple[PaperOption, ...]
    """Empty for true_false and blank."""
    prompts: tuple[PaperOption, ...]
    """Only for match."""
    gaps: int
    """How many texts a blank item wants; 0 for all other types."""
    scoring: str = "all_or_nothing"
    """The rule of partial credit, so that a page can tell it to the learner."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One of an exam's parallel forms. It holds no keys and may be published."""

    exam: str
    title: str
    form: int
    """Counted from 1."""
    seconds: int
    """Time allowed."""
    items: tuple[PaperItem, ...]
    digest: str
    """Hash of all the above; another wording is another paper."""
    delta: str = ""
    """Of a delta paper the day from which it asks about changes; see `deltas`."""


def item_token(item_id: str) -> str:
    """Return the name an item has outside the repository."""
    return keyed_hash("item", item_id)[:_TOKEN]


def option_token(item_id: str, text: str) -> str:
    """Return the name an option has outside the repository.

    It hangs on the option's words and not on its id or position: no author's order
    shows, and an option whose words changed is another option.
    """
    return keyed_hash("option", item_id, text)[:_TOKEN]


def draw(handbook: Handbook, exam_id: str, form: int, delta: str = "") -> Paper:
    """Draw one of an exam's parallel forms; the same handbook gives the same paper.

    Args:
        handbook: holds exam and banks.
        exam_id: which exam.
        form: counted from 1.
        delta: the day of a delta paper, such as `2026-11-20`; empty for the whole exam.

    Raises:
        KeyError: there is no such exam, nor a change of this id to confirm.
        ValueError: the exam has no such form or delta, or its banks cannot fill it.
    """
    exam = _exam(handbook, exam_id)
    if not 1 <= form <= exam.forms:
        raise ValueError(f"{exam_id} has forms 1 to {exam.forms}, not {form}")
    drawn = _drawn(handbook, exam, form, delta)
    # The whole exam's papers are named as they were before there were others.
    which = (delta,) if delta else ()
    items = tuple(shown(item, exam_id, *which, form) for item in drawn)
    seconds = deltas.seconds(exam, len(items)) if delta else exam.time_limit.seconds
    title = delta_title(exam) if delta else exam.title
    digest = keyed_hash(
        "paper", exam_id, *which, title, form, seconds, [_plain(one) for one in items]
    )[:32]
    return Paper(exam_id, title, form, seconds, items, digest, delta)


def papers_of(handbook: Handbook, exam_id: str) -> tuple[Paper, ...]:
    """Return every paper that may be sat: the whole exam's forms, then its deltas'.

    Raises:
        KeyError: there is no such exam.
        ValueError: its banks cannot fill it.
    """
    exam = _exam(handbook, exam_id)
    days = ("", *(one.name for one in deltas.deltas(handbook, exam)))
    return tuple(
        draw(handbook, exam_id, form, day)
        for day in days
        for form in range(1, exam.forms + 1)
    )


def delta_title(exam: Exam) -> str:
    """Return what a delta paper of an exam is called."""
    return f"{exam.title}：补考改动部分"


def drawn_items(handbook: Handbook, paper: Paper) -> tuple[Item, ...]:
    """Return the items behind a drawn paper, keys and all, in its order."""
    exam = _exam(handbook, paper.exam)
    return tuple(_drawn(handbook, exam, paper.form, paper.delta))


def _exam(handbook: Handbook, exam_id: str) -> Exam:
    exam = exam_of(handbook, exam_id)
    if exam is None:
        raise KeyError(exam_id)
    return exam


def _drawn(handbook: Handbook, exam: Exam, form: int, delta: str) -> list[Item]:
    if exam.id not in handbook.exams:
        return confirmation_paper(handbook, exam.id, form)
    if short := shortfall(handbook, exam):
        raise ValueError(f"{exam.id} cannot be drawn: {short}")
    if not delta:
        return whole_paper(handbook, exam, form)
    changed = deltas.named(handbook, exam, delta)
    if changed is None:
        raise ValueError(f"{exam.id} has no delta paper of {delta}")
    return deltas.delta_paper(handbook, exam, changed, form)


def shown(item: Item, *seed: str | int) -> PaperItem:
    """Strip an item of everything a learner must not see.

    Options stand in an order that hangs on the seed and their words alone.
    """
    return PaperItem(
        token=item_token(item.id),
        type=item.type,
        stem=item.stem,
        options=_shuffled(item.id, _options(item), *seed),
        prompts=_shuffled(
            item.id, item.prompts if isinstance(item, MatchItem) else (), *seed
        ),
        gaps=item.gaps if isinstance(item, BlankItem) else 0,
        scoring=scoring(item),
    )


def scoring(item: Item) -> str:
    """Return the rule of partial credit; types without a choice have one rule."""
    if isinstance(item, MultipleItem | BlankItem | MatchItem):
        return item.scoring
    return "all_or_nothing"


def _options(item: Item) -> Sequence[Option]:
    if isinstance(item, SingleItem | MultipleItem | OrderItem | MatchItem):
        return item.options
    return ()


def _shuffled(
    item_id: str, options: Iterable[Option], *seed: str | int
) -> tuple[PaperOption, ...]:
    visible = [PaperOption(option_token(item_id, o.text), o.text) for o in options]
    return tuple(sorted(visible, key=lambda o: keyed_hash("place", *seed, o.token)))


def _plain(item: PaperItem) -> list[object]:
    return [
        item.token,
        item.type,
        item.stem,
        [[option.token, option.text] for option in item.options],
        [[prompt.token, prompt.text] for prompt in item.prompts],
        item.gaps,
        item.scoring,
    ]
