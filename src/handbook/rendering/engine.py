"""How templates become HTML that Markdown passes through unread."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

_LINE_END = re.compile(r"\r\n?|\n")


def _on_one_line(value: object) -> Markup:
    """Escape a value; line ends as references, so that no line of it looks like Markdown."""
    if isinstance(value, Markup):
        return value
    return Markup(_LINE_END.sub("&#10;", escape(str(value))))  # noqa: S704 - escaped here


_ENVIRONMENT = Environment(
    loader=PackageLoader("handbook.rendering"),
    autoescape=True,
    finalize=_on_one_line,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: object) -> str:
    """Return a template of `templates/`, filled in, as one block of HTML.

    Values are escaped. The output has no blank line and no margin, so that a page may
    hold it in the middle of its Markdown: a blank line would end the block there, and
    four leading spaces would make it code.

    Raises:
        jinja2.UndefinedError: the template uses a value that was not given.
        jinja2.TemplateNotFound: there is no such template.
    """
    written = _ENVIRONMENT.get_template(template).render(**values)
    lines = (line.strip() for line in _LINE_END.split(written))
    return "\n".join(line for line in lines if line)
