"""Words of the trade: what each means here, and which words give way to it."""

from __future__ import annotations

from handbook.model.data import Identifier, Record, Text


class Term(Record):
    """A word that means one thing throughout the handbook."""

    id: Identifier
    term: Text
    short: Text | None = None
    """Its abbreviation, e.g. QC小组 for 质量管理小组."""
    reading: Text | None = None
    """Its syllables, where a dictionary would guess another reading of a character."""
    definition: Text
    avoid: tuple[Text, ...] = ()
    """Words that others use for it, and the handbook does not."""
    clause: Text | None = None
    """Address of the rule that says more."""

    @property
    def words(self) -> tuple[str, ...]:
        """What it is called in a text."""
        return (self.term, self.short) if self.short else (self.term,)
