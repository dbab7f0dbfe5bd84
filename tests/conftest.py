"""What several test modules share: the built handbook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handbook.handbook import Handbook
from handbook.loading import load

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def handbook() -> Handbook:
    """This repository's own handbook."""
    return load(ROOT)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's own handbook, built once as `make build` does it.

    `HANDBOOK_SITE` names a site that is built already, to save a minute at the desk.
    """
    if ready := os.environ.get("HANDBOOK_SITE"):
        return Path(ready)
    target = tmp_path_factory.mktemp("built") / "site"
    ran = subprocess.run(
        [sys.executable, ROOT / "scripts/build.py", "--site-dir", target],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return target
