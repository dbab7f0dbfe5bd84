"""A bank as a QTI package: the manifest, and the files of its items."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

from handbook.interchange.fields import fields_of
from handbook.interchange.labels import labels
from handbook.interchange.markup import document, put
from handbook.interchange.qti.items import item_element
from handbook.interchange.qti.versions import MANIFEST, QTI_21, QTI_22, Version
from handbook.interchange.shown import CONFIDENTIAL, Packed, ShownBank
from handbook.model.items import Item
from handbook.timeless import stamped


def write_qti_21(bank: ShownBank) -> Packed:
    """Return a bank as a QTI 2.1 package."""
    return _package(bank, QTI_21)


def write_qti_22(bank: ShownBank) -> Packed:
    """Return a bank as a QTI 2.2 package."""
    return _package(bank, QTI_22)


def _package(bank: ShownBank, version: Version) -> Packed:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        files = {MANIFEST: document(_manifest(bank, version))}
        for question in bank.questions:
            files[_file(question.item)] = document(item_element(question, version))
        for name, content in files.items():
            packed.writestr(stamped(name), content)
    return Packed(out.getvalue(), {})


def _file(item: Item) -> str:
    return f"items/{item.id}.xml"


def _manifest(bank: ShownBank, version: Version) -> ET.Element:
    root = ET.Element(
        "manifest",
        {
            "xmlns": "http://www.imsglobal.org/xsd/imscp_v1p1",
            "xmlns:lom": "http://ltsc.ieee.org/xsd/LOM",
            "identifier": f"MANIFEST-{bank.topic}",
        },
    )
    if bank.confidential:
        root.append(ET.Comment(f" {CONFIDENTIAL} "))
    about = put(root, "metadata")
    put(about, "schema", f"QTIv{version.number} Package")
    put(about, "schemaversion", "1.0.0")
    general = put(put(about, "lom:lom"), "lom:general")
    identifier = put(general, "lom:identifier")
    put(identifier, "lom:catalog", "service-handbook")
    put(identifier, "lom:entry", bank.topic)
    _said(general, "lom:title", bank.title)
    put(root, "organizations")
    resources = put(root, "resources")
    for question in bank.questions:
        item = question.item
        resource = put(
            resources,
            "resource",
            identifier=f"RES-{item.id}",
            type=version.resource,
            href=_file(item),
        )
        told = put(put(put(resource, "metadata"), "lom:lom"), "lom:general")
        _said(told, "lom:title", item.id)
        for label in labels(fields_of(item)):
            _said(told, "lom:keyword", label)
        put(resource, "file", href=_file(item))
    return root


def _said(parent: ET.Element, tag: str, text: str) -> None:
    put(put(parent, tag), "lom:string", text, language="zh-CN")
