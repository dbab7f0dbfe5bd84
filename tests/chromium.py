"""Debian's Chromium, as tests start it; measurements and pictures start the same."""

from __future__ import annotations

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """Where it is, or the one that `CHROMIUM` names; None if there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")
