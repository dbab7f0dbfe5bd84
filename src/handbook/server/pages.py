"""The server's own pages: one frame, and the same looks, around all of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handbook.rendering.engine import render
from handbook.server.answers import page_answer

_TEMPLATES = resources.files("handbook.rendering") / "templates"


def page(
    template: str,
    company: Mapping[str, str],
    *,
    code: int = 200,
    home: str = "./",
    **shown: object,
) -> Response:
    """Return an answer that nobody keeps: a page in the frame of `server.html`.

    Args:
        template: extends `server.html`.
        company: texts of `company.yml`, for the name at the top.
        code: of the answer.
        home: the way from the page to the site's root.
        shown: what the template asks for besides.
    """
    name = company.get("name", "服务手册")
    return page_answer(render(template, company=name, home=home, **shown), code)


def _look(name: str, kind: str) -> Route:
    """Return the route to a file of looks, which has nothing to hide."""
    content = (_TEMPLATES / name).read_text(encoding="utf-8")

    async def answer(_request: Request) -> Response:
        headers = {"Cache-Control": "no-cache"}
        return Response(content, media_type=kind, headers=headers)

    return Route(f"/{name}", answer, methods=["GET"])


LOOKS = (
    _look("server.css", "text/css"),
    _look("server-dark.css", "text/css"),
    _look("server.js", "text/javascript"),
)
"""Where the pages find their looks."""
