"""Where people stand with exams, from their history and the rules of today."""
