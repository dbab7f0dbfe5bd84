"""What other programs read of the check: escapes, levels, fingerprints, shapes."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from handbook.harmless import visible
from handbook.problems import CODES, Level, Place, Problem, passing
from handbook.problems.formats import (
    FORMATS,
    as_annotations,
    as_gitlab,
    as_json,
    as_sarif,
    as_text,
)

NASTY = "100%，甲:乙,丙\r\n丁"


def problem(
    code: str = "P202", path: str = "content/x.md", line: int = 3, message: str = "坏了"
) -> Problem:
    return Problem(Place(path, line, 5), code, message, "改好")


def unescaped(text: str, pairs: dict[str, str]) -> str:
    """Undo a workflow command's escapes as GitHub's runner does, % last."""
    for escape, character in pairs.items():
        text = text.replace(escape, character)
    return text.replace("%25", "%")


def test_annotations_escape_what_would_end_them():
    """The runner's own unescaping gives back what was said, in one line."""
    shown = as_annotations([problem(path="content/100%,a:b.md", message=NASTY)])

    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", shown)
    assert found
    assert "\n" not in shown
    assert "\r" not in shown
    properties = dict(one.split("=", 1) for one in found[2].split(","))
    ends = {"%0D": "\r", "%0A": "\n"}
    assert properties["file"] == "content/100%25%2Ca%3Ab.md"
    assert (
        unescaped(properties["file"], ends | {"%3A": ":", "%2C": ","})
        == "content/100%,a:b.md"
    )
    assert (properties["line"], properties["col"]) == ("3", "5")
    assert unescaped(found[3], ends) == visible(f"{NASTY}\n改法：改好")


@pytest.mark.parametrize(
    ("code", "kind"), [("P202", "error"), ("S603", "warning"), ("L951", "notice")]
)
def test_annotations_have_the_level_of_the_code(code, kind):
    """Blocking, reminding and advising look different beside a line."""
    assert as_annotations([problem(code)]).startswith(f"::{kind} file=")


def test_gitlab_fingerprints_follow_a_mistake_that_moves():
    """GitLab tells old from new by them: a line more above changes nothing."""
    before = json.loads(as_gitlab([problem(line=3), problem(line=9)]))
    after = json.loads(as_gitlab([problem(line=4), problem(line=10)]))

    marks = [one["fingerprint"] for one in before]
    assert len(set(marks)) == 2
    assert marks == [one["fingerprint"] for one in after]
    assert marks[0] not in {
        one["fingerprint"]
        for one in json.loads(
            as_gitlab([problem("P203"), problem(path="y"), problem(message="别的")])
        )
    }


def test_gitlab_fingerprints_do_not_hang_on_lines_that_a_message_names():
    """“第一次在第 3 行” is the same mistake when both lines moved."""
    one = json.loads(as_gitlab([problem(message="写了两次，第一次在第 3 行")]))
    other = json.loads(as_gitlab([problem(message="写了两次，第一次在第 8 行")]))

    assert one[0]["fingerprint"] == other[0]["fingerprint"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Lines(Strict):
    begin: int = Field(ge=1)


class Location(Strict):
    path: str
    lines: Lines


class GitlabIssue(Strict):
    """What GitLab's documentation of code quality reports asks for."""

    description: str
    check_name: str
    fingerprint: str = Field(pattern="^[0-9a-f]{32}$")
    severity: Literal["info", "minor", "major", "critical", "blocker"]
    location: Location


def test_gitlab_reports_have_the_documented_shape():
    """Every level has a severity that GitLab knows."""
    found = json.loads(as_gitlab([problem(code) for code in CODES]))

    assert len(CODES) == len([GitlabIssue.model_validate(one) for one in found])


class Text(Strict):
    text: str = Field(min_length=1)


class Configuration(Strict):
    level: Literal["none", "note", "warning", "error"]


class Rule(Strict):
    id: str
    shortDescription: Text  # noqa: N815 - here and below: SARIF's own names
    defaultConfiguration: Configuration  # noqa: N815


class Driver(Strict):
    name: str
    rules: list[Rule]


class Tool(Strict):
    driver: Driver


class Artifact(Strict):
    uri: str = Field(pattern=r"^[A-Za-z0-9._~/%-]+$")
    uriBaseId: str  # noqa: N815


class Region(Strict):
    startLine: int = Field(ge=1)  # noqa: N815
    startColumn: int = Field(ge=1)  # noqa: N815


class Physical(Strict):
    artifactLocation: Artifact  # noqa: N815
    region: Region


class SarifLocation(Strict):
    physicalLocation: Physical  # noqa: N815


class Result(Strict):
    ruleId: str  # noqa: N815
    ruleIndex: int  # noqa: N815
    level: Literal["none", "note", "warning", "error"]
    message: Text
    locations: list[SarifLocation] = Field(min_length=1)
    partialFingerprints: dict[str, str]  # noqa: N815


class Run(Strict):
    tool: Tool
    columnKind: Literal["utf16CodeUnits", "unicodeCodePoints"]  # noqa: N815
    results: list[Result]


class Sarif(Strict):
    """The part of SARIF 2.1.0 that is used, as its schema has it."""

    schema_: str = Field(alias="$schema")
    version: Literal["2.1.0"]
    runs: list[Run] = Field(min_length=1)


def test_sarif_has_the_shape_of_its_schema():
    """Rules are listed once; each result points at its own."""
    found = Sarif.model_validate_json(
        as_sarif([problem(code, path="content/前台 1.md") for code in CODES])
    )

    (run,) = found.runs
    rules = run.tool.driver.rules
    assert [rule.id for rule in rules] == list(CODES)
    for result in run.results:
        assert rules[result.ruleIndex].id == result.ruleId
        assert result.level == rules[result.ruleIndex].defaultConfiguration.level


def test_json_says_all_there_is():
    """Programs need not know the table of levels."""
    (found,) = json.loads(as_json([problem()]))

    assert found == {
        "place": {"path": "content/x.md", "line": 3, "column": 5},
        "code": "P202",
        "level": "阻断",
        "title": CODES["P202"].title,
        "message": "坏了",
        "remedy": "改好",
    }


def test_text_counts_by_level():
    """The last line sums up."""
    shown = as_text([problem(), problem("S603"), problem("L951"), problem("L952")])

    assert shown.splitlines()[-1] == "共 4 个问题：阻断 1，提醒 1，建议 2。"
    assert as_text([]) == "没有发现问题。"


@pytest.mark.parametrize("style", FORMATS)
def test_every_format_can_say_that_nothing_is_wrong(style):
    """A clean run is a result too, and a file that parses."""
    shown = FORMATS[style]([])

    parsed: Any = json.loads(shown) if style not in {"text", "annotations"} else shown
    assert parsed in ("没有发现问题。", "", []) or not parsed["runs"][0]["results"]


def test_only_advice_lets_a_check_pass():
    """A reminder is mended or exempted; advice is an author's to take."""
    codes = {
        level: next(c for c in CODES if CODES[c].level is level) for level in Level
    }

    assert passing([])
    assert passing([problem(codes[Level.ADVISE])])
    assert not passing([problem(codes[Level.WARN])])
    assert not passing([problem(codes[Level.BLOCK])])
