"""Pages of exams and practice in a bare frame: our HTML, style and code, no theme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from handbook.publishing.bundle import join

STYLE = Path(__file__).parents[2] / "src/handbook/theme/assets/quiz.css"
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>考试</title>
<link rel="stylesheet" href="../assets/quiz.css"></head>
<body data-md-color-scheme="default"><article class="md-typeset">{}</article>
<script src="../assets/handbook.js"></script></body></html>"""


def write_site(folder: Path, pages: Mapping[str, str]) -> Path:
    """Write a site of some pages, each given by what stands in its article."""
    for name, text in {
        **{name: PAGE.format(article) for name, article in pages.items()},
        "assets/handbook.js": join(),
        "assets/quiz.css": STYLE.read_text(encoding="utf-8"),
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@contextmanager
def learner(browser: Browser) -> Iterator[BrowserContext]:
    """A learner's browser without any past; an error in a page fails the test."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.set_default_timeout(8000)
    yield context
    context.close()
    assert not errors
