"""`content/_data/`: the company, and lists of figures, systems, roles and the like."""

from __future__ import annotations

from typing import Any

from handbook.loading.data_files import entries, open_data, typed
from handbook.loading.gathered import Gathered
from handbook.model.code_host import KINDS, unclear
from handbook.model.data import Figure, Form, Record, Role, System, Text
from handbook.model.events import Event
from handbook.model.flows import Flow
from handbook.model.terms import Term
from handbook.problems import Problem
from handbook.reading.shapes import read_shape
from handbook.reading.yaml_files import Mapping, Node, Scalar, place_of


def read_data(gathered: Gathered) -> None:
    """Read every data file; figures first, since the others call them."""
    _read_company(gathered)
    _read_list(gathered, "figures", Figure, gathered.figures)
    _read_list(gathered, "systems", System, gathered.systems)
    _read_list(gathered, "roles", Role, gathered.roles)
    _read_list(gathered, "forms", Form, gathered.forms)
    _read_list(gathered, "flows", Flow, gathered.flows)
    _read_list(gathered, "events", Event, gathered.events, "calendar")
    _read_list(gathered, "terms", Term, gathered.terms)
    _read_synonyms(gathered)


def _read_company(gathered: Gathered) -> None:
    company, _ = open_data(gathered, "content/_data/company.yml", "company")
    if isinstance(company, Mapping):
        texts, problems = read_shape(dict[str, Text], company)
        gathered.tell("company", "*", problems)
        gathered.company = texts or {}
        gathered.problems += _unknown_host(company, gathered.company)


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


def _read_list(
    gathered: Gathered,
    name: str,
    model: type[Record],
    into: dict[str, Any],
    file: str = "",
) -> None:
    """Read a list under the key `name` of the file of that name, or of another."""
    kind = name.removesuffix("s")
    root, _calls = open_data(gathered, f"content/_data/{file or name}.yml", kind)
    for node in entries(gathered, root, name):
        value, problems = typed(gathered, model, node)
        gathered.note_unread(kind, _written_id(node), problems)
        if value is not None:
            gathered.keep(kind, value.id, value, node, into)


def _written_id(node: Node) -> str:
    """Return the id of an entry that has no right shape, or `*`."""
    value = node.entries.get("id") if isinstance(node, Mapping) else None
    return value.text if isinstance(value, Scalar) else "*"


def _read_synonyms(gathered: Gathered) -> None:
    groups, _ = open_data(gathered, "content/_data/synonyms.yml", "synonym")
    for node in entries(gathered, groups, "groups"):
        group, problems = read_shape(tuple[Text, ...], node)
        gathered.problems += problems
        if group:
            gathered.synonyms.append(group)
