"""Papers: the drawing of parallel forms, and that no key can reach one."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import combinations
from math import comb

import pytest
from building import (
    blank,
    build_handbook,
    make_exam,
    match,
    multiple,
    order,
    single,
    true_false,
)
from fuzzing import tried
from hypothesis import given
from hypothesis import strategies as st

from handbook.handbook import Handbook
from handbook.model.items import BlankItem, Item, MatchItem, TrueFalseItem
from handbook.papers import Paper, draw, drawn_items, item_token, option_token


def everything() -> list[Item]:
    """One item of each type, and a choice of scoring rules."""
    return [
        single("greet"),
        multiple("calm", scoring="subset"),
        true_false("promise"),
        blank("rings", ("三声", "3声"), ("十秒",), scoring="net_correct"),
        order("steps"),
        match("who", spare=["转财务"], scoring="net_correct"),
    ]


def as_bytes(paper: Paper) -> bytes:
    """All of a paper, as a site could print it."""
    return json.dumps(asdict(paper), ensure_ascii=False).encode()


def ids(book: Handbook, form: int, exam: str = "entry") -> set[str]:
    """Ids of the items that a form draws."""
    return {item.id for item in drawn_items(book, draw(book, exam, form))}


def test_a_paper_shows_what_a_learner_needs():
    """Each type shows its options, prompts and gaps; true_false and blank no options."""
    paper = draw(build_handbook(everything(), exam={}), "entry", 1)
    shown = {item.type: item for item in paper.items}

    assert len(shown["single"].options) == 3
    assert len(shown["multiple"].options) == 4
    assert shown["multiple"].scoring == "subset"
    assert shown["true_false"].options == ()
    assert shown["blank"].options == ()
    assert shown["blank"].gaps == 2
    assert len(shown["order"].options) == 4
    assert [len(shown["match"].prompts), len(shown["match"].options)] == [2, 3]
    assert (paper.exam, paper.title, paper.form) == ("entry", "上岗考试", 1)
    assert paper.seconds == 40 * 60


def test_a_paper_is_the_same_every_time():
    """A digest is pinned: another way of drawing makes every paper in hand stale."""
    book = build_handbook(everything(), exam={"forms": 2})

    digests = [draw(book, "entry", form).digest for form in (1, 2)]

    assert digests == [
        "12a9dcb4a546c7a165b6617e1a291dd0",
        "8fbe1df63b90d721bb0e6975da223ff9",
    ]


def test_tokens_are_pinned():
    """Tokens name items in answer files that are kept for years."""
    assert item_token("greet") == "1682d4e30ed3"
    assert option_token("greet", "三声内") == "2f01b0ec1a90"


def test_no_id_reaches_a_paper():
    """Ids often say what is asked; a paper has tokens only."""
    items = [single(f"item-about-{n}", stem="怎么做？") for n in range(6)]
    book = build_handbook(items, exam={})

    assert b"item-about" not in as_bytes(draw(book, "entry", 1))
    assert b"o1" not in as_bytes(draw(book, "entry", 1))


def test_the_blueprint_says_how_many_items_of_each_topic():
    """Each form has as many items of a topic as the blueprint asks for."""
    banks = {t: [single(f"{t}-{n}") for n in range(9)] for t in ("phone", "desk")}
    exam = make_exam({"phone": 4, "desk": 2}, forms=3)
    book = build_handbook(banks, exam)

    for form in (1, 2, 3):
        topics = [book.topics()[i] for i in ids(book, form)]

        assert (topics.count("phone"), topics.count("desk")) == (4, 2)


def test_only_active_exam_items_count():
    """Practice items, drafts and retired items stay out of papers."""
    live = [single(f"live-{n}") for n in range(3)]
    others = [
        single("practice", use="practice"),
        single("draft", status="draft"),
        single("retired", status="retired"),
        single("practice-pilot", use="practice", status="pilot"),
    ]
    book = build_handbook([*others, *live], exam={})

    assert ids(book, 1) == {"live-0", "live-1", "live-2"}


def test_critical_items_are_in_every_form():
    """With `critical: all` no form lets anyone past a critical item."""
    items = [single(f"item-{n}", critical=n < 2) for n in range(12)]
    book = build_handbook(items, make_exam({"service": 5}, forms=4))

    for form in (1, 2, 3, 4):
        assert {"item-0", "item-1"} <= ids(book, form)
        assert len(ids(book, form)) == 5


def test_critical_items_may_be_drawn_like_others():
    """With `critical: draw` they are spread over the forms."""
    items = [single(f"item-{n}", critical=n < 5) for n in range(10)]
    blueprint = {"topics": {"service": 5}, "critical": "draw"}
    book = build_handbook(items, make_exam({}, forms=2, blueprint=blueprint))

    assert not ids(book, 1) & ids(book, 2)


def test_pilot_items_come_in_addition():
    """At most two items on trial are shown beside those that count."""
    items = [single(f"item-{n}") for n in range(4)]
    pilots = [single(f"trial-{n}", status="pilot") for n in range(5)]
    book = build_handbook([*items, *pilots], make_exam({"service": 4}, forms=2))

    first, second = ids(book, 1), ids(book, 2)

    assert {f"item-{n}" for n in range(4)} <= first & second
    assert [len(first), len(second)] == [6, 6]
    assert len(first & second) == 4, "the second form tries other pilots"


@pytest.mark.parametrize(
    ("bank", "size", "forms", "worst"),
    [
        (4, 2, 2, 0),
        (3, 2, 2, 1),
        (6, 2, 3, 0),
        (6, 2, 4, 1),
        (10, 5, 3, 3),
        (12, 4, 6, 2),
        (40, 10, 9, 4),
        (5, 5, 3, 5),
    ],
)
def test_forms_overlap_as_little_as_the_bank_allows(bank, size, forms, worst):
    """All forms together share the least possible, and no two of them share much."""
    items = [single(f"item-{n}") for n in range(bank)]
    book = build_handbook(items, make_exam({"service": size}, forms=forms))
    drawn = [ids(book, form) for form in range(1, forms + 1)]
    shared = [len(a & b) for a, b in combinations(drawn, 2)]
    often, more = divmod(size * forms, bank)
    least = (bank - more) * comb(often, 2) + more * comb(often + 1, 2)

    assert sum(shared) == least
    assert max(shared) <= worst


def test_forms_show_one_item_in_different_orders():
    """Neighbours with different forms cannot whisper positions."""
    steps = [f"第{n}步" for n in range(10)]
    book = build_handbook([order("steps", steps)], exam={"forms": 2})

    first, second = (draw(book, "entry", form).items[0] for form in (1, 2))

    assert set(first.options) == set(second.options)
    assert first.options != second.options


def test_another_wording_is_another_paper():
    """The digest covers all that a paper shows."""
    plain = draw(build_handbook([single("greet")], exam={}), "entry", 1)
    others = [
        build_handbook([single("greet", stem="别的问法？")], exam={}),
        build_handbook([single("greet", right="别的")], exam={}),
        build_handbook([single("greet")], exam={"title": "别的考试"}),
        build_handbook([single("greet")], exam={"time_limit": "41分钟"}),
        build_handbook([multiple("greet", scoring="subset")], exam={}),
        build_handbook([multiple("greet", scoring="net_correct")], exam={}),
    ]

    digests = {draw(book, "entry", 1).digest for book in others}

    assert len(digests) == len(others)
    assert plain.digest not in digests


def test_what_cannot_be_drawn_is_refused():
    """A short paper is never drawn in silence."""
    short = build_handbook([single("one")], make_exam({"service": 2}))
    crowded = build_handbook(
        [single("one", critical=True), single("two", critical=True)],
        make_exam({"service": 1}),
    )
    sound = build_handbook([single("one")], exam={"forms": 2})

    with pytest.raises(ValueError, match="2 wanted, 1 usable"):
        draw(short, "entry", 1)
    with pytest.raises(ValueError, match="2 critical"):
        draw(crowded, "entry", 1)
    with pytest.raises(ValueError, match="forms 1 to 2"):
        draw(sound, "entry", 3)
    with pytest.raises(ValueError, match="forms 1 to 2"):
        draw(sound, "entry", 0)
    with pytest.raises(KeyError):
        draw(sound, "other", 1)


# Non-interference: what a site shows is a function of what it may show.

shuffled = st.randoms(use_true_random=False)


def rewritten(item: Item, random) -> Item:
    """The same item with its options in another order and with other ids."""
    fields = item.model_dump()
    for name in ("options", "prompts"):
        if name not in fields:
            continue
        written = list(fields[name])
        random.shuffle(written)
        fresh = {o["id"]: f"x{n}{name}" for n, o in enumerate(written)}
        fields[name] = [o | {"id": fresh[o["id"]]} for o in written]
        if isinstance(item, MatchItem) and name == "prompts":
            fields["key"] = {fresh[p]: o for p, o in fields["key"].items()}
        elif isinstance(item, MatchItem):
            fields["key"] = {p: fresh[o] for p, o in fields["key"].items()}
        else:
            fields["key"] = tuple(fresh[o] for o in fields["key"])
    return type(item).model_validate(fields)


def rekeyed(item: Item, random) -> Item:
    """The same item with another key and other explanations."""
    fields = item.model_dump()
    fields["rationale"] = f"别的解析 {random.random()}"
    for name in ("options", "prompts"):
        for option in fields.get(name, ()):
            option["rationale"] = f"别的 {random.random()}"
    if isinstance(item, TrueFalseItem):
        fields["key"] = "错" if item.key == "对" else "对"
    elif isinstance(item, BlankItem):
        fields["key"] = tuple((f"答案{random.random()}",) for _ in item.key)
    else:
        names = [option.id for option in item.options]
        random.shuffle(names)
        if isinstance(item, MatchItem):
            fields["key"] = {p.id: n for p, n in zip(item.prompts, names, strict=False)}
        elif item.type == "order":
            fields["key"] = tuple(names)
        else:
            size = 1 if item.type == "single" else random.randint(1, len(names))
            fields["key"] = tuple(names[:size])
    return type(item).model_validate(fields)


def papers(items: list[Item]) -> list[bytes]:
    """Every form of an exam that draws from some items, as bytes."""
    book = build_handbook(items, make_exam({"service": 4}, forms=4))
    return [as_bytes(draw(book, "entry", form)) for form in range(1, 5)]


@tried(60)
@given(shuffled)
def test_no_authors_order_or_label_changes_a_paper(random):
    """Items shuffled, options shuffled and relabelled: not one byte moves."""
    items = [rewritten(item, random) for item in everything()]
    random.shuffle(items)

    assert papers(items) == papers(everything())


@tried(60)
@given(shuffled)
def test_no_key_or_explanation_changes_a_paper(random):
    """Other keys and rationales: not one byte moves, so none can be read from one."""
    items = [rekeyed(item, random) for item in everything()]

    assert papers(items) == papers(everything())


def test_the_order_of_topics_changes_nothing():
    """The blueprint is a set of wishes, not a sequence."""
    banks = {t: [single(f"{t}-{n}") for n in range(5)] for t in ("phone", "desk")}
    one = build_handbook(banks, make_exam({"phone": 2, "desk": 3}))
    other = build_handbook(banks, make_exam({"desk": 3, "phone": 2}))

    assert draw(one, "entry", 2) == draw(other, "entry", 2)
