"""Staff numbers, so that one person is one person however the number is typed."""

from __future__ import annotations

import unicodedata


def fold_number(number: str) -> str:
    """Return a staff number without width, case and white space: ` a1024 ` is A1024."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return "".join(plain.split())
