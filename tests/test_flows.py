"""Guided flows: where ways lead, what the check sees, how diagrams and cards are drawn."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
import yaml
from building import build_handbook, page
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from handbook.checks import flows as checks
from handbook.loading import load
from handbook.model.flows import Flow, arrival
from handbook.model.pages import Channel, Phrase
from handbook.problems import Place
from handbook.reading.written import Written
from handbook.reading.yaml_files import Mapping as Tree
from handbook.rendering.calls import UnknownNameError, calls
from handbook.rendering.diagrams import Arrow, Box, Drawing, lay_out
from handbook.rendering.flows import flow_html

CASES = Path(__file__).parent / "cases"
SVG = "{http://www.w3.org/2000/svg}"


def flow(name: str, **steps: Mapping[str, object]) -> Flow:
    """A flow whose steps are given by id; `to` names the steps that one leads to."""
    written = [
        {"id": step, "title": f"步骤{step}"}
        | {key: value for key, value in fields.items() if key != "to"}
        | {
            "next": [
                {"when": f"情况{n}", "to": to}
                for n, to in enumerate(fields.get("to", ()))
            ]
        }
        for step, fields in steps.items()
    ]
    return Flow.model_validate(
        {
            "id": name,
            "title": f"指引{name}",
            "clause": "policies/service.md#promise",
            "start": next(iter(steps)),
            "steps": written,
        }
    )


def book(*flows: Flow, **more: object):
    """A handbook of some flows."""
    more = {"pages": [page("policies/service.md", {"promise": "说到做到。"})]} | more
    return build_handbook(flows={one.id: one for one in flows}, **more)


def found(*flows: Flow) -> list[tuple[str, str]]:
    """Codes and messages of all problems of flows."""
    handbook = book(*flows)
    written = Written()
    for one in flows:
        written.trees["flow", one.id] = Tree("content/_data/flows.yml", 1, 1)
    return [
        (problem.code, problem.message)
        for check in (
            checks.step_ids_are_unique,
            checks.ways_lead_to_steps,
            checks.steps_can_be_reached,
            checks.steps_lead_on,
            checks.loops_have_a_way_out,
            checks.phrases_exist,
            checks.roles_exist,
        )
        for problem in check(handbook, written)
    ]


# Where ways lead


def test_ways_lead_to_steps_here_and_elsewhere():
    """A way names a step, another flow's start, or another flow's step."""
    here = flow("here", a={"to": ["b"]}, b={"end": "完"})
    there = flow("there", c={"to": ["d"]}, d={"end": "完"})
    flows = {"here": here, "there": there}

    def leads(to: str) -> tuple[str, str] | None:
        landed = arrival(flows, here, to)
        return (landed[0].id, landed[1].id) if landed else None

    assert leads("b") == ("here", "b")
    assert leads("flows/there.md") == ("there", "c")
    assert leads("flows/there.md#d") == ("there", "d")
    assert leads("flows/here.md#b") == ("here", "b")
    assert leads("d") is None
    assert leads("flows/there.md#b") is None
    assert leads("flows/nowhere.md") is None


# The check


def test_sound_flows_have_no_problem():
    """A loop with a way out, an end that may go on, a way to another flow."""
    assert [] == found(
        flow(
            "one",
            ask={"to": ["check"]},
            check={"to": ["ask", "done"]},
            done={"end": "道别", "to": ["flows/two.md"]},
        ),
        flow("two", start={"to": ["flows/one.md#check"]}),
    )


def test_loop_through_two_flows_is_found_once():
    """Nobody is sent from one flow to the other and back for ever."""
    problems = found(
        flow("one", a={"to": ["flows/two.md"]}),
        flow("two", b={"to": ["c"]}, c={"to": ["flows/one.md"]}),
    )

    assert [("W704", "走进这几步就绕不出来：步骤a")] == problems


def test_step_that_only_another_flow_leads_to_is_reached():
    """A conversation may come in by the side."""
    assert [] == found(
        flow("one", a={"end": "完"}, side={"end": "完"}),
        flow("two", b={"to": ["flows/one.md#side"]}),
    )


def test_wrong_name_is_not_told_twice():
    """Whoever misspells a step is not told that it cannot be reached as well."""
    problems = found(flow("one", a={"to": ["bb"]}, b={"end": "完"}))

    assert ["W701"] == [code for code, _ in problems]


def test_dead_end_in_a_loop_is_told_once():
    """A step without a way on is a dead end, and no loop besides."""
    problems = found(flow("one", a={"to": ["b"]}, b={"to": ["a", "c"]}, c={}))

    assert [("W703", "走到“步骤c”就不知道接下来做什么了")] == problems


@given(
    st.integers(1, 7).flatmap(
        lambda size: st.lists(
            st.tuples(
                st.lists(st.integers(0, size - 1), max_size=3, unique=True),
                st.booleans(),
            ),
            min_size=size,
            max_size=size,
        )
    )
)
def test_check_is_silent_only_if_every_walk_can_end(steps):
    """Held against plain walking: whatever is answered, an end can be reached."""
    written = {
        f"s{n}": {"to": [f"s{to}" for to in ways]} | ({"end": "完"} if ends else {})
        for n, (ways, ends) in enumerate(steps)
    }
    ways = {name: set(fields["to"]) for name, fields in written.items()}
    ends = {name for name, fields in written.items() if "end" in fields}
    walk = {name: {name} for name in ways}
    for _ in ways:
        walk = {
            name: seen | {to for step in seen for to in ways[step]}
            for name, seen in walk.items()
        }
    sound = walk["s0"] == set(ways) and all(seen & ends for seen in walk.values())

    assert sound == (found(flow("one", **written)) == [])


# Diagrams


def drawing(size: int, arrows: Sequence[tuple[int, int]]) -> Drawing:
    boxes = [Box(str(n), 100 + 10 * (n % 3), 40 + 10 * (n % 2)) for n in range(size)]
    return lay_out(boxes, [Arrow(str(a), str(b), 60, 20) for a, b in arrows])


@st.composite
def graphs(draw):
    """A number of boxes, and arrows from earlier to later ones."""
    size = draw(st.integers(1, 9))
    pairs = list(combinations(range(size), 2))
    arrows = draw(st.lists(st.sampled_from(pairs), max_size=14)) if pairs else []
    return size, arrows


@given(graphs())
def test_nothing_covers_anything(graph):
    """Boxes and labels keep clear of one another and stay on the sheet."""
    size, arrows = graph
    plan = drawing(size, arrows)
    areas = [
        (*plan.boxes[str(n)], 100 + 10 * (n % 3), 40 + 10 * (n % 2))
        for n in range(size)
    ]
    areas += [(*line.label, 60, 20) for line in plan.lines]

    for x, y, width, height in areas:
        assert -0.01 <= x - width / 2
        assert x + width / 2 <= plan.width + 0.01
        assert -0.01 <= y - height / 2
        assert y + height / 2 <= plan.height + 0.01
    for a, b in combinations(areas, 2):
        apart = abs(a[0] - b[0]) - (a[2] + b[2]) / 2
        above = abs(a[1] - b[1]) - (a[3] + b[3]) / 2
        assert apart > 0 or above > 0


@given(graphs())
def test_lines_run_down_from_box_to_box(graph):
    """A line leaves its box below, never turns up, and ends on top of the next one."""
    size, arrows = graph
    plan = drawing(size, arrows)

    for (a, b), line in zip(arrows, plan.lines, strict=True):
        heights = [y for _, y in line.points]
        assert heights == sorted(heights)
        for number, (x, y), sign in ((a, line.points[0], 1), (b, line.points[-1], -1)):
            middle = plan.boxes[str(number)]
            width, height = 100 + 10 * (number % 3), 40 + 10 * (number % 2)
            assert abs(x - middle[0]) <= width / 2
            assert y == pytest.approx(middle[1] + sign * height / 2)


def test_lone_way_is_straight():
    """Steps that follow one another stand under one another."""
    plan = drawing(4, [(0, 1), (1, 2), (2, 3)])

    assert len({round(x, 3) for x, _ in plan.boxes.values()}) == 1


def test_lines_cross_only_where_they_must():
    """Rows are ordered so that two ways do not cross for nothing."""
    plan = drawing(6, [(0, 1), (0, 2), (1, 4), (2, 3), (2, 5)])
    x = {name: place[0] for name, place in plan.boxes.items()}

    assert (x["1"] < x["2"]) == (x["4"] < x["3"]) == (x["4"] < x["5"])


# Pages

PHRASE = Phrase(
    page="scripts/phone.md",
    id="hold",
    title="请客户<稍等>",
    scene=(),
    channels=(Channel.PHONE,),
    words="请您等【多久】，\n我去查 a < b。",
    when="要查资料",
    never=(),
    keywords=(),
    next_text="",
    next=(),
    basis=(),
    variants=(),
    figures=frozenset(),
    place=Place("content/scripts/phone.md"),
)


@pytest.fixture
def shown():
    """A handbook with a flow that has everything, and its page as HTML."""
    one = flow(
        "one",
        ask={
            "say": [PHRASE.address, "scripts/phone.md#gone"],
            "ask": ["<b>几点</b>？"],
            "do": ["记下来"],
            "to": ["again", "flows/two.md", "flows/two.md#late", "gone"],
            "escalate": {"when": "客户要动手", "to": "desk"},
        },
        again={"to": ["ask", "done"]},
        done={"end": "道别 & 挂断"},
    )
    two = flow("two", early={"to": ["late"]}, late={"end": "完"})
    handbook = book(one, two, phrases={PHRASE.address: PHRASE})
    extensions = ["md_in_html", "attr_list", "toc", "handbook.rendering.markdown_cards"]
    html = Markdown(extensions=extensions).convert(flow_html(handbook, "one"))
    return handbook, html


def svg(html: str) -> Element:
    return fromstring(re.search(r"<svg.*?</svg>", html, re.DOTALL)[0])  # noqa: S314 - our own


def test_every_link_on_the_page_has_its_target(shown):
    """Buttons and boxes are plain anchors to headings that are there."""
    _, html = shown
    anchors = set(re.findall(r'href="#([\w-]+)"', html))
    ids = re.findall(r' id="([\w-]+)"', html)

    assert {"ask", "again", "done"} <= anchors
    assert anchors <= set(ids)
    assert len(ids) == len(set(ids))


def test_other_flows_and_phrases_are_linked_by_their_pages(shown):
    """A page stands one folder below the site's root."""
    _, html = shown

    assert 'href="../scripts/phone.html#hold"' in html
    assert 'href="../flows/two.html"' in html
    assert 'href="../flows/two.html#late"' in html


