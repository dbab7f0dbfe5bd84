"""Pages and what stands in them: clauses, phrases, changes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from handbook.model.data import Day, Identifier, Record, Text
from handbook.model.durations import Duration
from handbook.model.reviews import Reviewed
from handbook.problems import Place


class Kind(StrEnum):
    """What a page is for."""

    POLICY = "policy"
    WORKFLOW = "workflow"
    SCRIPT = "script"
    STANDARD = "standard"
    FORM = "form"
    LESSON = "lesson"
    GUIDE = "guide"
    PRACTICE = "practice"
    EXAM = "exam"
    PATH = "path"
    FLOW = "flow"

    @property
    def has_clauses(self) -> bool:
        """Whether its headings are rules that items may cite."""
        return self in {Kind.POLICY, Kind.WORKFLOW, Kind.STANDARD}

    @property
    def states_rules(self) -> bool:
        """Whether people act on its words, so that somebody must vouch for them.

        The other kinds show data of rules (forms, exams, paths, flows) or tell how the
        tools work; where they say nothing of a check, nothing is missing.
        """
        return self.has_clauses or self in {Kind.SCRIPT, Kind.LESSON}


class Channel(StrEnum):
    """Where the words are said or written."""

    PHONE = "电话"
    ONLINE = "在线"
    DESK = "前台"
    SITE = "现场"
    WRITTEN = "书面"


class Change(Record):
    """A line of a page's `changes`: what moved, and whether its meaning did."""

    date: Day
    clauses: tuple[Identifier, ...]
    kind: Literal["material", "editorial"]
    summary: Text
    before: dict[Identifier, Text] = Field(default_factory=dict)
    """By clause or phrase: how it read before, or the sentences of it that changed."""
    confirm: bool = False
    """Whether everyone of the page's roles must confirm that they read it."""


class Basis(Record):
    """A law or a standard behind some clauses of a page."""

    clauses: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    text: Text
    """Which law, which article: 《消费者权益保护法》第三十九条."""
    says: Text
    """What it asks for, in our own plain words."""
    checked_on: Day | None = None
    """The date of the text that was read; `None`: nobody has read the text itself."""


class FrontMatter(Record):
    """The head of every page."""

    title: Text
    kind: Kind
    owner: Identifier
    """A role."""
    reviewed: Reviewed | None = None
    """The last check against something outside the page; `None`: there was none."""
    review_every: Duration = Duration(12, "个月")
    roles: tuple[Identifier, ...] = ()
    """Roles it is for; empty means everyone."""
    system: tuple[str, ...] = ()
    """Rows of the 制度目录 that it carries."""
    channel: tuple[Channel, ...] = ()
    """For scripts: where its phrases are used, unless one says otherwise under 渠道."""
    tags: tuple[Text, ...] = ()
    changes: tuple[Change, ...] = ()
    basis: tuple[Basis, ...] = ()
    """Laws and standards behind its clauses."""
    description: str = ""
    """One line for the finder and for link previews."""
    hide: tuple[Literal["navigation", "toc", "footer"], ...] = ()
    """Parts of the frame the theme leaves out on this page."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule: a heading with an id on a policy, workflow or standard page."""

    page: str
    """Path relative to `content/`."""
    id: str
    title: str
    level: int
    text: str
    """Everything under the heading up to the next one, plain, figures filled in."""
    figures: frozenset[str]
    """Figures it calls."""
    systems: tuple[str, ...]
    """Rows of the 制度目录 it belongs to: the page's, or those its heading names."""
    place: Place

    @property
    def address(self) -> str:
        """How other files point to it: `policies/complaints.md#same-day-check`."""
        return f"{self.page}#{self.id}"

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that move only when the wording does."""
        return fingerprint(self.title + "\n" + self.text)


BLANK = re.compile("【[^【】]+】")
"""What an agent fills in mid-call, in the words of a phrase."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What an agent says aloud or types: a heading and a block quote in a script."""

    page: str
    id: str
    title: str
    scene: tuple[str, ...]
    """Titles of the headings above it, outermost first."""
    channels: tuple[Channel, ...]
    """Its own, or those of its page."""
    words: str
    """What to say, figures filled in, blanks as 【…】."""
    when: str
    never: tuple[str, ...]
    keywords: tuple[str, ...]
    next_text: str
    """接着, plain."""
    next: tuple[str, ...]
    """Addresses of the phrases named under 接着."""
    basis: tuple[str, ...]
    """Addresses of the clauses it rests on."""
    variants: tuple[str, ...]
    figures: frozenset[str]
    place: Place

    @property
    def address(self) -> str:
        """How other files point to it: `scripts/phone.md#before-transfer`."""
        return f"{self.page}#{self.id}"

    @property
    def blanks(self) -> tuple[str, ...]:
        """Names of what the agent fills mid-call, each once, in order."""
        return tuple(dict.fromkeys(one[1:-1] for one in BLANK.findall(self.words)))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written; `id` is empty where the author gave none."""

    level: int
    title: str
    id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """A macro call found in a page or a data file: `{{ name("argument") }}`."""

    name: str
    arguments: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Link:
    """A Markdown link to another place of the handbook."""

    target: str
    """As written."""
    place: Place


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file under `content/`."""

    path: str
    """Relative to `content/`, with forward slashes."""
    front: FrontMatter
    headings: tuple[Heading, ...]
    clauses: tuple[Clause, ...]
    phrases: tuple[Phrase, ...]
    calls: tuple[Call, ...]
    links: tuple[Link, ...]
    text: str = field(repr=False)
    """Plain text of the whole page, figures filled in."""
    place: Place

    @property
    def url(self) -> str:
        """Address in the built site, relative to its root."""
        return self.path.removesuffix(".md") + ".html"


@lru_cache(maxsize=1 << 15)
def fold(text: str) -> str:
    """Return text without what carries no meaning: width, case, space, punctuation.

    `NFKC` folds full-width forms; what Unicode calls punctuation, symbols used as
    markup and white space are dropped, so that a re-wrapped line or a swapped comma is
    no change of meaning. `%`, `+`, `-`, `~` and `.` between digits are kept: they
    change figures.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = _IN_FIGURES.sub(_spell, plain)
    return _MEANINGLESS.sub("", kept)


_SPELLED = {c: chr(0xE000 + ord(c)) for c in ".:~%+-"}
"""What changes a figure, as characters of the private use area, which are kept."""

_IN_FIGURES = re.compile(r"(?<=\d)[.:~%+-](?=\d)|(?<=\d)%")
_MEANINGLESS = re.compile(r"(?:[^\w\ue000-\ue0ff]|_)+")


def _spell(found: re.Match[str]) -> str:
    return _SPELLED[found[0]]


def fingerprint(text: str) -> str:
    """Return sixteen hex digits of SHA-256 over the folded text."""
    return hashlib.sha256(fold(text).encode()).hexdigest()[:16]
