"""What every answer of the server tells the browser not to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CONTENT = {
    "default-src": "'self'",
    # Pages carry no inline script, so none that got into one by some other way runs.
    "script-src": "'self'",
    # The theme sets widths and colours in style attributes; a style runs no code.
    "style-src": "'self' 'unsafe-inline'",
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
