"""What an item file of QTI declares, and the words in it."""

from __future__ import annotations

from handbook.interchange.markup import Element
from handbook.interchange.plain_text import harmless, tidy
from handbook.interchange.qti.versions import SOLUTION
from handbook.interchange.readings import Reading, UnreadableError
from handbook.model.items import GAP

_BREAKS = frozenset({"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr"})
_MEDIA = {
    "img": "图片",
    "object": "附件",
    "audio": "录音",
    "video": "视频",
    "math": "公式",
}


class Declared:
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
        """Return the declaration of the answer to an interaction.

        Raises:
            UnreadableError: there is none.
        """
        name = interaction.attributes.get("responseIdentifier", "")
        found = self.responses.get(name)
        if found is None:
            raise UnreadableError(f"没有声明答案 {name}")
        return found

    def correct(self, interaction: Element) -> list[str]:
        """Return the values that are right; none where only a mapping says so."""
        response = self.response(interaction).find("correctResponse")
        values = response.all("value") if response is not None else []
        return [" ".join(one.text.split()) for one in values]

    def mapped(self, interaction: Element) -> dict[str, float]:
        """Return what values are worth, by value."""
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
        """Return the feedback of a choice; empty if it has none."""
        return next(
            (t for (_, choice), t in self.feedback.items() if choice == name), ""
        )

    def solution(self) -> str:
        """Return the feedback of the whole item; empty if it has none."""
        return self.feedback.get((SOLUTION, SOLUTION), "") or next(
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
