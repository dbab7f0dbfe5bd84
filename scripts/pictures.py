"""Take the pictures of the trainers' guide anew, in Chromium, from the real handbook.

Pages are those of a built site. Exams are those of a copy, served with invented people
on record: there practice items are the exam items, and later a rule is changed.
What a code host or a spreadsheet program shows is drawn around real files and reports.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from of_tests import of_tests
from pictures_desk import Desk, desk_of
from pictures_exams import (
    of_an_exam,
    of_certificates,
    of_changes,
    of_sheets,
    of_trainers,
)
from pictures_host import change_a_rule, demonstration, of_the_host
from pictures_learners import confirm, fill_records, trouble
from pictures_reading import of_reading

from handbook.commands import Command
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.publishing import files
from handbook.records.lists.outlook import outlook

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "content/guide/pictures"

TAKEN: dict[str, Callable[[Desk], None]] = {
    "host": of_the_host,
    "reading": of_reading,
    "sheets": of_sheets,
}
"""What is taken of the handbook as it is."""

EXAMS: dict[str, Callable[[Desk], None]] = {
    "trainers": of_trainers,
    "certificates": of_certificates,
    "exam": of_an_exam,
}
"""What is taken where practice items stand in for exam items: a picture is published,
and no scan reads what is on it."""

CHANGES = "changes"
"""What is taken after a rule changed there."""


@click.command(
    cls=Command, help="重新拍培训师指南里的图片；要装好 Chromium，先生成网站。"
)
@click.option(
    "--site-dir", default=ROOT / "site", help="生成好的网站在哪个文件夹。",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--only", type=click.Choice([*TAKEN, *EXAMS, CHANGES]), help="只拍一组。")
def main(site_dir: Path, only: str | None) -> None:
    """Take the pictures and write those that changed."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a development package

    chromium = of_tests("chromium")
    made: dict[str, bytes] = {}
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=chromium.FLAGS
        )
        if only is None or only in TAKEN:
            made |= as_it_is(site_dir, browser, only)
        if only is None or only not in TAKEN:
            made |= of_exams(Path(folder), browser, only)
        browser.close()
    PICTURES.mkdir(exist_ok=True)
    for name, data in made.items():
        (PICTURES / f"{name}.webp").write_bytes(data)
        click.echo(f"{name}.webp {len(data) // 1024} KB")


def as_it_is(site: Path, browser: Any, only: str | None) -> dict[str, bytes]:  # noqa: ANN401 - of playwright
    """Take the pictures of the handbook as it is."""
    with desk_of(load(ROOT), site, browser, datetime.now(UTC)) as desk:
        for name, take in TAKEN.items():
            if only in {None, name}:
                take(desk)
    return desk.made


def of_exams(folder: Path, browser: Any, only: str | None) -> dict[str, bytes]:  # noqa: ANN401 - of playwright
    """Take the pictures of exams, before and after a rule changed, in a copy."""
    now, copy = datetime.now(UTC), folder / "handbook"
    demonstration(copy)
    before = load(copy)
    made: dict[str, bytes] = {}
    if only != CHANGES:
        with desk_of(before, built(before, folder / "before"), browser, now) as desk:
            fill_records(before, desk.store, now)
            trouble(before, desk.store, now)
            for name, take in EXAMS.items():
                if only in {None, name}:
                    take(desk)
        made |= desk.made
    if only in {None, CHANGES}:
        change_a_rule(copy, now)
        after = load(copy)
        with desk_of(after, built(after, folder / "after"), browser, now) as desk:
            fill_records(before, desk.store, now)
            asked = [one.person for one in outlook(after, desk.store, now).asked()]
            confirm(after, desk.store, asked[::3], now)
            of_changes(desk)
        made |= desk.made
    return made


def built(handbook: Handbook, site: Path) -> Path:
    """Build the site of a copy; return where it is.

    Nobody looks for leaks in it: what are its exam items, the guide names as practice.
    """
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", handbook.root / "mkdocs.yml", "-d", site],
        env=os.environ | {"HANDBOOK_PUBLISH": "after", "NO_MKDOCS_2_WARNING": "1"},
        check=True, capture_output=True,
    )  # fmt: skip
    for name, data in files(handbook):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data)
    return site


if __name__ == "__main__":
    main()
