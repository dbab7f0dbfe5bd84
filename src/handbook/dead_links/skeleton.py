"""The links of a built site without its words: each target once, for a link checker.

Every page repeats the navigation, and a checker that looks at each link of each page
takes minutes. Here a page keeps the tags that carry ids or links, a link is kept where
it is met first, and what was left out is known by its place, so that a dead target is
told with every page that has it.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

START = "index.html"

UNLINKED = ".unlinked.html"
"""A page of the copy that leads to the pages that no other leads to."""

ELSEWHERE = frozenset({"404.html"})
"""Served for any missing address: its links begin at the server's root."""

_LINKS = frozenset({
    "action", "archive", "background", "cite", "classid", "codebase", "content", "data",
    "formaction", "href", "itemtype", "longdesc", "lowsrc", "manifest", "poster",
    "profile", "src", "srcset", "style", "usemap",
})  # fmt: skip
"""Attributes in which linkchecker looks for links."""

_ONE_ADDRESS = frozenset({"href", "src"})
"""Those that a page repeats; only they are left out where they were met before."""

_ROOT = "file:///site/"
"""Stands for the site's folder, so that climbing above it shows."""

_Attributes = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Where a tag stands in a built page, counted from 1."""

    page: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.page}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Repeated:
    """An id that its page had before: a link to it leads to the first."""

    spot: Spot
    id: str
    first_line: int


@dataclass(slots=True)
class Skeleton:
    """What the copy left out, and what is wrong on the face of it."""

    spots: dict[str, list[Spot]] = field(default_factory=dict)
    """By address from the site's root: where it is linked."""
    repeated: list[Repeated] = field(default_factory=list)
    outside: list[tuple[Spot, str]] = field(default_factory=list)
    """Links that begin at a server's root or climb above the site: dead from a folder."""

    def linked(self, address: str) -> tuple[Spot, ...]:
        """Return every place that links to an address, however it is encoded."""
        wanted = unquote(address)
        return tuple(
            sorted(
                spot
                for written, spots in self.spots.items()
                if unquote(written) == wanted
                for spot in spots
            )
        )


def write_skeleton(site: Path, into: Path) -> Skeleton:
    """Copy a site into an empty folder, its pages as skeletons.

    Pages are taken in the order in which a reader reaches them from the start, so that
    every kept link stands on a page to which kept links lead.
    """
    found = Skeleton()
    pages: dict[str, None] = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_dir() or name in ELSEWHERE:
            continue
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".html":
            pages[name] = None
        else:
            shutil.copyfile(path, into / name)
    unlinked = []
    waiting = deque([START] if START in pages else [])
    pages.pop(START, None)
    while waiting or pages:
        if not waiting:
            unlinked.append(next(iter(pages)))
            waiting.append(unlinked[-1])
            pages.pop(unlinked[-1])
        name = waiting.popleft()
        page = _Page(name, (site / name).read_text(encoding="utf-8"), found)
        (into / name).write_text(page.html(), encoding="utf-8")
        for other in page.leads_to():
            if other in pages:
                pages.pop(other)
                waiting.append(other)
    links = "\n".join(f'<a href="{quote(name)}"></a>' for name in unlinked)
    (into / UNLINKED).write_text(f"<!doctype html>\n{links}\n", encoding="utf-8")
    return found


class _Page(HTMLParser):
    """One page: collects the tags that matter, then drops the links met before."""

    def __init__(self, name: str, source: str, found: Skeleton) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self._found = found
        self._ids: dict[str, int] = {}
        self._based = False
        """Whether a `base` says what links begin from: then nothing is left out."""
        self._tags: list[tuple[Spot, str, _Attributes]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        """Keep what carries an id or a link; a `meta` only where it leads on."""
        line, column = self.getpos()
        spot = Spot(self._name, line, column + 1)
        self._based = self._based or tag == "base"
        names = {key for key, _ in attrs}
        if tag == "meta" and "http-equiv" not in names:
            return
        kept = attrs if tag == "meta" else [one for one in attrs if _matters(tag, one)]
        for key, value in kept:
            if key == "id" and value:
                if value in self._ids:
                    first = self._ids[value]
                    self._found.repeated.append(Repeated(spot, value, first))
                self._ids.setdefault(value, line)
        if kept:
            self._tags.append((spot, tag, kept))

    def leads_to(self) -> Iterator[str]:
        """Yield the files of the site that this page links to."""
        for _spot, _tag, attributes in self._tags:
            for key, value in attributes:
                if key == "href" and value and (address := self._address(value)):
                    yield unquote(address.partition("#")[0].partition("?")[0])

    def html(self) -> str:
        """Return the page with its ids, and with the links not met before."""
        lines = ["<!doctype html>", '<meta charset="utf-8">']
        for spot, tag, attributes in self._tags:
            kept = [
                (key, value)
                for key, value in attributes
                if key not in _ONE_ADDRESS or self._is_new(spot, value or "")
            ]
            if kept:
                said = "".join(f' {key}="{escape(value or "")}"' for key, value in kept)
                lines.append(f"<{tag}{said}></{tag}>")
        return "\n".join(lines) + "\n"

    def _is_new(self, spot: Spot, value: str) -> bool:
        """Note a link; say whether it must be checked here."""
        address = self._address(value)
        if self._based:
            return True
        if address is None:
            if self._climbs(value):
                self._found.outside.append((spot, value))
            return True
        met = self._found.spots.setdefault(address, [])
        met.append(spot)
        # The mark beside each heading: its own id is on the page, letter for letter.
        own = value.startswith("#") and value[1:] in self._ids
        return len(met) == 1 and not own

    def _address(self, value: str) -> str | None:
        """Return a link from the site's root; `None` where it leads out of the site."""
        try:
            parts = urlsplit(value.strip())
            whole = urljoin(f"{_ROOT}{quote(self._name)}", value.strip())
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not whole.startswith(_ROOT):
            return None
        return whole.removeprefix(_ROOT)

    def _climbs(self, value: str) -> bool:
        """Whether a link without a server's name leads above the site's root."""
        parts = urlsplit(value.strip())
        return not (parts.scheme or parts.netloc) and self._address(value) is None


def _matters(tag: str, attribute: tuple[str, str | None]) -> bool:
    key, _value = attribute
    return key == "id" or (key == "name" and tag == "a") or key in _LINKS
