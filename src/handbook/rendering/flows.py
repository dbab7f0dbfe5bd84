"""A guided flow as a page shows it: a diagram, then its steps as numbered cards."""

from __future__ import annotations

import re

from handbook.handbook import Handbook
from handbook.model.flows import page_of
from handbook.model.pages import BLANK, Phrase
from handbook.rendering.engine import render
from handbook.rendering.flow_cards import cards_of
from handbook.rendering.flow_maps import draw_map
from handbook.rendering.pages import link, plain


def flow_html(handbook: Handbook, flow_id: str) -> str:
    """Return a flow's diagram and its steps.

    What the check would report (a phrase or step that does not exist) is left out.

    Raises:
        KeyError: there is no such flow.
    """
    flow = handbook.flows[flow_id]
    cards = cards_of(handbook, flow)
    about = []
    if flow.clause in handbook.clauses:
        about.append(f"依据：{link(handbook, flow.clause)}")
    home = handbook.pages.get(page_of(flow.id))
    roles = [handbook.roles[r].title for r in flow.roles if r in handbook.roles]
    if roles and not (home and set(home.front.roles) == set(flow.roles)):
        about.append(f"谁来用：{plain('、'.join(roles))}")
    parts = [
        f"{'　'.join(about)}\n{{ .hb-flow-about }}" if about else "",
        "## 看图 { #flow-map }",
        render("flow_map.html", flow=flow, cards=cards, drawn=draw_map(flow, cards)),
        "## 一步一步来 { #flow-steps }",
    ]
    for card in cards:
        kind = " hb-flow-step--end" if card.step.end else ""
        parts += [
            f'<section class="hb-flow-step{kind}" markdown="1">',
            f"### {card.number}　{plain(card.step.title)} {{ #{card.step.id} }}",
            render("flow_step.html", card=card, words=_words),
            "</section>",
        ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _words(phrase: Phrase) -> list[list[str]]:
    """Return a phrase's lines, each cut so that every second piece is a blank."""
    return [
        re.split(f"({BLANK.pattern})", line)
        for line in phrase.words.splitlines()
        if line.strip()
    ]
