"""Reading QTI 2.1 and 2.2: packages, and single files of items."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from handbook.interchange.markup import LARGEST, Element, read_xml
from handbook.interchange.plain_text import harmless, tidy
from handbook.interchange.qti.item_reading import read_item
from handbook.interchange.qti.versions import MANIFEST
from handbook.interchange.readings import (
    InterchangeError,
    Notice,
    Readout,
    UnreadableError,
)

MOST_FILES = 5_000
"""Entries of a package."""


def read_qti(raw: bytes) -> Readout:
    """Return the questions of a QTI package or of one item file.

    Raises:
        InterchangeError: it is neither, or is not safe to unpack.
    """
    if not raw.startswith(b"PK"):
        found = Readout()
        _read_item(raw, "文件", [], found)
        return found
    return _read_package(raw)


def _read_package(raw: bytes) -> Readout:
    files = _unpacked(raw)
    name = next((n for n in files if posixpath.basename(n) == MANIFEST), "")
    if not name:
        raise InterchangeError(
            f"压缩包里没有 {MANIFEST}",
            "请在原来的系统里导出“QTI 2.1（或 2.2）内容包”。",
        )
    manifest = read_xml(files[name])
    found = Readout()
    about = manifest.find("metadata", "lom", "general")
    if about is not None:
        found.title = harmless(tidy(_string(about.find("title"))))
        entry = about.find("identifier", "entry")
        found.topic = entry.text.strip() if entry is not None else ""
    folder = posixpath.dirname(name)
    for resource in [one for one in manifest.walk() if one.tag == "resource"]:
        kind = resource.attributes.get("type", "")
        if not kind.startswith("imsqti_item"):
            continue
        href = unquote(resource.attributes.get("href", ""))
        path = posixpath.normpath(posixpath.join(folder, href))
        words = [_string(one) for one in resource.walk() if one.tag == "keyword"]
        if path not in files:
            found.unread.append(
                Notice(
                    href or "清单",
                    "清单里写了这道题，压缩包里没有这个文件",
                    "重新导出。",
                )
            )
            continue
        _read_item(files[path], path, words, found)
    if not found.questions and not found.unread:
        raise InterchangeError(
            "压缩包里没有 QTI 2.1 或 2.2 的题目",
            "QTI 1.2 请先在原来的系统里改选 2.1 导出。",
        )
    return found


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the XML files of a package; one that unpacks to gigabytes is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return dict(_entries(packed))
    except InterchangeError:
        raise
    except Exception:  # noqa: BLE001 - a broken file makes the reader raise anything
        raise InterchangeError(
            "压缩包打不开，可能已经损坏", "请重新导出、重新下载。"
        ) from None


def _entries(packed: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [one for one in packed.infolist() if one.filename.endswith(".xml")]
    left = LARGEST if len(entries) <= MOST_FILES else -1
    for one in entries:
        with packed.open(one) as file:
            # Sizes in the directory may lie: no more is read than is left.
            content = file.read(max(0, left) + 1)
        left -= len(content)
        if left < 0:
            raise InterchangeError("压缩包展开以后太大", "请分几次导出，每次少一些题。")
        yield posixpath.normpath(one.filename), content


def _string(element: Element | None) -> str:
    if element is None:
        return ""
    inner = next(
        (one for one in element.walk() if one.tag in {"string", "langstring"}), element
    )
    return inner.text.strip()


def _read_item(raw: bytes, where: str, words: list[str], found: Readout) -> None:
    try:
        root = read_xml(raw)
    except InterchangeError as error:
        found.unread.append(Notice(where, error.message, error.remedy))
        return
    try:
        found.add(read_item(root, where, words))
    except UnreadableError as error:
        found.unread.append(error.at(where))
