"""Where a page is edited and a fault is told, by the address of the repository."""

from __future__ import annotations

import pytest

from handbook.loading import load
from handbook.model.code_host import code_host, unclear
from handbook.problems import Place
from handbook.rendering.frame import frame

EDITORS = {
    "https://github.com/acme/handbook": "https://github.com/acme/handbook/edit/main/content/scripts/phone.md",
    "https://github.com/acme/handbook.git/": "https://github.com/acme/handbook/edit/main/content/scripts/phone.md",
    "https://gitlab.example.com/kefu/sub/handbook": "https://gitlab.example.com/kefu/sub/handbook/-/edit/main/content/scripts/phone.md",
    "https://gitee.com/acme/handbook": "https://gitee.com/acme/handbook/edit/main/content/scripts/phone.md",
    "http://gitea.lan:3000/acme/handbook": "http://gitea.lan:3000/acme/handbook/_edit/main/content/scripts/phone.md",
}
ISSUES = {
    "https://github.com/acme/handbook": ("/issues/new", "title", "body"),
    "https://gitlab.com/acme/handbook": (
        "/-/issues/new",
        "issue[title]",
        "issue[description]",
    ),
    "https://gitee.com/acme/handbook": (
        "/issues/new",
        "issue[title]",
        "issue[description]",
    ),
}


@pytest.fixture(scope="module")
def page(small):
    """A page of the small handbook."""
    return load(small).pages["scripts/phone.md"]


@pytest.fixture(scope="module")
def small():
    """The handbook of the golden cases."""
    from pathlib import Path  # noqa: PLC0415

    return Path(__file__).parent / "cases" / "handbook"


@pytest.mark.parametrize("url", EDITORS)
def test_each_host_has_its_own_address_of_the_editor(page, url):
    """Hosts name their editors differently; branches and paths stand in them."""
    host = code_host({"repository_url": url})

    assert EDITORS[url] == host.edit(page)


@pytest.mark.parametrize("url", ISSUES)
def test_each_host_has_its_own_names_for_a_new_issue(url):
    """What the browser needs to fill in a new issue."""
    path, title, body = ISSUES[url]

    expected = {"url": url + path, "title": title, "body": body}
    assert expected == code_host({"repository_url": url}).issue


def test_kind_and_branch_may_be_said(page):
    """A host whose name tells nothing, and a branch that is not main."""
    host = code_host(
        {
            "repository_url": "https://code.lan/kefu/handbook",
            "repository_host": "GitLab",
            "repository_branch": "发布/2026",
        }
    )

    expected = (
        "https://code.lan/kefu/handbook/-/edit/"
        "%E5%8F%91%E5%B8%83/2026/content/scripts/phone.md"
    )
    assert expected == host.edit(page)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"repository_url": "javascript:alert(1)"}, "repository_url"),
        ({"repository_url": "github.com/acme/handbook"}, "repository_url"),
        ({"repository_url": "https://github.com"}, "repository_url"),
        ({"repository_url": "https://code.lan/a/b"}, "repository_host"),
        (
            {"repository_url": "https://code.lan/a/b", "repository_host": "svn"},
            "repository_host",
        ),
    ],
)
def test_what_is_no_repository_is_refused(given, field):
    """Nothing but a page of a known host becomes a link."""
    assert field == unclear(given)
    assert code_host(given) is None


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("https://gitee.com/anhe/kb", "/blob/main/"),
        ("https://gitlab.example/anhe/kb", "/-/blob/main/"),
        ("https://gitea.lan/anhe/kb", "/src/branch/main/"),
    ],
)
def test_a_line_of_a_file(url, way):
    """As each host addresses it."""
    host = code_host({"repository_url": url})

    expected = f"{url}{way}quizzes/banks/%E7%94%B5%E8%AF%9D.yml#L12"
    assert expected == host.line(Place("quizzes/banks/电话.yml", 12))


def test_without_a_repository_there_is_nothing_to_lead_to(small):
    """No editor, no issue: only the file's name and whom to tell."""
    mend = frame(load(small))["mend"]

    assert "issue" not in mend
    told = mend["pages"]["scripts/phone.html"]
    assert ("content/scripts/phone.md", "") == (told["path"], told["edit"])
    assert told["owner"]
    assert code_host({}) is None
