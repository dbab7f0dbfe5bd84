"""Exam papers: which items each parallel form draws, and what of them it shows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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

MAX_PILOTS = 2
"""How many items on trial a paper shows beside those that count."""

_TOKEN = 12
"""Hex digits of a token: enough for a bank, short enough to read aloud."""

_compact = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode


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


def item_token(item_id: str) -> str:
    """Return the name an item has outside the repository."""
    return _hash("item", item_id)[:_TOKEN]


def option_token(item_id: str, text: str) -> str:
    """Return the name an option has outside the repository.

    It hangs on the option's words and not on its id or position: no author's order
    shows, and an option whose words changed is another option.
    """
    return _hash("option", item_id, text)[:_TOKEN]


def draw(handbook: Handbook, exam_id: str, form: int) -> Paper:
    """Draw one of an exam's parallel forms; the same handbook gives the same paper.

    Raises:
        KeyError: there is no such exam.
        ValueError: the exam has no such form, or its banks cannot fill it.
    """
    exam = handbook.exams[exam_id]
    if not 1 <= form <= exam.forms:
        raise ValueError(f"{exam_id} has forms 1 to {exam.forms}, not {form}")
    if short := _shortfall(handbook, exam):
        raise ValueError(f"{exam_id} cannot be drawn: {short}")
    items = tuple(shown(item, exam_id, form) for item in _drawn(handbook, exam, form))
    seconds = exam.time_limit.seconds
    digest = _hash(
        "paper", exam_id, exam.title, form, seconds, [_plain(item) for item in items]
    )[:32]
    return Paper(exam_id, exam.title, form, seconds, items, digest)


def drawn_items(handbook: Handbook, paper: Paper) -> tuple[Item, ...]:
    """Return the items behind a drawn paper, keys and all, in its order."""
    return tuple(_drawn(handbook, handbook.exams[paper.exam], paper.form))


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
    return tuple(sorted(visible, key=lambda o: _hash("place", *seed, o.token)))


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


def _hash(*parts: object) -> str:
    return hashlib.sha256(_compact(parts).encode()).hexdigest()


def _ranked(items: Iterable[Item], exam_id: str, form: int) -> list[Item]:
    return sorted(items, key=lambda item: _hash("rank", exam_id, form, item.id))


def _bank(handbook: Handbook, topic: str, status: str) -> list[Item]:
    bank = handbook.banks.get(topic)
    items = bank.items if bank else ()
    return [i for i in items if i.use == "exam" and i.status == status]


def _shortfall(handbook: Handbook, exam: Exam) -> str:
    """Say which topics cannot fill the blueprint; the check reports them as E501."""
    short = [
        f"{topic}: {needed} wanted, {len(items)} usable, {critical} critical"
        for topic, needed in exam.blueprint.topics.items()
        for items in [_bank(handbook, topic, "active")]
        for critical in [sum(item.critical for item in items)]
        if len(items) < needed
        or (exam.blueprint.critical == "all" and critical > needed)
    ]
    return "; ".join(short)


def _drawn(handbook: Handbook, exam: Exam, form: int) -> list[Item]:
    """Draw the forms one after another up to the one asked for; return that one."""
    topics = sorted(exam.blueprint.topics.items())
    active = {topic: _bank(handbook, topic, "active") for topic, _ in topics}
    pilots = [item for topic, _ in topics for item in _bank(handbook, topic, "pilot")]
    whole = exam.blueprint.critical == "all"
    used: dict[str, tuple[int, ...]] = {}
    paper: list[Item] = []
    for number in range(1, form + 1):
        seed = (exam.id, number)
        overlap = Counter[int]()
        paper = []
        for topic, needed in topics:
            always = [item for item in active[topic] if whole and item.critical]
            rest = [item for item in active[topic] if not (whole and item.critical)]
            paper += always
            paper += _least_used(rest, needed - len(always), used, overlap, seed)
        paper += _least_used(pilots, MAX_PILOTS, used, overlap, seed)
        for item in paper:
            used[item.id] = (*used.get(item.id, ()), number)
    return _ranked(paper, exam.id, form)


def _least_used(
    items: Sequence[Item],
    needed: int,
    used: Mapping[str, tuple[int, ...]],
    overlap: Counter[int],
    seed: tuple[str, int],
) -> list[Item]:
    """Choose items that few forms hold, and that share least with any one form.

    Items that stood in the same forms are alike but for their hash, so the choice is
    between a few groups rather than all items. `overlap` counts, for each form drawn
    before, what this one shares with it; it is carried on.
    """
    groups: dict[tuple[int, ...], list[Item]] = {}
    for item in reversed(_ranked(items, *seed)):
        groups.setdefault(used.get(item.id, ()), []).append(item)
    chosen: list[Item] = []
    while len(chosen) < needed and groups:
        forms = min(
            groups,
            key=lambda f: (
                len(f),
                max((overlap[n] for n in f), default=0),
                sum(overlap[n] for n in f),
                f,
            ),
        )
        chosen.append(groups[forms].pop())
        if not groups[forms]:
            del groups[forms]
        overlap.update(forms)
    return chosen
