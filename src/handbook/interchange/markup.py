"""XML of other tools as a tree with line numbers; hostile files are refused."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax import SAXException, handler
from xml.sax.xmlreader import InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from handbook.interchange.readings import InterchangeError

DEEPEST = 60
"""Levels of elements that no question needs."""
LARGEST = 20 * 1024 * 1024
"""Bytes; ten thousand questions have fewer."""

_DECLARED = re.compile(
    rb"^\s*<\?xml[^>]*encoding\s*=\s*['\"]([A-Za-z0-9._-]+)['\"][^>]*\?>"
)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "cp936"})


@dataclass(slots=True)
class Element:
    """An element without its namespace."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    """Texts of the comments right within it."""

    @property
    def children(self) -> list[Element]:
        """The elements right within it."""
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def text(self) -> str:
        """All text within it, at any depth."""
        return "".join(
            one if isinstance(one, str) else one.text for one in self.content
        )

    def find(self, *path: str) -> Element | None:
        """Return the first element down a path of tags."""
        here = self
        for tag in path:
            found = next((one for one in here.children if one.tag == tag), None)
            if found is None:
                return None
            here = found
        return here

    def all(self, tag: str) -> list[Element]:
        """Return the elements of a tag right within it."""
        return [one for one in self.children if one.tag == tag]

    def walk(self) -> Iterator[Element]:
        """Yield it and every element within it, in order."""
        yield self
        for one in self.children:
            yield from one.walk()


def read_xml(raw: bytes) -> Element:
    """Return the root of a document.

    Document types are refused altogether: no file of a question tool needs one, and
    entities are how a small file reads other files or grows to gigabytes.

    Raises:
        InterchangeError: it is no XML, is too big, or has a document type.
    """
    if len(raw) > LARGEST:
        raise InterchangeError(
            f"文件超过 {LARGEST // 1024 // 1024} MB", "请分几次导出，每次少一些题。"
        )
    tree = _Tree()
    parser: Any = create_parser(forbid_dtd=True)
    parser.setFeature(handler.feature_namespaces, 1)
    parser.setContentHandler(tree)
    parser.setProperty(handler.property_lexical_handler, tree)
    source = InputSource()
    source.setByteStream(io.BytesIO(_in_utf8(raw)))
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise InterchangeError(
            "文件里有 DOCTYPE 或实体声明，不读这样的文件",
            "请在原来的系统里重新导出；题库文件不需要它们。",
        ) from None
    except SAXException as error:
        line = getattr(error, "getLineNumber", lambda: 0)() or 0
        raise InterchangeError(
            f"第 {line} 行不是完整的 XML", "文件可能没有下载完，请重新导出。"
        ) from None
    except (ValueError, LookupError, UnicodeError):
        raise InterchangeError(
            "文件的编码读不出来", "请重新导出，编码选 UTF-8。"
        ) from None
    if tree.root is None:
        raise InterchangeError("文件是空的", "请重新导出。")
    return tree.root


def _in_utf8(raw: bytes) -> bytes:
    """Return a document in UTF-8 where expat does not know its encoding."""
    declared = _DECLARED.match(raw)
    name = declared[1].decode("ascii").lower() if declared else ""
    if declared and name in _CHINESE:
        text = raw[declared.end() :].decode("gb18030")
        return text.encode()
    return raw.removeprefix(codecs.BOM_UTF8)


class _Tree(handler.ContentHandler, handler.LexicalHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self._open: list[Element] = []
        self._locator: Any = None

    def setDocumentLocator(self, locator: object) -> None:  # noqa: N802 - SAX's name
        self._locator = locator

    def startElementNS(self, name: Any, _qname: Any, attrs: Any) -> None:  # noqa: N802, ANN401 - SAX's own
        if len(self._open) >= DEEPEST:
            raise ValueError
        attributes = {local: value for (_uri, local), value in attrs.items()}
        found = Element(name[1], self._locator.getLineNumber() or 0, attributes)
        if self._open:
            self._open[-1].content.append(found)
        else:
            self.root = found
        self._open.append(found)

    def endElementNS(self, _name: Any, _qname: Any) -> None:  # noqa: N802, ANN401 - SAX's own
        self._open.pop()

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].content.append(content)

    def comment(self, content: str) -> None:
        if self._open:
            self._open[-1].comments.append(content)


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not."""


def legal(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return _ILLEGAL.sub("", text)


def put(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Append an element with a text to another and return it."""
    found = ET.SubElement(parent, tag, attributes)
    if text:
        found.text = legal(text)
    return found


def document(root: ET.Element) -> bytes:
    """Return a document as a file, indented for people."""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
