"""What a trainers' page shows, whichever page it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from handbook.records.sheets import Sheet
from handbook.records.standing.standing import State
from handbook.rendering.plots import Tone

TONES: Mapping[str, Tone] = {
    State.PASSED.value: "good",
    State.WAIVED.value: "good",
    State.EXPIRING.value: "warn",
    State.COOLING.value: "warn",
    State.OUTDATED.value: "bad",
    State.EXPIRED.value: "bad",
    State.FAILED.value: "bad",
    State.EXHAUSTED.value: "bad",
    State.VOIDED.value: "bad",
    State.ABSENT.value: "plain",
    "没有登记的答卷": "warn",
    "开始了没有交卷": "warn",
    "可以": "good",
    "不可以": "bad",
}
"""How a cell is marked that says where somebody stands, by its text."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a page lets choose."""

    name: str
    label: str
    chosen: str
    options: Sequence[tuple[str, str]] = ()
    """Value and text; empty for something to be typed."""
    nothing: str = "全部"
    """What it says where nothing is chosen; empty where something always is."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows."""

    sheets: Sequence[Sheet]
    """The first one can be had as a file."""
    file: Sheet | None = None
    """What is in that file, where it is not what the page shows."""
    plots: Sequence[Markup] = ()
    choices: Sequence[Choice] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    """Where a cell leads, by its text."""
    tones: Mapping[str, Tone] = field(default_factory=lambda: TONES)
    """How a cell is marked, by its text."""
    who: Collection[str] = ("工号", "姓名", "题目")
    """Columns that say of whom or what a row is."""
    whose: str = "工号"
    """The column that leads to all exams of a person."""
    certificates: Sequence[str] = ()
    """For each row of the first sheet: where its certificate is; empty if nowhere."""
    faults: Sequence[str] = ()
    sound: Sequence[str] = ()
    about: str = ""
    note: str = ""
    told: str = ""
    """How much there is, in a sentence; what it means if there is nothing."""
