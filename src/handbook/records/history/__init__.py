"""What happened, and what of it counts: events, outlines, attempts, limits."""
