"""Staff numbers, so that one person is one person however the number is typed."""

from __future__ import annotations

import unicodedata

from handbook.grading.submissions import Person
from handbook.harmless import tidied


def fold_number(number: str) -> str:
    """Return a staff number without width, case and white space: ` a1024 ` is A1024."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return "".join(plain.split())


def other_name(known: Person, said: str, where: str) -> str:
    """Say that a number is on record under another name, so maybe it is a slip.

    Args:
        known: who has the number, as on record.
        said: the name that came with it; empty where none did.
        where: on what it stands.

    Returns:
        A sentence for a trainer; empty where the names agree.
    """
    name = tidied(said)
    if not name or name == known.name:
        return ""
    return f"请核对：工号 {known.number} 登记的姓名是“{known.name}”，和{where}的不同。"


def is_meant(number: str, name: str, said: str) -> bool:
    """Whether what somebody typed is the staff number or the whole name of a person."""
    return number == fold_number(said) or name == said.strip()
