"""Who somebody is: one person however the number is typed, and no other afterwards."""

from __future__ import annotations

import hashlib

from handbook.canonical import canonical
from handbook.grading.submissions import Person, fold_number
from handbook.harmless import tidied

__all__ = ["fold_number", "is_meant", "is_theirs", "key_for", "other_name"]

_BOUND = 40
"""Digits of a key that is bound to a person; those of older records have 32, by chance."""


def key_for(person: Person, salt: str) -> str:
    """Return the key by which events know a person: hex, in the chain for ever.

    It binds the events to the number and the name that stand outside the chain. Without
    the salt, which goes with the name when somebody is erased, it tells nothing of them.
    """
    told = canonical([salt, fold_number(person.number), person.name])
    return hashlib.sha256(told.encode()).hexdigest()[:_BOUND]


def is_theirs(key: str, person: Person, salt: str | None) -> bool:
    """Whether a key was made for a person; of keys of older records nobody can tell.

    What is no text, as somebody may write into a database, was made for nobody.
    """
    texts = (key, person.number, person.name, salt or "")
    if not all(isinstance(text, str) for text in texts):
        return False
    return len(key) != _BOUND or key == key_for(person, salt or "")


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
