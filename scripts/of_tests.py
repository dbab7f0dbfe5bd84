"""What measurements and pictures share with the tests: how programs are started."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

_TESTS = Path(__file__).resolve().parents[1] / "tests"


def of_tests(module: str) -> Any:  # noqa: ANN401 - whatever is in it
    """Return a module of the tests."""
    if str(_TESTS) not in sys.path:
        sys.path.append(str(_TESTS))
    return import_module(module)
