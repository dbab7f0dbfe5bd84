"""What trainers decide about people and records."""
