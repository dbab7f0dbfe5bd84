"""What this handbook promises to hold, counted from its data."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from handbook.coverage import coverage
from handbook.handbook import Handbook
from handbook.model.items import SingleItem
from handbook.model.pages import Channel, Kind, fold
from handbook.reading.links import resolve

SECTIONS = ("exams", "forms", "practice", "paths", "flows")


def test_nothing_is_wrong(handbook: Handbook):
    """Not even a reminder stands open."""
    assert () == handbook.problems


def test_size(handbook: Handbook):
    """Enough phrases, items and forms to run a department on."""
    assert len(handbook.phrases) >= 250
    assert len(handbook.items) >= 400
    assert len(handbook.forms) == 18
    assert {item.type for item in handbook.items.values()} == {
        "single", "multiple", "true_false", "blank", "order", "match",
    }  # fmt: skip


def test_every_channel_has_its_words(handbook: Handbook):
    """Phone, chat, front desk, site and letters."""
    count = Counter(c for p in handbook.phrases.values() for c in p.channels)

    assert all(count[channel] >= 20 for channel in Channel)


def test_every_system_is_examined(handbook: Handbook):
    """At least four items test each row of the 制度目录."""
    few = [row.system for row in coverage(handbook) if row.counts["items"] < 4]

    assert [] == few


def test_every_figure_is_examined(handbook: Handbook):
    """Each figure is called by an item, so that a changed figure changes the item."""
    called = set().union(*handbook.item_figures.values())

    assert set() == set(handbook.figures) - called


def test_every_role_has_a_path_and_an_exam(handbook: Handbook):
    """All roles learn, practise and are examined."""
    examined = {role for exam in handbook.exams.values() for role in exam.roles}

    for name, role in handbook.roles.items():
        assert role.path, name
        assert name in examined
        assert any(stage.exams for stage in role.path), name


def test_the_key_is_no_longer_than_the_rest(handbook: Handbook):
    """Over all banks the key is the longest option no more often than chance."""
    singles = [i for i in handbook.items.values() if isinstance(i, SingleItem)]
    longest = 0
    for item in singles:
        sizes = {option.id: len(fold(option.text)) for option in item.options}
        key = sizes.pop(item.key[0])
        longest += all(key > size for size in sizes.values())

    assert longest <= sum(1 / len(item.options) for item in singles)


def test_exam_secrets_stand_nowhere_public(handbook: Handbook):
    """No page and no practice item repeats an exam stem word for word."""
    public = fold("".join(page.text for page in handbook.pages.values()))
    practice = {fold(i.stem) for i in handbook.items.values() if i.use == "practice"}
    for item in handbook.items.values():
        if item.use == "exam":
            stem = fold(item.stem)

            assert stem not in practice, item.id
            assert len(stem) < 8 or stem not in public, item.id


@pytest.mark.parametrize("folder", SECTIONS)
def test_section_index_leads_to_every_page(folder, handbook: Handbook):
    """Whoever opens a section finds all of it."""
    index = handbook.pages[f"{folder}/index.md"]
    linked = {
        found[0] for link in index.links if (found := resolve(index.path, link.target))
    }
    pages = {p for p in handbook.pages if p.startswith(f"{folder}/")} - {index.path}

    assert set() == pages - linked


def test_every_clause_has_an_owner_that_works_here(handbook: Handbook):
    """A rule without an owner is nobody's."""
    for page in handbook.pages.values():
        assert page.front.owner in handbook.roles


def test_every_phrase_leads_on(handbook: Handbook):
    """After each phrase the agent knows what comes next, and why."""
    for phrase in handbook.phrases.values():
        assert phrase.next_text, phrase.address
        assert phrase.basis, phrase.address
        assert phrase.keywords, phrase.address


NOT_TO_CUSTOMERS = re.compile(r"同事|小朋友|孩子|交班|接班|提醒|报修")


def test_customers_are_addressed_politely(handbook: Handbook):
    """A customer is 您; 你 is for colleagues and children, as the phrase says."""
    for phrase in handbook.phrases.values():
        if "你" in phrase.words.replace("你们", ""):
            told = "".join([phrase.title, phrase.when, *phrase.scene])

            assert NOT_TO_CUSTOMERS.search(told), phrase.address


def test_kinds_have_pages(handbook: Handbook):
    """No kind of page is an empty room, lessons apart: nobody has written one yet."""
    used = {page.front.kind for page in handbook.pages.values()}

    assert set(Kind) - used <= {Kind.LESSON}
