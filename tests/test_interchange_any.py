"""Any bank there can be goes out, and comes back as it was."""

from __future__ import annotations

import pytest
from banks import WHOLE, bank_from, pairs_of
from fuzzing import tried
from hypothesis import given
from hypothesis import strategies as st

from handbook.interchange.bank_files import bank_text
from handbook.interchange.exporting import export
from handbook.interchange.fields import (
    fields_of,
)
from handbook.interchange.formats import FORMATS
from handbook.interchange.importing import bring_in
from handbook.model.items import BankFile
from handbook.reading.yaml_files import read_yaml, to_data
from handbook.reading.yaml_texts import scalar

WORDS = st.text(
    st.sampled_from("请问甲乙丙 a1_=~#{}:\\/%*|；;，。<>&\"'[]()->→\n\t—“”@`!?-＝")
    | st.characters(exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=14,
).filter(
    lambda text: text.strip() and text == text.strip("\x1c\x1d\x1e\x1f\x85 ").strip()
)
PLAIN = WORDS.filter(
    lambda text: "____" not in text and "{{" not in text and "{%" not in text
)
TEXTS = st.one_of(
    PLAIN, PLAIN, PLAIN.map(lambda text: text + "{{ fig('answer-rings') }}")
)
IDS = st.from_regex(r"[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,3})?", fullmatch=True)


@st.composite
def items(draw):
    """Any item, as the fields that a bank writes."""
    kind = draw(
        st.sampled_from(["single", "multiple", "true_false", "blank", "order", "match"])
    )
    fields = {"type": kind, "stem": draw(TEXTS), "rationale": draw(TEXTS)}
    fields["source"] = draw(st.lists(PLAIN, min_size=1, max_size=2))
    fields |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "critical": st.just("true"),
                "difficulty": st.sampled_from("23"),
                "use": st.just("exam"),
                "status": st.sampled_from(["draft", "pilot", "retired"]),
                "tags": st.lists(PLAIN, min_size=1, max_size=2),
            },
        )
    )
    low = {"order": 3}.get(kind, 2)
    options = draw(
        st.lists(
            st.tuples(IDS, TEXTS, st.just("") | TEXTS),
            min_size=low,
            max_size=4,
            unique_by=(lambda o: o[0], lambda o: o[1]),
        )
    )
    ids = [name for name, _, _ in options]
    if kind in {"single", "multiple", "order", "match"}:
        fields["options"] = [
            {"id": i, "text": t} | ({"rationale": r} if r else {})
            for i, t, r in options
        ]
    match kind:
        case "single":
            fields["key"] = [draw(st.sampled_from(ids))]
        case "multiple":
            fields["key"] = draw(
                st.lists(st.sampled_from(ids), min_size=1, unique=True)
            )
            fields["scoring"] = draw(st.sampled_from(["subset", "net_correct"]))
        case "true_false":
            fields["key"] = draw(st.sampled_from("对错"))
        case "order":
            fields["key"] = draw(st.permutations(ids))
        case "match":
            lefts = draw(
                st.lists(
                    st.tuples(IDS, TEXTS),
                    min_size=2,
                    max_size=3,
                    unique_by=(lambda o: o[0], lambda o: o[1]),
                )
            )
            fields["prompts"] = [{"id": i, "text": t} for i, t in lefts]
            fields["key"] = {i: draw(st.sampled_from(ids)) for i, _ in lefts}
        case "blank":
            gaps = draw(st.integers(1, 3))
            fields["stem"] = "____".join(draw(PLAIN) for _ in range(gaps + 1))
            fields["key"] = [
                draw(st.lists(TEXTS, min_size=1, max_size=3)) for _ in range(gaps)
            ]
    return fields


@st.composite
def banks(draw):
    """Any bank."""
    names = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    return draw(IDS), draw(PLAIN), [{"id": name} | draw(items()) for name in names]


@given(banks())
@tried(60)
def test_any_bank_is_written_so_that_it_reads_the_same(bank):
    """The YAML writer alone."""
    topic, title, fields = bank
    read = bank_from(bank_text(topic, title, fields))

    assert (topic, title) == (read.topic, read.title)
    assert [fields_of(item) for item in read.items] == [
        fields_of(item) for item in bank_from_data(bank).items
    ]


def bank_from_data(bank) -> BankFile:
    """Return a bank by its values, around the YAML writer."""
    topic, title, fields = bank
    return BankFile.model_validate({"topic": topic, "title": title, "items": fields})


@pytest.mark.parametrize("name", WHOLE)
@given(bank=banks())
@tried(30)
def test_any_bank_comes_back(name, bank):
    """Through every format that has a place for notes."""
    topic, title, fields = bank
    text = bank_text(topic, title, fields)
    whole = pairs_of(text, "3 声 = 内")
    done = export(whole, FORMATS[name])
    back = bring_in(done.content, FORMATS[name], file="x", topic=topic, title=title)

    assert bank_from(back.text).items == tuple(pair.written for pair in whole.pairs)


CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t\r")
"""What may stand in a bank; `check` refuses controls, however they are written."""


@given(st.text(CHARACTERS, min_size=1), st.booleans())
@tried(400)
def test_any_text_is_written_so_that_it_reads_the_same(text, flow):
    """Plain or in quotes, in a list or in braces."""
    written = scalar(text, flow=flow)
    node, problems = read_yaml(f"a: {{b: {written}}}" if flow else f"a: {written}", "x")

    assert not problems
    assert to_data(node) == ({"a": {"b": text}} if flow else {"a": text})


@pytest.mark.parametrize(
    "text", ["0755", "9:30", "No", "1.10", "null", "~", "2026-11-26", "1e3"]
)
def test_what_looks_like_a_value_stands_in_quotes(text):
    """Whoever opens a bank elsewhere must not find a number where a text stands."""
    assert scalar(text) == f'"{text}"'


def test_words_stay_readable():
    """Chinese is not escaped, and needs no quotes."""
    assert scalar("客户说“好”，就行了吗？") == "客户说“好”，就行了吗？"
