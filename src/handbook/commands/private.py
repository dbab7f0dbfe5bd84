"""Files with names, results or answers: never into the website, some for their owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

import click

from handbook.problems.files import unwritten

_SITE_MARKS = ("finder.html", "sitemap.xml")
"""Files of a built site, beside its pages."""


def unpublished(path: Path, root: Path) -> Path:
    """Return a path that nobody can open with a browser.

    Args:
        path: of a file or folder, there yet or not.
        root: the handbook's folder, whose pages and site are public.

    Raises:
        click.UsageError: it is among the pages, or in this site or any other built one.
    """
    whole = path.resolve()
    public = [root.resolve() / name for name in ("content", "site")]
    inside = any(whole.is_relative_to(folder) for folder in public)
    built = any(
        (folder / mark).exists()
        for folder in (whole, *whole.parents)
        for mark in _SITE_MARKS
    )
    if inside or built:
        raise click.UsageError(
            f"{path} 在网站的文件夹里，会公开出去。"
            "里面有姓名、成绩、考题或答案，请写到别的文件夹。"
        )
    return path


class PrivateFile(click.Path):
    """What a script may write names, results or answers into.

    `-` is the standard output where it is allowed.
    """

    def __init__(
        self, root: Path, *, dir_okay: bool = False, allow_dash: bool = False
    ) -> None:
        """Take the handbook's folder, for a script without `--root`."""
        super().__init__(dir_okay=dir_okay, allow_dash=allow_dash, path_type=Path)
        self._root = root

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - click's own signature
        """Return the path, unless it would be published."""
        path = super().convert(value, param, ctx)
        if self.allow_dash and str(path) == "-":
            return path
        said = ctx.params.get("root") if ctx else None
        try:
            return unpublished(Path(os.fsdecode(path)), Path(said or self._root))
        except click.UsageError as error:
            self.fail(error.message, param, ctx)


@contextmanager
def for_owner(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write that only its owner can read, also if it was there before.

    Raises:
        OSError: it cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        if path.is_file():  # no pipe, no terminal
            path.chmod(0o600)
        yield file


@contextmanager
def text_for_owner(path: Path) -> Iterator[TextIO]:
    """Open such a file for text; `-` is the standard output.

    Raises:
        click.UsageError: it cannot be written.
    """
    if str(path) == "-":
        with click.open_file("-", "w", "utf-8") as output:
            yield cast("TextIO", output)
        return
    try:
        with for_owner(path) as file, TextIOWrapper(file, "utf-8") as text:
            yield text
    except OSError as error:
        raise click.UsageError(unwritten(path, error)) from None
