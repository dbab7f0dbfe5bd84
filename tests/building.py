"""Builds small handbooks for tests, straight from values, without a folder.

    book = build_handbook(
        items=[single("greet", right="三声内", wrong=["五声内", "十声内"])],
        exam={"pass_mark": "80%"},
    )

`items` is a list (one bank, topic `service`) or a mapping of topic to list. What an
item or exam does not say has a sensible default; clauses that items cite are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from handbook.handbook import Bank, Handbook
from handbook.model.data import Role
from handbook.model.exams import Exam
from handbook.model.items import GAP, Item
from handbook.model.pages import Clause, FrontMatter, Heading, Page
from handbook.problems import Place

TOPIC = "service"
SOURCE = "policies/service.md#promise"

_ITEM: TypeAdapter[Any] = TypeAdapter(Item)


def item(**fields: Any) -> Item:
    """An exam item from its YAML fields; stem, rationale and source may be left out."""
    fields = {
        "stem": f"关于 {fields['id']}，应该怎么做？",
        "rationale": f"条款里关于 {fields['id']} 的规定。",
        "source": (SOURCE,),
        "use": "exam",
    } | fields
    return _ITEM.validate_python(fields)


def options(texts: Iterable[str], prefix: str = "o") -> list[dict[str, str]]:
    """Options with ids `o1`, `o2` … and a rationale each."""
    return [
        {"id": f"{prefix}{n}", "text": text, "rationale": f"关于“{text}”的解析。"}
        for n, text in enumerate(texts, 1)
    ]


def single(
    id: str,  # noqa: A002 - here and below: reads as the YAML does
    right: str = "对的",
    wrong: Sequence[str] = ("错的一", "错的二"),
    **more: Any,
) -> Item:
    """A single-choice item."""
    return item(
        id=id, type="single", options=options([right, *wrong]), key=("o1",), **more
    )


def multiple(
    id: str,  # noqa: A002
    right: Sequence[str] = ("甲", "乙"),
    wrong: Sequence[str] = ("丙", "丁"),
    **more: Any,
) -> Item:
    """A multiple-choice item."""
    key = tuple(f"o{n}" for n in range(1, len(right) + 1))
    return item(
        id=id, type="multiple", options=options([*right, *wrong]), key=key, **more
    )


def true_false(id: str, key: str = "对", **more: Any) -> Item:  # noqa: A002
    """A statement that holds or does not."""
    return item(id=id, type="true_false", key=key, **more)


def blank(id: str, *gaps: Sequence[str], **more: Any) -> Item:  # noqa: A002
    """A blank item; one list of accepted wordings per gap."""
    gaps = gaps or (("三声", "3声"),)
    stem = "请填写：" + "，".join([GAP] * len(gaps)) + "。"
    return item(
        **{"id": id, "type": "blank", "stem": stem, "key": tuple(map(tuple, gaps))}
        | more
    )


def order(
    id: str,  # noqa: A002
    steps: Sequence[str] = ("登记", "核实", "处理", "回访"),
    **more: Any,
) -> Item:
    """Steps given in the right order."""
    written = options(steps)
    key = tuple(o["id"] for o in written)
    return item(id=id, type="order", options=written, key=key, **more)


def match(
    id: str,  # noqa: A002
    pairs: Mapping[str, str] | None = None,
    spare: Sequence[str] = (),
    **more: Any,
) -> Item:
    """Prompts with their right options, and options left over."""
    pairs = pairs or {"投诉": "当日联系", "咨询": "当场答复"}
    texts = list(dict.fromkeys([*pairs.values(), *spare]))
    prompts = options(pairs, "p")
    written = options(texts)
    ids = {o["text"]: o["id"] for o in written}
    key = {p["id"]: ids[pairs[p["text"]]] for p in prompts}
    return item(id=id, type="match", prompts=prompts, options=written, key=key, **more)


def make_exam(topics: Mapping[str, int], **fields: Any) -> Exam:
    """An exam from its YAML fields; all but the topics may be left out."""
    return Exam.model_validate(
        {
            "id": "entry",
            "title": "上岗考试",
            "roles": ("desk",),
            "blueprint": {"topics": dict(topics)},
            "pass_mark": "80%",
            "bands": {"优秀": "95%", "良好": "90%", "合格": "80%"},
            "time_limit": "40分钟",
        }
        | fields
    )


def page(path: str, clauses: Mapping[str, str], **front: Any) -> Page:
    """A policy page; `clauses` maps each clause's id to its text."""
    place = f"content/{path}"
    made = tuple(
        Clause(
            path, name, f"{name} 的规定", 2, text, frozenset(), (), Place(place, 10 * n)
        )
        for n, (name, text) in enumerate(clauses.items(), 1)
    )
    fields = {
        "title": f"{path} 的标题",
        "kind": "policy",
        "owner": "desk",
        "reviewed": "2026-01-01",
    }
    return Page(
        path=path,
        front=FrontMatter.model_validate(fields | front),
        headings=tuple(Heading(c.level, c.title, c.id, c.place) for c in made),
        clauses=made,
        phrases=(),
        calls=(),
        links=(),
        text="\n".join(clauses.values()),
        place=Place(place),
    )


