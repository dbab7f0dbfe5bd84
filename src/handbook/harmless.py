"""Words that learners and authors typed, made harmless for terminals and spreadsheets.

HTML has autoescaping templates, Markdown `review.markup.escape`.
"""

from __future__ import annotations

import json
import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NEVER = frozenset("\ufffe\uffff")
"""No characters, and XML (so a workbook) cannot hold them."""

_UNUSUAL = re.compile(r"[^\n -~\u3000-\u9fff\uff01-\uff5e]")
"""All but lines, ASCII, Han and full width: what is worth a second look."""

_FORMULA = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001 - a spreadsheet takes both widths
_NOT_IN_NAMES = r"[]:*?/\'" + "\n"
"""What the name of a sheet may not hold."""
_BEFORE = "' \N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"
"""What may stand before a formula that a spreadsheet takes for one all the same."""


def unseen(character: str) -> bool:
    """Whether a character shows nothing, or changes how others are shown.

    What this Python's Unicode does not know yet may be a rare character of somebody's
    name, and what is for private use may be how an older system wrote one: both stay.
    """
    return unicodedata.category(character) in _UNSEEN or character in _NEVER


def tidied(text: str, between: str = " ") -> str:
    """Return what a person typed, half width, without what cannot be seen.

    Args:
        text: a name or a number.
        between: what stands for white space within it.
    """
    spaced = "".join(
        " " if c.isspace() else "" if unseen(c) else c
        for c in unicodedata.normalize("NFKC", text)
    )
    return between.join(spaced.split())


def visible(text: str) -> str:
    """Return text whose control and direction marks show as `�`; lines are kept.

    A name may otherwise move the cursor, recolour the screen or reverse what follows.
    """
    return _UNUSUAL.sub(
        lambda found: "\N{REPLACEMENT CHARACTER}" if unseen(found[0]) else found[0],
        text,
    )


def cell(text: str) -> str:
    """Return text for a cell of a CSV file: one line, visible, and no formula."""
    return defused(visible(text).replace("\n", " "))


def defused(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; `armed` undoes it."""
    return f"'{text}" if _risky(text) else text


def armed(text: str) -> str:
    """Return what a cell said before it was defused."""
    return text[1:] if text.startswith("'") and _risky(text) else text


def sheet_name(title: str) -> str:
    """Return a title as the name of a sheet: short, without what Excel forbids there."""
    return "".join(c for c in visible(title) if c not in _NOT_IN_NAMES)[:31] or "表"


def as_json(value: object) -> str:
    """Return JSON for programs that a person may look at on a terminal."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def escaped(written: str) -> str:
    """Return JSON in which whatever cannot be seen is escaped; programs read the same."""
    return _UNUSUAL.sub(
        lambda found: json.dumps(found[0])[1:-1] if unseen(found[0]) else found[0],
        written,
    )


def _risky(text: str) -> bool:
    bare = text.lstrip(_BEFORE)
    return bare.startswith(_FORMULA) or bare.lstrip().startswith(_FORMULA)
