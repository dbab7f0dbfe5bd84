"""The two versions of QTI that we write, and the names that both of them share."""

from __future__ import annotations

from dataclasses import dataclass

PROMPT = "P_"
"""Before ids of prompts: in an item file options and prompts share one set of ids."""
MANIFEST = "imsmanifest.xml"
RESPONSE = "RESPONSE"
"""The one answer of an item; one of several gaps is `RESPONSE` with its number."""
FEEDBACK = "FEEDBACK"
"""The outcome that shows why an option is wrong."""
SOLUTION = "SOLUTION"
"""The outcome that shows the rationale."""


@dataclass(frozen=True, slots=True)
class Version:
    """What differs between the two."""

    number: str
    short: str

    @property
    def namespace(self) -> str:
        """Of an item file."""
        return f"http://www.imsglobal.org/xsd/imsqti_{self.short}"

    @property
    def resource(self) -> str:
        """Type of an item in a manifest."""
        return f"imsqti_item_xml{self.short}"


QTI_21 = Version("2.1", "v2p1")
QTI_22 = Version("2.2", "v2p2")
