"""The documents say what the code does, and nothing else."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

from handbook.checks.references import MACROS
from handbook.problems import CODES

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "content/guide/codes.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "src/handbook/DESIGN.md").read_text(encoding="utf-8")
CODE = re.compile(r"[A-Z]\d{3}")


def used_codes() -> set[str]:
    """Return every code that the library can print."""
    found = set()
    for path in (ROOT / "src/handbook").rglob("*.py"):
        found |= set(re.findall(r"\"([A-Z]\d{3})\"", path.read_text(encoding="utf-8")))
    return found


def described_codes() -> dict[str, str]:
    """Return the guide's paragraphs by code."""
    parts = re.split(r"^### (?=[A-Z]\d{3} )", GUIDE, flags=re.MULTILINE)[1:]
    return {part[:4]: part for part in parts}


def test_guide_describes_every_code():
    """Every code has its paragraph, and every paragraph its code."""
    assert used_codes() == set(described_codes())


@pytest.mark.parametrize("code", CODES)
def test_guide_uses_the_same_title(code):
    """A trainer finds in the guide the words of the table."""
    assert described_codes()[code].startswith(f"{code} {CODES[code].title} {{#")


@pytest.mark.parametrize("code", sorted(used_codes()))
def test_every_code_is_shown_by_example(code):
    """A paragraph has an example to compare one's own file with, or says what to do."""
    paragraph = described_codes()[code]

    assert "```" in paragraph or "改法" in paragraph


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_check_has_a_wrong_and_a_right_example(code):
    """Whoever gets a code compares their own lines with both."""
    paragraph = described_codes()[code]
    wrong, _, right = paragraph.partition("正确：")

    assert "错误：" in wrong
    assert "```" in wrong
    assert "```" in right


def test_readme_names_scripts_that_exist():
    """Every script that README names is there, and every script is named."""
    named = set(re.findall(r"scripts[/\\]([\w]+\.py)", README))
    there = {path.name for path in (ROOT / "scripts").glob("*.py")}
    inner = {
        "bench_tree.py",
        "bench_finder.py",
        "bench_corpus.py",
        "bench_engines.py",
        "bench_records.py",
        "bench_crowd.py",
        "bench_sittings.py",
        "of_tests.py",
        "pictures_desk.py",
        "pictures_exams.py",
        "pictures_host.py",
        "pictures_learners.py",
        "pictures_reading.py",
    }

    assert named <= there
    assert there - named <= inner


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_what_the_front_pages_show_and_link_is_there(name):
    """Pictures and local links of the pages that a stranger reads first."""
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = [
        target
        for target in re.findall(r"\]\(([^)#\s]+)", text)
        if not target.startswith(("http:", "https:"))
    ]

    assert targets
    assert [] == [target for target in targets if not (ROOT / target).exists()]


def test_readme_names_make_targets_that_exist():
    """Every `make …` in README is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))

    assert set(re.findall(r"`?make ([a-z]+)", README)) <= targets


def test_design_lists_every_macro():
    """The table of macros in DESIGN.md is the table of the check."""
    listed = set(re.findall(r"^\| `(\w+)\(", DESIGN, re.MULTILINE))

    assert set(MACROS) == listed


def test_design_says_why_each_dependency_is_there():
    """Nothing is installed without a reason."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("[tool.hatch")[0]
    names = re.findall(r"^    \"([\w.-]+)\",$", block, re.MULTILINE)
    reasons = DESIGN.split("## Dependencies")[1]

    assert names
    assert not [n for n in names if n not in reasons and not n.startswith("types-")]


def test_every_picture_of_the_guide_is_there_and_told_in_words():
    """Whoever cannot see a picture hears what is on it; none lies about unused."""
    guide = ROOT / "content/guide"
    shown = {
        name: told
        for page in guide.glob("*.md")
        for told, name in re.findall(
            r"!\[([^\]]*)\]\(pictures/([^)]+)\)", page.read_text(encoding="utf-8")
        )
    }

    assert set(shown) == {path.name for path in (guide / "pictures").iterdir()}
    assert [] == [name for name, told in shown.items() if len(told) < 10]


def test_commands_of_the_records_that_are_told_exist():
    """README and guide name what `records.py` can do, and nothing that it cannot."""
    script = (ROOT / "scripts/records.py").read_text(encoding="utf-8")
    there = set(
        re.findall(
            r'^def (\w+)\(|deciding\(\s*"(\w+)"|"(import)"', script, re.MULTILINE
        )
    )
    guide = [
        page.read_text(encoding="utf-8") for page in (ROOT / "content").rglob("*.md")
    ]
    told = {
        verb
        for text in (README, *guide)
        for verb in re.findall(r"records\.py ([a-z]+)", text)
    }

    assert len(told) > 8
    assert told <= {name for names in there for name in names if name}


def test_pictures_of_the_guide_are_light():
    """A page with six of them opens at once on a phone."""
    sizes = {
        path.name: path.stat().st_size // 1024
        for path in (ROOT / "content/guide/pictures").iterdir()
    }

    assert [] == [name for name, size in sizes.items() if size > 120]
    assert sum(sizes.values()) < 2000


ON_SCREEN = (
    "certificates",
    "changed-clauses",
    "grading",
    "learners",
    "records",
    "server",
    "standing",
    "statistics",
)
"""Pages of the guide that quote nothing but what our programs show."""


@pytest.mark.parametrize("name", ON_SCREEN)
def test_what_the_guide_quotes_is_what_the_screen_says(name):
    """A button that is called otherwise now is not looked for under its old name."""
    page = (ROOT / f"content/guide/{name}.md").read_text(encoding="utf-8")
    spoken = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    shown = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("src", "scripts")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".html"}
    )
    quoted = {words.rstrip("…") for words in re.findall(r"“([^”]+)”", spoken)}

    assert quoted
    assert [] == sorted(words for words in quoted if words not in shown)


def test_security_page_names_tests_that_exist():
    """Each promise has one, and none was renamed away."""
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", page)

    assert len(named) > 50
    for file, name in named:
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text, (file, name)
    for row in re.findall(r"^\| (?!-|promise|fault)(.+) \|$", page, re.MULTILINE):
        assert "::test_" in row.rpartition("|")[2], row


def named_in(text: str) -> set[str]:
    """Modules of ours, and what is in them, that a text names with dots."""
    rooms = {path.stem for path in (ROOT / "src/handbook").iterdir()} | {"handbook"}
    dotted = re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)(?:\(\))?`", text)
    return {
        name
        for name in dotted
        if name.partition(".")[0] in rooms
        and name.rpartition(".")[2]
        not in {"css", "html", "js", "json", "md", "py", "yml"}
    }


def is_there(name: str) -> bool:
    """Whether a module, or something in one, has this name."""
    try:
        return bool(pkgutil.resolve_name(f"handbook.{name.removeprefix('handbook.')}"))
    except (ImportError, AttributeError):
        return False


def test_what_code_and_design_refer_to_is_there():
    """A module that moved is not looked for in its old place."""
    files = [
        *(ROOT / "src/handbook").rglob("*.py"),
        *(ROOT / "scripts").glob("*.py"),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "src/handbook/DESIGN.md",
    ]
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in files
        for name in named_in(path.read_text(encoding="utf-8"))
    }

    assert len(named) > 20
    assert [] == sorted(one for one in named if not is_there(one[1]))
