"""Problems as other programs read them: annotations, GitLab, SARIF, JSON."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from handbook import harmless
from handbook.problems import CODES, Level, Problem, summary

_GITHUB = {Level.BLOCK: "error", Level.WARN: "warning", Level.ADVISE: "notice"}
_GITLAB = {Level.BLOCK: "blocker", Level.WARN: "major", Level.ADVISE: "info"}
_SARIF = {Level.BLOCK: "error", Level.WARN: "warning", Level.ADVISE: "note"}

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(problems: Sequence[Problem]) -> str:
    """Return problems for people, counted at the end."""
    return "\n".join([*map(str, problems), summary(problems)])


def as_json(problems: Iterable[Problem]) -> str:
    """Return problems as a list of plain values."""
    listed = [
        {
            "place": {
                "path": problem.place.path,
                "line": problem.place.line,
                "column": problem.place.column,
            },
            "code": problem.code,
            "level": problem.level.value,
            "title": CODES[problem.code].title,
            "message": problem.message,
            "remedy": problem.remedy,
        }
        for problem in problems
    ]
    return harmless.as_json(listed)


def as_annotations(problems: Iterable[Problem]) -> str:
    """Return problems as workflow commands, which GitHub shows beside the lines."""
    return "\n".join(map(_annotation, problems))


def _annotation(problem: Problem) -> str:
    place = problem.place
    properties = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{problem.code} {CODES[problem.code].title}",
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = _data(f"{problem.message}\n改法：{problem.remedy}")
    return f"::{_GITHUB[problem.level]} {given}::{message}"


def _data(text: str) -> str:
    """Escape a command's message as GitHub's toolkit does (`escapeData`)."""
    shown = harmless.visible(text)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a command's property as GitHub's toolkit does (`escapeProperty`)."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_gitlab(problems: Iterable[Problem]) -> str:
    """Return problems as GitLab's code quality report."""
    listed = [
        {
            "description": f"{problem.message}。改法：{problem.remedy}",
            "check_name": problem.code,
            "fingerprint": fingerprint,
            "severity": _GITLAB[problem.level],
            "location": {
                "path": problem.place.path,
                "lines": {"begin": problem.place.line},
            },
        }
        for problem, fingerprint in _fingerprinted(problems)
    ]
    return harmless.as_json(listed)


def as_sarif(problems: Iterable[Problem]) -> str:
    """Return problems as a SARIF 2.1.0 log."""
    codes = list(CODES)
    results = [
        {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": _SARIF[problem.level],
            "message": {"text": f"{problem.message}。改法：{problem.remedy}"},
            "locations": [_sarif_location(problem)],
            "partialFingerprints": {"handbook/v1": fingerprint},
        }
        for problem, fingerprint in _fingerprinted(problems)
    ]
    rules = [
        {
            "id": code,
            "shortDescription": {"text": kind.title},
            "defaultConfiguration": {"level": _SARIF[kind.level]},
        }
        for code, kind in CODES.items()
    ]
    driver = {"name": "service-handbook", "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return harmless.as_json(
        {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    )


def _sarif_location(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "physicalLocation": {
            "artifactLocation": {
                "uri": quote(place.path),
                "uriBaseId": "%SRCROOT%",
            },
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }


_LINES = re.compile(r":\d+:\d+|第 \d+ 行")


def _fingerprinted(problems: Iterable[Problem]) -> Iterator[tuple[Problem, str]]:
    """Yield each problem with a fingerprint that moving its lines does not change.

    The same mistake a second time in a file is told apart by its turn.
    """
    turns: Counter[tuple[str, str, str]] = Counter()
    for problem in problems:
        said = _LINES.sub("", problem.message)
        same = (problem.code, problem.place.path, said)
        turns[same] += 1
        text = "\0".join((*same, str(turns[same])))
        yield problem, hashlib.sha256(text.encode()).hexdigest()[:32]


FORMATS = {
    "text": as_text,
    "json": as_json,
    "annotations": as_annotations,
    "gitlab": as_gitlab,
    "sarif": as_sarif,
}
"""What `scripts/check.py --format` can write."""
