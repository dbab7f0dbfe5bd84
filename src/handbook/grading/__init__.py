"""Grading: answer files read, marked against the handbook, and put into words."""
