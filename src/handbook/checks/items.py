"""Items: keys that are options, options that differ, reasons, sources."""

from __future__ import annotations

from collections.abc import Iterator

from handbook.checks.names import At, Names
from handbook.handbook import Handbook
from handbook.model.items import (
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    Option,
    OrderItem,
    SingleItem,
)
from handbook.model.pages import fold
from handbook.problems import Place, Problem, guess
from handbook.reading.written import Written


def keys_are_options(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A key names options of its item, and as many as its type asks for."""
    for item in handbook.items.values():
        match item:
            case SingleItem() | MultipleItem() | OrderItem():
                yield from _listed_key(item, written)
            case MatchItem():
                yield from _matched_key(item, written)
            case BlankItem() if item.gaps != len(item.key):
                yield Problem(
                    written.at("item", item.id, "key"),
                    "Q406",
                    f"题干里有 {item.gaps} 个空（____），答案有 {len(item.key)} 组",
                    "每个空写四个下划线；key 里每个空写一组答案，例如 [[三声], [15日]]。",
                )


def _listed_key(
    item: SingleItem | MultipleItem | OrderItem, written: Written
) -> Iterator[Problem]:
    ids = [option.id for option in item.options]
    for number, name in enumerate(item.key):
        if name not in ids:
            yield Problem(
                written.at("item", item.id, "key", number),
                "Q401",
                f"答案“{name}”不是这道题的选项",
                guess(name, ids) or f"选项有：{'、'.join(ids)}。",
            )
        elif name in item.key[:number]:
            yield Problem(
                written.at("item", item.id, "key", number),
                "Q401",
                f"答案“{name}”写了两次",
                "删掉重复的一个。",
            )
    sound = len(set(item.key)) == len(item.key) and set(item.key) <= set(ids)
    if isinstance(item, OrderItem) and sound and set(ids) - set(item.key):
        missing = "、".join(name for name in ids if name not in item.key)
        yield Problem(
            written.at("item", item.id, "key"),
            "Q406",
            f"排序题的答案少了：{missing}",
            "key 要按正确顺序列出全部选项。",
        )


def _matched_key(item: MatchItem, written: Written) -> Iterator[Problem]:
    prompts = [prompt.id for prompt in item.prompts]
    options = [option.id for option in item.options]
    for prompt, option in item.key.items():
        if prompt not in prompts or option not in options:
            wrong, known = (
                (prompt, prompts) if prompt not in prompts else (option, options)
            )
            yield Problem(
                written.at("item", item.id, "key", prompt),
                "Q401",
                f"“{wrong}”不在这道匹配题里",
                guess(wrong, known) or f"可以写：{'、'.join(known)}。",
            )
    missing = [name for name in prompts if name not in item.key]
    if missing:
        yield Problem(
            written.at("item", item.id, "key"),
            "Q406",
            f"匹配题的答案少了：{'、'.join(missing)}",
            "key 要给每个 prompts 写一个选项。",
        )


def options_differ(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Options of an item differ in id and in words: papers know them by their words."""
    for item in handbook.items.values():
        for field, options in _choices(item):
            for what, values in (
                ("编号", [option.id for option in options]),
                ("文字", [fold(option.text) or option.text for option in options]),
            ):
                for number, value in enumerate(values):
                    if value in values[:number]:
                        shown = options[number]
                        name = shown.id if what == "编号" else shown.text
                        yield Problem(
                            written.at("item", item.id, field, number),
                            "Q404",
                            f"选项{what}“{name}”重复",
                            "改成不同的内容；只有标点不同也算重复。"
                            if what == "文字"
                            else "每个选项用不同的编号。",
                        )


def wrong_options_explain(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Whoever picks a wrong option learns why it is wrong."""
    for item in handbook.items.values():
        if not isinstance(item, SingleItem | MultipleItem):
            continue
        if set(item.key) - {option.id for option in item.options}:
            continue  # Q401 says so; which options are wrong is not known
        for number, option in enumerate(item.options):
            if option.id not in item.key and not option.rationale:
                yield Problem(
                    written.at("item", item.id, "options", number),
                    "Q405",
                    f"错误选项“{option.text}”没有解析",
                    "加上 rationale: 说明为什么不对。",
                )


def sources_exist(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """An item tests clauses that exist."""
    names = Names(handbook, written)
    for item in handbook.items.values():
        for number, address in enumerate(item.source):
            at: At = ("item", item.id, "source", number)
            message = f"题目依据的条款不存在：{address}"
            yield from names.unknown("clause", address, "Q402", at, message)


def sources_are_written(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """An item that is asked says which clause it tests; a draft may say it later."""
    for item in handbook.items.values():
        if not item.source:
            yield unsourced(item, written.at("item", item.id, "source"))


def unsourced(item: Item, place: Place) -> Problem:
    """Return what is to be said of an item without a source.

    A draft stands on no page and in no paper: it keeps nobody from publishing the rest.
    """
    cure = "写条款的地址，例如 source: [workflows/phone.md#hold]"
    if item.status != "draft":
        return Problem(place, "Y105", "这道题没有写依据哪一条款", f"{cure}。")
    return Problem(
        place,
        "Q409",
        "草稿还没有写依据哪一条款",
        f"启用以前{cure}；整批题依据同一条的，用 interchange.py import --source "
        "重新导入。",
    )


def _choices(item: Item) -> Iterator[tuple[str, tuple[Option, ...]]]:
    if isinstance(item, SingleItem | MultipleItem | OrderItem | MatchItem):
        yield "options", item.options
    if isinstance(item, MatchItem):
        yield "prompts", item.prompts
