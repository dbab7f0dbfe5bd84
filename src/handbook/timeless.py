"""Zip archives and workbooks whose bytes hang on what is in them, not on the clock."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Time stamp of everything: the same content gives the same bytes."""

_STAMP = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def timeless(raw: bytes) -> bytes:
    """Return a zip archive with every time stamp set to the same moment."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "docProps/core.xml":  # openpyxl stamps it on saving
                data = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", data)
            new.writestr(stamped(entry.filename), data)
    return out.getvalue()


def stamped(name: str) -> zipfile.ZipInfo:
    """Return an entry of that moment, to be packed."""
    entry = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
