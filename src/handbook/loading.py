"""`load(root)`: a whole handbook from its files, with every problem there is."""

from __future__ import annotations

import gc
import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from handbook.checks import advise, check
from handbook.checks.echoes import folded
from handbook.checks.exemptions import covering, exempted
from handbook.checks.references import IN_DATA
from handbook.code_owners import PATH as CODE_OWNERS
from handbook.handbook import Bank, Handbook
from handbook.model.code_host import KINDS, unclear
from handbook.model.data import Figure, Form, Record, Role, System, Text
from handbook.model.events import Event
from handbook.model.exams import Exam
from handbook.model.flows import Flow
from handbook.model.items import Item
from handbook.model.pages import (
    Call,
    Clause,
    FrontMatter,
    Heading,
    Kind,
    Link,
    Page,
    Phrase,
)
from handbook.model.terms import Term
from handbook.problems import Place, Problem, blocking, guess, in_order
from handbook.reading.exemptions import in_page, in_yaml
from handbook.reading.links import resolve
from handbook.reading.markdown_files import (
    Definition,
    MarkdownFile,
    Section,
    link_targets,
    plain,
    read_markdown,
)
from handbook.reading.shapes import read_shape
from handbook.reading.sources import Lines, read_source
from handbook.reading.templates import FoundCall, fill, find_calls
from handbook.reading.written import Written
from handbook.reading.yaml_files import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    place_of,
    read_yaml,
    scalars,
)

PHRASE_TERMS = ("适用", "不要说", "换个说法", "接着", "依据", "关键词")
"""Terms of a phrase's definition list."""


def load(root: Path) -> Handbook:
    """Load and check a handbook; an author's mistake is a problem, never an error.

    Memoised by what is on disk (paths, sizes, times), because some hosts run the
    macros module again for every page.
    """
    root = root.resolve()
    return _load(root, tuple(_state(root)))


@lru_cache(maxsize=4)
def _load(root: Path, _files: tuple[tuple[str, int, int], ...]) -> Handbook:
    with _no_garbage_collection():
        return _Loading(root).handbook()


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Loading makes a million small values and no cycles; walking them doubles it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _state(root: Path) -> Iterator[tuple[str, int, int]]:
    owners = root / CODE_OWNERS
    paths = [*_files(root / "content"), *_files(root / "quizzes")]
    for path in [*paths, *([str(owners)] if owners.is_file() else [])]:
        status = Path(path).stat()
        yield path, status.st_size, status.st_mtime_ns


