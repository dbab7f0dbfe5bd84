"""What a handbook is made of, as typed values; no file is opened here."""
