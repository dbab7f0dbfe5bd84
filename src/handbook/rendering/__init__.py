"""HTML that pages hold: papers, practice, flows, forms, tables. It never sees a key."""
