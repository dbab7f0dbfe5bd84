"""Exact numbers as people read them: rounded half up, here and nowhere else."""

from __future__ import annotations

from fractions import Fraction


def rounded(number: Fraction) -> int:
    """Return the nearest whole number; halves go away from nought, as at school."""
    whole = abs(number) + Fraction(1, 2)
    return whole.__floor__() * (-1 if number < 0 else 1)


def decimal(number: Fraction, places: int = 2) -> str:
    """Return a number with at most so many decimal places, and no idle noughts."""
    units = rounded(number * 10**places)
    whole, rest = divmod(abs(units), 10**places)
    tail = f"{rest:0{places}d}".rstrip("0") if places else ""
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


def score_text(score: Fraction, possible: int) -> str:
    """Return `18/20`, or `17.66/20` where an item gave part of a mark."""
    return f"{decimal(score)}/{possible}"


def percent(share: Fraction, places: int = 1) -> str:
    """Return a share as a percentage."""
    return f"{decimal(share * 100, places)}%"


def percent_short_of(share: Fraction, mark: Fraction) -> str:
    """Return a share as a percentage that never reads as a mark it does not reach.

    79.96% of a mark of 80% stays 79.96%: rounded, it would stand as 80% beside 未通过.
    """
    places = 1
    while share < mark and rounded(share * 100 * 10**places) >= mark * 100 * 10**places:
        places += 1
    return percent(share, places)
