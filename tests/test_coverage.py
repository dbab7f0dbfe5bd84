"""Coverage is counted from what points to a system's clauses."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from handbook.coverage import NEEDS, coverage
from handbook.loading import load

CASES = Path(__file__).parent / "cases/handbook"


def test_counts_of_a_small_handbook():
    """Every need of the one system is met, each counted once."""
    (row,) = coverage(load(CASES))

    assert {
        "page": 2, "figures": 1, "phrases": 2, "forms": 1, "items": 6, "path": 1,
    } == dict(row.counts)  # fmt: skip
    assert () == row.missing


def test_a_hole_is_named():
    """What the row needs and nothing points to is missing."""
    whole = load(CASES)

    (row,) = coverage(dataclasses.replace(whole, phrases={}, figures={}))

    assert ("figures", "phrases") == row.missing


def test_this_handbook_has_no_hole(handbook):
    """Every row of the 制度目录 has all that makes it work."""
    holes = {row.system: row.missing for row in coverage(handbook) if row.missing}

    assert {} == holes


def test_this_handbook_uses_every_need(handbook):
    """The list of needs is the model's own."""
    used = {need for system in handbook.systems.values() for need in system.needs}

    assert set(NEEDS) == used
