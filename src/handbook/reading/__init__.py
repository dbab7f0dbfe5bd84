"""Files as authors write them: YAML, Markdown and macro calls, each with its place."""
