"""What a change of the handbook touches: rules, words, items, exams and people.

`trees` fetches the state before, `impact` compares it with the state after (`texts`,
`quizzes`) and follows what hangs on it (`touched`, `passes`), `entries` holds the pages'
own records of change against it, `comment` or `terminal` tells it, `posting` sends it.
"""
