"""Numbers as people write them: 3, 2.5, 三, 两, 十五, 一百二十."""

from __future__ import annotations

import re

NUMERAL = r"(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十百]+)"
"""Pattern of a number in digits, or in Chinese up to 999."""

_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {
    "两": 2
}


def number_of(text: str) -> float:
    """Return the number that a text of the pattern says."""
    if text[0] not in _DIGITS and text[0] not in "十百":
        return float(text)
    total, digit = 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * (100 if character == "百" else 10)
            digit = 0
    return float(total + digit)


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, in digits and in Chinese, in order."""
    return [number_of(found) for found in re.findall(NUMERAL, text)]
