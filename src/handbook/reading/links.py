"""Where a link of a page leads."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit


def resolve(page: str, target: str) -> tuple[str, str] | None:
    """Return (page, anchor) that a link of a page points to; None if it leads outside.

    Args:
        page: path of the page that holds the link, relative to `content/`.
        target: as written; `/x.md` counts from `content/`.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    anchor = unquote(parts.fragment)
    path = unquote(parts.path)
    if not path:
        return page, anchor
    if path.startswith("/"):
        return normpath(path).lstrip("/"), anchor
    return normpath(join(dirname(page), path)), anchor
