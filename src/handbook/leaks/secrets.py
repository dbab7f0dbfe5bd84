"""What is secret of a handbook's exam items, and which of their words are public."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.leaks.text import squeeze
from handbook.model.items import (
    GAP,
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    Option,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)
from handbook.model.pages import Kind
from handbook.papers import item_token, option_token, papers_of
from handbook.papers.confirmations import PAGE, confirmations

CANARY = "handbook-canary-5d41c7b2e09f"
"""A marker that is never in a site; put into an exam item, it proves the scan."""

_MIN = 8
"""Letters and digits below which words are too common to be called a secret."""

_MIN_ANSWER = 6
"""The same for an accepted answer of a blank."""


@dataclass(frozen=True, slots=True, eq=False)
class Secret:
    """Something that must not stand in a site."""

    item: str
    what: str
    text: str
    """As authored."""
    stem: bool = False
    name: bool = False
    """An identifier: found as a whole word only."""


def secrets_of(handbook: Handbook) -> tuple[list[Secret], dict[str, str]]:
    """Return the secrets, and by page of the site what its papers may show, squeezed."""
    public = _public_words(handbook)
    shown = {
        page: squeeze("\0".join(words)) for page, words in _papers(handbook).items()
    }
    every_paper = "\0".join(shown.values())
    names = _public_names(handbook)
    found = [
        secret
        for item in handbook.items.values()
        if item.use == "exam"
        for secret in _secrets(item)
        if _is_secret(secret, public, every_paper, names)
    ]
    found.append(Secret("（标记）", "泄漏标记", CANARY))
    return found, shown


def _papers(handbook: Handbook) -> dict[str, list[str]]:
    """Return the words that each exam page may show: stems, options and prompts."""
    words: dict[str, list[str]] = {}
    confirmed = PAGE.removesuffix(".md") + ".html"
    where = {name: f"exams/{name}.html" for name in handbook.exams}
    where |= dict.fromkeys(confirmations(handbook), confirmed)
    for name, page in where.items():
        shown = words.setdefault(page, [])
        try:
            papers = papers_of(handbook, name)
        except (KeyError, ValueError):
            continue  # the check reports it; what cannot be drawn shows nothing
        for paper in papers:
            for item in paper.items:
                shown.append(item.stem)
                shown += [option.text for option in (*item.options, *item.prompts)]
    return words


def _public_words(handbook: Handbook) -> str:
    """Return, squeezed, what everyone may read: rules, phrases, data and practice.

    Pages of free text (lessons, guides) do not count: an exam question pasted there is
    a leak.
    """
    words: list[str] = [page.front.title for page in handbook.pages.values()]
    words += [
        page.text
        for page in handbook.pages.values()
        if page.front.kind.has_clauses or page.front.kind is Kind.SCRIPT
    ]
    words += [f"{clause.title}\n{clause.text}" for clause in handbook.clauses.values()]
    for phrase in handbook.phrases.values():
        words += [phrase.words, phrase.when, phrase.next_text]
        words += [*phrase.never, *phrase.variants]
    for figure in handbook.figures.values():
        words += [figure.name, figure.wording, figure.measured]
    for form in handbook.forms.values():
        words += [form.title, form.note, form.keep, *(f.name for f in form.fields)]
    words += handbook.company.values()
    for item in handbook.items.values():
        if item.use == "practice":
            words += [item.stem, item.rationale]
            words += [text for o in _options(item) for text in (o.text, o.rationale)]
    return "\0".join(map(squeeze, words))


def _public_names(handbook: Handbook) -> frozenset[str]:
    """Return identifiers that stand in pages and addresses anyway."""
    names = {
        heading.id for page in handbook.pages.values() for heading in page.headings
    }
    names |= {path.rsplit("/", 1)[-1].removesuffix(".md") for path in handbook.pages}
    for known in (
        handbook.figures, handbook.roles, handbook.forms, handbook.banks,
        handbook.exams, handbook.flows, handbook.company,
    ):  # fmt: skip
        names |= set(known)
    names |= {stage.id for role in handbook.roles.values() for stage in role.path}
    names |= {step.id for flow in handbook.flows.values() for step in flow.steps}
    return frozenset(name.casefold() for name in names)


def _secrets(item: Item) -> Iterator[Secret]:
    yield Secret(item.id, "题目编号", item.id, name=True)
    yield Secret(item.id, "题干", item.stem, stem=True)
    yield Secret(item.id, "解析", item.rationale)
    for option in _options(item):
        if option.rationale:
            yield Secret(item.id, "选项解析", option.rationale)
    if isinstance(item, BlankItem):
        yield from _blank_secrets(item)


def _blank_secrets(item: BlankItem) -> Iterator[Secret]:
    for accepted in item.key:
        # A list of wordings is recognised as a list; one wording only if it is long.
        for separators in ((", ", ": "), (",", ":")):
            written = json.dumps(accepted, ensure_ascii=False, separators=separators)
            yield Secret(item.id, "填空答案", written)
    first = iter([accepted[0] for accepted in item.key])
    pieces = item.stem.split(GAP)
    filled = pieces[0] + "".join(next(first, "") + piece for piece in pieces[1:])
    yield Secret(item.id, "填好的题干", filled)


def _options(item: Item) -> tuple[Option, ...]:
    if isinstance(item, MatchItem):
        return (*item.prompts, *item.options)
    if isinstance(item, SingleItem | MultipleItem | OrderItem):
        return item.options
    return ()


def _is_secret(secret: Secret, public: str, papers: str, names: frozenset[str]) -> bool:
    if secret.name:
        known = secret.text.casefold() in names
        return not known and len(secret.text) >= _MIN_ANSWER
    words = squeeze(secret.text)
    least = _MIN_ANSWER if secret.what == "填空答案" else _MIN
    if CANARY in secret.text.casefold():
        return True
    if len(words) < least or words in public:
        return False
    return secret.stem or words not in papers


@dataclass(frozen=True, slots=True)
class TokenKey:
    """The key of an item in the words of its paper: tokens."""

    item: str
    token: str
    right: frozenset[str]
    options: frozenset[str]

    @classmethod
    def of(cls, item: Item) -> TokenKey:
        """Return the key of an item; of types without options, one that tells nothing."""
        if isinstance(item, SingleItem | MultipleItem):
            tokens = {o.id: option_token(item.id, o.text) for o in item.options}
            right = frozenset(tokens[key] for key in item.key if key in tokens)
            return cls(item.id, item_token(item.id), right, frozenset(tokens.values()))
        if isinstance(item, TrueFalseItem):
            right = frozenset({"true" if item.key == "对" else "false"})
            return cls(
                item.id, item_token(item.id), right, frozenset({"true", "false"})
            )
        return cls(item.id, item_token(item.id), frozenset(), frozenset())

    @property
    def tells(self) -> bool:
        """Whether a list of right options would say anything."""
        return bool(self.right) and self.right != self.options

    def told_in(self, text: str) -> bool:
        """Whether the item's token is followed by its right options and no others."""
        any_option = "|".join(map(re.escape, sorted(self.options)))
        gap = r"[^0-9a-z]{0,12}"
        run = re.compile(
            rf"{self.token}{gap}(?:(?:key|answers?|correct|right){gap})?"
            rf"((?:(?:{any_option}){gap})+)"
        )
        told = {
            frozenset(re.findall(any_option, found[1])) for found in run.finditer(text)
        }
        return told == {self.right}
