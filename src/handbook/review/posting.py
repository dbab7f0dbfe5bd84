"""The review of a change as one comment on a code host, updated in place.

GitHub, GitLab and Gitee differ in addresses and in how a token is shown; what is done is
the same: look for the comment that bears our mark, then change it or write the first.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from handbook.review.markup import LONGEST, MARK

_PER_PAGE = 100
_MOST_PAGES = 50
_SECONDS = 30

_FOREIGN = re.compile(
    r"@|!\[|<(?!/?(?:del|ins|br)>|https?://)|\]\((?!<https?://)", re.IGNORECASE
)
"""What a review never holds: mentions, pictures, markup beside its own, other links."""


class PostError(Exception):
    """The comment could not be posted; says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Host:
    """How a code host is spoken to. Addresses are filled with `repo` and `number`."""

    api: str
    """Variable that holds the address of its interface, and what it is otherwise."""
    api_default: str
    repo: str
    """Variable that holds the project."""
    number: str
    """Variable that holds the number of the pull request; empty: it must be given."""
    credential: str
    """Variable that holds the token."""
    comments: str
    comment: str
    """Of one comment, by `id`."""
    request: str
    """Of the pull request itself."""
    head: tuple[str, ...]
    """Where the request says which commit it is about."""
    change_by: str = "PATCH"
    header: str = ""
    """Header that carries the token; empty: it goes as a parameter."""
    scheme: str = ""


HOSTS: Mapping[str, Host] = {
    "github": Host(
        api="GITHUB_API_URL",
        api_default="https://api.github.com",
        repo="GITHUB_REPOSITORY",
        number="",
        credential="GITHUB_TOKEN",
        comments="/repos/{repo}/issues/{number}/comments",
        comment="/repos/{repo}/issues/comments/{id}",
        request="/repos/{repo}/pulls/{number}",
        head=("head", "sha"),
        header="Authorization",
        scheme="Bearer ",
    ),
    "gitlab": Host(
        api="CI_API_V4_URL",
        api_default="https://gitlab.com/api/v4",
        repo="CI_PROJECT_ID",
        number="CI_MERGE_REQUEST_IID",
        credential="GITLAB_TOKEN",
        comments="/projects/{repo}/merge_requests/{number}/notes",
        comment="/projects/{repo}/merge_requests/{number}/notes/{id}",
        request="/projects/{repo}/merge_requests/{number}",
        head=("sha",),
        change_by="PUT",
        header="PRIVATE-TOKEN",
    ),
    "gitee": Host(
        api="GITEE_API_URL",
        api_default="https://gitee.com/api/v5",
        repo="GITEE_PROJECT",
        number="GITEE_PULL_REQUEST_ID",
        credential="GITEE_TOKEN",
        comments="/repos/{repo}/pulls/{number}/comments",
        comment="/repos/{repo}/pulls/comments/{id}",
        request="/repos/{repo}/pulls/{number}",
        head=("head", "sha"),
    ),
}


@dataclass(frozen=True, slots=True)
class Target:
    """One pull request, and what is needed to write to it."""

    host: Host
    api: str
    repo: str
    number: str
    token: str

    def url(self, path: str, **more: str) -> str:
        """Return an address of the interface."""
        # A project is a number, or owner/name whose slash belongs to the path.
        filled = path.format(repo=quote(self.repo), number=self.number, **more)
        return self.api.rstrip("/") + filled


def target(name: str, environment: Mapping[str, str], number: str = "") -> Target:
    """Return where to post, from what the host's jobs find in their environment.

    Raises:
        PostError: something needed is not set, or the number is none.
    """
    host = HOSTS[name]
    number = number or environment.get(host.number, "")
    wanted = (host.repo, host.credential)
    missing = [variable for variable in wanted if not environment.get(variable)]
    if missing:
        raise PostError(f"缺少环境变量：{'、'.join(missing)}。")
    if not number.isascii() or not number.isdigit():
        raise PostError(f"“{number[:20]}”不是合并请求的编号。")
    return Target(
        host=host,
        api=environment.get(host.api) or host.api_default,
        repo=environment[host.repo],
        number=number,
        token=environment[host.credential],
    )


