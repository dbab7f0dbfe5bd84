"""What is kept between builds: JSON in files that tell when they are damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def kept(cache_dir: Path | None, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 JSON
    """Return what was kept under a name, or make it and keep it.

    Args:
        cache_dir: `None` keeps nothing.
        name: a file name that moves with everything the value depends on.
        make: makes the value, JSON; what comes back from a file is the same.
    """
    path = cache_dir and cache_dir / name
    if path and path.is_file():
        digest, _, text = path.read_bytes().partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() == digest:
            return json.loads(text)
    value = make()
    if path:
        text = json.dumps(value, ensure_ascii=False).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{name}.part")
        part.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        part.replace(path)
    return value
