"""Banks as tables to be filled in: workbooks and CSV, written and read."""
