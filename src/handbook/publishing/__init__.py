"""What is written beside the pages of a built site, whichever host built it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path

from handbook.finder.index import finder_script
from handbook.glossary import terms_script
from handbook.handbook import Handbook
from handbook.leaks import Leak, find_leaks
from handbook.publishing.bundle import join
from handbook.publishing.calendars import calendars
from handbook.publishing.feeds import feeds
from handbook.publishing.form_files import form_csv, form_xlsx


class LeakError(Exception):
    """The built site holds what must never leave the repository."""

    def __init__(self, leaks: list[Leak]) -> None:
        self.leaks = tuple(leaks)
        lines = [str(leak) for leak in leaks]
        super().__init__(
            "\n".join(
                [
                    f"停止发布：网站里有 {len(leaks)} 处考试机密。",
                    *lines,
                    "请先找出是哪个页面或程序写出来的，改好再重新构建。",
                    "这个网站文件夹不要发出去；已经发出去的，换掉涉及的题目。",
                ]
            )
        )


def publish(
    handbook: Handbook,
    site_dir: Path,
    *,
    known: Collection[str] = (),
    processes: int = 1,
) -> None:
    """Write what the browser needs, the form files and the calendar; then look for leaks.

    Writes only what changed, each file at once or not at all; may run any number of times.

    Args:
        handbook: what is built.
        site_dir: where a host has built its pages.
        known: digests of files that came from elsewhere; see `find_leaks`.
        processes: how many may search for leaks at once.

    Raises:
        LeakError: an exam key, a rationale or a stem stands where it must not.
    """
    for name, data in files(handbook):
        _write(site_dir / name, data)
    leaks = find_leaks(handbook, site_dir, known, processes)
    if leaks:
        raise LeakError(leaks)


def files(handbook: Handbook) -> Iterator[tuple[str, bytes]]:
    """Yield every file to be written beside the pages: its path and its content."""
    cache = handbook.root / ".cache"
    yield "assets/finder-data.js", finder_script(handbook, cache).encode()
    yield "assets/handbook.js", join().encode()
    web = resources.files("handbook") / "web"
    yield "finder.html", (web / "finder.html").read_bytes()
    yield "assets/finder.webmanifest", (web / "finder.webmanifest").read_bytes()
    if handbook.terms:
        yield "assets/terms.js", terms_script(handbook).encode()
    yield from calendars(handbook)
    yield from feeds(handbook)
    for form in handbook.forms.values():
        yield f"forms/{form.id}.csv", form_csv(form)
        yield f"forms/{form.id}.xlsx", form_xlsx(form)


def _write(path: Path, data: bytes) -> None:
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
