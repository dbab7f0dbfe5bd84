"""Chinese fonts of the machine, for PDF files to embed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Font:
    """A file, and which of the fonts in it."""

    path: Path
    index: int = 0


_NOTO = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
)
_KNOWN: tuple[tuple[str, int], ...] = (
    *((f"{folder}/NotoSerifCJK-Regular.ttc", 2) for folder in _NOTO),
    *((f"{folder}/NotoSansCJK-Regular.ttc", 2) for folder in _NOTO),
    ("C:/Windows/Fonts/simsun.ttc", 0),
    ("C:/Windows/Fonts/msyh.ttc", 0),
    ("C:/Windows/Fonts/Deng.ttf", 0),
    ("/System/Library/Fonts/Supplemental/Songti.ttc", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", 0),
)
"""Serif first: Debian's and Fedora's Noto, Windows' SimSun, macOS' Songti. In a file of
Noto the third font is the one for Simplified Chinese."""


def find_font(chosen: Path | None = None) -> Font | None:
    """Return the font chosen, or the best that the machine has; None if none."""
    if chosen is not None:
        return Font(chosen)
    found = (Font(Path(path), index) for path, index in _KNOWN)
    return next((font for font in found if font.path.is_file()), None)
