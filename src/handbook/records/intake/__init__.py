"""The way of a hand-in from bytes to record, and what its sender is told."""
