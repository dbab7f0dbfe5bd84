"""Index data of the finder: what the browser searches, and the tables it needs."""
