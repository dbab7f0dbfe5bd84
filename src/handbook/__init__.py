"""The service handbook as a library; `DESIGN.md` beside this file says what is where."""
