"""A certificate as a page that prints on A4, landscape; whole in itself."""

from __future__ import annotations

from collections.abc import Mapping

from handbook.certificates.wording import TITLE, wording
from handbook.records.certificates import Certificate
from handbook.rendering.engine import render


def certificate_page(
    certificate: Certificate, company: Mapping[str, str], home: str = ""
) -> str:
    """Return the page; it holds no script, and loads nothing.

    Args:
        certificate: whose it is.
        company: texts of `company.yml`.
        home: the way back to the site's root; empty for a page in a file of its own.
    """
    words = wording(certificate, company)
    return render("certificate.html", title=TITLE, words=words, home=home)
