"""Files of strangers and damaged ones: a bank or a reason, never a traceback."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from banks import BANK, packed, pairs_of
from fuzzing import tried
from hypothesis import given
from hypothesis import strategies as st

from handbook.interchange.exporting import export
from handbook.interchange.formats import FORMATS, READ
from handbook.interchange.importing import bring_in
from handbook.interchange.readings import InterchangeError
from handbook.interchange.spreadsheets.writing import template
from handbook.reading.yaml_files import read_yaml

BOMB = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><quiz>&b;</quiz>"""
ENTITY = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<quiz><question type="essay"><name><text>&a;</text></name></question></quiz>"""


@pytest.mark.parametrize("raw", [BOMB, ENTITY])
def test_entities_are_refused(raw):
    """Neither grown nor fetched."""
    with pytest.raises(InterchangeError, match="DOCTYPE"):
        bring_in(raw, FORMATS["moodle"], file="x", topic="neu")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (packed(**{"imsmanifest.xml": b" " * 21_000_000}), "太大"),
        (packed(**{"a.txt": b"x"}), "没有 imsmanifest.xml"),
        (packed(**{"imsmanifest.xml": b"<manifest/>"}), "没有 QTI"),
        (packed(**{"imsmanifest.xml": b"<manifest>"}), "不是完整的 XML"),
        (packed(**{"imsmanifest.xml": b"<manifest/>"})[:-9], "损坏"),
        (b"<a>" * 100 + b"</a>" * 100, "没有一道能读的题"),
    ],
)
def test_packages_that_are_none(raw, said):
    """Whatever is wrong is said; nothing is unpacked without end."""
    with pytest.raises(InterchangeError, match=said):
        bring_in(raw, FORMATS["qti21"], file="x", topic="neu")


def test_package_cannot_reach_outside():
    """A path that climbs out of the package names no file of it."""
    manifest = (
        b'<manifest><resources><resource type="imsqti_item_xmlv2p1" '
        b'href="../../etc/passwd"/></resources></manifest>'
    )
    with pytest.raises(InterchangeError, match="压缩包里没有这个文件"):
        bring_in(
            packed(**{"imsmanifest.xml": manifest}),
            FORMATS["qti21"],
            file="x",
            topic="n",
        )


def test_braces_of_others_call_nothing():
    """Banks are templates; what another tool wrote is text."""
    raw = r"::x::\{\{ company('name') \}\} \{% raw %\}是吗？ {T}"
    done = bring_in(raw.encode(), FORMATS["gift"], file="x", topic="neu")

    assert "{{" not in done.text
    assert "{%" not in done.text


SEEDS = {name: export(pairs_of(BANK), FORMATS[name]).content for name in READ}


@given(
    data=st.data(),
    name=st.sampled_from(["gift", "moodle", "aiken", "csv", "qti21", "xlsx"]),
)
@tried(150)
def test_damaged_files_never_break_the_reader(data, name):
    """Cut, spliced and overwritten at random: a bank or a reason, never a traceback."""
    raw = bytearray(SEEDS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), at + data.draw(st.integers(0, 40)))
        raw[at:end] = data.draw(
            st.sampled_from(
                [b"", b"{", b"}", b"=~", b"<", b"&", b"\xff", b"\n\n", b"\0"]
            )
            | st.binary(max_size=8)
        )
    try:
        done = bring_in(bytes(raw), FORMATS[name], file="x", topic="neu")
    except InterchangeError:
        return

    assert read_yaml(done.text, "x")[0] is not None


NAMES = [
    "answers",
    "options",
    "id",
    "stem",
    "source",
    "tags",
    "use",
    "seen",
    "meant",
    "key",
    "a",
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.just("{{ fig('x') }}"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(note=JSON, seen=st.booleans())
@tried(150)
def test_notes_of_strangers_never_break_the_reader(note, seen):
    """A note is believed no further than its shape goes, even with the right digest."""
    raw = export(pairs_of(BANK.replace("id: a,", "id: x,")), FORMATS["gift"]).content
    lines = raw.decode().split("\n")
    for number, line in enumerate(lines):
        if line.startswith("// handbook-item/1"):
            units = json.loads(line.removeprefix("// handbook-item/1"))
            for name, unit in units.items():
                units[name] = {**unit, "meant": note} if seen else note
            lines[number] = f"// handbook-item/1 {json.dumps(units)}"
    done = bring_in("\n".join(lines).encode(), FORMATS["gift"], file="x")

    assert done.items == 7
    assert read_yaml(done.text, "x")[0] is not None


def test_a_spreadsheet_with_entities_is_refused():
    """openpyxl reads XML by defusedxml, since that is here."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template())) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                content = BOMB.replace(b"quiz", b"worksheet")
            new.writestr(entry, content)

    with pytest.raises(InterchangeError, match="损坏"):
        bring_in(out.getvalue(), FORMATS["xlsx"], file="x", topic="neu")
