"""Banks for tests of what other tools get and give: as they are written and shown."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from handbook.interchange.fields import (
    Pair,
    WrittenBank,
)
from handbook.interchange.formats import FORMATS, READ
from handbook.model.items import BankFile
from handbook.reading.shapes import read_shape
from handbook.reading.templates import fill
from handbook.reading.yaml_files import read_yaml

CASES = Path(__file__).parent / "cases/interchange"
BANK = (CASES / "bank.yml").read_text(encoding="utf-8")
"""One item of each kind, with all that a bank can say of one."""

WHOLE = [name for name in READ if FORMATS[name].notes]
"""Formats from which the same bank comes back."""


def bank_from(text: str) -> BankFile:
    """Return a bank from YAML."""
    node, problems = read_yaml(text, "bank.yml")
    assert node is not None
    assert not problems
    bank, problems = read_shape(BankFile, node)
    assert bank is not None, problems
    return bank


def pairs_of(text: str, wording: str = "三声内") -> WrittenBank:
    """Return a bank in both shapes; every macro stands for one wording."""
    written, shown = bank_from(text), bank_from(filled(text, wording))
    pairs = [Pair(w, s) for w, s in zip(written.items, shown.items, strict=True)]
    return WrittenBank(written.topic, written.title, tuple(pairs))


def filled(text: str, wording: str) -> str:
    """Return a text with every call of a macro replaced."""
    return fill(text, lambda _call: wording)


def packed(**files: bytes) -> bytes:
    """Return a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()
