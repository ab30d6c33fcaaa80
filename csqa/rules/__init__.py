"""We hold the rules against the talk: verdicts with evidence."""
