"""Everything that a file says, openly or in an encoding: its views."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from handbook.leaks.text import DEPTH, unescape

_LARGEST = 64 * 1024 * 1024
"""Bytes that a compressed file may unfold to."""


class Looked(str):
    """A view that is only read, not unmasked: what it is made of was unmasked before."""

    __slots__ = ()


@dataclass(slots=True)
class _Unfolding:
    """Views of a file, each once."""

    seen: set[int] = field(default_factory=set)

    def data(
        self, data: bytes, how: str, depth: int
    ) -> Iterator[tuple[str | bytes, str]]:
        if not data or depth > DEPTH or self._known(data):
            return
        for inner, name in _unpacked(data):
            yield from self.data(inner, _then(how, name), depth + 1)
        for text, name in _texts(data, depth):
            if (
                depth and name
            ):  # a guess at the encoding of decoded data: only looked at
                yield Looked(text), _then(how, name)
            else:
                yield from self.prose(text, _then(how, name), depth)
        yield data, how

    def prose(
        self, text: str, how: str, depth: int
    ) -> Iterator[tuple[str | bytes, str]]:
        if not text or self._known(text):
            return
        yield text, how
        bare = unescape(text)
        if not self._known(bare):
            yield bare, _then(how, "转义")
        for view in (unescape(_TAG.sub("", text)), _TAG.sub("", bare)):
            if not self._known(view):
                yield Looked(view), _then(how, "标记和转义")
        for view, name in ((text, ""), (bare, "转义")):
            # Bytes that a script keeps as characters, to be unmasked in the browser.
            narrow = view.encode("latin-1", "ignore")
            if (name or not view.isascii()) and not self._known(narrow):
                yield narrow, _then(how, name)
        for data, name in _decoded(bare):
            yield from self.data(data, _then(how, name), depth + 1)

    def _known(self, view: str | bytes) -> bool:
        key = hash((isinstance(view, bytes), view))  # b"a" and "a" hash alike
        if key in self.seen:
            return True
        self.seen.add(key)
        return False


def views(data: bytes) -> Iterator[tuple[str | bytes, str]]:
    """Yield everything a file says, openly or in an encoding, and how it was reached."""
    yield from _Unfolding().data(data, "", 0)


def _then(how: str, name: str) -> str:
    return f"{how}、{name}" if how and name else how or name


def _unpacked(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield what a compressed file or an archive holds."""
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as inner:
                yield inner.read(_LARGEST), "压缩"
        except (OSError, EOFError, zlib.error):
            return
    elif data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for entry in archive.infolist():
                    if entry.file_size <= _LARGEST:
                        yield archive.read(entry), f"压缩包里的{entry.filename}"
        except (
            zipfile.BadZipFile,
            OSError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
        ):
            return
    elif data.startswith(_COMPRESSED):
        try:
            yield zlib.decompressobj().decompress(data, _LARGEST), "压缩"
        except zlib.error:
            return


def _texts(data: bytes, depth: int) -> Iterator[tuple[str, str]]:
    """Yield data as text, in each encoding that it may be in."""
    try:
        yield data.decode("utf-8"), ""
        whole = data.count(0) * 5 <= len(data)
    except UnicodeDecodeError:
        yield data.decode("utf-8", "ignore"), ""
        whole = False
    if not whole:
        yield data.decode("utf-16-le", "ignore"), "UTF-16"
        yield data.decode("utf-16-be", "ignore"), "UTF-16"
        if not depth:
            yield data.decode("gb18030", "ignore"), "GB 18030"


_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)


_NUMBERS = re.compile(r"(?:\b\d{2,5}\b[\s,;]{1,3}){7,}\d{2,5}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}")
_WRAPPED = re.compile(
    r"(?<=[A-Za-z0-9+/]{40})(?:\\n|[\s\"',]|(?<=[\s\"'])\+)+(?=[A-Za-z0-9+/=])"
)
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")
_DIGITS = re.compile(r"\d+")
_BYTE = 255
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:,\\x]{0,4}){8,}[0-9a-fA-F]?")


def _decoded(text: str) -> Iterator[tuple[bytes, str]]:
    """Yield the data behind runs of base64, hexadecimal digits and character codes.

    The runs of a text are decoded one by one but searched together: a script holds
    thousands of words that might be base64.
    """
    joined = _WRAPPED.sub("", text)
    runs = [
        run.replace("-", "+").replace("_", "/")
        for run in _BASE64.findall(joined)
        if not run.islower() and not run.isupper()  # names of styles, digests
    ]
    for start in range(4):
        yield from _together((_base64(run[start:]) for run in runs), "Base64")
    digits = [_NOT_HEX.sub("", found[0]) for found in _HEX.finditer(text)]
    for start in range(2):
        parts = (run[start:] for run in digits)
        yield from _together(
            (bytes.fromhex(part[: len(part) // 2 * 2]) for part in parts), "十六进制"
        )
    codes = [
        [int(code) for code in _DIGITS.findall(found[0])]
        for found in _NUMBERS.finditer(text)
    ]
    yield from _together(
        ("".join(map(chr, run)).encode("utf-8", "ignore") for run in codes), "字符编码"
    )
    small = (bytes(run) for run in codes if max(run) <= _BYTE)
    yield from _together(small, "字符编码")


def _together(blobs: Iterable[bytes], how: str) -> Iterator[tuple[bytes, str]]:
    """Yield blobs as one; what is compressed, by itself."""
    plain = []
    for blob in blobs:
        if blob.startswith(_COMPRESSED):
            yield blob, how
        # An even length keeps pairs of bytes together for UTF-16.
        plain.append(blob if len(blob) % 2 == 0 else blob + b"\0")
    if plain:
        yield b"\0\0".join(plain), how


def _base64(run: str) -> bytes:
    whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
    return base64.b64decode(whole + "=" * (-len(whole) % 4))
