"""Where exports may be written, and imports: never into the site, never over a file."""

from __future__ import annotations

import os
from pathlib import Path

from handbook.interchange.readings import InterchangeError

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that is read."""

_SITE_MARKS = ("finder.html", "sitemap.xml")
"""Files of a built site, beside its pages."""


def export_name(topic: str, suffix: str, *, confidential: bool) -> str:
    """Return the name of an exported file; a confidential one says so."""
    return f"{topic}{'-机密' if confidential else ''}{suffix}"


def export_path(output: Path, name: str) -> Path:
    """Return where an export goes: into a folder under its name, or into a named file.

    What has no suffix is a folder, there yet or not: the file's own name must not be
    lost, since it says what is confidential, and keeps it out of the history.
    """
    return output if output.suffix and not output.is_dir() else output / name


def write_export(path: Path, content: bytes, root: Path, *, confidential: bool) -> None:
    """Write an exported file; a confidential one can be read by its owner only.

    Raises:
        InterchangeError: it would be published, or cannot be written.
    """
    whole = path.resolve()
    public = [root.resolve() / name for name in ("content", "site")]
    inside = any(whole.is_relative_to(folder) for folder in public)
    built = any(
        (folder / mark).exists() for folder in whole.parents for mark in _SITE_MARKS
    )
    if inside or built:
        raise InterchangeError(
            f"{path} 在网站里，会公开出去",
            "导出的文件里有答案，请写到别的文件夹，例如 --output ../export/。",
        )
    _write(path, content, 0o600 if confidential else 0o644)


def write_bank(path: Path, text: str, *, replace: bool) -> None:
    """Write an imported bank.

    Raises:
        InterchangeError: the file is there already and is not to be replaced, or it
            cannot be written.
    """
    if path.exists() and not replace:
        raise InterchangeError(
            f"{path} 已经有了，没有动它",
            "换一个文件名；确定要换掉，加 --replace。",
        )
    _write(path, text.encode(), 0o644)


def read_file(path: Path) -> bytes:
    """Return a file to import.

    Raises:
        InterchangeError: it cannot be read or is far too large.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InterchangeError(
                f"{path.name} 超过 {LARGEST // 1024 // 1024} MB",
                "请分几次导出，每次少一些题。",
            )
        return path.read_bytes()
    except OSError as error:
        raise InterchangeError(
            f"{path.name} 打不开（{error.strerror}）", "检查文件名和权限。"
        ) from None


def _write(path: Path, content: bytes, mode: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        raise InterchangeError(
            f"{path} 写不进去（{error.strerror}）", "检查文件夹和权限。"
        ) from None
