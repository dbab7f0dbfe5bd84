"""What must never stand in a built site, and how it is found in every disguise.

Secret are, of items with `use: exam`: their ids, their rationales, their accepted
answers, which option is right; and their stems anywhere but in the papers that show
them. What also stands, word for word, in the handbook's rules, phrases or practice is
no secret. Every file is read in many *views* (unescaped, without markup, decoded,
reversed …), each of which is searched once for all secrets together.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from handbook.handbook import Handbook
from handbook.leaks.needles import (
    Finder,
    Hit,
    masked_bytes,
    masked_needles,
    masked_units,
    name_needles,
    word_needles,
)
from handbook.leaks.secrets import CANARY, Secret, TokenKey, secrets_of
from handbook.leaks.text import squeeze, unescape
from handbook.leaks.views import Looked, views
from handbook.problems import Place


@dataclass(frozen=True, slots=True)
class Leak:
    """One secret in one file of the site."""

    file: str
    """Relative to the site's folder."""
    item: str
    what: str
    """题目编号, 解析, 题干 …"""
    disguise: str
    """By which view it was found; empty where it stands openly."""
    place: Place | None

    def __str__(self) -> str:
        source = f"，题目在 {self.place}" if self.place else ""
        how = f"（经过{self.disguise}）" if self.disguise else ""
        return f"{self.file}: 出现考试题 {self.item} 的{self.what}{how}{source}"


def find_leaks(
    handbook: Handbook,
    site_dir: Path,
    known: Collection[str] = (),
    processes: int = 1,
) -> list[Leak]:
    """Search every file of a built site; an empty list means it may be published.

    Args:
        handbook: holds the secrets.
        site_dir: the site.
        known: SHA-256 digests, in hexadecimal, of files that came from elsewhere, such
            as a theme's; whoever made them knew no secret of ours.
        processes: how many may search at once, where the system can fork.
    """
    scan = _Scan(handbook)
    files = [path for path in site_dir.rglob("*") if path.is_file()]
    # The largest first, or the last process would be at it when all others are done.
    files.sort(key=lambda path: (-path.stat().st_size, path))
    search = partial(_search, scan, site_dir, known)
    if processes > 1 and "fork" in multiprocessing.get_all_start_methods():
        # Only a fork has the needles without making them again.
        with multiprocessing.get_context("fork").Pool(
            processes, _keep, [search]
        ) as pool:
            found = pool.map(_kept_search, files, chunksize=4)
    else:
        found = [search(path) for path in files]
    return sorted((leak for some in found for leak in some), key=lambda one: one.file)


def _search(
    scan: _Scan, site_dir: Path, known: Collection[str], path: Path
) -> list[Leak]:
    data = path.read_bytes()
    if known and hashlib.sha256(data).hexdigest() in known:
        return []
    return scan.file(path.relative_to(site_dir).as_posix(), data)


_inherited: list[Callable[[Path], list[Leak]]] = []
"""What a forked process searches with; an automaton cannot be sent to it."""


def _keep(search: Callable[[Path], list[Leak]]) -> None:
    _inherited[:] = [search]


def _kept_search(path: Path) -> list[Leak]:
    return _inherited[0](path)


_WORD = re.compile(r"[a-z0-9-]")


class _Scan:
    """All secrets of a handbook, ready to be looked for in any number of files."""

    def __init__(self, handbook: Handbook) -> None:
        self._places = handbook.places
        secrets, self._shown = secrets_of(handbook)
        keys = [
            TokenKey.of(item) for item in handbook.items.values() if item.use == "exam"
        ]
        words = word_needles(secrets)
        self._words = Finder(words)
        self._ascii_words = Finder({t: n for t, n in words.items() if t.isascii()})
        """For views without a single Chinese character: most of the theme's scripts."""
        self._names = Finder(name_needles(secrets))
        self._tokens = Finder({key.token: [key] for key in keys if key.tells})
        self._masked_bytes = Finder(masked_needles(secrets, masked_bytes))
        self._masked_units = Finder(masked_needles(secrets, masked_units))

    def file(self, name: str, data: bytes) -> list[Leak]:
        """Return what one file leaks, each secret once."""
        found: dict[tuple[str, str], Leak] = {}
        for view, how in views(data):
            for secret, disguise in self._hits(name, view):
                key = (secret.item, secret.what)
                if key not in found:
                    found[key] = Leak(
                        name,
                        secret.item,
                        secret.what,
                        "、".join(filter(None, (how, disguise))),
                        self._places.get(("item", secret.item)),
                    )
        return list(found.values())

    def _hits(self, name: str, view: str | bytes) -> Iterator[tuple[Secret, str]]:
        if isinstance(view, bytes):
            masked = self._masked_bytes.search(masked_bytes(view))
            yield from (
                hit
                for hit in self._stems_aside(name, masked)
                if not (hit[0].name and hit[0].text.encode() in view)
            )
            return
        words = self._ascii_words if view.isascii() else self._words
        yield from self._stems_aside(name, words.search(squeeze(view)))
        lower = view.casefold()
        for start, end, hit in self._names.search(lower):
            before = lower[start - 1 : start] if start else ""
            if not (_WORD.match(before) or _WORD.match(lower[end : end + 1])):
                yield hit
        for key in {key for _, _, key in self._tokens.search(lower)}:
            if key.told_in(lower):
                yield Secret(key.item, "正确选项", ""), ""
        if isinstance(view, Looked):
            return
        masked = self._masked_units.search(masked_units(view))
        yield from (
            hit
            for hit in self._stems_aside(name, masked)
            if not (hit[0].name and hit[0].text in view)
        )

    def _stems_aside(
        self, name: str, found: Iterable[tuple[int, int, Hit]]
    ) -> Iterator[Hit]:
        """Leave out the stems that a paper on this page shows."""
        for _, _, hit in found:
            if not self._allowed(hit[0], name):
                yield hit

    def _allowed(self, secret: Secret, name: str) -> bool:
        shown = self._shown.get(name.removesuffix(".gz"), "")
        return secret.stem and squeeze(secret.text) in shown


__all__ = ["CANARY", "Leak", "find_leaks", "squeeze", "unescape"]
