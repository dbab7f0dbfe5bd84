"""The rules of marking: what an answer to one item is worth, as an exact fraction."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from handbook.canonical import canonical
from handbook.model.items import BlankItem, Item, MatchItem, TrueFalseItem
from handbook.papers import option_token, scoring, shown

Key = str | tuple[str, ...] | tuple[tuple[str, ...], ...] | Mapping[str, str]
"""What is right, in tokens. single, multiple: tokens; true_false: `"true"` or
`"false"`; blank: for each gap the accepted wordings; order: tokens in order; match:
prompt to option."""

NONE = Fraction(0)
FULL = Fraction(1)


@dataclass(frozen=True, slots=True)
class Choices:
    """Marks single, multiple and true_false."""

    right: frozenset[str]
    options: frozenset[str]
    one: bool
    """Whether only one may be chosen."""
    scoring: str

    def fault(self, answer: object) -> str:
        """Say in Chinese what is malformed about an answer; empty if nothing is."""
        fault = _list_fault(answer, self.options)
        if not fault and self.one and len(_texts(answer)) > 1:
            return f"这道题只能选一项，答卷里选了 {len(_texts(answer))} 项"
        return fault

    def credit(self, answer: object) -> Fraction:
        """Return what a well-formed answer is worth."""
        chosen = frozenset(_texts(answer))
        if chosen == self.right:
            return FULL
        hits = len(chosen & self.right)
        wrong = len(chosen) - hits
        if self.scoring == "net_correct":
            return _net(hits, wrong, len(self.right))
        if self.scoring == "subset" and not wrong:
            return _share(hits, len(self.right))
        return NONE


@dataclass(frozen=True, slots=True)
class Steps:
    """Marks order: all steps in their order, or nothing."""

    right: tuple[str, ...]

    def fault(self, answer: object) -> str:
        """Say in Chinese what is malformed about an answer; empty if nothing is."""
        return _list_fault(answer, frozenset(self.right))

    def credit(self, answer: object) -> Fraction:
        """Return what a well-formed answer is worth."""
        return FULL if tuple(_texts(answer)) == self.right else NONE


@dataclass(frozen=True, slots=True)
class Gaps:
    """Marks blank, gap by gap."""

    right: tuple[frozenset[str], ...]
    """Folded accepted wordings of each gap."""
    scoring: str

    def fault(self, answer: object) -> str:
        """Say in Chinese what is malformed about an answer; empty if nothing is."""
        if not isinstance(answer, list | tuple):
            return "填空题的答案应当是一组文字，每个空一段"
        if len(answer) != len(self.right):
            return f"这道题有 {len(self.right)} 个空，答卷里有 {len(answer)} 段文字"
        if not all(isinstance(text, str) for text in answer):
            return "填空题的每个空都应当是文字"
        return ""

    def credit(self, answer: object) -> Fraction:
        """Return what a well-formed answer is worth."""
        given = [fold(text) for text in _texts(answer)]
        hits = sum(text in right for text, right in zip(given, self.right, strict=True))
        if hits == len(self.right):
            return FULL
        if self.scoring == "net_correct":
            answered = sum(1 for text in given if text)
            return _net(hits, answered - hits, len(self.right))
        return NONE


@dataclass(frozen=True, slots=True)
class Pairs:
    """Marks match, prompt by prompt."""

    right: Mapping[str, str]
    options: frozenset[str]
    scoring: str

    def fault(self, answer: object) -> str:
        """Say in Chinese what is malformed about an answer; empty if nothing is."""
        if not isinstance(answer, Mapping):
            return "匹配题的答案应当是“提示对选项”的一组对应"
        return _strangers(answer.keys(), self.right.keys()) or _strangers(
            answer.values(), self.options
        )

    def credit(self, answer: object) -> Fraction:
        """Return what a well-formed answer is worth."""
        pairs = answer if isinstance(answer, Mapping) else {}
        hits = sum(self.right.get(prompt) == pairs[prompt] for prompt in pairs)
        if hits == len(self.right):
            return FULL
        if self.scoring == "net_correct":
            return _net(hits, len(pairs) - hits, len(self.right))
        return NONE


Marking = Choices | Steps | Gaps | Pairs
"""How one item is marked, prepared once."""


def marking(
    kind: str,
    key: Key,
    scoring: str,
    options: Iterable[str] = (),
) -> Marking:
    """Prepare the marking of an item from its key and the tokens of its options."""
    match kind, key:
        case "single" | "multiple", tuple():
            one = kind == "single"
            return Choices(frozenset(_texts(key)), frozenset(options), one, scoring)
        case "true_false", str():
            both = frozenset({"true", "false"})
            return Choices(frozenset({key}), both, one=True, scoring=scoring)
        case "blank", tuple():
            gaps = tuple(
                frozenset(fold(wording) for wording in wordings) for wordings in key
            )
            return Gaps(gaps, scoring)
        case "order", tuple():
            return Steps(tuple(_texts(key)))
        case "match", Mapping():
            return Pairs(MappingProxyType(dict(key)), frozenset(options), scoring)
        case _:
            raise ValueError(f"{kind} has no such key: {key!r}")


def marking_of(item: Item) -> Marking:
    """Prepare the marking of an item."""
    tokens = (option.token for option in shown(item).options)
    return marking(item.type, key_of(item), scoring(item), tokens)


def key_of(item: Item) -> Key:
    """Return an item's key in tokens."""
    if isinstance(item, TrueFalseItem):
        return "true" if item.key == "对" else "false"
    if isinstance(item, BlankItem):
        return item.key
    tokens = {option.id: option_token(item.id, option.text) for option in item.options}
    if isinstance(item, MatchItem):
        prompts = {p.id: option_token(item.id, p.text) for p in item.prompts}
        return MappingProxyType(
            {prompts[prompt]: tokens[option] for prompt, option in item.key.items()}
        )
    return tuple(tokens[option] for option in item.key)


