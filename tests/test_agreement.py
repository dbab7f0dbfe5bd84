"""Our reader of Markdown and the site's engine agree on what the handbook says.

The reader knows where things stand; the engine decides what a page says. Here every
clause and phrase of the built site is held against what was loaded.
"""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup, Tag

from handbook.model.pages import fold

HEADINGS = re.compile(r"h[1-6]")
SKIPPED = ".headerlink, .hb-status, script, template, style, .hb-generated"


@pytest.fixture(scope="module")
def articles(site, handbook):
    """The article of every page that has clauses or phrases, by the page's path."""
    found = {}
    for page in handbook.pages.values():
        if page.clauses or page.phrases:
            html = (site / page.url).read_text(encoding="utf-8")
            article = BeautifulSoup(html, "html.parser").select_one("article")
            for extra in article.select(SKIPPED):
                extra.decompose()
            found[page.path] = article
    return found


def below(heading: Tag) -> str:
    """Return the words between a heading and the next one."""
    words = []
    for element in heading.find_all_next(string=True):
        within = element.find_parent(HEADINGS)
        if within is heading:
            continue
        if within is not None or element.find_parent("article") is None:
            break
        words.append(str(element))
    return "".join(words)


def test_clauses_read_alike(articles, handbook):
    """Title and text of every clause are those that the site shows."""
    assert handbook.clauses
    for clause in handbook.clauses.values():
        heading = articles[clause.page].find(HEADINGS, id=clause.id)

        assert heading is not None, f"{clause.address} is not in the site"
        assert fold(clause.title) == fold(heading.get_text())
        assert fold(clause.text) == fold(below(heading)), clause.address


def test_phrases_read_alike(articles, handbook):
    """The words of every phrase are those that the site shows in its quote."""
    assert handbook.phrases
    for phrase in handbook.phrases.values():
        heading = articles[phrase.page].find(HEADINGS, id=phrase.id)
        quote = heading.find_next("blockquote")

        assert fold(phrase.words) == fold(quote.get_text()), phrase.address


def test_no_heading_is_overlooked(articles, handbook):
    """Every heading that the site gives an id is known, and no other."""
    for path, article in articles.items():
        known = [heading.id for heading in handbook.pages[path].headings]
        shown = [one["id"] for one in article.find_all(HEADINGS) if one.get("id")]

        assert known == [name for name in shown if name in known or name[0] != "_"]
