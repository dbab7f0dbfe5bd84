"""What every answer of the server tells the browser not to do."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from types import MappingProxyType

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def _own_styles() -> Iterator[str]:
    """Yield the hashes of the style elements in templates, as a policy names them."""
    folder = resources.files("handbook.rendering") / "templates"
    for template in sorted(folder.iterdir(), key=lambda file: file.name):
        for style in _STYLE.findall(template.read_text(encoding="utf-8")):
            digest = hashlib.sha256(style.encode()).digest()
            yield f"'sha256-{base64.b64encode(digest).decode()}'"


_CONTENT = {
    "default-src": "'self'",
    # Pages carry no inline script, so none that got into one by some other way runs.
    "script-src": "'self'",
    # So with styles, but for those of our own templates that are files by themselves.
    "style-src": " ".join(["'self'", *_own_styles()]),
    # The map of a flow is as wide as its steps are many.
    "style-src-attr": "'unsafe-inline'",
    # The theme's style sheet holds its icons as data.
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(
            f"{name} {value}" for name, value in _CONTENT.items()
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
"""Go with every answer."""
