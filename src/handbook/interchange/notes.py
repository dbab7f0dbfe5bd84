"""What a question cannot show, written beside it: a file of ours comes back whole.

A note is made from the question as a reader of the file would read it. For each field
that reads otherwise than it was meant, the note holds what was meant, and a digest of
what was read. On import the field is put right only if it still reads as it did then:
whoever changed a question in the other tool keeps their change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from handbook.interchange.fields import ANSWERS
from handbook.interchange.pieces import LETTERS
from handbook.interchange.readings import Fields
from handbook.model.titles import ITEM_FIELDS
from handbook.reading.yaml_files import Data

MARK = "handbook-item/1"
"""Begins every note; another version is another mark."""

BLANK = f"{MARK} {{}}"
"""A note that knows nothing; it marks a question as ours."""

_UNITS: Mapping[str, tuple[str, ...]] = {
    "answers": ANSWERS,
    **{name: (name,) for name in ITEM_FIELDS if name not in ANSWERS},
}
_LONGEST = 200_000
_DEEPEST = 3
"""Levels of lists and mappings: fields, options, the fields of an option."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A question with what its note knew."""

    fields: dict[str, Data]
    changed: tuple[str, ...] = ()
    """Units that were changed since, whose note therefore no longer counts."""


def note_of(seen: Fields, meant: Fields) -> str:
    """Return the note of a question; empty where it shows all that it means."""
    units: dict[str, object] = {}
    for name, members in _UNITS.items():
        read, right = _part(seen, members), _part(meant, members)
        if read != right:
            units[name] = {"seen": _digest(read), "meant": right}
            if name == "answers" and (options := _option_notes(seen, meant)):
                units["options"] = options
    if not units:
        return ""
    body = json.dumps(units, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"{MARK} {_visible(body)}"


def restore(seen: Fields, note: str) -> Restored:
    """Return a question's fields with what its note knew; a damaged note knows nothing."""
    found = dict(seen)
    units = _read(note)
    if not units:
        return Restored(found)
    changed = []
    for name, members in _UNITS.items():
        unit = units.get(name)
        if not isinstance(unit, dict):
            continue
        read = _part(seen, members)
        if unit.get("seen") == _digest(read):
            for field in members:
                found.pop(field, None)
            found |= {n: v for n, v in _meant(unit).items() if n in members}
        elif read != _meant(unit):
            changed.append(name)
            if name == "answers":
                found |= _with_options(found, _meant(unit), units.get("options"))
    return Restored(found, tuple(changed))


def _visible(body: str) -> str:
    """Escape what lines, comments and XML do not hold; JSON allows it anywhere."""
    escaped = (c if c.isprintable() else json.dumps(c)[1:-1] for c in body)
    return "".join(escaped).replace("--", "-\\u002d")


def _part(fields: Fields, members: tuple[str, ...]) -> dict[str, Data]:
    return {name: fields[name] for name in members if name in fields}


def _meant(unit: object) -> dict[str, Data]:
    meant = unit.get("meant") if isinstance(unit, dict) else None
    return meant if isinstance(meant, dict) and _is_data(meant, _DEEPEST) else {}


def _is_data(value: object, depth: int) -> bool:
    """Whether a value is such as a bank holds; a note may come from anybody."""
    if isinstance(value, str):
        return True
    if isinstance(value, list):
        return depth > 0 and all(_is_data(one, depth - 1) for one in value)
    return (
        isinstance(value, dict)
        and depth > 0
        and all(_is_data(one, depth - 1) for one in value.values())
    )


def _digest(value: object) -> str:
    """Return eight hex digits of a value; white space is the other tool's to change."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(
        "".join(text.replace("\\n", "").split()).encode()
    ).hexdigest()[:8]


def _read(note: str) -> dict[str, object] | None:
    mark, _, body = note.strip().partition(" ")
    if mark != MARK or len(body) > _LONGEST:
        return None
    try:
        units = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return units if isinstance(units, dict) else None


def _option_notes(seen: Fields, meant: Fields) -> dict[str, str]:
    """Return the ids of the options meant, by the digest of each as it reads."""
    read, right = _options(seen), _options(meant)
    if len(read) != len(right) or read == right:
        return {}
    return {
        _digest(one["text"]): str(other["id"])
        for one, other in zip(read, right, strict=True)
    }


def _with_options(
    fields: Mapping[str, Data], meant: Fields, notes: object
) -> dict[str, Data]:
    """Put right each option that still reads as it did, though others were changed."""
    options, key = _options(fields), fields.get("key")
    if not isinstance(notes, dict) or not isinstance(key, list):
        return {}
    wholes = {str(o["id"]): o for o in _options(meant) if {"id", "text"} <= set(o)}
    known = [wholes.get(str(notes.get(_digest(one["text"])))) for one in options]
    taken = {str(one["id"]) for one in known if one}
    names: dict[str, str] = {}
    found: list[Data] = []
    for option, whole in zip(options, known, strict=True):
        old = name = str(option["id"])
        if whole:
            name = str(whole["id"])
        elif name in taken:
            name = next(one for one in LETTERS if one not in taken)
        found.append(dict(whole or option) | {"id": name})
        taken.add(name)
        names[old] = name
    return {
        "options": found,
        "key": [names.get(one, one) if isinstance(one, str) else one for one in key],
    }


def _options(fields: Fields) -> list[dict[str, Data]]:
    options = fields.get("options")
    if not isinstance(options, list):
        return []
    return [one for one in options if isinstance(one, dict)]
