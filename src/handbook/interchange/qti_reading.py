"""Reading QTI 2.1 and 2.2: packages, and single files of items."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from handbook.interchange.labels import unlabelled
from handbook.interchange.markup import LARGEST, Element, read_xml
from handbook.interchange.notes import MARK
from handbook.interchange.pieces import LETTERS, judged, option
from handbook.interchange.plain_text import harmless, tidy
from handbook.interchange.qti import MANIFEST, PROMPT
from handbook.interchange.readings import (
    InterchangeError,
    Notice,
    Reading,
    Readout,
    UnreadableError,
)
from handbook.model.items import GAP
from handbook.reading.yaml_files import Data

MOST_FILES = 5_000
"""Entries of a package."""

_NAMED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_INTERACTIONS = {
    "choiceInteraction": "choice",
    "textEntryInteraction": "gaps",
    "orderInteraction": "order",
    "matchInteraction": "match",
}
_BREAKS = frozenset({"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr"})
_MEDIA = {
    "img": "图片",
    "object": "附件",
    "audio": "录音",
    "video": "视频",
    "math": "公式",
}


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
        found.add(_item(root, where, words))
    except UnreadableError as error:
        found.unread.append(error.at(where))


def _item(root: Element, where: str, words: list[str]) -> Reading:
    if root.tag != "assessmentItem":
        raise UnreadableError(
            f"不是 QTI 2.1 或 2.2 的题目：最外层是 {root.tag}", "选 QTI 2.1 重新导出。"
        )
    names = root.attributes
    reading = Reading(where, {}, name=names.get("identifier") or names.get("title", ""))
    reading.note = next((c.strip() for c in root.comments if MARK in c), "")
    reading.fields |= unlabelled(harmless(word) for word in words)
    body = root.find("itemBody")
    if body is None:
        raise UnreadableError("没有题目内容（itemBody）")
    inner = [one for one in body.walk() if one.tag.endswith("Interaction")]
    kinds = {one.tag for one in inner}
    if not inner:
        raise UnreadableError("没有作答的地方，是一段说明，不是题目")
    if len(kinds) > 1 or not kinds <= set(_INTERACTIONS):
        raise UnreadableError(
            f"题型 {'、'.join(sorted(kinds))} 在手册里没有对应的",
            "在原系统里改成选择、填空、排序或匹配题，再导出。",
        )
    if len(inner) > 1 and kinds != {"textEntryInteraction"}:
        raise UnreadableError("一道题里有几处作答", "拆成几道题，再导出。")
    scope = _Scope(root, reading)
    kind = _INTERACTIONS[inner[0].tag]
    reader = {"choice": _choice, "gaps": _gaps, "order": _order, "match": _match}[kind]
    try:
        reading.fields |= reader(scope, body, inner)
    except UnreadableError as error:
        reading.trouble = error
    if why := scope.solution():
        reading.fields["rationale"] = why
    return reading


class _Scope:
    """An item's declarations and feedback by their identifiers."""

    def __init__(self, root: Element, reading: Reading) -> None:
        self.reading = reading
        self.responses = {
            one.attributes.get("identifier", ""): one
            for one in root.all("responseDeclaration")
        }
        self.feedback = {
            (
                one.attributes.get("outcomeIdentifier", ""),
                one.attributes.get("identifier", ""),
            ): self.words(one)
            for one in root.all("modalFeedback")
            if one.attributes.get("showHide", "show") == "show"
        }

    def response(self, interaction: Element) -> Element:
        name = interaction.attributes.get("responseIdentifier", "")
        found = self.responses.get(name)
        if found is None:
            raise UnreadableError(f"没有声明答案 {name}")
        return found

    def correct(self, interaction: Element) -> list[str]:
        response = self.response(interaction).find("correctResponse")
        values = response.all("value") if response is not None else []
        return [" ".join(one.text.split()) for one in values]

    def mapped(self, interaction: Element) -> dict[str, float]:
        mapping = self.response(interaction).find("mapping")
        entries = mapping.all("mapEntry") if mapping is not None else []
        found = {}
        for one in entries:
            try:
                value = float(one.attributes.get("mappedValue", "0"))
            except ValueError:
                value = 0.0
            found[one.attributes.get("mapKey", "")] = value
        return found

    def why(self, name: str) -> str:
        return next(
            (t for (_, choice), t in self.feedback.items() if choice == name), ""
        )

    def solution(self) -> str:
        return self.feedback.get(("SOLUTION", "SOLUTION"), "") or next(
            (
                t
                for (_, n), t in self.feedback.items()
                if n.lower() in {"solution", "general", "correct"}
            ),
            "",
        )

    def words(self, element: Element, skip: frozenset[str] = frozenset()) -> str:
        """Return the words within an element, without some elements in it."""
        pieces: list[str] = []
        self._collect(element, skip, pieces)
        return harmless(tidy("".join(pieces)))

    def _collect(
        self, element: Element, skip: frozenset[str], pieces: list[str]
    ) -> None:
        for one in element.content:
            if isinstance(one, str):
                pieces.append(" ".join(one.split("\n")))
            elif one.tag == "textEntryInteraction":
                pieces.append(GAP)
            elif one.tag in _MEDIA:
                what = _MEDIA[one.tag]
                pieces.append(f"【{what}】")
                doubt = f"里面有{what}，没有带过来"
                if doubt not in self.reading.doubts:
                    self.reading.doubts.append(doubt)
            elif one.tag not in skip:
                mark = "\n" if one.tag in _BREAKS else ""
                pieces.append(mark)
                self._collect(one, skip, pieces)
                pieces.append(mark if one.tag != "br" else "")


