"""Texts that a program of spreadsheets would run: made harmless, and back."""

from __future__ import annotations

FORMULA = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001 - a spreadsheet takes both widths
"""What makes a program of spreadsheets take a cell for a formula."""


def defused(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; `armed` undoes it."""
    risky = text.lstrip(" '").startswith(FORMULA)
    return f"'{text}" if risky else text


def armed(text: str) -> str:
    """Return what a cell said before it was defused."""
    risky = text.startswith("'") and text.lstrip(" '").startswith(FORMULA)
    return text[1:] if risky else text
