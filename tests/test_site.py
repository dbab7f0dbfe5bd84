"""A small real site, built by each host we support."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_site import ROOT, add_host, run_host, write_handbook

HOSTS = ("mkdocs", "properdocs")


@pytest.fixture(scope="module", params=HOSTS)
def site(request, tmp_path_factory) -> Path:
    root = write_handbook(tmp_path_factory.mktemp(request.param))
    add_host(root)
    ran = run_host(root, request.param, "--strict")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return root / "site"


def pages(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob("*.html")
    }


def test_all_that_pages_need_is_there(site):
    """Styles, scripts, form files and finder data come from the site itself."""
    for name in (
        "handbook.css",
        "handbook.js",
        "frame.js",
        "palette.js",
        "favicon.svg",
    ):
        assert (site / "assets" / name).is_file()
    assert (site / "assets/finder-data.js").is_file()
    assert (site / "forms/visit.xlsx").is_file()
    assert not list(site.rglob("_data"))
    assert not list(site.rglob("search_index.json"))


def test_pages_call_no_other_server(site):
    """Neither scripts nor styles, fonts or pictures come from elsewhere."""
    for name, html in pages(site).items():
        loaded = re.findall(
            r'<(?:script|link|img|iframe)[^>]+(?:src|href)="([^"]+)"', html
        )
        assert loaded
        assert not [u for u in loaded if "//" in u], name


def test_pages_hold_no_inline_script(site):
    """So a strict Content-Security-Policy holds."""
    for name, html in pages(site).items():
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", html)
        assert all("application/json" in attributes for attributes in inline), name
        assert not re.findall(r"<[^>]+\son[a-z]+=", html), name


def test_navigation_is_chinese_and_marks_the_page(site):
    """Tabs by kind, the sidebar with the pages of the open section."""
    html = pages(site)["policies/phone.html"]
    tabs = re.findall(r'class="md-tabs__link">([^<]+)<', html)

    assert [
        "首页",
        "入门路径",
        "制度",
        "话术",
        "表单",
        "练习",
        "考试",
        "培训师指南",
    ] == tabs
    assert '<a href="phone.html" aria-current="page">电话接听</a>' in html


def test_line_under_the_title_says_who_answers(site):
    """Owner and roles by their titles, the date of the last check."""
    html = pages(site)["policies/phone.html"]

    assert re.search(r"<dt>负责人</dt><dd>前台</dd>", html)
    assert "核验：2026-11-01（只有日期" in html
    assert 1 == html.count("<h1>")


def test_macros_links_are_resolved(site):
    """Links of macros are made relative, so that pages work from a folder too."""
    path = pages(site)["paths/desk.html"]

    assert 'href="../policies/phone.html"' in path
    assert 'data-step="policies/phone.md"' in path
    for name, html in pages(site).items():
        assert not re.search(r'href="/[^"]*\.md', html), name


def test_every_link_leads_to_a_file_and_an_id(site):
    """Checked in the built pages, form files and anchors included."""
    built = pages(site)
    ids = {
        name: set(re.findall(r'\sid="([^"]+)"', html)) for name, html in built.items()
    }
    for name, html in built.items():
        if name == "404.html":
            continue
        for target in re.findall(r'<a [^>]*href="([^"]+)"', html):
            if "://" in target or target.startswith("mailto:"):
                continue
            file, _, anchor = target.partition("#")
            found = (site / name).parent / file if file else site / name
            assert found.resolve().is_file(), f"{name} → {target}"
            if anchor and found.suffix == ".html":
                other = found.resolve().relative_to(site.resolve()).as_posix()
                assert anchor in ids[other], f"{name} → {target}"


def test_script_page_has_cards(site):
    """The Markdown extension is on."""
    html = pages(site)["scripts/phone.html"]

    assert '<section class="hb-phrase" data-id="hello">' in html
    assert '<span class="hb-blank">【称呼】</span>' in html


def test_exam_page_holds_no_key(site):
    """Nor anything of the bank but what the paper shows."""
    html = pages(site)["exams/desk.html"]

    assert "要请来电的客户等一会儿" in html
    for secret in ("exam-hold-reason", "先讲清楚缘由", "第三声铃", "会以为断线"):
        assert secret not in html


@pytest.mark.parametrize("host", HOSTS)
def test_mistakes_stop_the_build_with_their_places(tmp_path, host):
    """Without our own script too: every problem, in Chinese, and no site."""
    page = """
        {{ fig("none") }}

        {{ unknown("x") }}

        {{ fig("rings" }}

        [看](nowhere.md)
        """
    root = write_handbook(tmp_path, **{"content/guide/wrong.md": page})
    add_host(root)

    ran = run_host(root, host)

    assert ran.returncode == 1
    for line in (8, 10, 12, 14):
        assert f"content/guide/wrong.md:{line}:" in ran.stderr
    assert "改法：" in ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert not (root / "site").exists()


@pytest.mark.parametrize("host", HOSTS)
def test_strict_stops_even_when_nobody_said_it_is_a_build(tmp_path, host):
    """A bare `build --strict` counts our problems as warnings."""
    page = '{{ fig("none") }}'
    root = write_handbook(tmp_path, **{"content/guide/wrong.md": page})
    add_host(root)

    ran = run_host(root, host, "--strict", HANDBOOK_BUILD="false")

    assert ran.returncode == 1
    assert "content/guide/wrong.md:8:" in ran.stdout + ran.stderr


@pytest.mark.parametrize("host", HOSTS)
def test_a_leak_stops_the_build(tmp_path, host):
    """A page that gives an exam question away is named."""
    page = "想一想：要请来电的客户等一会儿，最先应该做什么？"
    root = write_handbook(tmp_path, **{"content/guide/wrong.md": page})
    add_host(root)

    ran = run_host(root, host)

    assert ran.returncode == 1
    assert "guide/wrong.html: 出现考试题 exam-hold-reason 的题干" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_navigation_stays_pruned():
    """Or the cost of a build grows with the square of its pages."""
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")

    assert "- navigation.prune" in settings
    assert "smartsymbols" not in settings
    assert "git-revision" not in settings
