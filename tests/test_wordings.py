"""What differs between two wordings, in sentences and in characters."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.wordings import changed, pieces

OLD = "电话铃响三声内接起。超过时限先道歉。旁边的电话没人接，代接。"
NEW = "电话铃响两声内接起。超过时限先道歉。旁边的电话没人接，代接。"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (OLD, NEW, ("电话铃响三声内接起。", "电话铃响两声内接起。")),
        # Only the changed sentence was written down.
        ("电话铃响三声内接起。", NEW, ("电话铃响三声内接起。", "电话铃响两声内接起。")),
        ("旁边没人接，代接。", NEW, ("旁边没人接，代接。", "旁边的电话没人接，代接。")),
        # A sentence went, a sentence came.
        (OLD, "电话铃响三声内接起。旁边的电话没人接，代接。", ("超过时限先道歉。", "")),
        ("超过时限先道歉。", OLD, ("", "电话铃响三声内接起。旁边的电话没人接，代接。")),
        # Nothing of it is left.
        ("甲。", "乙。", ("甲。", "乙。")),
        (OLD, OLD, ("", "")),
    ],
)  # fmt: skip
def test_only_changed_sentences_are_shown(before, after, expected):
    """Whole wordings and excerpts give the same."""
    assert expected == changed(before, after)


def test_scattered_letters_are_not_matched():
    """One equal character between two differences reads as part of them."""
    found = pieces("请在三天内办", "请于五天前办")

    assert [(p.before, p.after) for p in found] == [
        ("请", "请"),
        ("在三天内", "于五天前"),
        ("办", "办"),
    ]


TEXTS = st.text(alphabet="甲乙丙三。！\n", max_size=30)


@given(TEXTS, TEXTS)
def test_pieces_make_up_both_wordings(before, after):
    """Nothing is lost or made up, and differing pieces never stand side by side."""
    found = pieces(before, after)

    assert before == "".join(piece.before for piece in found)
    assert after == "".join(piece.after for piece in found)
    assert not any(
        not one.same and not other.same for one, other in itertools.pairwise(found)
    )


@given(TEXTS, TEXTS)
def test_changed_sentences_come_from_the_wordings(before, after):
    """Every shown sentence stands in its own wording."""
    old, new = changed(before, after)
    squeezed = [text.replace("\n", "") for text in (before, after)]

    assert set(old.replace("\n", "")) <= set(squeezed[0])
    assert set(new) <= set(squeezed[1])
    assert bool(old or new) <= (before != after)
