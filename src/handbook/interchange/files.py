"""Where exports are written, and imports: never over a bank."""

from __future__ import annotations

from pathlib import Path

from handbook.commands import for_owner
from handbook.interchange.readings import InterchangeError
from handbook.problems.files import reason

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that is read."""


def export_name(topic: str, suffix: str, *, confidential: bool) -> str:
    """Return the name of an exported file; a confidential one says so."""
    return f"{topic}{'-机密' if confidential else ''}{suffix}"


def export_path(output: Path, name: str) -> Path:
    """Return where an export goes: into a folder under its name, or into a named file.

    What has no suffix is a folder, there yet or not: the file's own name must not be
    lost, since it says what is confidential, and keeps it out of the history.
    """
    return output if output.suffix and not output.is_dir() else output / name


def write_export(path: Path, content: bytes, *, confidential: bool) -> None:
    """Write an exported file; a confidential one can be read by its owner only.

    Raises:
        InterchangeError: it cannot be written.
    """
    _write(path, content, confidential=confidential)


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
    _write(path, text.encode(), confidential=False)


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
            f"{path.name} 打不开（{reason(error)}）", "检查文件名和权限。"
        ) from None


def _write(path: Path, content: bytes, *, confidential: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with for_owner(path) if confidential else path.open("wb") as file:
            file.write(content)
    except OSError as error:
        raise InterchangeError(
            f"{path} 写不进去（{reason(error)}）", "检查文件夹和权限。"
        ) from None
