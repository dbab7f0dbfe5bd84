"""Marking anew what is on record: planned, told, appended."""
