"""Every check of a loaded handbook. A list of functions is all the registry there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handbook.checks import (
    data,
    events,
    exams,
    flows,
    item_writing,
    items,
    owners,
    pages,
    placeholders,
    prose,
    reach,
    real_numbers,
    references,
    spoken,
    terms,
    typed_figures,
)
from handbook.handbook import Handbook
from handbook.problems import Problem
from handbook.reading.written import Written

Check = Callable[[Handbook, Written], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    pages.headings_have_ids,
    pages.front_matter_names_exist,
    pages.clauses_know_their_system,
    pages.changes_name_clauses,
    pages.basis_names_clauses,
    pages.called_things_have_pages,
    data.ids_are_unique,
    data.data_point_to_what_exists,
    data.figures_say_their_value,
    references.calls_name_what_exists,
    references.links_lead_somewhere,
    references.images_can_be_seen,
    spoken.blanks_are_filled_in,
    real_numbers.numbers_are_made_up,
    events.owners_and_forms_exist,
    items.keys_are_options,
    items.options_differ,
    items.wrong_options_explain,
    items.sources_are_written,
    items.sources_exist,
    exams.blueprints_can_be_drawn,
    exams.bands_agree_with_mark,
    exams.roles_exist,
    owners.code_owners_are_current,
    exams.changed_clauses_are_asked,
    pages.confirmed_changes_are_material,
    pages.confirmations_have_a_page,
    flows.step_ids_are_unique,
    flows.ways_lead_to_steps,
    flows.steps_can_be_reached,
    flows.steps_lead_on,
    flows.loops_have_a_way_out,
    flows.phrases_exist,
    flows.roles_exist,
)
"""What a handbook must hold to be built; nearly all of it blocks."""

ADVICE: tuple[Check, ...] = (
    placeholders.placeholders_are_replaced,
    reach.pages_can_be_reached,
    reach.titles_differ,
    reach.clauses_are_examined,
    typed_figures.figures_are_called,
    typed_figures.keys_agree_with_figures,
    item_writing.no_all_of_the_above,
    item_writing.stems_keep_the_key,
    item_writing.stems_differ,
    item_writing.keys_are_not_the_longest,
    spoken.phrases_fit_a_breath,
    spoken.words_do_not_overpromise,
    spoken.words_do_not_boast,
    spoken.customers_are_addressed_politely,
    spoken.phrases_differ,
    terms.words_are_the_agreed_ones,
    prose.prose_is_set_well,
    prose.nothing_stands_twice,
)
"""What reminds and advises; never blocks."""


def check(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Yield what is wrong that only the whole handbook shows."""
    for one in CHECKS:
        yield from one(handbook, written)


def advise(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Yield what an author is reminded of or advised."""
    for one in ADVICE:
        yield from one(handbook, written)
