"""The schemas for editors: current, explained in Chinese, and no false alarm."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from handbook.editor_schemas import FOLDER, TEXTS, describe, files, models

ROOT = Path(__file__).parents[1]
DATA = [
    *sorted((ROOT / "content/_data").glob("*.yml")),
    *sorted((ROOT / "quizzes").rglob("*.yml")),
]


class Editor(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 does: an editor's `0755`, `9:30` and `No` are no numbers."""


Editor.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
    ("null", r"~|null|", "~n\0"),
):
    Editor.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first)
    )
Editor.add_constructor("tag:yaml.org,2002:int", lambda _loader, node: int(node.value))


def schema_of(path: Path) -> str:
    """The schema that an editor takes for a file."""
    folder = path.parent.name
    return {"banks": "bank", "exams": "exam"}.get(folder, path.stem)


def complaints(name: str, text: str) -> list[str]:
    """What an editor underlines."""
    schema = json.loads((ROOT / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    data = yaml.load(text, Loader=Editor)  # noqa: S506 - a safe loader
    return [
        f"{list(e.path)}: {e.message}"
        for e in Draft7Validator(schema).iter_errors(data)
    ]


@pytest.mark.parametrize(
    ("name", "data"), list(files()), ids=lambda value: str(value)[:40]
)
def test_current(name, data):
    """What is committed is what the models make now."""
    path = ROOT / name

    assert path.is_file() and path.read_bytes() == data, (  # noqa: PT018 - one remedy
        "运行 python scripts/schemas.py，把写出来的文件一起提交"
    )


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_this_handbook_is_not_underlined(path):
    """Every data file, bank and exam as an editor reads it."""
    assert [] == complaints(schema_of(path), path.read_text(encoding="utf-8"))


def test_front_matter_is_not_underlined():
    """Every page's head; a date alone and a whole review."""
    for path in sorted((ROOT / "content").rglob("*.md")):
        head = path.read_text(encoding="utf-8").split("---\n")[1]
        assert [] == complaints("front-matter", head), path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("figures", "figures: [{id: a, name: x, value: 3, wording: y, claus: z}]"),
        ("figures", "figures: [{id: Big, name: x, value: 3, wording: y, clause: z}]"),
        ("exam", "{id: a, title: b, roles: [c], pass_mark: 80}"),
        ("front-matter", "{title: a, kind: polcy, owner: b}"),
        ("front-matter", "{title: a, kind: policy, owner: b, review_every: 半年}"),
        ("front-matter", "{title: a, kind: policy, owner: b, reviewed: {on: 2026-11-20}}"),
        ("front-matter", "{title: a, kind: policy, owner: b, reviewed: 11月20日}"),
        ("calendar", "events: [{id: a, on: {time: 25:00}}]"),
        ("bank", "{topic: a, title: b, items: [{id: c, type: singel}]}"),
    ],
)  # fmt: skip
def test_mistakes_are_underlined(name, text):
    """A misspelt field, a kind that is none, what is no duration, date, share or clock."""
    assert complaints(name, text)


def test_every_field_is_explained():
    """And nothing is explained that is no field."""
    fields = {
        (model.__name__, name) for model in models() for name in model.model_fields
    }
    used = {f"{m}.{f}" if f"{m}.{f}" in TEXTS else f for m, f in fields}

    assert [] == sorted(f"{m}.{f}" for m, f in fields if not describe(m, f))
    assert [] == sorted(set(TEXTS) - used)
