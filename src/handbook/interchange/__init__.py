"""Banks in the formats of other tools: out with everything they can hold, and back."""