def build_handbook(
    items: Iterable[Item] | Mapping[str, Iterable[Item]] = (),
    exam: Exam | Mapping[str, Any] | None = None,
    exams: Iterable[Exam] = (),
    pages: Iterable[Page] = (),
    roles: Iterable[Role] = (),
    **more: Any,
) -> Handbook:
    """A handbook of the given parts; `more` replaces whole fields of it.

    `exam` may be a mapping of the YAML fields that matter; without a blueprint it
    draws all active exam items of every bank.
    """
    banks_of = items if isinstance(items, Mapping) else {TOPIC: items}
    banks = {
        topic: Bank(
            topic, f"{topic} 题库", tuple(bank), Place(f"quizzes/banks/{topic}.yml")
        )
        for topic, bank in banks_of.items()
    }
    all_exams = list(exams)
    if isinstance(exam, Mapping):
        topics = {
            topic: n
            for topic, bank in banks.items()
            if (n := sum(i.use == "exam" and i.status == "active" for i in bank.items))
        }
        exam = make_exam(topics, **exam)
    if isinstance(exam, Exam):
        all_exams.append(exam)
    all_pages = {p.path: p for p in pages}
    all_pages |= _cited_pages(banks.values(), all_pages)
    places = {
        ("item", i.id): Place(bank.place.path, 4 + 10 * n, 5)
        for bank in banks.values()
        for n, i in enumerate(bank.items)
    } | {("exam", e.id): Place(f"quizzes/exams/{e.id}.yml") for e in all_exams}
    fields: dict[str, Any] = {
        "root": Path("/nowhere"),
        "company": {"name": "示例公司"},
        "figures": {},
        "roles": {role.id: role for role in roles}
        or {"desk": Role(id="desk", title="前台", summary="接待来访客户")},
        "forms": {},
        "systems": {},
        "synonyms": (),
        "pages": all_pages,
        "clauses": {c.address: c for p in all_pages.values() for c in p.clauses},
        "phrases": {},
        "banks": banks,
        "items": {i.id: i for bank in banks.values() for i in bank.items},
        "exams": {e.id: e for e in all_exams},
        "places": places,
        "item_figures": {},
    }
    return Handbook(**fields | more)


def _cited_pages(banks: Iterable[Bank], known: Mapping[str, Page]) -> dict[str, Page]:
    cited: dict[str, dict[str, str]] = {}
    for bank in banks:
        for one in bank.items:
            for address in one.source:
                path, _, clause = address.partition("#")
                if path not in known:
                    cited.setdefault(path, {})[clause] = f"{clause} 要求这样做。"
    return {path: page(path, clauses) for path, clauses in sorted(cited.items())}


def token(*parts: str) -> str:
    """A stable stand-in for a digest or a uuid's worth of hex in tests."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
