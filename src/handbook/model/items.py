"""Items of the quiz banks. These values hold keys: nothing that renders imports them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field

from handbook.model.data import Identifier, Record, Text

GAP = "____"
"""Four underscores stand for a blank in the stem of a `blank` item."""


FEWEST = 2
"""Options to choose from, or prompts to match, at least."""
FEWEST_STEPS = 3
MOST_TO_CHOOSE = 8
"""Options of which one is right, at most."""
MOST = 10
"""Options, steps or prompts of any other item, at most."""


class Option(Record):
    """One of the choices of an item."""

    id: Identifier
    text: Text
    rationale: str = ""
    """Why it is wrong (or right); required for every wrong option."""


class ItemFields(Record):
    """What items of every type have."""

    id: Identifier
    stem: Text
    rationale: Text
    """Why the key is right."""
    source: tuple[Text, ...]
    """Addresses of the clauses it tests; a draft may still be without."""
    critical: bool = False
    """Whether failing this one fails the exam."""
    difficulty: Annotated[int, Field(ge=1, le=3)] = 1
    use: Literal["exam", "practice"] = "practice"
    """`exam`: the key never leaves the repository; `practice`: it may ship."""
    status: Literal["draft", "pilot", "active", "retired"] = "active"
    tags: tuple[Text, ...] = ()


class SingleItem(ItemFields):
    """Exactly one option is right."""

    type: Literal["single"]
    options: Annotated[
        tuple[Option, ...], Field(min_length=FEWEST, max_length=MOST_TO_CHOOSE)
    ]
    key: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=1)]


class MultipleItem(ItemFields):
    """One or more options are right."""

    type: Literal["multiple"]
    options: Annotated[tuple[Option, ...], Field(min_length=FEWEST, max_length=MOST)]
    key: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    scoring: Literal["all_or_nothing", "subset", "net_correct"] = "all_or_nothing"


class TrueFalseItem(ItemFields):
    """A statement that holds (对) or does not (错)."""

    type: Literal["true_false"]
    key: Literal["对", "错"]


class BlankItem(ItemFields):
    """Gaps in the stem, each with the wordings that are accepted."""

    type: Literal["blank"]
    key: Annotated[tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...],
                   Field(min_length=1)]  # fmt: skip
    scoring: Literal["all_or_nothing", "net_correct"] = "all_or_nothing"

    @property
    def gaps(self) -> int:
        """How many gaps the stem shows."""
        return self.stem.count(GAP)


class OrderItem(ItemFields):
    """Steps to be put into order; `key` is the right order of all of them."""

    type: Literal["order"]
    options: Annotated[
        tuple[Option, ...], Field(min_length=FEWEST_STEPS, max_length=MOST)
    ]
    key: Annotated[tuple[Identifier, ...], Field(min_length=FEWEST_STEPS)]


class MatchItem(ItemFields):
    """Prompts, each to be matched with one option; options may be left over."""

    type: Literal["match"]
    prompts: Annotated[tuple[Option, ...], Field(min_length=FEWEST, max_length=MOST)]
    options: Annotated[tuple[Option, ...], Field(min_length=FEWEST, max_length=MOST)]
    key: dict[Identifier, Identifier]
    """Prompt id to option id."""
    scoring: Literal["all_or_nothing", "net_correct"] = "all_or_nothing"


Item = Annotated[
    SingleItem | MultipleItem | TrueFalseItem | BlankItem | OrderItem | MatchItem,
    Discriminator("type"),
]
"""Any item; `type` says which."""


class BankFile(Record):
    """A file under `quizzes/banks/`."""

    topic: Identifier
    title: Text
    items: tuple[Item, ...]