def post(place: Target, text: str, commit: str = "") -> bool:
    """Write the comment, or change the one that is there.

    Args:
        place: where.
        text: a review as `review.comment` writes it.
        commit: the pull request must be about this commit; empty asks nothing.

    Returns:
        Whether a comment was there already.

    Raises:
        PostError: the text is no review, the request is about another commit, or the
            host refuses.
    """
    if not text.startswith(f"{MARK}\n") or len(text) > LONGEST:
        raise PostError("这不是 scripts/review.py 写的审阅结果，没有发出去。")
    if found := _FOREIGN.search(text.removeprefix(MARK)):
        around = text[max(0, found.start() - 10) : found.end() + 20]
        raise PostError(f"审阅结果里有不该有的标记，没有发出去：{around!r}")
    if commit:
        told: Any = _ask(place, "GET", place.url(place.host.request))
        for step in place.host.head:
            told = told.get(step, "") if isinstance(told, dict) else ""
        if told != commit:
            raise PostError("这个合并请求已经有了新的提交，没有发出去。")
    body = {"body": text}
    for one in _comments(place):
        if str(one.get("body", "")).startswith(MARK):
            url = place.url(place.host.comment, id=str(one["id"]))
            _ask(place, place.host.change_by, url, body)
            return True
    _ask(place, "POST", place.url(place.host.comments), body)
    return False


def _comments(place: Target) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, _MOST_PAGES + 1):
        asked = {"per_page": str(_PER_PAGE), "page": str(page)}
        url = f"{place.url(place.host.comments)}?{urlencode(asked)}"
        part: Any = _ask(place, "GET", url)
        found += [one for one in part if isinstance(one, dict)]
        if len(part) < _PER_PAGE:
            break
    return found


def _ask(
    place: Target, method: str, url: str, body: Mapping[str, str] | None = None
) -> Any:  # noqa: ANN401 - JSON
    headers = {"Accept": "application/json", "User-Agent": "service-handbook"}
    data = dict(body) if body else None
    if place.host.header:
        headers[place.host.header] = place.host.scheme + place.token
    elif data is not None:
        data["access_token"] = place.token
    else:
        url += ("&" if "?" in url else "?") + urlencode({"access_token": place.token})
    if data is not None:
        headers["Content-Type"] = "application/json"
    if not url.startswith(("https://", "http://")):
        raise PostError("代码托管平台的接口地址要以 https:// 开头。")
    request = urllib.request.Request(  # noqa: S310 - checked just above
        url,
        data=None if data is None else json.dumps(data).encode(),
        headers=headers,
        method=method,
    )
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise PostError(
            f"代码托管平台不接受（{refused.code}）：{_CURES.get(refused.code, '看平台的日志。')}"
        ) from None
    except (OSError, ValueError) as failure:
        raise PostError(f"连不上代码托管平台，或者回答看不懂：{failure}") from None


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows an address that moved within a host; elsewhere the token must not go.

    Nor is a comment written by following: what was to be written would become a question.
    """

    def redirect_request(
        self,
        req: urllib.request.Request,
        *about: Any,  # noqa: ANN401 - urllib's own
    ) -> urllib.request.Request | None:
        """Return the request for the new address, the last of what is told about it."""
        here, there = urlsplit(req.full_url), urlsplit(str(about[-1]))
        if req.get_method() != "GET" or here[:2] != there[:2]:
            raise PostError(
                f"代码托管平台把请求转到了 {there.scheme}://{there.netloc}，没有发出去。"
                "请核对接口的地址和项目的名字。"
            )
        return super().redirect_request(req, *about)


_OPENER = urllib.request.build_opener(_Staying)

_CURES = {
    401: "口令不对或已过期。",
    403: "口令没有写评论的权限。",
    404: "没有这个合并请求，或者口令看不到这个项目。",
}
