"""What a script arranges around its work: memory, and how it ends."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager

import click

from handbook.problems.files import unopened


def spare_collector() -> None:
    """Let the garbage collector pass over what is loaded by now, and look seldom.

    A handbook stays for as long as the process that works with it, and holds a million
    things; records that are marked and written hold no cycles. Looking through all of
    that again and again took a third of the time of a long run, and where everyone
    stands is told of two hundred thousand tuples that hold no cycle either.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(300_000, 20, 100)


def mended_first(blocking: Sized, then: str) -> None:
    """Refuse to go on while problems of the handbook stand in the way.

    Args:
        blocking: the problems.
        then: what can be done once they are mended.

    Raises:
        click.UsageError: there are some.
    """
    if blocking:
        raise click.UsageError(
            f"手册里有 {len(blocking)} 个问题要先改好，再{then}。"
            "运行 python scripts/check.py 查看。"
        )


@contextmanager
def leaving(
    *failures: type[Exception], told: Callable[[str], str] = str
) -> Iterator[None]:
    """Print why something could not be done, and leave with 2.

    Args:
        failures: whose message is for a trainer; what the system says is put in Chinese.
        told: makes the message fit for a terminal.
    """
    try:
        yield
    except failures as failure:
        said = unopened(failure) if isinstance(failure, OSError) else str(failure)
        click.echo(told(said), err=True)
        sys.exit(2)
