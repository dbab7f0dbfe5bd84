"""Take the pictures of the trainers' guide anew, in Chromium, from the real handbook.

The pages are those of a built site, served with invented people on record. What a code
host shows is drawn by `pictures_host.html` around real files, real reports of the check
and a real review: each host looks a little different, and none can be reached from here.
"""

from __future__ import annotations

import base64
import difflib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from jinja2 import Environment
from markdown import markdown
from pictures_learners import fill_records

from handbook.commands import Command
from handbook.grading.submissions import Person
from handbook.loading import load
from handbook.records.invitations import invite, link, read_until, sign
from handbook.records.store import Store
from handbook.server.app import create_app
from handbook.server.door import door_for
from handbook.server.running import LOCAL_NAMES, in_background

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "content/guide/pictures"
HOST = Path(__file__).with_name("pictures_host.html")
QUALITY = 0.82
"""Of WebP: text stays sharp, a picture stays under 60 KB."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
INTO_WEBP = """async ([png, quality]) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@dataclass(frozen=True)
class Edit:
    """A change that the guide takes as its example: old words, new words."""

    path: str
    pairs: tuple[tuple[str, str], ...]
    around: int = 3
    """Lines shown before and after what changed."""

    def changed(self) -> str:
        """Return the whole file after it.

        Raises:
            ValueError: the old words are no longer there: choose another example.
        """
        text = (ROOT / self.path).read_text(encoding="utf-8")
        for old, new in self.pairs:
            if old not in text:
                raise ValueError(
                    f"{self.path}: {old!r} is gone; mend scripts/pictures.py"
                )
            text = text.replace(old, new, 1)
        return text

    def lines(self) -> Iterator[tuple[int | str, str, str]]:
        """Yield number, words and state of what an editor shows of the change."""
        before = (ROOT / self.path).read_text(encoding="utf-8").splitlines()
        after = self.changed().splitlines()
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        for number, group in enumerate(matcher.get_grouped_opcodes(self.around)):
            if number:
                yield "⋮", "", ""
            for kind, a, b, c, d in group:
                if kind == "equal":
                    yield from ((at + 1, after[at], "") for at in range(c, d))
                else:
                    yield from (("-", before[at], "gone") for at in range(a, b))
                    yield from ((at + 1, after[at], "new") for at in range(c, d))


CHANGES = (
    "description: 电话从响铃到挂断的每一步：应答、记录、等候、转接、留言、回电。\n",
    "description: 电话从响铃到挂断的每一步：应答、记录、等候、转接、留言、回电。\n"
    "changes:\n"
    "  - {date: 2026-12-01, clauses: [answer-in-rings], kind: material, summary: 电话改在两声内接起}\n",
)
EDITS = {
    "figure": Edit(
        "content/_data/figures.yml",
        (
            (
                '    value: "3"\n    unit: 声\n    wording: 三声内',
                '    value: "2"\n    unit: 声\n    wording: 两声内',
            ),
        ),
    ),
    "rule": Edit(
        "content/workflows/phone.md",
        (
            CHANGES,
            (
                "旁边的电话没人接，离得最近的人代接。",
                "旁边的电话没人接，离得最近的人马上代接，并替同事记下来电。",
            ),
        ),
    ),
    "phrase": Edit(
        "content/scripts/phone.md",
        (
            (
                '没能在{{ fig("answer-rings") }}接起',
                '没能在{{ fig("answer-rings") }}接起，或者让客户听了太久铃声',
            ),
        ),
        around=7,
    ),
    "item": Edit(
        "quizzes/banks/phone.yml",
        (
            (
                "rationale: 占住线路，别的客户进不来。",
                "rationale: 线路一直占着，别的客户打不进来。",
            ),
        ),
        around=8,
    ),
    "exam": Edit(
        "quizzes/exams/front-desk.yml",
        (("    phone: 4\n", "    phone: 5\n"),),
        around=6,
    ),
}