def _files(folder: Path | str) -> Iterator[str]:
    """Yield every file below a folder, in order of name."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(entry.path)
        else:
            yield entry.path


def _judge(
    book: Handbook, written: Written, found: list[Problem]
) -> tuple[Problem, ...]:
    """Return every problem: what was found on loading, and what is only advised."""
    with _no_garbage_collection():
        told = [*found, *advise(book, written)]
        return in_order(exempted(told, written.exemptions))


_LINKED = re.compile(r"(?<!!)\[([^\[\]]+)\]\([^()\s]*\)")
"""A Markdown link in running text."""


class _Loading:
    """One run of loading; fills its dictionaries from the ground up.

    The order is that of dependence: company and figures, then pages (phrases before
    clauses, since a clause may quote a phrase), then banks and exams.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.written = Written()
        self.company: dict[str, str] = {}
        self.figures: dict[str, Figure] = {}
        self.roles: dict[str, Role] = {}
        self.forms: dict[str, Form] = {}
        self.systems: dict[str, System] = {}
        self.flows: dict[str, Flow] = {}
        self.events: dict[str, Event] = {}
        self.terms: dict[str, Term] = {}
        self.synonyms: list[tuple[str, ...]] = []
        self.pages: dict[str, Page] = {}
        self.clauses: dict[str, Clause] = {}
        self.clause_titles: dict[str, str] = {}
        self.phrases: dict[str, Phrase] = {}
        self.banks: dict[str, Bank] = {}
        self.items: dict[str, Item] = {}
        self.exams: dict[str, Exam] = {}
        self.item_figures: dict[str, frozenset[str]] = {}
        self.unfilled: set[Place] = set()
        """Scalars that call a figure we could not read; its own problem is enough."""

    def handbook(self) -> Handbook:
        self._read_data()
        self._read_pages()
        self._read_banks()
        self._read_exams()
        self._note_absent()
        book = Handbook(
            root=self.root,
            company=self.company,
            figures=self.figures,
            roles=self.roles,
            forms=self.forms,
            systems=self.systems,
            synonyms=tuple(self.synonyms),
            pages=self.pages,
            clauses=self.clauses,
            phrases=self.phrases,
            banks=self.banks,
            items=self.items,
            exams=self.exams,
            places=self.written.places(),
            item_figures=self.item_figures,
            flows=self.flows,
            events=self.events,
            terms=self.terms,
            exemptions=tuple(self.written.exemptions),
        )
        found = list(folded([*self.problems, *check(book, self.written)], book))
        return replace(
            book,
            blocking=in_order(
                one
                for one in blocking(found)
                if not covering(one, self.written.exemptions)
            ),
            judge=cache(partial(_judge, book, self.written, found)),
        )

    def _note_absent(self) -> None:
        """Tell once of a data file that is gone or empty, not of every use of it."""
        if not (self.root / "content").is_dir():
            self.problems.append(
                Problem(
                    Place("content"),
                    "Y107",
                    f"{self.root} 里没有手册：找不到 content 文件夹",
                    "到手册所在的文件夹里运行，或用 --root 写对文件夹。",
                )
            )
        fronts = [page.front for page in self.pages.values()]
        calls = [
            *self.written.calls,
            *(c for p in self.pages.values() for c in p.calls),
        ]
        for name, kind, there, used in (
            ("figures", "figure", self.figures, any(c.name == "fig" for c in calls)),
            ("roles", "role", self.roles, bool(fronts)),
            ("systems", "system", self.systems, any(f.system for f in fronts)),
        ):
            if (
                used
                and not there
                and all(unread != kind for unread, _ in self.written.unread)
            ):
                self.written.unread.add((kind, "*"))
                self.problems.append(
                    Problem(
                        Place(f"content/_data/{name}.yml"),
                        "Y107",
                        "找不到这个文件，或者里面一条也没有",
                        "从改动记录里恢复这个文件；整本手册都用到它。",
                    )
                )

    # Data

    def _read_data(self) -> None:
        company, _ = self._yaml("content/_data/company.yml", "company")
        if isinstance(company, Mapping):
            texts, problems = read_shape(dict[str, Text], company)
            self.problems += problems
            self.company = texts or {}
            self._note_unread("company", "*", problems)
            self.problems += _unknown_host(company, self.company)
        self._read_list("figures", Figure, self.figures)
        self._read_list("systems", System, self.systems)
        self._read_list("roles", Role, self.roles)
        self._read_list("forms", Form, self.forms)
        self._read_list("flows", Flow, self.flows)
        self._read_list("events", Event, self.events, "calendar")
        self._read_list("terms", Term, self.terms)
        groups, _ = self._yaml("content/_data/synonyms.yml", "synonym")
        listed = self._entries(groups, "groups")
        for node in listed:
            group, problems = read_shape(tuple[Text, ...], node)
            self.problems += problems
            if group:
                self.synonyms.append(group)

    def _read_list(
        self, name: str, model: type[Record], into: dict[str, Any], file: str = ""
    ) -> None:
        """Read a list under the key `name` of the file of that name, or of another."""
        path = f"content/_data/{file or name}.yml"
        root, _calls = self._yaml(path, name[:-1])
        for node in self._entries(root, name):
            value, problems = self._shape(model, node)
            self._note_unread(name[:-1], _written_name(node, "id"), problems)
            if value is not None:
                self._keep(name[:-1], value.id, value, node, into)

    def _entries(self, root: Node | None, field: str) -> list[Node]:
        """Return the list under a file's one field; say so where it is not one."""
        if root is None:
            return []
        value = root.entries.get(field) if isinstance(root, Mapping) else None
        if isinstance(root, Mapping):
            for other in root.entries:
                if other != field:
                    self.problems.append(
                        Problem(
                            root.keys[other].place,
                            "Y104",
                            f"不认识的字段“{other}”",
                            f"这个文件只有一个字段 {field}。",
                        )
                    )
        if isinstance(value, Sequence):
            return value.items
        place = value.place if value is not None else root.place
        if value is None:
            self.problems.append(
                Problem(
                    place,
                    "Y103",
                    f"缺少必填字段“{field}”",
                    f"文件第一行写 {field}:，下面是列表。",
                )
            )
        elif getattr(value, "text", None) != "":
            self.problems.append(
                Problem(place, "Y105", f"“{field}”要写成列表", "每一项以“- ”开头。")
            )
        return []

    def _keep(
        self, kind: str, name: str, value: object, node: Node, into: dict[str, Any]
    ) -> None:
        """Keep a value under its id; the first one wins."""
        if name in into:
            first = self.written.trees[kind, name].place
            self.written.repeated.append((kind, name, node.place, first))
            return
        into[name] = value
        self.written.trees[kind, name] = node

    def _note_unread(self, kind: str, name: str, problems: list[Problem]) -> None:
        if problems:
            self.written.unread.add((kind, name))

    def _yaml(
        self, path: str, kind: str, name: str = "*"
    ) -> tuple[Node | None, list[Call]]:
        """Read a data file and fill in its macro calls.

        Args:
            path: relative to the root.
            kind: what the file holds.
            name: which one of them, where it holds only one.
        """
        if not (self.root / path).exists():
            return None, []
        source, problems = read_source(self.root, path)
        self.problems += problems
        self._note_unread(kind, name, problems)
        if problems:
            return None, []
        node, problems = read_yaml(source, path)
        self.problems += problems
        self._note_unread(kind, name, problems if node is None else [])
        self.written.sources[path] = source
        self.written.exemptions += in_yaml(source, node, path)
        calls = self._fill_tree(node, source, path) if node is not None else []
        self.written.calls += calls
        return node, calls

    def _fill_tree(self, node: Node, source: str, path: str) -> list[Call]:
        """Fill in the calls in every scalar, and return them with their places."""
        calls: list[Call] = []
        lines: Lines | None = None
        for scalar in scalars(node):
            if "{{" not in scalar.text and "{%" not in scalar.text:
                continue
            lines = lines or Lines(source, path)
            found, faults = find_calls(scalar.text)
            at = scalar.start
            for call in found:
                at = max(source.find(f"{call.name}(", at, scalar.end), at)
                calls.append(Call(call.name, call.arguments, lines.place(at)))
                at += 1
            self.problems += [
                Problem(scalar.place, "M304", fault.message, fault.remedy)
                for fault in faults
            ]
            if any(self._lacks(call) for call in found):
                self.unfilled.add(scalar.place)
            scalar.text = fill(scalar.text, self._value)
        return calls

    def _lacks(self, call: FoundCall) -> bool:
        return (
            call.name == "fig"
            and bool(call.arguments)
            and call.arguments[0] not in self.figures
        )

    def _shape(self, shape: Any, node: Node) -> tuple[Any, list[Problem]]:  # noqa: ANN401 — unions are no types
        """Read a shape; what hangs on an unknown figure is told there, not here too."""
        value, problems = read_shape(shape, node)
        own = [
            problem
            for problem in problems
            if problem.code != "Y105" or problem.place not in self.unfilled
        ]
        self.problems += own
        return value, problems

    def _value(self, call: FoundCall) -> str:
        """Return what a call reads as in plain text; unknown names are checked later."""
        argument = call.arguments[0] if call.arguments else ""
        if call.name == "fig" and argument in self.figures:
            return self.figures[argument].wording
        if call.name == "company":
            return self.company.get(argument, "")
        if call.name == "clause":
            return self.clause_titles.get(argument, "")
        if call.name == "say" and argument in self.phrases:
            return self.phrases[argument].words
        return f"[{argument}]" if call.name in IN_DATA else ""

    def _plain(self, markdown: str) -> str:
        return plain(fill(markdown, self._value))

    # Pages

    def _read_pages(self) -> None:
        content = self.root / "content"
        files: dict[str, tuple[MarkdownFile, FrontMatter]] = {}
        for name in _files(content):
            path = Path(name).relative_to(content).as_posix()
            if path.endswith(".md") and not path.startswith("_data/"):
                read = self._read_page(path)
                if read:
                    files[path] = read
                else:
                    self.written.unread.add(("page", path))
        self.clause_titles = {
            f"{path}#{section.id}": section.words
            for path, (file, front) in files.items()
            if front.kind.has_clauses
            for section in file.sections
            if section.id
        }
        kinds = {path: front.kind for path, (_, front) in files.items()}
        for path, (file, front) in files.items():
            if front.kind is Kind.SCRIPT:
                for phrase in self._phrases(path, file, front, kinds):
                    self.phrases.setdefault(phrase.address, phrase)
        for path, (file, front) in files.items():
            self.pages[path] = self._page(path, file, front)

    def _read_page(self, path: str) -> tuple[MarkdownFile, FrontMatter] | None:
        where = f"content/{path}"
        source, problems = read_source(self.root, where)
        self.problems += problems
        if problems:
            return None
        file = read_markdown(source, where)
        self.problems += file.problems
        self.written.sources[where] = source
        self.written.exemptions += in_page(file, where)
        self.written.exemptions += in_yaml(file.head, file.front, where, first_line=2)
        if file.front is None:
            if not file.problems:
                self.problems.append(
                    Problem(
                        Place(where),
                        "P201",
                        "页面没有文件头",
                        "在第一行写 ---，下面写 title、kind、owner、reviewed，再写一行 ---。",
                    )
                )
            return None
        front, problems = read_shape(FrontMatter, file.front)
        self.problems += problems
        if front is None:
            return None
        self.written.trees["page", path] = file.front
        self.written.pages[path] = file
        if front.kind is Kind.SCRIPT:
            self.written.scripts.add(path)
        return file, front

    def _page(self, path: str, file: MarkdownFile, front: FrontMatter) -> Page:
        lines = Lines(file.body, f"content/{path}", first_line=file.body_line)
        found, faults = find_calls(file.body)
        self.problems += [
            Problem(lines.place(fault.at), "M304", fault.message, fault.remedy)
            for fault in faults
        ]
        texts = [self._plain(section.text()) for section in file.sections]
        known = tuple(name for name in front.system if name in self.systems)
        clauses = (
            tuple(_clauses(path, file, known, texts)) if front.kind.has_clauses else ()
        )
        for clause in clauses:
            self.clauses.setdefault(clause.address, clause)
        return Page(
            path=path,
            front=front,
            headings=tuple(
                Heading(section.level, section.words, section.id, section.place)
                for section in file.sections
                if section.level
            ),
            clauses=clauses,
            phrases=tuple(
                phrase for phrase in self.phrases.values() if phrase.page == path
            )
            if front.kind is Kind.SCRIPT
            else (),
            calls=tuple(
                Call(call.name, call.arguments, lines.place(call.at)) for call in found
            ),
            links=tuple(Link(link.target, link.place) for link in file.links),
            text="\n".join(
                part
                for section, text in zip(file.sections, texts, strict=True)
                for part in (section.words, text)
                if part
            ),
            place=Place(f"content/{path}"),
        )

    def _phrases(
        self,
        path: str,
        file: MarkdownFile,
        front: FrontMatter,
        kinds: dict[str, Kind],
    ) -> Iterator[Phrase]:
        above: list[Section] = []
        for section in file.sections:
            if not section.level:
                continue
            above = [one for one in above if one.level < section.level]
            quote = section.quote()
            if not quote:
                self._check_unquoted(path, section)
                above.append(section)
                continue
            if not section.id:
                continue  # P202 says so
            terms = self._terms(section)
            linked = [
                resolved
                for term in ("接着", "依据")
                for definition in terms.get(term, ())
                for target in link_targets(definition.text)
                if (resolved := resolve(path, target))
            ]
            phrase = Phrase(
                page=path,
                id=section.id,
                title=section.words,
                scene=tuple(one.words for one in above),
                channels=front.channel,
                words=self._plain(quote),
                when=self._joined(terms, "适用"),
                never=self._each(terms, "不要说"),
                keywords=tuple(
                    word.strip()
                    for definition in terms.get("关键词", ())
                    for word in re.split(r"[、，,；;\n]", self._plain(definition.text))
                    if word.strip()
                ),
                next_text=self._steps(terms),
                next=_addresses(linked, kinds, lambda kind: kind is Kind.SCRIPT),
                basis=_addresses(linked, kinds, lambda kind: kind.has_clauses),
                variants=self._each(terms, "换个说法"),
                figures=_figures(section.text()),
                place=section.place,
            )
            self._check_phrase(
                phrase,
                rests_on_unread=any(page not in kinds for page, _ in linked),
            )
            yield phrase

    def _check_unquoted(self, path: str, section: Section) -> None:
        """A heading with a phrase's terms but no quote is a phrase nobody would find."""
        if any(definition.term in PHRASE_TERMS for definition in section.definitions()):
            self.written.unread.add(("phrase", f"{path}#{section.id}"))
            self.problems.append(
                Problem(
                    section.place,
                    "P204",
                    f"话术“{section.words}”没有写要说的话",
                    "在标题下面另起一行，以“> ”开头写要说的话；前后各空一行。",
                )
            )

    def _terms(self, section: Section) -> dict[str, list[Definition]]:
        terms: dict[str, list[Definition]] = {}
        for definition in section.definitions():
            terms.setdefault(definition.term, []).append(definition)
            if definition.term not in PHRASE_TERMS:
                self.problems.append(
                    Problem(
                        Place(section.place.path, definition.line),
                        "P204",
                        f"话术里没有“{definition.term}”这一栏",
                        guess(definition.term, PHRASE_TERMS)
                        or f"可以写：{'、'.join(PHRASE_TERMS)}；每栏单独一行，下一行以“: ”开头。",
                    )
                )
        return terms

    def _joined(self, terms: dict[str, list[Definition]], term: str) -> str:
        return "\n".join(self._each(terms, term))

    def _steps(self, terms: dict[str, list[Definition]]) -> str:
        """Return 接着 with the titles it links in quotes, so that it reads without links."""
        told = (_LINKED.sub(r"“\1”", d.text) for d in terms.get("接着", ()))
        return "\n".join(filter(None, map(self._plain, told)))

    def _each(self, terms: dict[str, list[Definition]], term: str) -> tuple[str, ...]:
        texts = (self._plain(definition.text) for definition in terms.get(term, ()))
        return tuple(_unquoted(text) for text in texts if text)

    def _check_phrase(self, phrase: Phrase, *, rests_on_unread: bool) -> None:
        """What the phrase lacks; here, where the section is at hand."""
        missing = [
            term
            for term, value in (
                ("适用", phrase.when),
                ("接着", phrase.next_text),
                ("关键词", phrase.keywords),
            )
            if not value
        ]
        if not phrase.basis and not rests_on_unread:
            missing.append("依据（指向条款的链接）")
        if missing:
            self.problems.append(
                Problem(
                    phrase.place,
                    "P204",
                    f"话术“{phrase.title}”缺少：{'、'.join(missing)}",
                    "在引用块下面补上：单独一行写栏名，下一行以“: ”开头写内容。",
                )
            )

    # Banks and exams

    def _read_banks(self) -> None:
        for path in self._yaml_files("quizzes/banks"):
            name = Path(path).stem
            node, calls = self._yaml(path, "bank", name)
            if node is None:
                continue
            if not isinstance(node, Mapping):
                self._entries(node, "items")
                continue
            items = node.entries.pop("items", None)
            head, problems = read_shape(_BankHead, node)
            self.problems += problems
            self._note_unread("bank", name, problems)
            read = []
            if isinstance(items, Sequence):
                called = _figures_by_node(items.items, calls)
                read = [
                    self._item(each, figures)
                    for each, figures in zip(items.items, called, strict=True)
                ]
            else:
                self.problems.append(
                    Problem(
                        items.place if items else node.place,
                        "Y103" if items is None else "Y105",
                        "题库里没有题目列表 items",
                        "写一行 items:，下面每道题以“- ”开头。",
                    )
                )
            if head is not None:
                kept = tuple(item for item in read if item is not None)
                if len(kept) < len(read):
                    self.written.unread.add(("bank", head.topic))
                bank = Bank(head.topic, head.title, kept, node.place)
                self._keep("bank", head.topic, bank, node, self.banks)

    def _item(self, node: Node, figures: set[str]) -> Item | None:
        item: Item | None
        item, _problems = self._shape(Item, node)
        if item is None:
            return None
        known = item.id in self.items
        self._keep("item", item.id, item, node, self.items)
        if known:
            return None
        self.item_figures[item.id] = frozenset(figures)
        return item

    def _read_exams(self) -> None:
        for path in self._yaml_files("quizzes/exams"):
            name = Path(path).stem
            node, _calls = self._yaml(path, "exam", name)
            if node is None:
                continue
            exam, problems = self._shape(Exam, node)
            self._note_unread("exam", name, problems)
            if exam is not None:
                self._keep("exam", exam.id, exam, node, self.exams)

    def _yaml_files(self, folder: str) -> Iterator[str]:
        for name in _files(self.root / folder):
            if name.endswith((".yml", ".yaml")):
                yield Path(name).relative_to(self.root).as_posix()


