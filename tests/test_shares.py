"""Exact numbers as people read them: rounded half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.model.shares import decimal, percent, percent_short_of


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("18", "18"), ("37/2", "18.5"), ("55/3", "18.33"), ("59/3", "19.67"),
        ("0", "0"), ("1/100", "0.01"), ("1/1000", "0"), ("-1/1000", "0"),
        ("1/200", "0.01"), ("-59/3", "-19.67"), ("1999/1000", "2"),
    ],
)  # fmt: skip
def test_marks_are_rounded(number, text):
    """To the nearest, without idle noughts."""
    assert decimal(Fraction(number)) == text


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_rounding_is_that_of_schools(number, places):
    """As the standard library rounds the same number half up."""
    naive = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    assert Decimal(decimal(Fraction(number), places)) == naive


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ("2/30", "6.7%"), ("1/3", "33.3%"), ("2/3", "66.7%"), ("1/16", "6.3%"),
        ("4/5", "80%"), ("825/1000", "82.5%"), ("0", "0%"), ("1", "100%"),
    ],
)  # fmt: skip
def test_shares_are_rounded(share, text):
    """6.66…% is 6.7%."""
    assert percent(Fraction(share)) == text


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_a_share_short_of_a_mark_reads_as_less(share, mark):
    """However near it is."""
    shown = Fraction(percent_short_of(share, mark).removesuffix("%")) / 100

    assert (shown < mark) == (share < mark) or share >= mark
