"""What scripts print: texts as they are, tables, files instead."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from handbook.harmless import visible
from handbook.problems.files import unwritten


class _Screen(Console):
    """Shows texts as they are: none is read as markup, none moves the cursor."""

    def render_str(self, text: str, **how: Any) -> Text:  # noqa: ANN401 — rich's own signature
        """Return a text as it is shown, in a cell as on a line."""
        return super().render_str(visible(text), **how)


def screen(wide: int) -> Console:
    """Return where tables are printed; no text in them is read as markup.

    Args:
        wide: columns in a file or a pipe, where no screen says how wide it is.
    """
    return _Screen(
        width=None if sys.stdout.isatty() else wide, markup=False, emoji=False
    )


def put(content: bytes | str, output: Path | None) -> None:
    """Write into a file and say so, or print where none is named."""
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise click.UsageError(unwritten(output, error)) from None
    click.echo(f"已写好：{output}", err=True)
