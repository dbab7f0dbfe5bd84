"""The records, in the order in which what happens becomes what is known.

`history` is what happened and what of it counts; the `database` holds it, in one chain.
`standing` is where people stand by it today. `sheets` are what all lists are printed on.
`intake` brings hand-ins to the database and `invitations` begin sittings there; `lists`
are what trainers look at, `care` is what they decide. `regrading`, `statistics` and
`certificates` go back to the whole of what was handed in.

A room imports only from rooms named before it; `tests/test_architecture.py` reads this.
"""