class _BankHead(Record):
    """A bank's file without its items, which are read one by one."""

    topic: str
    title: Text


def _clauses(
    path: str, file: MarkdownFile, known: tuple[str, ...], texts: list[str]
) -> Iterator[Clause]:
    """Yield the sections with an id.

    `known` are the page's systems, `texts` the sections' plain words. On a page of several systems a heading says which one it belongs to, for itself and
    all headings below it.
    """
    above: list[tuple[int, tuple[str, ...]]] = []
    for section, text in zip(file.sections, texts, strict=True):
        above = [(level, names) for level, names in above if level < section.level]
        named = tuple(name for name in section.classes if name in known)
        inherited = above[-1][1] if above else ()
        systems = known if len(known) <= 1 else named or inherited
        above.append((section.level, systems))
        if section.id:
            yield Clause(
                page=path,
                id=section.id,
                title=section.words,
                level=section.level,
                text=text,
                figures=_figures(section.text()),
                systems=systems,
                place=section.place,
            )


def _addresses(
    linked: list[tuple[str, str]],
    kinds: dict[str, Kind],
    wanted: Callable[[Kind], bool],
) -> tuple[str, ...]:
    """Return, each once, the links with an anchor to pages of a wanted kind."""
    return tuple(
        dict.fromkeys(
            f"{page}#{anchor}"
            for page, anchor in linked
            if anchor and page in kinds and wanted(kinds[page])
        )
    )


