"""What every answer of the server tells the browser not to do."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

_SCRIPT = re.compile(
    rb"<script(?P<attributes>(?:\s[^>]*)?)>(?P<body>.*?)</script\s*>",
    re.DOTALL | re.IGNORECASE,
)
_ELSEWHERE = re.compile(rb"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(rb"\stype\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_RUNS = {b"", b"module", b"text/javascript", b"application/javascript"}


def inline_scripts(site: Path) -> frozenset[str]:
    """Return the CSP hashes of the scripts that the theme writes into pages.

    Theme pages hold a few; with their hashes in the policy, no other inline script
    runs, and `unsafe-inline` is not needed.
    """
    found: set[bytes] = set()
    for page in site.rglob("*.html"):
        for script in _SCRIPT.finditer(page.read_bytes()):
            kind = _TYPE.search(script["attributes"])
            if _ELSEWHERE.search(script["attributes"]):
                continue
            if (kind[1].lower() if kind else b"") in _RUNS and script["body"].strip():
                # Browsers hash what the HTML parser gives them: line feeds only.
                found.add(script["body"].replace(b"\r\n", b"\n"))
    return frozenset(
        f"'sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}'"
        for body in found
    )


def headers(scripts: frozenset[str]) -> dict[str, str]:
    """Return the headers that go with every answer."""
    directives = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *sorted(scripts)]),
        # Themes set widths and colours in style attributes; a style cannot run code.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {value}" for name, value in directives.items()
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
