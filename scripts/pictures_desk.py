"""Where the pictures are taken: a browser before the real server with people on record."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.records.database.store import Store
from handbook.records.invitations.tokens import invite, link, read_until, sign
from handbook.server.app import create_app
from handbook.server.door import door_for
from handbook.server.running import LOCAL_NAMES, in_background

HOST = Path(__file__).with_name("pictures_host.html")
QUALITY = 0.82
"""Of WebP: text stays sharp, a picture stays under 60 KB."""

WIDTH, HEIGHT = 1120, 760
INTO_WEBP = """async ([png, quality]) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""

SHOW = """name => {
  const place = document.querySelector(name).getBoundingClientRect();
  scrollTo({ top: scrollY + place.top - 66, behavior: "instant" });
  document.querySelector(".md-top")?.remove();
}"""
"""Nor does the button that leads back to the top cover anything."""


@dataclass
class Desk:
    """What the pictures are taken of."""

    page: Any
    """Of playwright."""
    handbook: Handbook
    """As it is served."""
    store: Store
    url: str
    secret: str
    token: str
    now: datetime
    """When the records were filled."""
    made: dict[str, bytes] = field(default_factory=dict)

    def take(self, name: str, target: str = "", height: int = HEIGHT) -> None:
        """Take one element, or the window down to a height."""
        self.page.wait_for_timeout(400)
        clip = {"x": 0, "y": 0, "width": self.page.viewport_size["width"]}
        shot = (
            self.page.locator(target).first.screenshot()
            if target
            else self.page.screenshot(clip=clip | {"height": height})
        )
        png = "data:image/png;base64," + base64.b64encode(shot).decode()
        blank = self.page.context.new_page()
        self.made[name] = base64.b64decode(blank.evaluate(INTO_WEBP, [png, QUALITY]))
        blank.close()

    def open(self, path: str) -> None:
        """Open a page of the site without what it remembers of earlier ones."""
        self.page.goto(self.url + path)
        self.page.wait_for_timeout(600)

    def show(self, target: str) -> None:
        """Scroll so that something stands below the head of the page."""
        self.page.evaluate(SHOW, target)

    def window(self, width: int = WIDTH, height: int = 820) -> None:
        """Make the window so large."""
        self.page.set_viewport_size({"width": width, "height": height})

    def host(self, **shown: object) -> None:
        """Show what a code host or a spreadsheet program would."""
        template = Environment(autoescape=True).from_string(
            HOST.read_text(encoding="utf-8")
        )
        self.page.goto("about:blank")  # whose policy, unlike ours, allows a style
        self.page.set_content(template.render(**shown))

    def trainers(self, path: str) -> None:
        """Open a page behind the trainers' sign-in."""
        self.open(f"trainers/{path}")
        if self.page.get_by_label("口令").count():
            self.page.get_by_label("口令").fill(self.token)
            self.page.get_by_role("button", name="进入").click()
            self.open(f"trainers/{path}")

    def invited(self, person: Person, exam: str) -> None:
        """Open the link of an invitation."""
        until = read_until((self.now + timedelta(days=7)).date().isoformat())
        guest = invite(self.handbook, person, exam, until, self.now)
        self.page.goto("about:blank")
        self.page.goto(link(self.url, exam, sign(guest, self.secret)))
        self.page.wait_for_timeout(800)


@contextmanager
def desk_of(
    handbook: Handbook,
    site: Path,
    browser: Any,  # noqa: ANN401 - of playwright
    now: datetime,
) -> Iterator[Desk]:
    """Serve a built site with empty records of its own; yield where pictures are taken."""
    secret, token = token_hex(24), token_hex(24)
    with (
        TemporaryDirectory() as folder,
        Store(str(Path(folder) / "records.sqlite")) as store,
    ):
        door = door_for(secret, token, local=True, invited_only=True)
        app = create_app(handbook, store, site, hosts=LOCAL_NAMES, door=door)
        context = browser.new_context(
            locale="zh-CN", viewport={"width": WIDTH, "height": 820}, device_scale_factor=1.25,
            reduced_motion="reduce",
        )  # fmt: skip
        with in_background(app) as url, context:
            yield Desk(context.new_page(), handbook, store, url, secret, token, now)
