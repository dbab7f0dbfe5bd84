"""Canonical JSON is the text of `json.dumps`, whoever writes it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.canonical import canonical

TEXTS = st.text(st.characters(), max_size=8)
"""Halves of surrogate pairs too: strangers send them."""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)


def plain(value: object) -> str:
    """The same by the standard library."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(VALUES)
def test_it_is_the_text_of_the_standard_library(value):
    """Character for character, or no hash of yesterday would hold today."""
    assert canonical(value) == plain(value)


@pytest.mark.parametrize(
    "value",
    [
        '\x00\x1f\x7f\u2028\ue000\U0001f600"\\/',
        {"\uffff": 1, "\U00010000": 2, "é": 3, "Z": 4, "a": 5},
        2**63, -(2**63), 2**64, 10**40,
        [[[[[1]]]]] * 3,
    ],
)  # fmt: skip
def test_odd_ones_are_written_alike(value):
    """Controls, keys beyond the basic plane, numbers of more than 64 bits."""
    assert canonical(value) == plain(value)


def test_deep_nesting_is_written_alike():
    """Deeper than the faster of the two goes."""
    deep: object = 1
    for _ in range(300):
        deep = [deep]

    assert canonical(deep) == plain(deep)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x"])
def test_what_is_no_json_is_refused(value):
    """As by the standard library."""
    with pytest.raises(TypeError):
        canonical(value)
