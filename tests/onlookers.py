"""Looks at an output as whoever opens it would: a terminal, a spreadsheet, a browser."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser

from openpyxl import load_workbook

from handbook.harmless import unseen


def as_terminal(raw: bytes | str) -> str:
    """Nothing moves the cursor, recolours or reverses; returns what stands there."""
    text = raw if isinstance(raw, str) else raw.decode()
    odd = {hex(ord(c)) for c in text if c != "\n" and unseen(c)}

    assert not odd, text
    return text


def as_spreadsheet(raw: bytes, *, marks: str = "") -> str:
    """A CSV file or a workbook holds no formula, nothing unseen, no link, no macro.

    Args:
        raw: the file.
        marks: what an author's own words may hold in it.
    """
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            inside = {name: packed.read(name).decode() for name in packed.namelist()}
        assert not [name for name in inside if "macro" in name or "external" in name]
        assert not [n for n, t in inside.items() if "<f>" in t or "<hyperlink" in t]
        sheets = load_workbook(io.BytesIO(raw)).worksheets
        cells = [c for s in sheets for row in s.iter_rows() for c in row if c.value]
        assert {c.data_type for c in cells} <= {"s", "n", "inlineStr"}
        assert all(
            c.quotePrefix for c in cells if str(c.value).startswith(tuple("=+-@"))
        )
        texts = [str(c.value) for c in cells]
    else:
        text = raw.decode("utf-8-sig")
        texts = [one for row in csv.reader(io.StringIO(text)) for one in row]
        assert not [t for t in texts if t.lstrip().startswith(tuple("=+-@＝＋－＠"))]
    told = "\n".join(texts)
    assert not {c for c in told if unseen(c) and c not in marks + "\n"}
    return told


OWN = re.compile(r"\[\('src', '\.{1,2}/server\.js'\)\]")
"""What the one script of the server's own pages says of itself."""


class Browser(HTMLParser):
    """Notes what a browser would do, and what it would show."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.bad: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "script" and OWN.fullmatch(str(attrs)):
            return
        if tag in {"script", "img", "iframe", "object", "embed", "base"}:
            self.bad.append(tag)
        for name, value in attrs:
            leads = name in {"href", "src", "action", "formaction"}
            if (
                name.startswith("on")
                or name == "style"
                or (
                    leads
                    and not re.match(r"[\w.?#/]+([?#&=/.%\w-])*$|data:,$", value or "")
                )
            ):
                self.bad.append(f"{tag} {name}={value}")
            self.told.append(value or "")

    def handle_data(self, data):
        self.told.append(data)


def as_browser(raw: bytes | str) -> str:
    """Names are text; returns all text and all values of attributes."""
    page = Browser()
    page.feed(raw if isinstance(raw, str) else raw.decode())
    told = "\n".join(page.told)

    # A direction mark ends with the cell or the line that it stands in: HTML says so.
    assert page.bad == []
    return told


def as_program(raw: bytes) -> str:
    """JSON that says exactly what there is, and looks harmless on a terminal."""
    as_terminal(raw)
    return json.dumps(json.loads(raw), ensure_ascii=False)


READ = {
    "table": as_terminal, "text": as_terminal, "csv": as_spreadsheet,
    "xlsx": as_spreadsheet, "json": as_program,
}  # fmt: skip
