"""What several test modules share: the built handbook."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fuzzing import DEEPER
from hypothesis import settings
from postgres import Server, binaries, postgres

from handbook.handbook import Handbook
from handbook.loading import load
from handbook.records.database.store import Store

ROOT = Path(__file__).parents[1]

# Everywhere the same as in CI: how long an input takes hangs on what else the machine
# does, and a test that fails today should have failed yesterday.
settings.register_profile("handbook", deadline=None, derandomize=DEEPER == 1)
settings.load_profile("handbook")


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


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own; without one, said loudly, and no pass in CI."""
    if binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("Debian's postgresql is missing, and CI tests with it")
        pytest.skip("NOT TESTED on PostgreSQL: install Debian's postgresql")
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where records go: a file, and then a server, that nobody else uses."""
    if request.param == "sqlite":
        return str(tmp_path / "records.sqlite")
    running: Server = request.getfixturevalue("server")
    return running.namespace()


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """Empty records, on each database; a module may fill them, or want one database."""
    with Store(place) as opened:
        yield opened
