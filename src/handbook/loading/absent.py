"""Data files that are gone or empty: told once, not at every use of them."""

from __future__ import annotations

from handbook.loading.gathered import Gathered
from handbook.problems import Place, Problem


def note_absent(gathered: Gathered) -> None:
    """Tell of what the rest of the handbook rests on and is not there."""
    if not (gathered.root / "content").is_dir():
        gathered.problems.append(
            Problem(
                Place("content"),
                "Y107",
                f"{gathered.root} 里没有手册：找不到 content 文件夹",
                "到手册所在的文件夹里运行，或用 --root 写对文件夹。",
            )
        )
    unread = {kind for kind, _ in gathered.written.unread}
    fronts = [page.front for page in gathered.pages.values()]
    calls = [
        *gathered.written.calls,
        *(call for page in gathered.pages.values() for call in page.calls),
    ]
    for name, kind, there, used in (
        ("figures", "figure", gathered.figures, any(c.name == "fig" for c in calls)),
        ("roles", "role", gathered.roles, bool(fronts)),
        ("systems", "system", gathered.systems, any(f.system for f in fronts)),
    ):
        if used and not there and kind not in unread:
            gathered.tell(
                kind,
                "*",
                [
                    Problem(
                        Place(f"content/_data/{name}.yml"),
                        "Y107",
                        "找不到这个文件，或者里面一条也没有",
                        "从改动记录里恢复这个文件；整本手册都用到它。",
                    )
                ],
            )
