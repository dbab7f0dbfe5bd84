"""What the sittings of an exam say about its items."""
