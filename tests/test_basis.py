"""The legal basis: on its page, in the table of all, and honest about who read what."""

from __future__ import annotations

import pytest
from small_site import FILES, write_handbook

from handbook.loading import load
from handbook.rendering.calls import calls
from handbook.rendering.frame import frame

BASIS = """system: [R2]
        basis:
          - clauses: [hold, answer]
            text: 《乙法》第二条
            says: 要说明|原因
            checked_on: 2025-04-19
          - clauses: [answer]
            text: 《甲法》第一条
            says: 要及时
"""


@pytest.fixture
def small(tmp_path):
    policy = FILES["content/policies/phone.md"].replace("system: [R2]\n", BASIS, 1)
    figures = FILES["content/_data/figures.yml"].replace(
        "promised: true", "promised: true\n            basis: 《甲法》第三条"
    )
    handbook = load(
        write_handbook(
            tmp_path,
            **{
                "content/policies/phone.md": policy,
                "content/_data/figures.yml": figures,
                "content/guide/basis.md": "{{ basis_table() }}",
            },
        )
    )
    assert handbook.sound, handbook.problems
    return handbook


def test_the_table_has_pages_and_figures_law_by_law(small):
    """Articles of one law stand together; what nobody read says so."""
    rows = [
        line.split(" | ")
        for line in calls(small)["basis_table"]().splitlines()
        if line.startswith("| 《")
    ]

    # By the signs of the law's name: 乙 comes before 甲 in Unicode.
    assert ["| 《乙法》第二条", "| 《甲法》第一条", "| 《甲法》第三条"] == [
        row[0] for row in rows
    ]
    assert "[等候](/policies/phone.md#hold)<br>[接听](/policies/phone.md#answer)" in [
        row[2] for row in rows
    ]
    assert {"尚未对照原文 |", "2025-04-19 |"} == {row[3] for row in rows}


def test_the_page_gets_its_own_in_the_frame(small):
    """Plain values for the template, with the titles of clauses."""
    (url, basis), *others = frame(small)["basis"].items()

    assert "policies/phone.html" == url
    assert [] == others
    assert {
        "text": "《乙法》第二条",
        "says": "要说明|原因",
        "read": "文本日期 2025-04-19",
        "clauses": [
            {"id": "hold", "title": "等候"},
            {"id": "answer", "title": "接听"},
        ],
    } == basis[0]
    assert "尚未对照原文" == basis[1]["read"]
