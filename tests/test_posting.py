"""The review as a comment: written once, updated in place, over real HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from handbook.review.markup import MARK
from handbook.review.posting import HOSTS, PostError, post, target

SCRIPT = Path(__file__).parents[1] / "scripts/comment.py"
REVIEW = (
    f"{MARK}\n## 这次改动影响什么\n\n<del>三</del>声 [页](<https://preview/a.html>)\n"
)
SECRET = "the right one"  # noqa: S105 - of no real host
PATHS = {
    "github": ("/repos/own/book/issues/7/comments", "/repos/own/book/issues/comments/"),
    "gitlab": ("/projects/42/merge_requests/7/notes",) * 2,
    "gitee": ("/repos/own/book/pulls/7/comments", "/repos/own/book/pulls/comments/"),
}


class Forge(ThreadingHTTPServer):
    """A code host's comments of one pull request, by the paths that it documents."""

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.name = name
        self.comments: list[dict[str, object]] = []
        self.moved = ""
        """Where requests of this server are sent on to."""
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """Lists by pages, adds, changes; refuses a wrong token."""

    server: Forge

    def answer(self) -> None:
        forge, parts = self.server, urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        forge.asked.append((self.command, parts.path))
        if forge.moved:
            self.send_response(301)
            self.send_header("Location", forge.moved + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        shown = {
            "github": self.headers.get("Authorization", "").removeprefix("Bearer "),
            "gitlab": self.headers.get("PRIVATE-TOKEN"),
            "gitee": body.get("access_token") or query.get("access_token"),
        }[forge.name]
        if shown != SECRET:
            self.send(401, {})
            return
        all_of_them, one_of_them = PATHS[forge.name]
        if self.command == "GET" and parts.path == all_of_them:
            size, page = int(query["per_page"]), int(query["page"])
            self.send(200, forge.comments[size * (page - 1) : size * page])
        elif self.command == "GET":
            self.send(200, {"head": {"sha": "abc"}, "sha": "abc"})
        elif self.command == "POST" and parts.path == all_of_them:
            made = {"id": len(forge.comments) + 1, "body": body["body"]}
            forge.comments.append(made)
            self.send(201, made)
        else:
            expected = {"gitlab": "PUT"}.get(forge.name, "PATCH")
            number = int(parts.path.removeprefix(one_of_them).strip("/"))
            assert self.command == expected
            forge.comments[number - 1]["body"] = body["body"]
            self.send(200, forge.comments[number - 1])

    def send(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = answer  # noqa: N815 - the names it looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=list(HOSTS))
def forge(request) -> Iterator[Forge]:
    with Forge(request.param) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def environment(forge: Forge, token: str = SECRET) -> dict[str, str]:
    """What a job of the host finds."""
    host = HOSTS[forge.name]
    repo = "42" if forge.name == "gitlab" else "own/book"
    found = {host.api: forge.url, host.repo: repo, host.credential: token}
    return found | ({host.number: "7"} if host.number else {})


def where(forge: Forge, token: str = SECRET):
    return target(forge.name, environment(forge, token), "7")


def test_first_is_written_then_changed(forge):
    """One comment, however often it runs, also behind a hundred others."""
    forge.comments += [{"id": n + 1, "body": f"说了 {n}"} for n in range(130)]

    assert not post(where(forge), REVIEW)
    assert post(where(forge), REVIEW + "再改\n")

    ours = [one for one in forge.comments if str(one["body"]).startswith(MARK)]
    assert [one["body"] for one in ours] == [REVIEW + "再改\n"]
    assert len(forge.comments) == 131


def test_a_token_is_sent_nowhere_else(forge):
    """A host that sends the request on to another gets nothing written, nor does that."""
    with Forge(forge.name) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        forge.moved = other.url
        with pytest.raises(PostError, match="没有发出去") as told:
            post(where(forge), REVIEW)
        other.shutdown()

    assert other.asked == []
    assert SECRET not in str(told.value)


def test_wrong_token_is_told_in_chinese(forge):
    """And the token is not in what is told."""
    with pytest.raises(PostError, match="口令不对") as told:
        post(where(forge, "wrong"), REVIEW)

    assert "wrong" not in str(told.value)


def test_nothing_goes_to_a_request_that_moved_on(forge):
    """The review is of one commit."""
    assert not post(where(forge), REVIEW, commit="abc")
    with pytest.raises(PostError, match="新的提交"):
        post(where(forge), REVIEW, commit="def")


@pytest.mark.parametrize(
    "text",
    [
        "没有记号",
        f"{MARK}\n请 @all 看",
        f"{MARK}\n![x](<https://tracker/x.png>)",
        f"{MARK}\n<img src=x>",
        f"{MARK}\n[点这里](http://evil)",
        f"{MARK}\n" + "长" * 70_000,
    ],
)
def test_what_is_no_review_is_not_posted(text):
    """A fork wrote the text: mentions, pictures and foreign links stay out."""
    with Forge("github") as forge:
        with pytest.raises(PostError, match="没有发出去"):
            post(where(forge), text)

        assert forge.asked == []


@pytest.mark.parametrize("number", ["", "7; rm", "../1", "٧"])
def test_number_is_a_number(number):
    """It comes out of a fork's artifact."""
    with pytest.raises(PostError, match="不是合并请求的编号"):
        target("github", {"GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": "x"}, number)


@pytest.mark.parametrize("forge", ["github"], indirect=True)
def test_script_reads_environment_and_number_file(forge, tmp_path):
    """As the host's job runs it; what is missing is named."""
    (tmp_path / "review.md").write_text(REVIEW, encoding="utf-8")
    (tmp_path / "number").write_text("7\n", encoding="utf-8")
    command = [sys.executable, SCRIPT, forge.name, tmp_path / "review.md"]
    command += ["--number-file", tmp_path / "number"]
    clean = {
        k: v for k, v in os.environ.items() if not re.match("GIT(HUB|LAB|EE)_|CI", k)
    }

    said = [
        subprocess.run(command, env=clean | given, capture_output=True, encoding="utf-8", check=False)
        for given in (environment(forge), environment(forge), {})
    ]  # fmt: skip

    assert [ran.returncode for ran in said] == [0, 0, 1]
    assert [ran.stdout for ran in said] == ["评论已发出。\n", "评论已更新。\n", ""]
    assert HOSTS[forge.name].credential in said[2].stderr
