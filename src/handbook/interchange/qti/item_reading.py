"""Reading the file of one QTI item: what is asked, and what is right."""

from __future__ import annotations

import re

from handbook.interchange.labels import unlabelled
from handbook.interchange.markup import Element
from handbook.interchange.notes import MARK
from handbook.interchange.pieces import LETTERS, judged, option
from handbook.interchange.plain_text import harmless, tidy
from handbook.interchange.qti.declared import Declared
from handbook.interchange.qti.versions import PROMPT
from handbook.interchange.readings import Reading, UnreadableError
from handbook.model.data import IDENTIFIER
from handbook.model.items import FEWEST_STEPS, MOST
from handbook.reading.yaml_files import Data

_NAMED = re.compile(IDENTIFIER)
_NO_STEM = frozenset(
    {"choiceInteraction", "orderInteraction", "matchInteraction", "rubricBlock"}
)
"""Elements of a body whose words are not the stem."""


def read_item(root: Element, where: str, words: list[str]) -> Reading:
    """Return the question of an item's file.

    Args:
        root: of the file.
        where: what to call it in messages.
        words: keywords that the manifest gives it.

    Raises:
        UnreadableError: it is no item, or of a kind that the handbook does not have.
    """
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
    if len(kinds) > 1 or not kinds <= set(_READERS):
        raise UnreadableError(
            f"题型 {'、'.join(sorted(kinds))} 在手册里没有对应的",
            "在原系统里改成选择、填空、排序或匹配题，再导出。",
        )
    if len(inner) > 1 and kinds != {"textEntryInteraction"}:
        raise UnreadableError("一道题里有几处作答", "拆成几道题，再导出。")
    declared = Declared(root, reading)
    try:
        reading.fields |= _READERS[inner[0].tag](declared, body, inner)
    except UnreadableError as error:
        reading.trouble = error
    if why := declared.solution():
        reading.fields["rationale"] = why
    return reading


def _stem(declared: Declared, body: Element, interaction: Element) -> str:
    prompt = interaction.find("prompt")
    parts = [declared.words(body, _NO_STEM)]
    if prompt is not None:
        parts.append(declared.words(prompt))
    return "\n".join(part for part in parts if part)


def _named(identifiers: list[str], spare: tuple[str, ...]) -> list[str]:
    """Return ids for a bank: those of the file where all of them are such."""
    if len(set(identifiers)) == len(identifiers) and all(
        map(_NAMED.fullmatch, identifiers)
    ):
        return identifiers
    return list(spare[: len(identifiers)])


def _options(
    declared: Declared, choices: list[Element]
) -> tuple[list[Data], dict[str, str]]:
    """Return options, and their new ids by those of the file."""
    if len(choices) > MOST:
        raise UnreadableError(f"有 {len(choices)} 个选项，手册里最多 {MOST} 个")
    old = [one.attributes.get("identifier", "") for one in choices]
    new = _named(old, LETTERS)
    options: list[Data] = []
    for choice, before, name in zip(choices, old, new, strict=True):
        text = declared.words(choice, frozenset({"feedbackInline"}))
        inline = choice.find("feedbackInline")
        why = declared.words(inline) if inline is not None else declared.why(before)
        options.append(option(name, text, why))
    return options, dict(zip(old, new, strict=True))


def _choice(declared: Declared, body: Element, inner: list[Element]) -> dict[str, Data]:
    interaction = inner[0]
    choices = interaction.all("simpleChoice")
    options, names = _options(declared, choices)
    correct = declared.correct(interaction)
    mapped = declared.mapped(interaction)
    stem = _stem(declared, body, interaction)
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
    if mapped and not single and "scoring" not in declared.reading.fields:
        declared.reading.doubts.append("原题有部分得分，这里按全对才得分")
    return {"stem": stem} | found


def _gaps(declared: Declared, body: Element, inner: list[Element]) -> dict[str, Data]:
    key: list[Data] = []
    for gap in inner:
        mapped = declared.mapped(gap)
        best = max(mapped.values(), default=0.0)
        accepted = [w for w, value in mapped.items() if value == best and value > 0]
        words = [harmless(tidy(one)) for one in [*declared.correct(gap), *accepted]]
        key.append(list(dict.fromkeys(one for one in words if one)))
    if not all(key):
        raise UnreadableError("有的空没有写答案")
    return {"type": "blank", "stem": declared.words(body), "key": key}


def _order(declared: Declared, body: Element, inner: list[Element]) -> dict[str, Data]:
    interaction = inner[0]
    options, names = _options(declared, interaction.all("simpleChoice"))
    key: list[Data] = [names.get(one, one) for one in declared.correct(interaction)]
    if len(options) < FEWEST_STEPS or len(key) != len(options):
        raise UnreadableError(
            f"排序题有 {len(options)} 步，答案有 {len(key)} 步；"
            f"手册里要至少 {FEWEST_STEPS} 步，全部排序"
        )
    stem = _stem(declared, body, interaction)
    return {"type": "order", "stem": stem, "options": options, "key": key}


def _match(declared: Declared, body: Element, inner: list[Element]) -> dict[str, Data]:
    interaction = inner[0]
    match interaction.all("simpleMatchSet"):
        case [left_set, right_set]:
            lefts = left_set.all("simpleAssociableChoice")
            rights = right_set.all("simpleAssociableChoice")
        case _:
            raise UnreadableError("匹配题没有左右两组")
    options, names = _options(declared, rights)
    old = [one.attributes.get("identifier", "") for one in lefts]
    new = _named(
        [one.removeprefix(PROMPT) for one in old],
        tuple(f"p{n}" for n in range(1, len(old) + 1)),
    )
    prompts: list[Data] = [
        option(name, declared.words(one)) for one, name in zip(lefts, new, strict=True)
    ]
    renamed = dict(zip(old, new, strict=True))
    key: dict[str, Data] = {}
    for pair in declared.correct(interaction):
        left, _, right = pair.partition(" ")
        if left in key or left not in renamed or right not in names:
            raise UnreadableError(f"匹配题的答案“{pair}”对不上左右两边")
        key[renamed[left]] = names[right]
    return {
        "type": "match",
        "stem": _stem(declared, body, interaction),
        "prompts": prompts,
        "options": options,
        "key": key,
    }


_READERS = {
    "choiceInteraction": _choice,
    "textEntryInteraction": _gaps,
    "orderInteraction": _order,
    "matchInteraction": _match,
}
