"""Words that learners typed, made harmless for terminals and spreadsheets."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

from handbook.model.shares import decimal

_FORMULA = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001 - a spreadsheet takes both widths


def visible(text: str) -> str:
    """Return text whose control and direction marks show as `�`; lines are kept.

    A name may otherwise move the cursor, recolour the screen or reverse what follows.
    """
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else c
        for c in text
    )


def cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    shown = visible(text).replace("\n", " ")
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def score_text(score: Fraction, possible: int) -> str:
    """Return `18/20`, or `17.66/20` where an item gave part of a mark."""
    return f"{decimal(score)}/{possible}"
