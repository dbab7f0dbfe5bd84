"""Words in lines, for where nothing breaks them: SVG only knows single lines."""

from __future__ import annotations

from itertools import accumulate

_STOPS = "，。、；：？！）"
_NO_LINE_START = _STOPS + "”》…"
_NO_LINE_END = "（“《"
_BONUS = 3
"""Characters by which a line may be less even if it ends with a stop."""
_LAST_NARROW = "\u2000"
"""Behind it characters are mostly as wide as Han."""


def wrap(text: str, most: float) -> tuple[str, ...]:
    """Cut a text into even lines of about so many Han characters, after stops if it can."""
    lines = []
    while (widths := list(accumulate(map(measure, text), initial=0.0)))[-1] > most:
        whole = widths[-1]
        even = whole / -(-whole // most)
        cuts = [
            (abs(widths[at] - even) - (_BONUS if text[at - 1] in _STOPS else 0), at)
            for at in range(1, len(text))
            if text[at] not in _NO_LINE_START and text[at - 1] not in _NO_LINE_END
        ]
        if not cuts:
            break
        _, at = min(cuts)
        lines.append(text[:at].strip())
        text = text[at:].strip()
    return (*lines, text)


def measure(text: str) -> float:
    """Return a text's width in Han characters."""
    return sum(1.0 if c > _LAST_NARROW else 0.58 for c in text)