def fingerprint(item: Item) -> str:
    """Return sixteen hex digits that move when something moves that grading uses.

    That is the stem, the words of the options, the key and the rule; not ids of
    options, their order, or explanations.
    """
    visible = shown(item)
    key = key_of(item)
    plain: object
    if isinstance(key, Mapping):
        plain = sorted(key.items())
    elif isinstance(item, BlankItem):
        plain = [sorted(wordings) for wordings in item.key]
    elif item.type in {"single", "multiple"}:
        plain = sorted(_texts(key))
    else:
        plain = key
    seen = [
        visible.type,
        visible.stem,
        sorted(option.text for option in visible.options),
        sorted(prompt.text for prompt in visible.prompts),
        visible.scoring,
        plain,
    ]
    return hashlib.sha256(canonical(seen).encode()).hexdigest()[:16]


_TERMINAL = re.compile(r"[。.!?;,、:]+$")
_LOOSE_SPACE = re.compile(r"(?<![0-9a-z]) | (?![0-9a-z])")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return a wording without what does not make it another answer.

    Width, case, white space and marks at the end do not count. Digits are never
    folded into other digits: NFKC would make `10²` into `102` and `③` into `3`.
    A space between Latin words or digits stays: `1 0` is not `10`.
    """
    wide = text if text.isascii() else "".join(map(_compatible, text))
    spaced = re.sub(" +", " ", "".join(map(_spaced, wide.lower())))
    tight = spaced
    # Composing may make a letter Latin no more, and a space beside it loose.
    while (tighter := _composed(tight)) != tight:
        tight = tighter
    return _TERMINAL.sub("", tight) or tight


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", _LOOSE_SPACE.sub("", text))


@lru_cache(maxsize=4096)
def _compatible(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if "\uff10" <= character <= "\uff19" or not any("0" <= c <= "9" for c in plain):
        return plain
    return character


@lru_cache(maxsize=4096)
def _spaced(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category[0] == "Z" or category == "Cc" else character


def _texts(answer: object) -> tuple[str, ...]:
    """Narrow a list that `fault` has already found to hold texts only."""
    return tuple(answer) if isinstance(answer, list | tuple) else ()


def _list_fault(answer: object, known: Collection[str]) -> str:
    if not isinstance(answer, list | tuple):
        return "这道题的答案应当是一组选项"
    fault = _strangers(answer, known)
    if not fault and len(set(answer)) < len(answer):
        return "同一个选项出现了两次"
    return fault


def _strangers(given: Iterable[object], known: Collection[str]) -> str:
    for token in given:
        if not isinstance(token, str):
            return "选项应当用文字标识"
        if token not in known:
            return f"不认识的选项 {token[:20]!a}"
    return ""


@lru_cache(maxsize=1024)
def _share(hits: int, total: int) -> Fraction:
    return Fraction(hits, total)


def _net(hits: int, wrong: int, total: int) -> Fraction:
    return _share(max(0, hits - wrong), total)
