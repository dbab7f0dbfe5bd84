"""Many needles looked for in one pass, each in several disguises."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import ahocorasick

from handbook.leaks.secrets import Secret
from handbook.leaks.text import squeeze

T = TypeVar("T")

Hit = tuple[Secret, str]
"""A secret, and the disguise that a needle itself undoes."""

_MIN_MASKED = 10
"""Bytes below which a match of differences may be chance."""


Needles = Mapping[str, list[Hit]]


def word_needles(secrets: Iterable[Secret]) -> Needles:
    """Return the words of secrets as they stand in a squeezed text."""
    needles: dict[str, list[Hit]] = {}
    for secret in secrets:
        if secret.name:
            continue
        plain = squeeze(secret.text)
        for text, how in (
            (plain, ""),
            (plain[::-1], "倒写"),
            (squeeze(codecs.encode(secret.text, "rot13")), "字母移位"),
        ):
            if text not in needles or not how:
                needles.setdefault(text, []).append((secret, how))
    return needles


def name_needles(secrets: Iterable[Secret]) -> Needles:
    """Return identifiers as they stand in a text of one case."""
    needles: dict[str, list[Hit]] = {}
    for secret in secrets:
        if not secret.name:
            continue
        plain = secret.text.casefold()
        needles.setdefault(plain, []).append((secret, ""))
        needles.setdefault(plain[::-1], []).append((secret, "倒写"))
        needles.setdefault(codecs.encode(plain, "rot13"), []).append(
            (secret, "字母移位")
        )
    return needles


def masked_needles(
    secrets: Iterable[Secret], differences: Callable[[str], str]
) -> Needles:
    """Return secrets as they stand among differences; see `masked_bytes`."""
    needles: dict[str, list[Hit]] = {}
    for secret in secrets:
        different = differences(secret.text)
        if len(different) >= _MIN_MASKED:
            needles.setdefault(different, []).append((secret, "异或"))
    return needles


def masked_bytes(data: bytes | str) -> str:
    """Return each byte XOR the next: the same whatever one key the bytes hide under."""
    raw = data.encode() if isinstance(data, str) else data
    number = int.from_bytes(raw, "little")
    mixed = (number ^ (number >> 8)).to_bytes(len(raw), "little")
    return mixed[:-1].decode("latin-1")


def masked_units(text: str) -> str:
    """The same for the code units of a browser's string."""
    raw = text.encode("utf-16-le", "surrogatepass")
    number = int.from_bytes(raw, "little")
    mixed = (number ^ (number >> 16)).to_bytes(len(raw), "little")
    return mixed[:-2].decode("utf-16-le", "surrogatepass")


class Finder(Generic[T]):
    """Finds any of many needles in a text, all in one pass.

    The automaton looks through the children of its root one by one, for nearly every
    character of a text. So needles are entered from the first of a few common
    characters on, which keeps the root small (six times faster here); what comes
    before it is compared when the rest was found.
    """

    def __init__(self, needles: Mapping[str, Sequence[T]]) -> None:
        self._automaton = ahocorasick.Automaton()
        rests: dict[str, list[tuple[str, Sequence[T]]]] = {}
        for needle, at in _anchored(needles):
            rests.setdefault(needle[at:], []).append((needle, needles[needle]))
        for rest, whole in rests.items():
            self._automaton.add_word(rest, whole)
        if rests:
            self._automaton.make_automaton()

    def search(self, text: str) -> Iterator[tuple[int, int, T]]:
        """Yield start, end and value of each needle in a text."""
        if not len(self._automaton):
            return
        for last, candidates in self._automaton.iter(text):
            for needle, values in candidates:
                start = last + 1 - len(needle)
                if start >= 0 and text.startswith(needle, start):
                    for value in values:
                        yield start, last + 1, value


_REST = 4
"""Characters of a needle, at least, that the automaton itself compares."""


def _anchored(needles: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield each needle with a place in it where one of a few characters stands."""
    waiting = set(needles)
    while waiting:
        counts = Counter(
            character
            for needle in waiting
            for character in set(needle[: max(1, len(needle) - _REST)])
        )
        common = min(counts, key=lambda c: (-counts[c], c))
        for needle in sorted(waiting):
            at = needle.find(common, 0, max(1, len(needle) - _REST))
            if at >= 0:
                waiting.discard(needle)
                yield needle, at