def test_what_authors_wrote_is_text(shown):
    """Markup in data is shown, not obeyed."""
    _, html = shown

    assert "<b>" not in html
    assert "请客户&lt;稍等&gt;" in html
    assert "&lt;b&gt;几点&lt;/b&gt;？" in html
    assert "道别 &amp; 挂断" in html
    assert '<span class="hb-blank">【多久】</span>' in html


def test_card_can_be_copied_like_any_other(shown):
    """A phrase in a flow has the address by which the finder's button knows it."""
    _, html = shown

    assert f'data-address="{PHRASE.address}"' in html


def test_what_does_not_exist_is_left_out(shown):
    """The check reports it; a preview of the page must still open."""
    _, html = shown

    assert "gone" not in html


def test_escalation_names_the_role(shown):
    """Whoever must be called is named by title, in the card and in the diagram."""
    _, html = shown

    assert "<strong>前台</strong>客户要动手" in html
    assert "，可能要上报" in html


def test_diagram_is_one_svg_of_linked_boxes(shown):
    """Steps, ways back and other flows are boxes; each has a name for a screen reader."""
    _, html = shown
    boxes = svg(html).findall(f"{SVG}a")
    names = [box.get("aria-label") for box in boxes]

    assert names[:3] == ["1　步骤ask，可能要上报", "2　步骤again", "3　步骤done"]
    assert {"回到 1　步骤ask", "转到：指引two", "转到：指引two（步骤late）"} == set(
        names[3:]
    )
    assert all(box.get("href") for box in boxes)


