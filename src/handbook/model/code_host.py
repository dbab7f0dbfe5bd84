"""Where the repository of this handbook is kept, and what its web pages are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from handbook.model.pages import Page
from handbook.problems import Place

KINDS = ("github", "gitlab", "gitee", "gitea")

_EDIT = {
    "github": "{url}/edit/{branch}/",
    "gitlab": "{url}/-/edit/{branch}/",
    "gitee": "{url}/edit/{branch}/",
    "gitea": "{url}/_edit/{branch}/",
}
_LINE = {
    "github": "{url}/blob/{branch}/",
    "gitlab": "{url}/-/blob/{branch}/",
    "gitee": "{url}/blob/{branch}/",
    "gitea": "{url}/src/branch/{branch}/",
}
_ISSUES = {
    "github": ("{url}/issues/new", "title", "body"),
    "gitlab": ("{url}/-/issues/new", "issue[title]", "issue[description]"),
    # Gitee documents no prefilling; the report is copied as well.
    "gitee": ("{url}/issues/new", "issue[title]", "issue[description]"),
    "gitea": ("{url}/issues/new", "title", "body"),
}
_NAMES = {"github": "GitHub", "gitlab": "GitLab", "gitee": "Gitee", "gitea": "Gitea"}


@dataclass(frozen=True, slots=True)
class CodeHost:
    """A repository on a code host."""

    kind: str
    """One of `KINDS`: they name their pages differently."""
    url: str
    """The repository's page, without a slash at its end."""
    branch: str

    @property
    def name(self) -> str:
        """What people call it."""
        return _NAMES[self.kind]

    def edit(self, page: Page) -> str:
        """Return the address of the web editor for a page."""
        folder = _EDIT[self.kind].format(url=self.url, branch=quote(self.branch))
        return folder + quote(f"content/{page.path}")

    def line(self, place: Place) -> str:
        """Return the address of a line of a file."""
        folder = _LINE[self.kind].format(url=self.url, branch=quote(self.branch))
        return folder + quote(place.path) + f"#L{place.line}"

    @property
    def issue(self) -> dict[str, str]:
        """Return the address of a new issue and what it calls title and text."""
        url, title, body = _ISSUES[self.kind]
        return {"url": url.format(url=self.url), "title": title, "body": body}


def code_host(company: Mapping[str, str]) -> CodeHost | None:
    """Return where the repository is, by `company.yml`; `None` where that is not clear.

    Args:
        company: `repository_url` such as `https://gitee.com/anhe/handbook`;
            `repository_host`, its kind, where the address does not tell; and
            `repository_branch`, the branch that is edited, `main` without it.
    """
    if not company.get("repository_url") or unclear(company):
        return None
    url = _url(company)
    return CodeHost(_kind(company), url, company.get("repository_branch") or "main")


def unclear(company: Mapping[str, str]) -> str | None:
    """Return the field that keeps a repository from being known; `None` without a fault."""
    if not company.get("repository_url"):
        return None
    parts = urlsplit(_url(company))
    if parts.scheme not in {"http", "https"} or not parts.path.strip("/"):
        return "repository_url"
    return None if _kind(company) in KINDS else "repository_host"


def _url(company: Mapping[str, str]) -> str:
    return company["repository_url"].rstrip("/").removesuffix(".git")


def _kind(company: Mapping[str, str]) -> str:
    host = urlsplit(_url(company)).hostname or ""
    named = company.get("repository_host", "").lower()
    return named or next((kind for kind in KINDS if kind in host), "")
