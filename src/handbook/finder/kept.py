"""What is kept between builds: JSON in files that tell when they are damaged or stale."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def kept(cache_dir: Path | None, name: str, key: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 JSON
    """Return what was kept under a name and a key, or make it and keep it.

    A file holds the value of one key only, so that no build leaves files behind.

    Args:
        cache_dir: `None` keeps nothing.
        name: a file name.
        key: moves with everything that the value depends on.
        make: makes the value, JSON; what comes back from a file is the same.
    """
    value = recall(cache_dir, name, key)
    if value is None:
        value = make()
        keep(cache_dir, name, key, value)
    return value


def recall(cache_dir: Path | None, name: str, key: str) -> Any:  # noqa: ANN401 JSON
    """Return what was kept under a name and a key; `None` where nothing whole was."""
    path = cache_dir and cache_dir / name
    if path and path.is_file():
        head, _, text = path.read_bytes().partition(b"\n")
        if head == _head(key, text):
            return json.loads(text)
    return None


def keep(cache_dir: Path | None, name: str, key: str, value: object) -> None:
    """Keep a value, JSON, in place of what was kept under the same name."""
    if not cache_dir:
        return
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    cache_dir.mkdir(parents=True, exist_ok=True)
    part = cache_dir / f"{name}.part"
    part.write_bytes(_head(key, text) + b"\n" + text)
    part.replace(cache_dir / name)


def digest_of(*texts: str) -> str:
    """Return a key that moves with every one of some texts."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()[:24]


def _head(key: str, text: bytes) -> bytes:
    return f"{key} {hashlib.sha256(text).hexdigest()}".encode()
