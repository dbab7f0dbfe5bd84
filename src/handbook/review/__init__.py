"""What a change of the handbook touches: rules, words, items, exams and people."""
