"""Where the handbook's files stand on a code host, by `repository_url` of company.yml."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from handbook.problems import Place

_STYLES = (("gitlab", "/-/blob/{branch}/"), ("gitea", "/src/branch/{branch}/"))
"""Part of a host's name, and how it addresses files; GitHub and Gitee agree."""


def source_url(company: Mapping[str, str], place: Place) -> str:
    """Return the address of a line on the code host; empty where none is known.

    Args:
        company: `company.yml`: `repository_url` such as
            `https://gitee.com/anhe/handbook`, and `repository_branch` if it is not
            `main`.
        place: file and line.
    """
    base = company.get("repository_url", "").rstrip("/").removesuffix(".git")
    if not base.startswith(("https://", "http://")):
        return ""
    branch = quote(company.get("repository_branch", "main"))
    way = next((way for name, way in _STYLES if name in base), "/blob/{branch}/")
    return base + way.format(branch=branch) + f"{quote(place.path)}#L{place.line}"