@dataclass
class Desk:
    """What the pictures are taken of."""

    page: Any
    """Of playwright."""
    url: str
    invitation: str
    token: str
    made: dict[str, bytes] = field(default_factory=dict)

    def take(self, name: str, target: str = "body", **clip: float) -> None:
        """Take one element, or the window where `clip` says how much of it."""
        self.page.wait_for_timeout(400)
        shot = (
            self.page.screenshot(clip={"x": 0, "y": 0} | clip)
            if clip
            else self.page.locator(target).first.screenshot()
        )
        png = "data:image/png;base64," + base64.b64encode(shot).decode()
        blank = self.page.context.new_page()
        self.made[name] = base64.b64decode(blank.evaluate(INTO_WEBP, [png, QUALITY]))
        blank.close()

    def open(self, path: str) -> None:
        """Open a page of the site without what it remembers of earlier ones."""
        self.page.goto(self.url + path)
        self.page.wait_for_timeout(600)

    def host(self, **shown: object) -> None:
        """Show what a code host would."""
        template = Environment(autoescape=True).from_string(
            HOST.read_text(encoding="utf-8")
        )
        self.page.set_content(template.render(**shown))


def of_the_host(desk: Desk) -> None:
    """An edit of each kind, from the file to the answer of the check and the review."""
    figure = EDITS["figure"]
    shown = [
        (n, text, "") for n, text, _ in list(figure.lines()) if n not in {"-", "⋮"}
    ]
    before = (ROOT / figure.path).read_text(encoding="utf-8").splitlines()
    desk.host(
        kind="file",
        path=figure.path,
        lines=[(n, before[int(n) - 1], "") for n, _, _ in shown],
    )
    desk.take("host-file", "main")
    for name, edit in EDITS.items():
        desk.host(kind="edit", path=edit.path, lines=list(edit.lines()))
        desk.take(f"host-edit-{name}", "main")
    desk.host(
        kind="commit",
        title="电话改在两声内接起",
        why="十一月抽查，三声以后接起的客户更容易着急。",
    )
    desk.take("host-commit", "main")
    with TemporaryDirectory() as folder:
        checked, reviewed = check_and_review(Path(folder) / "handbook")
    title = "电话改在两声内接起"
    desk.host(
        kind="said",
        title=title,
        who="自动检查",
        state="✗ 没有通过",
        colour="red",
        said=checked,
    )
    desk.take("host-check", "main")
    desk.host(kind="said", title=title, who="手册审阅", state="", said=reviewed)
    desk.page.set_viewport_size({"width": 900, "height": 1100})
    desk.take("host-review", x=0, y=0, width=900, height=1100)


