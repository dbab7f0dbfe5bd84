"""The server's own pages: one frame and one style sheet around all of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handbook.rendering.engine import render
from handbook.server.answers import page_answer

_STYLE = (resources.files("handbook.rendering") / "templates/server.css").read_text(
    encoding="utf-8"
)


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


async def _style(_request: Request) -> Response:
    """Answer with the style sheet, which has nothing to hide."""
    headers = {"Cache-Control": "no-cache"}
    return Response(_STYLE, media_type="text/css", headers=headers)


STYLE = Route("/server.css", _style, methods=["GET"])
"""Where the pages find their looks."""
