"""Grading, in the order of an answer file's way.

`answer_files` reads it, field by field (`fields`), into a `submissions.Submission` or
refusals; the `grader` finds its paper and a `marking_sheets.MarkingSheet`, whose lines
mark by the rules of `marks`; a `grade.Grade` comes out, and `verdict` puts it into words.
"""
