"""The handbook's own small server: the built site, and the hand-in of exams."""
