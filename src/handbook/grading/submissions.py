"""Submissions, and refusals of what is none: what a hand-in becomes when it is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from handbook.harmless import unseen

MAX_BYTES = 1024 * 1024
MAX_TEXT = 1000
"""Characters of a text typed into a gap."""
MAX_PARTS = 50
"""Options, gaps or pairs in one answer."""
MAX_ANSWERS = 500
MAX_NUMBER = 32
MAX_NAME = 40
MAX_REFUSALS = 20
"""How many faults of one file are told one by one."""

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "A601": "答卷文件读不出来",
        "A602": "不是本手册的答卷文件",
        "A603": "答卷缺少内容",
        "A604": "答卷里有不认识或重复的内容",
        "A605": "答卷的内容写法不对",
        "A606": "答卷的校验码对不上",
        "A607": "答卷的时间不合理",
        "A611": "没有这个考试",
        "A612": "现在的手册组不出这份试卷",
        "A613": "试卷发出后手册改过",
        "A614": "卷号和试卷对不上",
        "A615": "答卷里有别的试卷的题",
        "A616": "答案的写法不对",
    }
)
"""Every way in which grading turns an answer file down."""

Via = Literal["file", "server", "invitation", "csv"]
"""By which way a submission came; the server saw only what came to it itself arrive,
and knows who sat it and since when only with an invitation."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a hand-in is turned down: where, what is wrong, what to do, in Chinese."""

    code: str
    place: str
    """The file's name, and within it the field: `王小明.json /person/id`."""
    message: str
    remedy: str
    person: Person | None = field(default=None, compare=False, repr=False)
    """Whose hand-in it was, where that could be read."""
    exam: str = field(default="", compare=False, repr=False)
    """Of which exam, where that could be read."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.code} {self.message}\n    改法：{self.remedy}"


@dataclass(frozen=True, slots=True)
class Person:
    """Who sat the exam, as they said."""

    number: str
    """Staff number, without white space, in capitals, half width."""
    name: str


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer file that is whole; whether its paper exists is for grading to say."""

    exam: str
    form: int
    paper: str
    """Digest of the paper that was shown."""
    sitting: str
    """A UUID made when the sitting began; handing in twice does not change it."""
    person: Person
    started_at: datetime
    submitted_at: datetime
    answers: Mapping[str, object]
    """By item token: a tuple of texts, or a mapping for match."""
    via: Via
    digest: str
    """SHA-256 of the canonical JSON of all that was handed in."""
    delta: str = ""
    """Of a delta paper the day that names it; empty for the whole exam."""

    @property
    def taken(self) -> timedelta | None:
        """How long it took; None where it began as it ended.

        So are rows of tools that note no beginning, such as Google Forms.
        """
        return self.submitted_at - self.started_at or None


def fold_number(number: str) -> str:
    """Return a staff number without width, case and white space: ` a1024 ` is A1024."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return "".join(plain.split())


def clean(text: str, longest: int) -> str:
    """Return text that is safe to print on one line: no controls, nothing invisible."""
    shown = "".join("\ufffd" if unseen(c) else c for c in text[: longest + 1])
    return shown if len(shown) <= longest else shown[:longest] + "…"
