"""Exports of form tools: read, matched with a paper, turned into hand-ins."""