_ANSWERING = frozenset(_INTERACTIONS) | {"rubricBlock"}


def _stem(scope: _Scope, body: Element, interaction: Element) -> str:
    prompt = interaction.find("prompt")
    parts = [scope.words(body, _ANSWERING - {"textEntryInteraction"})]
    if prompt is not None:
        parts.append(scope.words(prompt))
    return "\n".join(part for part in parts if part)


def _named(identifiers: list[str], spare: tuple[str, ...]) -> list[str]:
    """Return ids for a bank: those of the file where all of them are such."""
    if len(set(identifiers)) == len(identifiers) and all(
        map(_NAMED.fullmatch, identifiers)
    ):
        return identifiers
    return list(spare[: len(identifiers)])


def _options(
    scope: _Scope, choices: list[Element], most: int
) -> tuple[list[Data], dict[str, str]]:
    """Return options, and their new ids by those of the file."""
    if len(choices) > most:
        raise UnreadableError(f"有 {len(choices)} 个选项，手册里最多 {most} 个")
    old = [one.attributes.get("identifier", "") for one in choices]
    new = _named(old, LETTERS)
    options: list[Data] = []
    for choice, before, name in zip(choices, old, new, strict=True):
        text = scope.words(choice, frozenset({"feedbackInline"}))
        inline = choice.find("feedbackInline")
        why = scope.words(inline) if inline is not None else scope.why(before)
        options.append(option(name, text, why))
    return options, dict(zip(old, new, strict=True))


def _choice(scope: _Scope, body: Element, inner: list[Element]) -> dict[str, Data]:
    interaction = inner[0]
    choices = interaction.all("simpleChoice")
    options, names = _options(scope, choices, 10)
    correct = scope.correct(interaction)
    mapped = scope.mapped(interaction)
    stem = _stem(scope, body, interaction)
    single = interaction.attributes.get("maxChoices", "1") == "1"
    if not correct:
        correct = [name for name, value in mapped.items() if value > 0]
    ids = set(names)
    if single and ids == {"true", "false"} and len(correct) == 1:
        verdict = "对" if correct[0] == "true" else "错"
        return {"type": "true_false", "stem": stem, "key": verdict}
    right = {name for name in correct if name in names}
    shares = [100.0 / max(1, len(right)) * (name in right) for name in names]
    found = judged(options, shares, [], single=single)
    found.pop("scoring", None)
    if mapped and not single and "scoring" not in scope.reading.fields:
        scope.reading.doubts.append("原题有部分得分，这里按全对才得分")
    return {"stem": stem} | found


def _gaps(scope: _Scope, body: Element, inner: list[Element]) -> dict[str, Data]:
    key: list[Data] = []
    for gap in inner:
        mapped = scope.mapped(gap)
        best = max(mapped.values(), default=0.0)
        accepted = [w for w, value in mapped.items() if value == best and value > 0]
        words = [harmless(tidy(one)) for one in [*scope.correct(gap), *accepted]]
        key.append(list(dict.fromkeys(one for one in words if one)))
    if not all(key):
        raise UnreadableError("有的空没有写答案")
    return {"type": "blank", "stem": scope.words(body), "key": key}


def _order(scope: _Scope, body: Element, inner: list[Element]) -> dict[str, Data]:
    interaction = inner[0]
    options, names = _options(scope, interaction.all("simpleChoice"), 10)
    key: list[Data] = [names.get(one, one) for one in scope.correct(interaction)]
    if len(options) < 3 or len(key) != len(options):  # noqa: PLR2004 - of the model
        raise UnreadableError(
            f"排序题有 {len(options)} 步，答案有 {len(key)} 步；手册里要至少 3 步，全部排序"
        )
    stem = _stem(scope, body, interaction)
    return {"type": "order", "stem": stem, "options": options, "key": key}


def _match(scope: _Scope, body: Element, inner: list[Element]) -> dict[str, Data]:
    interaction = inner[0]
    sets = interaction.all("simpleMatchSet")
    if len(sets) != 2:  # noqa: PLR2004 - left and right
        raise UnreadableError("匹配题没有左右两组")
    lefts = sets[0].all("simpleAssociableChoice")
    options, names = _options(scope, sets[1].all("simpleAssociableChoice"), 10)
    old = [one.attributes.get("identifier", "") for one in lefts]
    new = _named(
        [one.removeprefix(PROMPT) for one in old],
        tuple(f"p{n}" for n in range(1, len(old) + 1)),
    )
    prompts: list[Data] = [
        option(name, scope.words(one)) for one, name in zip(lefts, new, strict=True)
    ]
    renamed = dict(zip(old, new, strict=True))
    key: dict[str, Data] = {}
    for pair in scope.correct(interaction):
        left, _, right = pair.partition(" ")
        if left in key or left not in renamed or right not in names:
            raise UnreadableError(f"匹配题的答案“{pair}”对不上左右两边")
        key[renamed[left]] = names[right]
    return {
        "type": "match",
        "stem": _stem(scope, body, interaction),
        "prompts": prompts,
        "options": options,
        "key": key,
    }
