"""Before a change: a handbook, the same in a repository, and records."""

from __future__ import annotations

import pytest
from reviewing import committed, record_three, sound


@pytest.fixture
def base(tmp_path):
    """The sound handbook, as it was."""
    return sound(tmp_path / "base")


@pytest.fixture
def tree(tmp_path):
    """The sound handbook in a git repository, to change."""
    return committed(tmp_path / "tree")


@pytest.fixture
def records(tree, tmp_path):
    """Records in which two passed and one failed, yesterday."""
    return record_three(tree, tmp_path / "records.sqlite")
