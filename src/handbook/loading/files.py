"""Which files a handbook is made of, and whether they changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from handbook.code_owners import PATH as CODE_OWNERS

FileState = tuple[str, int, int]
"""A path, its size in bytes, and when it was written, in nanoseconds; of a file that
cannot be looked at, -1."""


def state(root: Path) -> Iterator[FileState]:
    """Yield the state of every file that loading or checking reads."""
    owners = root / CODE_OWNERS
    paths = [*_below(root / "content"), *_below(root / "quizzes")]
    for path in [*paths, *([str(owners)] if owners.is_file() else [])]:
        try:
            status = Path(path).stat()
        except OSError:  # a link to nowhere, or an editor just took it away
            yield path, -1, -1
        else:
            yield path, status.st_size, status.st_mtime_ns


def page_paths(root: Path) -> Iterator[str]:
    """Yield the paths of all pages, relative to `content/`, in order of name."""
    content = root / "content"
    for name in _below(content):
        path = Path(name).relative_to(content).as_posix()
        if path.endswith(".md") and not path.startswith("_data/"):
            yield path


def yaml_paths(root: Path, folder: str) -> Iterator[str]:
    """Yield the paths of a folder's YAML files, relative to the root."""
    for name in _below(root / folder):
        if name.endswith((".yml", ".yaml")):
            yield Path(name).relative_to(root).as_posix()


def _below(folder: Path | str) -> Iterator[str]:
    """Yield every file below a folder, in order of name; hidden ones are nobody's."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if _is_folder(entry, Path(folder)):
            yield from _below(entry.path)
        else:
            yield entry.path


def _is_folder(entry: os.DirEntry[str], within: Path) -> bool:
    """Whether there are files below; a link that leads back to itself has no end."""
    try:
        if not entry.is_dir():
            return False
        target = Path(entry.path).resolve()
        return not (entry.is_symlink() and within.resolve().is_relative_to(target))
    except OSError:  # a link to nothing but itself
        return False