def check_and_review(folder: Path) -> tuple[str, str]:
    """Change a clone as the guide does; return what both scripts say of it, as HTML."""
    git = [
        "git",
        "-c",
        "user.name=培训师",
        "-c",
        "user.email=trainer@example.com",
        "-C",
        str(folder),
    ]
    shutil.copytree(
        ROOT,
        folder,
        ignore=shutil.ignore_patterns(
            ".git", ".venv", "site", ".cache", "node_modules", "*.sqlite*"
        ),
    )
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for command in (["add", "-A"], ["commit", "-q", "-m", "before"]):
        subprocess.run([*git, *command], check=True)
    figure = EDITS["figure"]
    (folder / figure.path).write_text(figure.changed(), encoding="utf-8")

    def said(script: str) -> str:
        ran = subprocess.run(
            [sys.executable, ROOT / "scripts" / script, "--root", folder, "--base", "main"],
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return ran.stdout

    report = said("review.py")
    blocked = "\n".join(
        line for line in report.splitlines() if "R801" in line or "改法" in line
    )
    return markdown(blocked, extensions=["tables"]), markdown(
        report, extensions=["tables", "md_in_html"]
    )


def of_reading(desk: Desk) -> None:
    """The finder, a phrase, a page of practice, a form."""
    desk.open("workflows/phone.html")
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("zj")
    desk.take("finder", x=0, y=0, width=1120, height=640)
    desk.open("practice/daily.html")
    desk.take("daily", x=0, y=0, width=1120, height=760)
    desk.open("practice/phone.html")
    desk.page.locator(".quiz-option input").first.check()
    desk.page.get_by_role("button", name="核对").click()
    desk.take("practice", ".quiz-stage")


def of_an_exam(desk: Desk) -> None:
    """What someone invited sees: the start, an item, the result."""
    desk.page.goto(desk.invitation)
    desk.page.wait_for_timeout(800)
    desk.page.evaluate("document.querySelector('.quiz').scrollIntoView()")
    desk.take("exam-start", x=0, y=0, width=1120, height=760)
    desk.page.get_by_role("button", name="开始").first.click()
    desk.page.wait_for_timeout(600)
    desk.take("exam-item", x=0, y=0, width=1120, height=760)


def of_trainers(desk: Desk) -> None:
    """The pages behind the sign-in."""
    desk.open("trainers/")
    desk.page.get_by_label("口令").fill(desk.token)
    desk.page.get_by_role("button", name="进入").click()
    common = max(load(ROOT).exams.values(), key=lambda exam: len(exam.roles))
    for name, address_ in (
        ("readiness", "roles"),
        ("standing", "standing"),
        ("statistics", f"statistics?exam={common.id}"),
    ):
        desk.open(f"trainers/{address_}")
        desk.take(f"trainers-{name}", x=0, y=0, width=1120, height=760)


def of_certificates(desk: Desk) -> None:
    """A certificate, and what the page for codes says of it."""
    desk.open("trainers/standing?state=通过")
    if desk.page.get_by_label("口令").count():
        desk.page.get_by_label("口令").fill(desk.token)
        desk.page.get_by_role("button", name="进入").click()
        desk.open("trainers/standing?state=通过")
    desk.page.goto(
        desk.page.get_by_role("link", name="打印").first.evaluate("a => a.href")
    )
    desk.page.set_viewport_size({"width": 1200, "height": 860})
    desk.take("certificate", ".sheet")
    code = desk.page.locator(".code").inner_text()
    desk.open("verify")
    desk.page.get_by_label("验证码").fill(code)
    desk.page.get_by_role("button", name="核对").click()
    desk.page.set_viewport_size({"width": 640, "height": 620})
    desk.take("verify", x=0, y=0, width=640, height=580)
    desk.page.set_viewport_size({"width": 1120, "height": 820})


TAKEN: dict[str, Callable[[Desk], None]] = {
    "host": of_the_host,
    "reading": of_reading,
    "exam": of_an_exam,
    "trainers": of_trainers,
    "certificates": of_certificates,
}


@contextmanager
def desk_of(site: Path, browser: Any) -> Iterator[Desk]:  # noqa: ANN401 - of playwright
    """Serve a built site with people on record; yield where pictures are taken."""
    handbook, now = load(ROOT), datetime.now(UTC)
    secret, token = secrets.token_hex(24), secrets.token_hex(24)
    with (
        TemporaryDirectory() as folder,
        Store(str(Path(folder) / "records.sqlite")) as store,
    ):
        fill_records(handbook, store, now)
        door = door_for(secret, token, local=True, invited_only=True)
        app = create_app(handbook, store, site, hosts=LOCAL_NAMES, door=door)
        until = read_until((now + timedelta(days=7)).date().isoformat())
        guest = invite(handbook, Person("A2001", "沈知夏"), "front-desk", until, now)
        context = browser.new_context(
            locale="zh-CN", viewport={"width": 1120, "height": 820}, device_scale_factor=1.25,
            reduced_motion="reduce",
        )  # fmt: skip
        with in_background(app) as url, context:
            yield Desk(
                context.new_page(),
                url,
                link(url, "front-desk", sign(guest, secret)),
                token,
            )


@click.command(
    cls=Command, help="重新拍培训师指南里的图片；要装好 Chromium，先生成网站。"
)
@click.option(
    "--site-dir", default=ROOT / "site", help="生成好的网站在哪个文件夹。",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--only", type=click.Choice(list(TAKEN)), help="只拍一组。")
def main(site_dir: Path, only: str | None) -> None:
    """Take the pictures and write those that changed."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a development package

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with desk_of(site_dir, browser) as desk:
            for name, take in TAKEN.items():
                if only in {None, name}:
                    take(desk)
        browser.close()
    PICTURES.mkdir(exist_ok=True)
    for name, data in desk.made.items():
        (PICTURES / f"{name}.webp").write_bytes(data)
        click.echo(f"{name}.webp {len(data) // 1024} KB")


if __name__ == "__main__":
    main()
