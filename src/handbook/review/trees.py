"""The handbook as it stood at another commit, taken out of git into a folder."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTS = ("content", "quizzes")
"""The folders that a handbook is loaded from."""


class BaseError(Exception):
    """The other commit cannot be had; says why, in Chinese."""


@contextmanager
def tree_at(root: Path, ref: str) -> Iterator[Path]:
    """Give the handbook's files where the change branched off from a commit.

    Nothing is written into the repository: no index, no work tree, no lock.

    Args:
        root: the handbook's folder, within a git work tree.
        ref: a branch, tag or commit. Compared is where HEAD left it, so that what others
            merged meanwhile is no part of the change.

    Raises:
        BaseError: there is no git, no repository or no such commit.
    """
    commit = _commit(root, ref)
    names = _git(root, "ls-tree", "--name-only", commit).decode().split("\n")
    parts = [name for name in names if name in PARTS]
    with tempfile.TemporaryDirectory(prefix="handbook-base-") as folder:
        if parts:
            data = _git(root, "archive", "--format=tar", commit, *parts)
            try:
                with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                    archive.extractall(folder, filter="data")
            except tarfile.TarError as failure:
                raise BaseError(f"“{ref}”里的文件取不出来：{failure}") from None
        yield Path(folder)


def _commit(root: Path, ref: str) -> str:
    try:
        commit = _git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options",
            f"{ref}^{{commit}}",
        ).decode().strip()  # fmt: skip
    except _GitError as failure:
        if failure.said:
            raise BaseError(f"不能读取 git 仓库：{failure.said}") from None
        raise BaseError(
            f"没有“{ref}”这个分支、标签或提交。先取到本地，例如运行 git fetch origin。"
        ) from None
    try:
        return _git(root, "merge-base", commit, "HEAD").decode().strip()
    except _GitError:
        return commit  # a shallow clone does not know where the two parted


class _GitError(BaseError):
    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(f"git 报错：{said}")


def _git(root: Path, *arguments: str) -> bytes:
    try:
        ran = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            check=False,
            env=os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise BaseError("找不到 git。请先安装 git。") from None
    if ran.returncode:
        raise _GitError(ran.stderr.decode(errors="replace").strip())
    return ran.stdout
