"""Options that several scripts have: each is written once, with its help."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from handbook.commands.private import PrivateFile, unpublished

_Function = TypeVar("_Function", bound=Callable[..., Any])


def root_option(root: Path) -> Callable[[_Function], _Function]:
    """Return the option `--root`: which handbook; this one, if nothing is said."""
    return click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=root,
        is_eager=True,
        help="手册所在的文件夹。",
    )


RECORDS = "records.sqlite"
"""The file in the handbook's folder that holds the records, if nothing else is said."""


def db_option(
    root: Path, what: str = "记录库：文件名或数据库地址", *, needed: bool = True
) -> Callable[[_Function], _Function]:
    """Return the option `--db`: which records; those beside the handbook, if unsaid.

    Args:
        root: the handbook's folder, for a script without `--root`.
        what: how the help begins.
        needed: whether a script works with records at all; else it is told None where
            nothing is said and none are there.
    """

    def named(context: click.Context, _: click.Parameter, said: str) -> str | None:
        """Take the file in the folder that `--root`, read before, names."""
        book = Path(context.params.get("root", root))
        if said:
            file = said.removeprefix("sqlite:///")
            if "://" not in file:
                unpublished(Path(file), book)
            return said
        own = book / RECORDS
        return str(own) if needed or own.is_file() else None

    return click.option(
        "--db",
        default="",
        callback=named,
        help=f"{what}。默认是手册文件夹里的 {RECORDS}。",
    )


_FOR = {
    "text": "text 给人看",
    "table": "table 给人看",
    "owners": "owners 按负责人分开",
    "markdown": "markdown 贴到合并请求里",
    "csv": "csv 用表格软件打开",
    "xlsx": "xlsx 是 Excel 表格",
    "json": "json 给程序看",
    "annotations": "annotations 给 GitHub",
    "gitlab": "gitlab 给 GitLab",
    "sarif": "sarif 给读 SARIF 的平台",
}
"""Whom each form of an answer suits."""


def format_option(*forms: str, piped: str = "") -> Callable[[_Function], _Function]:
    """Return the option `--format`, which a command gets as `style`.

    Args:
        forms: what can be asked for; the first is what comes if nothing is said.
        piped: what comes instead where no terminal shows it; empty if the same.
    """

    def unsaid() -> str:
        return piped if piped and not sys.stdout.isatty() else forms[0]

    told = "，".join(_FOR[form] for form in forms)
    if piped:
        told += f"；不写的，屏幕上是 {forms[0]}，写进文件是 {piped}"
    return click.option(
        "--format", "style", type=click.Choice(forms), default=unsaid, help=f"{told}。"
    )


def output_option(
    root: Path, *suffixes: str, what: str = "", unsaid: str = "不写就打印出来"
) -> Callable[[_Function], _Function]:
    """Return the option `--output`: a file whose name says what comes into it.

    Not every shell's `>` keeps what a program writes: PowerShell reads it as text and
    writes that anew, which no workbook survives.

    Args:
        root: the handbook's folder, for a script without `--root`; nothing goes into
            the website.
        suffixes: how its name may end, without the dot.
        what: for what it is.
        unsaid: what happens if none is named.
    """

    def suited(_: click.Context, __: click.Parameter, said: Path | None) -> Path | None:
        if said and said.suffix[1:] not in suffixes:
            ends = "、".join(f".{suffix}" for suffix in suffixes)
            raise click.UsageError(f"{said} 的结尾要是 {ends}。")
        return said

    return click.option(
        "--output",
        type=PrivateFile(root),
        callback=suited,
        help=f"{what}写到哪个文件；结尾是 {' 或 '.join(suffixes)}。{unsaid}。",
    )
