"""Runs scripts as people type them, in this process: starting Python costs a second."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path

import click
from click.testing import CliRunner, Result

SCRIPTS = Path(__file__).parents[1] / "scripts"


@cache
def command(name: str) -> click.Command:
    """The command of a script, by its file's name without the ending."""
    spec = importlib.util.spec_from_file_location(
        f"script_{name}", SCRIPTS / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # data classes ask for it
    sys.path.insert(0, str(SCRIPTS))  # some have modules beside them
    spec.loader.exec_module(module)
    sys.path.remove(str(SCRIPTS))
    return module.main


def run(name: str, *words: object, answers: str = "") -> Result:
    """Run a script; an error that it does not tell itself fails the test.

    Args:
        name: of the script.
        words: what stands behind it.
        answers: what is typed where it asks.
    """
    ran = CliRunner(env={"COLUMNS": "200"}).invoke(
        command(name), [str(word) for word in words], input=answers
    )
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran
