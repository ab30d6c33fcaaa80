"""We store them in SQLite, the only room that knows SQL."""
