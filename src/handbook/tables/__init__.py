"""Exports of form tools as hand-ins, in the order of a table's way.

`cells` reads the file, `headings` matches it with a paper and finds the columns by the
tags that `questions` printed, `rows` writes each row as an answer file, and `reading`
gives them out.
"""