def test_text_alternative_says_every_way(shown):
    """Whoever cannot see the diagram reads the same ways as a list."""
    handbook, html = shown
    words = re.search(r"<details.*?</details>", html, re.DOTALL)[0]

    for step in handbook.flows["one"].steps:
        assert f'<a href="#{step.id}">{step.title}</a>' in words
    assert words.count("情况") == 5


def test_diagram_needs_no_network_and_no_script(shown):
    """All of it stands in the page."""
    _, html = shown

    assert "<script" not in html
    assert not re.search(r'(?:src|href)="https?:', html)


def test_unknown_flow_is_a_mistake_with_its_place(shown):
    """A page that calls a flow that does not exist says so."""
    handbook, _ = shown

    with pytest.raises(UnknownNameError, match="flow"):
        calls(handbook)["flow"]("three")


# Files


def test_figures_stand_in_flows(tmp_path):
    """A number in a flow is the number of the figure."""
    tree = Path(shutil.copytree(CASES / "handbook", tmp_path / "tree"))
    path = tree / "content/_data/flows.yml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data["flows"][0]["steps"][0]["do"] = ['铃响{{ fig("answer-rings") }}接起']
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")

    handbook = load(tree)

    assert handbook.problems == ()
    assert handbook.flows["pass-on"].steps[0].do == ("铃响三声内接起",)