def _figures(markdown: str) -> frozenset[str]:
    """Return the ids of the figures that a fragment calls."""
    calls, _faults = find_calls(markdown)
    return frozenset(
        call.arguments[0] for call in calls if call.name == "fig" and call.arguments
    )


def _unquoted(text: str) -> str:
    """Return a text without the quotation marks around the whole of it."""
    if text.startswith("“") and text.endswith("”") and text.count("“") == 1:
        return text[1:-1]
    return text


def _written_name(node: Node, field: str) -> str:
    """Return a text field of an entry that has no right shape, or `*`."""
    value = node.entries.get(field) if isinstance(node, Mapping) else None
    return value.text if isinstance(value, Scalar) else "*"


def _unknown_host(written: Mapping, company: dict[str, str]) -> list[Problem]:
    """Return what is wrong about where `company.yml` says the repository is."""
    field = unclear(company)
    if not field:
        return []
    place = place_of(written, (field if field in company else "repository_url",))
    if field == "repository_url":
        message = "“repository_url”不是仓库的网址"
        remedy = "写成 https://gitlab.example.com/kefu/handbook 这样的网址。"
    else:
        message = "看不出仓库放在哪种代码平台上"
        remedy = f"加一行 repository_host，写 {'、'.join(KINDS)} 里的一个。"
    return [Problem(place, "Y105", message, remedy)]


def _figures_by_node(nodes: list[Node], calls: list[Call]) -> list[set[str]]:
    """Return the figures called within each entry of a list, by line."""
    starts = [node.place.line for node in nodes]
    called: list[set[str]] = [set() for _ in nodes]
    for call in calls:
        number = bisect_right(starts, call.place.line) - 1
        if call.name == "fig" and call.arguments and number >= 0:
            called[number].add(call.arguments[0])
    return called
